/*
 * The relay: a link's bytes to the library behind its listener (facts.upstream) and back, as they
 * are. Each side is slowed to the speed of the other; a client's half close
 * passes, the library's end ends both.
 */
#ifndef MOCKRC_FRONT_RELAY_H
#define MOCKRC_FRONT_RELAY_H

#include "front/link.h"

extern const struct link_service relay_service;

/*
 * HTTP for civetweb, except that a connection whose first request asks for a WebSocket on `path` is
 * the gateway's. Its context is a struct relay_http.
 */
struct relay_http {
    const char *path;                   /* "/ws"; a query may follow in the request */
    const struct link_service *gateway; /* NULL: all is relayed */
    void *context;                      /* the gateway's */
};
extern const struct link_service relay_http_service;

/* Does this request head (up to and with its empty line) ask for a WebSocket on `path` (RFC 6455
 * section 4.2.1)? */
bool relay_is_upgrade(const char *head, size_t len, const char *path);

#endif
