#include "calls.h"

#include <iapt.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ARRAYS = 64, TALLIES = 3, LONGEST = 70 };

/* The bytes that are not used yet, and the memory of the current call: each array has a block of its own, exactly as long
   as it is, so that a checker sees the first byte beyond it. */
typedef struct {
    const uint8_t *at;
    size_t left;
    void *blocks[MOST_ARRAYS];
    size_t sizes[MOST_ARRAYS];
    /* Whether it is for an answer, without addresses of the caller's. */
    uint8_t answers[MOST_ARRAYS];
    size_t used;
    iapt_tally *tallies[TALLIES];
    uint64_t digest;
} input;

static void fault(const char *what)
{
    fprintf(stderr, "fault: %s\n", what);
    abort();
}

static void add(input *in, const void *bytes, size_t size)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < size; i++) {
        in->digest = (in->digest ^ at[i]) * 1099511628211u;
    }
}

static void expect(input *in, iapt_status status)
{
    add(in, &status, sizeof status);
    if (status == IAPT_ERROR_PANIC || strcmp(iapt_status_name(status), "UNKNOWN_STATUS") == 0) {
        fault("an answer that no call may give");
    }
}

/* ---- numbers ---- */

static uint8_t byte(input *in)
{
    if (in->left == 0) {
        return 0;
    }
    in->left--;
    return *in->at++;
}

static uint64_t bits(input *in)
{
    uint64_t result = 0;
    for (int i = 0; i < 8; i++) {
        result = result << 8 | byte(in);
    }
    return result;
}

/* Small ones, the ends of the types, and any. */
static uint64_t integer(input *in)
{
    static const uint64_t ends[] = {UINT64_MAX, INT64_MAX, (uint64_t)1 << 63, UINT32_MAX, INT32_MAX, 1000000000000000000};
    const uint8_t kind = byte(in);
    if (kind < 200) {
        return kind % 64;
    }
    return kind < 240 ? bits(in) : ends[kind % (sizeof ends / sizeof *ends)];
}

static int64_t signed_integer(input *in)
{
    const uint64_t value = integer(in);
    int64_t result;
    memcpy(&result, &value, sizeof result);
    return result;
}

static iapt_number number(input *in)
{
    const int64_t numerator = signed_integer(in);
    const iapt_number result = {numerator, byte(in) < 200 ? 1 : integer(in)};
    return result;
}

static double real(input *in)
{
    const uint8_t kind = byte(in);
    if (kind < 200) {
        return (double)(kind % 32);
    }
    if (kind < 220) {
        return (double)byte(in) / 10;
    }
    const uint64_t value = bits(in);
    double result;
    memcpy(&result, &value, sizeof result);
    return result;
}

/* Within a few years, none, or any. */
static iapt_day day(input *in)
{
    const uint8_t kind = byte(in);
    if (kind < 230) {
        return 19000 + 4 * (int32_t)kind + byte(in) % 4;
    }
    return kind < 245 ? IAPT_NO_DAY : (iapt_day)(int32_t)(uint32_t)bits(in);
}

static int16_t code(input *in)
{
    const uint8_t kind = byte(in);
    return kind < 230 ? (int16_t)(kind % 24 - 2) : (int16_t)(uint16_t)bits(in);
}

/* ---- memory ---- */

static void *keep(input *in, size_t size)
{
    void *block = malloc(size > 0 ? size : 1);
    if (block == NULL || in->used == MOST_ARRAYS) {
        fault("the harness itself has no memory");
    }
    in->blocks[in->used] = block;
    in->sizes[in->used] = size;
    in->answers[in->used++] = 0;
    return block;
}

static void let_go(input *in)
{
    while (in->used > 0) {
        in->used--;
        if (in->answers[in->used]) {
            add(in, in->blocks[in->used], in->sizes[in->used]);
        }
        free(in->blocks[in->used]);
    }
}

/* As it is, NULL, or at an odd address; all of which a caller may try. */
static void *as_given(input *in, void *block, size_t size)
{
    switch (byte(in)) {
    case 254:
        return NULL;
    case 255: {
        char *odd = keep(in, size + 1);
        odd[0] = 0;
        memcpy(odd + 1, block, size);
        return odd + 1;
    }
    default:
        return block;
    }
}

/* Room for a result: of its own, or now and then the memory of another argument. */
static void *room(input *in, size_t size)
{
    const uint8_t kind = byte(in);
    if (kind == 253 && in->used > 0 && in->sizes[in->used - 1] >= size) {
        return in->blocks[in->used - 1];
    }
    void *block = keep(in, size);
    memset(block, 0xA5, size);
    return as_given(in, block, size);
}

static void *room_for_answer(input *in, size_t size)
{
    const size_t before = in->used;
    void *block = room(in, size);
    for (size_t i = before; i < in->used; i++) {
        in->answers[i] = 1;
    }
    return block;
}

#define ROOM(in, type, n) ((type *)room_for_answer((in), (n) * sizeof(type)))

/* An array of n values that `make` takes from the input. */
#define ARRAY(type, name, make)                                     \
    static type *name(input *in, size_t n)                          \
    {                                                               \
        type *block = keep(in, n * sizeof(type));                   \
        for (size_t i = 0; i < n; i++) {                            \
            block[i] = (make);                                      \
        }                                                           \
        return (type *)as_given(in, block, n * sizeof(type));       \
    }

ARRAY(uint8_t, bytes, byte(in))
ARRAY(uint8_t, small_bytes, byte(in) % 32)
ARRAY(int8_t, answers, (int8_t)(byte(in) % 6 - 1))
ARRAY(int16_t, shorts, (int16_t)signed_integer(in))
ARRAY(int32_t, ints, (int32_t)signed_integer(in))
ARRAY(int64_t, longs, signed_integer(in))
ARRAY(uint32_t, group_numbers, byte(in) % 5)
ARRAY(uint64_t, counts_of, integer(in))
ARRAY(double, reals, real(in))

static size_t length(input *in)
{
    return byte(in) % LONGEST;
}

/* The length of arrays; now and then one that no memory has, which is refused before anything is read. */
static size_t told(input *in, size_t n)
{
    return byte(in) == 255 ? SIZE_MAX - byte(in) : n;
}

static char *text(input *in)
{
    static const char *const usual[] = {"PHQ9", "gad-7", "M192", "F400", "720433000", "2024-25", "10", "F32", "SocialPhobia"};
    const uint8_t kind = byte(in);
    if (kind < 100) {
        const char *chosen = usual[kind % (sizeof usual / sizeof *usual)];
        return strcpy(keep(in, strlen(chosen) + 1), chosen);
    }
    const size_t n = kind % 32;
    char *result = keep(in, n + 1);
    for (size_t i = 0; i < n; i++) {
        result[i] = (char)byte(in);
    }
    result[n] = '\0';
    return kind == 255 ? NULL : result;
}

/* ---- what the functions take ---- */

/* Sound often enough for what follows to be reached. */
static iapt_definition definition(input *in)
{
    iapt_definition result;
    memset(&result, 0, sizeof result);
    const uint8_t kind = byte(in);
    if (kind < 230) {
        expect(in, iapt_measure_definition(1 + kind % IAPT_WSAS, &result));
    }
    switch (byte(in)) {
    case 1:
        result.min_score = number(in);
        break;
    case 2:
        result.max_score = number(in);
        break;
    case 3:
        result.caseness_threshold = number(in);
        break;
    case 4:
        result.reliable_change = number(in);
        break;
    case 5:
        result.whole_scores = byte(in);
        result.case_when = byte(in);
        result.verified = byte(in);
        result.reserved[byte(in) % 5] = byte(in);
        break;
    default:
        break;
    }
    return result;
}

static iapt_pair pair(input *in)
{
    iapt_pair result = {definition(in), number(in), number(in)};
    return result;
}

#define ONE(type, name, make)                             \
    static type *name(input *in)                          \
    {                                                     \
        type *block = keep(in, sizeof(type));             \
        *block = (make);                                  \
        return (type *)as_given(in, block, sizeof(type)); \
    }

ONE(iapt_definition, a_definition, definition(in))
ONE(iapt_pair, a_pair, pair(in))

static iapt_scores *scores_of_one(input *in)
{
    return (iapt_scores *)bytes(in, sizeof(iapt_scores));
}

static iapt_contact contact(input *in)
{
    const iapt_contact result = {integer(in), integer(in), day(in), code(in), code(in), (uint16_t)integer(in), (int8_t)byte(in)};
    return result;
}

static iapt_dated_score dated_score(input *in)
{
    const iapt_dated_score result = {integer(in), integer(in), number(in), day(in), byte(in) % 24u, byte(in) == 255};
    return result;
}

static iapt_complaint complaint(input *in)
{
    const iapt_complaint result = {integer(in), text(in), day(in), (int8_t)(byte(in) % 4 - 1)};
    return result;
}

static iapt_therapy_log therapy_log(input *in)
{
    const iapt_therapy_log result = {integer(in), day(in)};
    return result;
}

static iapt_sick_pay sick_pay(input *in)
{
    const iapt_sick_pay result = {day(in), (int8_t)(byte(in) % 4 - 1)};
    return result;
}

static iapt_own_measure own_measure(input *in)
{
    const iapt_own_measure result = {byte(in) % 24u, definition(in)};
    return result;
}

ARRAY(iapt_contact, contacts, contact(in))
ARRAY(iapt_dated_score, dated_scores, dated_score(in))
ARRAY(iapt_complaint, complaints, complaint(in))
ARRAY(iapt_therapy_log, therapy_logs, therapy_log(in))
ARRAY(iapt_sick_pay, sick_pays, sick_pay(in))
ARRAY(iapt_own_measure, own_measures, own_measure(in))
ARRAY(const char *, texts, text(in))

static iapt_pathway *pathway(input *in)
{
    iapt_pathway *result = keep(in, sizeof *result);
    const iapt_pathway empty = IAPT_PATHWAY_INIT;
    *result = empty;
    const uint8_t n = byte(in);
    result->contacts_len = n % 8;
    result->contacts = contacts(in, result->contacts_len);
    result->scores_len = n / 8 % 8;
    result->scores = dated_scores(in, result->scores_len);
    result->complaints_len = n / 64;
    result->complaints = complaints(in, result->complaints_len);
    result->therapy_logs_len = byte(in) % 3;
    result->therapy_logs = therapy_logs(in, result->therapy_logs_len);
    result->sick_pay_len = byte(in) % 3;
    result->sick_pay = sick_pays(in, result->sick_pay_len);
    result->referral_date = day(in);
    result->discharge_date = day(in);
    result->end_code = code(in);
    return as_given(in, result, sizeof *result);
}

static iapt_inputs *inputs(input *in)
{
    iapt_inputs *result = keep(in, sizeof *result);
    memset(result, 0, sizeof *result);
    for (uint8_t left = byte(in) % 4; left > 0; left--) {
        result->sds[byte(in) % IAPT_INSTRUMENTS] = number(in);
    }
    result->lacking_tables = byte(in) % 80u;
    result->reserved = byte(in) == 255;
    return byte(in) % 4 == 0 ? NULL : as_given(in, result, sizeof *result);
}

static iapt_tally *tally(input *in)
{
    return in->tallies[byte(in) % TALLIES];
}

/* ---- the calls ---- */

static void about_names(input *in)
{
    const uint8_t n = byte(in);
    const char *answers[] = {iapt_measure_name(n),   iapt_instrument_name(n),      iapt_finding_name(n),
                             iapt_table_name(n),     iapt_finding_message(n),      iapt_status_message(n),
                             iapt_status_name(n),    iapt_version(),               iapt_edition()};
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        if (answers[i] != NULL && strlen(answers[i]) == 0) {
            fault("an empty name");
        }
    }
    if (iapt_abi_version() != IAPT_ABI_VERSION) {
        fault("another ABI");
    }
    expect(in, iapt_measure_by_name(text(in), ROOM(in, iapt_measure, 1)));
    expect(in, iapt_instrument_by_name(text(in), ROOM(in, iapt_instrument, 1)));
    expect(in, iapt_indicator_at(byte(in), ROOM(in, iapt_indicator, 1)));
}

static void about_texts(input *in)
{
    const size_t n = length(in);
    const char *written = (const char *)bytes(in, n);
    expect(in, iapt_number_parse(written, told(in, n), ROOM(in, iapt_number, 1)));
    expect(in, iapt_day_parse(written, told(in, n), ROOM(in, iapt_day, 1)));
    expect(in, iapt_period_parse(written, told(in, n), ROOM(in, iapt_day, 1), ROOM(in, iapt_day, 1)));
    expect(in, iapt_day_from_ymd((int32_t)signed_integer(in), (int32_t)integer(in), (int32_t)integer(in), ROOM(in, iapt_day, 1)));
    expect(in, iapt_day_to_ymd(day(in), ROOM(in, int32_t, 1), ROOM(in, int32_t, 1), ROOM(in, int32_t, 1)));
    const size_t ids = byte(in) % 8;
    const char **block = texts(in, ids);
    expect(in, iapt_rank_ids(block, told(in, ids), ROOM(in, uint64_t, ids)));
}

static void about_measures(input *in)
{
    expect(in, iapt_measure_definition(byte(in), ROOM(in, iapt_definition, 1)));
    const iapt_definition *measure = a_definition(in);
    expect(in, iapt_definition_check(measure));
    expect(in, iapt_is_case(measure, number(in), ROOM(in, uint8_t, 1)));
    expect(in, iapt_severity(byte(in) % 16u, number(in), ROOM(in, int8_t, 1)));
    expect(in, iapt_change(measure, number(in), number(in), ROOM(in, uint8_t, 1)));
}

static void about_items(input *in)
{
    const iapt_measure measure = byte(in) % 16u;
    const uint32_t options = byte(in) % 3u;
    const size_t n = byte(in) % 48;
    const int8_t *items = answers(in, n);
    expect(in, iapt_score_items(measure, items, told(in, n), options, ROOM(in, iapt_score, 1)));
    expect(in, iapt_score_items_at(measure, items, told(in, n), options, ROOM(in, iapt_score, 1), ROOM(in, size_t, 1)));
    expect(in, iapt_self_harm(measure, items, told(in, n), ROOM(in, uint8_t, 1)));
    const size_t rows = byte(in) % 8, width = byte(in) % 10;
    const int8_t *all = answers(in, rows * width);
    expect(in, iapt_score_items_rows(measure, all, width, told(in, rows), options, ROOM(in, iapt_score, rows),
                                 ROOM(in, uint8_t, rows), ROOM(in, size_t, 1), ROOM(in, size_t, 1)));
}

static void about_one(input *in)
{
    expect(in, iapt_outcome(scores_of_one(in), ROOM(in, iapt_outcome_flags, 1)));
    const iapt_pair *depression = a_pair(in), *anxiety = a_pair(in), *specific = a_pair(in);
    expect(in, iapt_outcome_on(depression, anxiety, specific, ROOM(in, iapt_outcome_flags, 1)));
    const iapt_scores *scores = scores_of_one(in);
    const size_t capacity = 8 * length(in);
    expect(in, iapt_explain(scores, ROOM(in, char, capacity), told(in, capacity), ROOM(in, size_t, 1)));
}

static void columns_of_bytes(input *in)
{
    const size_t n = 8 * length(in);
    uint8_t *(*make)(input *, size_t) = byte(in) % 2 ? bytes : small_bytes;
    const uint8_t *a = make(in, n), *b = make(in, n), *c = make(in, n), *d = make(in, n);
    expect(in, iapt_outcomes_u8(a, b, c, d, told(in, n), ROOM(in, uint8_t, n), ROOM(in, size_t, 1)));
}

#define COLUMNS(type, make, call)                                                                              \
    static void columns_of_##make(input *in)                                                                   \
    {                                                                                                          \
        const size_t n = length(in), bitmap = (n + 7) / 8;                                                     \
        const type *a = make(in, n), *b = make(in, n), *c = make(in, n), *d = make(in, n);                     \
        const uint8_t *valid_a = bytes(in, bitmap), *valid_b = bytes(in, bitmap);                              \
        const uint8_t *valid_c = bytes(in, bitmap), *valid_d = bytes(in, bitmap);                              \
        expect(in, call(a, b, c, d, valid_a, valid_b, valid_c, valid_d, told(in, n), ROOM(in, uint8_t, n),         \
                    ROOM(in, size_t, 1)));                                                                     \
    }

COLUMNS(int16_t, shorts, iapt_outcomes_i16)
COLUMNS(int32_t, ints, iapt_outcomes_i32)
COLUMNS(int64_t, longs, iapt_outcomes_i64)

static void columns_of_reals(input *in)
{
    const size_t n = length(in);
    const double *a = reals(in, n), *b = reals(in, n), *c = reals(in, n), *d = reals(in, n);
    expect(in, iapt_outcomes_f64(a, b, c, d, told(in, n), ROOM(in, uint8_t, n), ROOM(in, size_t, 1)));
    const iapt_definition *depression = a_definition(in), *anxiety = a_definition(in);
    expect(in, iapt_outcomes_f64_on(depression, anxiety, a, b, c, d, told(in, n), ROOM(in, uint8_t, n), ROOM(in, size_t, 1)));
}

static void about_services(input *in)
{
    const size_t n = length(in), groups = byte(in) % 8;
    const uint8_t *flags = bytes(in, n);
    expect(in, iapt_count(flags, told(in, n), ROOM(in, iapt_counts, 1), ROOM(in, size_t, 1)));
    const uint32_t *numbers = group_numbers(in, n);
    expect(in, iapt_count_groups(flags, numbers, n, ROOM(in, iapt_counts, groups), told(in, groups), ROOM(in, size_t, 1)));
    const iapt_counts *counts = (const iapt_counts *)counts_of(in, sizeof(iapt_counts) / sizeof(uint64_t));
    expect(in, iapt_rates_from_counts(counts, ROOM(in, iapt_rates, 1)));
    expect(in, iapt_rate_from_counts(integer(in), integer(in), ROOM(in, int16_t, 1)));
    expect(in, iapt_rate_disclosed(integer(in), integer(in), ROOM(in, iapt_disclosed, 1)));
    expect(in, iapt_reaches_target(byte(in), integer(in), integer(in), ROOM(in, int8_t, 1)));
    expect(in, iapt_effect_size(number(in), number(in), number(in), ROOM(in, int64_t, 1), ROOM(in, double, 1)));
    const uint64_t *shown = counts_of(in, groups);
    expect(in, iapt_disclose(shown, told(in, groups), ROOM(in, iapt_disclosed, groups), ROOM(in, iapt_disclosed, 1)));
}

static void derive(input *in)
{
    const iapt_pathway *records = pathway(in);
    const iapt_day as_at = day(in);
    const size_t own_len = byte(in) % 3, capacity = byte(in) % 16, room_for_text = 32 * length(in);
    const iapt_own_measure *own = own_measures(in, own_len);
    expect(in, iapt_derive(records, as_at, own, told(in, own_len), ROOM(in, iapt_derived, 1),
                       room(in, capacity * sizeof(iapt_finding)), capacity, ROOM(in, size_t, 1)));
    expect(in, iapt_derive_explain(records, as_at, own, own_len, ROOM(in, char, room_for_text), room_for_text,
                               ROOM(in, size_t, 1)));
}

static void begin_tally(input *in)
{
    iapt_tally **place = &in->tallies[byte(in) % TALLIES];
    iapt_tally_free(*place);
    *place = NULL;
    const iapt_day first = day(in);
    const size_t own_len = byte(in) % 3;
    expect(in, iapt_tally_new(first, byte(in) < 200 ? first + 365 : day(in), own_measures(in, own_len), own_len, place));
}

static void count(input *in)
{
    expect(in, iapt_tally_add(tally(in), pathway(in)));
    switch (byte(in)) {
    case 0:
        expect(in, iapt_tally_reset(tally(in)));
        break;
    case 1:
        expect(in, iapt_tally_merge(tally(in), tally(in)));
        break;
    default:
        expect(in, iapt_tally_figure(tally(in), text(in), inputs(in), ROOM(in, iapt_figure, 1)));
        break;
    }
}

static void report(input *in)
{
    const size_t n = byte(in) % (TALLIES + 1), figures = iapt_indicator_count();
    iapt_tally **groups = keep(in, n * sizeof *groups);
    for (size_t i = 0; i < n; i++) {
        groups[i] = tally(in);
    }
    expect(in, iapt_report(groups, told(in, n), inputs(in), byte(in) % 5u, ROOM(in, iapt_figure, n * figures),
                       ROOM(in, iapt_figure, figures)));
}

uint64_t fuzz_calls(const uint8_t *data, size_t size)
{
    static void (*const calls[])(input *) = {
        about_names,     about_texts,      about_measures,   about_items,      about_one,   columns_of_bytes,
        columns_of_ints, columns_of_longs, columns_of_reals, columns_of_shorts, about_services, derive,
        begin_tally,     count,            count,            report,
    };
    input in = {data, size, {NULL}, {0}, {0}, 0, {NULL}, 14695981039346656037u};
    while (in.left > 0) {
        calls[byte(&in) % (sizeof calls / sizeof *calls)](&in);
        let_go(&in);
    }
    for (size_t i = 0; i < TALLIES; i++) {
        iapt_tally_free(in.tallies[i]);
    }
    return in.digest;
}
