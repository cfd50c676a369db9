/* Random and extreme inputs: whatever they are, the library answers, and never by a fault of its own. */

#include <iapt.h>

#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { ROUNDS = 100000 };

static uint64_t state = 1;

/* Marsaglia's xorshift: the same numbers in every run. */
static uint64_t any(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Small numbers, extreme ones, and any. */
static uint64_t integer(void)
{
    static const uint64_t extremes[] = {0, 1, UINT64_MAX, UINT64_MAX - 1, INT64_MAX, (uint64_t)1 << 63, 1000000000000000000};
    switch (any() % 4) {
    case 0:
        return any();
    case 1:
        return extremes[any() % (sizeof extremes / sizeof *extremes)];
    default:
        return any() % 64;
    }
}

static int64_t signed_integer(void)
{
    const uint64_t bits = integer();
    int64_t value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static iapt_number number(void)
{
    const iapt_number result = {signed_integer(), any() % 2 ? 1 : integer()};
    return result;
}

static double real(void)
{
    const uint64_t bits = any();
    double value;
    memcpy(&value, &bits, sizeof value);
    switch (any() % 4) {
    case 0:
        return value;
    case 1:
        return (double)(any() % 2000) / 100;
    default:
        return (double)(any() % 30);
    }
}

/* Sound often enough for what follows to be reached. */
static iapt_definition definition(void)
{
    iapt_definition result;
    memset(&result, 0, sizeof result);
    if (any() % 2) {
        CHECK(iapt_measure_definition((iapt_measure)(1 + any() % IAPT_WSAS), &result) == IAPT_OK);
    }
    switch (any() % 8) {
    case 0:
        result.min_score = number();
        break;
    case 1:
        result.max_score = number();
        break;
    case 2:
        result.caseness_threshold = number();
        break;
    case 3:
        result.reliable_change = number();
        break;
    case 4:
        result.whole_scores = (uint8_t)(any() % 3);
        result.case_when = (uint8_t)(any() % 3);
        break;
    default:
        break;
    }
    return result;
}

/* Every status is one that is documented, and none is a fault. */
static void answered(iapt_status status)
{
    CHECK(status != IAPT_ERROR_PANIC && strcmp(iapt_status_name(status), "UNKNOWN_STATUS") != 0);
}

int main(void)
{
    for (int round = 0; round < ROUNDS; round++) {
        const iapt_definition a = definition(), b = definition();
        const iapt_pair depression = {a, number(), number()}, anxiety = {b, number(), number()};
        const iapt_pair specific = {definition(), number(), number()};
        const iapt_counts counts = {integer(), integer(), integer(), integer(), integer(),
                                    integer(), integer(), integer(), integer()};
        const uint64_t groups[] = {integer(), integer(), integer(), integer()};
        const size_t n = any() % 5, length = any() % 24;
        const iapt_scores scores = {(uint8_t)any(), (uint8_t)any(), (uint8_t)any(), (uint8_t)any()};
        double columns[4][4];
        int8_t items[64];
        char text[24];
        iapt_outcome_flags flags[4];
        iapt_disclosed figures[4], total;
        iapt_score score;
        iapt_counts counted;
        iapt_rates rates;
        iapt_number parsed;
        double value;
        int64_t effect;
        int16_t tenths;
        int8_t severity;
        uint8_t answer, bytes[4];
        for (size_t i = 0; i < sizeof columns / sizeof **columns; i++) {
            columns[i / 4][i % 4] = real();
        }
        for (size_t i = 0; i < sizeof items; i++) {
            items[i] = (int8_t)((int)(any() % 7) - 1);
        }
        for (size_t i = 0; i < sizeof text; i++) {
            text[i] = "0123456789.+-/eE \xff"[any() % 18];
        }
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)any();
        }
        answered(iapt_number_parse(text, length, &parsed));
        answered(iapt_definition_check(&a));
        answered(iapt_is_case(&a, depression.first, &answer));
        answered(iapt_change(&a, depression.first, depression.last, &answer));
        answered(iapt_severity((iapt_measure)(any() % 16), anxiety.first, &severity));
        answered(iapt_outcome(&scores, flags));
        answered(iapt_outcome_on(&depression, &anxiety, any() % 2 ? &specific : NULL, flags));
        answered(iapt_outcomes_f64_on(&a, &b, columns[0], columns[1], columns[2], columns[3], n, flags, NULL));
        answered(iapt_score_items((iapt_measure)(any() % 16), items, any() % 64, (uint32_t)(any() % 3), &score));
        answered(iapt_count(bytes, n, &counted, NULL));
        answered(iapt_rates_from_counts(&counts, &rates));
        answered(iapt_rate_from_counts(groups[0], groups[1], &tenths));
        answered(iapt_rate_disclosed(groups[0], groups[1], &total));
        answered(iapt_reaches_target((iapt_outcome_flags)any(), groups[0], groups[1], &severity));
        answered(iapt_effect_size(number(), number(), number(), &effect, &value));
        answered(iapt_disclose(groups, n, figures, &total));
    }
    return checked("random");
}
