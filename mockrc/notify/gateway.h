/*
 * The WebSocket gateway of notifications, without a socket: what a connection's frames mean and what
 * is said back. An edge (front/gateway_edge.h) owns connections and bytes; it calls these inside the
 * door and does what `struct gateway_out` says. A ClientRequest runs through api_serve like any call
 * of HTTP's: gate, faults and journal all apply. Source: rest.md 8.
 *
 *   gateway_open    an upgrade came: refused, or ConnectionDetails and what was buffered
 *   gateway_hear    a message came: heartbeat, request, or an error
 *   gateway_take    the world has something: notifications, a limit that was reached
 *   gateway_resume  an errand of a request was performed
 *   gateway_lose    the connection is gone
 *
 * The clocks: idle and absolute limits and the recovery window are world time; RFC 6455 pings and a
 * fault's delay of an answer are the edge's, in machine time, and so is ws.recovery_pause.
 */
#ifndef MOCKRC_NOTIFY_GATEWAY_H
#define MOCKRC_NOTIFY_GATEWAY_H

#include "api/serve.h"

/* Codes of close frames: not documented, chosen (rest.md 8.4), but those of RFC 6455. */
enum {
    GATEWAY_CLOSE_NORMAL = 1000,
    GATEWAY_CLOSE_AWAY = 1001,
    GATEWAY_CLOSE_NO_TEXT = 1003,
    GATEWAY_CLOSE_REFUSED = 1008,
};

/* An upgrade; texts are borrowed. */
struct gateway_ask {
    const char *path, *query, *user_agent;
    uint64_t link; /* which connection: never 0, never the same twice */
    bool is_tls;
};

struct gateway_frame {
    char *text;
    size_t len;
    int64_t delay_ms; /* to be sent so much later */
    bool is_active;   /* gateway_answered is to be said when it has been sent */
};

/* A request that waits for an errand; holds all it takes to go on. */
struct gateway_call {
    struct gateway_call *next; /* the holder's */
    struct arena arena;
    struct web_request request;
    struct web_reply reply;
    struct plan plan;
    const char *message_id;
    int64_t wsc;
    uint64_t link, life; /* life: the holder's, of which world it is */
};
void gateway_call_free(struct gateway_call *call);

/* What is to be done with one connection. */
struct gateway_out {
    uint64_t link;
    int64_t wsc;
    int status;         /* of an upgrade: 101, or the refusal's; 0 with is_cut */
    struct buf refusal; /* its body, JSON */
    struct gateway_frame *frames;
    size_t frame_count, frame_cap;
    int close_code; /* after the frames; 0: it stays open */
    const char *close_reason;
    bool is_cut;  /* the connection is ended without a word */
    bool is_dead; /* ws.half_open: nothing is sent or read any more, and nobody is told */
    int64_t ping_ms, pong_ms; /* how often to ping, and how long to wait for the pong; 0: not */
    /* gateway_ready is to be said so much later; 0: not. The vendor's SDK listens for events only once
     * it has looked at ConnectionDetails: what comes in the same packet is lost on it. */
    int64_t ready_ms;
    struct gateway_call *call;
};
void gateway_out_init(struct gateway_out *out);
void gateway_out_done(struct gateway_out *out);

void gateway_open(struct api *api, const struct gateway_ask *ask, struct gateway_out *out);
/* One whole message; `is_text` false: binary ones are refused. */
void gateway_hear(struct api *api, int64_t wsc, uint64_t link, bool is_text, const char *bytes,
                  size_t len, struct gateway_out *out);
/* The next session that has something; false when none has. */
bool gateway_take(struct api *api, struct gateway_out *out);
/* The errand in call->reply.errand is performed; may ask for another (out->call). Takes the call. */
void gateway_resume(struct api *api, struct gateway_call *call, struct gateway_out *out);
/* The pause after a recovery is over: what was buffered may go. */
void gateway_ready(struct api *api, int64_t wsc, uint64_t link);
/* A frame with is_active was sent. */
void gateway_answered(struct api *api, int64_t wsc, uint64_t link);
/* `code` of the close frame that came; 0: none did. `why` in words. */
void gateway_lose(struct api *api, int64_t wsc, uint64_t link, int code, const char *why);

#endif
