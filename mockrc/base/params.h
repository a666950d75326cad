/*
 * Names and values of a query string or of a form body (application/x-www-form-urlencoded), in the
 * order they came, repeats kept: the platform gives repeats a meaning (arrays, rest.md 1.2) or an
 * error (OAU-111).
 */
#ifndef MOCKRC_BASE_PARAMS_H
#define MOCKRC_BASE_PARAMS_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>

enum { PARAMS_MAX = 128 };

struct param {
    const char *name, *value; /* decoded, UTF-8, NUL-terminated */
};

struct params {
    struct param *list;
    size_t count;
};

enum params_fault { PARAMS_OK, PARAMS_BAD_ESCAPE, PARAMS_BAD_UTF8, PARAMS_TOO_MANY };

/* Adds what `text` holds to `params` (start from {0}); memory comes from the arena. On a fault what
 * was read before it stays. */
enum params_fault params_parse(struct params *params, struct arena *arena, const char *text,
                               size_t len);

/* The first value of that name, or NULL. */
const char *params_get(const struct params *params, const char *name);
/* The n-th (from 0) value of that name, or NULL. */
const char *params_nth(const struct params *params, const char *name, size_t n);
/* A name that occurs twice, or NULL. */
const char *params_repeated(const struct params *params);

#endif
