/*
 * The tenant's ear by itself, by webhook: when it subscribes, what it does when it may not, what it tells
 * its owner, and what it leaves behind. Over the WebSocket gateway the browser's tests hear.
 */
#include "ear_stage.h"

static void the_first_look_subscribes_and_says_so(void **state)
{
    struct stage *stage = *state;
    begin(stage);
    struct hearing_state seen = AWAIT(stage, is_subscribed);
    assert_string_equal(seen.trouble, "");
    assert_string_equal(seen.lost, "");
    assert_true(seen.until_ms > client_now_ms(stage->client));
    assert_int_equal(asked(stage, &stage->created), 1);
    assert_non_null(strstr(stage->wanted, "\"" ADDRESS "\""));
    assert_non_null(strstr(stage->wanted, "\"verificationToken\""));
    AWAIT(stage, is_noted);
    assert_string_equal(noted(stage).trouble, "");
    assert_int_equal(stage->calls_news, 0); /* nothing was missed: nobody was heard before */
}

static void an_end_of_a_call_is_news_and_the_next_one_waits(void **state)
{
    struct stage *stage = *state;
    begin(stage);
    AWAIT(stage, is_subscribed);
    int64_t from_ms = clock_steady_ms();
    tell(stage, "s-1", 1, "Proceeding");
    tell(stage, "s-1", 2, "Disconnected");
    struct hearing_state seen = AWAIT(stage, has_two);
    assert_int_equal(seen.calls, 0);
    assert_true(seen.heard_ms > 0);
    assert_int_equal(stage->calls_news, 1);
    tell(stage, "s-2", 1, "Proceeding");
    tell(stage, "s-2", 2, "Disconnected");
    AWAIT(stage, has_four);
    if (clock_steady_ms() - from_ms < HEARING_GAP_MS)
        assert_int_equal(stage->calls_news, 1);
}

static void a_refusal_is_named_noted_and_not_repeated(void **state)
{
    struct stage *stage = *state;
    stage->refusals = 1;
    stage->refuse_status = 400;
    stage->refuse_body = "{\"errorCode\":\"SUB-521\",\"errors\":[{\"errorCode\":\"SUB-521\"}]}";
    begin(stage);
    struct hearing_state seen = AWAIT(stage, is_in_trouble);
    assert_string_equal(seen.trouble, "WEBHOOK_VALIDATION_FAILED");
    assert_false(seen.is_subscribed);
    AWAIT(stage, is_noted);
    assert_string_equal(noted(stage).trouble, "WEBHOOK_VALIDATION_FAILED");
    assert_non_null(strstr(noted(stage).seen, "SUB-521"));
    tell(stage, "s-1", 1, "Proceeding"); /* wakes it, and is no reason to ask again */
    AWAIT(stage, has_one);
    assert_int_equal(asked(stage, &stage->created), 1);
    stage->health_news = 0;
    hearing_begin_anew(stage->hearing); /* another grant is */
    seen = AWAIT(stage, is_subscribed);
    assert_string_equal(seen.trouble, "");
    assert_int_equal(asked(stage, &stage->created), 2);
    stop(stage);
    assert_string_equal(noted(stage).trouble, "");
}

static void what_may_pass_is_tried_again_soon(void **state)
{
    struct stage *stage = *state;
    stage->refusals = 3;
    stage->refuse_status = 503;
    stage->refuse_body = "{\"errorCode\":\"CMN-201\"}";
    begin(stage);
    AWAIT(stage, is_subscribed);
    assert_int_equal(asked(stage, &stage->created), 4);
}

static void one_that_is_gone_is_replaced_and_what_it_missed_is_news(void **state)
{
    struct stage *stage = *state;
    begin(stage);
    AWAIT(stage, is_subscribed);
    pthread_mutex_lock(&stage->platform->mutex);
    stage->is_gone = true;
    pthread_mutex_unlock(&stage->platform->mutex);
    hearing_begin_anew(stage->hearing);
    struct hearing_state seen = AWAIT(stage, has_lost_one);
    assert_string_equal(seen.lost, "SUBSCRIPTION_EXPIRED");
    assert_int_equal(asked(stage, &stage->created), 2);
    stop(stage);
    assert_true(stage->calls_news > 0);
}

static void one_that_is_deaf_is_subscribed_and_in_trouble(void **state)
{
    struct stage *stage = *state;
    stage->filters = "\"eventFilters\":[],\"disabledFilters\":[{\"filter\":"
                     "\"/restapi/v1.0/account/~/telephony/sessions\",\"reason\":\"CMN-408\"}]";
    begin(stage);
    struct hearing_state seen = AWAIT(stage, is_in_trouble);
    assert_true(seen.is_subscribed);
    assert_string_equal(seen.trouble, "EVENT_FILTER_DISABLED");
    AWAIT(stage, is_noted);
    assert_non_null(strstr(noted(stage).seen, "CMN-408"));
}

static void without_a_grant_it_asks_for_nothing(void **state)
{
    struct stage *stage = *state;
    assert_true(store_forget_pending(stage->store));
    struct grant none = {.access_token = "access-0-xyz"};
    assert_true(store_grant_put(stage->store, SLOT_PENDING, &none)); /* not saved: does not count */
    store_free(stage->store);
    char why[200];
    pool_give(stage->pool, stage->client);
    pool_free(stage->pool);
    unlink(stage->db);
    stage->store = store_open(stage->db, false, why, sizeof(why));
    struct settings live;
    settings_init(&live);
    snprintf(live.base_url, sizeof(live.base_url), "http://127.0.0.1:%d", stage->platform->port);
    assert_true(store_settings_put(stage->store, SLOT_LIVE, &live));
    stage->pool = pool_new(&stage->like, stage->db, NULL);
    stage->client = pool_take(stage->pool, why, sizeof(why));
    begin(stage);
    struct hearing_state seen = AWAIT(stage, is_known);
    assert_false(seen.is_subscribed);
    assert_string_equal(seen.trouble, "");
    assert_int_equal(asked(stage, &stage->created), 0);
    assert_int_equal(noted(stage).at_ms, 0);
    given_grant(stage);
    hearing_begin_anew(stage->hearing);
    AWAIT(stage, is_subscribed);
}

static void off_nothing_runs_and_nothing_is_left_of_before(void **state)
{
    struct stage *stage = *state;
    struct hearing_state seen;
    assert_true(events_note_put(stage->client, "SUBSCRIPTION_LIMIT_REACHED", "no subscription"));
    stage->options.by = HEARING_OFF;
    begin(stage);
    hearing_look(stage->hearing, &seen);
    assert_int_equal(seen.by, HEARING_OFF);
    assert_false(seen.is_known);
    hearing_begin_anew(stage->hearing);
    stop(stage);
    assert_int_equal(noted(stage).at_ms, 0);
    assert_int_equal(asked(stage, &stage->created), 0);
}

static void the_next_start_takes_up_the_subscription_of_the_last(void **state)
{
    struct stage *stage = *state;
    begin(stage);
    AWAIT(stage, is_subscribed);
    stop(stage);
    assert_int_equal(asked(stage, &stage->deleted), 0);
    begin(stage);
    struct hearing_state seen = AWAIT(stage, has_read_back);
    assert_true(seen.is_subscribed);
    assert_int_equal(asked(stage, &stage->created), 1);
    stop(stage);
    /* At another address it is of no use. */
    snprintf(stage->options.hook_url, sizeof(stage->options.hook_url), "http://127.0.0.1:9/other");
    begin(stage);
    seen = AWAIT(stage, has_lost_one);
    assert_string_equal(seen.lost, "WEBHOOK_ADDRESS_STALE");
    assert_int_equal(asked(stage, &stage->created), 2);
    assert_int_equal(asked(stage, &stage->deleted), 1);
}

static void begin_anew(struct stage *stage)
{
    stage->on_create = NULL;
    hearing_begin_anew(stage->hearing);
}

/* A look that was under way when another grant came into force is not kept. */
static void what_the_grant_before_met_does_not_count(void **state)
{
    struct stage *stage = *state;
    pthread_mutex_lock(&stage->platform->mutex); /* hearing is set before anybody asks */
    stage->on_create = begin_anew;
    begin(stage);
    pthread_mutex_unlock(&stage->platform->mutex);
    AWAIT(stage, has_read_back); /* by the look after it */
    stop(stage);
    assert_int_equal(stage->note_ms, 0); /* the first noted nothing */
    assert_int_equal(asked(stage, &stage->created), 1);
    assert_int_equal(asked(stage, &stage->read), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_stage, no_stage)
    const struct CMUnitTest tests[] = {
        TEST(the_first_look_subscribes_and_says_so),
        TEST(an_end_of_a_call_is_news_and_the_next_one_waits),
        TEST(a_refusal_is_named_noted_and_not_repeated),
        TEST(what_may_pass_is_tried_again_soon),
        TEST(one_that_is_gone_is_replaced_and_what_it_missed_is_news),
        TEST(one_that_is_deaf_is_subscribed_and_in_trouble),
        TEST(without_a_grant_it_asks_for_nothing),
        TEST(off_nothing_runs_and_nothing_is_left_of_before),
        TEST(the_next_start_takes_up_the_subscription_of_the_last),
        TEST(what_the_grant_before_met_does_not_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
