/* The envelopes of a refusal (rest.md 2.1), for every row of the table. */
#include "support/rest_world.h"

static struct web_request no_request = {.method = "GET", .path = "/", .query = "", .body = ""};

static struct call given_call(struct rest *rest)
{
    event_init(&rest->event, LAYER_REST, "test");
    web_reply_reset(&rest->reply);
    return (struct call){.world = rest->world,
                         .journal = rest->api.journal,
                         .arena = &rest->arena,
                         .request = &no_request,
                         .reply = &rest->reply,
                         .event = &rest->event};
}

static void read_body(struct rest *rest)
{
    const char *why = NULL;
    rest->body = json_parse(&rest->arena, buf_text(&rest->reply.body), rest->reply.body.len, &why);
    assert_non_null(rest->body);
}

static void every_error_of_the_table_fills_its_envelope(void **state)
{
    struct rest *rest = *state;
    for (int i = 0; i < API_ERROR_COUNT; i++) {
        enum api_error error = (enum api_error)i;
        struct call call = given_call(rest);
        print_message("%s\n", api_error_code(error));
        refuse(&call, error, "thing");
        read_body(rest);
        assert_refused(rest, api_error_status(error), api_error_code(error));
        assert_string_equal(rest_text(rest, "message"), rest_text(rest, "errors[0].message"));
        assert_null(strchr(rest_text(rest, "message"), '%'));
        assert_string_equal(rest->reply.content_type, "application/json;charset=UTF-8");
        const char *word = event_get(&rest->event, EVENT_ERROR);
        assert_string_equal(rest_text(rest, "errorCode"), word ? word : api_error_code(error));
        const char *challenge = rest_reply_header(rest, "WWW-Authenticate");
        assert_int_equal(challenge != NULL, rest->reply.status == 401);
        assert_non_null(rest_reply_header(rest, "RCRequestId"));
    }
}

static void where_each_error_comes_from_is_one_of_four(void **state)
{
    static const char *const sources[] = {"documented", "wire", "community", "chosen"};
    for (int i = 0; i < API_ERROR_COUNT; i++) {
        bool is_known = false;
        for (size_t j = 0; j < 4; j++)
            is_known = is_known || text_starts(api_error_provenance((enum api_error)i), sources[j]);
        assert_true(is_known);
        assert_true(*api_error_message((enum api_error)i) != '\0');
    }
}

static void a_code_is_found_by_its_text(void **state)
{
    assert_int_equal(api_error_named("CMN-301"), CMN_301);
    assert_int_equal(api_error_named("OAU-213"), OAU_213);
    assert_int_equal(api_error_named("CMN-999"), API_ERROR_COUNT);
    assert_int_equal(api_error_named(NULL), API_ERROR_COUNT);
}

static void a_parameter_is_named_in_the_message_and_beside_it(void **state)
{
    struct rest *rest = *state;
    struct call call = given_call(rest);
    refuse_value(&call, CMN_101, "dateFrom", "yester\"day");
    read_body(rest);
    assert_non_null(strstr(rest_text(rest, "message"), "[dateFrom]"));
    assert_string_equal(rest_text(rest, "parameterName"), "dateFrom");
    assert_string_equal(rest_text(rest, "parameterValue"), "yester\"day");
    assert_string_equal(rest_text(rest, "errors[0].parameterName"), "dateFrom");
    assert_string_equal(rest_text(rest, "errors[0].parameterValue"), "yester\"day");
    assert_string_equal(event_get(&rest->event, EVENT_PARAMETER), "dateFrom");
}

static void a_secret_is_not_repeated_to_its_sender(void **state)
{
    struct rest *rest = *state;
    static const char *const names[] = {"password", "access_token", "refresh_token", "code"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct call call = given_call(rest);
        print_message("%s\n", names[i]);
        refuse_value(&call, CMN_101, names[i], "s3cret-value");
        read_body(rest);
        assert_null(strstr(buf_text(&rest->reply.body), "s3cret"));
        assert_string_equal(rest_text(rest, "parameterName"), names[i]);
    }
}

/* Two-byte characters cut at 128 bytes: none is halved, or the body would not be UTF-8. */
static void a_long_value_is_cut_between_characters(void **state)
{
    struct rest *rest = *state;
    char value[402];
    value[0] = 'x';
    for (int i = 1; i < 401; i += 2) {
        value[i] = '\xc3';
        value[i + 1] = '\xa9';
    }
    value[401] = '\0';
    struct call call = given_call(rest);
    refuse_value(&call, CMN_101, "name", value);
    read_body(rest);
    assert_int_equal(strlen(rest_text(rest, "parameterValue")), 127);
}

static void a_refusal_replaces_what_was_written_before_it(void **state)
{
    struct rest *rest = *state;
    struct call call = given_call(rest);
    struct json_out out = reply_json(&call, 200);
    json_open(&out, NULL);
    refuse(&call, CMN_201, NULL);
    read_body(rest);
    assert_string_equal(rest_text(rest, "errorCode"), "CMN-201");
    assert_int_equal(rest->reply.status, 503);
}

static void a_raw_refusal_takes_any_code_and_knows_the_words(void **state)
{
    struct rest *rest = *state;
    refuse_raw(&rest->reply, 418, "ABC-001", "no tea");
    read_body(rest);
    assert_int_equal(rest->reply.status, 418);
    assert_string_equal(rest_text(rest, "errorCode"), "ABC-001");
    assert_string_equal(rest_text(rest, "message"), "no tea");
    refuse_raw(&rest->reply, 401, "OAU-213", NULL);
    read_body(rest);
    assert_string_equal(rest_text(rest, "errorCode"), "TokenInvalid");
    assert_string_equal(rest_text(rest, "message"), "Token not found");
    refuse_raw(&rest->reply, 502, "XYZ-1", NULL);
    read_body(rest);
    assert_string_equal(rest_text(rest, "message"), "Bad Gateway");
}

static void the_language_asked_for_is_said_back(void **state)
{
    struct rest *rest = *state;
    rest_header(rest, "Accept-Language", "fr-FR");
    rest_get(rest, "/restapi");
    assert_string_equal(rest_reply_header(rest, "Content-Language"), "fr-FR");
    xset(&rest->world->accounts[0]->country_iso, "GB");
    rest_get(rest, "/restapi");
    assert_string_equal(rest_reply_header(rest, "Content-Language"), "en-GB");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rest_setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_error_of_the_table_fills_its_envelope),
        TEST(where_each_error_comes_from_is_one_of_four),
        TEST(a_code_is_found_by_its_text),
        TEST(a_parameter_is_named_in_the_message_and_beside_it),
        TEST(a_secret_is_not_repeated_to_its_sender),
        TEST(a_long_value_is_cut_between_characters),
        TEST(a_refusal_replaces_what_was_written_before_it),
        TEST(a_raw_refusal_takes_any_code_and_knows_the_words),
        TEST(the_language_asked_for_is_said_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
