/* Days, identifiers, and one referral from its records: what a caller can do wrong, and what lies at the edges. */

#include <iapt.h>

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

/* The compiler checks that each type has the size that programs rely on. */
typedef char check_contact[sizeof(iapt_contact) == 32 ? 1 : -1];
typedef char check_dated_score[sizeof(iapt_dated_score) == 48 ? 1 : -1];
typedef char check_therapy_log[sizeof(iapt_therapy_log) == 16 ? 1 : -1];
typedef char check_sick_pay[sizeof(iapt_sick_pay) == 8 ? 1 : -1];
typedef char check_own_measure[sizeof(iapt_own_measure) == 80 ? 1 : -1];
typedef char check_first_and_last[sizeof(iapt_first_and_last) == 40 ? 1 : -1];
typedef char check_derived[sizeof(iapt_derived) == 960 ? 1 : -1];

enum { REFERRED = 19814 /* 2024-04-01 */, DISCHARGED = REFERRED + 182 };

/* An address that is not aligned for any type wider than a byte. */
static void *misaligned(void *buffer)
{
    return (char *)buffer + 1;
}

/* Proves PERIOD-4, PERIOD-5. */
static void test_days(void)
{
    static const char *const none[] = {"", "2024-02-30", "01/04/2024", "2024-4-1", "10000-01-01", "\xff"};
    static const char *const periods[] = {"2024-25", "2024-04-01/2025-03-31"};
    iapt_day day = 7, first = 7, last = 7;
    int32_t year = 7, month = 7, day_of_month = 7;
    uint64_t buffer[2];
    CHECK(iapt_day_from_ymd(1970, 1, 1, &day) == IAPT_OK && day == 0);
    CHECK(iapt_day_from_ymd(0, 1, 1, &day) == IAPT_OK && day == -719528);
    CHECK(iapt_day_to_ymd(day, &year, &month, &day_of_month) == IAPT_OK && year == 0 && month == 1);
    CHECK(iapt_day_to_ymd(day - 1, &year, &month, &day_of_month) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_from_ymd(9999, 12, 31, &day) == IAPT_OK && day == 2932896);
    CHECK(iapt_day_to_ymd(day, &year, &month, &day_of_month) == IAPT_OK && year == 9999 && day_of_month == 31);
    CHECK(iapt_day_to_ymd(day + 1, &year, &month, &day_of_month) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_to_ymd(IAPT_NO_DAY, &year, &month, &day_of_month) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_to_ymd(INT_MAX, &year, &month, &day_of_month) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_to_ymd(0, NULL, &month, &day_of_month) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_day_to_ymd(0, &year, NULL, &day_of_month) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_day_to_ymd(0, &year, &month, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(year == 9999 && month == 12 && day_of_month == 31);
    CHECK(iapt_day_from_ymd(2024, 4, 1, &day) == IAPT_OK && day == REFERRED);
    CHECK(iapt_day_from_ymd(2023, 2, 29, &day) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_from_ymd(-1, 1, 1, &day) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_from_ymd(2024 + 65536, 4, 1, &day) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_from_ymd(2024, 4 + 256, 1, &day) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_from_ymd(INT_MIN, INT_MIN, INT_MAX, &day) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_from_ymd(2024, 4, 1, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_day_from_ymd(2024, 4, 1, misaligned(buffer)) == IAPT_ERROR_MISALIGNED);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        CHECK(iapt_day_parse(none[i], strlen(none[i]), &day) == IAPT_ERROR_NOT_A_DAY);
        CHECK(iapt_period_parse(none[i], strlen(none[i]), &first, &last) == IAPT_ERROR_NOT_A_DAY);
    }
    CHECK(iapt_day_parse(NULL, 0, &day) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_day_parse(NULL, 1, &day) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_day_parse("2024-04-01", 10, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_day_parse("2024-04-01", SIZE_MAX, &day) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(day == REFERRED && first == 7 && last == 7);
    CHECK(iapt_day_parse("2024-04-02T10:11:12xyz", 19, &day) == IAPT_OK && day == REFERRED + 1);
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
        CHECK(iapt_period_parse(periods[i], strlen(periods[i]), &first, &last) == IAPT_OK);
        CHECK(first == REFERRED && last == REFERRED + 364);
    }
    CHECK(iapt_period_parse("2024-04-02/2024-04-01", 21, &first, &last) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_period_parse("2024-25", 7, NULL, &last) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_period_parse("2024-25", 7, &first, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(strcmp(iapt_status_name(IAPT_ERROR_NOT_A_DAY), "NOT_A_DAY") == 0);
}

static void test_instruments(void)
{
    static const struct {
        const char *name;
        iapt_instrument instrument;
    } names[] = {
        {"PHQ-9", IAPT_PHQ9},           {"phq9", IAPT_PHQ9},  {"720433000", IAPT_PHQ9},      {"445455005", IAPT_GAD7},
        {"SocialPhobia", IAPT_SPIN},    {"BIQ", IAPT_BIQ},    {"francis ibs", IAPT_IBS},     {"PHQ-15", IAPT_PHQ15},
        {"WSAS work", IAPT_WSAS_WORK},  {"WSAS", IAPT_WSAS},  {"MUS", IAPT_PHQ15},           {"cfq", IAPT_CFQ},
        {"WSAS relationships", IAPT_WSAS_RELATIONSHIPS},
    };
    static const char *const unknown[] = {"", "PHQ-8", "720433001", "\xff"};
    iapt_instrument instrument = 77;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CHECK(iapt_instrument_by_name(names[i].name, &instrument) == IAPT_OK && instrument == names[i].instrument);
    }
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        CHECK(iapt_instrument_by_name(unknown[i], &instrument) == IAPT_ERROR_UNKNOWN_MEASURE);
    }
    CHECK(iapt_instrument_by_name(NULL, &instrument) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_instrument_by_name("PHQ-9", NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(instrument == IAPT_WSAS_RELATIONSHIPS);
    /* One number for a measure, whichever call it is given to. */
    for (iapt_measure measure = IAPT_PHQ9; measure <= IAPT_WSAS; measure++) {
        CHECK(strcmp(iapt_instrument_name(measure), iapt_measure_name(measure)) == 0);
    }
    for (instrument = 1; instrument < IAPT_INSTRUMENTS; instrument++) {
        iapt_instrument again;
        CHECK(iapt_instrument_by_name(iapt_instrument_name(instrument), &again) == IAPT_OK && again == instrument);
    }
    CHECK(iapt_instrument_name(IAPT_NO_INSTRUMENT) == NULL && iapt_instrument_name(IAPT_INSTRUMENTS) == NULL);
    CHECK(iapt_instrument_name(UINT32_MAX) == NULL);
}

static void test_ids(void)
{
    const char *const texts[] = {"10", "9", NULL, "c", "10", "010", "", "B"};
    const char *const bad[] = {"1", "\xff"};
    uint64_t ids[8] = {77, 77, 77, 77, 77, 77, 77, 77};
    CHECK(iapt_rank_ids(texts, 8, ids) == IAPT_OK);
    CHECK(ids[0] > ids[1] && ids[3] > ids[7] && ids[7] > ids[0] && ids[2] == 0 && ids[4] == ids[0]);
    CHECK(ids[5] != 0 && ids[6] != 0);
    CHECK(iapt_rank_ids(NULL, 0, NULL) == IAPT_OK);
    CHECK(iapt_rank_ids(NULL, 1, ids) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_rank_ids(texts, 8, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_rank_ids(texts, SIZE_MAX / 4, ids) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_rank_ids(misaligned(ids), 2, ids + 4) == IAPT_ERROR_MISALIGNED);
    ids[0] = ids[1] = 77;
    CHECK(iapt_rank_ids(bad, 2, ids) == IAPT_ERROR_INVALID_ARGUMENT && ids[0] == 77 && ids[1] == 77);
    {
        const char *own[2] = {"1", "2"};
        CHECK(iapt_rank_ids(own, 2, (uint64_t *)(void *)own) == IAPT_ERROR_INVALID_ARGUMENT);
        CHECK(strcmp(own[0], "1") == 0);
    }
}

static void test_findings_names(void)
{
    int kinds = 0;
    for (int kind = 0; kind < 256; kind++) {
        CHECK((iapt_finding_name((uint8_t)kind) == NULL) == (iapt_finding_message((uint8_t)kind) == NULL));
        kinds += iapt_finding_name((uint8_t)kind) != NULL;
        CHECK((iapt_table_name((uint8_t)kind) != NULL) == (kind <= IAPT_TABLE_EMPLOYMENT));
    }
    CHECK(kinds == 17);
    CHECK(strcmp(iapt_finding_name(IAPT_FINDING_UNKNOWN_CODE), "unknown_code") == 0);
    CHECK(strcmp(iapt_table_name(IAPT_TABLE_INTERNET_THERAPY), "internet_therapy") == 0);
}

static void test_initialisers(void)
{
    const iapt_contact contact = IAPT_CONTACT_INIT;
    const iapt_dated_score score = IAPT_DATED_SCORE_INIT;
    const iapt_complaint complaint = IAPT_COMPLAINT_INIT;
    const iapt_therapy_log log = IAPT_THERAPY_LOG_INIT;
    const iapt_sick_pay sick_pay = IAPT_SICK_PAY_INIT;
    const iapt_pathway pathway = IAPT_PATHWAY_INIT;
    CHECK(contact.id == 0 && contact.therapy_code == 0 && contact.date == IAPT_NO_DAY && contact.minutes == 0);
    CHECK(contact.attendance == IAPT_NO_CODE && contact.appointment_type == IAPT_NO_CODE);
    CHECK(contact.planned == IAPT_NO_ANSWER);
    CHECK(score.id == 0 && score.contact_id == 0 && score.score.denominator == 0 && score.date == IAPT_NO_DAY);
    CHECK(score.instrument == IAPT_NO_INSTRUMENT && score.unreadable == 0);
    CHECK(complaint.id == 0 && complaint.code == NULL && complaint.date == IAPT_NO_DAY);
    CHECK(complaint.primary == IAPT_NO_ANSWER);
    CHECK(log.id == 0 && log.date == IAPT_NO_DAY);
    CHECK(sick_pay.date == IAPT_NO_DAY && sick_pay.received == IAPT_NO_ANSWER);
    CHECK(pathway.contacts == NULL && pathway.contacts_len == 0 && pathway.scores == NULL && pathway.scores_len == 0);
    CHECK(pathway.complaints == NULL && pathway.complaints_len == 0 && pathway.therapy_logs == NULL);
    CHECK(pathway.therapy_logs_len == 0 && pathway.sick_pay == NULL && pathway.sick_pay_len == 0);
    CHECK(pathway.referral_date == IAPT_NO_DAY && pathway.discharge_date == IAPT_NO_DAY);
    CHECK(pathway.end_code == IAPT_NO_CODE);
}

/* Two treatments, PHQ-9 18 to 9 and GAD-7 14 to 6, discharged. */
static const iapt_contact CONTACTS[] = {
    {1, 0, REFERRED + 30, 5, 2, 50, IAPT_NO_ANSWER},
    {2, UINT64_C(304891004), REFERRED + 150, 6, 2, 0, IAPT_YES},
};
static const iapt_dated_score SCORES[] = {
    {0, 0, {18, 1}, REFERRED + 30, IAPT_PHQ9, 0},
    {0, 0, {18, 2}, REFERRED + 150, IAPT_PHQ9, 0}, /* 9, not in lowest terms */
    {0, 0, {14, 1}, REFERRED + 30, IAPT_GAD7, 0},
    {0, 0, {6, 1}, REFERRED + 150, IAPT_GAD7, 0},
};

static iapt_pathway referral(void)
{
    iapt_pathway pathway = IAPT_PATHWAY_INIT;
    pathway.contacts = CONTACTS;
    pathway.contacts_len = 2;
    pathway.scores = SCORES;
    pathway.scores_len = 4;
    pathway.referral_date = REFERRED;
    pathway.discharge_date = DISCHARGED;
    pathway.end_code = 46;
    return pathway;
}

/* Proves PERIOD-2, COURSE-1, FIRSTLAST-3. */
static void test_derive(void)
{
    const iapt_pathway pathway = referral(), nothing = IAPT_PATHWAY_INIT;
    iapt_derived d;
    iapt_finding finding;
    size_t count = 77;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, NULL, 0, &count) == IAPT_OK && count == 0);
    CHECK(d.flags == 155 && d.finished_course == 1 && d.treated_once == 0 && d.ended_before_treatment == 0);
    CHECK(d.treatment_contacts == 2 && d.care_contacts == 2 && d.treatment_wait == 30);
    CHECK(d.assessment_date == IAPT_NO_DAY && d.assessment_wait == IAPT_NO_WAIT && d.second_treatment_wait == 120);
    CHECK(d.timed_contacts == 1 && d.contact_minutes == 50 && d.high_intensity_contacts == 1);
    CHECK(d.first_high_intensity_date == REFERRED + 150 && d.first_stage == IAPT_NO_STAGE);
    CHECK(d.scores[IAPT_PHQ9].first.numerator == 18 && d.scores[IAPT_PHQ9].last.numerator == 9);
    CHECK(d.scores[IAPT_PHQ9].last.denominator == 1 && d.scores[IAPT_GAD7].last_date == REFERRED + 150);
    CHECK(d.scores[0].first.denominator == 0 && d.scores[IAPT_SPIN].first_date == IAPT_NO_DAY);
    CHECK(d.end_code == 46 && d.anxiety_measure == IAPT_GAD7 && d.anxiety_choice == IAPT_ANXIETY_GENERAL);
    CHECK(d.specific_measure == IAPT_NO_INSTRUMENT && d.problem_descriptor[0] == '\0');
    CHECK(d.sick_pay_first == IAPT_NO_ANSWER && d.reserved[0] == 0 && d.reserved[3] == 0);

    /* The day before the second contact and the discharge. */
    CHECK(iapt_derive(&pathway, REFERRED + 149, NULL, 0, &d, NULL, 0, NULL) == IAPT_OK);
    CHECK(d.discharge_date == IAPT_NO_DAY && d.treatment_contacts == 1 && d.finished_course == 0);
    CHECK(d.end_code == IAPT_NO_CODE && d.flags == IAPT_CASENESS && d.scores[IAPT_PHQ9].last.denominator == 0);
    CHECK(iapt_derive(&pathway, REFERRED + 150, NULL, 0, &d, NULL, 0, NULL) == IAPT_OK);
    CHECK(d.discharge_date == IAPT_NO_DAY && d.treatment_contacts == 2 && d.flags == 155);

    CHECK(iapt_derive(&nothing, IAPT_NO_DAY, NULL, 0, &d, &finding, 1, &count) == IAPT_OK && count == 1);
    CHECK(finding.table == IAPT_TABLE_REFERRALS && finding.kind == IAPT_FINDING_MISSING_DATE && finding.row == 0);
    CHECK(finding.about == NULL && finding.reserved[5] == 0);
    CHECK(d.flags == 0 && d.referral_date == IAPT_NO_DAY);
}

static void test_derive_misuse(void)
{
    const iapt_pathway pathway = referral();
    const size_t huge = SIZE_MAX / 2;
    iapt_pathway bad;
    iapt_derived d, untouched;
    iapt_finding findings[2], finding_untouched;
    uint64_t buffer[128];
    size_t count = 77;
    memset(&d, 0x55, sizeof d);
    memset(&untouched, 0x55, sizeof untouched);
    memset(findings, 0x55, sizeof findings);
    memset(&finding_untouched, 0x55, sizeof finding_untouched);
    memset(buffer, 0, sizeof buffer);
    CHECK(iapt_derive(NULL, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, NULL, findings, 2, &count) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 1, &d, findings, 2, &count) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, NULL, 1, &count) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_derive(misaligned(buffer), IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, misaligned(buffer), findings, 2, &count) ==
          IAPT_ERROR_MISALIGNED);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, misaligned(buffer), 2, &count) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, findings, 2, misaligned(buffer)) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, findings, SIZE_MAX / 8, &count) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, (iapt_finding *)(void *)&d, 1, &count) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_derive(&pathway, 2932897, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY + 1, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_NOT_A_DAY);

    bad = pathway;
    bad.contacts = NULL;
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_NULL_POINTER);
    bad.contacts = misaligned(buffer);
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_MISALIGNED);
    bad = pathway;
    bad.scores = misaligned(buffer);
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_MISALIGNED);
    bad = pathway;
    bad.complaints_len = 1;
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_NULL_POINTER);
    bad.complaints = misaligned(buffer);
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_MISALIGNED);
    bad = pathway;
    bad.therapy_logs_len = 1;
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_NULL_POINTER);
    bad.therapy_logs = misaligned(buffer);
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_MISALIGNED);
    bad = pathway;
    bad.sick_pay_len = 1;
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_NULL_POINTER);
    bad.sick_pay = misaligned(buffer);
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_MISALIGNED);
    for (int table = 0; table < 5; table++) {
        bad = pathway;
        *(table == 0   ? &bad.contacts_len
          : table == 1 ? &bad.scores_len
          : table == 2 ? &bad.complaints_len
          : table == 3 ? &bad.therapy_logs_len
                       : &bad.sick_pay_len) = huge;
        CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_INVALID_ARGUMENT);
    }
    bad = pathway;
    bad.contacts = (const iapt_contact *)(const void *)findings;
    bad.contacts_len = 1;
    CHECK(iapt_derive(&bad, IAPT_NO_DAY, NULL, 0, &d, findings, 2, &count) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(memcmp(&d, &untouched, sizeof d) == 0 && count == 77);
    CHECK(memcmp(&findings[0], &finding_untouched, sizeof finding_untouched) == 0);
}

/* Numbers that are no code, no instrument and no score are findings, never errors. */
/* Proves FINDING-1, FINDING-2, FINDING-5, MEASURE-13. */
static void test_odd_records(void)
{
    const char longest[] = "1234567890123456789";
    const iapt_number none = {0, 0}, ten = {10, 1}, half = {21, 2}, too_fine = {1, UINT64_MAX}, lowest = {INT64_MIN, 1};
    const iapt_contact contacts[] = {
        {0, UINT64_MAX, REFERRED, 0, 10, UINT16_MAX, 2},
        {0, 0, REFERRED, IAPT_UNKNOWN_CODE, INT16_MIN, 0, IAPT_NO},
        {0, 0, INT_MAX, 5, 2, 0, IAPT_NO_ANSWER},
    };
    const iapt_dated_score scores[] = {
        {0, 0, none, REFERRED, IAPT_PHQ9, 0},
        {0, 0, ten, REFERRED, 0, 0},
        {0, 0, ten, REFERRED, IAPT_INSTRUMENTS, 0},
        {0, 0, ten, REFERRED, UINT32_MAX, 0},
        {0, 0, none, REFERRED, UINT32_MAX, 0},
        {0, 0, ten, REFERRED, IAPT_PHQ9, 1},
        {0, 0, half, REFERRED, IAPT_PHQ9, 0},
        {0, 0, too_fine, REFERRED, IAPT_PHQ9, 0},
        {0, 0, lowest, REFERRED, IAPT_PHQ9, 0},
        {0, 0, ten, REFERRED, IAPT_CFQ, 0},
        {0, 9, ten, REFERRED, IAPT_GAD7, 0},
    };
    const iapt_complaint complaints[] = {
        {0, NULL, REFERRED, IAPT_YES},    {0, "", IAPT_NO_DAY, IAPT_YES}, {0, "\xff\xfe", REFERRED, IAPT_YES},
        {0, longest, REFERRED, IAPT_YES}, {0, longest + 1, REFERRED, 7},
    };
    const iapt_therapy_log logs[] = {{7, REFERRED}, {7, REFERRED + 7}, {0, IAPT_NO_DAY}};
    const iapt_sick_pay sick_pay[] = {{REFERRED, IAPT_YES}, {REFERRED + 1, IAPT_NO}, {REFERRED + 2, -7}};
    static const struct {
        uint8_t table;
        size_t row;
        uint8_t kind;
        const char *about;
    } expected[] = {
        {IAPT_TABLE_REFERRALS, 0, IAPT_FINDING_UNKNOWN_CODE, "end_code"},
        {IAPT_TABLE_CONTACTS, 0, IAPT_FINDING_UNKNOWN_CODE, "attendance"},
        {IAPT_TABLE_CONTACTS, 0, IAPT_FINDING_UNKNOWN_CODE, "planned"},
        {IAPT_TABLE_CONTACTS, 1, IAPT_FINDING_UNKNOWN_CODE, "attendance"},
        {IAPT_TABLE_CONTACTS, 1, IAPT_FINDING_UNKNOWN_CODE, "type"},
        {IAPT_TABLE_CONTACTS, 2, IAPT_FINDING_MISSING_DATE, NULL},
        {IAPT_TABLE_SCORES, 1, IAPT_FINDING_UNKNOWN_MEASURE, NULL},
        {IAPT_TABLE_SCORES, 2, IAPT_FINDING_UNKNOWN_MEASURE, NULL},
        {IAPT_TABLE_SCORES, 3, IAPT_FINDING_UNKNOWN_MEASURE, NULL},
        {IAPT_TABLE_SCORES, 5, IAPT_FINDING_SCORE_OUT_OF_RANGE, NULL},
        {IAPT_TABLE_SCORES, 6, IAPT_FINDING_SCORE_OUT_OF_RANGE, NULL},
        {IAPT_TABLE_SCORES, 7, IAPT_FINDING_SCORE_OUT_OF_RANGE, NULL},
        {IAPT_TABLE_SCORES, 8, IAPT_FINDING_SCORE_OUT_OF_RANGE, NULL},
        {IAPT_TABLE_SCORES, 9, IAPT_FINDING_THRESHOLD_NOT_CONFIGURED, NULL},
        {IAPT_TABLE_SCORES, 10, IAPT_FINDING_UNKNOWN_CONTACT, NULL},
        {IAPT_TABLE_COMPLAINTS, 2, IAPT_FINDING_UNKNOWN_CODE, "code"},
        {IAPT_TABLE_COMPLAINTS, 3, IAPT_FINDING_UNKNOWN_CODE, "code"},
        {IAPT_TABLE_COMPLAINTS, 4, IAPT_FINDING_UNKNOWN_CODE, "primary"},
        {IAPT_TABLE_INTERNET_THERAPY, 0, IAPT_FINDING_DUPLICATE_ID, NULL},
        {IAPT_TABLE_INTERNET_THERAPY, 2, IAPT_FINDING_MISSING_DATE, NULL},
        {IAPT_TABLE_EMPLOYMENT, 2, IAPT_FINDING_UNKNOWN_CODE, "sick_pay"},
    };
    enum { EXPECTED = sizeof expected / sizeof *expected };
    iapt_pathway pathway = IAPT_PATHWAY_INIT;
    iapt_finding findings[EXPECTED + 1], few[3];
    iapt_derived d;
    size_t count = 0;
    pathway.contacts = contacts;
    pathway.contacts_len = sizeof contacts / sizeof *contacts;
    pathway.scores = scores;
    pathway.scores_len = sizeof scores / sizeof *scores;
    pathway.complaints = complaints;
    pathway.complaints_len = sizeof complaints / sizeof *complaints;
    pathway.therapy_logs = logs;
    pathway.therapy_logs_len = sizeof logs / sizeof *logs;
    pathway.sick_pay = sick_pay;
    pathway.sick_pay_len = sizeof sick_pay / sizeof *sick_pay;
    pathway.referral_date = REFERRED;
    pathway.discharge_date = DISCHARGED;
    pathway.end_code = 9;
    memset(findings, 0x55, sizeof findings);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, findings, EXPECTED + 1, &count) == IAPT_OK);
    CHECK(count == EXPECTED);
    for (size_t i = 0; i < count && i < EXPECTED; i++) {
        CHECK(findings[i].table == expected[i].table && findings[i].row == expected[i].row);
        CHECK(findings[i].kind == expected[i].kind);
        CHECK((findings[i].about == NULL) == (expected[i].about == NULL));
        CHECK(expected[i].about == NULL || strcmp(findings[i].about, expected[i].about) == 0);
    }
    CHECK(findings[EXPECTED].kind == 0x55);
    CHECK(d.end_code == IAPT_UNKNOWN_CODE && d.treatment_contacts == 1 && d.care_contacts == 1);
    CHECK(d.first_treatment_date == REFERRED + 7 && strcmp(d.problem_descriptor, longest + 1) == 0);
    CHECK(d.sick_pay_first == IAPT_YES && d.sick_pay_last == IAPT_NO);
    CHECK(d.scores[IAPT_GAD7].first.numerator == 10 && d.scores[IAPT_PHQ9].first.denominator == 0);

    /* Too little room: what fits is written, and the number is that of all. */
    memset(few, 0x55, sizeof few);
    count = 0;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, few, 2, &count) == IAPT_OK && count == EXPECTED);
    CHECK(few[0].about == findings[0].about && few[1].row == findings[1].row && few[2].kind == 0x55);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, few, 2, NULL) == IAPT_OK);
}

/* Proves MEASURE-13, MEASURE-14, EDITION-2. */
static void test_own_measures(void)
{
    const iapt_complaint complaint = {0, "G93.3", IAPT_NO_DAY, IAPT_YES};
    iapt_dated_score scores[6];
    iapt_pathway pathway = referral();
    iapt_own_measure own[IAPT_INSTRUMENTS];
    iapt_derived d;
    iapt_finding findings[4];
    char text[4096];
    size_t count = 77, length;
    memcpy(scores, SCORES, sizeof SCORES);
    scores[4] = SCORES[0];
    scores[5] = SCORES[1];
    scores[4].instrument = scores[5].instrument = IAPT_CFQ;
    pathway.scores = scores;
    pathway.scores_len = 6;
    pathway.complaints = &complaint;
    pathway.complaints_len = 1;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &d, findings, 4, &count) == IAPT_OK && count == 3);
    CHECK(findings[0].kind == IAPT_FINDING_THRESHOLD_NOT_CONFIGURED && findings[0].row == 4);
    CHECK(findings[2].kind == IAPT_FINDING_DESCRIPTOR_WITHOUT_MEASURE && strcmp(findings[2].about, "CFQ") == 0);
    CHECK(d.anxiety_choice == IAPT_ANXIETY_INSTEAD && d.anxiety_measure == IAPT_GAD7);
    CHECK(d.specific_measure == IAPT_CFQ && d.flags == 155 && strcmp(d.problem_descriptor, "G933") == 0);

    /* From 18 to 9 on a measure with a case at 5 is no recovery. */
    memset(own, 0, sizeof own);
    own[0].instrument = IAPT_CFQ;
    own[0].measure.max_score.numerator = 33;
    own[0].measure.min_score.denominator = own[0].measure.max_score.denominator = 1;
    own[0].measure.caseness_threshold.numerator = 5;
    own[0].measure.caseness_threshold.denominator = 1;
    own[0].measure.reliable_change.numerator = 4;
    own[0].measure.reliable_change.denominator = 1;
    own[0].measure.whole_scores = 1;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, 1, &d, NULL, 0, &count) == IAPT_OK && count == 0);
    CHECK(d.anxiety_choice == IAPT_ANXIETY_SPECIFIC && d.anxiety_measure == IAPT_CFQ && d.specific_measure == IAPT_CFQ);
    CHECK((d.flags & IAPT_RECOVERY) == 0 && (d.flags & IAPT_RELIABLE_IMPROVEMENT) != 0);
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, own, 1, text, sizeof text, &length) == IAPT_OK);
    CHECK(strstr(text, "G933") != NULL && strstr(text, "CFQ") != NULL);

    /* Instead of a built-in one; of one without a threshold no outcome comes. */
    own[1].instrument = IAPT_PHQ9;
    CHECK(iapt_measure_definition(IAPT_PHQ9, &own[1].measure) == IAPT_OK);
    own[1].measure.caseness_threshold.denominator = 0;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, 2, &d, NULL, 0, NULL) == IAPT_OK && d.flags == 0);
    CHECK(d.scores[IAPT_PHQ9].first.numerator == 18);

    memset(&d, 0x55, sizeof d);
    own[1].instrument = IAPT_CFQ;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, 2, &d, NULL, 0, NULL) == IAPT_ERROR_INVALID_ARGUMENT);
    own[1].instrument = IAPT_NO_INSTRUMENT;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, 2, &d, NULL, 0, NULL) == IAPT_ERROR_UNKNOWN_MEASURE);
    own[1].instrument = IAPT_INSTRUMENTS;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, 2, &d, NULL, 0, NULL) == IAPT_ERROR_UNKNOWN_MEASURE);
    own[1].instrument = IAPT_PHQ9;
    own[1].measure.max_score.numerator = -1;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, 2, &d, NULL, 0, NULL) == IAPT_ERROR_INVALID_MEASURE);
    own[1].measure.reserved[0] = 1;
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, 2, &d, NULL, 0, NULL) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, IAPT_INSTRUMENTS, &d, NULL, 0, NULL) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, own, SIZE_MAX, &d, NULL, 0, NULL) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_derive(&pathway, IAPT_NO_DAY, misaligned(own), 1, &d, NULL, 0, NULL) == IAPT_ERROR_MISALIGNED);
    CHECK(d.flags == 0x55);
}

/* Proves EXPLAIN-2. */
static void test_explain(void)
{
    const iapt_pathway pathway = referral();
    char text[4096];
    size_t length = 0, again = 77;
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 0, NULL, 0, &length) == IAPT_ERROR_BUFFER_TOO_SMALL);
    CHECK(length > 300 && length < sizeof text);
    memset(text, 'x', sizeof text);
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 0, text, length, &again) == IAPT_ERROR_BUFFER_TOO_SMALL);
    CHECK(again == length && text[0] == 'x' && text[length - 1] == 'x');
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 0, text, length + 1, &again) == IAPT_OK);
    CHECK(again == length && strlen(text) == length && text[length + 1] == 'x');
    CHECK(strstr(text, "Referred 2024-04-01") != NULL && strstr(text, "a finished course") != NULL);
    again = 77;
    text[0] = 'x';
    CHECK(iapt_derive_explain(NULL, IAPT_NO_DAY, NULL, 0, text, 9, &again) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 1, text, 9, &again) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 0, NULL, 9, &again) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 0, text, 9, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_derive_explain(&pathway, INT_MAX, NULL, 0, text, 9, &again) == IAPT_ERROR_NOT_A_DAY);
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 0, text, SIZE_MAX, &again) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 0, (char *)&again, sizeof again, &again) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(again == 77 && text[0] == 'x');
}

int main(void)
{
    test_days();
    test_instruments();
    test_ids();
    test_findings_names();
    test_initialisers();
    test_derive();
    test_derive_misuse();
    test_odd_records();
    test_own_measures();
    test_explain();
    return checked("records");
}
