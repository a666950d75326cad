/* The nearest name; see slip.h. */
#include "slip.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

void slip_init(struct slip *slip, const char *word, size_t len)
{
    *slip = (struct slip){0};
    if (len < sizeof(slip->word))
        memcpy(slip->word, word, len);
    slip->least = (int)(len / 3) + 2;
}

static int letter(char c)
{
    return c == '_' ? '-' : tolower((unsigned char)c);
}

static int least_of(int a, int b)
{
    return a < b ? a : b;
}

/* How many letters must be put in, taken out, changed or swapped with the next (the rows of the usual
 * table that are still needed). */
static int distance(const char *a, const char *b)
{
    int rows[3][SLIP_MAX + 1];
    int *before = rows[0], *last = rows[1], *row = rows[2];
    size_t b_len = strlen(b);
    for (size_t j = 0; j <= b_len; j++)
        last[j] = (int)j;
    for (size_t i = 1; a[i - 1]; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= b_len; j++) {
            int changed = last[j - 1] + (letter(a[i - 1]) != letter(b[j - 1]));
            row[j] = least_of(changed, least_of(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && letter(a[i - 1]) == letter(b[j - 2]) &&
                letter(a[i - 2]) == letter(b[j - 1]))
                row[j] = least_of(row[j], before[j - 2] + 1);
        }
        int *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[b_len];
}

void slip_try(struct slip *slip, const char *name)
{
    if (name == NULL || slip->word[0] == '\0' || strlen(name) >= SLIP_MAX)
        return;
    int steps = distance(slip->word, name);
    bool is_other = steps > 1 && steps > (int)strlen(slip->word) / 2; /* too little is left of it */
    if (steps >= slip->least || is_other)
        return;
    slip->least = steps;
    snprintf(slip->best, sizeof(slip->best), "%s", name);
}

const char *slip_hint(const struct slip *slip, const char *prefix, char *to, size_t cap)
{
    to[0] = '\0';
    if (slip->best[0] == '\0')
        return to;
    snprintf(to, cap, "; did you mean \"%s%s\"?", prefix, slip->best);
    for (char *c = to; *prefix && *c; c++) {
        if (*c == '_')
            *c = '-';
    }
    return to;
}
