/*
 * What the files switchboard*.c share. Nobody else includes this.
 */
#ifndef MOCKRC_WORLD_SWITCHBOARD_PARTS_H
#define MOCKRC_WORLD_SWITCHBOARD_PARTS_H

#include "world/clock.h"
#include "world/switchboard.h"

/* --- switchboard.c --- */

/* The one place where a party's status changes; tells whoever listens. */
void switch_set(struct world *world, struct phone_party *party, enum phone_status status,
                enum phone_reason reason);
/* It leaves the call: its legs are dropped, its record is written. The call goes on. `status` as SIP
 * says it. */
void switch_leave(struct world *world, struct phone_party *party, enum phone_status over,
                  enum phone_reason reason, int status);
/* What happens to this party later: dropped silently when the party has turned meanwhile. */
void switch_later(struct world *world, struct phone_party *party, int64_t in_ms, agenda_fn *run);
struct phone_party *switch_of_agenda(const struct world *world, int64_t id);
/* The party talks from now on. */
void switch_connect(struct world *world, struct phone_party *party, const char *reason);
/* Who hears whom has changed. */
void switch_join(struct world *world, struct phone_call *call);
void switch_told_start(struct world *world, const struct phone_call *call);
/* A simulated party hangs up at its ends_ms. */
void switch_schedule_end(struct world *world, struct phone_party *party);
/* Ends the call when fewer than two are left in it. True: it has. */
bool switch_settle(struct world *world, struct phone_call *call, const char *reason);
void switch_drop_legs(struct world *world, struct phone_party *party, int status,
                      const struct phone_leg *but);

/* The mailbox has taken the call. */
void switch_connect_mailbox(struct world *world, struct phone_party *party);

/* --- switchboard_ring.c --- */

/* Rings whom call->to is, or ends the call. */
void switch_ring_number(struct world *world, struct phone_call *call,
                        const struct switch_callee *callee);

/* Rings a target for the call's caller: a new party, or NULL when the call ended at once. */
struct phone_party *switch_ring(struct world *world, struct phone_call *call,
                                const struct switch_target *target,
                                const struct switch_callee *callee);
/* Rings a party that stands: its phones, or by itself. */
void switch_ring_party(struct world *world, struct phone_party *party,
                       const struct switch_callee *callee, int64_t ring_ms, bool answers_itself);
/* A party whose phone rings does so for knob sip.ring_time. */
void switch_schedule_ring(struct world *world, struct phone_party *party);
/* Nobody took it: the next of a queue, the mailbox, or the end. */
void switch_unanswered(struct world *world, struct phone_party *party, enum phone_reason reason,
                       int status, const char *text);
/* The mailbox of a party that rang takes the call. */
void switch_to_mailbox(struct world *world, struct phone_party *party, int status,
                       const char *text);

/* --- switchboard_log.c --- */

/* A place in the call log for a party of ours, of its call's session. */
void switch_reserve(struct world *world, struct phone_party *party);
/* The party is over: its record is told after rest.calllog.delay. */
void switch_log(struct world *world, struct phone_party *party, int status);
/* Does what the account has bought and the policy record the party? Begins it then. */
void switch_begin_recording(struct world *world, struct phone_party *party);

#endif
