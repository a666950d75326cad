/*
 * The fields of an x-www-form-urlencoded body or query. Our own reader: civetweb's does not end on
 * some bodies (CVE-2025-9648).
 *
 * What holds: values are C strings; a NUL byte in one reads as U+FFFD, so that no check looks at
 * less than was sent. Limits: FORM_FIELDS; what is beyond is left out.
 */
#ifndef RC_CLIENT_WEB_FORM_H
#define RC_CLIENT_WEB_FORM_H

#include <stdbool.h>
#include <stddef.h>

#define FORM_FIELDS 64

struct form_field {
    char *name, *value;
};

struct form_data {
    struct form_field fields[FORM_FIELDS];
    int count;
};

/* Over an empty `data`; the caller ends with form_done, which wipes the values. */
void form_read(struct form_data *data, const char *text, size_t len);
void form_done(struct form_data *data);
/* The first field of that name, or NULL; borrowed. */
const char *form_get(const struct form_data *data, const char *name);
/* The same, "" when absent. */
const char *form_text(const struct form_data *data, const char *name);

#endif
