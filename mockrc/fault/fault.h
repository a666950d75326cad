/*
 * Faults: standing rules (match, kind, arguments, times, window) that turn what would have been
 * answered into a plan, and the edge performs the plan. No handler knows of faults. kinds.c is THE
 * table of kinds; adding one is a row there.
 *
 *   - { match: {op: oauth.token}, kind: answer, status: 503, code: CMN-201, times: 2 }
 *   - { match: {op: sip.register, proxy: a}, kind: drop }
 *   - { match: {layer: rest}, kind: delay, delay: 200ms, from: 10m, until: 20m }
 *   - { match: {proxy: a}, kind: drop, every: 60s, lasts: 20s }       flapping
 *   - { match: {proxy: a}, kind: answer, status: 302, to: b }
 *   - { match: {op: notify.webhook, party_state: Disconnected}, kind: drop }
 *   - { match: {op: ws.notification}, kind: duplicate, times: 1 }
 *   - { match: {op: net.connect, listener: https}, kind: cut, after: 500, times: 1 }
 *   - { match: {listener: a tcp}, kind: silence, until: 5m }
 *   - { match: {op: net.connect, proxy: a, transport: tls}, kind: certificate, is: expired }
 *   - { match: {sni: media.ringcentral.com}, kind: certificate, is: wrong-host }
 *   - { match: {op: dns.query, name: sip10.*}, kind: resolve, gives: 127.0.0.9, times: 1 }
 *   - { match: {op: media.start}, kind: impair, loss: 5, jitter: 40ms, direction: to_phone }
 */
#ifndef MOCKRC_FAULT_FAULT_H
#define MOCKRC_FAULT_FAULT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/json.h"
#include "base/node.h"
#include "journal/match.h"

enum plan_kind {
    PLAN_NONE,
    PLAN_ANSWER, /* this answer instead of the handler's; the handler does not run */
    PLAN_DELAY,  /* the handler's answer, later; machine time, that connection only */
    PLAN_DROP,  /* the handler runs, its answer is not sent: HTTP holds, then closes; SIP silence */
    PLAN_CLOSE, /* the handler does not run; the connection is closed without an answer */
    PLAN_DUPLICATE, /* a notification is delivered twice */
    PLAN_REORDER,   /* a notification lets the next one pass */
    PLAN_RESOLVE,   /* a query for a name is answered with something else */
    PLAN_IMPAIR,    /* packets of a phone's audio are lost, late or out of order */
    PLAN_BYTES,     /* a connection behaves badly: enum byte_fault says how */
};

/* What the front does with a connection: the same whatever is spoken on it. */
enum byte_fault {
    BYTES_AS_THEY_ARE,
    BYTES_REFUSE,      /* nobody listens */
    BYTES_SILENCE,     /* accepted, and then nothing: not read, not answered */
    BYTES_RESET,       /* RST, after so many bytes of the answer */
    BYTES_HALF_CLOSE,  /* no more is sent after so many bytes; what comes is read */
    BYTES_CUT,         /* closed after so many bytes, without a goodbye in TLS */
    BYTES_DRIBBLE,     /* the answer leaves some bytes at a time */
    BYTES_STALL,       /* read, but after so many bytes (of the TLS handshake too) nothing leaves */
    BYTES_GARBAGE,     /* wrong bytes for an answer */
    BYTES_ALERT,       /* a fatal alert of TLS for an answer */
    BYTES_CERTIFICATE, /* a certificate that is not right */
};

/* What is wrong with a certificate. */
enum fault_certificate {
    FAULT_CERT_NONE,
    FAULT_CERT_EXPIRED,     /* since yesterday */
    FAULT_CERT_NOT_YET,     /* from tomorrow on */
    FAULT_CERT_WRONG_HOST,  /* for wrong.host.invalid */
    FAULT_CERT_SELF_SIGNED, /* by itself */
    FAULT_CERT_UNKNOWN_CA,  /* by an authority nobody was told of, under the same name */
    FAULT_CERT_COUNT
};

/* Of the packets that PLAN_IMPAIR is about. */
enum fault_direction { FAULT_BOTH_WAYS, FAULT_TO_PHONE, FAULT_FROM_PHONE };

/* "answer", "delay", ...: as the journal calls it; NULL for PLAN_NONE. */
const char *plan_kind_name(enum plan_kind kind);

/* "reset", "cut", ...: as the journal calls it; NULL for BYTES_AS_THEY_ARE. */
const char *byte_fault_name(enum byte_fault bytes);

/* What the edge performs. Text points into the rule: valid while the door is held; serve.c copies.
 */
struct plan {
    enum plan_kind kind;
    const char *rule; /* its name, NULL for none */
    int status;
    const char *code, *message, *body;
    const char *gives; /* of a query: "nxdomain", ..., or an address */
    const char *to;    /* of a SIP redirection: a proxy's name, else an address */
    int retry_after_s; /* -1: none */
    int64_t delay_ms;
    int loss, reorder; /* percent of the packets */
    int64_t jitter_ms; /* each packet is later by up to that */
    enum fault_direction direction;
    enum byte_fault bytes;
    int64_t after; /* bytes that leave before */
    int64_t piece; /* of a dribble, bytes at a time; of garbage, how many; 0: as usual */
    int alert;     /* of TLS (RFC 8446 section 6) */
    enum fault_certificate certificate;
    uint64_t cause; /* journal number of what armed the rule */
};

struct faults;
enum { FAULTS_MAX = 1000 };

struct faults *faults_new(void);
void faults_free(struct faults *faults);

/* Arms the rule that `map` describes. `now_ms` is where its window (from, until) counts from;
 * `cause` the journal number of the call that armed it (0: the file's standing rules). */
int fault_arm(struct faults *faults, const struct node *map, const char *file, int64_t now_ms,
              uint64_t cause, const char **ret_name, struct diag *diag);
/* Checks without arming: what lint does. */
int fault_check(const struct node *map, const char *file, struct diag *diag);
/* By name; "*" clears all. Returns how many went. */
size_t fault_clear(struct faults *faults, const char *name);

/* Is there a rule about plain connections that such an event would satisfy, now or later? */
bool fault_is_about(const struct faults *faults, const struct event *event);
/* Does a rule keep this listener from listening now? Counts nothing: fault_hit does, once it has
 * begun. `*ret` is the plan. `ret_is_timed`: it may be otherwise at another time. */
bool fault_refuses(const struct faults *faults, const struct event *event, int64_t now_ms,
                   struct plan *ret, bool *ret_is_timed);
void fault_hit(struct faults *faults, const char *rule);
/* Rises with every rule armed and cleared. */
uint64_t faults_edition(const struct faults *faults);

/* The first rule that the event satisfies, in order of arming; counts the hit. */
void fault_decide(struct faults *faults, const struct event *event, int64_t now_ms,
                  struct plan *ret);

/* The same for a connection whose client has said hello in TLS and whom it wants (`sni`): rules about
 * certificates act then and not before; with `is_faulty`, which suffers something else already, no
 * others do. */
void fault_decide_hello(struct faults *faults, const struct event *event, int64_t now_ms,
                        bool is_faulty, struct plan *ret);

/* A list: [{"name","kind","match","hits","times","from","until","spent"}]. */
void faults_json(const struct faults *faults, struct json_out *out, const char *key);
/* Names of rules that never fired, joined by ", ", and where the first of a file is (0: none is of
 * one); false when there are none. */
bool faults_unfired(const struct faults *faults, struct buf *out, int *ret_line, int *ret_col);

/* The kinds: for /__admin/verbs, the schema and the coverage test. */
size_t fault_kind_count(void);
const char *fault_kind_name(size_t i);
const char *fault_kind_help(size_t i);

/* What a rule can say besides match and kind, for the schema; NULL past the last. */
const char *fault_field_name(size_t i);
const char *fault_field_wants(size_t i);

#endif
