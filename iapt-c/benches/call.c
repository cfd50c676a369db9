/*
 * What a call through the shared library costs: iapt_outcome() one by one, iapt_outcomes_u8() against a copy of as
 * many bytes.
 *
 *   call [rows [repeats]]       10000000 rows and 15 repeats without arguments
 *
 * Prints the medians in ns; the result of every run is checked.
 */

#define _POSIX_C_SOURCE 199309L

#include <iapt.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BYTES_PER_ROW = 5, MOST_REPEATS = 101 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *times, size_t n)
{
    qsort(times, n, sizeof *times, by_size);
    return times[n / 2];
}

/* About one score in 50 is missing. */
static void fill(uint8_t *column, size_t rows, unsigned highest, uint32_t seed)
{
    for (size_t row = 0; row < rows; row++) {
        seed = seed * 1664525u + 1013904223u;
        column[row] = seed >> 8 & 63 ? (uint8_t)((seed >> 16) % (highest + 1)) : IAPT_MISSING_U8;
    }
}

int main(int argc, char **argv)
{
    const size_t rows = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000000;
    const size_t repeats = argc > 2 ? strtoull(argv[2], NULL, 10) : 15;
    uint8_t *const memory = malloc(2 * BYTES_PER_ROW * rows + 1);
    double calls[MOST_REPEATS], batches[MOST_REPEATS], copies[MOST_REPEATS];
    uint8_t *column[4], *flags, *copy;
    if (memory == NULL || rows == 0 || repeats == 0 || repeats > MOST_REPEATS) {
        fprintf(stderr, "usage: %s [rows [repeats]], at most %d repeats\n", argv[0], MOST_REPEATS);
        return 2;
    }
    for (unsigned i = 0; i < 4; i++) {
        column[i] = memory + i * rows;
        fill(column[i], rows, i < 2 ? 27 : 21, i);
    }
    flags = memory + 4 * rows;
    copy = memory + 5 * rows;
    memset(copy, 1, BYTES_PER_ROW * rows);

    for (size_t run = 0; run < repeats; run++) {
        uint64_t sum = 0, batch_sum = 0;
        double start = now();
        for (size_t row = 0; row < rows; row++) {
            const iapt_scores scores = {column[0][row], column[1][row], column[2][row], column[3][row]};
            iapt_outcome_flags one = 0;
            if (iapt_outcome(&scores, &one) != IAPT_OK) {
                return 1;
            }
            sum += one;
        }
        calls[run] = (now() - start) / (double)rows;

        start = now();
        if (iapt_outcomes_u8(column[0], column[1], column[2], column[3], rows, flags, NULL) != IAPT_OK) {
            return 1;
        }
        batches[run] = (now() - start) / (double)rows;

        /* A copy of as many bytes as the batch reads and writes. */
        start = now();
        memcpy(copy, memory, BYTES_PER_ROW * rows);
        copies[run] = (now() - start) / (double)rows;

        for (size_t row = 0; row < rows; row++) {
            batch_sum += flags[row];
        }
        if (sum != batch_sum || memcmp(copy, memory, BYTES_PER_ROW * rows) != 0) {
            fprintf(stderr, "the calls disagree\n");
            return 1;
        }
    }
    {
        const double batch = median(batches, repeats), copied = median(copies, repeats);
        printf("iapt_outcome            %8.2f ns a call\n", median(calls, repeats));
        printf("iapt_outcomes_u8        %8.3f ns a row\n", batch);
        printf("memcpy, as many bytes   %8.3f ns a row\n", copied);
        printf("ratio to memcpy         %8.2f\n", batch / copied);
    }
    free(memory);
    return 0;
}
