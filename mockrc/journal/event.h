/*
 * An event: one thing that happened, at any layer. One exchange (request and answer) is one event;
 * so is one control verb. Built on the stack, then packed into the journal.
 *
 * Secrets never get in: event_set_query and event_set_redacted mask on the way in, and nothing else
 * may be given text that a client sent as a credential.
 */
#ifndef MOCKRC_JOURNAL_EVENT_H
#define MOCKRC_JOURNAL_EVENT_H

#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum layer {
    LAYER_OAUTH,
    LAYER_REST,
    LAYER_SIP,
    LAYER_CONTROL,
    LAYER_CLIENT, /* what rc-client reported, in a scenario run */
    LAYER_WORLD,  /* the clock's agenda */
    LAYER_NOTIFY, /* what left for subscribers */
    LAYER_MEDIA,  /* the audio of calls */
    LAYER_NET,    /* connections: TLS, byte faults */
    LAYER_DNS,    /* the name service */
    LAYER_COUNT
};
const char *layer_name(enum layer layer);

enum event_key {
#define KEY(name, text) EVENT_##name,
#include "journal/event_keys.def"
#undef KEY
    EVENT_KEY_COUNT
};
const char *event_key_name(enum event_key key);
bool event_key_named(const char *name, enum event_key *ret);

enum { EVENT_TEXT_MAX = 1024 /* bytes of all values together; longer values are cut */ };

struct event {
    uint64_t seq;    /* journal number: set by journal_open */
    int64_t time_ms; /* world time */
    enum layer layer;
    const char *op; /* static text: "oauth.token", "readExtension", "sip.register" */
    uint64_t cause; /* number of the event that made this come out so; 0: none */
    uint16_t offset[EVENT_KEY_COUNT]; /* 1 + where the value starts in text; 0: not set */
    uint64_t numbers;                 /* bit n: key n was set with event_set_int */
    size_t text_len;
    char text[EVENT_TEXT_MAX];
};

void event_init(struct event *event, enum layer layer, const char *op);
void event_set(struct event *event, enum event_key key, const char *value); /* NULL: nothing */
void event_set_n(struct event *event, enum event_key key, const char *value, size_t len);
void event_set_int(struct event *event, enum event_key key, int64_t value);
/* A query string with the values of secret names (code, token, access_token, password ...) masked.
 */
void event_set_query(struct event *event, const char *query);
/* NULL when not set. */
const char *event_get(const struct event *event, enum event_key key);
/* Is this name's value a secret? ("password", "refresh_token", ...) */
bool event_is_secret_name(const char *name, size_t len);

/* The members of one JSON object, into an open one: "seq", "time", "layer", "op", ..., "cause". */
void event_json(const struct event *event, struct json_out *out);

#endif
