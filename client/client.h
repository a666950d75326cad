/*
 * What every command works with: one HTTP client, one store, one clock, one source of chance, one
 * SIP endpoint (made when first needed), and how this run behaves. `batch` keeps one of these open
 * for a whole scenario.
 */
#ifndef RC_CLIENT_CLIENT_H
#define RC_CLIENT_CLIENT_H

#include "clock.h"
#include "rnd.h"
#include "store.h"
#include "weak.h"
#include "web.h"

#define CLIENT_VERSION MOCKRC_VERSION
#define CLIENT_AGENT   "rc-client/" CLIENT_VERSION

enum profile {
    PROFILE_GOOD, /* probes, and says what it found */
    PROFILE_NAIVE /* believes what was last stored, as the field's products do */
};

enum refresh_mode {
    REFRESH_PROACTIVE, /* before the access token's nominal end, and on 401 */
    REFRESH_LAZY,      /* on 401 only */
    REFRESH_OFF,       /* never: shows what such a client suffers */
};

/* Exit codes; `doctor` answers healthy 0, degraded 1, broken 2. */
enum { EXIT_OK = 0, EXIT_NEGATIVE = 1, EXIT_USAGE = 2, EXIT_ENVIRONMENT = 3 };

struct resolver;
struct names;
struct sipnet;
struct phone;
struct hook;
struct gateway;

/* What a client remembers beside the store when it is weak so; a good one reads the store. */
struct memory {
    bool has_grant, has_settings;
    struct grant grant;
    struct settings settings;
};

struct client {
    struct web *web;
    struct store *store;
    struct store_image *new_store; /* of a batch; NULL: of one command */
    struct clock clock;
    struct rnd rnd;
    struct resolver *resolver; /* these two: NULL until a command looks for a proxy */
    struct names *names;
    char dns[256];           /* the name server that `resolver` asks; "": the system's */
    struct sipnet *sipnet;   /* NULL until a command speaks SIP */
    struct phone *phone;     /* of `phone`, from one line of batch to the next; NULL: none */
    struct hook *hook;       /* NULL until a command listens for webhooks */
    struct gateway *gateway; /* NULL until a command hears of events by WebSocket */
    enum profile profile;
    enum refresh_mode refresh;
    int max_wait_s;      /* how long a 429 may hold a command */
    int retry_ms;        /* first pause before a request that failed in passing is repeated */
    int pending_min;     /* how long an authorization waits for Save */
    int http_timeout_ms; /* no whole answer within this is no answer */
    int ws_timeout_ms;   /* no answer from the WebSocket gateway within this: its path is dead */
    int sip_timeout_ms;  /* no answer from a proxy within this: try the next */
    bool has_failover;
    uint64_t weak;         /* of enum weakness: 1 << each that is on */
    struct memory *memory; /* what a weak client remembers; NULL until it does */
    bool is_quiet;
    bool has_progress; /* a terminal is there to draw on */
    /* Told by a sync after each page: the part that is done, 0 to 1. NULL: nobody asks. */
    void (*on_progress)(void *arg, double done, int64_t records);
    void *progress_arg;
};

int64_t client_now_ms(const struct client *client);
bool client_is_weak(const struct client *client, enum weakness weakness);
/* Made at the first call. */
struct memory *client_memory(struct client *client);
void client_forget(struct client *client);
/* Forgets an authorization that waited too long for Save; pending_min 0: none ever does. */
void client_expire_pending(struct client *client);
/* The settings in force, as this client sees them. */
void client_settings(struct client *client, struct settings *ret_settings);
/* client->names, asking this server ("": the system's); what another one said is forgotten. */
struct names *client_names(struct client *client, const char *dns);
/* Ends its SIP endpoint and what it knows of names. */
void client_hang_up(struct client *client);
/* A line on stderr, unless quiet. Never a secret. */
void client_log(const struct client *client, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
