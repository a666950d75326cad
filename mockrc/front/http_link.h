/*
 * HTTP of clients, brought to civetweb a whole request at a time. What a client sends slowly waits here, where
 * it costs a connection and its bytes and no worker; a request that is whole gets a connection of its own to
 * the library (facts.upstream), which ends with the answer. The client's connection stays for the next one, as
 * the answer says.
 *
 *   reading: head, body --whole--> asked --answer--> reading ...     --too late--> 408, closed
 *
 * A request that cannot be measured, is too large or is given up goes as far as it came, with an end behind it:
 * the library judges. One that asks for a WebSocket on `path` makes its connection the gateway's.
 *
 * Limits: the patience below, in machine time; a request's body; the bytes of all requests that wait, past which
 * the connection that brings more is closed.
 */
#ifndef MOCKRC_FRONT_HTTP_LINK_H
#define MOCKRC_FRONT_HTTP_LINK_H

#include "front/link.h"

struct http_links {
    const char *path;                   /* "/ws"; a query may follow in the request */
    const struct link_service *gateway; /* NULL: there is none */
    void *context;                      /* the gateway's */
    size_t body_max;                    /* of a request */
    size_t held_max;                    /* of all requests that wait */
    int64_t head_ms, body_ms; /* from the first byte to the whole head; from there to the whole */
    int64_t idle_ms;          /* between two requests; before the first one head_ms */

    size_t held; /* the front's own: bytes that wait now */
};

/* Its context is a struct http_links. */
extern const struct link_service http_link_service;

/* Does this request head (up to and with its empty line) ask for a WebSocket on `path` (RFC 6455
 * section 4.2.1)? */
bool http_is_upgrade(const char *head, size_t len, const char *path);

#endif
