/* Calling into a call that stands: conferences, parked calls, somebody's place. Source: rest.md 5.10;
 * sip.md 4.1; RFC 3891. */
#include "base/text.h"
#include "world/switchboard_parts.h"
#include "world/world.h"

#include <stdio.h>
#include <string.h>

enum { CONFERENCE_WAIT_MS = 38000 /* for the first who dials in (sip.md 4.1) */ };

static bool is_of_account(const struct world *world, const struct phone_call *call,
                          int64_t account_id)
{
    const struct user *host = call->host_id ? user_by_id(world, call->host_id) : NULL;
    bool is_of = host && host->account_id == account_id;
    for (const struct phone_party *party = call->parties; party && !is_of; party = party->next) {
        const struct user *user = party->user_id ? user_by_id(world, party->user_id) : NULL;
        is_of = user && user->account_id == account_id;
    }
    return is_of;
}

static struct phone_call *conference_of(const struct world *world, const char *token)
{
    for (struct phone_call *call = world->phone_calls; call; call = call->next)
        if (*call->token && text_eq(call->token, token))
            return call;
    return NULL;
}

/* The call that a number leads into, and who is parked there; NULL: none. */
static struct phone_call *standing(const struct world *world, const struct user *user,
                                   const char *number, struct phone_party **ret_parked)
{
    const char *place = text_starts(number, "*")     ? number + 1
                        : text_starts(number, "prk") ? number + 3
                                                     : NULL;
    *ret_parked = place && *place ? switch_parked(world, place) : NULL;
    struct phone_call *call = *ret_parked                    ? (*ret_parked)->call
                              : text_starts(number, "conf_") ? conference_of(world, number)
                                                             : NULL;
    return call && user && is_of_account(world, call, user->account_id) ? call : NULL;
}

bool switch_leads_into(const struct world *world, const struct user *user, const char *number)
{
    struct phone_party *parked;
    return standing(world, user, number, &parked) != NULL;
}

struct phone_call *switch_dial_into(struct world *world, const struct switch_draft *draft)
{
    struct phone_party *met = draft->replaces;
    struct phone_call *call = met ? met->call : NULL;
    if (!call && draft->caller && draft->origin == PHONE_ORIGIN_CALL)
        call = standing(world, draft->caller, draft->to, &met);
    struct phone_party *party = call ? phone_party_add(world, call, draft->caller->id) : NULL;
    if (!party)
        return NULL;
    switch_fill_caller(party, draft);
    party->dials_in = true;
    party->is_called = met && (met->status == PHONE_PARKED ? !met->is_called : met->is_called);
    party->replaces = met && met->status != PHONE_PARKED ? met->number : 0;
    switch_reserve(world, party);
    return call;
}

/* --- conferences --- */

static void nobody_dialled_in(struct world *world, void *context, int64_t id)
{
    struct phone_call *call = phone_call_by_id(world, (uint64_t)id);
    if (call && !call->parties)
        switch_end(world, call, 408, "nobody dialled into the conference");
}

struct phone_call *switch_conference(struct world *world, const struct user *host, uint64_t cause)
{
    char hex[33], token[PHONE_TOKEN_LEN];
    snprintf(token, sizeof token, "conf_%s", id_hex(&world->ids, hex, 32));
    struct phone_call *call =
        phone_call_add(world, host->extension_number ? host->extension_number : "", token);
    if (!call)
        return NULL;
    memcpy(call->token, token, sizeof token);
    call->origin = PHONE_ORIGIN_CONFERENCE;
    call->host_id = host->id;
    call->cause = cause;
    clock_schedule(world, clock_now(world) + CONFERENCE_WAIT_MS, nobody_dialled_in, NULL,
                   (int64_t)call->id);
    switch_tell(world, NOTICE_CALL_STARTED, call, 100, NULL);
    return call;
}

static int guests_of(const struct phone_call *conference)
{
    int guests = 0;
    for (const struct phone_party *party = conference->parties; party; party = party->next)
        guests += !party->dials_in && phone_party_is_alive(party);
    return guests;
}

struct phone_party *switch_bring_in(struct world *world, struct phone_call *conference,
                                    struct phone_party *party, const struct user *user)
{
    struct phone_call *old = party->call;
    struct phone_party *peer = switch_peer_of(party);
    bool is_own = party->user_id == user->id;
    struct phone_party *guest = is_own ? peer : party, *left = is_own ? party : peer;
    if (!phone_is_conference(conference) || conference->state != PHONE_CALL_UP ||
        phone_is_conference(old) || !guest || !phone_party_talks(guest) ||
        guests_of(conference) == PHONE_GUESTS_MAX)
        return NULL;
    struct phone_party *moved = switch_move_to(world, guest, conference, true, PHONE_RCC_TRANSFER);
    if (!moved)
        return NULL;
    if (left)
        switch_leave(world, left, PHONE_DISCONNECTED, PHONE_RCC_TRANSFER, 200);
    switch_end(world, old, 200, "the call was brought into a conference");
    switch_join(world, conference);
    return moved;
}

void switch_leave_conference(struct world *world, struct phone_party *party, bool is_kept_alive,
                             const char *reason)
{
    struct phone_call *call = party->call;
    bool is_host = party->dials_in && party->user_id == call->host_id;
    if (is_host && !is_kept_alive) {
        switch_end(world, call, 200, reason);
        return;
    }
    switch_leave(world, party, PHONE_DISCONNECTED, PHONE_CALL_FINISHED, 200);
    switch_settle(world, call, reason);
}
