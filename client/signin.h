/*
 * Walks the provider's login and consent pages as a browser would, without knowing them: it reads
 * each page's form, fills what it recognises (identifier, password, extension, the decision) and
 * follows redirects by hand until one leads to our redirect URI, which it does not fetch.
 *
 * The password is borrowed, posted to the provider's own form, wiped from our buffers, never kept.
 * Limits: SIGNIN_HOPS requests.
 */
#ifndef RC_CLIENT_SIGNIN_H
#define RC_CLIENT_SIGNIN_H

#include <stdbool.h>
#include <stddef.h>

#include "web.h"

#define SIGNIN_HOPS 20

struct signin {
    const char *authorize_url;
    const char *redirect_uri;
    const char *ca_file;
    const char *username, *password;
    const char *extension; /* NULL or "": none */
    bool is_declined;      /* press the refusing button */
};

/* What came back to the redirect URI, or why nothing did. */
struct landing {
    bool has_landed;
    char code[2048];
    char state[256];
    char error[64];      /* OAuth's error, or ours: "sign_in_refused", "page_unknown", ... */
    char error_code[48]; /* the platform's, such as OAU-140 */
    char description[256];
    int http_status; /* of the last answer */
};

void signin_walk(struct web *web, const struct signin *signin, struct landing *ret_landing);

/* Whether `url` is the redirect URI (same scheme, host, port and path; any query). */
bool landing_is_ours(const char *url, const char *redirect_uri);
/* Reads code, state and error from the redirect's query or fragment. */
void landing_read(const char *url, struct landing *ret_landing);

#endif
