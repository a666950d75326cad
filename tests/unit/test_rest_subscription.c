/* Subscriptions over REST without sockets: what the receiver answers to the validation is played by
 * the test, as the edge would. rest.md 6.1, 6.2; failures.md group E. */
#include "support/rest_world.h"

#include "api/errand.h"

#define SUBSCRIPTION "/restapi/v1.0/subscription"
#define HOOK         "\"deliveryMode\":{\"transportType\":\"WebHook\",\"address\":\"http://cc.test/hook\"}"
#define SESSIONS     "\"eventFilters\":[\"/restapi/v1.0/account/~/telephony/sessions\"]"

static const struct errand good = {.result = ERRAND_ANSWERED, .status = 200, .has_token = true};

/* One call whose errand, if it asks for one, comes out as `outcome`. */
static int create_as(struct rest *rest, const char *body, const struct errand *outcome)
{
    int status = rest_call(rest, "POST", SUBSCRIPTION, body);
    return rest->reply.errand ? rest_resume(rest, SUBSCRIPTION, body, outcome) : status;
}

/* Its path; lives as long as the test. */
static const char *given_subscription(struct rest *rest, char out[128], const char *body)
{
    assert_int_equal(create_as(rest, body, &good), 200);
    snprintf(out, 128, SUBSCRIPTION "/%s", rest_text(rest, "id"));
    return out;
}

static void a_subscription_is_made_once_the_receiver_has_answered(void **state)
{
    struct rest *rest = *state;
    uint64_t before = journal_last(rest->api.journal);
    assert_int_equal(create_as(rest, "{" SESSIONS "," HOOK ",\"expiresIn\":60}", &good), 200);
    assert_int_equal(journal_last(rest->api.journal), before + 1);
    assert_string_equal(rest_text(rest, "eventFilters[0]"),
                        "/restapi/v1.0/account/7001/telephony/sessions");
    assert_string_equal(rest_text(rest, "status"), "Active");
    assert_string_equal(rest_text(rest, "expiresIn"), "60");
    assert_string_equal(rest_text(rest, "creationTime"), "2026-01-05T09:00:00.000Z");
    assert_string_equal(rest_text(rest, "expirationTime"), "2026-01-05T09:01:00.000Z");
    assert_string_equal(rest_text(rest, "deliveryMode.address"), "http://cc.test/hook");
    assert_null(rest_at(rest, "deliveryMode.verificationToken"));
    assert_null(rest_at(rest, "disabledFilters"));
    assert_string_equal(event_get(&rest->event, EVENT_SUBSCRIPTION), rest_text(rest, "id"));
}

static void before_the_receiver_has_answered_there_is_no_subscription(void **state)
{
    struct rest *rest = *state;
    uint64_t before = journal_last(rest->api.journal);
    rest_call(rest, "POST", SUBSCRIPTION, "{" SESSIONS "," HOOK "}");
    assert_non_null(rest->reply.errand);
    assert_string_equal(rest->reply.errand->url, "http://cc.test/hook");
    assert_int_equal(rest->reply.errand->timeout_ms, 3000);
    assert_int_equal(rest->reply.errand->max_bytes, 1024);
    assert_int_equal(journal_last(rest->api.journal), before);
    assert_int_equal(subscription_count(rest->world), 0);
}

static void what_the_receiver_did_wrong_has_its_code(void **state)
{
    static const struct {
        struct errand outcome;
        const char *code;
    } rows[] = {
        {{.result = ERRAND_ANSWERED, .status = 200}, "SUB-520"},
        {{.result = ERRAND_UNREACHABLE}, "SUB-521"},
        {{.result = ERRAND_BAD_TLS}, "SUB-524"},
        {{.result = ERRAND_ANSWERED, .status = 204, .has_token = true}, "SUB-525"},
        {{.result = ERRAND_ANSWERED, .status = 500}, "SUB-525"},
        {{.result = ERRAND_TOO_LARGE}, "SUB-525"},
        {{.result = ERRAND_MALFORMED}, "SUB-525"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        create_as(rest, "{" SESSIONS "," HOOK "}", &rows[i].outcome);
        assert_refused(rest, 400, rows[i].code);
        assert_int_equal(subscription_count(rest->world), 0);
    }
}

static void what_is_wrong_with_the_request_is_told_before_anybody_is_called(void **state)
{
#define FILTER(text) "{\"eventFilters\":[\"" text "\"]," HOOK "}"
#define MODE(text)   "{" SESSIONS ",\"deliveryMode\":" text "}"
    static const struct {
        const char *body;
        int status;
        const char *code;
    } rows[] = {
        {"[]", 400, "CMN-103"},
        {"{" SESSIONS "}", 400, "CMN-100"},
        {"{" HOOK "}", 400, "CMN-100"},
        {MODE("{}"), 400, "CMN-100"},
        {MODE("{\"transportType\":\"WebHook\"}"), 400, "CMN-100"},
        {MODE("{\"transportType\":\"PubNub\",\"address\":\"http://a.test\"}"), 400, "CMN-101"},
        {MODE("{\"transportType\":\"WebHook\",\"address\":\"ftp://a.test\"}"), 400, "CMN-101"},
        {MODE("{\"transportType\":\"WebHook\",\"address\":\"http:///x\"}"), 400, "CMN-101"},
        {MODE("{\"transportType\":\"WebHook\",\"address\":\"http://a b\"}"), 400, "CMN-101"},
        {MODE("{\"transportType\":\"WebHook\",\"address\":\"http://a.test\","
              "\"verificationToken\":\"a\\r\\nX: y\"}"),
         400, "CMN-101"},
        {"{" SESSIONS "," HOOK ",\"expiresIn\":0}", 400, "CMN-101"},
        {"{" SESSIONS "," HOOK ",\"expiresIn\":\"x\"}", 400, "CMN-101"},
        {"{\"eventFilters\":[]," HOOK "}", 400, "SUB-508"},
        {"{\"eventFilters\":[1]," HOOK "}", 400, "SUB-508"},
        {FILTER("/restapi/v1.0/account/~/nothing"), 400, "SUB-508"},
        {FILTER("/restapi/v1.0/account/~"), 400, "SUB-508"},
        {FILTER("telephony/sessions"), 400, "SUB-508"},
        {FILTER("/restapi/v1.0/account/x/presence"), 400, "SUB-508"},
        {FILTER("/restapi/v1.0/account/~/extension/x"), 400, "SUB-508"},
        {FILTER("/restapi/v1.0/account/~/presence?colour=red"), 400, "SUB-508"},
        {FILTER("/restapi/v1.0/account/~//restapi/v1.0/subscription/~"), 400, "SUB-508"},
        {FILTER("/restapi/v1.0/account/7901/presence"), 403, "SUB-406"},
        {FILTER("/restapi/v1.0/account/~/extension/7902/presence"), 403, "SUB-406"},
        {FILTER("/restapi/v1.0/account/~/extension/1/presence"), 403, "SUB-408"},
        {FILTER("/restapi/v1.0/subscription/~?threshold=302401&interval=1"), 400, "SUB-516"},
        {FILTER("/restapi/v1.0/subscription/~?threshold=60&interval=31"), 400, "SUB-516"},
        {FILTER("/restapi/v1.0/subscription/~?threshold=x"), 400, "SUB-516"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].body);
        rest_call(rest, "POST", SUBSCRIPTION, rows[i].body);
        assert_refused(rest, rows[i].status, rows[i].code);
        assert_null(rest->reply.errand);
    }
}

static void https_can_be_demanded(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.sub_validation_require_https = 1;
    rest_call(rest, "POST", SUBSCRIPTION, "{" SESSIONS "," HOOK "}");
    assert_refused(rest, 400, "SUB-523");
}

static void the_app_needs_the_scope_of_webhooks(void **state)
{
    struct rest *rest = *state;
    rest->session->scopes &= ~SCOPE_BIT(SUBSCRIPTION_WEBHOOK);
    rest_call(rest, "POST", SUBSCRIPTION, "{" SESSIONS "," HOOK "}");
    assert_refused(rest, 403, "CMN-401");
}

static void a_filter_the_user_may_not_have_is_switched_off(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    create_as(rest,
              "{\"eventFilters\":[\"/restapi/v1.0/account/~/telephony/sessions\","
              "\"/restapi/v1.0/account/~/extension/~/telephony/sessions\"]," HOOK "}",
              &good);
    assert_int_equal(rest->reply.status, 200);
    assert_int_equal(rest_count(rest, "eventFilters"), 1);
    assert_string_equal(rest_text(rest, "eventFilters[0]"),
                        "/restapi/v1.0/account/7001/extension/7102/telephony/sessions");
    assert_string_equal(rest_text(rest, "disabledFilters[0].filter"),
                        "/restapi/v1.0/account/7001/telephony/sessions");
    assert_string_equal(rest_text(rest, "disabledFilters[0].reason"), "SUB-412");
}

static void when_every_filter_is_off_there_is_no_subscription(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    rest_call(rest, "POST", SUBSCRIPTION, "{" SESSIONS "," HOOK "}");
    assert_refused(rest, 403, "SUB-412");
    rest_call(rest, "POST", SUBSCRIPTION,
              FILTER("/restapi/v1.0/account/~/extension/7101/message-store"));
    assert_refused(rest, 403, "SUB-405");
    rest_call(rest, "POST", SUBSCRIPTION,
              FILTER("/restapi/v1.0/account/~/extension/7101/missed-calls"));
    assert_refused(rest, 403, "SUB-527");
    rest->session->scopes &= ~SCOPE_BIT(CALL_CONTROL);
    rest_call(rest, "POST", SUBSCRIPTION,
              FILTER("/restapi/v1.0/account/~/extension/~/telephony/sessions"));
    assert_refused(rest, 403, "CMN-401");
}

/* rest.md 6.5: a filter needs the scope of what it watches, and says which. */
static void each_filter_needs_its_scope(void **state)
{
    static const struct {
        const char *filter;
        scope_set scope;
        const char *name;
    } rows[] = {
        {"telephony/sessions", SCOPE_BIT(CALL_CONTROL), "CallControl"},
        {"extension/~/telephony/sessions", SCOPE_BIT(CALL_CONTROL), "CallControl"},
        {"presence", SCOPE_BIT(READ_PRESENCE), "ReadPresence"},
        {"extension/~/presence", SCOPE_BIT(READ_PRESENCE), "ReadPresence"},
        {"extension/~/presence/line", SCOPE_BIT(READ_PRESENCE), "ReadPresence"},
        {"extension/~/presence/line/presence", SCOPE_BIT(READ_PRESENCE), "ReadPresence"},
        {"extension/~/presence/dnd", SCOPE_BIT(READ_PRESENCE), "ReadPresence"},
        {"call-queues/7105/presence", SCOPE_BIT(READ_PRESENCE), "ReadPresence"},
        {"extension", SCOPE_BIT(READ_ACCOUNTS), "ReadAccounts"},
        {"extension/~", SCOPE_BIT(READ_ACCOUNTS), "ReadAccounts"},
        {"extension/~/message-store", SCOPE_BIT(READ_MESSAGES), "ReadMessages"},
        {"extension/~/message-store/instant?type=SMS", SCOPE_BIT(READ_MESSAGES), "ReadMessages"},
        {"extension/~/fax?direction=Inbound", SCOPE_BIT(READ_MESSAGES), "ReadMessages"},
        {"extension/~/voicemail", SCOPE_BIT(READ_MESSAGES), "ReadMessages"},
        {"extension/~/missed-calls", SCOPE_BIT(READ_CALL_LOG), "ReadCallLog"},
        {"phone-number?usageType=ContactCenterNumber", SCOPE_BIT(READ_ACCOUNTS), "ReadAccounts"},
        {"directory/entries", SCOPE_BIT(READ_ACCOUNTS), "ReadAccounts"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char body[512];
        print_message("%s\n", rows[i].filter);
        snprintf(body, sizeof body, "{\"eventFilters\":[\"/restapi/v1.0/account/~/%s\"]," HOOK "}",
                 rows[i].filter);
        rest->session->scopes = SCOPE_BIT(SUBSCRIPTION_WEBHOOK);
        rest_call(rest, "POST", SUBSCRIPTION, body);
        assert_refused(rest, 403, "CMN-401");
        assert_string_equal(rest_text(rest, "errors[0].permissionName"), rows[i].name);
        rest->session->scopes |= rows[i].scope;
        assert_int_equal(create_as(rest, body, &good), 200);
    }
}

static void forty_a_minute_may_be_asked_for(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    for (int i = 0; i < 40; i++)
        assert_int_equal(rest_call(rest, "POST", SUBSCRIPTION, "{}"), 400);
    rest_call(rest, "POST", SUBSCRIPTION, "{}");
    assert_refused(rest, 429, "CMN-301");
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Group"), "medium");
    assert_string_equal(rest_reply_header(rest, "Retry-After"), "60");
    assert_int_equal(rest_get(rest, SUBSCRIPTION), 200); /* of another group */
    clock_advance(rest->world, 60000);
    assert_int_equal(rest_call(rest, "POST", SUBSCRIPTION, "{}"), 400);
}

static void life_is_a_week_unless_said_and_ten_years_at_most(void **state)
{
    static const struct {
        const char *body, *expires_in;
        bool is_lenient;
    } rows[] = {
        {"{" SESSIONS "," HOOK "}", "604800", false},
        {"{" SESSIONS "," HOOK ",\"expiresIn\":315360001}", "315360000", false},
        {"{" SESSIONS ",\"deliveryMode\":{\"transportType\":\"WebHook\","
         "\"address\":\"http://a.test\",\"expiresIn\":60}}",
         "604800", false},
        {"{" SESSIONS ",\"deliveryMode\":{\"transportType\":\"WebHook\","
         "\"address\":\"http://a.test\",\"expiresIn\":60}}",
         "60", true},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rest->world->knobs.sub_ttl_parse = rows[i].is_lenient ? KNOB_TTL_LENIENT : KNOB_TTL_STRICT;
        assert_int_equal(create_as(rest, rows[i].body, &good), 200);
        assert_string_equal(rest_text(rest, "expiresIn"), rows[i].expires_in);
    }
}

static void the_limit_is_of_one_user_and_frees_with_expiry(void **state)
{
    struct rest *rest = *state;
    for (int i = 0; i < 30; i++)
        assert_int_equal(create_as(rest, "{" SESSIONS "," HOOK ",\"expiresIn\":60}", &good), 200);
    rest_call(rest, "POST", SUBSCRIPTION, "{" SESSIONS "," HOOK "}");
    assert_refused(rest, 403, "SUB-505");
    rest_as(rest, "Mia");
    assert_int_equal(create_as(rest, "{" SESSIONS "," HOOK "}", &good), 200);
    rest_as(rest, "Ann");
    clock_advance(rest->world, 60000);
    assert_int_equal(create_as(rest, "{" SESSIONS "," HOOK "}", &good), 200);
}

static void it_is_gone_at_its_expiry_and_not_a_moment_sooner(void **state)
{
    struct rest *rest = *state;
    char path[128];
    given_subscription(rest, path, "{" SESSIONS "," HOOK ",\"expiresIn\":60}");
    clock_advance(rest->world, 59999);
    assert_int_equal(rest_get(rest, path), 200);
    assert_string_equal(rest_text(rest, "expiresIn"), "0");
    clock_advance(rest->world, 1);
    rest_get(rest, path);
    assert_refused(rest, 404, "CMN-102");
    rest_get(rest, SUBSCRIPTION);
    assert_int_equal(rest_count(rest, "records"), 0);
}

static void renewing_gives_the_life_first_asked_for(void **state)
{
    struct rest *rest = *state;
    char path[128], renew[144];
    given_subscription(rest, path, "{" SESSIONS "," HOOK ",\"expiresIn\":60}");
    snprintf(renew, sizeof renew, "%s/renew", path);
    clock_advance(rest->world, 30000);
    assert_int_equal(rest_call(rest, "POST", renew, NULL), 200);
    assert_string_equal(rest_text(rest, "expiresIn"), "60");
    clock_advance(rest->world, 30000);
    assert_int_equal(rest_call(rest, "PUT", path, NULL), 200);
    assert_string_equal(rest_text(rest, "expiresIn"), "60");
    assert_int_equal(rest_call(rest, "PUT", path,
                               "{\"expiresIn\":90,\"eventFilters\":"
                               "[\"/restapi/v1.0/account/~/presence\"]}"),
                     200);
    assert_string_equal(rest_text(rest, "expiresIn"), "90");
    assert_string_equal(rest_text(rest, "eventFilters[0]"), "/restapi/v1.0/account/7001/presence");
    rest_call(rest, "PUT", path, "{\"eventFilters\":[\"no\"]}");
    assert_refused(rest, 400, "SUB-508");
}

static void it_is_its_owners_alone(void **state)
{
    struct rest *rest = *state;
    char path[128];
    given_subscription(rest, path, "{" SESSIONS "," HOOK "}");
    rest_as(rest, "Mia");
    rest_get(rest, path);
    assert_refused(rest, 404, "CMN-102");
    rest_call(rest, "DELETE", path, NULL);
    assert_refused(rest, 404, "CMN-102");
    rest_get(rest, SUBSCRIPTION);
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_as(rest, "Ann");
    rest_get(rest, SUBSCRIPTION);
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_int_equal(rest_call(rest, "DELETE", path, NULL), 204);
    assert_int_equal(rest_get(rest, path), 404);
}

static void it_outlives_its_grant_unless_told_otherwise(void **state)
{
    struct rest *rest = *state;
    given_subscription(rest, (char[128]){0}, "{" SESSIONS "," HOOK "}");
    session_end(rest->world, rest->session, SESSION_REVOKED, 1);
    rest_as(rest, "Ann");
    rest_get(rest, SUBSCRIPTION);
    assert_int_equal(rest_count(rest, "records"), 1);
    rest->world->knobs.sub_survives_grant = 0;
    rest_get(rest, SUBSCRIPTION);
    assert_int_equal(rest_count(rest, "records"), 0);
}

static void the_rate_is_counted_once_for_the_two_halves(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    assert_int_equal(create_as(rest, "{" SESSIONS "," HOOK "}", &good), 200);
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Remaining"), "39");
    assert_non_null(rest_reply_header(rest, "RCRequestId"));
    assert_string_equal(event_get(&rest->event, EVENT_REQUEST_ID),
                        rest_reply_header(rest, "RCRequestId"));
    assert_int_equal(create_as(rest, "{" SESSIONS "," HOOK "}", &good), 200);
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Remaining"), "38");
}

static void the_same_request_waits_for_the_first_ones_answer(void **state)
{
    struct rest *rest = *state;
    static const char body[] = "{" SESSIONS "," HOOK "}";
    struct session *ann = rest->session;
    rest_call(rest, "POST", SUBSCRIPTION, body);
    assert_non_null(rest->reply.errand);
    struct errand first = *rest->reply.errand;
    rest_call(rest, "POST", SUBSCRIPTION, body);
    assert_refused(rest, 429, "CMN-304");
    rest_as(rest, "Mia"); /* another's is another request */
    assert_int_equal(create_as(rest, body, &good), 200);
    rest->session = ann;
    web_reply_reset(&rest->reply);
    rest->reply.errand = &first;
    assert_int_equal(rest_resume(rest, SUBSCRIPTION, body, &good), 200);
    assert_int_equal(create_as(rest, body, &good), 200); /* answered: it may be asked again */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_subscription_is_made_once_the_receiver_has_answered),
        TEST(before_the_receiver_has_answered_there_is_no_subscription),
        TEST(what_the_receiver_did_wrong_has_its_code),
        TEST(what_is_wrong_with_the_request_is_told_before_anybody_is_called),
        TEST(https_can_be_demanded),
        TEST(the_app_needs_the_scope_of_webhooks),
        TEST(a_filter_the_user_may_not_have_is_switched_off),
        TEST(when_every_filter_is_off_there_is_no_subscription),
        TEST(each_filter_needs_its_scope),
        TEST(forty_a_minute_may_be_asked_for),
        TEST(life_is_a_week_unless_said_and_ten_years_at_most),
        TEST(the_limit_is_of_one_user_and_frees_with_expiry),
        TEST(it_is_gone_at_its_expiry_and_not_a_moment_sooner),
        TEST(renewing_gives_the_life_first_asked_for),
        TEST(it_is_its_owners_alone),
        TEST(it_outlives_its_grant_unless_told_otherwise),
        TEST(the_rate_is_counted_once_for_the_two_halves),
        TEST(the_same_request_waits_for_the_first_ones_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
