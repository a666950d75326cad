/* The text of a manual page. */
#ifndef MOCKRC_TESTS_PAGE_TEXT_H
#define MOCKRC_TESTS_PAGE_TEXT_H

#include "support/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>

/* The whole page; the caller frees it. */
static inline char *page_text(const char *path)
{
    enum { PAGE_MAX = 1 << 18 };
    char *text = calloc(1, PAGE_MAX);
    FILE *file = fopen(path, "re");
    assert_non_null(text);
    assert_non_null(file);
    assert_true(fread(text, 1, PAGE_MAX - 1, file) > 0);
    fclose(file);
    return text;
}

#endif
