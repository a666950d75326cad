/* Telephony sessions: reading, and what one does to a call. Source: rest.md 5.10. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/telephony_ask.h"
#include "rest/telephony_json.h"

void session_write(struct json_out *out, const char *key, const struct call *call,
                   const struct phone_call *session)
{
    char id[CALL_ID_LEN];
    json_open(out, key);
    json_str(out, "id", phone_session_id(session, id));
    json_open(out, "origin");
    json_str(out, "type", phone_origin_name(session->origin));
    json_close(out);
    json_str(out, "voiceCallToken", *session->token ? session->token : NULL);
    json_time(out, "creationTime", session->started_ms);
    json_list(out, "parties");
    for (const struct phone_party *party = session->parties; party; party = party->next)
        phone_party_json(out, NULL, call->world, party);
    json_list_end(out);
    json_close(out);
}

void party_answer(struct call *call, int status, const struct phone_party *party)
{
    struct json_out out = reply_json(call, status);
    phone_party_json(&out, NULL, call->world, party);
}

static void read_session(struct call *call)
{
    const struct phone_call *session = ask_session(call);
    if (!session)
        return;
    struct json_out out = reply_json(call, 200);
    session_write(&out, NULL, call, session);
}

static void read_party(struct call *call)
{
    const struct phone_party *party = ask_party(call);
    if (party)
        party_answer(call, 200, party);
}

static void delete_session(struct call *call)
{
    struct phone_call *session = ask_session(call);
    if (!session)
        return;
    journal_hold(call->journal);
    switch_end(call->world, session, session->state == PHONE_CALL_UP ? 200 : 487,
               "the session was dropped");
    reply_empty(call, 204);
}

static void delete_party(struct call *call)
{
    struct phone_party *party = ask_party(call);
    if (!party)
        return;
    if (!phone_party_is_alive(party)) {
        refuse_value(call, CMN_STATE, "partyId", call_arg(call, "partyId"));
        return;
    }
    bool keeps = node_bool(node_get(call->body, "keepConferenceAlive"), false);
    journal_hold(call->journal);
    if (phone_is_conference(party->call))
        switch_leave_conference(call->world, party, keeps, "a party was dropped");
    else
        switch_hang_up(call->world, party, "a party was dropped");
    reply_empty(call, 204);
}

/* Did the move succeed? Else its party is in another state than it wants: 409. */
static bool is_done(struct call *call, bool is_moved)
{
    if (!is_moved)
        refuse_value(call, CMN_STATE, "partyId", call_arg(call, "partyId"));
    return is_moved;
}

static void update_party(struct call *call)
{
    struct phone_party *party = ask_party(call);
    if (!party || !ask_body(call))
        return;
    const struct node *change = node_get(call->body, "party");
    const struct node *muted = node_get(change, "muted");
    const struct node *alone = node_get(change, "standAlone");
    if ((muted && muted->kind != NODE_BOOL) || (alone && alone->kind != NODE_BOOL)) {
        refuse(call, CMN_101, muted && muted->kind != NODE_BOOL ? "muted" : "standAlone");
        return;
    }
    if (!is_done(call, switch_mute(call->world, party, node_bool(muted, party->is_muted))))
        return;
    party->is_standalone = node_bool(alone, party->is_standalone);
    party_answer(call, 200, party);
}

static void answer(struct call *call)
{
    struct phone_party *party = ask_party(call);
    const struct user *user =
        party && party->user_id ? user_by_id(call->world, party->user_id) : NULL;
    const char *device;
    if (!party || !ask_body(call) || !ask_device(call, "deviceId", user, &device))
        return;
    journal_hold(call->journal);
    if (is_done(call, switch_answer(call->world, party, device)))
        party_answer(call, 200, party);
}

static void pickup(struct call *call)
{
    struct phone_call *session = ask_session(call);
    const char *device;
    if (!session || !ask_body(call) || !ask_device(call, "deviceId", call->user, &device))
        return;
    struct phone_party *party = phone_party_by_id(session, call_arg(call, "partyId"));
    if (!party) {
        refuse_value(call, CMN_102, "partyId", call_arg(call, "partyId"));
        return;
    }
    journal_hold(call->journal);
    const struct phone_party *taken = switch_pickup(call->world, party, call->user, device);
    if (is_done(call, taken != NULL))
        party_answer(call, 201, taken);
}

static void without_answer(struct call *call,
                           bool move(struct world *world, struct phone_party *party))
{
    struct phone_party *party = ask_party(call);
    if (!party)
        return;
    journal_hold(call->journal);
    if (is_done(call, move(call->world, party)))
        reply_empty(call, 204);
}

static void reject(struct call *call)
{
    without_answer(call, switch_reject);
}

static void ignore(struct call *call)
{
    const char *device;
    const struct phone_party *party = ask_party(call);
    const struct user *user =
        party && party->user_id ? user_by_id(call->world, party->user_id) : NULL;
    if (party && ask_body(call) && ask_device(call, "deviceId", user, &device))
        without_answer(call, switch_ignore);
}

static void set_hold(struct call *call, bool is_held)
{
    struct phone_party *party = ask_party(call);
    if (party && is_done(call, switch_hold(call->world, party, is_held)))
        party_answer(call, 200, party);
}

static void hold(struct call *call)
{
    set_hold(call, true);
}

static void unhold(struct call *call)
{
    set_hold(call, false);
}

static void park(struct call *call)
{
    struct phone_party *party = ask_party(call);
    if (!party)
        return;
    const struct phone_party *parked = switch_park(call->world, party);
    if (is_done(call, parked != NULL))
        party_answer(call, 201, parked);
}

static void forward(struct call *call)
{
    struct phone_party *party = ask_party(call);
    struct switch_target target;
    if (!party || !ask_target(call, &target, NULL))
        return;
    journal_hold(call->journal);
    if (is_done(call, switch_forward(call->world, party, &target)))
        party_answer(call, 200, party);
}

static void transfer(struct call *call)
{
    struct phone_party *party = ask_party(call);
    struct switch_target target;
    const char *orbit = NULL;
    if (!party || !ask_target(call, &target, &orbit))
        return;
    journal_hold(call->journal);
    bool is_moved = orbit ? switch_park_at(call->world, party, orbit) != NULL
                          : switch_transfer(call->world, party, &target);
    if (is_done(call, is_moved))
        party_answer(call, 200, party);
}

static void bridge(struct call *call)
{
    struct phone_party *party = ask_party(call);
    if (!party || !ask_body(call))
        return;
    const char *session = node_text(node_get(call->body, "telephonySessionId"), NULL);
    const char *id = node_text(node_get(call->body, "partyId"), NULL);
    const struct phone_call *other = session ? phone_call_by_session(call->world, session) : NULL;
    struct phone_party *to = other && id ? phone_party_by_id(other, id) : NULL;
    if (!session || !id) {
        refuse(call, CMN_100, session ? "partyId" : "telephonySessionId");
    } else if (!to) {
        refuse_value(call, CMN_102, other ? "partyId" : "telephonySessionId", other ? id : session);
    } else {
        journal_hold(call->journal);
        if (is_done(call, switch_bridge(call->world, party, to)))
            party_answer(call, 200, party);
    }
}

/* Numbers to flip to are the user's devices, counted from 1 (chosen: there is no list of them). */
static void flip(struct call *call)
{
    struct phone_party *party = ask_party(call);
    if (!party || !ask_body(call))
        return;
    const char *id = node_text(node_get(call->body, "callFlipId"), NULL);
    if (!id) {
        refuse(call, CMN_100, "callFlipId");
        return;
    }
    int64_t wanted = 0, seen = 0;
    const struct device *device = NULL;
    for (size_t i = 0; text_int64(id, &wanted) && i < call->world->device_count && !device; i++)
        if (party->user_id && call->world->devices[i]->user_id == party->user_id &&
            ++seen == wanted)
            device = call->world->devices[i];
    if (!device) {
        refuse_value(call, CMN_102, "callFlipId", id);
        return;
    }
    journal_hold(call->journal);
    const struct phone_party *flipped = switch_flip(call->world, party, device->id);
    if (is_done(call, flipped != NULL))
        party_answer(call, 200, flipped);
}

static void reply(struct call *call)
{
    static const char *const patterns[] = {
        "WillCallYouBack",      "CallMeBack",      "OnMyWay",    "OnTheOtherLine",
        "WillCallYouBackLater", "CallMeBackLater", "InAMeeting", "OnTheOtherLineNoCall"};
    struct phone_party *party = ask_party(call);
    if (!party || !ask_body(call))
        return;
    const struct node *with_pattern = node_get(call->body, "replyWithPattern");
    const char *text = node_text(node_get(call->body, "replyWithText"), NULL);
    const char *pattern = node_text(node_get(with_pattern, "pattern"), NULL);
    if (!text && !with_pattern) {
        refuse(call, CMN_100, "replyWithText");
    } else if (with_pattern && (!pattern || !words_bit(WORDS(patterns), pattern))) {
        refuse(call, CMN_101, "pattern");
    } else {
        journal_hold(call->journal);
        if (is_done(call, switch_reply(call->world, party)))
            party_answer(call, 200, party);
    }
}

static void write_recording(struct call *call, int status, const struct phone_party *party)
{
    char id[CALL_ID_LEN];
    struct json_out out = reply_json(call, status);
    json_open(&out, NULL);
    json_str(&out, "id", recording_id(call->world, party->record, id));
    json_bool(&out, "active", party->recording == PHONE_RECORDED);
    json_str(&out, "mode", party->is_recorded_on_demand ? "OnDemand" : "Automatic");
    json_str(&out, "view", "Party");
    json_close(&out);
}

static void start_recording(struct call *call)
{
    struct phone_party *party = ask_party(call);
    if (!party)
        return;
    if (account_lacks(call->account, "OnDemandCallRecording"))
        refuse(call, CMN_109, NULL);
    else if (is_done(call, switch_record(call->world, party, true)))
        write_recording(call, 201, party);
}

static void pause_recording(struct call *call)
{
    struct phone_party *party = ask_party(call);
    char own[CALL_ID_LEN];
    if (!party || !ask_body(call))
        return;
    const char *id = call_arg(call, "recordingId");
    const struct node *active = node_get(call->body, "active");
    bool is_its = party->recording != PHONE_NOT_RECORDED && party->record != PHONE_NO_RECORD &&
                  text_eq(id, recording_id(call->world, party->record, own));
    if (!is_its)
        refuse_value(call, CMN_102, "recordingId", id);
    else if (!active || active->kind != NODE_BOOL)
        refuse(call, active ? CMN_101 : CMN_100, "active");
    else if (is_done(call, switch_record(call->world, party, active->boolean)))
        write_recording(call, 200, party);
}

#define A "/restapi/v1.0/account/{accountId}/telephony/sessions/{telephonySessionId}"
#define P A "/parties/{partyId}"
#define ROW(method_, path_, op_, run_)                                                             \
    {                                                                                              \
        .method = method_, .path = path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,     \
        .scope = SCOPE_CALL_CONTROL, .rate = RATE_LIGHT, .run = run_                               \
    }

static const struct route routes[] = {
    ROW("GET", A, "readCallSessionStatus", read_session),
    ROW("DELETE", A, "deleteCallSession", delete_session),
    ROW("GET", P, "readCallPartyStatus", read_party),
    ROW("DELETE", P, "deleteCallParty", delete_party),
    ROW("PATCH", P, "updateCallParty", update_party),
    ROW("POST", P "/answer", "answerCallParty", answer),
    ROW("POST", P "/pickup", "pickupCallParty", pickup),
    ROW("POST", P "/ignore", "ignoreCallInQueue", ignore),
    ROW("POST", P "/reject", "rejectParty", reject),
    ROW("POST", P "/hold", "holdCallParty", hold),
    ROW("POST", P "/unhold", "unholdCallParty", unhold),
    ROW("POST", P "/park", "callParkParty", park),
    ROW("POST", P "/forward", "forwardCallParty", forward),
    ROW("POST", P "/transfer", "transferCallParty", transfer),
    ROW("POST", P "/bridge", "bridgeCallParty", bridge),
    ROW("POST", P "/flip", "callFlipParty", flip),
    ROW("POST", P "/reply", "replyParty", reply),
    ROW("POST", P "/recordings", "startCallRecording", start_recording),
    ROW("PATCH", P "/recordings/{recordingId}", "pauseResumeCallRecording", pause_recording),
};

struct route_family telephony_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
