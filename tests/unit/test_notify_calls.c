/* What subscribers are told of calls, of presence in them, and of messages. rest.md 6.5, 7. */
#include "support/rest_world.h"

#include "notify/tell.h"

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

/* Ann listens. */
static struct subscription *given(struct rest *rest, const char *filter)
{
    struct subscription_draft draft = {.session = rest->session,
                                       .address = "http://cc.test/",
                                       .filters = xcalloc(1, sizeof(struct filter)),
                                       .filter_count = 1,
                                       .ttl_ms = 3600000};
    id_uuid(&rest->world->ids, draft.id);
    const struct user *owner = user_by_id(rest->world, rest->session->user_id);
    assert_int_equal(filter_read(rest->world, owner, filter, draft.ttl_ms, draft.id, draft.filters),
                     FILTER_OK);
    assert_null(draft.filters->disabled);
    return subscription_add(rest->world, &draft);
}

/* Takes the first body that waits. */
static const struct node *next(struct rest *rest, struct subscription *one)
{
    const struct delivery *delivery = subscription_first(one);
    assert_non_null(delivery);
    const struct node *node =
        json_parse(&rest->arena, arena_strdup(&rest->arena, delivery->body), delivery->len, NULL);
    subscription_pop(rest->world, one);
    return node_get(node, "body");
}

/* Member of the one party an event of telephony sessions has. */
static const struct node *of_party(const struct node *body, const char *name)
{
    return node_get(node_first(node_get(body, "parties")), name);
}

static const char *code_of(const struct node *body)
{
    return node_text(node_get(of_party(body, "status"), "code"), "");
}

/* Somebody outside calls; answered after a second, over after ten more. */
static void a_call_comes(struct rest *rest, const char *to, enum party_does does)
{
    const struct switch_callee callee = {true, {.does = does, .after_ms = 1000}};
    struct phone_call *call = switch_begin(rest->world, &(struct switch_draft){
                                                            .from = "+13035550199",
                                                            .name = "TEST",
                                                            .to = to,
                                                            .is_simulated = true,
                                                            .plays = {.lasts_ms = 10000},
                                                        });
    assert_non_null(call);
    switch_dial(rest->world, call, &callee);
    clock_advance(rest->world, 120000);
    assert_int_equal(phone_call_count(rest->world), 0);
}

static void a_session_is_told_party_by_party(void **state)
{
    static const char *const codes[] = {"Proceeding", "Answered", "Disconnected"};
    struct rest *rest = *state;
    struct subscription *one = given(rest, ACCOUNT_PATH "/telephony/sessions");
    a_call_comes(rest, "102", PARTY_ANSWERS);
    assert_int_equal(one->queue_count, 3); /* the outside party's are nobody's */
    int64_t last = 0, sequence = 0;
    for (size_t i = 0; i < 3; i++) {
        const struct node *body = next(rest, one);
        assert_string_equal(code_of(body), codes[i]);
        assert_true(node_int(node_get(body, "sequence"), &sequence));
        assert_true(sequence > last);
        last = sequence;
        assert_string_equal(node_text(of_party(body, "extensionId"), ""), "7102");
        assert_string_equal(node_text(of_party(body, "accountId"), ""), "7001");
        assert_string_equal(node_text(of_party(body, "direction"), ""), "Inbound");
        assert_string_equal(node_text(node_get(of_party(body, "from"), "phoneNumber"), ""),
                            "+13035550199");
        assert_string_equal(node_text(node_get(of_party(body, "from"), "name"), ""), "TEST");
        assert_int_equal(of_party(body, "missedCall")->kind, NODE_BOOL);
        assert_string_equal(node_text(node_get(node_get(body, "origin"), "type"), ""), "Call");
        assert_true(text_starts(node_text(node_get(body, "telephonySessionId"), ""), "s-"));
    }
}

/* However it came to be missed: once, to its own extension. */
static void a_missed_call_is_told_once(void **state)
{
    static const struct {
        enum party_does does;
        bool is_told;
    } rows[] = {{PARTY_ANSWERS, false}, {PARTY_RINGS, true}, {PARTY_REJECTS, true}};
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    struct subscription *own = given(rest, OWN_PATH "/missed-calls");
    rest_as(rest, "Ann");
    struct subscription *others = given(rest, OWN_PATH "/missed-calls");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        a_call_comes(rest, "102", rows[i].does);
        assert_int_equal(own->queue_count, rows[i].is_told);
        if (!rows[i].is_told)
            continue;
        const struct node *body = next(rest, own);
        assert_string_equal(node_text(node_get(body, "extensionId"), ""), "7102");
        assert_string_equal(node_text(node_get(body, "from"), ""), "+13035550199");
        assert_string_equal(node_text(node_get(body, "fromName"), ""), "TEST");
        assert_string_equal(node_text(node_get(body, "to"), ""), "102");
        assert_string_equal(node_text(node_get(body, "action"), ""), "MissedCall");
        assert_true(text_starts(node_text(node_get(body, "sid"), ""), "s-"));
    }
    assert_null(subscription_first(others));
}

/* How many events of one missed and one answered call a filter hears. */
static void filters_choose_among_the_events_of_sessions(void **state)
{
    static const struct {
        const char *filter;
        size_t heard;
    } rows[] = {
        {ACCOUNT_PATH "/telephony/sessions", 5},
        {ACCOUNT_PATH "/extension/7102/telephony/sessions", 3},
        {ACCOUNT_PATH "/extension/7103/telephony/sessions", 2},
        {ACCOUNT_PATH "/telephony/sessions?statusCode=Answered", 1},
        {ACCOUNT_PATH "/telephony/sessions?statusCode=Answered&statusCode=Disconnected", 3},
        {ACCOUNT_PATH "/telephony/sessions?missedCall=true", 1},
        {ACCOUNT_PATH "/telephony/sessions?direction=Outbound", 0},
        {ACCOUNT_PATH "/telephony/sessions?phoneNumber=%2B13035550199", 5},
        {ACCOUNT_PATH "/telephony/sessions?phoneNumber=13035550199", 5},
        {ACCOUNT_PATH "/telephony/sessions?phoneNumber=13035550100", 0},
        {ACCOUNT_PATH "/telephony/sessions?withRecordings=true&sipData=true", 5},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        void *state_of_one;
        setup(&state_of_one);
        struct rest *rest = state_of_one;
        struct subscription *one = given(rest, rows[i].filter);
        a_call_comes(rest, "102", PARTY_ANSWERS);
        a_call_comes(rest, "103", PARTY_RINGS);
        if (one->queue_count != rows[i].heard)
            fail_msg("%s: wanted %zu, heard %zu", rows[i].filter, rows[i].heard, one->queue_count);
        teardown(&state_of_one);
    }
    (void)state;
}

static void presence_follows_the_call(void **state)
{
    static const struct {
        const char *telephony, *presence, *end;
        const char *active;
    } rows[] = {{"Ringing", "Busy", NULL, "1"},
                {"CallConnected", "Busy", NULL, "1"},
                {"NoCall", "Available", "final", "0"}};
    struct rest *rest = *state;
    struct subscription *plain = given(rest, ACCOUNT_PATH "/extension/7102/presence");
    struct subscription *detailed =
        given(rest, ACCOUNT_PATH "/presence?detailedTelephonyState=true");
    struct subscription *lines = given(rest, ACCOUNT_PATH "/extension/7102/presence/line");
    a_call_comes(rest, "102", PARTY_ANSWERS);
    assert_int_equal(lines->queue_count, 3);
    for (size_t i = 0; i < 3; i++) {
        const struct node *body = next(rest, plain);
        assert_string_equal(node_text(node_get(body, "telephonyStatus"), ""), rows[i].telephony);
        assert_string_equal(node_text(node_get(body, "presenceStatus"), ""), rows[i].presence);
        assert_null(node_get(body, "activeCalls"));
        body = next(rest, detailed);
        assert_string_equal(node_text(node_get(body, "totalActiveCalls"), ""), rows[i].active);
        const struct node *call = node_first(node_get(body, "activeCalls"));
        assert_string_equal(node_text(node_get(call, "telephonyStatus"), ""), rows[i].telephony);
        assert_string_equal(node_text(node_get(call, "from"), ""), "+13035550199");
        const char *end = node_text(node_get(call, "terminationType"), NULL);
        assert_true(rows[i].end ? text_eq(end, rows[i].end) : end == NULL);
    }
    assert_null(subscription_first(plain));
}

static void a_message_is_told_to_whose_store_it_is_in(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    struct subscription *store = given(rest, OWN_PATH "/message-store");
    struct subscription *pagers = given(rest, OWN_PATH "/message-store?type=SMS");
    rest_as(rest, "Ann");
    struct subscription *others = given(rest, OWN_PATH "/message-store");
    assert_int_equal(rest_call(rest, "POST", OWN_PATH "/company-pager",
                               "{\"from\":{\"extensionNumber\":\"101\"},"
                               "\"to\":[{\"extensionNumber\":\"102\"}],\"text\":\"hello\"}"),
                     200);
    assert_int_equal(store->queue_count, 1);
    assert_int_equal(pagers->queue_count, 0);
    assert_int_equal(others->queue_count, 1); /* the sender's own copy */
    const struct node *change = node_first(node_get(next(rest, store), "changes"));
    assert_string_equal(node_text(node_get(change, "type"), ""), "Pager");
    assert_string_equal(node_text(node_get(change, "newCount"), ""), "1");
    assert_int_equal(node_get(change, "newMessageIds")->count, 1);
    struct message *copy = message_at(rest->world, 1);
    message_set_read(rest->world, copy, true);
    change = node_first(node_get(next(rest, store), "changes"));
    assert_string_equal(node_text(node_get(change, "updatedCount"), ""), "1");
    assert_null(node_get(change, "newMessageIds"));
    message_set_read(rest->world, copy, true); /* nothing new */
    assert_null(subscription_first(store));
}

static void a_text_is_told_at_once_to_its_receiver(void **state)
{
    struct rest *rest = *state;
    struct subscription *instant = given(rest, OWN_PATH "/message-store/instant?type=SMS");
    const struct user *ann = user_by_id(rest->world, 7101), *bob = user_by_id(rest->world, 7102);
    const char *const to = "+12025550101";
    struct message_draft draft = {.kind = MESSAGE_SMS,
                                  .sender = bob,
                                  .from_number = "+18005550102",
                                  .to_numbers = &to,
                                  .to_users = &ann,
                                  .to_count = 1,
                                  .text = "hi"};
    assert_non_null(message_send(rest->world, &draft));
    assert_int_equal(instant->queue_count, 1);
    const struct node *body = next(rest, instant);
    assert_string_equal(node_text(node_get(body, "subject"), ""), "hi");
    assert_string_equal(node_text(node_get(body, "direction"), ""), "Inbound");
    assert_string_equal(node_text(node_get(node_get(body, "from"), "phoneNumber"), ""),
                        "+18005550102");
}

#define in_rest(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_rest(a_session_is_told_party_by_party),
        cmocka_unit_test(filters_choose_among_the_events_of_sessions),
        in_rest(a_missed_call_is_told_once),
        in_rest(presence_follows_the_call),
        in_rest(a_message_is_told_to_whose_store_it_is_in),
        in_rest(a_text_is_told_at_once_to_its_receiver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
