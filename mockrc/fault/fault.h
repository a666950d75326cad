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
    PLAN_IMPAIR,    /* packets of a phone's audio are lost, late or out of order */
};

/* Of the packets that PLAN_IMPAIR is about. */
enum fault_direction { FAULT_BOTH_WAYS, FAULT_TO_PHONE, FAULT_FROM_PHONE };

/* "answer", "delay", ...: as the journal calls it; NULL for PLAN_NONE. */
const char *plan_kind_name(enum plan_kind kind);

/* What the edge performs. Text points into the rule: valid while the door is held; serve.c copies.
 */
struct plan {
    enum plan_kind kind;
    const char *rule; /* its name, NULL for none */
    int status;
    const char *code, *message, *body;
    const char *to;    /* of a SIP redirection: a proxy's name, else an address */
    int retry_after_s; /* -1: none */
    int64_t delay_ms;
    int loss, reorder; /* percent of the packets */
    int64_t jitter_ms; /* each packet is later by up to that */
    enum fault_direction direction;
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

/* The first rule that the event satisfies, in order of arming; counts the hit. */
void fault_decide(struct faults *faults, const struct event *event, int64_t now_ms,
                  struct plan *ret);

/* A list: [{"name","kind","match","hits","times","from","until","spent"}]. */
void faults_json(const struct faults *faults, struct json_out *out, const char *key);
/* Names of rules that never fired, joined by ", "; false when there are none. */
bool faults_unfired(const struct faults *faults, struct buf *out);

/* The kinds: for /__admin/verbs, the schema and the coverage test. */
size_t fault_kind_count(void);
const char *fault_kind_name(size_t i);
const char *fault_kind_help(size_t i);

/* What a rule can say besides match and kind, for the schema; NULL past the last. */
const char *fault_field_name(size_t i);
const char *fault_field_wants(size_t i);

#endif
