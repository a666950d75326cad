/* Telephony sessions, call-out and ring-out over REST: answers, what they do, who may. rest.md 5.10,
 * 5.11. */
#include "support/rest_world.h"

#include "journal/call_event.h"
#include "notify/tell.h"

#include <stdarg.h>

#define SESSIONS ACCOUNT_PATH "/telephony/sessions/"
#define RING_OUT OWN_PATH "/ring-out"
#define ANNS     "{\"deviceId\":\"800000000001\"}"

static int setup(void **state)
{
    struct rest *rest = *state = rest_new();
    notice_listen(rest->world, notify_hear, rest->api.journal);
    return 0;
}

static int teardown(void **state)
{
    rest_free(*state);
    return 0;
}

/* Somebody outside calls an extension that rings, or answers after a second. */
static struct phone_call *given_call(struct rest *rest, const char *to, enum party_does does)
{
    const struct switch_callee callee = {true, {.does = does, .after_ms = 1000}};
    struct phone_call *call = switch_begin(
        rest->world,
        &(struct switch_draft){.from = "+13035550199", .to = to, .is_simulated = true});
    assert_non_null(call);
    switch_dial(rest->world, call, &callee);
    if (does == PARTY_ANSWERS)
        clock_advance(rest->world, 1000);
    return call;
}

/* Text that outlives the arena of a call; the last four are kept. */
static const char *kept(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static const char *kept(const char *fmt, ...)
{
    static _Thread_local char texts[4][256];
    static _Thread_local int next;
    va_list ap;
    char *text = texts[next++ % 4];
    va_start(ap, fmt);
    vsnprintf(text, sizeof texts[0], fmt, ap);
    va_end(ap);
    return text;
}

/* .../telephony/sessions/{id} and, with a number, .../parties/{p}; then `tail`. */
static const char *path(const struct phone_call *call, int party, const char *tail)
{
    return party ? kept(SESSIONS "s-%s/parties/p-%s-%d%s", call->api_id, call->api_id, party, tail)
                 : kept(SESSIONS "s-%s%s", call->api_id, tail);
}

static void a_session_shows_its_parties(void **state)
{
    struct rest *rest = *state;
    const struct phone_call *call = given_call(rest, "101", PARTY_RINGS);
    assert_int_equal(rest_get(rest, path(call, 0, "")), 200);
    assert_string_equal(rest_text(rest, "origin.type"), "Call");
    assert_int_equal(rest_count(rest, "parties"), 2);
    assert_string_equal(rest_text(rest, "parties[1].extensionId"), "7101");
    assert_string_equal(rest_text(rest, "parties[1].status.code"), "Proceeding");
    assert_string_equal(rest_text(rest, "parties[1].direction"), "Inbound");
    assert_string_equal(rest_text(rest, "parties[1].from.phoneNumber"), "+13035550199");
    assert_int_equal(rest_get(rest, path(call, 2, "")), 200);
    assert_string_equal(rest_text(rest, "to.extensionId"), "7101");
    assert_int_equal(rest_get(rest, SESSIONS "s-1"), 404);
    assert_string_equal(rest_text(rest, "parameterName"), "telephonySessionId");
    assert_int_equal(rest_get(rest, path(call, 9, "")), 404);
    assert_string_equal(rest_text(rest, "parameterName"), "partyId");
}

/* What one may do in which state: each row is a fresh call to Ann (party 2). */
static void moves_answer_as_documented_and_want_their_state(void **state)
{
    static const struct {
        const char *label, *method, *tail, *body;
        int ringing, talking;    /* status while it rings, while it is up */
        const char *path, *text; /* of the answer that succeeds */
    } rows[] = {
        {"answer", "POST", "/answer", ANNS, 200, 409, "status.code", "Answered"},
        {"answer without", "POST", "/answer", "{}", 400, 400, NULL, NULL},
        {"answer elsewhere", "POST", "/answer", "{\"deviceId\":\"800000000002\"}", 404, 404, NULL,
         NULL},
        {"ignore", "POST", "/ignore", ANNS, 204, 409, NULL, NULL},
        {"reject", "POST", "/reject", NULL, 204, 409, NULL, NULL},
        {"hold", "POST", "/hold", NULL, 409, 200, "status.code", "Hold"},
        {"unhold", "POST", "/unhold", NULL, 409, 409, NULL, NULL},
        {"mute", "PATCH", "", "{\"party\":{\"muted\":true}}", 409, 200, "id", NULL},
        {"park", "POST", "/park", NULL, 409, 201, "park.id", "801"},
        {"forward", "POST", "/forward", "{\"extensionNumber\":\"102\"}", 200, 409, "status.reason",
         "CallRedirected"},
        {"forward twice", "POST", "/forward",
         "{\"extensionNumber\":\"102\",\"phoneNumber\":\"+12125550100\"}", 400, 400, NULL, NULL},
        {"forward nowhere", "POST", "/forward", "{}", 400, 400, NULL, NULL},
        {"transfer", "POST", "/transfer", "{\"phoneNumber\":\"+12125550100\"}", 409, 200,
         "status.reason", "BlindTransfer"},
        {"transfer to nobody", "POST", "/transfer", "{\"extensionId\":\"1\"}", 404, 404, NULL,
         NULL},
        {"transfer to a place", "POST", "/transfer", "{\"parkOrbit\":\"850\"}", 409, 200,
         "status.reason", "CallPark"},
        {"flip", "POST", "/flip", "{\"callFlipId\":\"1\"}", 409, 200, "status.code", "Answered"},
        {"flip nowhere", "POST", "/flip", "{\"callFlipId\":\"7\"}", 404, 404, NULL, NULL},
        {"reply", "POST", "/reply", "{\"replyWithText\":\"later\"}", 200, 409, "status.reason",
         "CallReplied"},
        {"reply how", "POST", "/reply", "{\"replyWithPattern\":{\"pattern\":\"X\"}}", 400, 400,
         NULL, NULL},
        {"record", "POST", "/recordings", NULL, 409, 201, "active", NULL},
        {"drop", "DELETE", "", NULL, 204, 204, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int talks = 0; talks < 2; talks++) {
            void *one;
            setup(&one);
            struct rest *rest = one;
            const struct phone_call *call =
                given_call(rest, "101", talks ? PARTY_ANSWERS : PARTY_RINGS);
            int want = talks ? rows[i].talking : rows[i].ringing;
            int status = rest_call(rest, rows[i].method, path(call, 2, rows[i].tail), rows[i].body);
            if (status != want)
                fail_msg("%s, %s: wanted %d, saw %d", rows[i].label, talks ? "up" : "ringing", want,
                         status);
            if (status == 409)
                assert_string_equal(rest_text(rest, "errorCode"), "CMN-101");
            if (status < 204 && rows[i].text)
                assert_string_equal(rest_text(rest, rows[i].path), rows[i].text);
            if (status < 204 && rows[i].path)
                assert_non_null(rest_at(rest, rows[i].path));
            teardown(&one);
        }
    (void)state;
}

static void a_parked_call_is_picked_up_by_a_colleague(void **state)
{
    struct rest *rest = *state;
    const struct phone_call *call = given_call(rest, "101", PARTY_ANSWERS);
    assert_int_equal(rest_call(rest, "POST", path(call, 2, "/park"), NULL), 201);
    assert_string_equal(rest_text(rest, "status.code"), "Parked");
    rest_as(rest, "Bob");
    assert_int_equal(
        rest_call(rest, "POST", path(call, 1, "/pickup"), "{\"deviceId\":\"800000000002\"}"),
        403); /* nothing to do with that call */
    assert_string_equal(rest_text(rest, "errorCode"), "CMN-404");
    rest_as(rest, "Mia");
    assert_int_equal(rest_call(rest, "POST", path(call, 1, "/pickup"), ANNS), 404);
    rest_as(rest, "Ann");
    assert_int_equal(rest_call(rest, "POST", path(call, 1, "/pickup"), ANNS), 201);
    assert_string_equal(rest_text(rest, "extensionId"), "7101");
    assert_int_equal(rest_get(rest, path(call, 1, "")), 200);
    assert_string_equal(rest_text(rest, "status.code"), "Answered");
    assert_int_equal(rest_call(rest, "DELETE", path(call, 0, ""), NULL), 204);
    assert_int_equal(rest_get(rest, path(call, 0, "")), 404);
}

static void a_warm_transfer_bridges_two_calls(void **state)
{
    struct rest *rest = *state;
    const struct phone_call *first = given_call(rest, "101", PARTY_ANSWERS);
    assert_int_equal(rest_call(rest, "POST", path(first, 2, "/hold"), NULL), 200);
    assert_int_equal(rest_call(rest, "POST", ACCOUNT_PATH "/telephony/call-out",
                               "{\"from\":" ANNS ",\"to\":{\"phoneNumber\":\"+12125550100\"}}"),
                     201);
    assert_string_equal(rest_text(rest, "session.origin.type"), "CallOut");
    assert_string_equal(rest_text(rest, "session.parties[0].status.code"), "Proceeding");
    assert_string_equal(rest_text(rest, "session.parties[0].from.deviceId"), "800000000001");
    clock_advance(rest->world, 4000); /* Ann, then the other */
    const struct phone_call *second = rest->world->phone_calls;
    assert_int_equal(second->state, PHONE_CALL_UP);
    const char *body = kept("{\"telephonySessionId\":\"s-%s\",\"partyId\":\"p-%s-1\"}",
                            second->api_id, second->api_id);
    assert_int_equal(rest_call(rest, "POST", path(first, 2, "/bridge"), body), 200);
    assert_string_equal(rest_text(rest, "status.reason"), "AttendedTransfer");
    assert_int_equal(phone_call_count(rest->world), 1);
}

static void recordings_are_paused_and_go_on(void **state)
{
    struct rest *rest = *state;
    knobs_set(&rest->world->knobs, "rec.policy", "ondemand", NULL);
    const struct phone_call *call = given_call(rest, "101", PARTY_ANSWERS);
    assert_int_equal(rest_call(rest, "POST", path(call, 2, "/recordings"), NULL), 201);
    assert_string_equal(rest_text(rest, "mode"), "OnDemand");
    const char *one = kept("/recordings/%s", rest_text(rest, "id"));
    assert_int_equal(rest_call(rest, "PATCH", path(call, 2, one), "{\"active\":false}"), 200);
    assert_false(rest_at(rest, "active")->boolean);
    assert_int_equal(rest_call(rest, "PATCH", path(call, 2, one), "{}"), 400);
    assert_int_equal(rest_call(rest, "PATCH", path(call, 2, "/recordings/1"), "{\"active\":true}"),
                     404);
    size_t feature;
    assert_true(account_feature_named("OnDemandCallRecording", &feature));
    rest->world->accounts[0]->features_off |= (uint64_t)1 << feature;
    assert_int_equal(rest_call(rest, "POST", path(call, 2, "/recordings"), NULL), 403);
    assert_string_equal(rest_text(rest, "errorCode"), "CMN-109");
}

static void a_supervisor_needs_a_group_with_the_agent(void **state)
{
    static const char body[] = "{\"mode\":\"Listen\",\"supervisorDeviceId\":\"800000000001\","
                               "\"agentExtensionNumber\":\"102\"}";
    struct rest *rest = *state;
    const struct phone_call *call = given_call(rest, "102", PARTY_ANSWERS);
    assert_int_equal(rest_call(rest, "POST", path(call, 0, "/supervise"), body), 403);
    struct monitoring_group *group = monitoring_add(rest->world, 7001, "desk");
    monitoring_set(group, 7101, MAY_MONITOR);
    monitoring_set(group, 7102, IS_MONITORED);
    assert_int_equal(rest_call(rest, "POST", path(call, 0, "/supervise"), body), 201);
    assert_string_equal(rest_text(rest, "status.reason"), "Supervising");
    assert_string_equal(rest_text(rest, "extensionId"), "7101");
    assert_int_equal(rest_call(rest, "POST", path(call, 0, "/supervise"),
                               "{\"mode\":\"Whisper\",\"supervisorDeviceId\":\"800000000001\","
                               "\"agentExtensionNumber\":\"102\"}"),
                     400);
    assert_int_equal(rest_call(rest, "POST", path(call, 1, "/supervise"),
                               "{\"mode\":\"Listen\",\"supervisorDeviceId\":\"800000000001\","
                               "\"agentExtensionId\":\"7102\"}"),
                     400); /* that party is somebody else */
}

static void a_ring_out_is_followed_to_its_end_and_a_minute_longer(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "POST", RING_OUT,
                               "{\"to\":{\"phoneNumber\":\"+12125550100\"},\"playPrompt\":false}"),
                     200);
    const char *own = kept(RING_OUT "/%s", rest_text(rest, "id"));
    static const struct {
        int64_t after_ms;
        const char *call, *caller, *callee;
    } rows[] = {{0, "InProgress", "InProgress", "InProgress"},
                {2000, "InProgress", "Success", "InProgress"},
                {2000, "Success", "Success", "Success"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        clock_advance(rest->world, rows[i].after_ms);
        assert_int_equal(rest_get(rest, own), 200);
        assert_string_equal(rest_text(rest, "status.callStatus"), rows[i].call);
        assert_string_equal(rest_text(rest, "status.callerStatus"), rows[i].caller);
        assert_string_equal(rest_text(rest, "status.calleeStatus"), rows[i].callee);
    }
    assert_int_equal(rest_call(rest, "DELETE", own, NULL), 204);
    assert_int_equal(rest_get(rest, own), 200);
    assert_string_equal(rest_text(rest, "status.callStatus"), "Finished");
    clock_advance(rest->world, 60001);
    assert_int_equal(rest_get(rest, own), 404);
    assert_int_equal(rest_call(rest, "POST", RING_OUT, "{}"), 400);
    assert_int_equal(rest_call(rest, "POST", RING_OUT, "{\"to\":{\"phoneNumber\":\"x\"}}"), 400);
    assert_int_equal(rest_call(rest, "POST", ACCOUNT_PATH "/extension/7102/ring-out",
                               "{\"to\":{\"phoneNumber\":\"+12125550100\"}}"),
                     403);
}

static void a_ring_out_nobody_takes_says_who_did_not(void **state)
{
    struct rest *rest = *state;
    party_set(rest->world, "+12125550100", &(struct party){.does = PARTY_BUSY, .after_ms = 1000});
    assert_int_equal(
        rest_call(rest, "POST", RING_OUT, "{\"to\":{\"phoneNumber\":\"+12125550100\"}}"), 200);
    const char *own = kept(RING_OUT "/%s", rest_text(rest, "id"));
    clock_advance(rest->world, 3000);
    assert_int_equal(rest_get(rest, own), 200);
    assert_string_equal(rest_text(rest, "status.callStatus"), "Busy");
    assert_string_equal(rest_text(rest, "status.callerStatus"), "Success");
    assert_string_equal(rest_text(rest, "status.calleeStatus"), "Busy");
}

/* The event of the request stands before those of the call it began, and is their cause. */
static void the_journal_tells_the_request_first(void **state)
{
    struct rest *rest = *state;
    struct event event;
    rest_call(rest, "POST", RING_OUT, "{\"to\":{\"phoneNumber\":\"+12125550100\"}}");
    uint64_t seq = journal_first(rest->api.journal);
    while (journal_get(rest->api.journal, seq, &event) &&
           strcmp(event.op, "createRingOutCall") != 0)
        seq++;
    assert_true(journal_get(rest->api.journal, seq + 1, &event));
    assert_string_equal(event.op, "call.start");
    assert_int_equal(event.cause, seq);
}

static void active_calls_and_presence_show_the_call(void **state)
{
    struct rest *rest = *state;
    const struct phone_call *call = given_call(rest, "101", PARTY_ANSWERS);
    clock_advance(rest->world, 3000);
    assert_int_equal(rest_get(rest, OWN_PATH "/active-calls"), 200);
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_string_equal(rest_text(rest, "records[0].result"), "In Progress");
    assert_string_equal(rest_text(rest, "records[0].telephonySessionId"),
                        kept("s-%s", call->api_id));
    rest_get(rest, ACCOUNT_PATH "/active-calls?direction=Outbound");
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_get(rest, OWN_PATH "/presence?detailedTelephonyState=true&sipData=true");
    assert_string_equal(rest_text(rest, "telephonyStatus"), "CallConnected");
    assert_string_equal(rest_text(rest, "presenceStatus"), "Busy");
    assert_string_equal(rest_text(rest, "activeCalls[0].from"), "+13035550199");
    assert_string_equal(rest_text(rest, "activeCalls[0].partyId"), kept("p-%s-2", call->api_id));
    assert_null(rest_at(rest, "activeCalls[0].sipData")); /* no phone, no dialog */
}

#define in_rest(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_rest(a_session_shows_its_parties),
        cmocka_unit_test(moves_answer_as_documented_and_want_their_state),
        in_rest(a_parked_call_is_picked_up_by_a_colleague),
        in_rest(a_warm_transfer_bridges_two_calls),
        in_rest(recordings_are_paused_and_go_on),
        in_rest(a_supervisor_needs_a_group_with_the_agent),
        in_rest(a_ring_out_is_followed_to_its_end_and_a_minute_longer),
        in_rest(a_ring_out_nobody_takes_says_who_did_not),
        in_rest(the_journal_tells_the_request_first),
        in_rest(active_calls_and_presence_show_the_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
