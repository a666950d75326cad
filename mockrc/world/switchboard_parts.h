/*
 * What the files switchboard*.c share. Nobody else includes this.
 */
#ifndef MOCKRC_WORLD_SWITCHBOARD_PARTS_H
#define MOCKRC_WORLD_SWITCHBOARD_PARTS_H

#include "world/clock.h"
#include "world/notice.h"
#include "world/switchboard.h"

/* --- switchboard.c --- */

/* The one place where a party's status changes; tells whoever listens. */
void switch_set(struct world *world, struct phone_party *party, enum phone_status status,
                enum phone_reason reason);
/* What happens to this party later: dropped silently when the party has turned meanwhile. */
void switch_later(struct world *world, struct phone_party *party, int64_t in_ms, agenda_fn *run);
struct phone_party *switch_of_agenda(const struct world *world, int64_t id);
/* What the draft says of who calls. */
void switch_fill_caller(struct phone_party *party, const struct switch_draft *draft);
/* The party talks from now on. */
void switch_connect(struct world *world, struct phone_party *party, const char *reason);
/* Who hears whom has changed. */
void switch_join(struct world *world, struct phone_call *call);
/* Of the call as a whole. */
void switch_tell(struct world *world, enum notice_kind kind, const struct phone_call *call,
                 int status, const char *reason);
/* A simulated party hangs up at its ends_ms. */
void switch_schedule_end(struct world *world, struct phone_party *party);
/* The mailbox has taken the call. */
void switch_connect_mailbox(struct world *world, struct phone_party *party);

/* --- switchboard_end.c --- */

/* It leaves the call: its legs are dropped, its record is written. The call goes on. `status` as SIP
 * says it. */
void switch_leave(struct world *world, struct phone_party *party, enum phone_status over,
                  enum phone_reason reason, int status);
/* Ends the call when too few are left in it: fewer than two, in a conference none. True: it has. */
bool switch_settle(struct world *world, struct phone_call *call, const char *reason);
void switch_drop_legs(struct world *world, struct phone_party *party, int status,
                      const struct phone_leg *but);

/* --- switchboard_into.c --- */

/* Adds the caller of the draft to a call that stands, when what he dials leads into one. NULL: it
 * does not. */
struct phone_call *switch_dial_into(struct world *world, const struct switch_draft *draft);

/* --- switchboard_move.c --- */

/* A party that talks goes on in another call as a new party, its phone with it; the old one is gone.
 * NULL when the other call is full. */
struct phone_party *switch_move_to(struct world *world, struct phone_party *old,
                                   struct phone_call *call, bool is_called,
                                   enum phone_reason reason);

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
