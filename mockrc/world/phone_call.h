/*
 * Calls that ring or are up: the one truth of REST, SIP and verbs. The platform's word for a call is
 * telephony session; it has parties, one for each who takes part, and a party of ours may have legs:
 * the dialogs of its phones with the platform. A party without legs is simulated. A call that has
 * ended is gone from here; the call log keeps it.
 *
 * Nobody writes a state here but the switchboard (world/switchboard.h). Ids are those the call log
 * will show: the log's record is reserved when the call begins.
 * Source: rest.md 5.10, 7, 10; sip.md section 4.
 */
#ifndef MOCKRC_WORLD_PHONE_CALL_H
#define MOCKRC_WORLD_PHONE_CALL_H

#include "world/call_log.h"
#include "world/media.h"
#include "world/party.h"
#include "world/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct proxy;
struct user;
struct phone_call;
struct phone_party;

/*   new --INVITE sent or taken--> ringing --200--> up --BYE--> (gone)
 *                                    \--refused, cancelled--> (gone)          */
enum leg_state { LEG_RINGING, LEG_UP };

/* A dialog between one phone and the platform. */
struct phone_leg {
    struct phone_leg *next; /* of the call, in order of beginning */
    struct phone_call *call;
    struct phone_party *party;
    enum leg_state state;
    bool is_phone; /* false: it has hung up, nothing more is sent to it */

    char *aor, *device_id;
    const struct proxy *proxy;
    uint64_t flow;
    enum transport transport; /* as the phone speaks */
    char *peer;               /* of UDP */
    char *call_id, *local_tag, *remote_tag;
    char *local, *remote; /* From and To of requests of ours, without tags, with <> */
    char *target;         /* Request-URI of requests of ours */
    uint32_t cseq;        /* of the last request of ours */
    uint32_t remote_cseq; /* of the phone's last request in the dialog */
    uint64_t taken;       /* its INVITE that waits for our answer or its ACK; 0: none */
    bool is_pracked;      /* its phone has our description for certain, before the answer */
    uint64_t notify; /* the first NOTIFY of its REFER: what follows leaves behind it; 0: none */
    bool refers;     /* its REFER is being done: it hears of it before its BYE */
    bool hangs_up;   /* the phone says BYE by itself, we need not */
    uint64_t invite; /* our INVITE under way: id of the sip_out; 0: none */
    uint32_t invite_cseq;
    struct media_line line; /* its audio: sip/leg_media.h */
    char *sdp;              /* what we describe to a caller, in the 183 and again in the 200 */
    bool
        is_offered; /* its INVITE had no offer: ours is in the 200, the answer comes with the ACK */
};

/*   setup -> proceeding -> answered <-> hold        alive; proceeding is ringing
 *                \             |  \
 *                 voicemail    |   parked
 *                      \       |     |
 *                       disconnected, gone (to another session)   over           */
enum phone_status {
    PHONE_SETUP,
    PHONE_PROCEEDING,
    PHONE_ANSWERED,
    PHONE_HOLD,
    PHONE_PARKED,
    PHONE_VOICEMAIL,
    PHONE_DISCONNECTED,
    PHONE_GONE,
    PHONE_STATUS_COUNT
};
const char *phone_status_name(enum phone_status status); /* "Proceeding" */

/* Why a party is where it is, as the platform says it; PHONE_NO_REASON: it does not. */
enum phone_reason {
    PHONE_NO_REASON,
    PHONE_PICKUP,
    PHONE_SUPERVISING,
    PHONE_BLIND_TRANSFER,
    PHONE_RCC_TRANSFER,
    PHONE_ATTENDED_TRANSFER,
    PHONE_CALL_FLIP,
    PHONE_AGENT_ANSWERED,
    PHONE_REJECTED,
    PHONE_CANCELLED,
    PHONE_NO_ANSWER,
    PHONE_TARGET_BUSY,
    PHONE_INVALID_NUMBER,
    PHONE_CALL_PARK,
    PHONE_CALL_REDIRECTED,
    PHONE_CALL_REPLIED,
    PHONE_CALL_FINISHED,
    PHONE_CALL_DROPPED,
    PHONE_TO_VOICEMAIL,
    PHONE_REASON_COUNT
};
const char *phone_reason_name(enum phone_reason reason); /* "NoAnswer"; NULL: PHONE_NO_REASON */

enum phone_origin {
    PHONE_ORIGIN_CALL,
    PHONE_ORIGIN_RING_OUT,
    PHONE_ORIGIN_CALL_OUT,
    PHONE_ORIGIN_CONFERENCE
};
const char *phone_origin_name(enum phone_origin origin); /* "RingOut" */
enum phone_recording { PHONE_NOT_RECORDED, PHONE_RECORDED, PHONE_RECORDING_PAUSED };

enum { PHONE_NO_RECORD = UINT32_MAX, PHONE_PARK_LEN = 12, PHONE_TOKEN_LEN = 40 };

struct phone_party {
    struct phone_party *next; /* of the call, rising numbers */
    struct phone_call *call;
    int number;         /* 1, 2 ...: "p-...-2" */
    int64_t user_id;    /* 0: outside */
    char *phone, *name; /* how it is shown: E.164 or an extension number; NULL: not */
    char *device_id;    /* of ours, when it is known which; else NULL */
    bool is_called;     /* the platform rings it (direction Inbound for ours) */
    bool is_simulated;  /* has no phone: `plays` says what it does */
    struct party plays;
    enum phone_status status;
    enum phone_reason reason;
    bool is_missed, is_muted, is_standalone;
    bool is_miss_told;
    bool dials_in;      /* it called into a call that stood: nobody is rung for it */
    bool is_supervisor; /* listens, and is nobody's other side */
    int replaces;       /* takes that party's place when it is connected; 0: nobody's */
    int64_t queue_id;   /* the queue it was called by, or that it is; 0: none */
    bool is_queue;      /* the queue itself, where callers wait */
    char park_id[PHONE_PARK_LEN];
    char peer_session[CALL_ID_LEN], peer_session_id[CALL_ID_LEN],
        peer_party[CALL_ID_LEN];   /* gone: where to; "" else */
    int64_t begun_ms, answered_ms; /* 0: not answered */
    int64_t ends_ms;               /* a simulated party hangs up then; 0: never by itself */
    uint64_t turn;   /* counts changes: what is on the agenda for an older turn is not due */
    uint32_t record; /* of the call log, its own; PHONE_NO_RECORD: none */
    enum phone_recording recording;
    bool is_recorded_on_demand;
    struct phone_party *next_of_user, **of_user; /* user->parties: those alive */
};

enum phone_call_state { PHONE_CALL_RINGS, PHONE_CALL_UP };

struct phone_call {
    struct phone_call *next, *prev;
    uint64_t id; /* of the journal */
    enum phone_call_state state;
    enum phone_origin origin;
    struct phone_leg *legs;
    struct phone_party *parties; /* the caller is first; a conference begins without any */
    int party_count;
    char *from, *to; /* numbers, for the journal */
    char *name;      /* the caller's, shown to who is called */
    char *api_id;    /* of its ids "s-<api_id>", "p-<api_id>-1" */
    int64_t started_ms, answered_ms;
    uint64_t cause;       /* journal number of the verb or call that began it, 0: a phone did */
    uint64_t sequence;    /* of telephony session events */
    uint32_t record;      /* of the call log: the session's */
    bool is_record_taken; /* by a party */
    bool calls_back;      /* ring-out, call-out: the caller is rung first, `to` when he answered */
    int hunted;           /* of a queue: how many members were tried */
    bool is_hunt_set;
    struct party hunt_plays; /* what members of the queue do, when it is set */
    int64_t gives_up_ms;     /* the simulated caller stops waiting after; 0: never */
    bool leaves_voicemail;
    int64_t host_id;               /* of a conference: whose it is; else 0 */
    char token[PHONE_TOKEN_LEN];   /* of a conference: what one calls to be in it; else "" */
    struct phone_call *next_of_id; /* of the index */
};

enum {
    PHONE_CALLS_GONE = 8,
    PHONE_CALL_BUCKETS = 1024,
    PHONE_CALLS_MAX = 10000,
    PHONE_LEGS_MAX = 65,
    PHONE_PARTIES_MAX = 100,
    PHONE_GUESTS_MAX = 10 /* brought into a conference */
};

/* NULL when there are too many, or the call log is full. It has no party yet. */
struct phone_call *phone_call_add(struct world *world, const char *from, const char *to);
/* A party of the call, the last; `user_id` 0: outside. NULL when there are PHONE_PARTIES_MAX. */
struct phone_party *phone_party_add(struct world *world, struct phone_call *call, int64_t user_id);
/* At the end of the list of legs. */
struct phone_leg *phone_leg_add(struct phone_party *party);
/* Takes it out of its call, ends its audio and frees it. */
void phone_leg_remove(struct world *world, struct phone_leg *leg);
/* To another call's party, dialog and all. */
void phone_leg_move(struct phone_leg *leg, struct phone_party *party);
void phone_call_remove(struct world *world, struct phone_call *call);
/* It is told of from now on, and counts as one of its user's. */
void phone_party_enter(struct phone_party *party, struct user *user);
/* It is over: no longer counts as one of its user's. */
void phone_party_leave(struct phone_party *party);

struct phone_call *phone_call_by_id(const struct world *world, uint64_t id);
/* "s-..."; NULL when no call that rings or is up has it. */
struct phone_call *phone_call_by_session(const struct world *world, const char *id);
struct phone_party *phone_party_by_number(const struct phone_call *call, int number);
/* "p-...-2". */
struct phone_party *phone_party_by_id(const struct phone_call *call, const char *id);
char *phone_session_id(const struct phone_call *call, char out[CALL_ID_LEN]);
char *phone_party_id(const struct phone_party *party, char out[CALL_ID_LEN]);

bool phone_is_conference(const struct phone_call *call);
bool phone_party_is_alive(const struct phone_party *party);
/* Answered, or answered and holding. */
bool phone_party_talks(const struct phone_party *party);
/* Its first leg that is up, else its first; NULL: none. */
struct phone_leg *phone_party_leg(const struct phone_party *party);

/* The leg of a dialog: by Call-ID and tags only, as Request-URIs are no use (sip.md 0, rule 12). */
struct phone_leg *phone_leg_of_dialog(const struct world *world, const char *call_id,
                                      const char *local_tag, const char *remote_tag);
/* The leg whose INVITE, by that phone and of that number, still waits for our answer or its ACK. */
struct phone_leg *phone_leg_of_pending(const struct world *world, const char *call_id,
                                       const char *remote_tag, uint32_t cseq);
struct phone_leg *phone_leg_of_taken(const struct world *world, uint64_t taken);
struct phone_leg *phone_leg_of_invite(const struct world *world, uint64_t invite);
size_t phone_call_count(const struct world *world);
/* Calls that a user is in. */
size_t phone_call_count_of_user(const struct world *world, int64_t user_id);

void phone_calls_done(struct world *world);

#endif
