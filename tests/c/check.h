/* Checks that go on after a failure, so that one run shows all of them. */

#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

static long checks = 0;
static long failures = 0;

#define CHECK(condition)                                                        \
    do {                                                                        \
        checks++;                                                               \
        if (!(condition)) {                                                     \
            failures++;                                                         \
            fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
        }                                                                       \
    } while (0)

/* What main returns. */
static inline int checked(const char *what)
{
    printf("%s: %ld checks, %ld failures\n", what, checks, failures);
    return checks == 0 || failures != 0;
}

#endif
