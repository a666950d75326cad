/* Conferences over REST: begun, dialled into, filled from other calls, left, over. rest.md 5.10;
 * sip.md 4.1. */
#include "support/rest_world.h"

#include "journal/call_event.h"
#include "notify/tell.h"

#define SESSIONS   ACCOUNT_PATH "/telephony/sessions/"
#define CONFERENCE ACCOUNT_PATH "/telephony/conference"

static int setup(void **state)
{
    struct rest *rest = *state = rest_new();
    rest->world->knobs.calllog_delay_ms = 0;
    notice_listen(rest->world, notify_hear, rest->api.journal);
    return 0;
}

static int teardown(void **state)
{
    rest_free(*state);
    return 0;
}

static struct phone_call *newest(const struct rest *rest)
{
    return rest->world->phone_calls;
}

static struct phone_call *given_conference(struct rest *rest)
{
    assert_int_equal(rest_call(rest, "POST", CONFERENCE, NULL), 201);
    return newest(rest);
}

static struct phone_call *dial(struct rest *rest, const char *who, const char *to)
{
    struct phone_call *call = switch_begin(
        rest->world, &(struct switch_draft){
                         .caller = user_named(rest->world, who), .to = to, .is_simulated = true});
    assert_non_null(call);
    switch_dial(rest->world, call, NULL);
    return call;
}

/* Ann's, and she is in it. */
static struct phone_call *given_host_in(struct rest *rest)
{
    struct phone_call *conference = given_conference(rest);
    assert_ptr_equal(dial(rest, "Ann", conference->token), conference);
    return conference;
}

/* Ann talks to a customer of this number. */
static struct phone_call *given_talk(struct rest *rest, const char *number)
{
    const struct switch_callee callee = {true, {.does = PARTY_ANSWERS}};
    struct phone_call *call =
        switch_begin(rest->world, &(struct switch_draft){.caller = user_named(rest->world, "Ann"),
                                                         .to = number,
                                                         .is_simulated = true});
    switch_dial(rest->world, call, &callee);
    clock_advance(rest->world, 1000);
    assert_int_equal(call->state, PHONE_CALL_UP);
    return call;
}

static int bring_in(struct rest *rest, const struct phone_call *conference,
                    const struct phone_call *from, int party)
{
    char target[200], body[200], session[CALL_ID_LEN], id[CALL_ID_LEN];
    snprintf(target, sizeof target, SESSIONS "%s/parties/bring-in",
             phone_session_id(conference, session));
    phone_party_id(phone_party_by_number(from, party), id);
    snprintf(body, sizeof body, "{\"sessionId\":\"%s\",\"partyId\":\"%s\"}",
             phone_session_id(from, session), id);
    return rest_call(rest, "POST", target, body);
}

static int on_party(struct rest *rest, const char *method, const struct phone_call *call, int party,
                    const char *tail, const char *body)
{
    char target[200];
    snprintf(target, sizeof target, SESSIONS "s-%s/parties/p-%s-%d%s", call->api_id, call->api_id,
             party, tail);
    return rest_call(rest, method, target, body);
}

static struct event last_end(struct rest *rest)
{
    struct event event = {0};
    for (uint64_t seq = journal_last(rest->api.journal); seq; seq--)
        if (journal_get(rest->api.journal, seq, &event) && strcmp(event.op, "call.end") == 0)
            return event;
    fail_msg("no call has ended");
    return event;
}

static void it_begins_empty_with_a_token(void **state)
{
    struct rest *rest = *state;
    struct phone_call *conference = given_conference(rest);
    assert_true(text_starts(rest_text(rest, "session.voiceCallToken"), "conf_"));
    assert_string_equal(rest_text(rest, "session.origin.type"), "Conference");
    assert_int_equal(rest_count(rest, "session.parties"), 0);
    assert_string_equal(event_get(&rest->event, EVENT_RATE_GROUP), "heavy");
    char target[100], session[CALL_ID_LEN];
    snprintf(target, sizeof target, SESSIONS "%s", phone_session_id(conference, session));
    assert_int_equal(rest_get(rest, target), 200);
    rest_as(rest, "Bob"); /* not his */
    rest_get(rest, target);
    assert_refused(rest, 403, "CMN-404");
}

static void nobody_who_dials_in_ends_it(void **state)
{
    struct rest *rest = *state;
    given_conference(rest);
    clock_advance(rest->world, 37999);
    assert_int_equal(phone_call_count(rest->world), 1);
    clock_advance(rest->world, 1);
    assert_int_equal(phone_call_count(rest->world), 0);
    struct event end = last_end(rest);
    assert_string_equal(event_get(&end, EVENT_REASON), "nobody dialled into the conference");
    assert_int_equal(call_log_count(rest->world), 1); /* a gap */
    assert_true(call_log_at(rest->world, 0)->is_deleted);
}

static void the_host_dials_in_and_is_connected(void **state)
{
    struct rest *rest = *state;
    struct phone_call *conference = given_host_in(rest);
    assert_int_equal(phone_call_count(rest->world), 1);
    assert_int_equal(conference->state, PHONE_CALL_UP);
    assert_int_equal(conference->parties->status, PHONE_ANSWERED);
    assert_int_equal(switch_telephony_of(user_named(rest->world, "Ann")), CALL_IS_CONNECTED);
    clock_advance(rest->world, 60000);
    assert_int_equal(phone_call_count(rest->world), 1); /* one alone keeps it */
}

static void parties_of_other_calls_are_brought_in(void **state)
{
    struct rest *rest = *state;
    struct phone_call *conference = given_host_in(rest);
    for (int i = 0; i < 2; i++) { /* by the user's own party, and by the other's */
        struct phone_call *talk = given_talk(rest, i ? "+13035550198" : "+13035550199");
        assert_int_equal(bring_in(rest, conference, talk, 1 + i), 201);
        assert_string_equal(rest_text(rest, "status.code"), "Answered");
        assert_string_equal(rest_text(rest, "to.phoneNumber"), i ? "+13035550198" : "+13035550199");
        assert_int_equal(phone_call_count(rest->world), 1);
    }
    assert_int_equal(conference->party_count, 3);
    struct event end = last_end(rest);
    assert_string_equal(event_get(&end, EVENT_REASON), "the call was brought into a conference");
    assert_int_equal(switch_telephony_of(user_named(rest->world, "Ann")), CALL_IS_CONNECTED);
    assert_int_equal(on_party(rest, "DELETE", conference, 2, "", NULL), 204);
    assert_int_equal(on_party(rest, "DELETE", conference, 3, "", NULL), 204);
    assert_int_equal(phone_call_count(rest->world), 1);
}

static void a_colleague_goes_on_in_the_conference_and_in_the_log(void **state)
{
    struct rest *rest = *state;
    struct phone_call *conference = given_host_in(rest);
    struct phone_call *talk = given_talk(rest, "102");
    clock_advance(rest->world, 9000);
    assert_int_equal(bring_in(rest, conference, talk, 1), 201);
    const struct user *bob = user_named(rest->world, "Bob");
    assert_int_equal(switch_telephony_of(bob), CALL_IS_CONNECTED);
    clock_advance(rest->world, 5000);
    switch_end(rest->world, conference, 200, "over");
    assert_int_equal(switch_telephony_of(bob), NO_CALL);
    /* Ann's conference; her call to Bob, and Bob's of it; Bob's part of the conference. */
    static const int64_t seconds[] = {15, 10, 10, 5};
    assert_int_equal(call_log_count(rest->world), 4);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(call_log_at(rest->world, i)->duration_ms / 1000, seconds[i]);
}

static void it_ends_with_its_host_unless_kept_alive(void **state)
{
    for (int keeps = 0; keeps < 2; keeps++) {
        struct rest *rest = rest_new();
        struct phone_call *conference = given_host_in(rest);
        assert_int_equal(bring_in(rest, conference, given_talk(rest, "+13035550199"), 1), 201);
        const char *body = keeps ? "{\"keepConferenceAlive\":true}" : NULL;
        assert_int_equal(on_party(rest, "DELETE", conference, 1, "", body), 204);
        assert_int_equal(phone_call_count(rest->world), keeps);
        if (keeps) { /* the last one's leaving is its end */
            switch_hang_up(rest->world, phone_party_by_number(conference, 2), "over");
            assert_int_equal(phone_call_count(rest->world), 0);
        }
        rest_free(rest);
    }
    (void)state;
}

static void what_cannot_be_brought_in_is_refused(void **state)
{
    struct rest *rest = *state;
    struct phone_call *empty = given_conference(rest);
    struct phone_call *talk = given_talk(rest, "+13035550199");
    bring_in(rest, empty, talk, 1); /* nobody is in it yet */
    assert_refused(rest, 409, "CMN-101");
    dial(rest, "Ann", empty->token);
    bring_in(rest, talk, empty, 1); /* no conference */
    assert_refused(rest, 409, "CMN-101");
    bring_in(rest, empty, empty, 1); /* itself */
    assert_refused(rest, 409, "CMN-101");
    for (int i = 0; i < PHONE_GUESTS_MAX; i++) {
        assert_int_equal(bring_in(rest, empty, talk, 1), 201);
        talk = given_talk(rest, "+13035550199");
    }
    bring_in(rest, empty, talk, 1); /* full */
    assert_refused(rest, 409, "CMN-101");
    assert_int_equal(talk->state, PHONE_CALL_UP); /* and the call goes on */
    on_party(rest, "POST", empty, 1, "/park", NULL);
    assert_refused(rest, 409, "CMN-101");
    on_party(rest, "POST", empty, 1, "/transfer", "{\"phoneNumber\":\"102\"}");
    assert_refused(rest, 409, "CMN-101");
}

static void what_is_missing_or_unknown_is_named(void **state)
{
    static const struct {
        const char *body, *code, *parameter;
    } rows[] = {
        {"{\"partyId\":\"p-1\"}", "CMN-100", "sessionId"},
        {"{\"sessionId\":\"s-1\"}", "CMN-100", "partyId"},
        {"{\"sessionId\":\"s-1\",\"partyId\":\"p-1\"}", "CMN-102", "sessionId"},
    };
    struct rest *rest = *state;
    char target[100], session[CALL_ID_LEN];
    struct phone_call *conference = given_host_in(rest);
    snprintf(target, sizeof target, SESSIONS "%s/parties/bring-in",
             phone_session_id(conference, session));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rest_call(rest, "POST", target, rows[i].body);
        assert_string_equal(rest_text(rest, "errors[0].errorCode"), rows[i].code);
        assert_string_equal(rest_text(rest, "parameterName"), rows[i].parameter);
    }
    rest->world->accounts[0]->features_off = UINT64_MAX;
    rest_call(rest, "POST", CONFERENCE, NULL);
    assert_refused(rest, 403, "BIL-101");
}

/* The way of phones (sip.md 4.1): "*" or "prk" and the place. */
static void who_is_parked_is_picked_up_by_dialling_the_place(void **state)
{
    static const char *const prefixes[] = {"*", "prk"};
    struct rest *rest = *state;
    for (size_t i = 0; i < 2; i++) {
        struct phone_call *talk = given_talk(rest, "+13035550199");
        struct phone_party *parked = switch_park(rest->world, phone_party_by_number(talk, 1));
        assert_non_null(parked);
        char place[20];
        snprintf(place, sizeof place, "%s%s", prefixes[i], parked->park_id);
        assert_false(switch_leads_into(rest->world, user_named(rest->world, "Eve"), place));
        assert_ptr_equal(dial(rest, "Bob", place), talk);
        assert_int_equal(parked->status, PHONE_ANSWERED);
        assert_int_equal(parked->reason, PHONE_PICKUP);
        assert_int_equal(phone_party_by_number(talk, 3)->status, PHONE_ANSWERED);
        assert_ptr_equal(switch_peer_of(parked), phone_party_by_number(talk, 3));
        switch_hang_up(rest->world, parked, "over");
        assert_int_equal(phone_call_count(rest->world), 0);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_begins_empty_with_a_token),
        TEST(nobody_who_dials_in_ends_it),
        TEST(the_host_dials_in_and_is_connected),
        TEST(parties_of_other_calls_are_brought_in),
        TEST(a_colleague_goes_on_in_the_conference_and_in_the_log),
        cmocka_unit_test(it_ends_with_its_host_unless_kept_alive),
        TEST(what_cannot_be_brought_in_is_refused),
        TEST(what_is_missing_or_unknown_is_named),
        TEST(who_is_parked_is_picked_up_by_dialling_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
