/*
 * A small HTTP client for talking to a running simulator's /__admin/: one request, one answer, one
 * connection. Plain HTTP over IPv4 only; anything else is refused.
 */
#ifndef MOCKRC_CLI_HTTP_H
#define MOCKRC_CLI_HTTP_H

#include "base/buf.h"
#include "base/err.h"

enum { HTTP_ANSWER_MAX = 128 << 20 };

struct http_server {
    char host[256];
    int port;
    const char *token; /* NULL: none; borrowed */
};

/* From "http://host[:port][/...]"; a path after it is left away. ERR_USAGE. */
int http_server_read(const char *url, struct http_server *ret, struct diag *diag);

/* `body` NULL: a GET. Fills `answer` with the body and gives the status. ERR_ENV when there is no
 * answer within `timeout_ms`, or none that is HTTP. */
int http_ask(const struct http_server *server, const char *path, const char *body, int timeout_ms,
             int *ret_status, struct buf *answer, struct diag *diag);

#endif
