/*
 * A SIP request and its answer as plain data: what the registrar sees. The SIP edge makes the one
 * from the library's message and the library's message from the other.
 */
#ifndef MOCKRC_SIP_WIRE_H
#define MOCKRC_SIP_WIRE_H

#include "base/arena.h"
#include "fault/fault.h"
#include "journal/journal.h"
#include "world/world.h"

enum { SIP_CONTACTS_MAX = 16 };

struct sip_contact {
    const char *uri;      /* without parameters of the header */
    const char *instance; /* without quotes and angle brackets, NULL: none */
    int reg_id;
    int64_t expires_s; /* -1: not given */
};

/* Digest credentials as sent (RFC 7616; also the RFC 2069 form without qop). NULL: not there. */
struct sip_credentials {
    const char *username, *realm, *nonce, *uri, *response, *algorithm, *qop, *cnonce, *nc;
};

struct sip_request {
    struct proxy *proxy;    /* where it came in */
    const char *transport;  /* "udp", "tcp", "tls", "ws", "wss": as the client speaks */
    const char *method;     /* "REGISTER" */
    const char *uri_scheme; /* of the Request-URI: "sip" */
    const char *uri_user, *uri_host;
    const char *from_user, *from_host, *to_user, *to_host;
    const char *from_tag; /* NULL: none (RFC 2543) */
    const char *to_tag;   /* NULL: outside of any dialog */
    const char *branch;   /* of the top Via, NULL: none */
    const char *call_id;
    uint32_t cseq;
    struct sip_contact contacts[SIP_CONTACTS_MAX];
    size_t contact_count;
    bool has_too_many_contacts, has_star_contact;
    const char *malformed; /* what is wrong with it, in words; NULL: nothing */
    int64_t expires_s;     /* header; -1: none */
    bool has_credentials;
    struct sip_credentials credentials;
    const char *require; /* option tags of Require and Proxy-Require, NULL: none */
    int max_forwards;    /* -1: none */
    uint64_t flow;       /* handle of the connection; 0: UDP, which has none */
    const char *peer;    /* address and port it came from, "10.0.0.9:5060" */
    const char *user_agent;
    const char *refer_to; /* URI, NULL: none */
    struct {
        const char *call_id, *to_tag, *from_tag;
        bool is_early_only;
    } replaces;                      /* RFC 3891; call_id NULL: none */
    const char *content_type, *body; /* NULL: none */
    const char *content_encoding;    /* NULL: none */
    const char *accept;              /* media types of Accept, parted by blanks; NULL: no header */
    bool is_body_optional;           /* Content-Disposition: handling=optional (RFC 3261 20.11) */
    bool is_prack_due; /* PRACK: a provisional answer of ours waits for it (RFC 3262) */
    uint64_t taken;    /* INVITE: the number under which it can be taken (answer.is_taken) */
};

/* The same as a word of the world; UDP for what is none. */
static inline enum transport transport_of(const struct sip_request *request)
{
    enum transport transport = TRANSPORT_UDP;
    transport_named(request->transport, &transport);
    return transport;
}

struct sip_answer {
    int status;            /* 0: silence */
    const char *phrase;    /* NULL: the standard one */
    const char *challenge; /* of WWW-Authenticate, with 407 of Proxy-Authenticate; NULL: none */
    struct {
        const char *uri, *instance;
        int reg_id;
        int64_t expires_s; /* -1: not said */
    } contacts[BINDINGS_PER_AOR_MAX];
    size_t contact_count;
    int min_expires_s, retry_after_s; /* 0: none */
    const char *unsupported, *allow, *supported;
    const char *accept, *accept_encoding; /* of 415: what would have been taken */
    const char *content_type, *body;
    bool is_taken; /* INVITE: 100 now; further answers come as SIP_OUT_ANSWER of request.taken */
    bool has_more; /* the world has messages of its own to send now */
};

/* What happens to an INVITE that was taken. */
enum sip_taken {
    SIP_TAKEN_ACKED,     /* its 2xx reached the caller */
    SIP_TAKEN_CANCELLED, /* before a final answer; CANCEL itself is answered */
    SIP_TAKEN_LOST,      /* no ACK came, or the proxy closed */
};

/* What became of a request of ours. An INVITE also tells its provisional replies, but for 100. */
struct sip_reply {
    const struct sip_out *request;
    int status; /* 408: nothing came; 503: it could not be sent */
    const char *phrase;
    const char *to_tag, *contact; /* NULL: none; contact: the URI */
    const char *body;
};

struct sip_service {
    struct world *world;
    struct journal *journal;
    struct faults *faults;
};

/* One SIP request inside the door: event -> fault? -> checks -> answer -> event. Pure. Text in
 * `answer` lives in the arena, in the request or for ever; `ret_plan` holds no text. A
 * retransmitted request (sip/repeat.h) gets what it got before, no fault and no event. */
void sip_serve(struct sip_service *service, struct arena *arena, const struct sip_request *request,
               struct sip_answer *answer, struct plan *ret_plan);
/* A reply to a request of ours; the final one is an event. */
void sip_replied(struct sip_service *service, const struct sip_reply *reply);

/* Something about an INVITE that was taken; `body` is the ACK's, NULL: none. */
void sip_taken(struct sip_service *service, uint64_t taken, enum sip_taken what, const char *body);

/* What its events are named, one by one; NULL past the last. */
const char *sip_op_at(size_t i);

#endif
