/* Errors of a caller, one for each checker, to see that it notices them: scripts/test-sanitizers runs each and expects it to
   fail. The wrong accesses happen inside the library. */

#include <iapt.h>

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The library reads a byte beyond a column. */
static int beyond_the_end(void)
{
    uint8_t *column = malloc(4);
    uint8_t flags[5];
    memset(column, 9, 4);
    const int answer = (int)iapt_outcomes_u8(column, column, column, column, 5, flags, NULL);
    free(column);
    return answer;
}

/* The library reads scores that nobody wrote, and decides by them. */
static int not_written(void)
{
    uint8_t *column = malloc(4), flags[4];
    const int answer = (int)iapt_outcomes_u8(column, column, column, column, 4, flags, NULL);
    free(column);
    return answer;
}

/* A tally that is not given back. */
static int not_freed(void)
{
    iapt_tally *tally = NULL;
    const int answer = (int)iapt_tally_new(19814, 20178, NULL, 0, &tally);
    tally = NULL;
    return answer + (tally != NULL);
}

/* A sum beyond its type, in C. */
static int overflow(int argc)
{
    volatile int most = INT_MAX;
    return most + argc;
}

static iapt_tally *shared;

static void *reset(void *unused)
{
    for (int i = 0; i < 1000; i++) {
        iapt_tally_reset(shared);
    }
    return unused;
}

/* Two threads that change one tally. */
static int race(void)
{
    pthread_t other;
    if (iapt_tally_new(19814, 20178, NULL, 0, &shared) != IAPT_OK || pthread_create(&other, NULL, reset, NULL) != 0) {
        return 0;
    }
    reset(NULL);
    pthread_join(other, NULL);
    iapt_tally_free(shared);
    return 0;
}

int main(int argc, char **argv)
{
    const char *chosen = argc > 1 ? argv[1] : "";
    int answer = 0;
    if (strcmp(chosen, "beyond_the_end") == 0) {
        answer = beyond_the_end();
    } else if (strcmp(chosen, "not_written") == 0) {
        answer = not_written();
    } else if (strcmp(chosen, "not_freed") == 0) {
        answer = not_freed();
    } else if (strcmp(chosen, "overflow") == 0) {
        answer = overflow(argc);
    } else if (strcmp(chosen, "race") == 0) {
        answer = race();
    }
    printf("nobody noticed: %s (%d)\n", chosen, answer);
    return 0;
}
