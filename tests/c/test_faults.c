/* Memory that is refused: whatever is left of it, a call is done or says IAPT_ERROR_OUT_OF_MEMORY, writes nothing then,
 * and the library answers afterwards. Each attempt is a process of its own, which must not be killed. */

#define _XOPEN_SOURCE 700

#include <iapt.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#if defined(__linux__)

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REFERRED = 19814 /* 2024-04-01 */, RECORDS = 200000, GROUPS = 200000, ATTEMPTS = 24 };

static iapt_contact contacts[RECORDS];
static iapt_dated_score scores[RECORDS];
static iapt_pathway pathway = IAPT_PATHWAY_INIT;
static uint8_t facts[GROUPS];
static uint32_t groups[GROUPS];
static iapt_counts counts[GROUPS];
static uint64_t numbers[GROUPS], shown[GROUPS];
static const char *texts[GROUPS];
static iapt_disclosed disclosed[GROUPS];
static iapt_tally *tally;

/* Records of which every one is odd, so that there are findings. */
static void fill(void)
{
    const iapt_contact contact = IAPT_CONTACT_INIT;
    const iapt_dated_score score = IAPT_DATED_SCORE_INIT;
    for (size_t i = 0; i < RECORDS; i++) {
        contacts[i] = contact;
        contacts[i].id = RECORDS - i;
        contacts[i].date = REFERRED + (i % 2 == 0 ? 10 : -10);
        contacts[i].attendance = 5;
        contacts[i].appointment_type = 2;
        scores[i] = score;
        scores[i].date = REFERRED + 10;
        scores[i].instrument = IAPT_PHQ9;
        scores[i].score.numerator = 10 + i % 2;
        scores[i].score.denominator = 1;
    }
    pathway.referral_date = REFERRED;
    pathway.contacts = contacts;
    pathway.contacts_len = RECORDS;
    pathway.scores = scores;
    pathway.scores_len = RECORDS;
    for (size_t i = 0; i < GROUPS; i++) {
        groups[i] = (uint32_t)i;
        numbers[i] = i;
        texts[i] = i % 2 == 0 ? "10" : "C7";
    }
}

static iapt_status derive(void)
{
    static iapt_derived derived;
    size_t found = 7;
    iapt_status status = iapt_derive(&pathway, IAPT_NO_DAY, NULL, 0, &derived, NULL, 0, &found);
    CHECK(status == IAPT_OK ? found >= RECORDS / 2 && derived.treatment_contacts == RECORDS / 2 : found == 7);
    return status;
}

static iapt_status explain(void)
{
    static char text[1 << 16];
    size_t length = 0;
    return iapt_derive_explain(&pathway, IAPT_NO_DAY, NULL, 0, text, sizeof text, &length);
}

static iapt_status add(void)
{
    iapt_figure before, after;
    CHECK(iapt_tally_figure(tally, "M001", NULL, &before) == IAPT_OK);
    iapt_status status = iapt_tally_add(tally, &pathway);
    CHECK(iapt_tally_figure(tally, "M001", NULL, &after) == IAPT_OK);
    CHECK(after.value == before.value + (status == IAPT_OK ? 10 : 0));
    return status;
}

static iapt_status count(void)
{
    size_t row = 7;
    counts[0].finished = 9;
    iapt_status status = iapt_count_groups(facts, groups, GROUPS, counts, GROUPS, &row);
    CHECK(counts[0].finished == (status == IAPT_OK ? 1 : 9) && row == 7);
    return status;
}

static iapt_status rank(void)
{
    shown[0] = 9;
    iapt_status status = iapt_rank_ids(texts, GROUPS, shown);
    CHECK(shown[0] == (status == IAPT_OK ? 1 : 9));
    return status;
}

static iapt_status disclose(void)
{
    iapt_disclosed total;
    return iapt_disclose(numbers, GROUPS, disclosed, &total);
}

/* The library on little. */
static int works(void)
{
    const iapt_scores referral = {18, 9, 14, 6};
    iapt_outcome_flags flags = 0;
    return iapt_outcome(&referral, &flags) == IAPT_OK && (flags & IAPT_RECOVERY) != 0;
}

static size_t in_use(void)
{
    unsigned long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    CHECK(file != NULL && fscanf(file, "%lu", &pages) == 1);
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* How many attempts with ever more memory were refused; after them there are some that were not. */
static int refused(iapt_status (*call)(void))
{
    int refused = 0, last = 1;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        const pid_t child = fork();
        int status = 0;
        CHECK(child >= 0);
        if (child == 0) {
            const rlim_t most = in_use() + ((size_t)1 << (attempt + 8));
            const struct rlimit limit = {most, most};
            failures = 0;
            CHECK(setrlimit(RLIMIT_AS, &limit) == 0);
            const iapt_status end = call();
            CHECK(end == IAPT_OK || end == IAPT_ERROR_OUT_OF_MEMORY);
            CHECK(works());
            _exit(failures != 0 ? 2 : end != IAPT_OK);
        }
        CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) <= 1);
        last = WEXITSTATUS(status);
        refused += last;
    }
    CHECK(last == 0);
    return refused;
}

int main(void)
{
    const char *preload = getenv("LD_PRELOAD");
    if (preload != NULL && strstr(preload, "vgpreload") != NULL) {
        puts("faults: NOT TESTED: valgrind itself would be refused memory");
        return 0;
    }
    fill();
    CHECK(iapt_tally_new(REFERRED, REFERRED + 364, NULL, 0, &tally) == IAPT_OK);
    CHECK(refused(derive) > 0);
    CHECK(refused(explain) > 0);
    CHECK(refused(add) > 0);
    CHECK(refused(count) > 0);
    CHECK(refused(rank) > 0);
    CHECK(refused(disclose) > 0);
    iapt_tally_free(tally);
    return checked("faults");
}

#else

int main(void)
{
    puts("faults: NOT TESTED: memory is limited as on Linux");
    return 0;
}

#endif
