/*
 * Small questions about text: numbers, times, durations, wildcards, near misses. No memory of its
 * own; results go where the caller says.
 */
#ifndef MOCKRC_BASE_TEXT_H
#define MOCKRC_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL-safe equality; two NULLs are equal. */
bool text_eq(const char *a, const char *b);
bool text_eq_nocase(const char *a, const char *b);
bool text_starts(const char *text, const char *prefix);
bool text_starts_nocase(const char *text, const char *prefix);

/* A whole decimal number with nothing after it. False leaves `ret` alone. */
bool text_int64(const char *text, int64_t *ret);

/* "true"/"false" (REST spells booleans so). */
bool text_bool(const char *text, bool *ret);

/* UTF-8 well-formed (RFC 3629: no overlongs, no surrogates, nothing past U+10FFFF), no NUL. */
bool text_is_utf8(const char *text, size_t len);

/* Length of UTF-8 text in UTF-16 code units, as JavaScript and the platform's limits count. */
size_t text_utf16_len(const char *text);

/* A duration as people write it: "250ms", "61m", "2h30m", "7d", "1.5h"; a bare number: seconds. */
bool text_duration_ms(const char *text, int64_t *ret_ms);

/* "2026-01-02T03:04:05.006Z", and the shorter and offset forms the platform takes (rest.md 1.2). */
bool text_time_ms(const char *text, int64_t *ret_ms);

enum { TEXT_TIME_LEN = 25 }; /* "2026-01-02T03:04:05.006Z" and its NUL */
/* Writes UTC with milliseconds and Z; returns `out`. */
char *text_time(int64_t ms, char out[TEXT_TIME_LEN]);

/* Shell-like match, '*' and '?' only, the whole text. */
bool text_glob(const char *pattern, const char *text);

/* The name in `names` nearest to `word` if near enough to be a slip, else NULL: "did you mean". */
const char *text_nearest(const char *word, const char *const *names, size_t count);

#endif
