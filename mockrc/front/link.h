/*
 * One connection of the front as plain bytes: after TLS or without it, accepted from a client or made
 * to a library on loopback. A service is the row of functions that speaks on it.
 *
 * Everything here runs on the front's one thread: a service's functions are called there and nowhere
 * else, one at a time, and call link_* only from there. Other threads say front_wake(), and the
 * services' `woken` are called soon. Nothing in a service may block; the door may be entered.
 *
 * Life of a link:
 *
 *   opened --> data ... ended (the peer will send no more) --> closed     (one closed per opened)
 *
 * `closed` is the last call for a link and never comes from inside another call of its service: what
 * link_close, link_abort or a write past the limit decide happens when the service has returned. A
 * link_connect that fails is `closed` without having been `opened`.
 */
#ifndef MOCKRC_FRONT_LINK_H
#define MOCKRC_FRONT_LINK_H

#include "front/front.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link;

/* Why a link ended. */
enum link_end {
    LINK_END_OURS,    /* link_close or link_abort, and done */
    LINK_END_PEER,    /* the peer ended it in an orderly way */
    LINK_END_LOST,    /* reset, refused, a network or TLS error, a TLS connection cut short */
    LINK_END_LIMIT,   /* the peer does not read, or sent more than the service takes */
    LINK_END_STOPPED, /* its listener was closed, or the front stops */
};

enum {
    LINK_IN_MAX = 64 << 10, /* unless the service says otherwise */
    LINK_OUT_MAX = 1 << 20, /* the same */
    LINK_LOW = 16 << 10,    /* `drained` is called when no more than this waits */
    LINK_PEER_LEN = 64,
    LINK_SNI_LEN = 256,
};

struct link_service {
    const char *name;
    size_t state_len;                  /* bytes of zeroed memory each link gets: link_state */
    size_t in_max;                     /* bytes that `data` may leave for later; 0: LINK_IN_MAX */
    size_t out_max;                    /* bytes that may wait for a slow reader; 0: LINK_OUT_MAX */
    void (*opened)(struct link *link); /* NULL: nothing to do */
    /* All bytes there are, from the first not yet taken; returns how many it takes. What it leaves
     * is shown again, with more behind it. */
    size_t (*data)(struct link *link, const char *bytes, size_t len);
    void (*ended)(struct link *link); /* NULL: the link is closed once what was written has left */
    void (*drained)(struct link *link); /* after more than LINK_LOW waited, no more does; or NULL */
    void (*timer)(struct link *link);   /* link_timer has run off */
    void (*closed)(struct link *link, enum link_end end); /* NULL: nothing to do */
    void (*woken)(struct front *front,
                  void *context); /* after front_wake; once per mount; or NULL */
};

/* What is known of a link; lives as long as it. */
struct link_facts {
    uint64_t number;      /* never used again; from 1 on */
    enum front_role role; /* of the listener it came in by */
    const char *listener; /* for people: "https", "a tls" */
    int proxy;            /* index in the world's list, of SIP roles; else FRONT_NO_PROXY */
    int upstream;         /* loopback port behind this listener, where there is one; else 0 */
    int port;             /* ours */
    char address[LINK_PEER_LEN]; /* ours, as this peer reaches it */
    int peer_port;
    char peer[LINK_PEER_LEN]; /* the address alone: "127.0.0.1" */
    char sni[LINK_SNI_LEN];   /* the name the client asked for in TLS, lower case; "" */
    bool is_tls;
    bool is_faulty;   /* it suffers a fault */
    bool is_outgoing; /* made by link_connect; role and listener are those of its maker */
};

const struct link_facts *link_facts(const struct link *link);
void *link_state(struct link *link);
/* What the service was mounted with. */
void *link_context(struct link *link);
struct front *link_front(struct link *link);
/* By number, for answers that come from elsewhere; NULL when it is gone or about to go. */
struct link *link_find(struct front *front, uint64_t number);

/* Sends as soon as may be. False, and nothing kept, when the link is ending; a link with more than
 * its service's out_max waiting ends (LINK_END_LIMIT). */
bool link_write(struct link *link, const void *bytes, size_t len);
/* Bytes written that have not left. */
size_t link_waiting(const struct link *link);
/* No more reading until told otherwise: the peer is slowed down. */
void link_pause(struct link *link, bool is_paused);

/* Half close: says that no more will come, after what was written; reading goes on. */
void link_finish(struct link *link);
/* Closes after what was written has left; nothing is read any more. */
void link_close(struct link *link);
/* Closes at once, with a reset. */
void link_abort(struct link *link);

/* Calls `timer` once, `delay_ms` of machine time from now, instead of what was set before; negative:
 * not at all. */
void link_timer(struct link *link, int64_t delay_ms);
/* Machine time, monotonic, as of this turn of the loop. */
int64_t link_now_ms(const struct link *link);

/* A connection to a port of this machine's loopback address, served by `service`. `maker` is the link
 * on whose account it is made. Never NULL; it may fail later. */
struct link *link_connect(struct link *maker, int port, const struct link_service *service,
                          void *context);

/* The link is another service's from now on: state is new and zeroed, its `opened` is called, and its
 * `data` gets what the old one did not take. From inside `data`, `ended` or `timer`, which then
 * touches its old state no more. */
void link_become(struct link *link, const struct link_service *service, void *context);

#endif
