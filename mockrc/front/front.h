/*
 * The front: the only raw TCP sockets of the simulator, and of libssl the only user beside
 * media/dtls.h. One thread with one epoll set accepts connections, does TLS, plays byte faults, and
 * hands plain bytes to a service (front/link.h): HTTP for civetweb, the WebSocket gateway, the SIP
 * hop.
 *
 * What should listen is asked of the world through `wish`, as the SIP edge does (sip/edge.h), so
 * listeners follow proxies that stop, start and move. All callbacks run on the front's thread.
 */
#ifndef MOCKRC_FRONT_FRONT_H
#define MOCKRC_FRONT_FRONT_H

#include "base/buf.h"
#include "base/err.h"
#include "fault/fault.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct front;
struct link_facts;
struct link_service;

enum { FRONT_NO_PROXY = -1 };

/* What a listener is for. roles.c holds a row of each. */
enum front_role {
    FRONT_HTTPS,   /* REST, OAuth, pages, and the WebSocket gateway on its path; TLS */
    FRONT_WS,      /* the same without TLS: ws:// for the gateway */
    FRONT_HTTP,    /* the plain HTTP port, when a byte fault wants it behind the front */
    FRONT_SIP_TLS, /* of one proxy each */
    FRONT_SIP_WS,
    FRONT_SIP_WSS,
    FRONT_SIP_TCP, /* a proxy's plain TCP port, when a byte fault wants it behind the front */
    FRONT_ROLE_COUNT
};

/* "https", "ws", "http", "tls", "ws", "wss", "tcp": its transport, as the journal says it. */
const char *front_role_transport(enum front_role role);
bool front_role_is_tls(enum front_role role);
bool front_role_is_sip(enum front_role role);

/* What the journal says of connections: "net.connect", one that suffers a fault; "net.refuse", a
 * listener that no longer listens; "net.tls", a handshake that failed. NULL past the last. */
enum front_op { FRONT_OP_CONNECT, FRONT_OP_REFUSE, FRONT_OP_TLS };
const char *front_op_at(size_t i);

/* Which service a role's connections get, and what the service is given (link_context). */
struct front_mount {
    const struct link_service *service; /* NULL: the role's listeners are not opened */
    void *context;                      /* borrowed, until the front has stopped */
};

/* What a listener should be, as read from the world by the callee (inside the door). */
struct front_wish {
    enum front_role role;
    int proxy;     /* index in the world's list; FRONT_NO_PROXY */
    char name[64]; /* for people and faults: "https", "a tls" */
    bool is_open;
    bool is_refusing;    /* keeps its port but does not listen: clients are refused */
    bool is_timed;       /* that may change by itself: the wish is read again soon */
    uint64_t restarts;   /* another number: the connections it has end */
    unsigned generation; /* another one: the port it has is not the one it wants */
    int port;            /* wished; 0: any free one */
    int fd;              /* a socket that listens already, the front's from now on; 0: none */
    int upstream;        /* loopback port of the library behind it; 0: none */
};
/* Fills wish `index` (zero before); false past the last. */
typedef bool front_wish_fn(void *context, size_t index, struct front_wish *wish);
/* Tells the real port of a listener that was opened or closed (0), or has begun or ceased to refuse. */
typedef void front_opened_fn(void *context, const struct front_wish *wish, int port);
/* What a connection gets. */
struct front_welcome {
    struct plan plan;  /* the fault it suffers: of kind PLAN_BYTES, or none */
    struct buf body;   /* for the plan's body to point into */
    struct buf names;  /* what the certificate is for, one a line; of `asked` only */
    uint64_t leaf, ca; /* another number: a certificate made anew; by a new authority; the same */
};
/* Fills the welcome, which is empty before. Called when a connection is accepted; and, as `asked`, when
 * a client of TLS has said hello and whom it wants (facts->sni): the fault begins there unless one is
 * under way, but for what is wrong with the certificate, which is always heeded. */
typedef void front_accepted_fn(void *context, const struct link_facts *facts,
                               struct front_welcome *ret);
/* A TLS handshake came to nothing. `reason` is for people. */
typedef void front_failed_fn(void *context, const struct link_facts *facts, const char *reason);

struct front_options {
    const char *bind;   /* an address, IPv4 or IPv6 */
    const char *keylog; /* a file that gets the secrets of TLS (SSLKEYLOGFILE); NULL: none */
    bool makes_ca;      /* authority 0 is made at once, beside what the caller does meanwhile */
    struct front_mount mounts[FRONT_ROLE_COUNT];
    front_wish_fn *wish;
    front_opened_fn *opened;
    front_accepted_fn *accepted; /* NULL: no faults */
    front_accepted_fn *asked;    /* NULL: no faults, and certificates for no name */
    front_failed_fn *failed;     /* NULL: nobody is told */
    void *context;
};

/* Starts the thread; front_reconcile opens what is wished. ERR_ENV (an address, the key log): nothing is
 * left behind. `options` is copied, `bind` too. */
int front_start(const struct front_options *options, struct front **ret, struct diag *diag);
/* Looks at the wishes again; returns when they are so, or could not be (ERR_ENV: the first failure
 * told, all others tried). Any thread but the front's own, and not inside the door. */
int front_reconcile(struct front *front, struct diag *diag);
/* The certificate authority of that number (front_welcome), as PEM; made now if there is none yet. Any
 * thread but the front's own. */
void front_ca_pem(struct front *front, uint64_t ca, struct buf *out);
/* There is something for a service to send: each service's `woken` is called soon. Any thread, inside
 * the door too; does not wait. */
void front_wake(struct front *front);
/* Returns when what peers had sent before the call has been dealt with. Any thread but the front's
 * own, and not inside the door. */
void front_catch_up(struct front *front);
/* Ends every connection, listener and the thread. NULL is fine. */
void front_stop(struct front *front);

#endif
