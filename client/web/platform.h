/*
 * The form of Platform Settings: which fields a profile shows, what was typed, what is wrong with
 * it. The form's own state is the store's pending slot over the live one, shared with the command
 * line; what was typed and found wrong is never stored.
 */
#ifndef RC_CLIENT_WEB_PLATFORM_H
#define RC_CLIENT_WEB_PLATFORM_H

#include "web/view.h"

struct platform_field {
    const char *key; /* settings_find's */
    const char *example;
    const char *blank; /* what to say when it is required and blank; NULL: may be blank */
    const char *help;
    bool (*is_shown)(const struct tenant_options *options);
};

#define PLATFORM_FIELDS 4

extern const struct platform_field platform_fields[PLATFORM_FIELDS];

struct platform_form {
    struct settings before;             /* what the form showed, as the store has it now */
    struct settings after;              /* with what was typed and is right */
    const char *typed[PLATFORM_FIELDS]; /* borrowed from the request; NULL: not typed */
    char error[PLATFORM_FIELDS][320];   /* "" = right */
    char warning[PLATFORM_FIELDS][320];
    bool has_error;
};

/* Pending over live. */
void platform_load(struct store *store, struct settings *ret_settings);
/* Reads the shown fields from `data` (names with `prefix` before them) over the store's. A field
 * left as it was shown takes the store's newer value, so that two windows do not undo each other. */
void platform_read(struct visit *visit, const struct form_data *data, const char *prefix,
                   bool may_be_blank, struct platform_form *ret_form);
/* Whether pending and live differ by settings or a grant waits. */
bool platform_is_unsaved(struct visit *visit);
/* The window. `form` NULL: as the store has it. `notice` NULL: none. */
void platform_show(struct visit *visit, const struct platform_form *form, enum notice kind,
                   const char *notice);
/* The window's inside without frame, for Confirm Changes to stand over. */
void platform_window(struct visit *visit, const struct platform_form *form, bool is_inert);

/* A sum of what is live and what is pending: Confirm Changes saves what it showed, or nothing. */
void platform_mark(struct visit *visit, char to[33]);

/* Starts an authorization with the form's settings and writes the page that leads there. False
 * with a sentence in `why` when the connection to the platform is not set up. */
bool authorize_leave(struct visit *visit, const struct settings *settings, char *why, size_t cap);

#endif
