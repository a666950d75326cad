/*
 * SIP messages that must leave: the world notes them, the SIP edge takes and sends them after the
 * door has closed. Each owns its text. Bounded; an overflow is counted, never silent.
 */
#ifndef MOCKRC_WORLD_SIP_OUT_H
#define MOCKRC_WORLD_SIP_OUT_H

#include "base/arena.h"
#include "world/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct binding;
struct proxy;

enum sip_out_kind {
    SIP_OUT_REQUEST,
    SIP_OUT_CANCEL, /* of the INVITE `of`: it then gets its final reply */
    SIP_OUT_ANSWER, /* to the INVITE taken under the number `of` */
};

struct sip_out {
    struct sip_out *next;
    struct arena arena; /* its text */
    enum sip_out_kind kind;
    uint64_t id;              /* its own: what the reply says */
    uint64_t of;              /* CANCEL, ANSWER: of what */
    size_t proxy;             /* index in the world's list: by which it leaves */
    uint64_t flow;            /* the connection it goes over; 0: UDP to `peer` */
    const char *peer;         /* "127.0.0.1:40112" */
    enum transport transport; /* as the client sees it: for the journal */
    const char *aor;          /* whom it is for: for the journal */

    /* ANSWER */
    int status;
    const char *phrase; /* NULL: the standard one */
    const char *to_tag;

    /* REQUEST */
    uint64_t
        behind; /* leaves when that request of ours was answered, if it waits still; 0: at once */
    const char *method, *uri;
    const char *from, *to; /* with <> and tags */
    const char *call_id;
    uint32_t cseq;

    const char *headers; /* further lines, each with CRLF; "" when none */
    const char *body;    /* NULL: none */
};

enum {
    SIP_OUT_MAX = 65536,
    SIP_OUT_CSEQ = 100000000, /* clients match replies by this number alone: sip.md 0, rule 10 */
};

struct sip_outs {
    struct sip_out *first, *last;
    size_t count;
    uint64_t last_id, overflowed;
    uint64_t first_id; /* of this world: ids go on where the world before it stopped */
};

/* One of that kind by that proxy, with nothing more in it. NULL when too many wait already. */
struct sip_out *sip_out_add(struct world *world, enum sip_out_kind kind, const struct proxy *proxy);
/* A request along a binding: route, Request-URI and AOR are filled in, Call-ID and From tag made.
 * NULL when too many wait already. The caller fills the rest. */
struct sip_out *sip_out_to(struct world *world, const struct binding *binding, const char *aor,
                           const char *method);
/* The oldest, now the caller's; NULL when there is none. */
struct sip_out *sip_out_take(struct world *world);
void sip_out_free(struct sip_out *out);

/* What waits in `from` waits in `to`, a new world, from now on; ids go on, so that a reply to the old
 * world's requests is none to the new one's. */
void sip_outs_move(struct world *to, struct world *from);
/* The CSeq number of a request outside of any dialog of ours. */
uint32_t sip_out_cseq(const struct world *world, const struct sip_out *out);

void sip_outs_done(struct world *world);

#endif
