/* What a caller can do wrong: every mistake has a status, and leaves the outputs as they were. */

#include <iapt.h>

#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define TEXT_OF(macro) TEXT(macro)
#define TEXT(value) #value

/* The compiler checks that each type has the size and each macro the meaning that programs rely on. */
typedef char check_scores[sizeof(iapt_scores) == 4 ? 1 : -1];
typedef char check_number[sizeof(iapt_number) == 16 ? 1 : -1];
typedef char check_definition[sizeof(iapt_definition) == 72 ? 1 : -1];
typedef char check_pair[sizeof(iapt_pair) == 104 ? 1 : -1];
typedef char check_score[sizeof(iapt_score) == 12 ? 1 : -1];
typedef char check_counts[sizeof(iapt_counts) == 72 ? 1 : -1];
typedef char check_rates[sizeof(iapt_rates) == 10 ? 1 : -1];
typedef char check_disclosed[sizeof(iapt_disclosed) == 16 ? 1 : -1];

static const uint8_t PHQ9_FIRST[] = {18, 10, 9, IAPT_MISSING_U8};
static const uint8_t PHQ9_LAST[] = {9, 9, 9, 5};
static const uint8_t GAD7_FIRST[] = {14, 7, 7, 9};
static const uint8_t GAD7_LAST[] = {6, 7, 7, 3};
static const uint8_t FLAGS[] = {155, 75, 69, 2};

/* An address that is not aligned for any type wider than a byte. */
static void *misaligned(void *buffer)
{
    return (char *)buffer + 1;
}

/* Proves EDITION-1. */
static void test_version(void)
{
    CHECK(strcmp(iapt_version(), IAPT_VERSION) == 0);
    CHECK(strcmp(iapt_version(), TEXT_OF(IAPT_VERSION_MAJOR) "." TEXT_OF(IAPT_VERSION_MINOR) "." TEXT_OF(
                                     IAPT_VERSION_PATCH)) == 0);
    CHECK(strcmp(iapt_edition(), "2024-25") == 0);
}

static void test_status(void)
{
    CHECK(strcmp(iapt_status_name(IAPT_OK), "OK") == 0);
    CHECK(strcmp(iapt_status_name(IAPT_ERROR_PANIC), "PANIC") == 0);
    for (int status = -1100; status < 1100; status++) {
        CHECK(iapt_status_message(status) != NULL && *iapt_status_message(status) != '\0');
        CHECK(iapt_status_name(status) != NULL && *iapt_status_name(status) != '\0');
    }
    CHECK(strcmp(iapt_status_name(INT_MIN), iapt_status_name(INT_MAX)) == 0);
}

static void test_number(void)
{
    iapt_number number = {7, 7};
    CHECK(iapt_number_parse("2.270xyz", 5, &number) == IAPT_OK);
    CHECK(number.numerator == 227 && number.denominator == 100);
    CHECK(iapt_number_parse("-61/27", 6, &number) == IAPT_OK);
    CHECK(number.numerator == -61 && number.denominator == 27);
    CHECK(iapt_number_parse(NULL, 0, &number) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(iapt_number_parse("\xff\xfe", 2, &number) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(iapt_number_parse("1,5", 3, &number) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(iapt_number_parse("1/0", 3, &number) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(iapt_number_parse("1e30", 4, &number) == IAPT_ERROR_OUT_OF_RANGE);
    CHECK(iapt_number_parse(NULL, 1, &number) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_number_parse("1", 1, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_number_parse("1", SIZE_MAX, &number) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(number.numerator == -61 && number.denominator == 27);
}

/* Proves MEASURE-12, MEASURE-13, MEASURE-14. */
static void test_measures(void)
{
    static const char *const names[] = {"PHQ9", "PHQ-9", "GAD7", "GAD-7", "SPIN", "MI", "WSAS"};
    const iapt_number ten = {10, 1}, sixty = {60, 6}, missing = {0, 0}, too_fine = {1, UINT64_MAX};
    const iapt_number lowest = {INT64_MIN, 1}, tiny = {INT64_MIN, UINT64_C(1000000000000000000)};
    iapt_definition phq9, wsas, bad;
    iapt_measure measure = 77;
    uint8_t result = 77;
    int8_t severity = 77;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CHECK(iapt_measure_by_name(names[i], &measure) == IAPT_OK);
        CHECK(iapt_measure_name(measure) != NULL);
    }
    CHECK(measure == IAPT_WSAS);
    CHECK(iapt_measure_by_name("BIQ", &measure) == IAPT_ERROR_NO_THRESHOLD);
    CHECK(iapt_measure_by_name("", &measure) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_measure_by_name("phq9", &measure) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_measure_by_name("\xff", &measure) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_measure_by_name(NULL, &measure) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_measure_by_name("PHQ9", NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(measure == IAPT_WSAS);
    CHECK(strcmp(iapt_measure_name(IAPT_PHQ9), "PHQ-9") == 0);
    CHECK(iapt_measure_name(0) == NULL && iapt_measure_name(IAPT_WSAS + 1) == NULL);
    CHECK(iapt_measure_name(UINT32_MAX) == NULL);

    CHECK(iapt_measure_definition(IAPT_PHQ9, &phq9) == IAPT_OK);
    CHECK(iapt_measure_definition(IAPT_WSAS, &wsas) == IAPT_OK);
    CHECK(phq9.max_score.numerator == 27 && phq9.verified == 1 && phq9.whole_scores == 1);
    CHECK(wsas.caseness_threshold.denominator == 0 && wsas.verified == 0);
    memset(&bad, 0x55, sizeof bad);
    CHECK(iapt_measure_definition(0, &bad) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_measure_definition(UINT32_MAX, &bad) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_measure_definition(IAPT_PHQ9, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(bad.verified == 0x55);

    CHECK(iapt_definition_check(&phq9) == IAPT_OK && iapt_definition_check(&wsas) == IAPT_OK);
    CHECK(iapt_definition_check(NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_definition_check(&bad) == IAPT_ERROR_INVALID_ARGUMENT);
    bad = phq9;
    bad.whole_scores = 2;
    CHECK(iapt_definition_check(&bad) == IAPT_ERROR_INVALID_ARGUMENT);
    bad = phq9;
    bad.case_when = 2;
    CHECK(iapt_definition_check(&bad) == IAPT_ERROR_INVALID_ARGUMENT);
    bad = phq9;
    bad.reserved[4] = 1;
    CHECK(iapt_definition_check(&bad) == IAPT_ERROR_INVALID_ARGUMENT);
    bad = phq9;
    bad.min_score = missing;
    CHECK(iapt_definition_check(&bad) == IAPT_ERROR_NOT_A_NUMBER);
    bad = phq9;
    bad.caseness_threshold = too_fine;
    CHECK(iapt_definition_check(&bad) == IAPT_ERROR_NOT_A_NUMBER);
    bad = phq9;
    bad.verified = 200;
    CHECK(iapt_definition_check(&bad) == IAPT_OK);

    CHECK(iapt_is_case(&phq9, missing, &result) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(iapt_is_case(&phq9, too_fine, &result) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(iapt_is_case(&phq9, lowest, &result) == IAPT_ERROR_OUT_OF_RANGE);
    CHECK(iapt_is_case(&phq9, tiny, &result) == IAPT_ERROR_OUT_OF_RANGE);
    CHECK(iapt_is_case(&wsas, ten, &result) == IAPT_ERROR_NO_THRESHOLD);
    CHECK(iapt_is_case(NULL, ten, &result) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_is_case(&phq9, ten, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_change(NULL, ten, ten, &result) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_change(&phq9, ten, missing, &result) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(result == 77);
    CHECK(iapt_is_case(&phq9, sixty, &result) == IAPT_OK && result == 1);
    CHECK(iapt_change(&phq9, ten, sixty, &result) == IAPT_OK && result == IAPT_CHANGE_NONE);
    CHECK(iapt_severity(0, ten, &severity) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_severity(IAPT_PHQ9, ten, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(severity == 77);
    CHECK(iapt_severity(IAPT_WSAS, ten, &severity) == IAPT_OK && severity == IAPT_NO_SEVERITY);
}

/* Proves RISK-2, MISSING-1, MISSING-4. */
static void test_items(void)
{
    static const int8_t items[] = {3, 2, 2, 1, 2, 1, 1, 0, IAPT_MISSING_ITEM, 3, 2, -1, 1, -1, 1, -1, 0, 1};
    static const iapt_score untouched = {9, 9, 9, 9, 9, 9};
    int64_t buffer[8];
    iapt_score score = untouched, scores[2] = {{9, 9, 9, 9, 9, 9}, {9, 9, 9, 9, 9, 9}};
    uint8_t scored[2] = {9, 9};
    size_t row = 9, item = 9;

    CHECK(iapt_score_items(0, items, 9, 0, &score) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_score_items(UINT32_MAX, items, 9, 0, &score) == IAPT_ERROR_UNKNOWN_MEASURE);
    CHECK(iapt_score_items(IAPT_PHQ9, items, 9, 2, &score) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_score_items(IAPT_PHQ9, items, 9, UINT32_MAX, &score) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_score_items(IAPT_PHQ9, NULL, 0, 0, &score) == IAPT_ERROR_ITEM_COUNT);
    CHECK(iapt_score_items(IAPT_PHQ9, NULL, 9, 0, &score) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_score_items(IAPT_PHQ9, items, SIZE_MAX, 0, &score) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_score_items(IAPT_PHQ9, items, 9, 0, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_score_items(IAPT_PHQ9, items, 9, 0, misaligned(buffer)) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_score_items(IAPT_PHQ9, items, 9, IAPT_REJECT_MISSING, &score) == IAPT_ERROR_INCOMPLETE);
    CHECK(iapt_score_items_at(IAPT_PHQ9, items, 9, 0, &score, misaligned(buffer)) == IAPT_ERROR_MISALIGNED);
    CHECK(memcmp(&score, &untouched, sizeof score) == 0);
    CHECK(iapt_score_items(IAPT_PHQ9, items, 9, 0, &score) == IAPT_OK);
    CHECK(score.total == 14 && score.divisor == 1 && score.imputed == 1 && score.is_case == 1);
    CHECK(score.severity == IAPT_SEVERITY_MODERATE && score.self_harm == IAPT_SELF_HARM_UNKNOWN);
    CHECK(iapt_score_items_at(IAPT_PHQ9, items, 9, 0, &score, NULL) == IAPT_OK);

    /* The second row misses three answers. */
    CHECK(iapt_score_items_rows(IAPT_PHQ9, items, 9, 2, 0, scores, scored, &row, &item) == IAPT_OK);
    CHECK(scored[0] == 1 && scores[0].total == 14 && row == 9 && item == 9);
    CHECK(scored[1] == 0 && scores[1].divisor == 0 && scores[1].severity == IAPT_NO_SEVERITY);
    CHECK(scores[1].is_case == -1);

    /* Where an error is told must not lie in what is written. */
    CHECK(iapt_score_items_rows(IAPT_PHQ9, items, 9, 2, 0, scores, scored, (size_t *)(void *)scores, &item) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    {
        const uint64_t counts[] = {10, 20};
        iapt_disclosed cells[3];
        CHECK(iapt_disclose(counts, 2, cells, &cells[1]) == IAPT_ERROR_INVALID_ARGUMENT);
        CHECK(iapt_disclose(counts, 2, cells, &cells[2]) == IAPT_OK);
    }

    scored[0] = scored[1] = 9;
    CHECK(iapt_score_items_rows(IAPT_PHQ9, items, 9, SIZE_MAX / 4, 0, scores, scored, &row, &item) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_score_items_rows(IAPT_PHQ9, items, 0, SIZE_MAX, 0, scores, scored, &row, &item) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_score_items_rows(IAPT_PHQ9, items, 9, 2, 0, scores, (uint8_t *)scores, &row, &item) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_score_items_rows(IAPT_PHQ9, items, 9, 2, 0, scores, NULL, &row, &item) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_score_items_rows(IAPT_PHQ9, items, 9, 2, 0, misaligned(buffer), scored, &row, &item) ==
          IAPT_ERROR_MISALIGNED);
    CHECK(scored[0] == 9 && row == 9 && item == 9);
    CHECK(iapt_score_items_rows(IAPT_PHQ9, NULL, 9, 0, 0, NULL, NULL, NULL, NULL) == IAPT_OK);
    CHECK(iapt_score_items_rows(IAPT_GAD7, items, 6, 2, 0, scores, scored, &row, &item) == IAPT_ERROR_ITEM_COUNT);
    CHECK(scored[0] == 0 && scores[0].divisor == 0 && row == 0 && item == 9);
    {
        int8_t bad[18];
        memcpy(bad, items, sizeof bad);
        bad[9 + 4] = 4;
        scored[0] = 9;
        CHECK(iapt_score_items_rows(IAPT_PHQ9, bad, 9, 2, 0, scores, scored, NULL, NULL) ==
              IAPT_ERROR_ITEM_OUT_OF_RANGE);
        CHECK(iapt_score_items_rows(IAPT_PHQ9, bad, 9, 2, 0, scores, scored, &row, &item) ==
              IAPT_ERROR_ITEM_OUT_OF_RANGE);
        CHECK(scored[0] == 0 && scores[0].divisor == 0 && row == 1 && item == 4);
    }
}

static void test_outcome(void)
{
    const iapt_scores scores = {18, 9, 14, 6}, bad = {18, 28, 14, 6}, none = {255, 255, 255, 255};
    iapt_definition phq9, gad7, wsas;
    iapt_outcome_flags flags = 99;
    double buffer[16];

    CHECK(iapt_outcome(&bad, &flags) == IAPT_ERROR_OUT_OF_RANGE);
    CHECK(iapt_outcome(NULL, &flags) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_outcome(&scores, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(flags == 99);
    CHECK(iapt_outcome(&scores, &flags) == IAPT_OK && flags == 155);
    CHECK(iapt_outcome(&none, &flags) == IAPT_OK && flags == 0);
    {
        iapt_scores in_place = scores;
        CHECK(iapt_outcome(&in_place, &in_place.phq9_last) == IAPT_OK && in_place.phq9_last == 155);
    }

    CHECK(iapt_measure_definition(IAPT_PHQ9, &phq9) == IAPT_OK);
    CHECK(iapt_measure_definition(IAPT_GAD7, &gad7) == IAPT_OK);
    CHECK(iapt_measure_definition(IAPT_WSAS, &wsas) == IAPT_OK);
    {
        iapt_pair depression = {phq9, {18, 1}, {9, 1}}, anxiety = {gad7, {14, 1}, {6, 1}};
        iapt_pair third = {wsas, {9, 1}, {0, 0}};
        flags = 99;
        CHECK(iapt_outcome_on(NULL, &anxiety, NULL, &flags) == IAPT_ERROR_NULL_POINTER);
        CHECK(iapt_outcome_on(&depression, NULL, NULL, &flags) == IAPT_ERROR_NULL_POINTER);
        CHECK(iapt_outcome_on(&depression, &anxiety, NULL, NULL) == IAPT_ERROR_NULL_POINTER);
        CHECK(iapt_outcome_on(&depression, misaligned(buffer), NULL, &flags) == IAPT_ERROR_MISALIGNED);
        CHECK(iapt_outcome_on(&depression, &anxiety, misaligned(buffer), &flags) == IAPT_ERROR_MISALIGNED);
        CHECK(iapt_outcome_on(&depression, &anxiety, &third, &flags) == IAPT_ERROR_NO_THRESHOLD);
        anxiety.last.denominator = 2;
        anxiety.last.numerator = 13;
        CHECK(iapt_outcome_on(&depression, &anxiety, NULL, &flags) == IAPT_ERROR_NOT_WHOLE);
        depression.measure.max_score.numerator = -1;
        CHECK(iapt_outcome_on(&depression, &anxiety, NULL, &flags) == IAPT_ERROR_INVALID_MEASURE);
        CHECK(flags == 99);
    }
}

/* Proves FINDING-4. */
static void test_batch_of_bytes(void)
{
    uint8_t flags[4] = {9, 9, 9, 9}, own[16];
    const uint8_t bad[] = {18, 10, 28, 29};
    size_t row = 99;
    uint64_t buffer[2];

    CHECK(iapt_outcomes_u8(PHQ9_FIRST, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, flags, &row) == IAPT_OK);
    CHECK(memcmp(flags, FLAGS, sizeof flags) == 0 && row == 99);
    CHECK(iapt_outcomes_u8(bad, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, flags, NULL) == IAPT_ERROR_OUT_OF_RANGE);
    CHECK(flags[0] == 0 && flags[1] == 0 && flags[2] == 0 && flags[3] == 0);
    CHECK(iapt_outcomes_u8(bad, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, flags, &row) == IAPT_ERROR_OUT_OF_RANGE);
    CHECK(row == 2);

    row = 99;
    memset(flags, 9, sizeof flags);
    CHECK(iapt_outcomes_u8(NULL, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, flags, &row) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_outcomes_u8(PHQ9_FIRST, NULL, GAD7_FIRST, GAD7_LAST, 4, flags, &row) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_outcomes_u8(PHQ9_FIRST, PHQ9_LAST, NULL, GAD7_LAST, 4, flags, &row) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_outcomes_u8(PHQ9_FIRST, PHQ9_LAST, GAD7_FIRST, NULL, 4, flags, &row) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_outcomes_u8(PHQ9_FIRST, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, NULL, &row) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_outcomes_u8(bad, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, flags, misaligned(buffer)) ==
          IAPT_ERROR_MISALIGNED);
    CHECK(iapt_outcomes_u8(PHQ9_FIRST, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, SIZE_MAX, flags, &row) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_outcomes_u8(PHQ9_FIRST, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, SIZE_MAX / 2 + 1, flags, &row) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(flags[0] == 9 && flags[3] == 9 && row == 99);
    CHECK(iapt_outcomes_u8(NULL, NULL, NULL, NULL, 0, NULL, NULL) == IAPT_OK);

    /* The output may touch a column but not overlap it. */
    memcpy(own, PHQ9_FIRST, 4);
    CHECK(iapt_outcomes_u8(own, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, own, &row) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_outcomes_u8(own, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, own + 3, &row) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_outcomes_u8(own, PHQ9_LAST, GAD7_FIRST, GAD7_LAST, 4, own + 4, &row) == IAPT_OK);
    CHECK(memcmp(own, PHQ9_FIRST, 4) == 0 && memcmp(own + 4, FLAGS, 4) == 0);
}

static void test_batch_of_numbers(void)
{
    const int16_t i16[4][2] = {{18, 255}, {9, 5}, {14, 9}, {6, 3}};
    const int32_t i32[4][2] = {{18, -1}, {9, 5}, {14, 9}, {6, 3}};
    const int64_t i64[4][2] = {{18, INT64_C(4294967306)}, {9, 5}, {14, 9}, {6, 3}};
    const double f64[4][2] = {{18, 0}, {9, 5}, {14, 9}, {6, 3}};
    const uint8_t first[] = {1}, all[] = {0xff};
    uint64_t buffer[8];
    uint8_t flags[2] = {9, 9};
    size_t row = 99;

    CHECK(iapt_outcomes_i16(i16[0], i16[1], i16[2], i16[3], first, NULL, all, NULL, 2, flags, &row) == IAPT_OK);
    CHECK(flags[0] == 155 && flags[1] == 2);
    CHECK(iapt_outcomes_i32(i32[0], i32[1], i32[2], i32[3], first, NULL, all, NULL, 2, flags, &row) == IAPT_OK);
    CHECK(flags[0] == 155 && flags[1] == 2);
    CHECK(iapt_outcomes_i64(i64[0], i64[1], i64[2], i64[3], first, NULL, all, NULL, 2, flags, &row) == IAPT_OK);
    CHECK(flags[0] == 155 && flags[1] == 2 && row == 99);
    CHECK(iapt_outcomes_i16(i16[0], i16[1], i16[2], i16[3], NULL, NULL, NULL, NULL, 2, flags, &row) ==
          IAPT_ERROR_OUT_OF_RANGE);
    CHECK(flags[0] == 0 && row == 1);
    row = 99;
    CHECK(iapt_outcomes_i32(i32[0], i32[1], i32[2], i32[3], all, NULL, NULL, NULL, 2, flags, &row) ==
          IAPT_ERROR_OUT_OF_RANGE);
    CHECK(row == 1);
    row = 99;
    CHECK(iapt_outcomes_i64(i64[0], i64[1], i64[2], i64[3], NULL, NULL, NULL, NULL, 2, flags, &row) ==
          IAPT_ERROR_OUT_OF_RANGE);
    CHECK(row == 1);

    row = 99;
    flags[0] = 9;
    CHECK(iapt_outcomes_i16(misaligned(buffer), i16[1], i16[2], i16[3], NULL, NULL, NULL, NULL, 2, flags, &row) ==
          IAPT_ERROR_MISALIGNED);
    CHECK(iapt_outcomes_i32(i32[0], misaligned(buffer), i32[2], i32[3], NULL, NULL, NULL, NULL, 2, flags, &row) ==
          IAPT_ERROR_MISALIGNED);
    CHECK(iapt_outcomes_i64(i64[0], i64[1], misaligned(buffer), i64[3], NULL, NULL, NULL, NULL, 2, flags, &row) ==
          IAPT_ERROR_MISALIGNED);
    CHECK(iapt_outcomes_f64(f64[0], f64[1], f64[2], misaligned(buffer), 2, flags, &row) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_outcomes_i16(i16[0], i16[1], i16[2], i16[3], NULL, NULL, NULL, flags, 2, flags, &row) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_outcomes_i64(i64[0], i64[1], i64[2], i64[3], NULL, NULL, NULL, NULL, SIZE_MAX / 8 + 2, flags, &row) ==
          IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_outcomes_f64(f64[0], f64[1], f64[2], f64[3], SIZE_MAX / 4, flags, &row) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(flags[0] == 9 && row == 99);
    CHECK(iapt_outcomes_i64(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL) == IAPT_OK);
    CHECK(iapt_outcomes_f64(NULL, NULL, NULL, NULL, 0, NULL, NULL) == IAPT_OK);
}

static void test_batch_of_floats(void)
{
    const double last[] = {9, 9}, gad7_first[] = {14, 14}, gad7_last[] = {6, 6};
    double first[] = {18, 18};
    const struct {
        double value;
        iapt_status status;
    } cases[] = {
        {NAN, IAPT_OK},           {-0.0, IAPT_OK},
        {27, IAPT_OK},            {27.5, IAPT_ERROR_OUT_OF_RANGE},
        {9.5, IAPT_ERROR_NOT_WHOLE}, {-1, IAPT_ERROR_OUT_OF_RANGE},
        {255, IAPT_ERROR_OUT_OF_RANGE}, {1e308, IAPT_ERROR_OUT_OF_RANGE},
        {-1e19, IAPT_ERROR_OUT_OF_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t flags[2] = {9, 9};
        size_t row = 99;
        first[1] = cases[i].value;
        CHECK(iapt_outcomes_f64(first, last, gad7_first, gad7_last, 2, flags, &row) == cases[i].status);
        CHECK(flags[0] == (cases[i].status == IAPT_OK ? 155 : 0));
        CHECK(row == (cases[i].status == IAPT_OK ? 99u : 1u));
    }
    {
        /* MI: 3.00 to 2.27 is a reliable change and 2.30 is not a case, whatever the float says. */
        const double mi_first[] = {3.00, 2.30}, mi_last[] = {2.27, 2.30};
        iapt_definition phq9, mi, wsas;
        uint8_t flags[2] = {9, 9};
        size_t row = 99;
        first[0] = first[1] = 5;
        CHECK(iapt_measure_definition(IAPT_PHQ9, &phq9) == IAPT_OK);
        CHECK(iapt_measure_definition(IAPT_MI, &mi) == IAPT_OK);
        CHECK(iapt_measure_definition(IAPT_WSAS, &wsas) == IAPT_OK);
        CHECK(iapt_outcomes_f64_on(&phq9, &mi, first, first, mi_first, mi_last, 2, flags, &row) == IAPT_OK);
        CHECK(flags[0] == 155 && flags[1] == 69);
        CHECK(iapt_outcomes_f64_on(&phq9, NULL, first, first, mi_first, mi_last, 2, flags, &row) ==
              IAPT_ERROR_NULL_POINTER);
        CHECK(flags[0] == 155);
        CHECK(iapt_outcomes_f64_on(&phq9, &wsas, first, first, mi_first, mi_last, 2, flags, &row) ==
              IAPT_ERROR_NO_THRESHOLD);
        CHECK(flags[0] == 0 && flags[1] == 0 && row == 99);
        mi.max_score.denominator = 0;
        flags[0] = 9;
        CHECK(iapt_outcomes_f64_on(&phq9, &mi, first, first, mi_first, mi_last, 2, flags, &row) ==
              IAPT_ERROR_NOT_A_NUMBER);
        CHECK(flags[0] == 0 && row == 99);
    }
}

/* Proves EXPLAIN-1. */
static void test_explain(void)
{
    const iapt_scores scores = {18, 9, 14, 8}, bad = {18, 9, 22, 6};
    char text[2048], exact[2048];
    size_t length = 0, again = 0;
    CHECK(iapt_explain(&scores, NULL, 0, &length) == IAPT_ERROR_BUFFER_TOO_SMALL);
    CHECK(length > 100 && length < sizeof text);
    memset(text, 'x', sizeof text);
    CHECK(iapt_explain(&scores, text, length, &again) == IAPT_ERROR_BUFFER_TOO_SMALL);
    CHECK(again == length && text[0] == 'x' && text[length - 1] == 'x');
    CHECK(iapt_explain(&scores, text, length + 1, &again) == IAPT_OK);
    CHECK(again == length && strlen(text) == length && text[length + 1] == 'x');
    CHECK(strstr(text, "still a case at the end by GAD-7") != NULL);
    CHECK(iapt_explain(&scores, exact, sizeof exact, &again) == IAPT_OK && strcmp(exact, text) == 0);
    again = 77;
    text[0] = 'x';
    CHECK(iapt_explain(&bad, text, sizeof text, &again) == IAPT_ERROR_OUT_OF_RANGE);
    CHECK(iapt_explain(NULL, text, sizeof text, &again) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_explain(&scores, NULL, 1, &again) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_explain(&scores, text, sizeof text, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_explain(&scores, text, SIZE_MAX, &again) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_explain(&scores, (char *)&again, sizeof again, &again) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(again == 77 && text[0] == 'x');
}

static void test_counts(void)
{
    const uint8_t bad[] = {155, 75, 6, 2};
    const uint32_t groups[] = {0, 2, 0, 2}, bad_groups[] = {0, 3, 0, 2};
    iapt_counts counts, by_group[3];
    size_t row = 99;
    uint64_t buffer[32];

    CHECK(iapt_count(FLAGS, 4, &counts, NULL) == IAPT_OK);
    CHECK(counts.finished == 4 && counts.paired == 3 && counts.caseness == 3 && counts.not_caseness == 1);
    CHECK(counts.recovery == 2 && counts.reliable_improvement == 1 && counts.reliable_deterioration == 0);
    CHECK(counts.no_reliable_change == 2 && counts.reliable_recovery == 1);
    CHECK(iapt_count(bad, 4, &counts, &row) == IAPT_ERROR_INCONSISTENT_FACTS && row == 2);
    CHECK(iapt_count(bad, 4, &counts, NULL) == IAPT_ERROR_INCONSISTENT_FACTS);
    CHECK(iapt_count(NULL, 4, &counts, &row) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_count(FLAGS, 4, NULL, &row) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_count(FLAGS, 4, misaligned(buffer), &row) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_count(FLAGS, SIZE_MAX, &counts, &row) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(counts.finished == 4 && counts.paired == 3);
    CHECK(iapt_count(NULL, 0, &counts, NULL) == IAPT_OK && counts.finished == 0);

    CHECK(iapt_count_groups(FLAGS, groups, 4, by_group, 3, NULL) == IAPT_OK);
    CHECK(by_group[0].finished == 2 && by_group[1].finished == 0 && by_group[2].finished == 2);
    CHECK(by_group[0].recovery == 1 && by_group[2].recovery == 1 && by_group[2].reliable_recovery == 0);
    row = 99;
    CHECK(iapt_count_groups(FLAGS, bad_groups, 4, by_group, 3, &row) == IAPT_ERROR_GROUP_OUT_OF_RANGE && row == 1);
    CHECK(iapt_count_groups(bad, groups, 4, by_group, 3, &row) == IAPT_ERROR_INCONSISTENT_FACTS && row == 2);
    CHECK(iapt_count_groups(FLAGS, NULL, 4, by_group, 3, &row) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_count_groups(FLAGS, misaligned(buffer), 4, by_group, 3, &row) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_count_groups(FLAGS, groups, 4, by_group, SIZE_MAX / 72, &row) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_count_groups(FLAGS, groups, 4, by_group, SIZE_MAX, &row) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_count_groups(FLAGS, (uint32_t *)(void *)by_group, 4, by_group, 3, &row) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(by_group[0].finished == 2 && by_group[2].finished == 2);
    CHECK(iapt_count_groups(FLAGS, groups, 4, NULL, 0, &row) == IAPT_ERROR_GROUP_OUT_OF_RANGE);
    CHECK(iapt_count_groups(NULL, NULL, 0, NULL, 0, NULL) == IAPT_OK);
}

/* Proves TARGET-2, DISCLOSURE-3, RATE-4, RATE-6. */
static void test_rates(void)
{
    const iapt_counts empty = {0, 0, 0, 0, 0, 0, 0, 0, 0}, bad = {1, 2, 0, 0, 0, 0, 0, 0, 0};
    const iapt_number fourteen = {142, 10}, nine = {94, 10}, six = {61, 10}, zero = {0, 1}, missing = {0, 0};
    const iapt_number huge = {INT64_MAX, 1}, fine = {1, UINT64_C(1000000000000000000)};
    iapt_rates rates = {7, 7, 7, 7, 7};
    iapt_disclosed disclosed = {7, 7, {7, 7, 7, 7, 7, 7, 7}};
    int16_t tenths = 7;
    int8_t reached = 7;
    int64_t effect = 7;
    double value = 7;

    CHECK(iapt_rates_from_counts(&bad, &rates) == IAPT_ERROR_INCONSISTENT_COUNTS);
    CHECK(iapt_rates_from_counts(NULL, &rates) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_rates_from_counts(&empty, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(rates.recovery == 7 && rates.no_reliable_change == 7);
    CHECK(iapt_rates_from_counts(&empty, &rates) == IAPT_OK);
    CHECK(rates.recovery == IAPT_NO_RATE && rates.no_reliable_change == IAPT_NO_RATE);

    CHECK(iapt_rate_from_counts(2, 1, &tenths) == IAPT_ERROR_INCONSISTENT_COUNTS);
    CHECK(iapt_rate_from_counts(1, 2, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_rate_disclosed(2, 1, &disclosed) == IAPT_ERROR_INCONSISTENT_COUNTS);
    CHECK(iapt_rate_disclosed(1, 2, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(tenths == 7 && disclosed.value == 7);
    CHECK(iapt_rate_from_counts(902, 1760, &tenths) == IAPT_OK && tenths == 513);
    CHECK(iapt_rate_disclosed(4, 100, &disclosed) == IAPT_OK);
    CHECK(disclosed.status == IAPT_DISCLOSED_SUPPRESSED && disclosed.value == 0 && disclosed.reserved[6] == 0);

    CHECK(iapt_reaches_target(IAPT_PAIRED, 1, 2, &reached) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_reaches_target(0, 1, 2, &reached) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_reaches_target(IAPT_RECOVERY | IAPT_PAIRED, 1, 2, &reached) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_reaches_target(IAPT_RECOVERY, 2, 1, &reached) == IAPT_ERROR_INCONSISTENT_COUNTS);
    CHECK(iapt_reaches_target(IAPT_RECOVERY, 1, 2, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(reached == 7);
    CHECK(iapt_reaches_target(IAPT_RECOVERY, 1, 2, &reached) == IAPT_OK && reached == 1);
    CHECK(iapt_reaches_target(IAPT_RECOVERY, 4999, 10000, &reached) == IAPT_OK && reached == 0);
    CHECK(iapt_reaches_target(IAPT_RELIABLE_RECOVERY, 0, 0, &reached) == IAPT_OK && reached == IAPT_NO_RATE);

    CHECK(iapt_effect_size(fourteen, nine, zero, &effect, &value) == IAPT_ERROR_INVALID_SD);
    CHECK(iapt_effect_size(fourteen, missing, six, &effect, &value) == IAPT_ERROR_NOT_A_NUMBER);
    CHECK(iapt_effect_size(huge, nine, six, &effect, &value) == IAPT_ERROR_TOO_LARGE);
    CHECK(iapt_effect_size(fourteen, nine, fine, &effect, &value) == IAPT_ERROR_INVALID_SD);
    CHECK(iapt_effect_size(fourteen, nine, six, NULL, &value) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_effect_size(fourteen, nine, six, &effect, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(effect == 7 && value == 7);
    CHECK(iapt_effect_size(fourteen, nine, six, &effect, &value) == IAPT_OK);
    CHECK(effect == 8 && fabs(value - 4.8 / 6.1) < 1e-12);
}

/* Proves DISCLOSURE-1, DISCLOSURE-2, DISCLOSURE-4. */
static void test_disclosure(void)
{
    const uint64_t counts[] = {3, 12, 48}, large[] = {UINT64_MAX, 1};
    iapt_disclosed groups[3], total = {7, 7, {0, 0, 0, 0, 0, 0, 0}};
    uint64_t buffer[16];
    memset(groups, 9, sizeof groups);
    CHECK(iapt_disclose(large, 2, groups, &total) == IAPT_ERROR_TOO_LARGE);
    CHECK(iapt_disclose(NULL, 3, groups, &total) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_disclose(counts, 3, NULL, &total) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_disclose(counts, 3, groups, NULL) == IAPT_ERROR_NULL_POINTER);
    CHECK(iapt_disclose(misaligned(buffer), 3, groups, &total) == IAPT_ERROR_MISALIGNED);
    CHECK(iapt_disclose(counts, SIZE_MAX / 8, groups, &total) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(iapt_disclose(buffer, 3, (iapt_disclosed *)(void *)buffer, &total) == IAPT_ERROR_INVALID_ARGUMENT);
    CHECK(total.value == 7 && groups[0].status == 9);
    CHECK(iapt_disclose(counts, 3, groups, &total) == IAPT_OK);
    CHECK(groups[0].status == IAPT_DISCLOSED_SUPPRESSED && groups[1].status == IAPT_DISCLOSED_SUPPRESSED);
    CHECK(groups[0].value == 0 && groups[2].status == IAPT_DISCLOSED_VALUE && groups[2].value == 50);
    CHECK(total.status == IAPT_DISCLOSED_VALUE && total.value == 65);
    CHECK(iapt_disclose(NULL, 0, NULL, &total) == IAPT_OK && total.status == IAPT_DISCLOSED_SUPPRESSED);
}

int main(void)
{
    test_version();
    test_status();
    test_number();
    test_measures();
    test_items();
    test_outcome();
    test_batch_of_bytes();
    test_batch_of_numbers();
    test_batch_of_floats();
    test_explain();
    test_counts();
    test_rates();
    test_disclosure();
    return checked("misuse");
}
