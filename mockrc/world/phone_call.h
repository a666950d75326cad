/*
 * Calls that ring or are up. The platform stands between the parties: each phone has a dialog with
 * the platform alone, its leg; a simulated party has a leg without messages. A call that has ended
 * is gone from here; the call log keeps it. Source: sip.md section 4.
 */
#ifndef MOCKRC_WORLD_PHONE_CALL_H
#define MOCKRC_WORLD_PHONE_CALL_H

#include "world/media.h"
#include "world/party.h"
#include "world/transport.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct proxy;
struct phone_call;

/*   new --INVITE sent or taken--> ringing --200--> up --BYE--> (gone)
 *                                    \--refused, cancelled--> (gone)          */
enum leg_state { LEG_RINGING, LEG_UP };

struct phone_leg {
    struct phone_leg *next; /* of the call; the caller's is first */
    struct phone_call *call;
    enum leg_state state;
    bool is_phone;   /* else simulated: nothing below is set but number and user */
    char *number;    /* as shown: E.164 or an extension number */
    int64_t user_id; /* 0: outside */

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
    uint64_t invite;      /* our INVITE under way: id of the sip_out; 0: none */
    uint32_t invite_cseq;
    struct media_line line; /* its audio: sip/leg_media.h */
    char *sdp;              /* what we describe to a caller, in the 183 and again in the 200 */
};

enum phone_call_state { PHONE_CALL_RINGS, PHONE_CALL_UP };

struct phone_call {
    struct phone_call *next, *prev;
    uint64_t id;
    enum phone_call_state state;
    struct phone_leg *legs;
    struct party party; /* of the simulated leg that was called */
    char *from, *to;    /* numbers, for the journal */
    char *api_id;       /* telephony session's <id> in p-rc-api-ids */
    int64_t started_ms, answered_ms;
    uint64_t cause; /* journal number of the verb that began it, 0: a phone did */
};

enum { PHONE_CALLS_MAX = 10000, PHONE_LEGS_MAX = 65 };

/* NULL when there are too many. */
struct phone_call *phone_call_add(struct world *world, const char *from, const char *to);
/* At the end of the list of legs. */
struct phone_leg *phone_leg_add(struct phone_call *call);
/* Takes it out of its call, ends its audio and frees it. */
void phone_leg_remove(struct world *world, struct phone_leg *leg);
void phone_call_remove(struct world *world, struct phone_call *call);

struct phone_call *phone_call_by_id(const struct world *world, uint64_t id);
/* The leg of a dialog: by Call-ID and tags only, as Request-URIs are no use (sip.md 0, rule 12). */
struct phone_leg *phone_leg_of_dialog(const struct world *world, const char *call_id,
                                      const char *local_tag, const char *remote_tag);
/* The leg whose INVITE, by that phone and of that number, still waits for our answer or its ACK. */
struct phone_leg *phone_leg_of_pending(const struct world *world, const char *call_id,
                                       const char *remote_tag, uint32_t cseq);
struct phone_leg *phone_leg_of_taken(const struct world *world, uint64_t taken);
struct phone_leg *phone_leg_of_invite(const struct world *world, uint64_t invite);
size_t phone_call_count(const struct world *world);
/* Calls that a user's phones are in. */
size_t phone_call_count_of_user(const struct world *world, int64_t user_id);

void phone_calls_done(struct world *world);

#endif
