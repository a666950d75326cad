/*
 * What the fuzz targets share. A target is a file fuzz.d/<name>.c with libFuzzer's entry point; it
 * holds properties of a parser in asserts, the sanitizers hold the rest.
 */
#ifndef MOCKRC_FUZZ_H
#define MOCKRC_FUZZ_H

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as text: a copy with a NUL behind it; free() it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = 0;
    return text;
}

#endif
