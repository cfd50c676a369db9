/* Arbitrary calls: those of the files named as arguments, and some made at random; by one thread, and by many at once.
   Whatever they are, the library answers, never by a fault of its own, and the same every time. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "../fuzz/calls.h"
#include "check.h"

enum { ROUNDS = 20000, LONGEST = 600, SHARED = 200, THREADS = 8 };

static uint64_t state = 1;

/* Marsaglia's xorshift: the same numbers in every run. */
static uint64_t any(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

typedef struct {
    uint8_t bytes[LONGEST];
    size_t size;
} calls;

static calls at_random(void)
{
    calls made;
    made.size = any() % LONGEST;
    for (size_t i = 0; i < made.size; i++) {
        made.bytes[i] = (uint8_t)(any() >> 8);
    }
    return made;
}

static void from_file(const char *name)
{
    static uint8_t data[1 << 20];
    FILE *file = fopen(name, "rb");
    CHECK(file != NULL);
    if (file != NULL) {
        fuzz_calls(data, fread(data, 1, sizeof data, file));
        fclose(file);
    }
}

static calls shared[SHARED];
static uint64_t answers[SHARED];

/* The number of inputs that were answered otherwise than before; each thread begins somewhere else. */
static void *all_again(void *argument)
{
    size_t *others = argument;
    const size_t first = *others;
    *others = 0;
    for (size_t i = 0; i < SHARED; i++) {
        const size_t at = (first + i) % SHARED;
        *others += fuzz_calls(shared[at].bytes, shared[at].size) != answers[at];
    }
    return NULL;
}

static void by_many_threads(void)
{
    pthread_t threads[THREADS];
    size_t others[THREADS];
    for (size_t i = 0; i < SHARED; i++) {
        shared[i] = at_random();
        answers[i] = fuzz_calls(shared[i].bytes, shared[i].size);
    }
    for (size_t i = 0; i < THREADS; i++) {
        others[i] = i * SHARED / THREADS;
        CHECK(pthread_create(&threads[i], NULL, all_again, &others[i]) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(others[i] == 0);
    }
}

int main(int argc, char **argv)
{
    CHECK(argc > 1);
    for (int i = 1; i < argc; i++) {
        from_file(argv[i]);
    }
    for (int round = 0; round < ROUNDS; round++) {
        const calls made = at_random();
        fuzz_calls(made.bytes, made.size);
        checks++;
    }
    by_many_threads();
    return checked("fuzz");
}
