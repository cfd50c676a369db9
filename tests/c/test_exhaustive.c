/* Every combination of PHQ-9 and GAD-7 scores, against the independent oracle of tests/naive.py. */

#include <iapt.h>

#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { PHQ9_SCORES = 29, GAD7_SCORES = 23, ROWS = PHQ9_SCORES * PHQ9_SCORES * GAD7_SCORES * GAD7_SCORES };

static uint8_t expected[ROWS + 1];
static uint8_t flags[ROWS];
static uint8_t u8[4][ROWS];
static int16_t i16[4][ROWS];
static int32_t i32[4][ROWS];
static int64_t i64[4][ROWS];
static double f64[4][ROWS];
static uint8_t valid[4][ROWS / 8 + 1];

/* Each axis runs 0, 1, ..., maximum, missing; the last varies fastest. */
static void fill(void)
{
    const int sizes[4] = {PHQ9_SCORES, PHQ9_SCORES, GAD7_SCORES, GAD7_SCORES};
    for (int row = 0; row < ROWS; row++) {
        for (int column = 3, rest = row; column >= 0; rest /= sizes[column], column--) {
            int score = rest % sizes[column];
            int missing = score == sizes[column] - 1;
            u8[column][row] = missing ? IAPT_MISSING_U8 : (uint8_t)score;
            i16[column][row] = missing ? -1 : (int16_t)score;
            i32[column][row] = missing ? 1000 : score;
            i64[column][row] = missing ? INT64_MIN : score;
            f64[column][row] = missing ? strtod("nan", NULL) : score;
            valid[column][row / 8] |= (uint8_t)(!missing << (row % 8));
        }
    }
}

static void compare(const char *what, iapt_status status)
{
    CHECK(status == IAPT_OK);
    for (int row = 0; row < ROWS; row++) {
        checks++;
        if (flags[row] != expected[row]) {
            failures++;
            fprintf(stderr, "%s, row %d: should be %d, is %d\n", what, row, expected[row], flags[row]);
        }
        flags[row] = 99;
    }
}

/* Proves PAIRED-1, CASENESS-1, CASENESS-2, CASENESS-3, CASENESS-4, CHANGE-1, CHANGE-2, CHANGE-3, CHANGE-4,
 * CHANGE-5, RECOVERY-1, RECOVERY-2, RECOVERY-3, MEASURE-1, MEASURE-2. */
int main(int argc, char **argv)
{
    FILE *oracle = argc == 2 ? fopen(argv[1], "rb") : NULL;
    iapt_definition phq9, gad7;
    iapt_status status = IAPT_OK;
    if (oracle == NULL || fread(expected, 1, sizeof expected, oracle) != ROWS) {
        fprintf(stderr, "usage: %s file, made by python3 tests/naive.py flags\n", argv[0]);
        return 2;
    }
    fclose(oracle);
    fill();

    for (int row = 0; row < ROWS && status == IAPT_OK; row++) {
        const iapt_scores scores = {u8[0][row], u8[1][row], u8[2][row], u8[3][row]};
        status = iapt_outcome(&scores, &flags[row]);
    }
    compare("one by one", status);

    compare("u8", iapt_outcomes_u8(u8[0], u8[1], u8[2], u8[3], ROWS, flags, NULL));
    compare("i16", iapt_outcomes_i16(i16[0], i16[1], i16[2], i16[3], valid[0], valid[1], valid[2], valid[3], ROWS,
                                     flags, NULL));
    compare("i32", iapt_outcomes_i32(i32[0], i32[1], i32[2], i32[3], valid[0], valid[1], valid[2], valid[3], ROWS,
                                     flags, NULL));
    compare("i64", iapt_outcomes_i64(i64[0], i64[1], i64[2], i64[3], valid[0], valid[1], valid[2], valid[3], ROWS,
                                     flags, NULL));
    compare("f64", iapt_outcomes_f64(f64[0], f64[1], f64[2], f64[3], ROWS, flags, NULL));

    CHECK(iapt_measure_definition(IAPT_PHQ9, &phq9) == IAPT_OK);
    CHECK(iapt_measure_definition(IAPT_GAD7, &gad7) == IAPT_OK);
    compare("f64 on definitions",
            iapt_outcomes_f64_on(&phq9, &gad7, f64[0], f64[1], f64[2], f64[3], ROWS, flags, NULL));

    /* The same with measures that no byte can hold, which go the exact way. */
    phq9.whole_scores = gad7.whole_scores = 0;
    compare("f64 exactly", iapt_outcomes_f64_on(&phq9, &gad7, f64[0], f64[1], f64[2], f64[3], ROWS, flags, NULL));
    return checked("exhaustive");
}
