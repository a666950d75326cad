#include "api/phone_json.h"

#include "base/text.h"

const struct phone_party *phone_party_from(const struct phone_party *party)
{
    return party->is_called ? party->call->parties : party;
}

/* The last one rung is the one the caller talks to, or will. */
const struct phone_party *phone_party_to(const struct phone_party *party)
{
    const struct phone_party *best = NULL;
    if (party->is_called)
        return party;
    for (const struct phone_party *other = party->call->parties; other; other = other->next)
        if (other->is_called && !other->is_supervisor && (!best || other->answered_ms))
            best = other;
    return best;
}

static void end_json(struct json_out *out, const char *key, const struct phone_party *end,
                     const char *number, bool with_device)
{
    json_open(out, key);
    json_str(out, "phoneNumber", end ? end->phone : number);
    json_str(out, "name", end ? end->name : NULL);
    if (end && end->user_id)
        json_fmt(out, "extensionId", "%lld", (long long)end->user_id);
    if (end && with_device)
        json_str(out, "deviceId", end->device_id);
    json_close(out);
}

static void ends_json(struct json_out *out, const struct phone_party *party, bool with_device)
{
    end_json(out, "from", phone_party_from(party), NULL, with_device);
    end_json(out, "to", phone_party_to(party), party->call->to, with_device);
}

static void status_json(struct json_out *out, const struct phone_party *party)
{
    json_open(out, "status");
    json_str(out, "code", phone_status_name(party->status));
    json_str(out, "reason", phone_reason_name(party->reason));
    if (party->status == PHONE_PARKED)
        json_str(out, "parkData", party->park_id);
    if (*party->peer_session) {
        json_open(out, "peerId");
        json_str(out, "sessionId", party->peer_session_id);
        json_str(out, "telephonySessionId", party->peer_session);
        json_str(out, "partyId", party->peer_party);
        json_close(out);
    }
    json_bool(out, "rcc", party->is_simulated && party->call->origin != PHONE_ORIGIN_CALL);
    json_close(out);
}

static void recordings_json(struct json_out *out, const struct world *world,
                            const struct phone_party *party)
{
    char id[CALL_ID_LEN];
    if (party->recording == PHONE_NOT_RECORDED || party->record == PHONE_NO_RECORD)
        return;
    json_list(out, "recordings");
    json_open(out, NULL);
    json_str(out, "id", recording_id(world, party->record, id));
    json_bool(out, "active", party->recording == PHONE_RECORDED && phone_party_talks(party));
    json_close(out);
    json_list_end(out);
}

/* An outside party of an inbound call is inbound too: direction is the call's, from the account. */
static const char *direction_of(const struct phone_party *party)
{
    const struct phone_party *caller = party->call->parties;
    bool is_inbound = party->user_id ? party->is_called : !caller->user_id;
    return is_inbound ? "Inbound" : "Outbound";
}

static int64_t account_of(const struct world *world, const struct phone_party *party)
{
    const struct user *user = party->user_id ? user_by_id(world, party->user_id) : NULL;
    return user ? user->account_id : world->account_count ? world->accounts[0]->id : 0;
}

/* What answers and events have in common. */
static void party_members(struct json_out *out, const struct world *world,
                          const struct phone_party *party, bool with_device)
{
    char id[CALL_ID_LEN];
    json_fmt(out, "accountId", "%lld", (long long)account_of(world, party));
    if (party->user_id)
        json_fmt(out, "extensionId", "%lld", (long long)party->user_id);
    json_str(out, "id", phone_party_id(party, id));
    json_str(out, "direction", direction_of(party));
    ends_json(out, party, with_device);
    recordings_json(out, world, party);
    status_json(out, party);
    if (*party->park_id) {
        json_open(out, "park");
        json_str(out, "id", party->park_id);
        json_close(out);
    }
    json_bool(out, "standAlone", party->is_standalone);
    json_bool(out, "muted", party->is_muted);
}

void phone_party_json(struct json_out *out, const char *key, const struct world *world,
                      const struct phone_party *party)
{
    static const char *const roles[] = {"Initiator", "Target"};
    json_open(out, key);
    party_members(out, world, party, true);
    json_open(out, "attributes");
    json_bool(out, "queueCall", party->queue_id != 0);
    json_close(out);
    if (party->user_id) {
        json_open(out, "owner");
        json_fmt(out, "accountId", "%lld", (long long)account_of(world, party));
        json_fmt(out, "extensionId", "%lld", (long long)party->user_id);
        json_close(out);
    }
    if (party->call->origin == PHONE_ORIGIN_RING_OUT)
        json_str(out, "ringOutRole", roles[party->is_called]);
    json_close(out);
}

static void sip_data_json(struct json_out *out, const struct world *world,
                          const struct phone_party *party, bool is_presence)
{
    const struct phone_leg *leg = phone_party_leg(party);
    char id[CALL_ID_LEN];
    if (!leg)
        return;
    /* To and From as in requests of ours: we are From. */
    json_open(out, "sipData");
    json_str(out, "callId", leg->call_id);
    json_str(out, "toTag", leg->remote_tag);
    json_str(out, "fromTag", leg->local_tag);
    if (is_presence) {
        json_str(out, "remoteUri", leg->target);
        json_fmt(out, "localUri", "sip:%s@%s", leg->aor, leg->proxy->realm);
        json_str(out, "rcSessionId", call_session_id(world, party->call->record, id));
    }
    json_close(out);
}

void phone_event_json(struct json_out *out, const struct world *world,
                      const struct phone_party *party, bool with_sip_data)
{
    const struct phone_call *call = party->call;
    char id[CALL_ID_LEN];
    json_open(out, NULL);
    json_int(out, "sequence", (int64_t)call->sequence);
    json_str(out, "sessionId", call_session_id(world, call->record, id));
    json_str(out, "telephonySessionId", phone_session_id(call, id));
    json_str(out, "serverId", PHONE_SERVER_ID);
    json_time(out, "eventTime", clock_now(world));
    json_list(out, "parties");
    json_open(out, NULL);
    party_members(out, world, party, false);
    json_bool(out, "queueCall", party->queue_id != 0);
    json_bool(out, "missedCall", party->is_missed);
    if (with_sip_data)
        sip_data_json(out, world, party, false);
    json_close(out);
    json_list_end(out);
    json_open(out, "origin");
    json_str(out, "type", phone_origin_name(call->origin));
    json_close(out);
    json_close(out);
}

static void active_json(struct json_out *out, const struct world *world,
                        const struct phone_party *party, bool with_sip_data)
{
    const struct phone_party *from = phone_party_from(party), *to = phone_party_to(party);
    char id[CALL_ID_LEN];
    json_open(out, NULL);
    char session[CALL_ID_LEN];
    call_session_id(world, party->call->record, session);
    json_str(out, "id", session);
    json_str(out, "direction", party->is_called ? "Inbound" : "Outbound");
    json_bool(out, "queueCall", party->queue_id != 0);
    json_str(out, "from", from->phone);
    json_str(out, "fromName", from->name);
    json_str(out, "to", to ? to->phone : party->call->to);
    json_str(out, "toName", to ? to->name : NULL);
    json_time(out, "startTime", party->begun_ms);
    json_str(out, "telephonyStatus", telephony_status_name(switch_telephony_of_party(party)));
    if (with_sip_data)
        sip_data_json(out, world, party, true);
    json_str(out, "sessionId", session);
    json_str(out, "telephonySessionId", phone_session_id(party->call, id));
    json_str(out, "partyId", phone_party_id(party, id));
    if (!phone_party_is_alive(party))
        json_str(out, "terminationType", party->status == PHONE_GONE ? "intermediate" : "final");
    json_close(out);
}

/* A call that has gone to the mailbox is no longer one of its owner's. */
static bool is_active(const struct phone_party *party)
{
    return switch_telephony_of_party(party) != NO_CALL;
}

size_t phone_active_count(const struct user *user)
{
    size_t count = 0;
    for (const struct phone_party *party = user->parties; party; party = party->next_of_user)
        count += is_active(party);
    return count;
}

void phone_active_json(struct json_out *out, const struct world *world, const struct user *user,
                       const struct phone_party *ended, bool with_sip_data)
{
    json_list(out, "activeCalls");
    for (const struct phone_party *party = user->parties; party; party = party->next_of_user)
        if (is_active(party))
            active_json(out, world, party, with_sip_data);
    if (ended && !is_active(ended))
        active_json(out, world, ended, with_sip_data);
    json_list_end(out);
}
