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
 * - iapt_explain() says how long its text is where the buffer is too small.
 *
 * Pointers must be NULL or point to as many values as the call is told of, which no other thread
 * changes during the call. NULL where it is not allowed, an address that is not a multiple of the
 * type's alignment, a length beyond the address space and an output array that overlaps another
 * array are refused with a status of their own before anything is written. An array of length 0 may
 * be NULL. Single values in and out may be the same object.
 *
 * No call keeps a pointer, hands out memory to be freed, ends the process or shares state: all of
 * them may be called from any thread. Texts that calls return are constant and live for ever.
 *
 * Rows and items are counted from 0. Lower scores are better on every measure.
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
 * An option or a flag that does not exist, a reserved byte that is not 0, an array too long to exist, or an
 * output array that overlaps another array.
 */
#define IAPT_ERROR_INVALID_ARGUMENT 903

/**
 * A buffer too small for the text.
 */
#define IAPT_ERROR_BUFFER_TOO_SMALL 904

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

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library at run time; IAPT_VERSION is that of the header. A constant text.
 */
const char *iapt_version(void);

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

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* IAPT_H */
