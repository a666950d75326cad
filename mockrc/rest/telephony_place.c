/* Placing calls over REST: call-out, ring-out, and a supervisor's ear. Source: rest.md 5.10, 5.11. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/telephony_ask.h"
#include "rest/telephony_json.h"
#include "rest/uri.h"
#include "world/ring_out.h"

#include <stdio.h>

static bool is_allowed_number(struct call *call, const char *name, const char *number)
{
    struct switch_target target;
    if (!number)
        refuse(call, CMN_100, name);
    else if (!switch_find(call->world, call->account->id, number, &target))
        refuse_value(call, CMN_101, name, number);
    else
        return true;
    return false;
}

static void call_out(struct call *call)
{
    if (!ask_body(call))
        return;
    const struct node *from = node_get(call->body, "from"), *to = node_get(call->body, "to");
    const char *id = node_text(node_get(from, "deviceId"), NULL);
    const struct device *device = id ? device_by_id(call->world, id) : NULL;
    const char *number =
        node_text(node_get(to, "phoneNumber"), node_text(node_get(to, "extensionNumber"), NULL));
    if (!id) {
        refuse(call, CMN_100, "from.deviceId");
        return;
    }
    if (!device || device->user_id != call->user->id) {
        refuse_value(call, CMN_102, "from.deviceId", id);
        return;
    }
    if (!is_allowed_number(call, "to.phoneNumber", number))
        return;
    const struct switch_draft draft = {.caller = call->user,
                                       .from = device->number,
                                       .device_id = device->id,
                                       .to = number,
                                       .origin = PHONE_ORIGIN_CALL_OUT,
                                       .cause = call_seq(call)};
    struct phone_call *begun = switch_begin(call->world, &draft);
    if (!begun) {
        refuse(call, CMN_201, NULL);
        return;
    }
    event_set_int(call->event, EVENT_CALL, (int64_t)begun->id);
    journal_hold(call->journal);
    switch_dial(call->world, begun, NULL);
    struct json_out out = reply_json(call, 201);
    json_open(&out, NULL);
    session_write(&out, "session", call, begun);
    json_close(&out);
}

/* --- ring-out --- */

static void write_ring_out(struct call *call, const struct ring_out *one)
{
    struct ring_out_status status = ring_out_status(call->world, one);
    char tail[48];
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    uri_id(&out, "id", one->id);
    snprintf(tail, sizeof tail, "/ring-out/%lld", (long long)one->id);
    uri_user(&out, "uri", call->world, call->target, tail);
    json_open(&out, "status");
    json_str(&out, "callStatus", status.call);
    json_str(&out, "callerStatus", status.caller);
    json_str(&out, "calleeStatus", status.callee);
    json_close(&out);
    json_close(&out);
}

/* For oneself only: nobody else's phone is to ring (chosen). */
static bool is_own(struct call *call)
{
    if (call->target == call->user)
        return true;
    refuse(call, CMN_404, NULL);
    return false;
}

/* A number of the user's own means his phones; any other is rung as it is. */
static bool is_his(const struct call *call, const char *number)
{
    const struct phone_number *line = number ? phone_number_find(call->world, number) : NULL;
    return !number || text_eq(number, call->user->extension_number) ||
           (line && line->user_id == call->user->id);
}

static void create_ring_out(struct call *call)
{
    if (account_lacks(call->account, "RingOut")) {
        refuse(call, BIL_101, NULL);
        return;
    }
    if (!is_own(call) || !ask_body(call))
        return;
    const struct node *body = call->body, *prompt = node_get(body, "playPrompt");
    const char *from = node_text(node_get(node_get(body, "from"), "phoneNumber"), NULL);
    const char *forwarding =
        node_text(node_get(node_get(body, "from"), "forwardingNumberId"), NULL);
    const char *to = node_text(node_get(node_get(body, "to"), "phoneNumber"), NULL);
    const char *shown = node_text(node_get(node_get(body, "callerId"), "phoneNumber"), NULL);
    if (forwarding && !from) {
        refuse_value(call, CMN_102, "forwardingNumberId", forwarding);
        return;
    }
    if (prompt && prompt->kind != NODE_BOOL) {
        refuse(call, CMN_101, "playPrompt");
        return;
    }
    if (!is_allowed_number(call, "to.phoneNumber", to) ||
        (from && !is_allowed_number(call, "from.phoneNumber", from)))
        return;
    bool is_at_his = is_his(call, from);
    const struct switch_draft draft = {.caller = call->user,
                                       .from = shown ? shown : from,
                                       .to = to,
                                       .origin = PHONE_ORIGIN_RING_OUT,
                                       .is_simulated = !is_at_his,
                                       .plays = is_at_his ? (struct party){0}
                                                          : party_of(call->world, from),
                                       .cause = call_seq(call)};
    struct phone_call *begun = switch_begin(call->world, &draft);
    if (!begun) {
        refuse(call, CMN_201, NULL);
        return;
    }
    event_set_int(call->event, EVENT_CALL, (int64_t)begun->id);
    const struct ring_out *one = ring_out_add(call->world, begun, call->user->id);
    journal_hold(call->journal);
    switch_dial(call->world, begun, NULL);
    write_ring_out(call, one);
}

static struct ring_out *ring_out_of(struct call *call)
{
    const char *text = call_arg(call, "ringoutId");
    int64_t id;
    if (!is_own(call))
        return NULL;
    struct ring_out *one = text_int64(text, &id) ? ring_out_by_id(call->world, id) : NULL;
    if (one && one->user_id == call->target->id)
        return one;
    refuse_value(call, CMN_102, "ringoutId", text);
    return NULL;
}

static void read_ring_out(struct call *call)
{
    const struct ring_out *one = ring_out_of(call);
    if (one)
        write_ring_out(call, one);
}

static void delete_ring_out(struct call *call)
{
    const struct ring_out *one = ring_out_of(call);
    if (!one)
        return;
    struct phone_call *under_way = phone_call_by_id(call->world, one->call);
    journal_hold(call->journal);
    if (under_way)
        switch_end(call->world, under_way, under_way->state == PHONE_CALL_UP ? 200 : 487,
                   "the ring-out was cancelled");
    reply_empty(call, 204);
}

/* --- supervising --- */

/* In one group with the agent, who is monitored there (rest.md 5.10). */
static bool may_listen(const struct call *call, int64_t agent)
{
    const struct world *world = call->world;
    for (size_t i = 0; i < world->monitoring_count; i++)
        if ((monitoring_of(world->monitoring[i], call->user->id) & MAY_MONITOR) &&
            (monitoring_of(world->monitoring[i], agent) & IS_MONITORED))
            return true;
    return false;
}

static void listen_to(struct call *call, struct phone_party *agent)
{
    const char *mode = node_text(node_get(call->body, "mode"), NULL), *device;
    if (!text_eq(mode, "Listen")) {
        refuse(call, mode ? CMN_101 : CMN_100, "mode");
        return;
    }
    if (!ask_device(call, "supervisorDeviceId", call->user, &device))
        return;
    if (!may_listen(call, agent->user_id)) {
        refuse(call, CMN_404, NULL);
        return;
    }
    const struct phone_party *party =
        switch_supervise(call->world, agent, call->user, device,
                         node_bool(node_get(call->body, "autoAnswer"), false));
    if (party)
        party_answer(call, 201, party);
    else
        refuse(call, CMN_STATE, "partyId");
}

static const struct user *agent_of(struct call *call)
{
    const char *number = node_text(node_get(call->body, "agentExtensionNumber"), NULL);
    const char *id = node_text(node_get(call->body, "agentExtensionId"), NULL);
    if (number || id)
        return id ? ask_somebody(call, "agentExtensionId", id, false)
                  : ask_somebody(call, "agentExtensionNumber", number, true);
    refuse(call, CMN_100, "agentExtensionId");
    return NULL;
}

/* The session is named by its id alone: a supervisor is no party of it. */
static void supervise_session(struct call *call)
{
    const char *id = call_arg(call, "telephonySessionId");
    const struct phone_call *session = phone_call_by_session(call->world, id);
    if (!session) {
        refuse_value(call, CMN_102, "telephonySessionId", id);
        return;
    }
    const struct user *agent = ask_body(call) ? agent_of(call) : NULL;
    if (!agent)
        return;
    for (struct phone_party *party = session->parties; party; party = party->next)
        if (party->user_id == agent->id && phone_party_is_alive(party)) {
            listen_to(call, party);
            return;
        }
    refuse_value(call, CMN_102, "agentExtensionId", agent->extension_number);
}

static void supervise_party(struct call *call)
{
    const char *id = call_arg(call, "telephonySessionId");
    const struct phone_call *session = phone_call_by_session(call->world, id);
    struct phone_party *party =
        session ? phone_party_by_id(session, call_arg(call, "partyId")) : NULL;
    if (!party) {
        refuse_value(call, CMN_102, session ? "partyId" : "telephonySessionId",
                     session ? call_arg(call, "partyId") : id);
        return;
    }
    const struct user *agent = ask_body(call) ? agent_of(call) : NULL;
    if (agent && agent->id != party->user_id)
        refuse(call, CMN_101, "agentExtensionId");
    else if (agent)
        listen_to(call, party);
}

#define T "/restapi/v1.0/account/{accountId}/telephony"
#define E "/restapi/v1.0/account/{accountId}/extension/{extensionId}/ring-out"
#define ROW(method_, path_, op_, scope_, rate_, run_)                                              \
    {                                                                                              \
        .method = method_, .path = path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,     \
        .scope = scope_, .rate = rate_, .run = run_                                                \
    }

static const struct route routes[] = {
    ROW("POST", T "/call-out", "createCallOutCallSession", SCOPE_CALL_CONTROL, RATE_HEAVY,
        call_out),
    ROW("POST", T "/sessions/{telephonySessionId}/supervise", "superviseCallSession",
        SCOPE_CALL_CONTROL, RATE_LIGHT, supervise_session),
    ROW("POST", T "/sessions/{telephonySessionId}/parties/{partyId}/supervise",
        "superviseCallParty", SCOPE_CALL_CONTROL, RATE_LIGHT, supervise_party),
    ROW("POST", E, "createRingOutCall", SCOPE_RING_OUT, RATE_HEAVY, create_ring_out),
    ROW("GET", E "/{ringoutId}", "readRingOutCallStatus", SCOPE_RING_OUT, RATE_LIGHT,
        read_ring_out),
    ROW("DELETE", E "/{ringoutId}", "deleteRingOutCall", SCOPE_RING_OUT, RATE_HEAVY,
        delete_ring_out),
};

struct route_family telephony_place_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
