/* Reads tests/vectors/<file>.csv: no cell is quoted or holds a comma. */

#ifndef VECTORS_H
#define VECTORS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 32 };

typedef struct {
    const char *file;
    char *text;
    char *next;
    char *columns[MOST_COLUMNS];
    char *cells[MOST_COLUMNS];
    int width;
    long checked;
    long skipped;
} vectors;

static inline void vectors_fail(const char *file, const char *what)
{
    fprintf(stderr, "%s: %s\n", file, what);
    exit(2);
}

/* Cuts the next line into cells; gives how many. */
static inline int vectors_cut(vectors *v, char **cells)
{
    int width = 0;
    char *end = strchr(v->next, '\n');
    if (end == NULL) {
        vectors_fail(v->file, "the last line is not ended");
    }
    *end = '\0';
    for (char *cell = v->next; cell != NULL; width++) {
        char *comma = strchr(cell, ',');
        if (width == MOST_COLUMNS) {
            vectors_fail(v->file, "too many columns");
        }
        cells[width] = cell;
        if (comma != NULL) {
            *comma = '\0';
        }
        cell = comma == NULL ? NULL : comma + 1;
    }
    v->next = end + 1;
    return width;
}

static inline char *vectors_read(const char *path)
{
    FILE *file = fopen(path, "rb");
    long size = 0;
    char *text = NULL;
    if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0) {
        vectors_fail(path, "cannot be read");
    }
    rewind(file);
    text = malloc((size_t)size + 1);
    if (text == NULL || fread(text, 1, (size_t)size, file) != (size_t)size) {
        vectors_fail(path, "cannot be read");
    }
    fclose(file);
    text[size] = '\0';
    return text;
}

static inline vectors vectors_open(const char *directory, const char *file)
{
    char path[4096];
    vectors v = {0};
    snprintf(path, sizeof path, "%s/%s", directory, file);
    v.file = file;
    v.text = v.next = vectors_read(path);
    v.width = vectors_cut(&v, v.columns);
    return v;
}

static inline int vectors_next(vectors *v)
{
    if (*v->next == '\0') {
        return 0;
    }
    if (vectors_cut(v, v->cells) != v->width) {
        vectors_fail(v->file, "a row has another number of cells than the header");
    }
    return 1;
}

static inline const char *vectors_cell(const vectors *v, const char *column)
{
    for (int i = 0; i < v->width; i++) {
        if (strcmp(v->columns[i], column) == 0) {
            return v->cells[i];
        }
    }
    vectors_fail(v->file, column);
    return NULL;
}

/* Prints how many rows were checked; a file of which none was is a failure. */
static inline void vectors_close(vectors *v)
{
    printf("  %-12s %4ld rows checked, %ld skipped\n", v->file, v->checked, v->skipped);
    if (v->checked == 0) {
        vectors_fail(v->file, "no row was checked");
    }
    free(v->text);
}

#endif
