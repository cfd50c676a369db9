/*
 * Scores the PHQ-9 items of NHANES 2017-2018, so that the languages can be compared on real answers: a line per
 * questionnaire, "SEQN,total,imputed,severity,self_harm", or "SEQN,none" where it has no score.
 */

#include <iapt.h>

#include <stdio.h>
#include <stdlib.h>

enum { ITEMS = 9 };

static const char *const SEVERITIES[] = {"minimal", "mild", "moderate", "moderately_severe", "severe"};
static const char *const SELF_HARM[] = {"not_reported", "reported", "unknown", "not_asked"};

/* The answers of a line after its number; 0 where the line is not as it should be. */
static int read_items(const char *text, int8_t *items)
{
    for (int i = 0; i < ITEMS; i++) {
        char *end;
        if (*text++ != ',') {
            return 0;
        }
        if (*text == ',' || *text == '\n' || *text == '\r') {
            items[i] = IAPT_MISSING_ITEM;
            continue;
        }
        items[i] = (int8_t)strtol(text, &end, 10);
        text = end;
    }
    return *text == '\n' || *text == '\r';
}

int main(int argc, char **argv)
{
    char line[256];
    long rows = 0;
    FILE *in = argc == 3 ? fopen(argv[1], "r") : NULL;
    FILE *out = in != NULL ? fopen(argv[2], "w") : NULL;
    if (out == NULL || fgets(line, sizeof line, in) == NULL) {
        fprintf(stderr, "usage: %s items.csv scores.csv\n", argv[0]);
        return 2;
    }
    for (; fgets(line, sizeof line, in) != NULL; rows++) {
        int8_t items[ITEMS];
        iapt_score score;
        iapt_status status;
        char *rest;
        long seqn = strtol(line, &rest, 10);
        if (!read_items(rest, items)) {
            fprintf(stderr, "row %ld is not a number and %d answers\n", rows, ITEMS);
            return 1;
        }
        status = iapt_score_items(IAPT_PHQ9, items, ITEMS, 0, &score);
        if (status == IAPT_ERROR_TOO_MANY_MISSING) {
            fprintf(out, "%ld,none\n", seqn);
        } else if (status == IAPT_OK) {
            fprintf(out, "%ld,%u,%d,%s,%s\n", seqn, (unsigned)score.total, score.imputed, SEVERITIES[score.severity],
                    SELF_HARM[score.self_harm]);
        } else {
            fprintf(stderr, "row %ld: %s\n", rows, iapt_status_message(status));
            return 1;
        }
    }
    printf("nhanes: %ld questionnaires\n", rows);
    fclose(in);
    return rows == 0 || fclose(out) != 0;
}
