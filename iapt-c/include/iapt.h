/**
 * @file iapt.h
 *
 * Outcomes of NHS Talking Therapies: from questionnaire answers to the official rates.
 *
 * Every call gives a status. Its result is written through the last arguments, and only where the
 * status is IAPT_OK; exceptions are named at the functions that have them:
 * - `error_row` and `error_item` (either may be NULL) are written where a row or an item is at fault;
 * - a batch call that meets a bad value fills its output over the whole length with zeros or 'no
 *   score', so that nothing half-written can be taken for a result;
 * - iapt_explain() and iapt_derive_explain() say how long their text is where the buffer is too small.
 *
 * Pointers must be NULL or point to as many values as the call is told of, which no other thread
 * changes during the call. NULL where it is not allowed, an address that is not a multiple of the
 * type's alignment, a length beyond the address space and an output array that overlaps another
 * array are refused with a status of their own before anything is written. An array of length 0 may
 * be NULL. Single values in and out may be the same object.
 *
 * No call keeps a pointer to the caller's memory, ends the process or shares state: all of them may
 * be called from any thread. Texts that calls return are constant and live for ever. The one thing to
 * be freed is an iapt_tally, which says what its caller has to see to.
 *
 * Rows and items are counted from 0. Lower scores are better on every measure.
 *
 * From the records of referrals to figures of a service: fill an iapt_pathway, and give it to
 * iapt_derive() for what is derived of it, or to iapt_tally_add() to have it counted.
 */


#ifndef IAPT_H
#define IAPT_H

/* Generated from iapt-c/src by the test `header`: do not edit. */

#include <stddef.h>
#include <stdint.h>

/** The version of this header; iapt_version() is that of the library. */
#define IAPT_VERSION_MAJOR 0
#define IAPT_VERSION_MINOR 1
#define IAPT_VERSION_PATCH 0
#define IAPT_VERSION "0.1.0"
/**
 * The ABI of this header; iapt_abi_version() is that of the library. A host compares the two when it
 * starts, and calls nothing else where they differ. Within one ABI versions only add: what a header
 * declares is in the libraries of its own version and of later ones.
 */
#define IAPT_ABI_VERSION 0
/**
 * Initialisers of records in which nothing is recorded: `iapt_contact contact = IAPT_CONTACT_INIT;`.
 */
#define IAPT_CONTACT_INIT {0, 0, IAPT_NO_DAY, IAPT_NO_CODE, IAPT_NO_CODE, 0, IAPT_NO_ANSWER}
#define IAPT_DATED_SCORE_INIT {0, 0, {0, 0}, IAPT_NO_DAY, IAPT_NO_INSTRUMENT, 0}
#define IAPT_COMPLAINT_INIT {0, NULL, IAPT_NO_DAY, IAPT_NO_ANSWER}
#define IAPT_THERAPY_LOG_INIT {0, IAPT_NO_DAY}
#define IAPT_SICK_PAY_INIT {IAPT_NO_DAY, IAPT_NO_ANSWER}
#define IAPT_PATHWAY_INIT \
    {NULL, 0, NULL, 0, NULL, 0, NULL, 0, NULL, 0, IAPT_NO_DAY, IAPT_NO_DAY, IAPT_NO_CODE}

/**
 * A case at the threshold or above it: all national measures but one.
 */
#define IAPT_CASE_AT_OR_ABOVE 0

/**
 * A case above the threshold only: the Mobility Inventory.
 */
#define IAPT_CASE_ABOVE 1

/**
 * Minimal or none.
 */
#define IAPT_SEVERITY_MINIMAL 0

/**
 * Mild.
 */
#define IAPT_SEVERITY_MILD 1

/**
 * Moderate.
 */
#define IAPT_SEVERITY_MODERATE 2

/**
 * Moderately severe.
 */
#define IAPT_SEVERITY_MODERATELY_SEVERE 3

/**
 * Severe.
 */
#define IAPT_SEVERITY_SEVERE 4

/**
 * The measure has no severity bands.
 */
#define IAPT_NO_SEVERITY -1

/**
 * The score fell by at least the reliable change.
 */
#define IAPT_CHANGE_IMPROVEMENT 0

/**
 * The score rose by at least the reliable change.
 */
#define IAPT_CHANGE_DETERIORATION 1

/**
 * Neither.
 */
#define IAPT_CHANGE_NONE 2

/**
 * An unanswered item.
 */
#define IAPT_MISSING_ITEM -1

/**
 * Option: only complete questionnaires have a score. Without it a few missing items are replaced by the mean of
 * the answered ones, and the score is rounded half up.
 */
#define IAPT_REJECT_MISSING 1

/**
 * The item on self-harm was answered with 0.
 */
#define IAPT_SELF_HARM_NOT_REPORTED 0

/**
 * The item on self-harm was answered with more than 0.
 */
#define IAPT_SELF_HARM_REPORTED 1

/**
 * The item on self-harm was not answered: not to be taken for 'not reported'.
 */
#define IAPT_SELF_HARM_UNKNOWN 2

/**
 * The measure does not ask about self-harm.
 */
#define IAPT_SELF_HARM_NOT_ASKED 3

/**
 * A missing score in a byte.
 */
#define IAPT_MISSING_U8 255

/**
 * There is no rate, because the denominator is 0.
 */
#define IAPT_NO_RATE -1

/**
 * The figure may be shown.
 */
#define IAPT_DISCLOSED_VALUE 0

/**
 * The figure is hidden, written '*'.
 */
#define IAPT_DISCLOSED_SUPPRESSED 1

/**
 * There is no figure: a rate without a denominator.
 */
#define IAPT_DISCLOSED_NOT_APPLICABLE 2

/**
 * The length of an array that has a place for every instrument under its number; place 0 is not used.
 */
#define IAPT_INSTRUMENTS 21

/**
 * No code is recorded.
 */
#define IAPT_NO_CODE -1

/**
 * A code that the data set does not have, such as a text. As an input, any other number that is no code does as well.
 */
#define IAPT_UNKNOWN_CODE -2

/**
 * The answer is yes.
 */
#define IAPT_YES 1

/**
 * The answer is no.
 */
#define IAPT_NO 0

/**
 * No answer is recorded.
 */
#define IAPT_NO_ANSWER -1

/**
 * The referral itself.
 */
#define IAPT_TABLE_REFERRALS 0

/**
 * The contacts.
 */
#define IAPT_TABLE_CONTACTS 1

/**
 * The scores.
 */
#define IAPT_TABLE_SCORES 2

/**
 * The presenting complaints.
 */
#define IAPT_TABLE_COMPLAINTS 3

/**
 * The weeks of internet-enabled therapy.
 */
#define IAPT_TABLE_INTERNET_THERAPY 4

/**
 * The records of sick pay.
 */
#define IAPT_TABLE_EMPLOYMENT 5

/**
 * A score that the measure does not have, or what is no number.
 */
#define IAPT_FINDING_SCORE_OUT_OF_RANGE 1

/**
 * A score on an instrument that is not known.
 */
#define IAPT_FINDING_UNKNOWN_MEASURE 2

/**
 * A score on an instrument without confirmed national numbers, nor the caller's own.
 */
#define IAPT_FINDING_THRESHOLD_NOT_CONFIGURED 3

/**
 * A contact before the referral.
 */
#define IAPT_FINDING_CONTACT_BEFORE_REFERRAL 4

/**
 * A contact, other than a follow-up, after the discharge.
 */
#define IAPT_FINDING_CONTACT_AFTER_DISCHARGE 5

/**
 * A score before the referral.
 */
#define IAPT_FINDING_SCORE_BEFORE_REFERRAL 6

/**
 * A score, other than at a follow-up, after the discharge.
 */
#define IAPT_FINDING_SCORE_AFTER_DISCHARGE 7

/**
 * A discharge before the referral.
 */
#define IAPT_FINDING_DISCHARGE_BEFORE_REFERRAL 8

/**
 * Two different scores on one instrument on one day.
 */
#define IAPT_FINDING_CONFLICTING_SCORES 9

/**
 * A code that the data set does not have.
 */
#define IAPT_FINDING_UNKNOWN_CODE 10

/**
 * A descriptor that names a measure of its own, of which there is no pair of scores.
 */
#define IAPT_FINDING_DESCRIPTOR_WITHOUT_MEASURE 11

/**
 * A record that repeats another one's identifier.
 */
#define IAPT_FINDING_DUPLICATE_ID 12

/**
 * No day, or one beyond the calendar.
 */
#define IAPT_FINDING_MISSING_DATE 13

/**
 * No identifier of a pathway. Not found of a single referral.
 */
#define IAPT_FINDING_MISSING_ID 14

/**
 * A pathway that no referral has. Not found of a single referral.
 */
#define IAPT_FINDING_UNKNOWN_PATHWAY 15

/**
 * A score at a contact that the referral does not have.
 */
#define IAPT_FINDING_UNKNOWN_CONTACT 16

/**
 * A last score without a first one. Not found where scores come from dated records.
 */
#define IAPT_FINDING_LAST_SCORE_WITHOUT_FIRST 17

/**
 * There is no wait, as one of its two days is missing.
 */
#define IAPT_NO_WAIT INT32_MIN

/**
 * Guided self-help and the like (M347, note 3).
 */
#define IAPT_INTENSITY_LOW 0

/**
 * Cognitive behavioural therapy and the like (M347, note 2), and internet-enabled therapy.
 */
#define IAPT_INTENSITY_HIGH 1

/**
 * There is no such stage.
 */
#define IAPT_NO_STAGE -1

/**
 * GAD-7 decides, as the problem descriptor names no measure of its own.
 */
#define IAPT_ANXIETY_GENERAL 0

/**
 * The measure that the problem descriptor names decides.
 */
#define IAPT_ANXIETY_SPECIFIC 1

/**
 * GAD-7 decides, as the measure that the problem descriptor names lacks a first or last score.
 */
#define IAPT_ANXIETY_INSTEAD 2

/**
 * The length of a problem descriptor with its NUL, and some room.
 */
#define IAPT_DESCRIPTOR_SIZE 20

/**
 * The figure has a value, which may be zero.
 */
#define IAPT_FIGURE_OK 0

/**
 * The value is hidden by disclosure control: iapt_report() alone gives it.
 */
#define IAPT_FIGURE_SUPPRESSED 1

/**
 * There is nothing to take the figure of: no referral is in its denominator.
 */
#define IAPT_FIGURE_NOT_APPLICABLE 2

/**
 * The figure can't be known from what was given: a table, or a standard deviation, is lacking.
 */
#define IAPT_FIGURE_MISSING 3

/**
 * All of the interval is above the target.
 */
#define IAPT_AGAINST_ABOVE 0

/**
 * All of the interval is below the target.
 */
#define IAPT_AGAINST_BELOW 1

/**
 * The target is in the interval.
 */
#define IAPT_AGAINST_ACROSS 2

/**
 * There is no target, or no interval.
 */
#define IAPT_AGAINST_NOTHING -1

/**
 * A number of referrals.
 */
#define IAPT_FORMULA_COUNT 0

/**
 * A sum over referrals, of contacts or minutes.
 */
#define IAPT_FORMULA_SUM 1

/**
 * Some referrals in per cent of others.
 */
#define IAPT_FORMULA_PERCENT 2

/**
 * A mean.
 */
#define IAPT_FORMULA_MEAN 3

/**
 * A median.
 */
#define IAPT_FORMULA_MEDIAN 4

/**
 * The largest value.
 */
#define IAPT_FORMULA_MAX 5

/**
 * The smallest value.
 */
#define IAPT_FORMULA_MIN 6

/**
 * One sum over another.
 */
#define IAPT_FORMULA_QUOTIENT 7

/**
 * A (population) standard deviation.
 */
#define IAPT_FORMULA_STANDARD_DEVIATION 8

/**
 * A difference of means in standard deviations.
 */
#define IAPT_FORMULA_EFFECT_SIZE 9

/**
 * A table among those of `lacking_tables` and `needed_tables`: 1 << IAPT_TABLE_SCORES.
 */
#define IAPT_LACKS_SCORES (1 << IAPT_TABLE_SCORES)

/**
 * The same of complaints: 1 << IAPT_TABLE_COMPLAINTS.
 */
#define IAPT_LACKS_COMPLAINTS (1 << IAPT_TABLE_COMPLAINTS)

/**
 * The same of sick pay: 1 << IAPT_TABLE_EMPLOYMENT.
 */
#define IAPT_LACKS_EMPLOYMENT (1 << IAPT_TABLE_EMPLOYMENT)

/**
 * As in published tables below the national level: counts of 0 to 4 hidden, all others rounded to 5, whole percentages,
 * and more hidden where a small count could be worked out.
 */
#define IAPT_DISCLOSURE_CONTROLLED 0

/**
 * The same, but the total is a national row: exact.
 */
#define IAPT_DISCLOSURE_NATIONAL_TOTAL 1

/**
 * Everything is exact: not for publication.
 */
#define IAPT_DISCLOSURE_EXACT 2

/**
 * Counts the referrals of a period, and gives every official measure of them. It keeps counts, but no referral.
 *
 * Ownership: iapt_tally_new() hands it out, and the caller gives it back to iapt_tally_free(), once. Between the two it
 * must not be copied or moved. Threads: one at a time may use a tally, whichever it is; different tallies may be used at
 * the same time. To count in parallel, give every thread a tally of its own and merge them at the end: the figures are
 * the same however the referrals were divided.
 *
 * A tally in which a call ended with IAPT_ERROR_PANIC refuses every later call with that status, until it is reset.
 */
typedef struct iapt_tally iapt_tally;

/**
 * What became of a call: IAPT_OK, or why there is no result. The numbers never change their meaning.
 */
typedef int32_t iapt_status;

/**
 * An exact number: numerator / denominator. 18 is {18, 1}, 2.27 is {227, 100}.
 *
 * A denominator of 0 is a missing number, whatever the numerator. Numbers that the library gives are in lowest
 * terms; numbers it is given need not be, but the denominator in lowest terms must be at most 10^18.
 */
typedef struct {
  /**
   * Bears the sign.
   */
  int64_t numerator;
  /**
   * 0 where the number is missing.
   */
  uint64_t denominator;
} iapt_number;

/**
 * A built-in measure.
 */
typedef uint32_t iapt_measure;

/**
 * The numbers of a measure: those of a built-in one, or the caller's own.
 *
 * Set all of it to 0 before filling in your own.
 */
typedef struct {
  /**
   * The lowest score.
   */
  iapt_number min_score;
  /**
   * The highest score.
   */
  iapt_number max_score;
  /**
   * Where a case begins; missing for a measure that has no caseness.
   */
  iapt_number caseness_threshold;
  /**
   * The smallest change that is reliable; missing where it is not known.
   */
  iapt_number reliable_change;
  /**
   * 1 where only whole scores exist, else 0.
   */
  uint8_t whole_scores;
  /**
   * IAPT_CASE_AT_OR_ABOVE or IAPT_CASE_ABOVE.
   */
  uint8_t case_when;
  /**
   * 1 where the numbers were checked against the current official source; check the others before clinical
   * use. Not read from the caller's own measures.
   */
  uint8_t verified;
  /**
   * Must be 0.
   */
  uint8_t reserved[5];
} iapt_definition;

/**
 * The score of one questionnaire: total / divisor.
 */
typedef struct {
  /**
   * The score, or the numerator of a mean.
   */
  uint32_t total;
  /**
   * 1; above it only for a mean in lowest terms; 0 where a row has no score.
   */
  uint32_t divisor;
  /**
   * How many unanswered items were replaced by the mean of the answered ones.
   */
  uint8_t imputed;
  /**
   * IAPT_SEVERITY_MINIMAL and so on, or IAPT_NO_SEVERITY.
   */
  int8_t severity;
  /**
   * 1 for a case, 0 for none, -1 where the measure has no threshold.
   */
  int8_t is_case;
  /**
   * IAPT_SELF_HARM_REPORTED and so on, as answered in the questionnaire.
   */
  uint8_t self_harm;
} iapt_score;

/**
 * The first and last PHQ-9 and GAD-7 scores of a referral; IAPT_MISSING_U8 is a missing one.
 */
typedef struct {
  /**
   * First PHQ-9 score.
   */
  uint8_t phq9_first;
  /**
   * Last PHQ-9 score; it exists only where there are two.
   */
  uint8_t phq9_last;
  /**
   * First GAD-7 score.
   */
  uint8_t gad7_first;
  /**
   * Last GAD-7 score; it exists only where there are two.
   */
  uint8_t gad7_last;
} iapt_scores;

/**
 * The eight facts of a referral's outcome, one bit each.
 *
 * Unknown caseness is neither IAPT_CASENESS nor IAPT_NOT_CASENESS. A referral that is not paired has none of the
 * facts from IAPT_RECOVERY on.
 */
typedef uint8_t iapt_outcome_flags;

/**
 * A first and a last score on one measure, either of which may be missing.
 */
typedef struct {
  /**
   * The measure.
   */
  iapt_definition measure;
  /**
   * The first score.
   */
  iapt_number first;
  /**
   * The last score; it exists only where there are two.
   */
  iapt_number last;
} iapt_pair;

/**
 * Counts over the referrals of a service that finished a course of treatment, paired or not.
 */
typedef struct {
  /**
   * Referrals that finished a course of treatment.
   */
  uint64_t finished;
  /**
   * Of these, paired.
   */
  uint64_t paired;
  /**
   * Of these, at caseness at the start.
   */
  uint64_t caseness;
  /**
   * Of these, known not to be at caseness at the start.
   */
  uint64_t not_caseness;
  /**
   * Of these, recovered.
   */
  uint64_t recovery;
  /**
   * Of these, reliably improved.
   */
  uint64_t reliable_improvement;
  /**
   * Of these, reliably deteriorated.
   */
  uint64_t reliable_deterioration;
  /**
   * Of these, without reliable change.
   */
  uint64_t no_reliable_change;
  /**
   * Of these, reliably recovered.
   */
  uint64_t reliable_recovery;
} iapt_counts;

/**
 * The five official rates of a service in tenths of a per cent, rounded half up: 513 is 51.3 %. IAPT_NO_RATE where the
 * denominator is 0.
 */
typedef struct {
  /**
   * Of those who finished and are not known to have been below caseness (M192).
   */
  int16_t recovery;
  /**
   * Of those who finished and are not known to have been below caseness (M195).
   */
  int16_t reliable_recovery;
  /**
   * Of those who finished (M186).
   */
  int16_t reliable_improvement;
  /**
   * Of those who finished (M1010).
   */
  int16_t reliable_deterioration;
  /**
   * Of those who finished.
   */
  int16_t no_reliable_change;
} iapt_rates;

/**
 * A figure in a table under disclosure control.
 */
typedef struct {
  /**
   * The figure; 0 unless it may be shown.
   */
  uint64_t value;
  /**
   * IAPT_DISCLOSED_VALUE, IAPT_DISCLOSED_SUPPRESSED or IAPT_DISCLOSED_NOT_APPLICABLE.
   */
  uint8_t status;
  /**
   * 0.
   */
  uint8_t reserved[7];
} iapt_disclosed;

/**
 * A day as the number of days since 1 January 1970, as Unix, Arrow and SQL engines count: from -719528 (1 January of the
 * year 0) to 2932896 (31 December 9999). A day of a record that is beyond counts as missing.
 */
typedef int32_t iapt_day;

/**
 * What a score of a referral is on: a built-in measure by its number, as IAPT_PHQ9, or one of those that follow here.
 */
typedef uint32_t iapt_instrument;

/**
 * A contact, or one activity of it: records with the same identifier are one contact. Where they disagree, the last of
 * them counts; the therapies of all do. IAPT_CONTACT_INIT is one of which nothing is recorded.
 */
typedef struct {
  /**
   * The contact's identifier; a record with 0 is a contact of its own.
   */
  uint64_t id;
  /**
   * The therapy given, a SNOMED CT code; 0 for none. Those without an intensity are ignored (M347, notes 2 and 3).
   */
  uint64_t therapy_code;
  /**
   * When it was, or IAPT_NO_DAY.
   */
  iapt_day date;
  /**
   * AttendOrDNACode: 2 cancelled by the patient, 3 did not attend, 4 cancelled by the provider, 5 on time, 6 late but
   * seen, 7 late and not seen; IAPT_NO_CODE.
   */
  int16_t attendance;
  /**
   * AppType: 1 assessment, 2 treatment, 3 both, 4 review, 5 review and treatment, 6 follow-up, 10 employment support;
   * IAPT_NO_CODE.
   */
  int16_t appointment_type;
  /**
   * How long it took, in minutes; 0 where that is not recorded.
   */
  uint16_t minutes;
  /**
   * Whether it was planned: IAPT_YES, IAPT_NO or IAPT_NO_ANSWER. An unplanned contact counts as attended.
   */
  int8_t planned;
} iapt_contact;

/**
 * A score on one day. IAPT_DATED_SCORE_INIT is one of which nothing is recorded.
 */
typedef struct {
  /**
   * The score's identifier; 0 for none. Of two scores on one day the one with the higher identifier counts.
   */
  uint64_t id;
  /**
   * The contact at which it was given, by its identifier; 0 for none. Scores at a follow-up do not count.
   */
  uint64_t contact_id;
  /**
   * The score. A missing one (denominator 0) is as if the record were not there; one that is in no way a score, such
   * as a number finer than iapt_number allows, is a finding.
   */
  iapt_number score;
  /**
   * When it was given, or IAPT_NO_DAY.
   */
  iapt_day date;
  /**
   * What was filled in; IAPT_NO_INSTRUMENT, or a number that is none, is a finding.
   */
  iapt_instrument instrument;
  /**
   * Not 0 where what is recorded is no number: `score` is not read then, and it is a finding.
   */
  uint8_t unreadable;
} iapt_dated_score;

/**
 * A presenting complaint. IAPT_COMPLAINT_INIT is one of which nothing is recorded.
 */
typedef struct {
  /**
   * The complaint's identifier; 0 for none.
   */
  uint64_t id;
  /**
   * The complaint as a NUL-terminated text: an ICD-10 code, with or without its dot ("F40.1"), or a SNOMED CT code.
   * NULL or empty where it is missing.
   */
  const char *code;
  /**
   * When it was recorded, or IAPT_NO_DAY.
   */
  iapt_day date;
  /**
   * Whether it is the primary one: IAPT_YES, IAPT_NO or IAPT_NO_ANSWER.
   */
  int8_t primary;
} iapt_complaint;

/**
 * A week of internet-enabled therapy, which counts as one treatment contact of high intensity. IAPT_THERAPY_LOG_INIT is
 * one of which nothing is recorded.
 */
typedef struct {
  /**
   * The log's identifier; of records with the same one the last counts. A record with 0 is a log of its own.
   */
  uint64_t id;
  /**
   * The day on which it starts, or IAPT_NO_DAY.
   */
  iapt_day date;
} iapt_therapy_log;

/**
 * Whether sick pay was received. IAPT_SICK_PAY_INIT is a record without anything.
 */
typedef struct {
  /**
   * When it was recorded, or IAPT_NO_DAY.
   */
  iapt_day date;
  /**
   * IAPT_YES, IAPT_NO, or IAPT_NO_ANSWER (also for 'not known' and 'not stated').
   */
  int8_t received;
} iapt_sick_pay;

/**
 * One referral with all that is recorded of it, in arrays of the caller's. IAPT_PATHWAY_INIT has nothing recorded.
 *
 * The arrays are in the order of their tables, which decides where identifiers are missing or repeated; each may be NULL
 * where its length is 0, and may have up to 2^32 - 1 records. They are read during the call alone.
 */
typedef struct {
  /**
   * The contacts.
   */
  const iapt_contact *contacts;
  /**
   * How many.
   */
  size_t contacts_len;
  /**
   * The scores.
   */
  const iapt_dated_score *scores;
  /**
   * How many.
   */
  size_t scores_len;
  /**
   * The presenting complaints.
   */
  const iapt_complaint *complaints;
  /**
   * How many.
   */
  size_t complaints_len;
  /**
   * The weeks of internet-enabled therapy.
   */
  const iapt_therapy_log *therapy_logs;
  /**
   * How many.
   */
  size_t therapy_logs_len;
  /**
   * The records of sick pay.
   */
  const iapt_sick_pay *sick_pay;
  /**
   * How many.
   */
  size_t sick_pay_len;
  /**
   * When the referral was received, or IAPT_NO_DAY. Without it nothing lies within the referral.
   */
  iapt_day referral_date;
  /**
   * When the patient was discharged; IAPT_NO_DAY while the referral is open.
   */
  iapt_day discharge_date;
  /**
   * EndCode, why the referral ended: 10 to 14, 16, 17, 46 to 50, 95, 96; IAPT_NO_CODE.
   */
  int16_t end_code;
} iapt_pathway;

/**
 * The caller's own measure for an instrument: for one that has no confirmed numbers, or instead of the built-in one.
 */
typedef struct {
  /**
   * Which instrument's scores are read by it.
   */
  iapt_instrument instrument;
  /**
   * Its numbers. One without a threshold or a reliable change has first and last scores, but decides no outcome.
   */
  iapt_definition measure;
} iapt_own_measure;

/**
 * The first and the last valid score on an instrument between referral and discharge, scores at follow-ups left out.
 * There is a last score only where there are scores on two days.
 */
typedef struct {
  /**
   * The first score; missing (denominator 0) where there is none.
   */
  iapt_number first;
  /**
   * The last score; missing where there are not two.
   */
  iapt_number last;
  /**
   * The day of the first score, or IAPT_NO_DAY.
   */
  iapt_day first_date;
  /**
   * The day of the last score, or IAPT_NO_DAY.
   */
  iapt_day last_date;
} iapt_first_and_last;

/**
 * What is derived of one referral. Waits are in whole days and may be negative.
 */
typedef struct {
  /**
   * The first and the last score on every instrument, under its number: `scores[IAPT_PHQ9]`. Place 0 is empty.
   */
  iapt_first_and_last scores[IAPT_INSTRUMENTS];
  /**
   * What the treatment was for: a code without its dot and in capitals ("F401"), NUL-terminated; empty where none is
   * valid (M204).
   */
  char problem_descriptor[IAPT_DESCRIPTOR_SIZE];
  /**
   * The anxiety measure that decides, by M204.
   */
  iapt_instrument anxiety_measure;
  /**
   * The anxiety measure that the problem descriptor names; IAPT_NO_INSTRUMENT for most descriptors. Of two, the one
   * that decides, or the preferred one.
   */
  iapt_instrument specific_measure;
  /**
   * When the referral was received, or IAPT_NO_DAY.
   */
  iapt_day referral_date;
  /**
   * When the patient was discharged, as far as is known by `as_at`; IAPT_NO_DAY while the referral is open.
   */
  iapt_day discharge_date;
  /**
   * The first attended assessment, or IAPT_NO_DAY.
   */
  iapt_day assessment_date;
  /**
   * The first treatment contact, or IAPT_NO_DAY.
   */
  iapt_day first_treatment_date;
  /**
   * The second treatment contact, which may be on the same day, or IAPT_NO_DAY.
   */
  iapt_day second_treatment_date;
  /**
   * The last treatment contact, or IAPT_NO_DAY.
   */
  iapt_day last_treatment_date;
  /**
   * The first treatment contact of low intensity, or IAPT_NO_DAY.
   */
  iapt_day first_low_intensity_date;
  /**
   * The first treatment contact of high intensity, or IAPT_NO_DAY.
   */
  iapt_day first_high_intensity_date;
  /**
   * The day on which the first stage began, or IAPT_NO_DAY.
   */
  iapt_day first_stage_date;
  /**
   * Days from referral to the first assessment (M024 to M027), or IAPT_NO_WAIT.
   */
  int32_t assessment_wait;
  /**
   * Days from referral to the first treatment (M032 to M037, M052 to M055), or IAPT_NO_WAIT.
   */
  int32_t treatment_wait;
  /**
   * Days from the first to the second treatment (M046, M047, M121 to M126), or IAPT_NO_WAIT.
   */
  int32_t second_treatment_wait;
  /**
   * Days from the last contact of the first stage to the first of the second, where they differ in intensity (M349,
   * M350), or IAPT_NO_WAIT.
   */
  int32_t stage_wait;
  /**
   * Attended contacts of any type but follow-ups (M073, M074).
   */
  uint32_t care_contacts;
  /**
   * Attended treatments between referral and discharge; a week of internet-enabled therapy is one (M076).
   */
  uint32_t treatment_contacts;
  /**
   * Treatment contacts with a therapy of low intensity (M347, note 3).
   */
  uint32_t low_intensity_contacts;
  /**
   * Treatment contacts with a therapy of high intensity (M347, note 2), and weeks of internet-enabled therapy.
   */
  uint32_t high_intensity_contacts;
  /**
   * Treatment contacts whose length is recorded.
   */
  uint32_t timed_contacts;
  /**
   * The minutes of these together.
   */
  uint32_t contact_minutes;
  /**
   * Why the referral ended, IAPT_NO_CODE, or IAPT_UNKNOWN_CODE; IAPT_NO_CODE while it is open.
   */
  int16_t end_code;
  /**
   * The eight facts of the outcome: IAPT_PAIRED and so on.
   */
  iapt_outcome_flags flags;
  /**
   * IAPT_ANXIETY_GENERAL, IAPT_ANXIETY_SPECIFIC or IAPT_ANXIETY_INSTEAD.
   */
  uint8_t anxiety_choice;
  /**
   * 1 where discharged with at least two treatment contacts (M076), else 0.
   */
  uint8_t finished_course;
  /**
   * 1 where discharged with exactly one treatment contact (M075), else 0.
   */
  uint8_t treated_once;
  /**
   * 1 where discharged without a treatment contact (M153), else 0.
   */
  uint8_t ended_before_treatment;
  /**
   * The first stage of stepped care (M347): IAPT_INTENSITY_LOW, IAPT_INTENSITY_HIGH or IAPT_NO_STAGE.
   */
  int8_t first_stage;
  /**
   * The second stage. It may be of the same intensity, with a single contact of the other one between them.
   */
  int8_t second_stage;
  /**
   * 1 where more than one contact, all single ones, lie between the two: such a step down is not measured (M349).
   */
  uint8_t stages_mixed;
  /**
   * Whether sick pay was received at the first record: IAPT_YES, IAPT_NO or IAPT_NO_ANSWER.
   */
  int8_t sick_pay_first;
  /**
   * The same at the last record (M237).
   */
  int8_t sick_pay_last;
  /**
   * 0.
   */
  uint8_t reserved[4];
} iapt_derived;

/**
 * Something odd in one record. It never stops a derivation; iapt_finding_message() says what was done about it.
 */
typedef struct {
  /**
   * The record, counted from 0 in its array; 0 where the table is IAPT_TABLE_REFERRALS.
   */
  size_t row;
  /**
   * What it is about, a constant text: the field of an unknown code ("attendance", "type", "planned", "end_code",
   * "code", "primary", "sick_pay"), or the measure that is lacking ("SPIN"). NULL for other kinds.
   */
  const char *about;
  /**
   * IAPT_TABLE_REFERRALS and so on.
   */
  uint8_t table;
  /**
   * IAPT_FINDING_SCORE_OUT_OF_RANGE and so on.
   */
  uint8_t kind;
  /**
   * 0.
   */
  uint8_t reserved[6];
} iapt_finding;

/**
 * An official measure. (A measure that patients fill in is an iapt_measure or an iapt_instrument.)
 */
typedef struct {
  /**
   * The official identifier, as in "M192"; measures of the annual set have their name here, too. A constant text.
   */
  const char *id;
  /**
   * The official name, as in "Percentage_Recovery". A constant text.
   */
  const char *name;
  /**
   * The tables without which it can't be known, beside referrals and contacts: IAPT_LACKS_SCORES and so on, added up.
   */
  uint32_t needed_tables;
  /**
   * The target in tenths of a per cent, or IAPT_NO_RATE.
   */
  int16_t target;
  /**
   * How it is computed, and so what its value counts: IAPT_FORMULA_COUNT and so on.
   */
  uint8_t formula;
  /**
   * 0.
   */
  uint8_t reserved;
} iapt_indicator;

/**
 * What is known beside the records of the referrals. All 0: every table was given, but no standard deviation.
 */
typedef struct {
  /**
   * The standard deviations of first scores in which effect sizes are measured, under the number of the instrument:
   * `sds[IAPT_PHQ9]`, of IAPT_GAD7 and IAPT_WSAS. England's, for the same group, as published. Missing ones have the
   * denominator 0.
   */
  iapt_number sds[IAPT_INSTRUMENTS];
  /**
   * The tables that are not at hand at all: IAPT_LACKS_SCORES and so on, added up. What needs one is
   * IAPT_FIGURE_MISSING rather than 0.
   */
  uint32_t lacking_tables;
  /**
   * Must be 0.
   */
  uint32_t reserved;
} iapt_inputs;

/**
 * A figure: the value of an official measure. Every field that does not apply is 0, and its flag, if it has one, too.
 */
typedef struct {
  /**
   * The value in tenths, rounded half up: 513 is 51.3 % of a percentage, 2320 are 232 referrals of a count, and 84 are
   * 8.4 of a mean. Only where `has_value` is 1.
   */
  int64_t value;
  /**
   * Of a percentage, the referrals counted; of a mean or a quotient, the sum. Only where `has_numerator` is 1.
   */
  int64_t numerator;
  /**
   * Of a percentage, the referrals that they are counted of; of a quotient, the other sum; of other statistics, the
   * number of values. Only where `has_denominator` is 1.
   */
  uint64_t denominator;
  /**
   * The lower end of the 95 % interval (Wilson) of a percentage, in tenths. Only where `has_interval` is 1.
   */
  int64_t lower;
  /**
   * The upper end.
   */
  int64_t upper;
  /**
   * What services are asked to reach, in tenths of a per cent, or IAPT_NO_RATE.
   */
  int16_t target;
  /**
   * IAPT_FIGURE_OK and so on.
   */
  uint8_t status;
  /**
   * 1 where the status is IAPT_FIGURE_OK, else 0.
   */
  uint8_t has_value;
  /**
   * 1 or 0.
   */
  uint8_t has_numerator;
  /**
   * 1 or 0.
   */
  uint8_t has_denominator;
  /**
   * 1 or 0.
   */
  uint8_t has_interval;
  /**
   * Where the interval lies in relation to the target: IAPT_AGAINST_ABOVE and so on.
   */
  int8_t against;
} iapt_figure;

/**
 * The call succeeded and its results are written.
 */
#define IAPT_OK 0

/**
 * A score outside the range of its measure.
 */
#define IAPT_ERROR_OUT_OF_RANGE 101

/**
 * A fraction on a measure of whole scores.
 */
#define IAPT_ERROR_NOT_WHOLE 102

/**
 * Not a decimal number of at most 18 digits, or a missing number where there must be one.
 */
#define IAPT_ERROR_NOT_A_NUMBER 103

/**
 * An answer outside the range of its item.
 */
#define IAPT_ERROR_ITEM_OUT_OF_RANGE 201

/**
 * Another number of items than the questionnaire has.
 */
#define IAPT_ERROR_ITEM_COUNT 202

/**
 * Too many items are unanswered for a score.
 */
#define IAPT_ERROR_TOO_MANY_MISSING 203

/**
 * An unanswered item where only complete questionnaires are accepted.
 */
#define IAPT_ERROR_INCOMPLETE 204

/**
 * A measure that was defined without items.
 */
#define IAPT_ERROR_NO_ITEMS 205

/**
 * No measure of this name or number.
 */
#define IAPT_ERROR_UNKNOWN_MEASURE 301

/**
 * A measure without the threshold or the reliable change that is needed.
 */
#define IAPT_ERROR_NO_THRESHOLD 302

/**
 * A definition of a measure that contradicts itself.
 */
#define IAPT_ERROR_INVALID_MEASURE 303

/**
 * Counts of which one exceeds another that contains it.
 */
#define IAPT_ERROR_INCONSISTENT_COUNTS 401

/**
 * Flags that no referral can have.
 */
#define IAPT_ERROR_INCONSISTENT_FACTS 402

/**
 * A standard deviation that is not above 0.
 */
#define IAPT_ERROR_INVALID_SD 403

/**
 * A figure or a sum beyond what can be computed exactly.
 */
#define IAPT_ERROR_TOO_LARGE 404

/**
 * Columns of different lengths.
 */
#define IAPT_ERROR_LENGTH_MISMATCH 501

/**
 * A group number that is not below the number of groups.
 */
#define IAPT_ERROR_GROUP_OUT_OF_RANGE 502

/**
 * Memory to work in could not be had.
 */
#define IAPT_ERROR_OUT_OF_MEMORY 503

/**
 * A NULL pointer where there must be a value.
 */
#define IAPT_ERROR_NULL_POINTER 901

/**
 * A pointer that is not aligned for its type.
 */
#define IAPT_ERROR_MISALIGNED 902

/**
 * An option or a flag that does not exist, a reserved byte that is not 0, an array too long to exist, an output array
 * that overlaps another array, two own measures for one instrument, a text that is no UTF-8, or tallies that do not
 * belong together.
 */
#define IAPT_ERROR_INVALID_ARGUMENT 903

/**
 * A buffer too small for the text.
 */
#define IAPT_ERROR_BUFFER_TOO_SMALL 904

/**
 * No day of the years 0 to 9999, or a period that ends before it begins.
 */
#define IAPT_ERROR_NOT_A_DAY 905

/**
 * A fault of this library, which it caught. Use none of the outputs of the call, and report it.
 */
#define IAPT_ERROR_PANIC 999

/**
 * PHQ-9: depression.
 */
#define IAPT_PHQ9 1

/**
 * GAD-7: generalised anxiety.
 */
#define IAPT_GAD7 2

/**
 * Social Phobia Inventory: social anxiety. Its numbers are not verified.
 */
#define IAPT_SPIN 3

/**
 * Mobility Inventory (alone): agoraphobia. Its numbers are not verified.
 */
#define IAPT_MI 4

/**
 * Obsessive-Compulsive Inventory. Its numbers are not verified.
 */
#define IAPT_OCI 5

/**
 * PTSD Checklist for DSM-5. Its numbers are not verified.
 */
#define IAPT_PCL5 6

/**
 * Impact of Event Scale, revised: PTSD, before PCL-5. Its numbers are not verified.
 */
#define IAPT_IESR 7

/**
 * Panic Disorder Severity Scale. Its numbers are not verified.
 */
#define IAPT_PDSS 8

/**
 * Health Anxiety Inventory (short, weekly). Its numbers are not verified.
 */
#define IAPT_HAI 9

/**
 * Penn State Worry Questionnaire. Its numbers are not verified.
 */
#define IAPT_PSWQ 10

/**
 * Work and Social Adjustment Scale: functioning, without caseness. Its numbers are not verified.
 */
#define IAPT_WSAS 11

/**
 * All four scores are present.
 */
#define IAPT_PAIRED 1

/**
 * Either first score is at caseness.
 */
#define IAPT_CASENESS 2

/**
 * Both first scores are present and neither is at caseness.
 */
#define IAPT_NOT_CASENESS 4

/**
 * Paired, caseness, and neither last score is at caseness (M191).
 */
#define IAPT_RECOVERY 8

/**
 * Paired, either score fell reliably and neither rose reliably (M185).
 */
#define IAPT_RELIABLE_IMPROVEMENT 16

/**
 * Paired, either score rose reliably and neither fell reliably (M189).
 */
#define IAPT_RELIABLE_DETERIORATION 32

/**
 * Paired, and neither of the two (M187).
 */
#define IAPT_NO_RELIABLE_CHANGE 64

/**
 * Recovery and reliable improvement (M193).
 */
#define IAPT_RELIABLE_RECOVERY 128

/**
 * No day, or none that can be read.
 */
#define IAPT_NO_DAY INT32_MIN

/**
 * No instrument, or one that is not known.
 */
#define IAPT_NO_INSTRUMENT 0

/**
 * BIQ: body dysmorphic disorder. No national threshold is confirmed: give your own measure.
 */
#define IAPT_BIQ 12

/**
 * CFQ: chronic fatigue. No national threshold is confirmed: give your own measure.
 */
#define IAPT_CFQ 13

/**
 * Francis IBS scale: irritable bowel syndrome. No national threshold is confirmed: give your own measure.
 */
#define IAPT_IBS 14

/**
 * PHQ-15: other medically unexplained symptoms. No national threshold is confirmed: give your own measure.
 */
#define IAPT_PHQ15 15

/**
 * The item of WSAS about work, 0 to 8.
 */
#define IAPT_WSAS_WORK 16

/**
 * The item of WSAS about home management, 0 to 8.
 */
#define IAPT_WSAS_HOME_MANAGEMENT 17

/**
 * The item of WSAS about social leisure activities, 0 to 8.
 */
#define IAPT_WSAS_SOCIAL_LEISURE 18

/**
 * The item of WSAS about private leisure activities, 0 to 8.
 */
#define IAPT_WSAS_PRIVATE_LEISURE 19

/**
 * The item of WSAS about relationships, 0 to 8.
 */
#define IAPT_WSAS_RELATIONSHIPS 20

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library at run time; IAPT_VERSION is that of the header. A constant text.
 */
const char *iapt_version(void);

/**
 * The ABI of the library at run time; IAPT_ABI_VERSION is that of the header. Where the two differ, call nothing else.
 */
uint32_t iapt_abi_version(void);

/**
 * The edition of the national rules by which the library counts: the financial year from which it holds, as in
 * "2024-25". A constant text.
 */
const char *iapt_edition(void);

/**
 * What a status means, as a text for people. It contains no value of the input.
 *
 * Gives a constant text for every number, unknown ones too; never NULL.
 */
const char *iapt_status_message(iapt_status status);

/**
 * The name of a status, the same in every language: "OUT_OF_RANGE" for IAPT_ERROR_OUT_OF_RANGE.
 *
 * Gives a constant text for every number, unknown ones too; never NULL.
 */
const char *iapt_status_name(iapt_status status);

/**
 * Reads a number exactly: "18", "-3", "2.27", "1e-2", or a ratio of whole numbers such as "61/27".
 *
 * `text` has `length` bytes and need not be NUL-terminated.
 *
 * Errors: IAPT_ERROR_NOT_A_NUMBER, also for an empty text and for more than 18 digits that count;
 * IAPT_ERROR_OUT_OF_RANGE for a number larger than any score could be.
 */
iapt_status iapt_number_parse(const char *text, size_t length, iapt_number *out);

/**
 * The number of the measure with this identifier ("PHQ9") or name ("PHQ-9"), a NUL-terminated text.
 *
 * Errors: IAPT_ERROR_NO_THRESHOLD for a measure of the national calculation that is known by name alone (BIQ, CFQ,
 * IBS, PHQ15), as no threshold of it is confirmed; IAPT_ERROR_UNKNOWN_MEASURE for any other name.
 */
iapt_status iapt_measure_by_name(const char *name,
                                 iapt_measure *out);

/**
 * The name of a measure, as in "PHQ-9": a constant text, or NULL where there is no such measure.
 */
const char *iapt_measure_name(iapt_measure measure);

/**
 * The numbers of a built-in measure.
 *
 * Errors: IAPT_ERROR_UNKNOWN_MEASURE.
 */
iapt_status iapt_measure_definition(iapt_measure measure, iapt_definition *out);

/**
 * Whether the numbers of a measure fit together. Every call that takes a definition checks it, too.
 *
 * Errors: IAPT_ERROR_INVALID_MEASURE where they contradict each other; IAPT_ERROR_NOT_A_NUMBER where the lowest or
 * the highest score is missing; IAPT_ERROR_INVALID_ARGUMENT for other values of the small fields than are named
 * there.
 */
iapt_status iapt_definition_check(const iapt_definition *measure);

/**
 * Whether a score is a clinical case: 1 or 0.
 *
 * Errors: those of iapt_definition_check(); IAPT_ERROR_OUT_OF_RANGE, IAPT_ERROR_NOT_WHOLE and
 * IAPT_ERROR_NOT_A_NUMBER (also for a missing score); IAPT_ERROR_NO_THRESHOLD for a measure without one.
 */
iapt_status iapt_is_case(const iapt_definition *measure,
                         iapt_number score,
                         uint8_t *out);

/**
 * The severity band of a score on a built-in measure: IAPT_SEVERITY_MINIMAL and so on, IAPT_NO_SEVERITY where the
 * measure has no bands.
 *
 * Errors: IAPT_ERROR_UNKNOWN_MEASURE; IAPT_ERROR_OUT_OF_RANGE, IAPT_ERROR_NOT_WHOLE and IAPT_ERROR_NOT_A_NUMBER
 * (also for a missing score).
 */
iapt_status iapt_severity(iapt_measure measure,
                          iapt_number score,
                          int8_t *out);

/**
 * The change from the first to the last score: IAPT_CHANGE_IMPROVEMENT, IAPT_CHANGE_DETERIORATION or
 * IAPT_CHANGE_NONE.
 *
 * Errors: as iapt_is_case(), the first score before the last; IAPT_ERROR_NO_THRESHOLD for a measure without a
 * reliable change.
 */
iapt_status iapt_change(const iapt_definition *measure,
                        iapt_number first,
                        iapt_number last,
                        uint8_t *out);

/**
 * Scores the answers to a questionnaire's items, in its order; IAPT_MISSING_ITEM is an unanswered one.
 *
 * `options` is 0 or IAPT_REJECT_MISSING.
 *
 * Errors: IAPT_ERROR_UNKNOWN_MEASURE; IAPT_ERROR_INVALID_ARGUMENT for unknown options; then, the first of them that
 * applies, IAPT_ERROR_ITEM_COUNT, IAPT_ERROR_ITEM_OUT_OF_RANGE, IAPT_ERROR_INCOMPLETE, IAPT_ERROR_TOO_MANY_MISSING.
 */
iapt_status iapt_score_items(iapt_measure measure,
                             const int8_t *items,
                             size_t len,
                             uint32_t options,
                             iapt_score *out);

/**
 * As iapt_score_items(), and says which item is at fault.
 *
 * With IAPT_ERROR_ITEM_OUT_OF_RANGE the item, counted from 0, is written to `error_item`, unless that is NULL.
 */
iapt_status iapt_score_items_at(iapt_measure measure,
                                const int8_t *items,
                                size_t len,
                                uint32_t options,
                                iapt_score *out,
                                size_t *error_item);

/**
 * Scores `n` questionnaires, the `items_per_row` answers of each one after those of the one before.
 *
 * `scored` gets 1 for each row with a score and 0 for each that has none because items are missing: too many, or
 * any with IAPT_REJECT_MISSING. Such a row of `out` has the divisor 0, no severity and no caseness, but says of
 * self-harm what was answered. The two outputs must not overlap each other or `items`.
 *
 * Errors: IAPT_ERROR_UNKNOWN_MEASURE; IAPT_ERROR_INVALID_ARGUMENT for unknown options; and of the first bad row
 * IAPT_ERROR_ITEM_COUNT or IAPT_ERROR_ITEM_OUT_OF_RANGE, with row and item, counted from 0, written to `error_row` and
 * `error_item` (either may be NULL). With these errors no row has a score, over the whole length of both outputs, and
 * self-harm is unknown.
 * Where a pointer or a length is refused, nothing is written.
 */
iapt_status iapt_score_items_rows(iapt_measure measure,
                                  const int8_t *items,
                                  size_t items_per_row,
                                  size_t n,
                                  uint32_t options,
                                  iapt_score *out,
                                  uint8_t *scored,
                                  size_t *error_row,
                                  size_t *error_item);

/**
 * The answer to the item on self-harm alone, also where too few items were answered for a score:
 * IAPT_SELF_HARM_REPORTED and so on.
 *
 * Errors: IAPT_ERROR_UNKNOWN_MEASURE, IAPT_ERROR_ITEM_COUNT, IAPT_ERROR_ITEM_OUT_OF_RANGE.
 */
iapt_status iapt_self_harm(iapt_measure measure, const int8_t *items, size_t len, uint8_t *out);

/**
 * The outcome of one referral from its PHQ-9 and GAD-7 scores.
 *
 * A last score without a first is accepted: the referral is not paired.
 *
 * Errors: IAPT_ERROR_OUT_OF_RANGE.
 */
iapt_status iapt_outcome(const iapt_scores *scores, iapt_outcome_flags *out);

/**
 * The outcome of one referral on measures of the caller's choice: a depression measure; GAD-7 or the only anxiety
 * measure used; and, unless `specific` is NULL, a measure specific to the anxiety disorder. The specific one counts
 * if both its scores are present, else the other.
 *
 * Errors: those of iapt_definition_check() for the first bad measure; IAPT_ERROR_NO_THRESHOLD where any of them has no
 * threshold or no reliable change; then those of the first bad score in the order of the arguments, also on a measure
 * that does not count: IAPT_ERROR_OUT_OF_RANGE, IAPT_ERROR_NOT_WHOLE, IAPT_ERROR_NOT_A_NUMBER.
 */
iapt_status iapt_outcome_on(const iapt_pair *depression,
                            const iapt_pair *anxiety,
                            const iapt_pair *specific,
                            iapt_outcome_flags *out);

/**
 * Explains a referral's outcome, in English: which scores there are, which threshold decided, what was missing. The
 * text contains the scores.
 *
 * Writes a NUL-terminated ASCII text to `buffer`, which has room for `capacity` bytes, and its length without the NUL
 * to `length`. Where the text and its NUL do not fit, `length` alone is written, so that a buffer of `*length + 1`
 * bytes is enough for a second call. `buffer` may be NULL where `capacity` is 0.
 *
 * Errors: IAPT_ERROR_OUT_OF_RANGE; IAPT_ERROR_BUFFER_TOO_SMALL.
 */
iapt_status iapt_explain(const iapt_scores *scores,
                         char *buffer,
                         size_t capacity,
                         size_t *length);

/**
 * The outcomes of `n` referrals from columns of bytes, in which IAPT_MISSING_U8 is a missing score.
 *
 * `flags` gets a byte of iapt_outcome_flags a row. It must not overlap the columns.
 *
 * Errors: IAPT_ERROR_OUT_OF_RANGE for the first bad row, which is written to `error_row`, counted from 0, unless that
 * is NULL. `flags` is then 0 over its whole length. Where a pointer or a length is refused, nothing is written.
 */
iapt_status iapt_outcomes_u8(const uint8_t *phq9_first,
                             const uint8_t *phq9_last,
                             const uint8_t *gad7_first,
                             const uint8_t *gad7_last,
                             size_t n,
                             uint8_t *flags,
                             size_t *error_row);

/**
 * The outcomes of `n` referrals from columns of 16-bit integers, each with a validity bitmap.
 *
 * A bitmap has a bit a row, the lowest bit of a byte first, 0 for a missing score (Apache Arrow's validity bitmap,
 * from its first bit on); NULL where no score of the column is missing. No integer stands for a missing score: 255
 * is out of range here.
 *
 * Errors: as iapt_outcomes_u8().
 */
iapt_status iapt_outcomes_i16(const int16_t *phq9_first,
                              const int16_t *phq9_last,
                              const int16_t *gad7_first,
                              const int16_t *gad7_last,
                              const uint8_t *phq9_first_validity,
                              const uint8_t *phq9_last_validity,
                              const uint8_t *gad7_first_validity,
                              const uint8_t *gad7_last_validity,
                              size_t n,
                              uint8_t *flags,
                              size_t *error_row);

/**
 * The same for columns of 32-bit integers: see iapt_outcomes_i16().
 */
iapt_status iapt_outcomes_i32(const int32_t *phq9_first,
                              const int32_t *phq9_last,
                              const int32_t *gad7_first,
                              const int32_t *gad7_last,
                              const uint8_t *phq9_first_validity,
                              const uint8_t *phq9_last_validity,
                              const uint8_t *gad7_first_validity,
                              const uint8_t *gad7_last_validity,
                              size_t n,
                              uint8_t *flags,
                              size_t *error_row);

/**
 * The same for columns of 64-bit integers: see iapt_outcomes_i16().
 */
iapt_status iapt_outcomes_i64(const int64_t *phq9_first,
                              const int64_t *phq9_last,
                              const int64_t *gad7_first,
                              const int64_t *gad7_last,
                              const uint8_t *phq9_first_validity,
                              const uint8_t *phq9_last_validity,
                              const uint8_t *gad7_first_validity,
                              const uint8_t *gad7_last_validity,
                              size_t n,
                              uint8_t *flags,
                              size_t *error_row);

/**
 * The same for columns of floats, in which NaN is a missing score. Each float is read by its shortest decimal text.
 *
 * Errors: as iapt_outcomes_u8(); IAPT_ERROR_NOT_WHOLE for a fraction, IAPT_ERROR_NOT_A_NUMBER for an infinity and for a
 * number of more than 18 decimals.
 */
iapt_status iapt_outcomes_f64(const double *phq9_first,
                              const double *phq9_last,
                              const double *gad7_first,
                              const double *gad7_last,
                              size_t n,
                              uint8_t *flags,
                              size_t *error_row);

/**
 * As iapt_outcomes_f64(), on a depression and an anxiety measure of the caller's choice.
 *
 * Errors: those of iapt_definition_check(); IAPT_ERROR_NO_THRESHOLD for a measure without a threshold or a reliable
 * change; those of iapt_outcomes_f64(). `flags` is then 0 over its whole length.
 */
iapt_status iapt_outcomes_f64_on(const iapt_definition *depression,
                                 const iapt_definition *anxiety,
                                 const double *depression_first,
                                 const double *depression_last,
                                 const double *anxiety_first,
                                 const double *anxiety_last,
                                 size_t n,
                                 uint8_t *flags,
                                 size_t *error_row);

/**
 * Counts the facts of `n` referrals, all of which finished a course of treatment: leave the others out.
 *
 * Errors: IAPT_ERROR_INCONSISTENT_FACTS for the first byte that no referral can have, its row written to `error_row`,
 * counted from 0, unless that is NULL; IAPT_ERROR_OUT_OF_MEMORY.
 */
iapt_status iapt_count(const uint8_t *flags,
                       size_t n,
                       iapt_counts *out,
                       size_t *error_row);

/**
 * The same for each group of referrals: `groups` gives the number of each row's group, below `number_of_groups`, and
 * `out` gets the counts of group 0, 1 and so on. It must not overlap the columns.
 *
 * Errors: as iapt_count(), and IAPT_ERROR_GROUP_OUT_OF_RANGE with the row. Nothing is written to `out` then.
 */
iapt_status iapt_count_groups(const uint8_t *flags,
                              const uint32_t *groups,
                              size_t n,
                              iapt_counts *out,
                              size_t number_of_groups,
                              size_t *error_row);

/**
 * The five official rates from the counts of a service.
 *
 * Errors: IAPT_ERROR_INCONSISTENT_COUNTS.
 */
iapt_status iapt_rates_from_counts(const iapt_counts *counts, iapt_rates *out);

/**
 * A rate from its two counts, in tenths of a per cent, rounded half up from the exact ratio: 902 of 1760 is 513.
 * IAPT_NO_RATE where the denominator is 0.
 *
 * Errors: IAPT_ERROR_INCONSISTENT_COUNTS where the numerator exceeds a denominator that is not 0.
 */
iapt_status iapt_rate_from_counts(uint64_t numerator,
                                  uint64_t denominator,
                                  int16_t *out_tenths);

/**
 * A rate as it is published for services: a whole percentage, rounded half up from the exact counts, and suppressed
 * where either count is small. Not applicable where the denominator is 0. Where iapt_disclose() hides a count for the
 * sake of another one, leave out its rates too: this function sees no table.
 *
 * Errors: IAPT_ERROR_INCONSISTENT_COUNTS where the numerator exceeds a denominator that is not 0.
 */
iapt_status iapt_rate_disclosed(uint64_t numerator,
                                uint64_t denominator,
                                iapt_disclosed *out);

/**
 * Whether a rate, before any rounding, reaches the national target: 1 or 0, and -1 where the denominator is 0.
 *
 * `fact` is the mask of an outcome with a target: IAPT_RECOVERY, IAPT_RELIABLE_IMPROVEMENT or IAPT_RELIABLE_RECOVERY.
 *
 * Errors: IAPT_ERROR_INVALID_ARGUMENT for any other mask; IAPT_ERROR_INCONSISTENT_COUNTS where the numerator exceeds a
 * denominator that is not 0.
 */
iapt_status iapt_reaches_target(iapt_outcome_flags fact,
                                uint64_t numerator,
                                uint64_t denominator,
                                int8_t *out);

/**
 * The effect size: (mean first score - mean last score) / standard deviation of the first scores; above 0 is
 * improvement. In tenths, rounded half up from the exact value, and as the nearest float but for the last digit.
 *
 * Errors: IAPT_ERROR_NOT_A_NUMBER where one is missing; IAPT_ERROR_TOO_LARGE for a mean beyond a million;
 * IAPT_ERROR_INVALID_SD for a standard deviation that is not above 0, or finer than a millionth.
 */
iapt_status iapt_effect_size(iapt_number mean_first,
                             iapt_number mean_last,
                             iapt_number sd_first,
                             int64_t *out_tenths,
                             double *out_value);

/**
 * Rounds and suppresses the counts of `n` groups that add up to a total which is published with them.
 *
 * Small counts are suppressed, zero included, and the others rounded, as NHS England does; where the total and the
 * other groups would tell a hidden count, further ones are hidden, and at last the total. `groups` has room for `n`
 * figures and must not overlap `counts`.
 *
 * Errors: IAPT_ERROR_TOO_LARGE where the total is beyond 64 bits; IAPT_ERROR_OUT_OF_MEMORY.
 */
iapt_status iapt_disclose(const uint64_t *counts,
                          size_t n,
                          iapt_disclosed *groups,
                          iapt_disclosed *total);

/**
 * The day of a year (0 to 9999), a month (1 to 12) and a day of the month (1 to 31).
 *
 * Errors: IAPT_ERROR_NOT_A_DAY where the calendar has no such day.
 */
iapt_status iapt_day_from_ymd(int32_t year, int32_t month, int32_t day_of_month, iapt_day *out);

/**
 * Year, month and day of the month of a day.
 *
 * Errors: IAPT_ERROR_NOT_A_DAY, also for IAPT_NO_DAY.
 */
iapt_status iapt_day_to_ymd(iapt_day day, int32_t *year, int32_t *month, int32_t *day_of_month);

/**
 * Reads a day as in "2024-04-01"; a time of day after it is allowed and ignored.
 *
 * `text` has `length` bytes and need not be NUL-terminated.
 *
 * Errors: IAPT_ERROR_NOT_A_DAY, also for an empty text.
 */
iapt_status iapt_day_parse(const char *text, size_t length, iapt_day *out);

/**
 * Reads a period: a financial year "2024-25" (April to March), a quarter of one "2024-Q2" (July to September 2024), a
 * month "2024-06", or two days "2024-04-01/2025-03-31". `first` and `last` get its first and its last day.
 *
 * `text` has `length` bytes and need not be NUL-terminated.
 *
 * Errors: IAPT_ERROR_NOT_A_DAY, also where the last day is before the first.
 */
iapt_status iapt_period_parse(const char *text,
                              size_t length,
                              iapt_day *first,
                              iapt_day *last);

/**
 * The number of the instrument with this name ("PHQ-9"), identifier ("PHQ9"), national name ("SocialPhobia") or SNOMED
 * CT code ("720433000"), a NUL-terminated text. Case, blanks and punctuation do not matter. Those without confirmed
 * numbers (BIQ, CFQ, IBS, PHQ-15) are found, too.
 *
 * Errors: IAPT_ERROR_UNKNOWN_MEASURE. A score of an unknown measure is no reason to stop: give it with
 * IAPT_NO_INSTRUMENT, and it becomes a finding.
 */
iapt_status iapt_instrument_by_name(const char *name,
                                    iapt_instrument *out);

/**
 * The name of an instrument, as in "PHQ-9": a constant text, or NULL where there is no such instrument.
 */
const char *iapt_instrument_name(iapt_instrument instrument);

/**
 * Numbers identifiers that are texts, for the `id` of records: texts of digits in the order of their numbers, before all
 * other texts, which are compared byte by byte. Equal texts get equal numbers, from 1; NULL gets 0, no identifier.
 *
 * Identifiers are compared with those of the same call alone: give those of a table, and those by which another table
 * refers to it (of contacts, and of scores at contacts), in one call. `out` has room for `n` numbers and must not overlap
 * `texts`; the texts are NUL-terminated UTF-8.
 *
 * Errors: IAPT_ERROR_INVALID_ARGUMENT for a text that is no UTF-8; IAPT_ERROR_OUT_OF_MEMORY.
 */
iapt_status iapt_rank_ids(const char *const *texts,
                          size_t n,
                          uint64_t *out);

/**
 * The name of a kind of finding, the same in every language: "unknown_code" for IAPT_FINDING_UNKNOWN_CODE. A constant
 * text, or NULL where there is no such kind.
 */
const char *iapt_finding_name(uint8_t kind);

/**
 * What a kind of finding means and what was done about it, as a text for people. It contains no value of the input. A
 * constant text, or NULL where there is no such kind.
 */
const char *iapt_finding_message(uint8_t kind);

/**
 * The name of a table, the same in every language: "internet_therapy" for IAPT_TABLE_INTERNET_THERAPY. A constant text,
 * or NULL where there is no such table.
 */
const char *iapt_table_name(uint8_t table);

/**
 * Derives one referral from what is recorded of it: contacts, waits, stages, scores, the anxiety measure and the outcome.
 *
 * `as_at` is the day as at whose end the referral is seen: a discharge and records dated later are not known yet. With
 * IAPT_NO_DAY all that is recorded is known. A referral that was received after `as_at` is derived like any other: leave
 * it out of figures.
 *
 * `own` has `own_len` measures of the caller's own, each for another instrument; it may be NULL where there are none.
 *
 * What is odd in the records never stops the derivation but becomes a finding. As many findings as fit are written to
 * `findings`, which has room for `findings_capacity`, and their number altogether to `findings_count`, which may be above
 * the capacity: the call succeeds all the same. They are in the order of the tables and then of the rows. `findings` may
 * be NULL where its capacity is 0, and `findings_count` where nobody asks; without both, none are looked for. `findings`
 * must not overlap anything else of the call.
 *
 * Source: NHS England, NHS Talking Therapies metadata, measures M019 to M367; where these leave something open, what was
 * chosen is said in the documentation of the library.
 *
 * Errors: IAPT_ERROR_NOT_A_DAY for an `as_at` beyond the calendar; IAPT_ERROR_UNKNOWN_MEASURE for an own measure of no
 * instrument, IAPT_ERROR_INVALID_ARGUMENT for two of one instrument, and those of iapt_definition_check();
 * IAPT_ERROR_OUT_OF_MEMORY.
 */
iapt_status iapt_derive(const iapt_pathway *pathway,
                        iapt_day as_at,
                        const iapt_own_measure *own,
                        size_t own_len,
                        iapt_derived *out,
                        iapt_finding *findings,
                        size_t findings_capacity,
                        size_t *findings_count);

/**
 * Explains why a referral is derived as it is, in English: what was counted as treatment, which dates decided, which
 * complaint chose the anxiety measure, and why the outcome is what it is. The text contains dates and scores.
 *
 * The text is written as by iapt_explain(); the other arguments are those of iapt_derive(). `buffer` must not overlap
 * anything else of the call.
 *
 * Errors: those of iapt_derive(); IAPT_ERROR_BUFFER_TOO_SMALL, with the length that is needed in `length`.
 */
iapt_status iapt_derive_explain(const iapt_pathway *pathway,
                                iapt_day as_at,
                                const iapt_own_measure *own,
                                size_t own_len,
                                char *buffer,
                                size_t capacity,
                                size_t *length);

/**
 * How many official measures there are.
 */
size_t iapt_indicator_count(void);

/**
 * The official measure of an index from 0 to below iapt_indicator_count(), in the order of their identifiers.
 *
 * Source: NHS England, NHS Talking Therapies metadata, monthly ("M192") and annual.
 *
 * Errors: IAPT_ERROR_UNKNOWN_MEASURE for any other index.
 */
iapt_status iapt_indicator_at(size_t index,
                              iapt_indicator *out);

/**
 * Makes an empty tally of the referrals of a period, from its `first` to its `last` day, both included.
 *
 * `own` has `own_len` measures of the caller's own, each for another instrument; it may be NULL where there are none. The
 * tally keeps copies of them.
 *
 * Give the tally back to iapt_tally_free(). On an error nothing is handed out.
 *
 * Errors: IAPT_ERROR_NOT_A_DAY, also where the last day is before the first; IAPT_ERROR_UNKNOWN_MEASURE for an own
 * measure of no instrument, IAPT_ERROR_INVALID_ARGUMENT for two of one instrument, and those of iapt_definition_check().
 */
iapt_status iapt_tally_new(iapt_day first,
                           iapt_day last,
                           const iapt_own_measure *own,
                           size_t own_len,
                           iapt_tally **out);

/**
 * Takes a tally back and frees its memory. NULL is ignored. The pointer must not be used afterwards, nor given back again:
 * that is the caller's fault and can't be noticed.
 */
void iapt_tally_free(iapt_tally *tally);

/**
 * Forgets all that was counted. Period and own measures stay.
 */
iapt_status iapt_tally_reset(iapt_tally *tally);

/**
 * Derives a referral as at the end of the tally's last day and counts it.
 *
 * Every referral is to be added once, also those that were received before the period: what belongs to it is decided by
 * each official measure. One that was received after the period counts in nothing. Of the findings in its records
 * iapt_derive() tells.
 *
 * Errors: IAPT_ERROR_OUT_OF_MEMORY; nothing is counted then.
 */
iapt_status iapt_tally_add(iapt_tally *tally,
                           const iapt_pathway *pathway);

/**
 * Adds to a tally what another one has counted. The other one stays as it is, and is to be freed on its own.
 *
 * Errors: IAPT_ERROR_INVALID_ARGUMENT where the two are one tally, or have another period or other own measures.
 */
iapt_status iapt_tally_merge(iapt_tally *tally,
                             const iapt_tally *other);

/**
 * An official measure of what was counted, by its identifier ("M192"), a NUL-terminated text: iapt_indicator_at() lists
 * them.
 *
 * `inputs` says which tables were not at hand, and gives standard deviations; NULL where every table was given, also one
 * in which nothing is recorded, and no effect size is asked for.
 *
 * The figure is exact, and not for publication: iapt_report() applies disclosure control.
 *
 * Errors: IAPT_ERROR_UNKNOWN_MEASURE for an identifier that is not known; IAPT_ERROR_INVALID_SD for a standard deviation
 * that is not above 0, IAPT_ERROR_UNKNOWN_MEASURE for one in place 0, IAPT_ERROR_NOT_A_NUMBER for one that is none;
 * IAPT_ERROR_INVALID_ARGUMENT for a table that does not exist and for `reserved` other than 0.
 */
iapt_status iapt_tally_figure(const iapt_tally *tally,
                              const char *id,
                              const iapt_inputs *inputs,
                              iapt_figure *out);

/**
 * Every official measure of `n` groups, which have no referral in common, and of all their referrals together, as it may
 * be published.
 *
 * `tallies` has the tally of each group; they stay as they are. `groups` has room for `n` times iapt_indicator_count()
 * figures: those of the first group in the order of iapt_indicator_at(), then those of the second, and so on. `total` has
 * room for iapt_indicator_count() figures. Neither may overlap anything else of the call. `disclosure` is
 * IAPT_DISCLOSURE_CONTROLLED and so on; `inputs` is that of iapt_tally_figure().
 *
 * Publish what one call gives: figures of two calls together can tell what each of them hides.
 *
 * Source: NHS England, published tables of 2017-18 to 2024-25; how more is hidden is this library's choice.
 *
 * Errors: IAPT_ERROR_INVALID_ARGUMENT for another `disclosure`, for one tally twice, and for tallies of different periods
 * or with different own measures; those of `inputs` as iapt_tally_figure(); IAPT_ERROR_TOO_LARGE where a count is
 * beyond what can be controlled; IAPT_ERROR_OUT_OF_MEMORY.
 */
iapt_status iapt_report(iapt_tally *const *tallies,
                        size_t n,
                        const iapt_inputs *inputs,
                        uint32_t disclosure,
                        iapt_figure *groups,
                        iapt_figure *total);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* IAPT_H */
