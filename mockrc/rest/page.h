/*
 * Paging and navigation (rest.md 1.3): page is 1-based, perPage is clamped to the cap in silence,
 * and every navigation URI repeats the filters.
 */
#ifndef MOCKRC_REST_PAGE_H
#define MOCKRC_REST_PAGE_H

#include "api/route.h"

enum { PER_PAGE_DEFAULT = 100, PER_PAGE_MOST = 100000, PAGE_NUMBER_MAX = 1000000000 };

struct page {
    int64_t number, per_page;
};

/* Reads page and perPage; refuses with CMN-101 and returns false when one is no positive number.
 * perPage=max is the cap (documented for the call log). */
bool page_read(struct call *call, struct page *ret);
/* Index of the page's first element. */
size_t page_first(const struct page *page);

/* A parameter that navigation repeats although the request did not have it ("defaulted filters").
 */
struct page_default {
    const char *name, *value;
};

/* "uri" of a list: itself with its filters and page. */
void page_uri(struct json_out *out, const struct call *call, const struct page *page,
              const struct page_default *defaults, size_t default_count);

/* "navigation" and "paging" of a list of `total` elements. */
void page_write(struct json_out *out, const struct call *call, const struct page *page,
                size_t total);
/* The same where nobody counts the total (call log, active calls): `shown` are on this page. */
void page_write_open(struct json_out *out, const struct call *call, const struct page *page,
                     size_t shown, bool has_more, const struct page_default *defaults,
                     size_t default_count);

/*
 * A list answered in one go: `count` borrowed elements, those of the page written by `write`.
 * {"uri","records":[...],"navigation","paging"}; the event gets how many.
 */
typedef void record_fn(struct json_out *out, const struct call *call, const void *element);
void page_answer(struct call *call, const struct page *page, const void *const *elements,
                 size_t count, record_fn *write);

#endif
