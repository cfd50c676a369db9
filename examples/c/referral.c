/*
 * Outcomes of four referrals, the score of a questionnaire, the rates of a service, and what is refused. The same cases
 * as in the other languages, with the same output: examples/expected.txt.
 *
 * Not shown: columns of many referrals (iapt_outcomes_u8() and its kin), disclosure control (iapt_disclose()).
 *
 *   cc -std=c99 -I iapt-c/include examples/c/referral.c -L target/release -liapt -o referral
 */

#include <iapt.h>

#include <stdio.h>
#include <stdlib.h>

/* The facts by the names they bear in every language. */
static const struct {
    iapt_outcome_flags mask;
    const char *name;
} FACTS[] = {
    {IAPT_PAIRED, "paired"},
    {IAPT_CASENESS, "caseness"},
    {IAPT_NOT_CASENESS, "not_caseness"},
    {IAPT_RECOVERY, "recovery"},
    {IAPT_RELIABLE_IMPROVEMENT, "reliable_improvement"},
    {IAPT_RELIABLE_DETERIORATION, "reliable_deterioration"},
    {IAPT_NO_RELIABLE_CHANGE, "no_reliable_change"},
    {IAPT_RELIABLE_RECOVERY, "reliable_recovery"},
};

static const char *const SEVERITIES[] = {"minimal", "mild", "moderate", "moderately_severe", "severe"};
static const char *const SELF_HARM[] = {"not_reported", "reported", "unknown", "not_asked"};

/* Here no call should fail: say why one did, and stop. */
static void must(iapt_status status, const char *what)
{
    if (status != IAPT_OK) {
        fprintf(stderr, "%s: %s (%d)\n", what, iapt_status_message(status), (int)status);
        exit(EXIT_FAILURE);
    }
}

static void print_score(uint8_t score)
{
    if (score == IAPT_MISSING_U8) {
        printf("missing");
    } else {
        printf("%u", (unsigned)score);
    }
}

static void print_pair(const char *measure, uint8_t first, uint8_t last)
{
    printf("%s ", measure);
    print_score(first);
    printf(" to ");
    print_score(last);
}

static void print_facts(iapt_outcome_flags flags)
{
    printf("  ");
    for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++) {
        if (flags & FACTS[i].mask) {
            printf(" %s", FACTS[i].name);
        }
    }
    printf("\n");
}

static void print_referral(char name, iapt_scores scores)
{
    iapt_outcome_flags flags;
    must(iapt_outcome(&scores, &flags), "outcome");
    printf("%c: ", name);
    print_pair("PHQ-9", scores.phq9_first, scores.phq9_last);
    printf(", ");
    print_pair("GAD-7", scores.gad7_first, scores.gad7_last);
    printf("\n");
    print_facts(flags);
}

/* A referral with a measure of its own for the anxiety disorder, beside a GAD-7 that was not filled in. */
static void print_referral_on_spin(void)
{
    iapt_pair phq9 = {.first = {18, 1}, .last = {9, 1}};
    iapt_pair gad7 = {.first = {0, 0}, .last = {0, 0}};
    iapt_pair spin = {.first = {41, 1}, .last = {15, 1}};
    iapt_outcome_flags flags;
    must(iapt_measure_definition(IAPT_PHQ9, &phq9.measure), "PHQ-9");
    must(iapt_measure_definition(IAPT_GAD7, &gad7.measure), "GAD-7");
    must(iapt_measure_definition(IAPT_SPIN, &spin.measure), "SPIN");
    must(iapt_outcome_on(&phq9, &gad7, &spin, &flags), "outcome");
    printf("D: ");
    print_pair("PHQ-9", 18, 9);
    printf(", ");
    print_pair(iapt_measure_name(IAPT_SPIN), 41, 15);
    printf("\n");
    print_facts(flags);
}

static void print_questionnaire(void)
{
    const int8_t items[] = {3, 2, 2, 1, 2, 1, 1, 0, IAPT_MISSING_ITEM};
    iapt_score score;
    must(iapt_score_items(IAPT_PHQ9, items, sizeof items, 0, &score), "score");
    printf("PHQ-9");
    for (size_t i = 0; i < sizeof items; i++) {
        if (items[i] == IAPT_MISSING_ITEM) {
            printf(" missing");
        } else {
            printf(" %d", items[i]);
        }
    }
    printf("\n   total %u, imputed %u, severity %s, case %s, self-harm %s\n", (unsigned)score.total,
           (unsigned)score.imputed, SEVERITIES[score.severity], score.is_case == 1 ? "yes" : "no",
           SELF_HARM[score.self_harm]);
}

static void print_rate(const char *name, uint64_t numerator, uint64_t denominator, int16_t tenths)
{
    printf("   %s %llu of %llu: ", name, (unsigned long long)numerator, (unsigned long long)denominator);
    if (tenths == IAPT_NO_RATE) {
        printf("none\n");
    } else {
        printf("%d.%d %%\n", tenths / 10, tenths % 10);
    }
}

static void print_rates(void)
{
    const iapt_counts counts = {
        .finished = 1900,
        .paired = 1850,
        .caseness = 1740,
        .not_caseness = 140,
        .recovery = 902,
        .reliable_improvement = 1200,
        .reliable_deterioration = 100,
        .no_reliable_change = 550,
        .reliable_recovery = 860,
    };
    const uint64_t could_recover = counts.finished - counts.not_caseness;
    iapt_rates rates;
    int16_t no_rate;
    must(iapt_rates_from_counts(&counts, &rates), "rates");
    must(iapt_rate_from_counts(0, 0, &no_rate), "rate");
    print_rate("recovery", counts.recovery, could_recover, rates.recovery);
    print_rate("reliable_recovery", counts.reliable_recovery, could_recover, rates.reliable_recovery);
    print_rate("reliable_improvement", counts.reliable_improvement, counts.finished, rates.reliable_improvement);
    print_rate("reliable_deterioration", counts.reliable_deterioration, counts.finished,
               rates.reliable_deterioration);
    print_rate("no_reliable_change", counts.no_reliable_change, counts.finished, rates.no_reliable_change);
    print_rate("recovery", 0, 0, no_rate);
}

/* What a program does with data that may be wrong: ask for the status, and use no result without IAPT_OK. */
static void print_refusals(void)
{
    const iapt_scores scores = {28, 9, 14, 6};
    const int8_t items[] = {3, 2, 2, 1, 2, 1, 1, 4, 0};
    iapt_outcome_flags flags;
    iapt_score score;
    size_t item;
    iapt_status status = iapt_outcome(&scores, &flags);
    if (status == IAPT_OK) {
        print_facts(flags);
    } else {
        printf("   PHQ-9 %u: %s\n", (unsigned)scores.phq9_first, iapt_status_name(status));
        fprintf(stderr, "outcome: %s\n", iapt_status_message(status));
    }
    status = iapt_score_items_at(IAPT_PHQ9, items, sizeof items, 0, &score, &item);
    switch (status) {
    case IAPT_OK:
        printf("   total %u\n", (unsigned)score.total);
        break;
    case IAPT_ERROR_ITEM_OUT_OF_RANGE:
        /* Items are counted from 0, people count from 1. */
        printf("   PHQ-9 item %u answered with %d: %s\n", (unsigned)item + 1, items[item], iapt_status_name(status));
        fprintf(stderr, "item %u: %s\n", (unsigned)item + 1, iapt_status_message(status));
        break;
    default:
        must(status, "score");
    }
}

int main(void)
{
    printf("Referrals\n");
    print_referral('A', (iapt_scores){18, 9, 14, 6});
    print_referral('B', (iapt_scores){20, 12, 15, 9});
    print_referral('C', (iapt_scores){18, IAPT_MISSING_U8, 14, 6});
    print_referral_on_spin();
    printf("Questionnaire\n");
    print_questionnaire();
    printf("Rates of a service\n");
    print_rates();
    printf("Refused\n");
    print_refusals();
    return EXIT_SUCCESS;
}
