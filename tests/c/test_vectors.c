/* Every file of tests/vectors, through every function that takes such input. */

#include <iapt.h>

#include "check.h"
#include "vectors.h"

static const char *directory;

/* Whether the call must succeed, and did; a wrong status is a failure. */
static int succeeded(vectors *v, iapt_status status)
{
    const char *expected = vectors_cell(v, "error");
    const char *name = iapt_status_name(status);
    checks++;
    if (strcmp(*expected == '\0' ? "OK" : expected, name) != 0) {
        failures++;
        fprintf(stderr, "%s: expected %s, got %s\n", vectors_cell(v, "id"), expected, name);
        return 0;
    }
    return status == IAPT_OK;
}

static void same(const vectors *v, const char *what, long long expected, long long value)
{
    checks++;
    if (expected != value) {
        failures++;
        fprintf(stderr, "%s: %s should be %lld, is %lld\n", vectors_cell(v, "id"), what, expected, value);
    }
}

/* A cell as a number; a missing one where it is empty. */
static iapt_status number(const vectors *v, const char *column, iapt_number *out)
{
    const char *text = vectors_cell(v, column);
    out->numerator = 0;
    out->denominator = 0;
    return *text == '\0' ? IAPT_OK : iapt_number_parse(text, strlen(text), out);
}

static uint64_t count(const vectors *v, const char *column)
{
    return strtoull(vectors_cell(v, column), NULL, 10);
}

/* A cell with one decimal, in tenths; -1 for "none". */
static long long tenths(const vectors *v, const char *column)
{
    const char *text = vectors_cell(v, column);
    iapt_number value;
    if (strcmp(text, "none") == 0) {
        return IAPT_NO_RATE;
    }
    CHECK(iapt_number_parse(text, strlen(text), &value) == IAPT_OK);
    return value.numerator * 10 / (long long)value.denominator;
}

/* The place of a cell in a list of names; -1 where it is empty. */
static int choice(const vectors *v, const char *column, const char *const *names)
{
    const char *text = vectors_cell(v, column);
    if (*text == '\0') {
        return -1;
    }
    for (int i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], text) == 0) {
            return i;
        }
    }
    vectors_fail(v->file, text);
    return -1;
}

static const char *const BOOLEANS[] = {"false", "true", NULL};
static const char *const SEVERITIES[] = {"minimal", "mild", "moderate", "moderately_severe", "severe", NULL};
static const char *const SELF_HARM[] = {"not_reported", "reported", "unknown", "not_asked", NULL};
static const char *const CHANGES[] = {"RELIABLE_IMPROVEMENT", "RELIABLE_DETERIORATION", "NO_RELIABLE_CHANGE", NULL};
static const char *const CASE_WHEN[] = {"at_or_above", "above", NULL};

/* The measure and its definition. */
static iapt_status measure(const vectors *v, iapt_measure *id, iapt_definition *definition)
{
    iapt_status status = iapt_measure_by_name(vectors_cell(v, "measure"), id);
    return status == IAPT_OK ? iapt_measure_definition(*id, definition) : status;
}

/* Proves SCORE-2, CASENESS-1, SEVERITY-1, SEVERITY-2, MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5,
 * MEASURE-6, MEASURE-7, MEASURE-8, MEASURE-9, MEASURE-10, MEASURE-11. */
static void test_score(void)
{
    vectors v = vectors_open(directory, "score.csv");
    for (; vectors_next(&v); v.checked++) {
        iapt_measure id = 0;
        iapt_definition definition;
        iapt_number score;
        int8_t severity = 0;
        uint8_t is_case = 0;
        iapt_status status = measure(&v, &id, &definition);
        status = status == IAPT_OK ? number(&v, "score", &score) : status;
        status = status == IAPT_OK ? iapt_severity(id, score, &severity) : status;
        if (succeeded(&v, status)) {
            int expected = choice(&v, "is_case", BOOLEANS);
            same(&v, "severity", choice(&v, "severity", SEVERITIES), severity);
            status = iapt_is_case(&definition, score, &is_case);
            same(&v, "status", expected < 0 ? IAPT_ERROR_NO_THRESHOLD : IAPT_OK, status);
            same(&v, "is_case", expected < 0 ? 0 : expected, is_case);
        } else if (id != 0 && number(&v, "score", &score) == IAPT_OK) {
            succeeded(&v, iapt_is_case(&definition, score, &is_case));
        }
    }
    vectors_close(&v);
}

/* Proves SCORE-1, SCORE-2, CHANGE-1, MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6, MEASURE-7,
 * MEASURE-8, MEASURE-9, MEASURE-10, MEASURE-11. */
static void test_change(void)
{
    vectors v = vectors_open(directory, "change.csv");
    for (; vectors_next(&v); v.checked++) {
        iapt_measure id;
        iapt_definition definition;
        iapt_number first, last;
        uint8_t change = 0;
        iapt_status status = measure(&v, &id, &definition);
        status = status == IAPT_OK ? number(&v, "first", &first) : status;
        status = status == IAPT_OK ? number(&v, "last", &last) : status;
        status = status == IAPT_OK ? iapt_change(&definition, first, last, &change) : status;
        if (succeeded(&v, status)) {
            same(&v, "change", choice(&v, "change", CHANGES), change);
        }
    }
    vectors_close(&v);
}

/* The answers of a cell; 0 where one is beyond int8_t or is the number for a missing one. */
static int answers(const vectors *v, int8_t *items, size_t *len)
{
    const char *text = vectors_cell(v, "items");
    *len = 0;
    while (*text != '\0') {
        char *end = NULL;
        long answer = *text == '-' && (text[1] == ' ' || text[1] == '\0') ? IAPT_MISSING_ITEM : strtol(text, &end, 10);
        if (end != NULL && (answer < INT8_MIN || answer > INT8_MAX || answer == IAPT_MISSING_ITEM)) {
            return 0;
        }
        items[(*len)++] = (int8_t)answer;
        text = end == NULL ? text + 1 : end;
        text += *text == ' ';
    }
    return 1;
}

static void compare_score(vectors *v, iapt_score score)
{
    const char *total = vectors_cell(v, "total");
    iapt_number expected = {0, 0};
    CHECK(iapt_number_parse(total, strlen(total), &expected) == IAPT_OK);
    same(v, "total", expected.numerator, score.total);
    same(v, "divisor", (long long)expected.denominator, score.divisor);
    same(v, "imputed", (long long)count(v, "imputed"), score.imputed);
    same(v, "severity", choice(v, "severity", SEVERITIES), score.severity);
    same(v, "is_case", choice(v, "is_case", BOOLEANS), score.is_case);
    same(v, "self_harm", choice(v, "self_harm", SELF_HARM), score.self_harm);
}

static void test_rows(vectors *v, iapt_measure id, const int8_t *items, size_t len, uint32_t options)
{
    int8_t twice[256];
    iapt_score scores[2];
    uint8_t scored[2];
    size_t error_row = 99, error_item = 99;
    const char *error = vectors_cell(v, "error");
    iapt_status status;
    memcpy(twice, items, len);
    memcpy(twice + len, items, len);
    status = iapt_score_items_rows(id, twice, len, 2, options, scores, scored, &error_row, &error_item);
    if (strcmp(error, "TOO_MANY_MISSING") == 0 || strcmp(error, "INCOMPLETE") == 0) {
        same(v, "status of rows", IAPT_OK, status);
        same(v, "scored", 0, scored[0] + scored[1]);
        same(v, "divisor", 0, scores[1].divisor);
        same(v, "self_harm", choice(v, "self_harm", SELF_HARM), scores[1].self_harm);
    } else if (succeeded(v, status)) {
        same(v, "scored", 2, scored[0] + scored[1]);
        compare_score(v, scores[0]);
        compare_score(v, scores[1]);
    } else {
        same(v, "error_row", 0, (long long)error_row);
        same(v, "scored", 0, scored[0] + scored[1]);
        if (*vectors_cell(v, "error_item") != '\0') {
            same(v, "error_item of rows", (long long)count(v, "error_item"), (long long)error_item);
        }
    }
}

/* Proves MEASURE-1, MEASURE-2, MEASURE-3, MEASURE-4, MEASURE-5, MEASURE-6, MEASURE-7, MEASURE-8, MEASURE-9,
 * MEASURE-10, MEASURE-11, SCORE-3, SCORE-4, MISSING-1, MISSING-2, MISSING-3, MISSING-4, MISSING-5, MISSING-6,
 * RISK-1, RISK-2, RISK-3, SEVERITY-1, SEVERITY-2. */
static void test_items(void)
{
    vectors v = vectors_open(directory, "items.csv");
    while (vectors_next(&v)) {
        int8_t items[128];
        size_t len, error_item = 99;
        iapt_measure id;
        iapt_score score;
        uint32_t options = strcmp(vectors_cell(&v, "missing"), "reject") == 0 ? IAPT_REJECT_MISSING : 0;
        iapt_status status = iapt_measure_by_name(vectors_cell(&v, "measure"), &id);
        if (!answers(&v, items, &len)) {
            v.skipped++;
            continue;
        }
        v.checked++;
        if (status != IAPT_OK) {
            succeeded(&v, status);
            continue;
        }
        if (succeeded(&v, iapt_score_items_at(id, items, len, options, &score, &error_item))) {
            compare_score(&v, score);
        } else if (*vectors_cell(&v, "error_item") != '\0') {
            same(&v, "error_item", (long long)count(&v, "error_item"), (long long)error_item);
        } else if (*vectors_cell(&v, "self_harm") != '\0') {
            uint8_t self_harm = 99;
            CHECK(iapt_self_harm(id, items, len, &self_harm) == IAPT_OK);
            same(&v, "self_harm", choice(&v, "self_harm", SELF_HARM), self_harm);
        } else {
            same(&v, "error_item", 99, (long long)error_item);
        }
        memset(&score, 0, sizeof score);
        if (succeeded(&v, iapt_score_items(id, items, len, options, &score))) {
            compare_score(&v, score);
        }
        test_rows(&v, id, items, len, options);
    }
    vectors_close(&v);
}

static const char *const SCORES[] = {"phq9_first", "phq9_last", "gad7_first", "gad7_last"};

/* A whole score from 0 to 254, or a missing one; 0 where the cell is neither. */
static int byte(const char *text, uint8_t *out)
{
    char *end;
    long value = strtol(text, &end, 10);
    *out = *text == '\0' ? IAPT_MISSING_U8 : (uint8_t)value;
    return *text == '\0' || (*end == '\0' && value >= 0 && value < IAPT_MISSING_U8);
}

static void test_outcome_of_bytes(vectors *v)
{
    uint8_t codes[4];
    iapt_outcome_flags flags = 0;
    for (int i = 0; i < 4; i++) {
        if (!byte(vectors_cell(v, SCORES[i]), &codes[i])) {
            return;
        }
    }
    const iapt_scores scores = {codes[0], codes[1], codes[2], codes[3]};
    if (succeeded(v, iapt_outcome(&scores, &flags))) {
        same(v, "flags of bytes", (long long)count(v, "flags"), flags);
    }
}

/* On floats, and as the batch that has an anxiety measure of choice. */
static void test_outcome_of_floats(vectors *v, const iapt_definition *phq9, const iapt_definition *gad7)
{
    double scores[4];
    for (int i = 0; i < 4; i++) {
        char *end;
        const char *text = vectors_cell(v, SCORES[i]);
        scores[i] = strtod(*text == '\0' ? "nan" : text, &end);
        if (*end != '\0' && *text != '\0') {
            return;
        }
        if (scores[i] > 1e300 || scores[i] < -1e300) {
            return;
        }
    }
    for (int on = 0; on < 2; on++) {
        uint8_t flags = 1;
        size_t row = 99;
        iapt_status status =
            on ? iapt_outcomes_f64_on(phq9, gad7, scores, scores + 1, scores + 2, scores + 3, 1, &flags, &row)
               : iapt_outcomes_f64(scores, scores + 1, scores + 2, scores + 3, 1, &flags, &row);
        if (succeeded(v, status)) {
            same(v, "flags of floats", (long long)count(v, "flags"), flags);
        } else {
            same(v, "error_row", 0, (long long)row);
            same(v, "flags of floats", 0, flags);
        }
    }
}

/* Proves PAIRED-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-2, CHANGE-3, CHANGE-4, CHANGE-5, RECOVERY-1,
 * RECOVERY-2, RECOVERY-3, ANXIETY-2, ANXIETY-5, MEASURE-11, MEASURE-15, SCORE-2. */
static void test_outcome(void)
{
    vectors v = vectors_open(directory, "outcome.csv");
    const iapt_number none = {1, UINT64_MAX}, too_large = {INT64_MAX, 1}; /* one is finer than any number */
    iapt_definition phq9, gad7;
    CHECK(iapt_measure_definition(IAPT_PHQ9, &phq9) == IAPT_OK);
    CHECK(iapt_measure_definition(IAPT_GAD7, &gad7) == IAPT_OK);
    for (; vectors_next(&v); v.checked++) {
        iapt_pair depression, anxiety, specific;
        iapt_number *const numbers[] = {&depression.first, &depression.last, &anxiety.first,
                                        &anxiety.last,     &specific.first,  &specific.last};
        const char *const columns[] = {"phq9_first", "phq9_last",     "gad7_first",
                                       "gad7_last",  "anxiety_first", "anxiety_last"};
        const int has_specific = *vectors_cell(&v, "anxiety") != '\0';
        iapt_outcome_flags flags = 0;
        iapt_measure id;
        iapt_status status = IAPT_OK;
        depression.measure = phq9;
        anxiety.measure = gad7;
        if (has_specific) {
            status = iapt_measure_by_name(vectors_cell(&v, "anxiety"), &id);
            status = status == IAPT_OK ? iapt_measure_definition(id, &specific.measure) : status;
        }
        for (int i = 0; i < 6; i++) {
            iapt_status read = number(&v, columns[i], numbers[i]);
            if (read != IAPT_OK) { /* goes on as what will be refused in its turn */
                *numbers[i] = read == IAPT_ERROR_OUT_OF_RANGE ? too_large : none;
            }
        }
        status = status == IAPT_OK
                     ? iapt_outcome_on(&depression, &anxiety, has_specific ? &specific : NULL, &flags)
                     : status;
        if (succeeded(&v, status)) {
            same(&v, "flags", (long long)count(&v, "flags"), flags);
        }
        if (!has_specific) {
            test_outcome_of_bytes(&v);
            test_outcome_of_floats(&v, &phq9, &gad7);
        }
    }
    vectors_close(&v);
}

enum { MOST_ROWS = 512 };

typedef struct {
    uint8_t u8[4][MOST_ROWS];
    int16_t i16[4][MOST_ROWS];
    int32_t i32[4][MOST_ROWS];
    int64_t i64[4][MOST_ROWS];
    double f64[4][MOST_ROWS];
    uint8_t valid[4][MOST_ROWS / 8];
    size_t n;
} columns;

/* The rows of a cell; 0 where a score does not fit a byte. */
static int read_columns(const vectors *v, columns *c)
{
    char *text = (char *)vectors_cell(v, "rows");
    memset(c, 0, sizeof *c);
    for (; *text != '\0'; c->n++) {
        for (int i = 0; i < 4; i++) {
            int missing = *text == '-' && (text[1] == ':' || text[1] == ' ' || text[1] == '\0');
            long value = missing ? -7 : strtol(text, &text, 10);
            if (c->n == MOST_ROWS || (!missing && (value < 0 || value >= IAPT_MISSING_U8))) {
                return 0;
            }
            text += missing;
            text += *text != '\0';
            c->u8[i][c->n] = missing ? IAPT_MISSING_U8 : (uint8_t)value;
            c->i16[i][c->n] = (int16_t)value;
            c->i32[i][c->n] = (int32_t)value;
            c->i64[i][c->n] = value;
            c->f64[i][c->n] = missing ? strtod("nan", NULL) : (double)value;
            c->valid[i][c->n / 8] |= (uint8_t)(!missing << (c->n % 8));
        }
    }
    return 1;
}

static iapt_status batch(int type, const columns *c, uint8_t *flags, size_t *row)
{
    switch (type) {
    case 0:
        return iapt_outcomes_u8(c->u8[0], c->u8[1], c->u8[2], c->u8[3], c->n, flags, row);
    case 1:
        return iapt_outcomes_i16(c->i16[0], c->i16[1], c->i16[2], c->i16[3], c->valid[0], c->valid[1], c->valid[2],
                                 c->valid[3], c->n, flags, row);
    case 2:
        return iapt_outcomes_i32(c->i32[0], c->i32[1], c->i32[2], c->i32[3], c->valid[0], c->valid[1], c->valid[2],
                                 c->valid[3], c->n, flags, row);
    case 3:
        return iapt_outcomes_i64(c->i64[0], c->i64[1], c->i64[2], c->i64[3], c->valid[0], c->valid[1], c->valid[2],
                                 c->valid[3], c->n, flags, row);
    default:
        return iapt_outcomes_f64(c->f64[0], c->f64[1], c->f64[2], c->f64[3], c->n, flags, row);
    }
}

/* Proves PAIRED-1, CASENESS-2, CHANGE-2, CHANGE-3, CHANGE-4, RECOVERY-1, RECOVERY-2, FINDING-4, SCORE-2. */
static void test_batch(void)
{
    static columns c;
    vectors v = vectors_open(directory, "batch.csv");
    while (vectors_next(&v)) {
        if (!read_columns(&v, &c)) {
            v.skipped++;
            continue;
        }
        for (int type = 0; type < 5; type++) {
            uint8_t flags[MOST_ROWS + 1];
            size_t row = MOST_ROWS;
            const char *expected = vectors_cell(&v, "flags");
            memset(flags, 7, sizeof flags);
            if (succeeded(&v, batch(type, &c, flags, &row))) {
                for (size_t i = 0; i < c.n; i++) {
                    same(&v, "flags", strtol(expected, (char **)&expected, 10), flags[i]);
                }
                same(&v, "error_row", MOST_ROWS, (long long)row);
            } else {
                same(&v, "error_row", (long long)count(&v, "error_row"), (long long)row);
                for (size_t i = 0; i < c.n; i++) {
                    same(&v, "flags after an error", 0, flags[i]);
                }
            }
            same(&v, "byte after the flags", 7, flags[c.n]);
        }
        v.checked++;
    }
    vectors_close(&v);
}

/* Proves ROUNDING-1, RATE-4. */
static void test_percent(void)
{
    vectors v = vectors_open(directory, "percent.csv");
    for (; vectors_next(&v); v.checked++) {
        uint64_t numerator = count(&v, "numerator"), denominator = count(&v, "denominator");
        int16_t rate = 0;
        iapt_disclosed disclosed;
        if (succeeded(&v, iapt_rate_from_counts(numerator, denominator, &rate))) {
            same(&v, "one_decimal", tenths(&v, "one_decimal"), rate);
        }
        if (succeeded(&v, iapt_rate_disclosed(numerator, denominator, &disclosed))) {
            uint8_t expected = denominator == 0                     ? IAPT_DISCLOSED_NOT_APPLICABLE
                               : numerator < 5 || denominator < 5 ? IAPT_DISCLOSED_SUPPRESSED
                                                                    : IAPT_DISCLOSED_VALUE;
            same(&v, "disclosed", expected, disclosed.status);
            same(&v, "whole", expected == IAPT_DISCLOSED_VALUE ? (long long)count(&v, "whole") : 0,
                 (long long)disclosed.value);
        }
    }
    vectors_close(&v);
}

/* Proves RATE-1, RATE-2, RATE-3, RATE-4, RATE-6, ROUNDING-1. */
static void test_rates(void)
{
    vectors v = vectors_open(directory, "rates.csv");
    for (; vectors_next(&v); v.checked++) {
        iapt_rates rates;
        const iapt_counts counts = {
            count(&v, "finished"),
            count(&v, "paired"),
            count(&v, "caseness"),
            count(&v, "not_caseness"),
            count(&v, "recovery"),
            count(&v, "reliable_improvement"),
            count(&v, "reliable_deterioration"),
            count(&v, "no_reliable_change"),
            count(&v, "reliable_recovery"),
        };
        if (succeeded(&v, iapt_rates_from_counts(&counts, &rates))) {
            same(&v, "recovery_rate", tenths(&v, "recovery_rate"), rates.recovery);
            same(&v, "reliable_recovery_rate", tenths(&v, "reliable_recovery_rate"), rates.reliable_recovery);
            same(&v, "reliable_improvement_rate", tenths(&v, "reliable_improvement_rate"),
                 rates.reliable_improvement);
            same(&v, "reliable_deterioration_rate", tenths(&v, "reliable_deterioration_rate"),
                 rates.reliable_deterioration);
            same(&v, "no_reliable_change_rate", tenths(&v, "no_reliable_change_rate"), rates.no_reliable_change);
        }
    }
    vectors_close(&v);
}

/* Proves MEASURE-14. */
static void test_measure(void)
{
    vectors v = vectors_open(directory, "measure.csv");
    for (; vectors_next(&v); v.checked++) {
        iapt_definition definition;
        memset(&definition, 0, sizeof definition);
        CHECK(number(&v, "min_score", &definition.min_score) == IAPT_OK);
        CHECK(number(&v, "max_score", &definition.max_score) == IAPT_OK);
        CHECK(number(&v, "caseness_threshold", &definition.caseness_threshold) == IAPT_OK);
        CHECK(number(&v, "reliable_change", &definition.reliable_change) == IAPT_OK);
        definition.case_when = choice(&v, "case_when", CASE_WHEN) == 1 ? IAPT_CASE_ABOVE : IAPT_CASE_AT_OR_ABOVE;
        succeeded(&v, iapt_definition_check(&definition));
    }
    vectors_close(&v);
}

/* Proves EFFECT-1, EFFECT-2. */
static void test_effect(void)
{
    vectors v = vectors_open(directory, "effect.csv");
    for (; vectors_next(&v); v.checked++) {
        iapt_number mean_first, mean_last, sd_first;
        int64_t effect = 0;
        double value = 0;
        CHECK(number(&v, "mean_first", &mean_first) == IAPT_OK);
        CHECK(number(&v, "mean_last", &mean_last) == IAPT_OK);
        CHECK(number(&v, "sd_first", &sd_first) == IAPT_OK);
        if (succeeded(&v, iapt_effect_size(mean_first, mean_last, sd_first, &effect, &value))) {
            same(&v, "one_decimal", tenths(&v, "one_decimal"), effect);
            CHECK(value * 10 > (double)effect - 0.51 && value * 10 < (double)effect + 0.51);
        }
    }
    vectors_close(&v);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s path/to/tests/vectors\n", argv[0]);
        return 2;
    }
    directory = argv[1];
    test_score();
    test_change();
    test_items();
    test_outcome();
    test_batch();
    test_percent();
    test_rates();
    test_measure();
    test_effect();
    return checked("vectors");
}
