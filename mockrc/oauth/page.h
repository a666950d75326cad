/*
 * One HTML page of the login, opened, filled and closed: the frame, the brand's dress, the headers
 * that keep it safe, and form controls with their labels. Whatever text is given is escaped here.
 * No script, no outside resource; the style is inline and allowed by its hash.
 */
#ifndef MOCKRC_OAUTH_PAGE_H
#define MOCKRC_OAUTH_PAGE_H

#include "api/route.h"
#include "oauth/brand.h"
#include "world/login.h"

struct page {
    struct call *call;
    const struct login *login; /* NULL on pages about no login */
    const struct brand *brand;
    struct buf *out;
};

/* What stands above a form: a refusal in words, and its code for programs. */
struct page_alert {
    const char *code; /* "OAU-140" */
    const char *text; /* NULL: no alert */
};

struct page_input {
    const char *name, *label, *type; /* type: "text", "password" */
    const char *value, *autocomplete, *hint;
    const char *mode; /* inputmode, NULL: the type's own */
    bool is_optional, is_focused;
};

/* Begins a reply of that status; `name` is what the journal calls the page. */
void page_open(struct page *page, struct call *call, const struct login *login, int status,
               const char *name, const char *title);
void page_close(struct page *page);

void page_alert(struct page *page, const struct page_alert *alert);
void page_text(struct page *page, const char *text);    /* a paragraph */
void page_raw(struct page *page, const char *html);     /* our own mark-up only */
void page_escaped(struct page *page, const char *text); /* within mark-up */
void page_form(struct page *page, const char *action);  /* opens, with the csrf token */
void page_input(struct page *page, const struct page_input *input);
void page_submit(struct page *page, const char *label); /* the one button; closes */
void page_link(struct page *page, const char *href, const char *label);

#endif
