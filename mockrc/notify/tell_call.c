#include "notify/tell_call.h"

#include "api/phone_json.h"

#include <stdio.h>
#include <string.h>

enum { PATH_LEN = 128, FACTS_LEN = 512 };

/* With and without '+', which a filter may or may not have written. */
static int number_facts(char *out, size_t len, const char *number)
{
    if (!number)
        return 0;
    const char *plain = number + (*number == '+');
    return snprintf(out, len, "&phoneNumber=%%2B%s&phoneNumber=%s", plain, plain);
}

/* What a filter of telephony sessions may ask for. */
static void facts_of(const struct phone_party *party, char out[FACTS_LEN])
{
    const struct phone_party *from = phone_party_from(party), *to = phone_party_to(party);
    char session[CALL_ID_LEN];
    int len =
        snprintf(out, FACTS_LEN, "direction=%s&missedCall=%s&statusCode=%s&telephonySessionId=%s",
                 party->is_called ? "Inbound" : "Outbound", party->is_missed ? "true" : "false",
                 phone_status_name(party->status), phone_session_id(party->call, session));
    len += number_facts(out + len, (size_t)(FACTS_LEN - len), from ? from->phone : NULL);
    if (len < FACTS_LEN)
        number_facts(out + len, (size_t)(FACTS_LEN - len), to ? to->phone : party->call->to);
}

void tell_party(struct world *world, const struct notice *notice)
{
    if (!notice->user || !subscription_count(world)) /* parties outside are not told of */
        return;
    long long account = notice->user->account_id, id = notice->user->id;
    char path[PATH_LEN], asked[FACTS_LEN];
    struct arena arena;
    struct params facts = {0};
    struct buf body, with_sip;
    struct json_out json;
    arena_init(&arena);
    buf_init(&body, NOTIFY_BODY_MAX);
    buf_init(&with_sip, NOTIFY_BODY_MAX);
    json_out_init(&json, &body);
    phone_event_json(&json, world, notice->party, false);
    json_out_init(&json, &with_sip);
    phone_event_json(&json, world, notice->party, true);
    facts_of(notice->party, asked);
    params_parse(&facts, &arena, asked, strlen(asked));
    struct notify_event event = {.path = path,
                                 .facts = &facts,
                                 .body = buf_text(&body),
                                 .with_sip = buf_text(&with_sip),
                                 .cause = notice->cause};
    snprintf(path, sizeof path, "/restapi/v1.0/account/%lld/telephony/sessions", account);
    notify_tell(world, &event);
    snprintf(path, sizeof path, "/restapi/v1.0/account/%lld/extension/%lld/telephony/sessions",
             account, id);
    notify_tell(world, &event);
    buf_done(&body);
    buf_done(&with_sip);
    arena_done(&arena);
}

/* The members of the vendor's MissedCallEvent; the word of `action` is chosen. */
static void missed_body(struct buf *out, const struct world *world, const struct phone_party *party)
{
    const struct phone_party *from = phone_party_from(party);
    char id[CALL_ID_LEN];
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    json_fmt(&json, "extensionId", "%lld", (long long)party->user_id);
    json_str(&json, "action", "MissedCall");
    json_str(&json, "sessionId", call_session_id(world, party->call->record, id));
    json_str(&json, "sid", phone_session_id(party->call, id));
    json_str(&json, "serverId", PHONE_SERVER_ID);
    json_str(&json, "from", from->phone);
    json_str(&json, "fromName", from->name);
    json_str(&json, "to", party->phone);
    json_str(&json, "toName", party->name);
    json_fmt(&json, "ownerId", "%lld", (long long)party->user_id);
    json_close(&json);
}

void tell_missed(struct world *world, const struct notice *notice)
{
    char path[PATH_LEN];
    struct buf body;
    if (!subscription_count(world))
        return;
    buf_init(&body, NOTIFY_BODY_MAX);
    missed_body(&body, world, notice->party);
    snprintf(path, sizeof path, "/restapi/v1.0/account/%lld/extension/%lld/missed-calls",
             (long long)notice->user->account_id, (long long)notice->user->id);
    notify_tell(world, &(struct notify_event){
                           .path = path, .body = buf_text(&body), .cause = notice->cause});
    buf_done(&body);
}

/* ExtensionPresenceEventBody and its detailed forms (rest.md section 10). */
static void presence_body(struct buf *out, const struct world *world, const struct notice *notice,
                          bool is_detailed, bool with_sip_data)
{
    const struct user *user = notice->user;
    const struct presence_state *presence = &user->presence;
    bool takes_own = presence_takes_own_calls(user);
    struct json_out json;
    json_out_init(&json, out);
    json_open(&json, NULL);
    json_fmt(&json, "extensionId", "%lld", (long long)user->id);
    json_str(&json, "telephonyStatus", telephony_status_name(switch_telephony_of(user)));
    if (is_detailed) {
        phone_active_json(&json, world, user, notice->party, with_sip_data);
        json_int(&json, "totalActiveCalls", (int64_t)phone_active_count(user));
    }
    json_int(&json, "sequence", (int64_t)presence->sequence);
    json_str(&json, "presenceStatus", presence_name(presence_of(world, user)));
    json_str(&json, "userStatus", presence_name(presence->said));
    json_str(&json, "meetingStatus", "Disconnected");
    json_str(&json, "dndStatus", dnd_name(presence->dnd));
    json_str(&json, "dndStatusPersonal", takes_own ? "TakeAllCalls" : "DoNotAcceptAnyCalls");
    json_bool(&json, "allowSeeMyPresence", !presence->is_hidden);
    json_bool(&json, "acceptCallQueueCalls", presence_takes_queue_calls(user));
    json_bool(&json, "ringOnMonitoredCall", presence->rings_on_monitored);
    json_bool(&json, "pickUpCallsOnHold", presence->picks_up_on_hold);
    json_fmt(&json, "ownerId", "%lld", (long long)user->id);
    json_close(&json);
}

/* Lines hear of calls with all that is known of them, dnd of settings (their bodies are not
 * documented: the same are chosen). */
void tell_presence(struct world *world, const struct notice *notice)
{
    static const char *const of_calls[] = {"/line", "/line/presence"};
    static const char *const of_settings[] = {"/dnd"};
    long long account = notice->user->account_id, id = notice->user->id;
    struct buf bodies[3];
    char path[PATH_LEN];
    if (!subscription_count(world))
        return;
    for (int i = 0; i < 3; i++) {
        buf_init(&bodies[i], NOTIFY_BODY_MAX);
        presence_body(&bodies[i], world, notice, i > 0, i > 1);
    }
    struct notify_event event = {.path = path,
                                 .body = buf_text(&bodies[0]),
                                 .detailed = buf_text(&bodies[1]),
                                 .with_sip = buf_text(&bodies[2]),
                                 .cause = notice->cause};
    snprintf(path, sizeof path, "/restapi/v1.0/account/%lld/presence", account);
    notify_tell(world, &event);
    int len = snprintf(path, sizeof path, "/restapi/v1.0/account/%lld/extension/%lld/presence",
                       account, id);
    notify_tell(world, &event);
    if (notice->party)
        event.body = event.detailed;
    size_t count = notice->party ? 2 : 1;
    for (size_t i = 0; i < count; i++) {
        snprintf(path + len, sizeof path - (size_t)len, "%s",
                 notice->party ? of_calls[i] : of_settings[i]);
        notify_tell(world, &event);
    }
    for (int i = 0; i < 3; i++)
        buf_done(&bodies[i]);
}
