/*
 * The page's HTTP server on a loopback port: civetweb's bytes to a plain request, a plain reply to
 * one write. It knows no pages.
 *
 * What holds: bodies are url-encoded forms of at most SERVER_BODY_MAX bytes, everything else is
 * refused here (413, 415, 405); a reply carries the headers that keep a page to itself (CSP without
 * outside resources, no framing, no sniffing, no store). The handler runs on many threads at once.
 */
#ifndef RC_CLIENT_WEB_SERVER_H
#define RC_CLIENT_WEB_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "text.h"
#include "web/form.h"

#define SERVER_BODY_MAX (1024 * 1024)

struct request {
    bool is_post;                 /* else GET (or HEAD, which is answered without the body) */
    const char *path;             /* decoded, without the query */
    const char *query_text;       /* as sent */
    struct form_data query, form; /* `form` is empty unless is_post */
    const char *host, *origin, *range, *if_none_match; /* "" when absent */
    const char *cookies;
};

struct reply {
    int status;
    const char *type;  /* NULL: text/html */
    bool is_cacheable; /* our own static files */
    struct sb headers; /* further lines, each ended with \r\n */
    struct sb body;
};

typedef void server_fn(void *arg, const struct request *request, struct reply *reply);

struct server;

/* `port` 0 takes a free one. NULL with a sentence in `why`. */
struct server *server_start(int port, server_fn *handler, void *arg, char *why, size_t cap);
int server_port(const struct server *server);
/* Returns when no handler runs any more. NULL is fine. */
void server_stop(struct server *server);

/* The value of a cookie; false when it is absent or longer than `cap` allows. */
bool request_cookie(const struct request *request, const char *name, char *to, size_t cap);
/* 303 to a path of ours; what was in the body is dropped. */
void reply_see_other(struct reply *reply, const char *location);

#endif
