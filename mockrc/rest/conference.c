/* Conferences: a session that its host and others dial into by its token, and parties of other calls
 * brought into it. Source: rest.md 5.10; sip.md 4.1. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/telephony_ask.h"
#include "rest/telephony_json.h"

static void start(struct call *call)
{
    if (account_lacks(call->account, "Conferencing")) {
        refuse(call, BIL_101, NULL);
        return;
    }
    const struct phone_call *begun = switch_conference(call->world, call->user, call_seq(call));
    if (!begun) {
        refuse(call, CMN_201, NULL);
        return;
    }
    event_set_int(call->event, EVENT_CALL, (int64_t)begun->id);
    struct json_out out = reply_json(call, 201);
    json_open(&out, NULL);
    session_write(&out, "session", call, begun);
    json_close(&out);
}

static void bring_in(struct call *call)
{
    struct phone_call *conference = ask_session(call);
    if (!conference || !ask_body(call))
        return;
    const char *session = node_text(node_get(call->body, "sessionId"), NULL);
    const char *id = node_text(node_get(call->body, "partyId"), NULL);
    if (!session || !id) {
        refuse(call, CMN_100, session ? "partyId" : "sessionId");
        return;
    }
    const struct phone_call *other = ask_session_named(call, "sessionId", session);
    if (!other)
        return;
    struct phone_party *party = phone_party_by_id(other, id);
    if (!party) {
        refuse_value(call, CMN_102, "partyId", id);
        return;
    }
    journal_hold(call->journal);
    const struct phone_party *guest = switch_bring_in(call->world, conference, party, call->user);
    if (guest)
        party_answer(call, 201, guest);
    else
        refuse_value(call, CMN_STATE, "partyId", id);
}

#define T "/restapi/v1.0/account/{accountId}/telephony"
#define ROW(path_, op_, rate_, run_)                                                               \
    {                                                                                              \
        .method = "POST", .path = path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,      \
        .scope = SCOPE_CALL_CONTROL, .rate = rate_, .run = run_                                    \
    }

static const struct route routes[] = {
    ROW(T "/conference", "createConferenceCallSession", RATE_HEAVY, start),
    ROW(T "/sessions/{telephonySessionId}/parties/bring-in", "createCallPartyWithBringIn",
        RATE_LIGHT, bring_in),
};

struct route_family conference_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
