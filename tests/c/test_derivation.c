/* tests/vectors/derivation.csv: the records of referrals, what is derived of them, and what is found to be odd. */

#include <iapt.h>

#include "check.h"
#include "vectors.h"

enum { MOST_ROWS = 64 };

/* One row; the cells lie in the text of the file. */
typedef struct {
    const char *name, *table, *id, *date, *discharge_date, *code, *attendance, *type, *planned, *duration;
    const char *contact_id, *measure, *score, *primary, *sick_pay, *field, *value;
} line;

typedef struct {
    line lines[MOST_ROWS];
    int length;
} rows;

static line read_line(const vectors *v)
{
    line l;
    l.name = vectors_cell(v, "case");
    l.table = vectors_cell(v, "table");
    l.id = vectors_cell(v, "id");
    l.date = vectors_cell(v, "date");
    l.discharge_date = vectors_cell(v, "discharge_date");
    l.code = vectors_cell(v, "code");
    l.attendance = vectors_cell(v, "attendance");
    l.type = vectors_cell(v, "type");
    l.planned = vectors_cell(v, "planned");
    l.duration = vectors_cell(v, "duration");
    l.contact_id = vectors_cell(v, "contact_id");
    l.measure = vectors_cell(v, "measure");
    l.score = vectors_cell(v, "score");
    l.primary = vectors_cell(v, "primary");
    l.sick_pay = vectors_cell(v, "sick_pay");
    l.field = vectors_cell(v, "field");
    l.value = vectors_cell(v, "value");
    return l;
}

/* The rows of one table. */
static rows rows_of(const rows *all, const char *table)
{
    rows found;
    found.length = 0;
    for (int i = 0; i < all->length; i++) {
        if (strcmp(all->lines[i].table, table) == 0) {
            found.lines[found.length++] = all->lines[i];
        }
    }
    return found;
}

static iapt_day day(const char *text)
{
    iapt_day value;
    return iapt_day_parse(text, strlen(text), &value) == IAPT_OK ? value : IAPT_NO_DAY;
}

static int16_t code(const char *text)
{
    char *end;
    const long value = strtol(text, &end, 10);
    if (*text == '\0') {
        return IAPT_NO_CODE;
    }
    return *end == '\0' && value >= 0 && value < INT16_MAX ? (int16_t)value : IAPT_UNKNOWN_CODE;
}

/* The place of a text among some, counted from 0; `otherwise` where it is not among them. */
static int place(const char *text, const char *const *texts, int otherwise)
{
    for (int i = 0; texts[i] != NULL; i++) {
        if (strcmp(text, texts[i]) == 0) {
            return i;
        }
    }
    return otherwise;
}

static int8_t answer(const char *text)
{
    static const char *const yes[] = {"Y", "true", "1", "P", NULL}, *const no[] = {"N", "false", "0", "S", NULL};
    static const char *const none[] = {"", "U", "Z", NULL};
    if (place(text, none, -1) >= 0) {
        return IAPT_NO_ANSWER;
    }
    return place(text, yes, -1) >= 0 ? IAPT_YES : place(text, no, -1) >= 0 ? IAPT_NO : 2;
}

/* The numbers of the identifiers in one table, and of those in another by which it is referred to. */
static void number_ids(const rows *table, const rows *other, uint64_t *ids, uint64_t *other_ids)
{
    const char *texts[2 * MOST_ROWS] = {NULL};
    uint64_t numbers[2 * MOST_ROWS];
    const int length = table->length + (other == NULL ? 0 : other->length);
    for (int i = 0; i < length; i++) {
        const char *text = i < table->length ? table->lines[i].id : other->lines[i - table->length].contact_id;
        texts[i] = *text == '\0' ? NULL : text;
    }
    CHECK(iapt_rank_ids(texts, (size_t)length, numbers) == IAPT_OK);
    for (int i = 0; i < length; i++) {
        CHECK((numbers[i] == 0) == (texts[i] == NULL));
        if (i < table->length) {
            ids[i] = numbers[i];
        } else {
            other_ids[i - table->length] = numbers[i];
        }
    }
}

/* The arrays that a referral is given in. */
typedef struct {
    iapt_contact contacts[MOST_ROWS];
    iapt_dated_score scores[MOST_ROWS];
    iapt_complaint complaints[MOST_ROWS];
    iapt_therapy_log logs[MOST_ROWS];
    iapt_sick_pay sick_pay[MOST_ROWS];
    iapt_pathway pathway;
    iapt_day as_at;
    int kept;
} records;

static void read_tables(const rows *all, records *r)
{
    const rows contacts = rows_of(all, "contact"), scores = rows_of(all, "score");
    const rows complaints = rows_of(all, "complaint"), logs = rows_of(all, "internet_therapy");
    const rows sick_pay = rows_of(all, "employment");
    uint64_t ids[MOST_ROWS], contact_ids[MOST_ROWS];
    number_ids(&contacts, &scores, ids, contact_ids);
    for (int i = 0; i < contacts.length; i++) {
        const line *l = &contacts.lines[i];
        const iapt_contact contact = {ids[i],        strtoull(l->code, NULL, 10), day(l->date),
                                      code(l->attendance), code(l->type), (uint16_t)strtoul(l->duration, NULL, 10),
                                      answer(l->planned)};
        r->contacts[i] = contact;
    }
    number_ids(&scores, NULL, ids, NULL);
    for (int i = 0; i < scores.length; i++) {
        const line *l = &scores.lines[i];
        iapt_dated_score score = IAPT_DATED_SCORE_INIT;
        score.id = ids[i];
        score.contact_id = contact_ids[i];
        score.date = day(l->date);
        if (iapt_instrument_by_name(l->measure, &score.instrument) != IAPT_OK) {
            CHECK(score.instrument == IAPT_NO_INSTRUMENT);
        }
        score.unreadable = *l->score != '\0' && iapt_number_parse(l->score, strlen(l->score), &score.score) != IAPT_OK;
        r->scores[i] = score;
    }
    number_ids(&complaints, NULL, ids, NULL);
    for (int i = 0; i < complaints.length; i++) {
        const line *l = &complaints.lines[i];
        const iapt_complaint complaint = {ids[i], l->code, day(l->date), answer(l->primary)};
        r->complaints[i] = complaint;
    }
    number_ids(&logs, NULL, ids, NULL);
    for (int i = 0; i < logs.length; i++) {
        const iapt_therapy_log log = {ids[i], day(logs.lines[i].date)};
        r->logs[i] = log;
    }
    for (int i = 0; i < sick_pay.length; i++) {
        const iapt_sick_pay record = {day(sick_pay.lines[i].date), answer(sick_pay.lines[i].sick_pay)};
        r->sick_pay[i] = record;
    }
    r->pathway.contacts = r->contacts;
    r->pathway.contacts_len = (size_t)contacts.length;
    r->pathway.scores = r->scores;
    r->pathway.scores_len = (size_t)scores.length;
    r->pathway.complaints = r->complaints;
    r->pathway.complaints_len = (size_t)complaints.length;
    r->pathway.therapy_logs = r->logs;
    r->pathway.therapy_logs_len = (size_t)logs.length;
    r->pathway.sick_pay = r->sick_pay;
    r->pathway.sick_pay_len = (size_t)sick_pay.length;
}

static int is_known(const records *r, const line *referral)
{
    return r->as_at == IAPT_NO_DAY || day(referral->date) == IAPT_NO_DAY || day(referral->date) <= r->as_at;
}

/* Of several rows of a referral the latest one known counts: one record per pathway. */
static void read_referral(const rows *all, records *r)
{
    const rows referrals = rows_of(all, "referral"), as_at = rows_of(all, "as_at");
    r->as_at = as_at.length == 0 ? IAPT_NO_DAY : day(as_at.lines[0].date);
    r->kept = -1;
    for (int i = 0; i < referrals.length; i++) {
        const line *l = &referrals.lines[i];
        if (is_known(r, l) && (r->kept < 0 || day(l->date) >= r->pathway.referral_date)) {
            r->kept = i;
            r->pathway.referral_date = day(l->date);
            r->pathway.discharge_date = day(l->discharge_date);
            r->pathway.end_code = code(l->code);
        }
    }
    CHECK(r->kept >= 0);
}

static void print_number(char *out, size_t size, iapt_number number)
{
    if (number.denominator == 0) {
        *out = '\0';
    } else {
        snprintf(out, size, "%lld/%llu", (long long)number.numerator, (unsigned long long)number.denominator);
    }
}

static void print_day(char *out, size_t size, iapt_day value)
{
    int32_t year, month, day_of_month;
    if (iapt_day_to_ymd(value, &year, &month, &day_of_month) == IAPT_OK) {
        snprintf(out, size, "%04d-%02d-%02d", (int)year, (int)month, (int)day_of_month);
    } else {
        CHECK(value == IAPT_NO_DAY);
        *out = '\0';
    }
}

static void print_wait(char *out, size_t size, int32_t wait)
{
    snprintf(out, size, wait == IAPT_NO_WAIT ? "" : "%d", (int)wait);
}

static void print_choice(char *out, size_t size, int number, const char *zero, const char *one)
{
    CHECK(number >= -1 && number <= 1);
    snprintf(out, size, "%s", number == 0 ? zero : number == 1 ? one : "");
}

/* First or last score of an instrument, of the anxiety measure, or of the one that the descriptor names. */
static int print_score(char *out, size_t size, const iapt_derived *d, const char *field)
{
    const char *end = strrchr(field, '_');
    char name[64];
    iapt_instrument instrument = IAPT_NO_INSTRUMENT;
    if (end == NULL || (strcmp(end, "_first") != 0 && strcmp(end, "_last") != 0)) {
        return 0;
    }
    snprintf(name, sizeof name, "%.*s", (int)(end - field), field);
    if (strcmp(name, "anxiety") == 0) {
        instrument = d->anxiety_measure;
    } else if (strcmp(name, "specific") == 0) {
        instrument = d->specific_measure;
        if (instrument == IAPT_PCL5 && d->scores[IAPT_PCL5].first.denominator == 0) {
            instrument = IAPT_IESR;
        }
    } else if (iapt_instrument_by_name(name, &instrument) != IAPT_OK) {
        return 0;
    }
    print_number(out, size, strcmp(end, "_first") == 0 ? d->scores[instrument].first : d->scores[instrument].last);
    return 1;
}

#define IS(text) (strcmp(field, text) == 0)

static void print_field(char *out, size_t size, const iapt_derived *d, const char *field)
{
    static const char *const facts[] = {"paired",   "caseness", "not_caseness", "recovery", "reliable_improvement",
                                        "reliable_deterioration", "no_reliable_change", "reliable_recovery", NULL};
    const int fact = place(field, facts, -1);
    if (fact >= 0) {
        print_choice(out, size, d->flags >> fact & 1, "false", "true");
    } else if (IS("treatment_contacts")) {
        snprintf(out, size, "%u", (unsigned)d->treatment_contacts);
    } else if (IS("care_contacts")) {
        snprintf(out, size, "%u", (unsigned)d->care_contacts);
    } else if (IS("low_intensity_contacts")) {
        snprintf(out, size, "%u", (unsigned)d->low_intensity_contacts);
    } else if (IS("high_intensity_contacts")) {
        snprintf(out, size, "%u", (unsigned)d->high_intensity_contacts);
    } else if (IS("assessment_date")) {
        print_day(out, size, d->assessment_date);
    } else if (IS("first_treatment_date")) {
        print_day(out, size, d->first_treatment_date);
    } else if (IS("second_treatment_date")) {
        print_day(out, size, d->second_treatment_date);
    } else if (IS("last_treatment_date")) {
        print_day(out, size, d->last_treatment_date);
    } else if (IS("first_low_intensity_date")) {
        print_day(out, size, d->first_low_intensity_date);
    } else if (IS("first_high_intensity_date")) {
        print_day(out, size, d->first_high_intensity_date);
    } else if (IS("assessment_wait")) {
        print_wait(out, size, d->assessment_wait);
    } else if (IS("treatment_wait")) {
        print_wait(out, size, d->treatment_wait);
    } else if (IS("second_treatment_wait")) {
        print_wait(out, size, d->second_treatment_wait);
    } else if (IS("stage_wait")) {
        print_wait(out, size, d->stage_wait);
    } else if (IS("finished_course")) {
        print_choice(out, size, d->finished_course, "false", "true");
    } else if (IS("treated_once")) {
        print_choice(out, size, d->treated_once, "false", "true");
    } else if (IS("ended_before_treatment")) {
        print_choice(out, size, d->ended_before_treatment, "false", "true");
    } else if (IS("first_stage")) {
        print_choice(out, size, d->first_stage, "low", "high");
    } else if (IS("second_stage")) {
        print_choice(out, size, d->second_stage, "low", "high");
    } else if (IS("sick_pay_first")) {
        print_choice(out, size, d->sick_pay_first, "N", "Y");
    } else if (IS("sick_pay_last")) {
        print_choice(out, size, d->sick_pay_last, "N", "Y");
    } else if (IS("problem_descriptor")) {
        snprintf(out, size, "%s", d->problem_descriptor);
    } else if (IS("anxiety_measure")) {
        snprintf(out, size, "%s", iapt_instrument_name(d->anxiety_measure));
    } else if (!print_score(out, size, d, field)) {
        vectors_fail("derivation.csv", field);
    }
}

/* The same text, or the same number. */
static int same(const char *value, const char *expected)
{
    iapt_number a, b;
    if (strcmp(value, expected) == 0) {
        return 1;
    }
    return iapt_number_parse(value, strlen(value), &a) == IAPT_OK &&
           iapt_number_parse(expected, strlen(expected), &b) == IAPT_OK && a.numerator == b.numerator &&
           a.denominator == b.denominator;
}

static void check_fields(const rows *all, const iapt_derived *derived)
{
    const rows expected = rows_of(all, "expect");
    for (int i = 0; i < expected.length; i++) {
        const line *l = &expected.lines[i];
        char value[64];
        print_field(value, sizeof value, derived, l->field);
        checks++;
        if (!same(value, l->value)) {
            failures++;
            fprintf(stderr, "%s: %s should be '%s', is '%s'\n", l->name, l->field, l->value, value);
        }
    }
}

enum { MOST_FINDINGS = MOST_ROWS, LONGEST_FINDING = 96 };

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void check_findings(const rows *all, const records *r, const iapt_finding *findings, size_t count)
{
    const rows referrals = rows_of(all, "referral"), expected = rows_of(all, "finding");
    char found[MOST_FINDINGS][LONGEST_FINDING], wanted[MOST_FINDINGS][LONGEST_FINDING];
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        const int about_referral = findings[i].table == IAPT_TABLE_REFERRALS;
        const size_t row = about_referral ? (size_t)r->kept : findings[i].row;
        const int has_about = findings[i].kind == IAPT_FINDING_UNKNOWN_CODE ||
                              findings[i].kind == IAPT_FINDING_DESCRIPTOR_WITHOUT_MEASURE;
        CHECK((findings[i].about != NULL) == has_about);
        CHECK(iapt_finding_message(findings[i].kind) != NULL);
        snprintf(found[n++], LONGEST_FINDING, "%s %u %s", iapt_table_name(findings[i].table), (unsigned)row,
                 iapt_finding_name(findings[i].kind));
    }
    for (int i = 0; i < referrals.length; i++) {
        if (i != r->kept && is_known(r, &referrals.lines[i])) {
            snprintf(found[n++], LONGEST_FINDING, "referrals %d duplicate_id", i);
        }
    }
    for (int i = 0; i < expected.length; i++) {
        const line *l = &expected.lines[i];
        snprintf(wanted[i], LONGEST_FINDING, "%s %s %s", l->field, l->id, l->value);
    }
    qsort(found, n, LONGEST_FINDING, by_text);
    qsort(wanted, (size_t)expected.length, LONGEST_FINDING, by_text);
    checks++;
    if (n != (size_t)expected.length) {
        failures++;
        fprintf(stderr, "%s: %u findings, not %d\n", all->lines[0].name, (unsigned)n, expected.length);
    }
    for (size_t i = 0; i < n && i < (size_t)expected.length; i++) {
        checks++;
        if (strcmp(found[i], wanted[i]) != 0) {
            failures++;
            fprintf(stderr, "%s: found '%s', not '%s'\n", all->lines[0].name, found[i], wanted[i]);
        }
    }
}

/* Both calls see the same; the findings, and whether there is room for them, change nothing. */
/* Proves CONTACT-1, CONTACT-2, CONTACT-3, CONTACT-4, CONTACT-5, CONTACT-6, CONTACT-7, CONTACT-8, COURSE-1,
 * COURSE-2, COURSE-3, FIRSTLAST-1, FIRSTLAST-2, FIRSTLAST-3, FIRSTLAST-4, FIRSTLAST-5, FIRSTLAST-6, ANXIETY-1,
 * ANXIETY-2, ANXIETY-3, ANXIETY-4, ANXIETY-5, ANXIETY-7, STAGE-1, STAGE-2, STAGE-3, STAGE-5, PERIOD-2, FINDING-1,
 * FINDING-2, FINDING-5, MEASURE-13, CASENESS-4, RECOVERY-1, CHANGE-4. */
static void check_case(const rows *all)
{
    static records r;
    static iapt_derived derived, silent;
    iapt_finding findings[MOST_FINDINGS];
    char text[4096];
    size_t count = 0, again = 0, length = 0;
    read_referral(all, &r);
    read_tables(all, &r);
    memset(&derived, 0, sizeof derived);
    memset(&silent, 1, sizeof silent);
    CHECK(iapt_derive(&r.pathway, r.as_at, NULL, 0, &derived, findings, MOST_FINDINGS, &count) == IAPT_OK);
    CHECK(count <= MOST_FINDINGS);
    CHECK(iapt_derive(&r.pathway, r.as_at, NULL, 0, &silent, NULL, 0, NULL) == IAPT_OK);
    CHECK(memcmp(&derived, &silent, sizeof derived) == 0);
    CHECK(iapt_derive(&r.pathway, r.as_at, NULL, 0, &silent, NULL, 0, &again) == IAPT_OK && again == count);
    CHECK(iapt_derive_explain(&r.pathway, r.as_at, NULL, 0, text, sizeof text, &length) == IAPT_OK);
    CHECK(strlen(text) == length && length > 100);
    check_fields(all, &derived);
    check_findings(all, &r, findings, count);
}

int main(int argc, char **argv)
{
    vectors v;
    static rows all;
    int cases = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: %s path/to/tests/vectors\n", argv[0]);
        return 2;
    }
    v = vectors_open(argv[1], "derivation.csv");
    for (; vectors_next(&v); v.checked++) {
        const line next = read_line(&v);
        if (all.length > 0 && strcmp(all.lines[0].name, next.name) != 0) {
            check_case(&all);
            all.length = 0;
            cases++;
        }
        if (all.length == MOST_ROWS) {
            vectors_fail("derivation.csv", "a case has too many rows");
        }
        all.lines[all.length++] = next;
    }
    check_case(&all);
    cases++;
    CHECK(cases > 300);
    printf("  %d referrals\n", cases);
    vectors_close(&v);
    return checked("derivation");
}
