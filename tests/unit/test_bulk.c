/* Several ids in one call (rest.md 1.4): both formats, failures among successes, limits. */
#include "support/rest_world.h"

#define NUMBERS ACCOUNT_PATH "/phone-number/"

static const char list_kind[] = "application/vnd.ringcentral.multipart+json";

static void one_id_is_answered_plainly(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_get(rest, NUMBERS "9001"), 200);
    assert_string_equal(rest_text(rest, "id"), "9001");
}

static void several_are_answered_as_a_list_when_asked_for(void **state)
{
    struct rest *rest = *state;
    rest_header(rest, "Accept", list_kind);
    assert_int_equal(rest_get(rest, NUMBERS "9003,9999,9001"), 207);
    assert_string_equal(rest->reply.content_type, list_kind);
    assert_int_equal(rest->body->count, 3);
    static const struct {
        const char *path, *text;
    } wanted[] = {
        {"[0].resourceId", "9003"},
        {"[0].status", "200"},
        {"[0].body.id", "9003"},
        {"[1].resourceId", "9999"},
        {"[1].status", "404"},
        {"[1].body.errors[0].errorCode", "CMN-102"},
        {"[2].body.phoneNumber", "+12025550100"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
        assert_string_equal(rest_text(rest, wanted[i].path), wanted[i].text);
    assert_string_equal(event_get(&rest->event, EVENT_RECORDS), "2");
    assert_string_equal(event_get(&rest->event, EVENT_STATUS), "207");
}

/* The JSON of part `n`, parsed. */
static const struct node *part(struct rest *rest, int n)
{
    const char *type = rest->reply.content_type, *why = NULL;
    assert_true(text_starts(type, "multipart/mixed; boundary=Boundary"));
    const char *mark =
        arena_printf(&rest->arena, "--%s\r\n", type + strlen("multipart/mixed; boundary="));
    const char *at = buf_text(&rest->reply.body);
    for (int i = 0; i <= n; i++) {
        at = strstr(at, mark);
        assert_non_null(at);
        at += strlen(mark);
    }
    at = strstr(at, "\r\n\r\n") + 4;
    return json_parse(&rest->arena, at, (size_t)(strstr(at, "\r\n--") - at), &why);
}

static void several_are_answered_in_parts_otherwise(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_get(rest, NUMBERS "9001,9002"), 207);
    rest->body = part(rest, 0);
    assert_string_equal(rest_text(rest, "response[1].status"), "200");
    assert_string_equal(rest_text(rest, "response[1].responseDescription"), "OK");
    assert_string_equal(rest_text(rest, "response[1].href"),
                        "http://api.test/restapi/v1.0/account/7001/phone-number/9002");
    rest->body = part(rest, 2);
    assert_string_equal(rest_text(rest, "id"), "9002");
    const char *end = buf_text(&rest->reply.body) + rest->reply.body.len - 4;
    assert_string_equal(end, "--\r\n");
}

static void each_extension_is_judged_on_its_own(void **state)
{
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    rest_header(rest, "Accept", list_kind);
    assert_int_equal(rest_get(rest, ACCOUNT_PATH "/extension/7102,7101,x,7902/device"), 207);
    assert_string_equal(rest_text(rest, "[0].status"), "200");
    assert_string_equal(rest_text(rest, "[0].body.records[0].id"), "800000000002");
    assert_string_equal(rest_text(rest, "[1].body.errorCode"), "CMN-404");
    assert_string_equal(rest_text(rest, "[2].body.errorCode"), "CMN-101");
    assert_string_equal(rest_text(rest, "[3].body.errorCode"), "CMN-102");
}

static void more_than_the_limit_is_refused_whole(void **state)
{
    struct rest *rest = *state;
    char target[600] = NUMBERS "9001";
    for (int i = 1; i < 50; i++)
        snprintf(target + strlen(target), sizeof target - strlen(target), ",9001");
    assert_int_equal(rest_get(rest, target), 207);
    snprintf(target + strlen(target), sizeof target - strlen(target), ",9001");
    rest_get(rest, target);
    assert_refused(rest, 400, "CMN-106");
}

static void an_empty_id_is_refused_whole(void **state)
{
    static const char *const targets[] = {NUMBERS "9001,", NUMBERS ",9001", NUMBERS "9001,,9002"};
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        print_message("%s\n", targets[i]);
        rest_get(rest, targets[i]);
        assert_refused(rest, 400, "CMN-101");
        assert_string_equal(rest_text(rest, "parameterName"), "phoneNumberId");
    }
}

static void rows_without_bulk_take_a_comma_as_it_is(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, ACCOUNT_PATH "/device/800000000001,800000000002");
    assert_refused(rest, 404, "CMN-102");
    rest_get(rest, ACCOUNT_PATH "/extension/7101,7102");
    assert_refused(rest, 400, "CMN-101");
}

static void a_star_names_nothing_to_read(void **state)
{
    struct rest *rest = *state;
    rest_get(rest, NUMBERS "*");
    assert_refused(rest, 400, "CMN-101");
}

static void the_rate_counts_one_call(void **state)
{
    struct rest *rest = *state;
    rest->world->knobs.rate_limits = KNOB_RATE_REAL;
    rest_get(rest, NUMBERS "9001,9002,9003");
    assert_string_equal(rest_reply_header(rest, "X-Rate-Limit-Remaining"), "49");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(one_id_is_answered_plainly),
        TEST(several_are_answered_as_a_list_when_asked_for),
        TEST(several_are_answered_in_parts_otherwise),
        TEST(each_extension_is_judged_on_its_own),
        TEST(more_than_the_limit_is_refused_whole),
        TEST(an_empty_id_is_refused_whole),
        TEST(rows_without_bulk_take_a_comma_as_it_is),
        TEST(a_star_names_nothing_to_read),
        TEST(the_rate_counts_one_call),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
