/*
 * The ABI as numbers: what every type, field and constant of iapt.h was when this ABI began. A change here breaks programs
 * that are already built, and so comes with a new number in iapt-c/src/abi.rs; see "What stays compatible" in
 * iapt-c/README.md. New types, functions and constants are added at the end of their group.
 *
 * All of it is asserted when this is compiled. scripts/test-abi looks that nothing of the header is left out.
 */

#include <iapt.h>

#include <string.h>

#include "check.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define HOLDS(condition) typedef char JOIN(holds_, __LINE__)[(condition) ? 1 : -1]
#define SIZE(type, size) HOLDS(sizeof(type) == (size))
#define AT(type, field, offset) HOLDS(offsetof(type, field) == (offset))
#define VALUE(name, value) HOLDS((name) == (value))

/* Plain types; the unsigned ones are those that -1 is not below 0 in. */
#define UNSIGNED(type, size) HOLDS(sizeof(type) == (size) && (type)-1 > 0)
#define SIGNED(type, size) HOLDS(sizeof(type) == (size) && (type)-1 < 0)

SIGNED(iapt_status, 4);
UNSIGNED(iapt_measure, 4);
UNSIGNED(iapt_outcome_flags, 1);
SIGNED(iapt_day, 4);
UNSIGNED(iapt_instrument, 4);

/* Structs. Where pointers have another size, or numbers of 64 bits another alignment, so have the structs. */
#if UINTPTR_MAX == UINT64_MAX

SIZE(iapt_number, 16);
AT(iapt_number, numerator, 0);
AT(iapt_number, denominator, 8);

SIZE(iapt_definition, 72);
AT(iapt_definition, min_score, 0);
AT(iapt_definition, max_score, 16);
AT(iapt_definition, caseness_threshold, 32);
AT(iapt_definition, reliable_change, 48);
AT(iapt_definition, whole_scores, 64);
AT(iapt_definition, case_when, 65);
AT(iapt_definition, verified, 66);
AT(iapt_definition, reserved, 67);

SIZE(iapt_score, 12);
AT(iapt_score, total, 0);
AT(iapt_score, divisor, 4);
AT(iapt_score, imputed, 8);
AT(iapt_score, severity, 9);
AT(iapt_score, is_case, 10);
AT(iapt_score, self_harm, 11);

SIZE(iapt_scores, 4);
AT(iapt_scores, phq9_first, 0);
AT(iapt_scores, phq9_last, 1);
AT(iapt_scores, gad7_first, 2);
AT(iapt_scores, gad7_last, 3);

SIZE(iapt_pair, 104);
AT(iapt_pair, measure, 0);
AT(iapt_pair, first, 72);
AT(iapt_pair, last, 88);

SIZE(iapt_counts, 72);
AT(iapt_counts, finished, 0);
AT(iapt_counts, paired, 8);
AT(iapt_counts, caseness, 16);
AT(iapt_counts, not_caseness, 24);
AT(iapt_counts, recovery, 32);
AT(iapt_counts, reliable_improvement, 40);
AT(iapt_counts, reliable_deterioration, 48);
AT(iapt_counts, no_reliable_change, 56);
AT(iapt_counts, reliable_recovery, 64);

SIZE(iapt_rates, 10);
AT(iapt_rates, recovery, 0);
AT(iapt_rates, reliable_recovery, 2);
AT(iapt_rates, reliable_improvement, 4);
AT(iapt_rates, reliable_deterioration, 6);
AT(iapt_rates, no_reliable_change, 8);

SIZE(iapt_disclosed, 16);
AT(iapt_disclosed, value, 0);
AT(iapt_disclosed, status, 8);
AT(iapt_disclosed, reserved, 9);

SIZE(iapt_contact, 32);
AT(iapt_contact, id, 0);
AT(iapt_contact, therapy_code, 8);
AT(iapt_contact, date, 16);
AT(iapt_contact, attendance, 20);
AT(iapt_contact, appointment_type, 22);
AT(iapt_contact, minutes, 24);
AT(iapt_contact, planned, 26);

SIZE(iapt_dated_score, 48);
AT(iapt_dated_score, id, 0);
AT(iapt_dated_score, contact_id, 8);
AT(iapt_dated_score, score, 16);
AT(iapt_dated_score, date, 32);
AT(iapt_dated_score, instrument, 36);
AT(iapt_dated_score, unreadable, 40);

SIZE(iapt_complaint, 24);
AT(iapt_complaint, id, 0);
AT(iapt_complaint, code, 8);
AT(iapt_complaint, date, 16);
AT(iapt_complaint, primary, 20);

SIZE(iapt_therapy_log, 16);
AT(iapt_therapy_log, id, 0);
AT(iapt_therapy_log, date, 8);

SIZE(iapt_sick_pay, 8);
AT(iapt_sick_pay, date, 0);
AT(iapt_sick_pay, received, 4);

SIZE(iapt_pathway, 96);
AT(iapt_pathway, contacts, 0);
AT(iapt_pathway, contacts_len, 8);
AT(iapt_pathway, scores, 16);
AT(iapt_pathway, scores_len, 24);
AT(iapt_pathway, complaints, 32);
AT(iapt_pathway, complaints_len, 40);
AT(iapt_pathway, therapy_logs, 48);
AT(iapt_pathway, therapy_logs_len, 56);
AT(iapt_pathway, sick_pay, 64);
AT(iapt_pathway, sick_pay_len, 72);
AT(iapt_pathway, referral_date, 80);
AT(iapt_pathway, discharge_date, 84);
AT(iapt_pathway, end_code, 88);

SIZE(iapt_own_measure, 80);
AT(iapt_own_measure, instrument, 0);
AT(iapt_own_measure, measure, 8);

SIZE(iapt_first_and_last, 40);
AT(iapt_first_and_last, first, 0);
AT(iapt_first_and_last, last, 16);
AT(iapt_first_and_last, first_date, 32);
AT(iapt_first_and_last, last_date, 36);

SIZE(iapt_derived, 960);
AT(iapt_derived, scores, 0);
AT(iapt_derived, problem_descriptor, 840);
AT(iapt_derived, anxiety_measure, 860);
AT(iapt_derived, specific_measure, 864);
AT(iapt_derived, referral_date, 868);
AT(iapt_derived, discharge_date, 872);
AT(iapt_derived, assessment_date, 876);
AT(iapt_derived, first_treatment_date, 880);
AT(iapt_derived, second_treatment_date, 884);
AT(iapt_derived, last_treatment_date, 888);
AT(iapt_derived, first_low_intensity_date, 892);
AT(iapt_derived, first_high_intensity_date, 896);
AT(iapt_derived, first_stage_date, 900);
AT(iapt_derived, assessment_wait, 904);
AT(iapt_derived, treatment_wait, 908);
AT(iapt_derived, second_treatment_wait, 912);
AT(iapt_derived, stage_wait, 916);
AT(iapt_derived, care_contacts, 920);
AT(iapt_derived, treatment_contacts, 924);
AT(iapt_derived, low_intensity_contacts, 928);
AT(iapt_derived, high_intensity_contacts, 932);
AT(iapt_derived, timed_contacts, 936);
AT(iapt_derived, contact_minutes, 940);
AT(iapt_derived, end_code, 944);
AT(iapt_derived, flags, 946);
AT(iapt_derived, anxiety_choice, 947);
AT(iapt_derived, finished_course, 948);
AT(iapt_derived, treated_once, 949);
AT(iapt_derived, ended_before_treatment, 950);
AT(iapt_derived, first_stage, 951);
AT(iapt_derived, second_stage, 952);
AT(iapt_derived, stages_mixed, 953);
AT(iapt_derived, sick_pay_first, 954);
AT(iapt_derived, sick_pay_last, 955);
AT(iapt_derived, reserved, 956);

SIZE(iapt_finding, 24);
AT(iapt_finding, row, 0);
AT(iapt_finding, about, 8);
AT(iapt_finding, table, 16);
AT(iapt_finding, kind, 17);
AT(iapt_finding, reserved, 18);

SIZE(iapt_indicator, 24);
AT(iapt_indicator, id, 0);
AT(iapt_indicator, name, 8);
AT(iapt_indicator, needed_tables, 16);
AT(iapt_indicator, target, 20);
AT(iapt_indicator, formula, 22);
AT(iapt_indicator, reserved, 23);

SIZE(iapt_inputs, 344);
AT(iapt_inputs, sds, 0);
AT(iapt_inputs, lacking_tables, 336);
AT(iapt_inputs, reserved, 340);

SIZE(iapt_figure, 48);
AT(iapt_figure, value, 0);
AT(iapt_figure, numerator, 8);
AT(iapt_figure, denominator, 16);
AT(iapt_figure, lower, 24);
AT(iapt_figure, upper, 32);
AT(iapt_figure, target, 40);
AT(iapt_figure, status, 42);
AT(iapt_figure, has_value, 43);
AT(iapt_figure, has_numerator, 44);
AT(iapt_figure, has_denominator, 45);
AT(iapt_figure, has_interval, 46);
AT(iapt_figure, against, 47);

#endif

/* Constants. */
VALUE(IAPT_CASE_AT_OR_ABOVE, 0);
VALUE(IAPT_CASE_ABOVE, 1);
VALUE(IAPT_SEVERITY_MINIMAL, 0);
VALUE(IAPT_SEVERITY_MILD, 1);
VALUE(IAPT_SEVERITY_MODERATE, 2);
VALUE(IAPT_SEVERITY_MODERATELY_SEVERE, 3);
VALUE(IAPT_SEVERITY_SEVERE, 4);
VALUE(IAPT_NO_SEVERITY, -1);
VALUE(IAPT_CHANGE_IMPROVEMENT, 0);
VALUE(IAPT_CHANGE_DETERIORATION, 1);
VALUE(IAPT_CHANGE_NONE, 2);
VALUE(IAPT_MISSING_ITEM, -1);
VALUE(IAPT_REJECT_MISSING, 1);
VALUE(IAPT_SELF_HARM_NOT_REPORTED, 0);
VALUE(IAPT_SELF_HARM_REPORTED, 1);
VALUE(IAPT_SELF_HARM_UNKNOWN, 2);
VALUE(IAPT_SELF_HARM_NOT_ASKED, 3);
VALUE(IAPT_MISSING_U8, 255);
VALUE(IAPT_NO_RATE, -1);
VALUE(IAPT_DISCLOSED_VALUE, 0);
VALUE(IAPT_DISCLOSED_SUPPRESSED, 1);
VALUE(IAPT_DISCLOSED_NOT_APPLICABLE, 2);
VALUE(IAPT_INSTRUMENTS, 21);
VALUE(IAPT_NO_CODE, -1);
VALUE(IAPT_UNKNOWN_CODE, -2);
VALUE(IAPT_YES, 1);
VALUE(IAPT_NO, 0);
VALUE(IAPT_NO_ANSWER, -1);
VALUE(IAPT_TABLE_REFERRALS, 0);
VALUE(IAPT_TABLE_CONTACTS, 1);
VALUE(IAPT_TABLE_SCORES, 2);
VALUE(IAPT_TABLE_COMPLAINTS, 3);
VALUE(IAPT_TABLE_INTERNET_THERAPY, 4);
VALUE(IAPT_TABLE_EMPLOYMENT, 5);
VALUE(IAPT_FINDING_SCORE_OUT_OF_RANGE, 1);
VALUE(IAPT_FINDING_UNKNOWN_MEASURE, 2);
VALUE(IAPT_FINDING_THRESHOLD_NOT_CONFIGURED, 3);
VALUE(IAPT_FINDING_CONTACT_BEFORE_REFERRAL, 4);
VALUE(IAPT_FINDING_CONTACT_AFTER_DISCHARGE, 5);
VALUE(IAPT_FINDING_SCORE_BEFORE_REFERRAL, 6);
VALUE(IAPT_FINDING_SCORE_AFTER_DISCHARGE, 7);
VALUE(IAPT_FINDING_DISCHARGE_BEFORE_REFERRAL, 8);
VALUE(IAPT_FINDING_CONFLICTING_SCORES, 9);
VALUE(IAPT_FINDING_UNKNOWN_CODE, 10);
VALUE(IAPT_FINDING_DESCRIPTOR_WITHOUT_MEASURE, 11);
VALUE(IAPT_FINDING_DUPLICATE_ID, 12);
VALUE(IAPT_FINDING_MISSING_DATE, 13);
VALUE(IAPT_FINDING_MISSING_ID, 14);
VALUE(IAPT_FINDING_UNKNOWN_PATHWAY, 15);
VALUE(IAPT_FINDING_UNKNOWN_CONTACT, 16);
VALUE(IAPT_FINDING_LAST_SCORE_WITHOUT_FIRST, 17);
VALUE(IAPT_NO_WAIT, INT32_MIN);
VALUE(IAPT_INTENSITY_LOW, 0);
VALUE(IAPT_INTENSITY_HIGH, 1);
VALUE(IAPT_NO_STAGE, -1);
VALUE(IAPT_ANXIETY_GENERAL, 0);
VALUE(IAPT_ANXIETY_SPECIFIC, 1);
VALUE(IAPT_ANXIETY_INSTEAD, 2);
VALUE(IAPT_DESCRIPTOR_SIZE, 20);
VALUE(IAPT_FIGURE_OK, 0);
VALUE(IAPT_FIGURE_SUPPRESSED, 1);
VALUE(IAPT_FIGURE_NOT_APPLICABLE, 2);
VALUE(IAPT_FIGURE_MISSING, 3);
VALUE(IAPT_AGAINST_ABOVE, 0);
VALUE(IAPT_AGAINST_BELOW, 1);
VALUE(IAPT_AGAINST_ACROSS, 2);
VALUE(IAPT_AGAINST_NOTHING, -1);
VALUE(IAPT_FORMULA_COUNT, 0);
VALUE(IAPT_FORMULA_SUM, 1);
VALUE(IAPT_FORMULA_PERCENT, 2);
VALUE(IAPT_FORMULA_MEAN, 3);
VALUE(IAPT_FORMULA_MEDIAN, 4);
VALUE(IAPT_FORMULA_MAX, 5);
VALUE(IAPT_FORMULA_MIN, 6);
VALUE(IAPT_FORMULA_QUOTIENT, 7);
VALUE(IAPT_FORMULA_STANDARD_DEVIATION, 8);
VALUE(IAPT_FORMULA_EFFECT_SIZE, 9);
VALUE(IAPT_LACKS_SCORES, 4);
VALUE(IAPT_LACKS_COMPLAINTS, 8);
VALUE(IAPT_LACKS_EMPLOYMENT, 32);
VALUE(IAPT_DISCLOSURE_CONTROLLED, 0);
VALUE(IAPT_DISCLOSURE_NATIONAL_TOTAL, 1);
VALUE(IAPT_DISCLOSURE_EXACT, 2);
VALUE(IAPT_OK, 0);
VALUE(IAPT_ERROR_OUT_OF_RANGE, 101);
VALUE(IAPT_ERROR_NOT_WHOLE, 102);
VALUE(IAPT_ERROR_NOT_A_NUMBER, 103);
VALUE(IAPT_ERROR_ITEM_OUT_OF_RANGE, 201);
VALUE(IAPT_ERROR_ITEM_COUNT, 202);
VALUE(IAPT_ERROR_TOO_MANY_MISSING, 203);
VALUE(IAPT_ERROR_INCOMPLETE, 204);
VALUE(IAPT_ERROR_NO_ITEMS, 205);
VALUE(IAPT_ERROR_UNKNOWN_MEASURE, 301);
VALUE(IAPT_ERROR_NO_THRESHOLD, 302);
VALUE(IAPT_ERROR_INVALID_MEASURE, 303);
VALUE(IAPT_ERROR_INCONSISTENT_COUNTS, 401);
VALUE(IAPT_ERROR_INCONSISTENT_FACTS, 402);
VALUE(IAPT_ERROR_INVALID_SD, 403);
VALUE(IAPT_ERROR_TOO_LARGE, 404);
VALUE(IAPT_ERROR_LENGTH_MISMATCH, 501);
VALUE(IAPT_ERROR_GROUP_OUT_OF_RANGE, 502);
VALUE(IAPT_ERROR_OUT_OF_MEMORY, 503);
VALUE(IAPT_ERROR_NULL_POINTER, 901);
VALUE(IAPT_ERROR_MISALIGNED, 902);
VALUE(IAPT_ERROR_INVALID_ARGUMENT, 903);
VALUE(IAPT_ERROR_BUFFER_TOO_SMALL, 904);
VALUE(IAPT_ERROR_NOT_A_DAY, 905);
VALUE(IAPT_ERROR_PANIC, 999);
VALUE(IAPT_PHQ9, 1);
VALUE(IAPT_GAD7, 2);
VALUE(IAPT_SPIN, 3);
VALUE(IAPT_MI, 4);
VALUE(IAPT_OCI, 5);
VALUE(IAPT_PCL5, 6);
VALUE(IAPT_IESR, 7);
VALUE(IAPT_PDSS, 8);
VALUE(IAPT_HAI, 9);
VALUE(IAPT_PSWQ, 10);
VALUE(IAPT_WSAS, 11);
VALUE(IAPT_PAIRED, 1);
VALUE(IAPT_CASENESS, 2);
VALUE(IAPT_NOT_CASENESS, 4);
VALUE(IAPT_RECOVERY, 8);
VALUE(IAPT_RELIABLE_IMPROVEMENT, 16);
VALUE(IAPT_RELIABLE_DETERIORATION, 32);
VALUE(IAPT_NO_RELIABLE_CHANGE, 64);
VALUE(IAPT_RELIABLE_RECOVERY, 128);
VALUE(IAPT_NO_DAY, INT32_MIN);
VALUE(IAPT_NO_INSTRUMENT, 0);
VALUE(IAPT_BIQ, 12);
VALUE(IAPT_CFQ, 13);
VALUE(IAPT_IBS, 14);
VALUE(IAPT_PHQ15, 15);
VALUE(IAPT_WSAS_WORK, 16);
VALUE(IAPT_WSAS_HOME_MANAGEMENT, 17);
VALUE(IAPT_WSAS_SOCIAL_LEISURE, 18);
VALUE(IAPT_WSAS_PRIVATE_LEISURE, 19);
VALUE(IAPT_WSAS_RELATIONSHIPS, 20);

int main(void)
{
    /* The library at hand is of the ABI of the header. */
    CHECK(iapt_abi_version() == IAPT_ABI_VERSION);
    CHECK(strcmp(iapt_version(), IAPT_VERSION) == 0);
    return checked("layout");
}
