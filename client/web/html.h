/*
 * Writing HTML: everything that is not markup of ours goes through an escape.
 */
#ifndef RC_CLIENT_WEB_HTML_H
#define RC_CLIENT_WEB_HTML_H

#include <stdint.h>

#include "text.h"

/* `text` so that it means itself in element content and in a quoted attribute. Control characters
 * other than a line end and a tab become U+FFFD. */
void html_add(struct sb *page, const char *text);
/* `fmt` is markup; every %s is escaped. Knows %s, %d, %lld and %%. */
void html_addf(struct sb *page, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A point in time as <time>: "2025-03-01 09:00:00 UTC", or "never" for 0. */
void html_add_time(struct sb *page, int64_t at_ms);
/* "12 s ago", "3 min ago", "2 h ago", "5 d ago"; nothing when `at_ms` is 0. */
void html_add_age(struct sb *page, int64_t at_ms, int64_t now_ms);

#endif
