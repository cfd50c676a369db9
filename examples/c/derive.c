/*
 * From the records of referrals to figures: one referral derived and explained, and the recovery rate of three.
 *
 *   cc -std=c99 -I iapt-c/include examples/c/derive.c -L target/release -liapt -o derive
 */

#include <iapt.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Here no call should fail: say why one did, and stop. */
static void must(iapt_status status, const char *what)
{
    if (status != IAPT_OK) {
        fprintf(stderr, "%s: %s (%d)\n", what, iapt_status_message(status), (int)status);
        exit(EXIT_FAILURE);
    }
}

static iapt_day day(const char *text)
{
    iapt_day value;
    must(iapt_day_parse(text, strlen(text), &value), text);
    return value;
}

/* A treatment that was attended on time. */
static iapt_contact treated(const char *date)
{
    iapt_contact contact = IAPT_CONTACT_INIT;
    contact.date = day(date);
    contact.attendance = 5;
    contact.appointment_type = 2;
    return contact;
}

static iapt_dated_score scored(const char *date, iapt_instrument instrument, int score)
{
    iapt_dated_score dated = IAPT_DATED_SCORE_INIT;
    dated.date = day(date);
    dated.instrument = instrument;
    dated.score.numerator = score;
    dated.score.denominator = 1;
    return dated;
}

static void explain(const iapt_pathway *pathway)
{
    size_t length = 0;
    char *text;
    /* Without a buffer the call says how long the text is. */
    if (iapt_derive_explain(pathway, IAPT_NO_DAY, NULL, 0, NULL, 0, &length) != IAPT_ERROR_BUFFER_TOO_SMALL ||
        (text = malloc(length + 1)) == NULL) {
        fprintf(stderr, "explanation: no memory\n");
        exit(EXIT_FAILURE);
    }
    must(iapt_derive_explain(pathway, IAPT_NO_DAY, NULL, 0, text, length + 1, &length), "explanation");
    printf("%s\n", text);
    free(text);
}

static void print_findings(const iapt_pathway *pathway)
{
    iapt_finding findings[8];
    iapt_derived derived;
    size_t count;
    must(iapt_derive(pathway, IAPT_NO_DAY, NULL, 0, &derived, findings, 8, &count), "referral");
    printf("Findings: %u\n", (unsigned)count);
    for (size_t i = 0; i < count && i < 8; i++) {
        printf("   %s, row %u: %s\n", iapt_table_name(findings[i].table), (unsigned)findings[i].row,
               iapt_finding_message(findings[i].kind));
    }
}

int main(void)
{
    const iapt_contact contacts[] = {treated("2024-05-01"), treated("2024-06-12"), treated("2024-09-01")};
    /* The last score is dated after the discharge. */
    const iapt_dated_score scores[] = {
        scored("2024-05-01", IAPT_PHQ9, 18), scored("2024-09-01", IAPT_PHQ9, 9),
        scored("2024-05-01", IAPT_SPIN, 41), scored("2024-09-01", IAPT_SPIN, 15),
        scored("2024-05-01", IAPT_GAD7, 14), scored("2024-12-01", IAPT_GAD7, 6),
    };
    const iapt_complaint complaint = {0, "F40.1", day("2024-04-01"), IAPT_YES};
    iapt_pathway pathway = IAPT_PATHWAY_INIT;
    iapt_tally *tally;
    iapt_figure rate;
    iapt_day first, last;

    pathway.referral_date = day("2024-04-01");
    pathway.discharge_date = day("2024-09-30");
    pathway.end_code = 46;
    pathway.contacts = contacts;
    pathway.contacts_len = sizeof contacts / sizeof *contacts;
    pathway.scores = scores;
    pathway.scores_len = sizeof scores / sizeof *scores;
    pathway.complaints = &complaint;
    pathway.complaints_len = 1;
    explain(&pathway);
    print_findings(&pathway);

    must(iapt_period_parse("2024-25", 7, &first, &last), "period");
    must(iapt_tally_new(first, last, NULL, 0, &tally), "tally");
    must(iapt_tally_add(tally, &pathway), "referral");
    pathway.complaints_len = 0; /* without a descriptor GAD-7 decides, which has no last score */
    must(iapt_tally_add(tally, &pathway), "referral");
    pathway.contacts_len = 1; /* treated once: not a finished course */
    must(iapt_tally_add(tally, &pathway), "referral");
    must(iapt_tally_figure(tally, "M192", NULL, &rate), "recovery rate");
    iapt_tally_free(tally);
    printf("Recovery rate (M192): ");
    if (rate.status == IAPT_FIGURE_OK) {
        printf("%d of %u, %d.%d %%, 95 %% interval %d.%d to %d.%d\n", (int)rate.numerator,
               (unsigned)rate.denominator, (int)rate.value / 10, (int)rate.value % 10, (int)rate.lower / 10,
               (int)rate.lower % 10, (int)rate.upper / 10, (int)rate.upper % 10);
    } else {
        printf("none\n");
    }
    return EXIT_SUCCESS;
}
