/*
 * A session of the WebSocket gateway, "wsc" as its frames call it: what outlives a connection of its.
 * Belongs to an OAuth session; has at most one subscription (unless ws.single_subscription is off),
 * whose events wait in the subscription's queue while no connection carries the session.
 *
 *   open --connection lost--> lost --back within ws.recovery_window--> open
 *    |                          |
 *    |                          +-- too late, or had no subscription: gone, with what waited
 *    +-- idle, absolute limit, its grant ended: the gateway closes the connection
 *
 * Idle, absolute limit and window are world time. Bounded: WSC_MAX in all, ws.max_conn open ones of
 * one OAuth session; what waits by ws.buffer. Source: rest.md 8.
 */
#ifndef MOCKRC_WORLD_WSC_H
#define MOCKRC_WORLD_WSC_H

#include "base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct session;
struct subscription;

enum { WSC_MAX = 20000 };

/* Why the gateway ends a connection by itself. */
enum wsc_end { WSC_STAYS, WSC_IDLE, WSC_TOO_OLD, WSC_GRANT_ENDED };

struct wsc {
    int64_t number;          /* 1, 2, ...: never twice in one world */
    char token[ID_UUID_LEN]; /* what a client comes back with */
    char session_id[32];     /* the OAuth session */
    uint64_t link;           /* the connection that carries it; 0: lost */
    int64_t opened_ms;       /* that connection */
    int64_t heard_ms;        /* last frame of the client's, pings and pongs not counted */
    int64_t lost_ms;         /* 0: it is carried */
    uint64_t sequence;       /* of the frames sent: 1, 2, ... */
    size_t active;           /* requests not yet answered */
    bool is_quiet;           /* just recovered: what was buffered comes in a moment */
    enum wsc_end end;
    int64_t agenda_ms; /* its earliest on the agenda; 0: none */
};

/* Has the OAuth session room for one more connection? */
bool wsc_has_room(const struct world *world, const struct session *session);
struct wsc *wsc_open(struct world *world, const struct session *session, uint64_t link);
/* NULL when there is none. */
struct wsc *wsc_by_number(const struct world *world, int64_t number);
/* The same, when that very connection carries it. */
struct wsc *wsc_carried(const struct world *world, int64_t number, uint64_t link);
struct wsc *wsc_by_token(const struct world *world, const char *token);
size_t wsc_count(const struct world *world);

/* The OAuth session has ended: so do the connections it opened (ws.survives_grant). */
void wscs_end(struct world *world, const struct session *session);

/* The client said something that counts as traffic. */
void wsc_hear(struct world *world, struct wsc *wsc);
/* Its connection is gone. Without a subscription the session is gone too, and freed. */
void wsc_lose(struct world *world, struct wsc *wsc);
/* Another connection carries it now. */
void wsc_regain(struct world *world, struct wsc *wsc, uint64_t link);
/* With its subscriptions. */
void wsc_remove(struct world *world, struct wsc *wsc);

/* The index-th of its subscriptions, oldest first; NULL past the last. */
struct subscription *wsc_subscription(struct world *world, const struct wsc *wsc, size_t index);

void wscs_done(struct world *world);

#endif
