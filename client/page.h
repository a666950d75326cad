/*
 * What a person could fill in on an HTML page: its forms, their controls, and an alert it shows.
 * A tolerant reader for login pages of any provider, not an HTML parser: it keeps to tags and
 * attributes, skips comments, scripts and styles, and never fails; a broken page has fewer forms.
 *
 * Limits: PAGE_FORMS forms, PAGE_CONTROLS controls in all; what is beyond is left out.
 */
#ifndef RC_CLIENT_PAGE_H
#define RC_CLIENT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#define PAGE_FORMS    8
#define PAGE_CONTROLS 64

enum control_kind {
    CONTROL_TEXT, /* text, email, tel, or anything typed in the open */
    CONTROL_PASSWORD,
    CONTROL_HIDDEN,
    CONTROL_CHECK,  /* checkbox or radio; sent when is_checked */
    CONTROL_SUBMIT, /* input type=submit or image, or a button */
    CONTROL_SELECT,
};

struct control {
    enum control_kind kind;
    int form;     /* index of its form */
    char *name;   /* "" when it has none: it is then never sent */
    char *value;  /* as the page gave it */
    char *label;  /* a button's text, else "" */
    char *action; /* formaction, else "" */
    bool is_checked;
    bool is_one_time_code; /* asks for a second factor */
    bool is_new_password;  /* wants a password to be chosen */
};

struct form {
    char *action; /* as written: "" means the page itself */
    bool is_post;
};

struct page {
    struct form forms[PAGE_FORMS];
    int form_count;
    struct control controls[PAGE_CONTROLS];
    int control_count;
    char alert_code[48];  /* data-code of the element with role=alert */
    char alert_text[256]; /* its text; "" when there is no alert */
};

/* The caller ends with page_free. */
struct page *page_read(const char *html);
void page_free(struct page *page);

/* First control of that kind in `form`, or NULL; borrowed. */
const struct control *page_control(const struct page *page, int form, enum control_kind kind);
/* The control of that name in `form`, or NULL; borrowed. */
const struct control *page_named(const struct page *page, int form, const char *name);

#endif
