/*
 * The WebSocket gateway's connections: a service of the front that speaks RFC 6455 (front/ws.h) on a
 * link and lets notify/gateway.h decide. Knows no rule of the gateway's: it frames, pings, waits out
 * delays, and ends connections as it is told. One link, no thread; the callbacks are the way through
 * the door and run on the front's thread.
 */
#ifndef MOCKRC_FRONT_GATEWAY_EDGE_H
#define MOCKRC_FRONT_GATEWAY_EDGE_H

#include "front/link.h"
#include "notify/gateway.h"

struct gateway_callbacks {
    void *context;
    void (*open)(void *context, const struct gateway_ask *ask, struct gateway_out *out);
    void (*hear)(void *context, int64_t wsc, uint64_t link, bool is_text, const char *bytes,
                 size_t len, struct gateway_out *out);
    /* What waits for some connection; false when nothing does. */
    bool (*take)(void *context, struct gateway_out *out);
    void (*ready)(void *context, int64_t wsc, uint64_t link);
    void (*answered)(void *context, int64_t wsc, uint64_t link);
    void (*lose)(void *context, int64_t wsc, uint64_t link, int code, const char *why);
    /* Sees to the errand of a call, then `take` gives what came of it. Takes the call. */
    void (*perform)(void *context, struct gateway_call *call);
    /* How often the world was replaced: connections of an older one are ended. */
    uint64_t (*life)(void *context);
};

struct gateway_edge;
/* Only after the front has stopped is it to be freed. */
struct gateway_edge *gateway_edge_new(const struct gateway_callbacks *callbacks);
void gateway_edge_free(struct gateway_edge *edge);

/* Its context is a struct gateway_edge. */
extern const struct link_service gateway_service;

#endif
