/* What of subscriptions can be turned (sub.*), and their end: what each position does, without
 * sockets. failures.md group E; rest.md 6. */
#include "support/rest_world.h"

#include "notify/tell.h"
#include "notify/webhook.h"

#define SUBSCRIPTION "/restapi/v1.0/subscription"
#define ACCOUNT      "/restapi/v1.0/account/7001"
#define SESSIONS     "/restapi/v1.0/account/~/telephony/sessions"
#define PRESENCE     "/restapi/v1.0/account/~/presence"
#define HOOK(host)                                                                                 \
    "\"deliveryMode\":{\"transportType\":\"WebHook\",\"address\":\"http://" host                   \
    "/hook\",\"verificationToken\":\"v1\"}"
#define WANTS_FOR(filters, host, life)                                                             \
    "{\"eventFilters\":[" filters "]," HOOK(host) ",\"expiresIn\":" life "}"
#define WANTS(filters, host) WANTS_FOR(filters, host, "1200")
#define LIFE_MS              1200000

static const struct errand good = {.result = ERRAND_ANSWERED, .status = 200, .has_token = true};
static const struct errand gone = {.result = ERRAND_UNREACHABLE, .reason = "Connection refused"};
static const struct errand missing = {
    .result = ERRAND_ANSWERED, .status = 404, .reason = "Not Found"};

static int setup(void **state)
{
    struct rest *rest = *state = rest_new();
    notice_listen(rest->world, notify_hear, rest->api.journal);
    return 0;
}

/* One call whose errand, if it asks for one, comes out as `outcome`. */
static int call_as(struct rest *rest, const char *method, const char *path, const char *body,
                   const struct errand *outcome)
{
    int status = rest_call(rest, method, path, body);
    return rest->reply.errand ? rest_resume_as(rest, method, path, body ? body : "", outcome)
                              : status;
}

/* Its path; `out` keeps it. */
static struct subscription *given(struct rest *rest, const char *body, char out[128])
{
    assert_int_equal(call_as(rest, "POST", SUBSCRIPTION, body, &good), 200);
    snprintf(out, 128, SUBSCRIPTION "/%s", rest_text(rest, "id"));
    return subscription_by_id(rest->world, rest_text(rest, "id"));
}

static size_t tell(struct rest *rest, const char *path)
{
    struct notify_event event = {.path = path, .body = "{\"x\":1}"};
    return notify_tell(rest->world, &event);
}

static bool take(struct rest *rest, const struct subscription *one, struct parcel *ret)
{
    struct judge judge = {rest->world, rest->api.journal, rest->api.faults};
    return webhook_take(&judge, one->number, ret);
}

static void deliver(struct rest *rest, const struct subscription *one, struct errand outcome)
{
    struct parcel parcel;
    assert_true(take(rest, one, &parcel));
    outcome.max_bytes = parcel.errand.max_bytes;
    parcel.errand = outcome;
    webhook_done(rest->world, rest->api.journal, &parcel);
    parcel_done(&parcel);
}

static void a_retired_transport_is_refused_and_falls_silent(void **state)
{
    struct rest *rest = *state;
    char path[128];
    struct subscription *one = given(rest, WANTS("\"" PRESENCE "\"", "a.test"), path);
    rest_set(rest, "sub.transports", "websocket");
    assert_int_equal(tell(rest, ACCOUNT "/presence"), 0);
    assert_int_equal(rest_get(rest, path), 200);
    assert_string_equal(rest_text(rest, "status"), "Active");
    rest_call(rest, "POST", SUBSCRIPTION, WANTS("\"" PRESENCE "\"", "b.test"));
    assert_refused(rest, 400, "CMN-101");
    assert_string_equal(rest_text(rest, "errors[0].parameterName"), "deliveryMode.transportType");
    rest_set(rest, "sub.transports", "webhook");
    assert_int_equal(tell(rest, ACCOUNT "/presence"), 1);
    deliver(rest, one, good);
    given(rest, WANTS("\"" PRESENCE "\"", "b.test"), path);
    /* Known to the API of yesterday only. */
    rest_call(rest, "POST", SUBSCRIPTION,
              "{\"eventFilters\":[\"" PRESENCE
              "\"],\"deliveryMode\":{\"transportType\":\"PubNub\"}}");
    assert_refused(rest, 400, "CMN-101");
}

static void the_same_twice_is_two_unless_told_otherwise(void **state)
{
    static const char once[] = WANTS("\"" PRESENCE "\",\"" SESSIONS "\"", "a.test");
    static const char turned[] = WANTS("\"" SESSIONS "\",\"" PRESENCE "\"", "a.test");
    struct rest *rest = *state;
    char first[128], second[128];
    given(rest, once, first);
    given(rest, turned, second);
    assert_int_equal(tell(rest, ACCOUNT "/presence"), 2);
    assert_int_equal(rest_call(rest, "DELETE", second, NULL), 204);

    rest_set(rest, "sub.allow_duplicates", "false");
    rest_call(rest, "POST", SUBSCRIPTION, turned);
    assert_refused(rest, 400, "CMN-406");
    assert_null(rest->reply.errand);
    given(rest, WANTS("\"" PRESENCE "\"", "a.test"), second);
    given(rest, WANTS("\"" PRESENCE "\",\"" SESSIONS "\"", "b.test"), second);
    rest_as(rest, "Mia");
    given(rest, once, second);
    rest_as(rest, "Ann");
    assert_int_equal(rest_call(rest, "DELETE", first, NULL), 204);
    given(rest, once, first);
    clock_advance(rest->world, LIFE_MS);
    given(rest, once, first);
}

static void the_address_is_asked_when_told_to(void **state)
{
    struct rest *rest = *state;
    char path[128], renew[144];
    struct subscription *one = given(rest, WANTS("\"" PRESENCE "\"", "a.test"), path);
    snprintf(renew, sizeof renew, "%s/renew", path);
    clock_advance(rest->world, LIFE_MS / 2);
    rest_call(rest, "POST", renew, NULL);
    assert_null(rest->reply.errand);
    assert_int_equal(one->expires_ms - clock_now(rest->world), LIFE_MS);

    rest_set(rest, "sub.address_check", "renew");
    clock_advance(rest->world, LIFE_MS / 2);
    static const char *const methods[] = {"POST", "PUT"};
    for (size_t i = 0; i < 2; i++) {
        const char *at = i ? path : renew;
        rest_call(rest, methods[i], at, NULL);
        assert_string_equal(rest->reply.errand->url, "http://a.test/hook");
        rest_resume_as(rest, methods[i], at, "", &gone);
        assert_refused(rest, 400, "SUB-521");
        assert_string_equal(event_get(&rest->event, EVENT_REASON), "Connection refused");
        assert_int_equal(one->expires_ms - clock_now(rest->world), LIFE_MS / 2);
    }
    static const char more[] = "{\"eventFilters\":[\"" SESSIONS "\"]}";
    assert_int_equal(call_as(rest, "PUT", path, more, &missing), 400);
    assert_string_equal(one->filters[0].text, ACCOUNT "/presence");
    assert_int_equal(call_as(rest, "PUT", path, more, &good), 200);
    assert_string_equal(one->filters[0].text, ACCOUNT "/telephony/sessions");
    assert_int_equal(one->expires_ms - clock_now(rest->world), LIFE_MS);

    rest_set(rest, "sub.address_check", "never");
    assert_int_equal(
        rest_call(rest, "POST", SUBSCRIPTION, WANTS("\"" PRESENCE "\"", "nobody.test")), 200);
    assert_null(rest->reply.errand);
}

static void a_subscription_is_its_users_or_its_grants(void **state)
{
    struct rest *rest = *state;
    char path[128], renew[144];
    given(rest, WANTS("\"" PRESENCE "\"", "a.test"), path);
    snprintf(renew, sizeof renew, "%s/renew", path);
    struct session *first = rest->session;
    rest_as(rest, "Ann"); /* a second login */
    assert_int_equal(rest_get(rest, path), 200);
    rest_set(rest, "sub.owner_binding", "session");
    rest_get(rest, SUBSCRIPTION);
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_call(rest, "POST", renew, NULL);
    assert_refused(rest, 404, "CMN-102");
    assert_int_equal(tell(rest, ACCOUNT "/presence"), 1); /* and goes on */
    session_rotate(rest->world, first, 3600000, 3600000);
    rest->session = first; /* a refresh is the same grant */
    assert_int_equal(rest_call(rest, "POST", renew, NULL), 200);
}

static void reminders_may_need_the_grant(void **state)
{
    static const struct {
        const char *when;
        size_t while_live, when_dead;
    } rows[] = {{"always", 1, 2}, {"with_grant", 1, 1}, {"never", 0, 0}};
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[128];
        print_message("%s\n", rows[i].when);
        rest_set(rest, "sub.reminder", rows[i].when);
        rest_as(rest, "Ann");
        struct subscription *one = given(
            rest, WANTS("\"/restapi/v1.0/subscription/~?threshold=600&interval=300\"", "a.test"),
            path);
        clock_advance(rest->world, 10 * 60000);
        assert_int_equal(one->queue_count, rows[i].while_live);
        session_end(rest->world, rest->session, SESSION_REVOKED, 0);
        clock_advance(rest->world, 5 * 60000);
        assert_int_equal(one->queue_count, rows[i].when_dead);
        clock_advance(rest->world, 5 * 60000); /* over */
    }
}

static void filters_that_are_off_are_listed_hidden_or_refused(void **state)
{
    static const char both[] =
        WANTS("\"" SESSIONS "\",\"/restapi/v1.0/account/~/extension/~/presence\"", "a.test");
    struct rest *rest = *state;
    char path[128];
    rest_as(rest, "Bob"); /* may not hear of the whole account's calls */
    struct subscription *one = given(rest, both, path);
    assert_int_equal(rest_count(rest, "eventFilters"), 1);
    assert_string_equal(rest_text(rest, "disabledFilters[0].filter"),
                        ACCOUNT "/telephony/sessions");
    rest_set(rest, "sub.disabled_filters", "silent");
    rest_get(rest, path);
    assert_int_equal(rest_count(rest, "eventFilters"), 2);
    assert_null(rest_at(rest, "disabledFilters"));
    assert_int_equal(tell(rest, ACCOUNT "/telephony/sessions"), 0);
    char deaf[128]; /* created, and nothing is left to hear of */
    subscription_remove(rest->world, given(rest, WANTS("\"" SESSIONS "\"", "a.test"), deaf));
    rest_set(rest, "sub.disabled_filters", "refused");
    rest_call(rest, "POST", SUBSCRIPTION, both);
    assert_refused(rest, 403, "SUB-412");
    assert_int_equal(subscription_count(rest->world), 1);
    assert_ptr_equal(subscription_by_number(rest->world, one->number), one);
}

static void a_renewal_sees_what_the_role_allows_now(void **state)
{
    static const char both[] = WANTS("\"" SESSIONS "\",\"" PRESENCE "\"", "a.test");
    struct rest *rest = *state;
    char path[128], renew[144];
    struct subscription *one = given(rest, both, path);
    snprintf(renew, sizeof renew, "%s/renew", path);
    struct user *ann = user_by_id(rest->world, 7101);
    ann->role = ROLE_STANDARD;
    assert_int_equal(tell(rest, ACCOUNT "/telephony/sessions"), 1); /* until then it goes on */
    deliver(rest, one, good);
    assert_int_equal(rest_call(rest, "POST", renew, NULL), 200);
    assert_string_equal(rest_text(rest, "disabledFilters[0].reason"), "SUB-412");
    assert_int_equal(tell(rest, ACCOUNT "/telephony/sessions"), 0);
    ann->role = ROLE_SUPER_ADMIN;
    assert_int_equal(rest_call(rest, "PUT", path, NULL), 200);
    assert_null(rest_at(rest, "disabledFilters"));
    assert_int_equal(tell(rest, ACCOUNT "/telephony/sessions"), 1);
    rest->session->scopes &=
        ~(SCOPE_BIT(CALL_CONTROL) | SCOPE_BIT(READ_PRESENCE) | SCOPE_BIT(EDIT_PRESENCE));
    rest_call(rest, "POST", renew, NULL);
    assert_refused(rest, 403, "CMN-401");
    assert_null(one->filters[0].disabled); /* refused is refused: nothing has changed */
}

static void the_verification_token_is_sent_in_four_ways(void **state)
{
    static const struct {
        const char *how, *header, *token;
    } rows[] = {{"sent", "Verification-Token", "v1"},
                {"guide", "Validation-Token", "v1"},
                {"wrong", "Verification-Token", "not-the-token-it-was-given"},
                {"omitted", "Verification-Token", NULL}};
    struct rest *rest = *state;
    char path[128];
    struct subscription *one = given(rest, WANTS("\"" PRESENCE "\"", "a.test"), path);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct parcel parcel;
        rest_set(rest, "sub.verification_token", rows[i].how);
        tell(rest, ACCOUNT "/presence");
        assert_true(take(rest, one, &parcel));
        assert_string_equal(parcel.token_header, rows[i].header);
        assert_true(text_eq(parcel.verification_token, rows[i].token));
        parcel.errand = good;
        webhook_done(rest->world, rest->api.journal, &parcel);
        parcel_done(&parcel);
    }
}

static void why_it_was_blacklisted_is_told_as_wanted(void **state)
{
    static const struct {
        const char *how, *reason;
    } rows[] = {{"seen", "Webhook responses with code: [404], reason: [Not Found]"},
                {"timeout", "I/O operation is failed. Details: [Read timed out]"},
                {"not_found", "Webhook responses with code: [404], reason: [Not Found]"},
                {"omitted", NULL}};
    struct rest *rest = *state;
    char path[128];
    rest_set(rest, "sub.blacklist.after", "0s");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rest_set(rest, "sub.blacklist.reason", rows[i].how);
        struct subscription *one = given(rest, WANTS("\"" PRESENCE "\"", "a.test"), path);
        tell(rest, ACCOUNT "/presence");
        deliver(rest, one, i == 2 ? gone : missing);
        rest_get(rest, path);
        assert_string_equal(rest_text(rest, "status"), "Blacklisted");
        assert_string_equal(rest_text(rest, "blacklistedData.blacklistedAt"),
                            "2026-01-05T09:00:00.000Z");
        assert_true(text_eq(rest_text(rest, "blacklistedData.reason"), rows[i].reason));
        assert_int_equal(rest_call(rest, "DELETE", path, NULL), 204);
    }
}

/* How many notify.expired there are; the last one is in rest->event. */
static size_t count_ended(struct rest *rest)
{
    size_t count = 0;
    struct event event;
    for (uint64_t i = 1; i <= journal_last(rest->api.journal); i++)
        if (journal_get(rest->api.journal, i, &event) && text_eq(event.op, "notify.expired")) {
            rest->event = event;
            count++;
        }
    return count;
}

static void its_end_is_in_the_journal_at_its_moment(void **state)
{
    struct rest *rest = *state;
    char path[128], renew[144], other[128], id[64];
    given(rest, WANTS_FOR("\"" PRESENCE "\"", "c.test", "86400"), other);
    given(rest, WANTS("\"" PRESENCE "\"", "b.test"), other);
    clock_advance(rest->world, 1000);
    snprintf(id, sizeof id, "%s", given(rest, WANTS("\"" PRESENCE "\"", "a.test"), path)->id);
    snprintf(renew, sizeof renew, "%s/renew", path);
    clock_advance(rest->world, LIFE_MS - 1001);
    assert_int_equal(count_ended(rest), 0);
    clock_advance(rest->world, 1);
    assert_int_equal(count_ended(rest), 1); /* the other's */
    clock_advance(rest->world, 999);        /* a millisecond before */
    assert_int_equal(rest_call(rest, "POST", renew, NULL), 200);
    clock_advance(rest->world, LIFE_MS - 1);
    assert_int_equal(count_ended(rest), 1);
    tell(rest, ACCOUNT "/presence");
    int64_t end_ms = clock_now(rest->world) + 1;
    clock_advance(rest->world, 1);
    assert_int_equal(count_ended(rest), 2);
    assert_int_equal(rest->event.time_ms, end_ms);
    assert_string_equal(event_get(&rest->event, EVENT_SUBSCRIPTION), id);
    assert_string_equal(event_get(&rest->event, EVENT_EXTENSION), "7101");
    assert_string_equal(event_get(&rest->event, EVENT_RECORDS), "1"); /* what waited is lost */
    rest_call(rest, "POST", renew, NULL);
    assert_refused(rest, 404, "CMN-102");
    clock_advance(rest->world, 1);
    rest_call(rest, "PUT", path, NULL);
    assert_refused(rest, 404, "CMN-102");
    clock_advance(rest->world, 10 * LIFE_MS);
    assert_int_equal(count_ended(rest), 2);
}

static void what_was_deleted_does_not_expire(void **state)
{
    struct rest *rest = *state;
    char path[128];
    for (int i = 0; i < 100; i++) {
        given(rest, WANTS("\"" PRESENCE "\"", "a.test"), path);
        clock_advance(rest->world, 1);
        assert_int_equal(rest_call(rest, "DELETE", path, NULL), 204);
    }
    assert_true(rest->world->clock.agenda_count < 3); /* and waits for nothing */
    clock_advance(rest->world, LIFE_MS);
    assert_int_equal(count_ended(rest), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_retired_transport_is_refused_and_falls_silent),
        TEST(the_same_twice_is_two_unless_told_otherwise),
        TEST(the_address_is_asked_when_told_to),
        TEST(a_subscription_is_its_users_or_its_grants),
        TEST(reminders_may_need_the_grant),
        TEST(filters_that_are_off_are_listed_hidden_or_refused),
        TEST(a_renewal_sees_what_the_role_allows_now),
        TEST(the_verification_token_is_sent_in_four_ways),
        TEST(why_it_was_blacklisted_is_told_as_wanted),
        TEST(its_end_is_in_the_journal_at_its_moment),
        TEST(what_was_deleted_does_not_expire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
