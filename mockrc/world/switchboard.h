/*
 * The switchboard: everything that happens to a call. Whoever acts on one (a REST handler, the SIP
 * side for a phone, a verb, the agenda for simulated parties) calls one of these; presence, notices,
 * call log and voicemail follow from here and nowhere else.
 *
 * The world does not know SIP: what phones are to do it orders from `world->phones`. What phones did
 * the SIP side tells by switch_answered, switch_refused, switch_hang_up and the moves below.
 *
 *   begin -> [caller's phones ring -> he answers] -> dial -> ringing -> connected -> end
 *
 * Every change of a party is a NOTICE_PARTY, and NOTICE_PRESENCE of its user where that changes;
 * begin, answer and end of a call are notices too, which the journal writes down (journal/calls.h).
 * Source: rest.md 5.7 to 5.11, 7; sip.md 4.
 */
#ifndef MOCKRC_WORLD_SWITCHBOARD_H
#define MOCKRC_WORLD_SWITCHBOARD_H

#include "world/phone_call.h"

struct device;

/* What the world orders of the phones. All is done by notes in the world's sip_out: nothing blocks,
 * and nothing of it calls the switchboard back. */
struct phone_side {
    /* Has the user a phone that an INVITE would reach now? */
    bool (*can_ring)(struct world *world, const struct user *user);
    /* INVITEs to every contact of the party's user that can be reached (only those of
     * party->device_id when that is set), a leg of the party for each; returns how many.
     * `answers_itself`: the phone is asked to answer by itself. */
    size_t (*ring)(struct world *world, struct phone_party *party, bool answers_itself);
    /* The call is answered: a leg whose own INVITE waits gets its 200. */
    void (*connect)(struct world *world, struct phone_leg *leg);
    /* Hang up, in the way the leg's state wants (`status` >= 300 to an INVITE that waits). */
    void (*drop)(struct world *world, struct phone_leg *leg, int status);
    /* The party's phone is put on hold, or taken off it, from outside. NULL: phones are not told. */
    void (*hold)(struct world *world, struct phone_leg *leg, bool is_held);
    /* Who talks in the call, or holds, has changed: its phones hear others. */
    void (*joined)(struct world *world, struct phone_call *call);
    /* Asks a ringing phone to answer; it tells by switch_answered when it has. False, or NULL: it
     * cannot be asked. */
    bool (*answer)(struct world *world, struct phone_leg *leg);
};

/* Who calls whom. Borrowed; zero is the default. */
struct switch_draft {
    const struct user *caller;    /* NULL: somebody outside */
    const char *from;             /* number shown; NULL: the caller's extension */
    const char *name;             /* shown with it; NULL: the caller's */
    const char *device_id;        /* the caller's phone */
    const char *to;               /* number called */
    enum phone_origin origin;     /* but for CALL, the caller is rung first */
    bool is_simulated;            /* the caller has no phone */
    struct party plays;           /* what he does then: lasts_ms counts from the answer */
    int64_t gives_up_ms;          /* hangs up when nobody answered so long; 0: never */
    bool leaves_voicemail;        /* talks to a mailbox; else a caller from outside hangs up */
    struct phone_party *replaces; /* whose place he takes, parked, ringing or his own; NULL: none */
    uint64_t cause;
};

/* What somebody called does instead of what is set for him (verb `call`, traffic). */
struct switch_callee {
    bool is_set; /* else phones, or what set-party says, or voicemail */
    struct party plays;
};

/* A call with its caller; nobody is rung before switch_dial. NULL when there are too many. Who
 * replaces somebody, or dials a conference's token or "*" or "prk" and the place of a parked call
 * (sip.md 4.1), gets no call of his own: he is added to that one. */
struct phone_call *switch_begin(struct world *world, const struct switch_draft *draft);
/* Who began it: the first party, or who dialled into it last. */
struct phone_party *switch_caller(const struct phone_call *call);
/* Would the user come into a call that stands by dialling this? */
bool switch_leads_into(const struct world *world, const struct user *user, const char *number);
/* Its caller cannot be in it after all: a call of his own ends, one that he dialled into goes on. */
void switch_fail(struct world *world, struct phone_call *call, int status, const char *reason);
/* The SIP caller's, once its leg stands; others begin by it too. Rings call->to, or the caller first
 * if the call calls back. The call may be over when it returns. */
void switch_dial(struct world *world, struct phone_call *call, const struct switch_callee *callee);
/* Can anybody be rung for the user: a phone, or a simulated one? */
bool switch_can_ring(struct world *world, const struct user *user);

/* --- what phones did --- */

/* A leg that rang was answered; others of the party, and of those rung beside it, stop ringing. */
void switch_answered(struct world *world, struct phone_leg *leg);
/* A leg that rang refused; the leg is gone. */
void switch_refused(struct world *world, struct phone_leg *leg, int status);
/* The party has hung up. The call may be gone when this returns. */
void switch_hang_up(struct world *world, struct phone_party *party, const char *reason);
/* Ends a call; phones get BYE, CANCEL or `status` (>= 300), as they stand. `reason` in words. */
void switch_end(struct world *world, struct phone_call *call, int status, const char *reason);

/* --- numbers --- */

/* Where a call may be sent to. One of the three. */
struct switch_target {
    const char *number;           /* as dialled */
    const struct user *user;      /* an extension */
    const struct user *voicemail; /* its mailbox */
};
/* Whom `number` is for the caller's company; false: nobody can be called by it. A number outside
 * fills `number` only. */
bool switch_find(const struct world *world, int64_t account_id, const char *number,
                 struct switch_target *ret);
/* --- moves: false (NULL) when the party's state does not allow it, and then nothing changed. A party
 * given stays readable although it, or its call, may be over by then (phone_call_remove) --- */

/* A ringing party answers, without its phone if it has none. */
bool switch_answer(struct world *world, struct phone_party *party, const char *device_id);
bool switch_reject(struct world *world, struct phone_party *party);
/* A text is read to the caller instead; then the call is over. */
bool switch_reply(struct world *world, struct phone_party *party);
/* Stops ringing: goes on as if nobody had answered. */
bool switch_ignore(struct world *world, struct phone_party *party);
bool switch_hold(struct world *world, struct phone_party *party, bool is_held);
bool switch_mute(struct world *world, struct phone_party *party, bool is_muted);

/* A ringing party sends the call on to the target, or to a mailbox. */
bool switch_forward(struct world *world, struct phone_party *party,
                    const struct switch_target *target);
/* The party leaves; the one it talked to goes to a new session (it is gone here, its peer is there)
 * and the target rings for it. */
bool switch_transfer(struct world *world, struct phone_party *party,
                     const struct switch_target *target);
/* Two calls of one user become one: both his parties leave, those they talked to go on in the call of
 * `other`. */
bool switch_bridge(struct world *world, struct phone_party *party, struct phone_party *other);
/* The other is parked at a free place, or at the place `at`; its party, NULL when not allowed. */
struct phone_party *switch_park(struct world *world, struct phone_party *party);
struct phone_party *switch_park_at(struct world *world, struct phone_party *party, const char *at);
struct phone_party *switch_parked(const struct world *world, const char *park_id);
/* The user takes a parked or ringing call over, on a simulated phone or the device. */
struct phone_party *switch_pickup(struct world *world, struct phone_party *party,
                                  const struct user *user, const char *device_id);
/* The party goes on at another device of its user. */
struct phone_party *switch_flip(struct world *world, struct phone_party *party,
                                const char *device_id);
/* Listens to a party; rings the supervisor's device. */
struct phone_party *switch_supervise(struct world *world, struct phone_party *agent,
                                     const struct user *supervisor, const char *device_id,
                                     bool answers_itself);
/* Recording of a party that talks. */
bool switch_record(struct world *world, struct phone_party *party, bool is_active);

/* --- conferences --- */

/* Begins without anybody in it; over when nobody has dialled its token in time (sip.md 4.1). NULL
 * when there are too many calls. */
struct phone_call *switch_conference(struct world *world, const struct user *host, uint64_t cause);
/* A party of another call, or, when it is the user's own, whom he talks to there: goes on in the
 * conference, and the call it was in is over. NULL: not when nobody is in the conference yet, it has
 * PHONE_GUESTS_MAX, or the other is one itself. */
struct phone_party *switch_bring_in(struct world *world, struct phone_call *conference,
                                    struct phone_party *party, const struct user *user);
/* A party hangs up; the conference is over with its host, unless it is kept alive. */
void switch_leave_conference(struct world *world, struct phone_party *party, bool is_kept_alive,
                             const char *reason);

/* Who talks with the party, or is parked by it; NULL: nobody. */
struct phone_party *switch_peer_of(const struct phone_party *party);

/* --- what follows for a user --- */

enum telephony_status { NO_CALL, CALL_IS_CONNECTED, CALL_RINGS, CALL_ON_HOLD, CALL_IS_PARKED };
enum telephony_status switch_telephony_of(const struct user *user);
enum telephony_status switch_telephony_of_party(const struct phone_party *party);
const char *telephony_status_name(enum telephony_status status); /* "CallConnected" */

/* Records of calls in progress, newest first, as the platform shows them: not before
 * rest.activecalls.delay, and for rest.activecalls.linger after their end. The caller frees `*ret`. */
size_t switch_active_records(struct world *world, struct call_record **ret);

/* A record whose call has ended lately. */
struct ended_call {
    int64_t at_ms;
    uint32_t record;
};

#endif
