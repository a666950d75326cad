/*
 * An HTTP request and its reply as plain data: what handlers see. The web edge makes the one from
 * bytes and the bytes from the other; nobody here knows a socket.
 */
#ifndef MOCKRC_API_MESSAGE_H
#define MOCKRC_API_MESSAGE_H

#include "base/arena.h"
#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    WEB_BODY_MAX = 1 << 20,
    WEB_MULTIPART_MAX = 4 << 20, /* of a body with files (the platform takes more: chosen) */
    WEB_HEADERS_MAX = 64,
    WEB_REPLY_MAX = 64 << 20
};

struct web_header {
    const char *name, *value;
};

struct web_request {
    const char *method; /* as sent */
    const char *path;   /* as sent, not decoded, without the query */
    const char *query;  /* as sent, "" when none */
    const struct web_header *headers;
    size_t header_count;
    const char *body; /* NUL-terminated */
    size_t body_len;
    bool is_body_cut; /* the connection ended, or the body passed its limit */
    bool is_body_too_large;
    bool is_tls;
    /* Of a call that came over the WebSocket gateway: its OAuth session, in place of a token, and the
     * number of the gateway's (world/wsc.h). NULL and 0: it came over HTTP. */
    const char *session_id;
    int64_t wsc;
};

/* Case-insensitive; the first of that name or NULL. */
const char *web_header_get(const struct web_request *request, const char *name);
/* A cookie's value, copied to the arena, or NULL. */
const char *web_cookie_get(const struct web_request *request, struct arena *arena,
                           const char *name);

struct errand;

struct web_reply {
    int status;
    const char *content_type; /* NULL: no body */
    struct buf head;          /* further header lines, each ended with CRLF */
    struct buf body;
    struct errand
        *errand; /* to be performed first (api/errand.h), of the call's arena; NULL: none */
};

void web_reply_init(struct web_reply *reply);
void web_reply_done(struct web_reply *reply);
/* Back to empty, memory kept. */
void web_reply_reset(struct web_reply *reply);
/* Adds a header; CR and LF in the value are dropped (header injection). */
void web_reply_header(struct web_reply *reply, const char *name, const char *value);
const char *web_status_text(int status); /* "Not Found" */

#endif
