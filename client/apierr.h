/*
 * What the platform said when it refused: one plain struct out of its envelopes.
 * REST: {"errorCode":W,"message":..,"errors":[{"errorCode":C,..}]}; OAuth: {"error":E,
 * "error_description":..,"errors":[..]}. The inner code C counts; W may be a word (rest.md 2.1,
 * oauth.md 10.1). Messages are for people and never decide anything.
 */
#ifndef RC_CLIENT_APIERR_H
#define RC_CLIENT_APIERR_H

#include "web.h"

struct apierr {
    int status;          /* HTTP status, 0: no answer */
    int retry_after_s;   /* 0: none was named */
    char code[48];       /* errors[0].errorCode, else errorCode; "" when there is none */
    char error[48];      /* OAuth's `error`, else the word code */
    char permission[64]; /* permissionName */
    char message[200];   /* the platform's text, or why there was no answer */
};

void apierr_read(const struct web_reply *reply, struct apierr *ret_err);
/* "HTTP 401 OAU-213", "HTTP 503", "no answer (host: reason)" into `to`; returns `to`. */
const char *apierr_text(const struct apierr *err, char *to, size_t cap);
/* No answer, one that cannot be read (200 with an error), 408, 429 or 5xx: says nothing about the
 * grant (failures.md F031). */
bool apierr_is_transient(const struct apierr *err);

#endif
