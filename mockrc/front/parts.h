/*
 * What the files of front/ that make the loop share. Services do not include this.
 */
#ifndef MOCKRC_FRONT_PARTS_H
#define MOCKRC_FRONT_PARTS_H

#include "front/link.h"
#include "front/queue.h"
#include "front/seal.h"
#include "front/timers.h"

#include <pthread.h>
#include <sys/socket.h>
#include <uthash.h>

enum {
    FRONT_LINKS_MAX = 20000, /* one more is reset when accepted */
    FRONT_READ = 16 << 10,
    FRONT_NAMES_MAX = 16 << 10,
    FRONT_HANDSHAKE_MS = 10000,
    FRONT_LINGER_MS = 2000, /* a peer's time to say goodbye after ours */
};

/* Something in the epoll set. */
struct watch {
    int fd;
    uint32_t events; /* what the set has; 0: not in it */
    bool is_late;    /* its turn comes when all that happened on links has been dealt with */
    void (*ready)(struct watch *watch, uint32_t events);
};

struct listener_slot {
    struct watch watch; /* first */
    struct front *front;
    struct front_wish wish; /* what it is: name, proxy and upstream may change while it is open */
    int port;               /* 0: closed */
    bool is_listening;
    struct timer rest;             /* nothing could be accepted: it tries again */
    struct listener_slot *retired; /* the next one closed for good */
};

enum link_phase {
    LINK_CONNECTING, /* an outgoing one, not yet */
    LINK_SILENT,     /* by a fault: neither read nor answered */
    LINK_RUDE,       /* by a fault: gets wrong bytes for its first ones */
    LINK_SHAKING,    /* the TLS handshake */
    LINK_OPEN,
    LINK_CLOSING,   /* what was written leaves, then LINGERING */
    LINK_LINGERING, /* has said goodbye; the service knows nothing of it any more */
    LINK_DEAD,      /* to be freed in this turn */
};

/* How a connection misbehaves: a plan of kind PLAN_BYTES, under way. */
struct link_fault {
    enum byte_fault kind;
    int64_t after, piece, delay_ms;
    int alert;
    char *body;
    int64_t sent;      /* bytes of the answer so far; of a stall, bytes on the wire */
    bool is_done;      /* what was to be sent before has been: it has struck */
    struct queue held; /* of a dribble: what is still to be sent, plain */
};

struct link {
    struct watch watch; /* first */
    struct front *front;
    struct listener_slot *listener;
    const struct link_service *service;
    void *context, *state;
    struct link_facts facts;
    enum link_phase phase;
    enum link_end end;
    struct seal *seal;  /* of a TLS link whose client has said something; else NULL */
    struct queue in;    /* from the peer, plain, not yet taken */
    struct queue plain; /* to the peer of a TLS link, not yet sealed */
    struct queue out;   /* to the peer, as it goes on the wire */
    struct link_fault fault;
    struct timer timer, pace;       /* the service's; our own */
    bool is_opened;                 /* the service was told */
    bool is_paused, is_over;        /* do not read; the peer will send no more */
    bool has_told_over;             /* and the service knows */
    bool wants_finish, is_finished; /* half closed by us: to be said, said in TLS */
    bool is_shut;                   /* and to the kernel */
    bool is_aborted;                /* close with a reset */
    bool is_full;                   /* `drained` is owed */
    bool is_queued;                 /* in the list of those to look at */
    struct link *prev, *next;       /* all */
    struct link *later;             /* those to look at */
    UT_hash_handle hh;              /* by number */
};

struct front {
    struct front_options options;
    char *bind;
    struct sockaddr_storage address; /* of bind, port 0 */
    socklen_t address_len;
    pthread_t thread;
    bool has_thread;

    int epoll;
    struct watch wakeup; /* an eventfd */

    pthread_mutex_t lock;
    pthread_cond_t answered;
    bool is_woken;                /* under the lock */
    struct front_errand *errands; /* under the lock */

    /* The thread's own. */
    int64_t now_ms;
    bool is_stopping;
    struct timers timers;
    struct timer look; /* set while a wish may change by itself */
    struct seals *seals;
    struct listener_slot **slots; /* in the order of the wishes */
    size_t slot_count, slot_cap;
    struct link *links, *by_number;
    size_t link_count;
    uint64_t last_number;
    struct link *queued;           /* to look at before the loop sleeps */
    struct listener_slot *retired; /* closed for good; freed when no link looks at them any more */
};

/* Changes what is waited for; 0 takes it out of the set. */
void watch_set(struct front *front, struct watch *watch, uint32_t events);

/* listeners.c: brings the listeners to what is wished; frees what was closed for good; closes and
 * frees all. */
int listeners_reconcile(struct front *front, struct diag *diag);
void listeners_look(struct timer *timer); /* the same, by front->look */
void listeners_bury(struct front *front);
void listeners_done(struct front *front);
void listeners_free(struct front *front);

/* link.c: the life of links. */
struct link *link_new(struct front *front, struct listener_slot *listener, int fd);
void link_accept(struct listener_slot *listener, int fd, const struct sockaddr_storage *peer);
/* Looks at the link before the loop sleeps. */
void link_queue(struct link *link);
void link_end(struct link *link, enum link_end end);
/* The client of TLS has said hello: a fault, or its certificate. */
void link_greet(struct link *link);
/* The TLS handshake came to nothing, which is told; what is for the wire still leaves. */
void link_fail(struct link *link, const char *reason);
void link_free(struct link *link);
/* All that came by this listener. */
void links_of_listener(struct listener_slot *listener, void (*each)(struct link *link));

/* Puts plain bytes on their way to the wire; an ending link's too. */
void link_put(struct link *link, const void *bytes, size_t len);

/* link_fault.c: how a plan begins (the link may have another phase then); its part in what is
 * written, in what came first, in what leaves, and when its time is up. */
void link_fault_begin(struct link *link, const struct plan *plan);
void link_fault_write(struct link *link, const void *bytes, size_t len);
void link_fault_answer(struct link *link);
size_t link_fault_may_send(struct link *link, size_t len);
void link_fault_timer(struct link *link);

/* link_io.c: bytes in and out, and what follows from them. */
void link_ready(struct watch *watch, uint32_t events);
void link_work(struct link *link);

/* Text and port of an address. */
void address_text(const struct sockaddr_storage *address, char *out, size_t out_len, int *ret_port);
int address_port(int fd);

#endif
