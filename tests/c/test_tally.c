/* Tallies: figures worked out by hand, however the referrals are divided, and what a caller can do wrong. */

#include <iapt.h>

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

typedef char check_indicator[sizeof(iapt_indicator) == 2 * sizeof(void *) + 8 ? 1 : -1];
typedef char check_inputs[sizeof(iapt_inputs) == 16 * IAPT_INSTRUMENTS + 8 ? 1 : -1];
typedef char check_figure[sizeof(iapt_figure) == 48 ? 1 : -1];

enum { FIRST = 19814 /* 2024-04-01 */, LAST = FIRST + 364, REFERRALS = 6 };

/* An address that is not aligned for any type wider than a byte. */
static void *misaligned(void *buffer)
{
    return (char *)buffer + 1;
}

/* Referrals that differ in their scores and their length; all but the last two finished a course. */
static const struct {
    int phq9_first, phq9_last, gad7_first, gad7_last, treatments, open, from;
} COURSES[REFERRALS] = {
    {18, 9, 14, 6, 2, 0, FIRST},       /* recovery, reliable */
    {20, 14, 15, 9, 3, 0, FIRST + 1},  /* reliable improvement, still a case */
    {9, 9, 7, 7, 4, 0, FIRST + 50},    /* not a case at the start */
    {11, 9, 7, 7, 3, 0, FIRST - 100},  /* recovery without a reliable change */
    {12, 20, 9, 9, 1, 0, FIRST},       /* treated once */
    {18, 9, 14, 6, 2, 1, LAST - 40},   /* not discharged */
};

typedef struct {
    iapt_contact contacts[4];
    iapt_dated_score scores[4];
    iapt_pathway pathway;
} course;

static void make(course *c, int which)
{
    const int from = COURSES[which].from, n = COURSES[which].treatments;
    const int scores[4] = {COURSES[which].phq9_first, COURSES[which].phq9_last, COURSES[which].gad7_first,
                           COURSES[which].gad7_last};
    const iapt_contact contact = IAPT_CONTACT_INIT;
    const iapt_dated_score score = IAPT_DATED_SCORE_INIT;
    const iapt_pathway pathway = IAPT_PATHWAY_INIT;
    c->pathway = pathway;
    for (int i = 0; i < n; i++) {
        c->contacts[i] = contact;
        c->contacts[i].date = from + 10 * (i + 1);
        c->contacts[i].attendance = 5;
        c->contacts[i].appointment_type = 2;
    }
    for (int i = 0; i < 4; i++) {
        c->scores[i] = score;
        c->scores[i].date = from + (i % 2 == 0 ? 10 : 39);
        c->scores[i].instrument = i < 2 ? IAPT_PHQ9 : IAPT_GAD7;
        c->scores[i].score.numerator = scores[i];
        c->scores[i].score.denominator = 1;
    }
    c->pathway.contacts = c->contacts;
    c->pathway.contacts_len = (size_t)n;
    c->pathway.scores = c->scores;
    c->pathway.scores_len = 4;
    c->pathway.referral_date = from;
    if (!COURSES[which].open) {
        c->pathway.discharge_date = from + 120;
        c->pathway.end_code = 46;
    }
}

static void add(iapt_tally *tally, int which)
{
    course c;
    make(&c, which);
    CHECK(iapt_tally_add(tally, &c.pathway) == IAPT_OK);
}

static iapt_tally *new_tally(void)
{
    iapt_tally *tally = NULL;
    CHECK(iapt_tally_new(FIRST, LAST, NULL, 0, &tally) == IAPT_OK && tally != NULL);
    return tally;
}

static iapt_figure figure(const iapt_tally *tally, const char *id)
{
    iapt_figure f;
    memset(&f, 0x55, sizeof f);
    CHECK(iapt_tally_figure(tally, id, NULL, &f) == IAPT_OK);
    return f;
}

static void check_percent(const iapt_tally *tally, const char *id, int64_t numerator, uint64_t denominator,
                          int64_t tenths)
{
    const iapt_figure f = figure(tally, id);
    CHECK(f.status == IAPT_FIGURE_OK && f.has_value == 1 && f.value == tenths);
    CHECK(f.has_numerator == 1 && f.numerator == numerator);
    CHECK(f.has_denominator == 1 && f.denominator == denominator);
    CHECK(f.has_interval == 1 && f.lower <= tenths && f.upper >= tenths && f.lower < f.upper);
}

static void check_count(const iapt_tally *tally, const char *id, int64_t count)
{
    const iapt_figure f = figure(tally, id);
    CHECK(f.status == IAPT_FIGURE_OK && f.has_value == 1 && f.value == 10 * count);
    CHECK(f.has_numerator == 0 && f.numerator == 0 && f.has_denominator == 0 && f.denominator == 0);
    CHECK(f.has_interval == 0 && f.lower == 0 && f.upper == 0);
    CHECK(f.target == IAPT_NO_RATE && f.against == IAPT_AGAINST_NOTHING);
}

/* All of COURSES. */
/* Proves RATE-1, RATE-2, REPORT-4, DISCLOSURE-11, ROUNDING-1, ROUNDING-2. */
static void check_figures(const iapt_tally *tally)
{
    check_count(tally, "M001", 5); /* the fourth was received before */
    check_count(tally, "M056", 5);
    check_count(tally, "M075", 1);
    check_count(tally, "M076", 4);
    check_count(tally, "M089", 12); /* 2 + 3 + 4 + 3 treatments */
    check_count(tally, "M179", 1);
    check_count(tally, "M191", 2);
    check_count(tally, "M193", 1);
    check_count(tally, "M341", 0);
    check_percent(tally, "M192", 2, 3, 667);  /* the one below caseness is left out */
    check_percent(tally, "M195", 1, 3, 333);
    check_percent(tally, "M186", 2, 4, 500);
    check_percent(tally, "M1010", 0, 4, 0);   /* a zero is a value */
    check_percent(tally, "M078", 1, 5, 200);
    CHECK(figure(tally, "M141").value == 30 && figure(tally, "M141").denominator == 4);
    CHECK(figure(tally, "M142").value == 30); /* of 2, 3, 3, 4 */
    CHECK(figure(tally, "M143").value == 40 && figure(tally, "M144").value == 20);
    CHECK(figure(tally, "Mean_Start_PHQ9").value == 145); /* 18, 20, 9, 11 */
    CHECK(figure(tally, "M192").target == 500 && figure(tally, "M192").against == IAPT_AGAINST_ACROSS);
    CHECK(figure(tally, "M205").status == IAPT_FIGURE_NOT_APPLICABLE && figure(tally, "M205").has_value == 0);
    CHECK(figure(tally, "EffectSize_PHQ9").status == IAPT_FIGURE_MISSING);
}

/* Proves PERIOD-1, PERIOD-2, REPORT-9. */
static void test_figures(void)
{
    iapt_tally *all = new_tally(), *one = new_tally(), *other = new_tally();
    course later;
    for (int i = 0; i < REFERRALS; i++) {
        add(all, i);
        add(i % 2 == 0 ? one : other, i);
    }
    check_figures(all);
    CHECK(iapt_tally_merge(one, other) == IAPT_OK);
    check_figures(one);
    check_count(other, "M076", 2);

    /* Received after the period. */
    make(&later, 0);
    later.pathway.referral_date = LAST + 1;
    CHECK(iapt_tally_add(all, &later.pathway) == IAPT_OK);
    check_figures(all);
    /* As at the end of the period it is not discharged yet. */
    make(&later, 0);
    later.pathway.discharge_date = LAST + 1;
    CHECK(iapt_tally_add(all, &later.pathway) == IAPT_OK);
    check_count(all, "M001", 6);
    check_count(all, "M076", 4);

    CHECK(iapt_tally_reset(all) == IAPT_OK);
    check_count(all, "M001", 0);
    CHECK(figure(all, "M192").status == IAPT_FIGURE_NOT_APPLICABLE && figure(all, "M192").has_value == 0);
    for (int i = 0; i < REFERRALS; i++) {
        add(all, i);
    }
    check_figures(all);
    iapt_tally_free(all);
    iapt_tally_free(one);
    iapt_tally_free(other);
}

/* Proves REPORT-8, EFFECT-3. */
static void test_inputs(void)
{
    iapt_tally *tally = new_tally();
    iapt_inputs inputs;
    iapt_figure f;
    for (int i = 0; i < REFERRALS; i++) {
        add(tally, i);
    }
    memset(&inputs, 0, sizeof inputs);
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_OK && f.value == 667);
    CHECK(iapt_tally_figure(tally, "EffectSize_PHQ9", &inputs, &f) == IAPT_OK && f.status == IAPT_FIGURE_MISSING);
    inputs.sds[IAPT_PHQ9].numerator = 50;
    inputs.sds[IAPT_PHQ9].denominator = 10;
    /* (14.5 - 10.25) / 5 */
    CHECK(iapt_tally_figure(tally, "EffectSize_PHQ9", &inputs, &f) == IAPT_OK && f.value == 9);
    inputs.lacking_tables = IAPT_LACKS_SCORES;
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_OK && f.status == IAPT_FIGURE_MISSING);
    CHECK(f.has_value == 0 && f.value == 0 && f.has_denominator == 0 && f.target == 500);
    CHECK(iapt_tally_figure(tally, "M076", &inputs, &f) == IAPT_OK && f.value == 40);
    inputs.lacking_tables = IAPT_LACKS_EMPLOYMENT | IAPT_LACKS_COMPLAINTS;
    CHECK(iapt_tally_figure(tally, "M237", &inputs, &f) == IAPT_OK && f.status == IAPT_FIGURE_MISSING);
    CHECK(iapt_tally_figure(tally, "M203", &inputs, &f) == IAPT_OK && f.status == IAPT_FIGURE_MISSING);
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_OK && f.status == IAPT_FIGURE_OK);

    memset(&f, 0x55, sizeof f);
    inputs.lacking_tables = 64;
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_ERROR_INVALID_ARGUMENT);
    inputs.lacking_tables = UINT32_MAX;
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_ERROR_INVALID_ARGUMENT);
    inputs.lacking_tables = 0;
    inputs.reserved = 1;
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_ERROR_INVALID_ARGUMENT);
    inputs.reserved = 0;
    inputs.sds[IAPT_PHQ9].numerator = 0;
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_ERROR_INVALID_SD);
    inputs.sds[IAPT_PHQ9].numerator = -1;
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_ERROR_INVALID_SD);
    inputs.sds[IAPT_PHQ9].numerator = 1;
    inputs.sds[IAPT_PHQ9].denominator = UINT64_MAX;
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_ERROR_NOT_A_NUMBER);
    inputs.sds[IAPT_PHQ9].denominator = 0;
    inputs.sds[0].denominator = 1;
    CHECK(iapt_tally_figure(tally, "M192", &inputs, &f) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(f.status == 0x55);
    iapt_tally_free(tally);
}

/* Proves REPORT-1, TARGET-1. */
static void test_indicators(void)
{
    iapt_tally *tally = new_tally();
    iapt_indicator indicator, untouched;
    int targets = 0, formulas[IAPT_FORMULA_EFFECT_SIZE + 1] = {0};
    for (size_t i = 0; i < iapt_indicator_count(); i++) {
        iapt_figure f;
        CHECK(iapt_indicator_at(i, &indicator) == IAPT_OK);
        CHECK(*indicator.id != '\0' && *indicator.name != '\0' && indicator.reserved == 0);
        CHECK(iapt_tally_figure(tally, indicator.id, NULL, &f) == IAPT_OK);
        CHECK(f.target == indicator.target);
        CHECK(indicator.formula <= IAPT_FORMULA_EFFECT_SIZE);
        formulas[indicator.formula]++;
        targets += indicator.target != IAPT_NO_RATE;
        if (strcmp(indicator.id, "M192") == 0) {
            CHECK(strcmp(indicator.name, "Percentage_Recovery") == 0 && indicator.target == 500);
            CHECK(indicator.needed_tables == IAPT_LACKS_SCORES && indicator.formula == IAPT_FORMULA_PERCENT);
        }
    }
    CHECK(iapt_indicator_count() > 150 && targets == 5);
    for (int i = 0; i <= IAPT_FORMULA_EFFECT_SIZE; i++) {
        CHECK(formulas[i] > 0);
    }
    memset(&indicator, 0x55, sizeof indicator);
    untouched = indicator;
    CHECK(iapt_indicator_at(iapt_indicator_count(), &indicator) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_indicator_at(SIZE_MAX, &indicator) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_indicator_at(0, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(memcmp(&indicator, &untouched, sizeof indicator) == 0);
    iapt_tally_free(tally);
}

/* Proves EDITION-2, MEASURE-14. */
static void test_own_measures(void)
{
    iapt_own_measure own;
    iapt_tally *tally = NULL, *plain = new_tally();
    own.instrument = IAPT_PHQ9;
    CHECK(iapt_measure_definition(IAPT_PHQ9, &own.measure) == IAPT_OK);
    own.measure.caseness_threshold.numerator = 20;
    CHECK(iapt_tally_new(FIRST, LAST, &own, 1, &tally) == IAPT_OK);
    memset(&own, 0, sizeof own); /* the tally has its copy */
    for (int i = 0; i < REFERRALS; i++) {
        add(tally, i);
    }
    check_count(tally, "M179", 2); /* the fourth is no case now, the first by its GAD-7 */
    CHECK(iapt_tally_merge(tally, plain) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_tally_reset(tally) == IAPT_OK);
    add(tally, 3);
    check_count(tally, "M179", 1);
    iapt_tally_free(tally);
    iapt_tally_free(plain);
}

static void test_misuse(void)
{
    iapt_tally *tally = new_tally(), *other = NULL;
    iapt_own_measure own[2];
    iapt_figure f;
    course c;
    uint64_t buffer[64];
    memset(&f, 0x55, sizeof f);
    memset(own, 0, sizeof own);
    memset(buffer, 0, sizeof buffer);
    make(&c, 0);
    CHECK(iapt_tally_new(FIRST, LAST, NULL, 0, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_new(FIRST, LAST, NULL, 1, &other) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_new(FIRST, LAST, NULL, 0, misaligned(buffer)) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_tally_new(LAST, FIRST, NULL, 0, &other) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_tally_new(IAPT_NO_DAY, LAST, NULL, 0, &other) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_tally_new(FIRST, INT_MAX, NULL, 0, &other) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_tally_new(FIRST, LAST, own, 1, &other) == IAPT_ERROR_UNKNOWN_MEASURE);
    own[0].instrument = IAPT_CFQ;
    CHECK(iapt_tally_new(FIRST, LAST, own, 1, &other) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(iapt_tally_new(FIRST, LAST, own, SIZE_MAX, &other) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(other == NULL);
    iapt_tally_free(NULL);

    CHECK(iapt_tally_reset(NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_reset(misaligned(buffer)) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_tally_add(NULL, &c.pathway) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_add(tally, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_add(tally, misaligned(buffer)) == IAPT_ERROR_MISALIGNED);
    c.pathway.scores = NULL;
    CHECK(iapt_tally_add(tally, &c.pathway) == IAPT_ERROR_NULL_POINTER);
    c.pathway.scores = misaligned(buffer);
    CHECK(iapt_tally_add(tally, &c.pathway) == IAPT_ERROR_MISALIGNED);
    c.pathway.scores = c.scores;
    c.pathway.contacts_len = SIZE_MAX / 4;
    CHECK(iapt_tally_add(tally, &c.pathway) == IAPT_ERROR_INVALID_ARGUMENT);
    check_count(tally, "M001", 0);

    CHECK(iapt_tally_merge(NULL, tally) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_merge(tally, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_merge(tally, tally) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_tally_merge(misaligned(buffer), tally) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_tally_new(FIRST, LAST - 1, NULL, 0, &other) == IAPT_OK);
    CHECK(iapt_tally_merge(tally, other) == IAPT_ERROR_INVALID_ARGUMENT);

    CHECK(iapt_tally_figure(NULL, "M192", NULL, &f) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_figure(tally, NULL, NULL, &f) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_figure(tally, "M192", NULL, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_tally_figure(tally, "M192", misaligned(buffer), &f) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_tally_figure(tally, "M192", NULL, misaligned(buffer)) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_tally_figure(tally, "M999", NULL, &f) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_tally_figure(tally, "", NULL, &f) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_tally_figure(tally, "m192", NULL, &f) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_tally_figure(tally, "\xff", NULL, &f) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(f.status == 0x55);
    iapt_tally_free(tally);
    iapt_tally_free(other);
}

/* The place of an official measure in a row of a report. */
static size_t place(const char *id)
{
    iapt_indicator indicator;
    for (size_t i = 0; i < iapt_indicator_count(); i++) {
        if (iapt_indicator_at(i, &indicator) == IAPT_OK && strcmp(indicator.id, id) == 0) {
            return i;
        }
    }
    CHECK(!"an official measure");
    return 0;
}

/* Proves DISCLOSURE-1, DISCLOSURE-2, DISCLOSURE-3, DISCLOSURE-6. */
static void test_report(void)
{
    const size_t n = iapt_indicator_count(), received = place("M001"), recovery = place("M192");
    iapt_tally *tallies[2], *twice[2], *shorter[2];
    iapt_figure *groups = malloc(2 * n * sizeof *groups), *total = malloc(n * sizeof *total), *exact;
    exact = groups + n;
    if (groups == NULL || total == NULL) {
        abort();
    }
    tallies[0] = twice[0] = twice[1] = shorter[0] = new_tally();
    tallies[1] = new_tally();
    CHECK(iapt_tally_new(FIRST, LAST - 1, NULL, 0, &shorter[1]) == IAPT_OK);
    for (int i = 0; i < 61; i++) {
        add(tallies[0], i % 2); /* 31 recover, 30 do not */
        add(tallies[1], i % 2);
    }
    for (int i = 0; i < 2; i++) {
        add(tallies[0], 4); /* treated once: few */
    }
    CHECK(iapt_report(tallies, 2, NULL, IAPT_DISCLOSURE_EXACT, groups, total) == IAPT_OK);
    CHECK(groups[received].value == 630 && exact[received].value == 610 && total[received].value == 1240);
    CHECK(total[recovery].numerator == 62 && total[recovery].denominator == 122 && total[recovery].value == 508);
    CHECK(groups[place("M075")].value == 20);

    CHECK(iapt_report(tallies, 2, NULL, IAPT_DISCLOSURE_CONTROLLED, groups, total) == IAPT_OK);
    CHECK(groups[received].value == 650 && exact[received].value == 600 && total[received].value == 1250);
    CHECK(total[recovery].value == 510 && total[recovery].status == IAPT_FIGURE_OK);
    CHECK(groups[place("M075")].status == IAPT_FIGURE_SUPPRESSED && groups[place("M075")].has_value == 0);
    CHECK(groups[place("M075")].value == 0);

    CHECK(iapt_report(tallies, 2, NULL, IAPT_DISCLOSURE_NATIONAL_TOTAL, groups, total) == IAPT_OK);
    CHECK(total[received].value == 1240 && total[recovery].value == 508);
    CHECK(groups[received].status == IAPT_FIGURE_SUPPRESSED || groups[received].value == 650);

    memset(groups, 0x55, 2 * n * sizeof *groups);
    memset(total, 0x55, n * sizeof *total);
    CHECK(iapt_report(tallies, 2, NULL, 3, groups, total) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_report(twice, 2, NULL, 0, groups, total) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_report(shorter, 2, NULL, 0, groups, total) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_report(NULL, 2, NULL, 0, groups, total) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_report(tallies, 2, NULL, 0, NULL, total) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_report(tallies, 2, NULL, 0, groups, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_report(tallies, 2, NULL, 0, groups, groups + n) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_report(tallies, SIZE_MAX / 16, NULL, 0, groups, total) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_report(tallies, 2, misaligned(total), 0, groups, total) == IAPT_ERROR_MISALIGNED);
    twice[1] = NULL;
    CHECK(iapt_report(twice, 2, NULL, 0, groups, total) == IAPT_ERROR_NULL_POINTER);
    CHECK(groups[0].status == 0x55 && total[0].status == 0x55);
    CHECK(iapt_report(NULL, 0, NULL, 0, NULL, total) == IAPT_OK && total[received].status == IAPT_FIGURE_SUPPRESSED);
    check_count(tallies[1], "M001", 61);
    iapt_tally_free(tallies[0]);
    iapt_tally_free(tallies[1]);
    iapt_tally_free(shorter[1]);
    free(groups);
    free(total);
}

int main(void)
{
    test_figures();
    test_inputs();
    test_indicators();
    test_own_measures();
    test_misuse();
    test_report();
    return checked("tallies");
}
