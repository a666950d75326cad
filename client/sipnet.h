/*
 * SIP on the wire: one request to one proxy and its final answer; what comes in by itself is
 * answered and handed on. The only user of sofia-sip (NTA transactions without dialogs: those are
 * the caller's, as is every header that names them).
 *
 * The proxy is a pre-loaded route: the Request-URI keeps what the caller says (RFC 3261 8.1.2). Its
 * addresses (names.h) are tried in their order, each with a new transaction, while they give a
 * reason: no connection, silence, 503 (RFC 3263 4.3), SIPNET_TRIES at most. A refused port (ICMP, RST)
 * and a connection that ends, in the handshake of TLS too, end a try at once; silence ends it after
 * `timeout_ms`. Blocks its thread until then; requests of the other side are taken meanwhile and in
 * sipnet_wait.
 */
#ifndef RC_CLIENT_SIPNET_H
#define RC_CLIENT_SIPNET_H

#include <stdint.h>

#include "digest.h"
#include "names.h"
#include "sipua.h"

enum { SIPNET_TRIES = 4 };

struct sipnet;

struct sip_send {
    const char
        *method; /* "REGISTER", "OPTIONS", "INVITE", "BYE", "ACK" (no answer is waited for) */
    struct hostport proxy;
    const char *transport; /* "udp", "tcp" or "tls" */
    const char *uri, *from, *to, *call_id;
    unsigned cseq;
    const char *branch;                              /* NULL: as sofia makes it */
    const char *contact_user, *contact_params;       /* NULL: no Contact; after its ">" */
    const char *expires;                             /* NULL: none */
    const char *authorization, *proxy_authorization; /* NULL: none */
    const char *body;                                /* a session description; NULL: none */
    int timeout_ms;
};

struct sip_got {
    enum sipua_trouble trouble;
    enum resolver_said said; /* about the proxy's name */
    char by[SIPUA_ADDRESS];  /* the address asked last; "": none */
    bool was_ringing;        /* somebody worked on it: 101 to 199 came */
    int status;              /* of the final answer; 0: none came */
    char to_tag[128], contact[300];
    char body[2048]; /* of a 2xx; "" when it has none, or a longer one */
    bool has_challenge;
    struct challenge challenge;
    int min_expires_s, retry_after_s; /* 0; -1: absent */
    int contacts, granted_s;          /* of a 2xx to REGISTER; of the instance asked about */
    bool has_moved;                   /* a Contact with a host in a 3xx */
    struct hostport moved;
};

/* A request of the other side, with its Event ("": none); the status it gets. */
typedef int sipnet_asked_fn(void *arg, const char *method, const char *event, const char *call_id);

/* NULL when sofia-sip cannot start. `names`: borrowed. `ca_file`: whom TLS trusts; NULL or "": the system's authorities.
 * Chain and dates of a certificate are sofia-sip's to check; its name is checked here as certlook.h
 * says, at each answer, so that no digest goes to somebody else (sofia-sip would compare it with the
 * address it dials). */
struct sipnet *sipnet_new(struct names *names, const char *ca_file);
/* Off for a weak client: any trusted certificate will do. */
void sipnet_check_names(struct sipnet *net, bool is_on);
void sipnet_free(struct sipnet *net);
/* One listener; NULL: everything gets 481. */
void sipnet_listen(struct sipnet *net, sipnet_asked_fn *asked, void *arg);

/* "host:port" of ours towards that proxy's first address, as Via and Contact say it; false: `ret_got`
 * says why there is none. */
bool sipnet_local(struct sipnet *net, const struct hostport *proxy, const char *transport, char *to,
                  size_t cap, struct sip_got *ret_got);
/* `instance`: whose binding granted_s is of; NULL: nobody's. */
void sipnet_send(struct sipnet *net, const struct sip_send *send, const char *instance,
                 struct sip_got *ret_got);
/* Takes what comes in, for so long. */
void sipnet_wait(struct sipnet *net, int ms);

#endif
