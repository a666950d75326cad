/* Every error of the table (api/errors.def), each met by something a client or its provider really
 * does, not by a fault: status, envelope (rest.md 2.1) and headers. One world per row. */
#include "support/error_scenes.h"

/* ---- the table ------------------------------------------------------------------------------ */

static char long_text[1200]; /* a text message of more than 1,000 characters */

#define ROW(error_, method_, target_, body_, ...)                                                  \
    {                                                                                              \
        .error = error_, .method = method_, .target = target_, .body = body_, __VA_ARGS__          \
    }

static const struct row {
    enum api_error error;
    const char *method, *target; /* target NULL: what prepare aimed at */
    const char *body, *parameter;
    void (*prepare)(struct rest *rest);
    const char *header; /* a header this one must carry */
    const struct errand *came;
} rows[] = {
    ROW(CMN_100, "POST", ACCOUNT_PATH "/call-monitoring-groups", "{}", .parameter = "name"),
    ROW(CMN_101, "GET", OWN_PATH "/call-log?dateFrom=yesterday", NULL, .parameter = "dateFrom"),
    ROW(CMN_102, "GET", ACCOUNT_PATH "/extension/1", NULL, .parameter = "extensionId"),
    ROW(CMN_103, "PUT", BOB, "{\"contact\":"),
    ROW(CMN_104, "GET", OWN_PATH "/call-log?view=%zz", NULL),
    ROW(CMN_105, "POST", OWN_PATH "/sms?view=Simple", "from=1", .prepare = form_body),
    ROW(CMN_106, "GET", NULL, NULL, .prepare = many_ids),
    ROW(CMN_107, "GET", NULL, NULL, .prepare = range_beyond, .header = "Content-Range"),
    ROW(CMN_108, "PUT", OWN_PATH "/message-store/1,2", "[{\"body\":{}}]", .parameter = "messageId"),
    ROW(CMN_109, "GET", NULL, NULL, .prepare = no_recording_in_the_plan),
    ROW(CMN_110, "POST", SIPP, "{}", .parameter = "Content-Type", .prepare = untyped_body),
    ROW(CMN_120, "GET", "/restapi/v1.0/nope", NULL),
    ROW(CMN_124, "POST", OWN_PATH "/company-pager", TO_BOB, .prepare = no_extension_number),
    ROW(CMN_201, "GET", NULL, NULL, .prepare = a_recording_longer_than_an_answer),
    ROW(CMN_202, "PROPFIND", OWN_PATH, NULL, .header = "Allow"),
    ROW(CMN_203, "GET", OWN_PATH, NULL, .prepare = an_answer_that_does_not_fit),
    ROW(CMN_301, "GET", OWN_PATH, NULL, .prepare = called_too_often, .header = "Retry-After"),
    ROW(CMN_401, "GET", OWN_PATH, NULL, .parameter = "ReadAccounts", .prepare = scope_taken),
    ROW(CMN_402, "PUT", ACCOUNT_PATH "/extension/7101", "{\"status\":\"Disabled\"}",
        .prepare = as_user_admin),
    ROW(CMN_403, "PUT", ACCOUNT_PATH "/extension/7105", "{\"password\":\"N3w-s3cret\"}"),
    ROW(CMN_404, "GET", ACCOUNT_PATH "/extension/7101", NULL, .prepare = as_bob),
    ROW(CMN_405, "GET", OWN_PATH, NULL, .prepare = user_not_activated,
        .header = "WWW-Authenticate"),
    ROW(CMN_406, "PUT", BOB, "{\"extensionNumber\":\"101\"}", .parameter = "extensionNumber"),
    ROW(CMN_407, "POST", OWN_PATH, NULL, .parameter = "X-HTTP-Method-Override",
        .prepare = strange_override),
    ROW(CMN_408, "GET", ACCOUNT_PATH "/phone-number", NULL, .parameter = "ReadCompanyPhoneNumbers",
        .prepare = as_bob),
    ROW(CMN_419, "GET", ACCOUNT_PATH "/active-calls", NULL, .parameter = "ReadCallLog",
        .prepare = as_bob),
    ROW(CMN_STATE, "POST", NULL, NULL, .parameter = "partyId", .prepare = ringing_call),
    ROW(CMN_METHOD, "DELETE", OWN_PATH "/presence", NULL, .header = "Allow"),
    ROW(CMN_MEDIA, "POST", SIPP, "{}", .prepare = plain_body),
    ROW(CMN_TOO_LARGE, "POST", SIPP, "{}", .prepare = body_past_the_limit),
    ROW(AGW_401, "GET", OWN_PATH, NULL, .prepare = as_nobody, .header = "WWW-Authenticate"),
    ROW(AGW_402, "GET", OWN_PATH, NULL, .prepare = basic_instead_of_bearer,
        .header = "WWW-Authenticate"),
    ROW(AGW_404, "GET", "/nope", NULL),
    ROW(CLG_101, "GET", SYNC "?syncType=ISync&syncToken=AAAA", NULL),
    ROW(CLG_102, "GET", NULL, NULL, .prepare = token_aged),
    ROW(CLG_103, "GET", NULL, NULL, .prepare = too_much_changed),
    ROW(CLG_104, "GET", NULL, NULL, .prepare = log_was_reset),
    ROW(CLG_110, "GET", ACCOUNT_PATH "/call-log?sessionId=1&direction=Inbound", NULL),
    ROW(SPR_101, "POST", SIPP, "{}", .prepare = no_phones_in_the_plan),
    ROW(SUB_405, "POST", SUBSCRIPTION, FILTER("account/~/extension/7101/message-store"),
        .prepare = as_bob),
    ROW(SUB_406, "POST", SUBSCRIPTION, FILTER("account/7901/presence")),
    ROW(SUB_408, "POST", SUBSCRIPTION, FILTER("account/~/extension/1/presence")),
    ROW(SUB_412, "POST", SUBSCRIPTION, SESSIONS, .prepare = as_bob),
    ROW(SUB_505, "POST", SUBSCRIPTION, SESSIONS, .prepare = thirty_subscriptions),
    ROW(SUB_508, "POST", SUBSCRIPTION, FILTER("account/~/nothing")),
    ROW(SUB_516, "POST", SUBSCRIPTION, FILTER("subscription/~?threshold=x")),
    ROW(SUB_520, "POST", SUBSCRIPTION, SESSIONS, .came = &no_token),
    ROW(SUB_521, "POST", SUBSCRIPTION, SESSIONS, .came = &nobody),
    ROW(SUB_523, "POST", SUBSCRIPTION, SESSIONS, .prepare = https_demanded),
    ROW(SUB_524, "POST", SUBSCRIPTION, SESSIONS, .came = &bad_tls),
    ROW(SUB_525, "POST", SUBSCRIPTION, SESSIONS, .came = &angry),
    ROW(SUB_527, "POST", SUBSCRIPTION, FILTER("account/~/extension/7101/missed-calls"),
        .prepare = as_bob),
    ROW(SUB_528, "POST", SUBSCRIPTION, OVER_SOCKET, .prepare = no_socket_scope),
    ROW(PWD_002, "PUT", BOB, "{\"password\":\"abc\"}"),
    ROW(EXT_356, "PUT", ACCOUNT_PATH "/extension/7105", "{\"contact\":{\"lastName\":\"X\"}}"),
    ROW(EXT_413, "PUT", BOB, "{\"password\":\"N3w-s3cret\"}", .prepare = single_sign_on),
    ROW(OAU_127, "GET", OWN_PATH, NULL, .prepare = app_suspended, .header = "WWW-Authenticate"),
    ROW(OAU_128, "GET", OWN_PATH, NULL, .prepare = token_expired, .header = "WWW-Authenticate"),
    ROW(OAU_129, "GET", OWN_PATH, NULL, .prepare = token_superseded, .header = "WWW-Authenticate"),
    ROW(OAU_142, "GET", OWN_PATH, NULL, .prepare = account_suspended, .header = "WWW-Authenticate"),
    ROW(OAU_149, "GET", OWN_PATH, NULL, .prepare = token_of_nonsense, .header = "WWW-Authenticate"),
    ROW(OAU_165, "GET", OWN_PATH, NULL, .prepare = sandbox_keys, .header = "WWW-Authenticate"),
    ROW(OAU_213, "GET", OWN_PATH, NULL, .prepare = password_changed, .header = "WWW-Authenticate"),
    ROW(OAU_232, "GET", OWN_PATH, NULL, .prepare = user_deleted),
    ROW(OAU_236, "GET", OWN_PATH, NULL, .prepare = user_frozen),
    ROW(MSG_242, "POST", OWN_PATH "/sms", SMS(CLIENT)),
    ROW(MSG_246, "POST", OWN_PATH "/sms", SMS("{\"phoneNumber\":\"102\"}"), .prepare = with_sms),
    ROW(MSG_247, "POST", OWN_PATH "/sms", SMS("{\"phoneNumber\":\"55555\"}"), .prepare = with_sms),
    ROW(MSG_304, "POST", OWN_PATH "/sms", SMS(CLIENT), .prepare = as_bob),
    ROW(MSG_310, "POST", OWN_PATH "/sms", SMS("{\"phoneNumber\":\"+1555CALL\"}"),
        .prepare = with_sms),
    ROW(MSG_314, "POST", OWN_PATH "/company-pager", TO_BOB, .prepare = announcement),
    ROW(MSG_316, "POST", OWN_PATH "/company-pager",
        "{\"to\":[{\"extensionId\":\"7105\"}],\"text\":\"x\"}"),
    ROW(MSG_333, "GET", NULL, NULL, .prepare = others_store_token),
    ROW(MSG_337, "POST", OWN_PATH "/sms", long_text, .prepare = with_sms),
    ROW(MSG_338, "POST", OWN_PATH "/mms", large_picture, .prepare = large_parts),
    ROW(MSG_348, "POST", OWN_PATH "/mms", ELEVEN(PART("image/png", "x")), .prepare = parts),
    ROW(MSG_349, "POST", OWN_PATH "/mms", MMS(PART("application/x-msdownload", "x")),
        .prepare = parts),
    ROW(MSG_367, "POST", OWN_PATH "/sms", SMS(CLIENT), .prepare = number_without_sms),
    ROW(MSG_384, "POST", OWN_PATH "/company-pager", TO_BOB, .prepare = store_full),
};
enum { ROWS = sizeof rows / sizeof *rows };

/* ---- what is true of all ---------------------------------------------------------------------- */

static void check_envelope(struct rest *rest, const struct row *row)
{
    const char *word = event_get(&rest->event, EVENT_ERROR);
    const char *attribute = row->error == CMN_401 || row->error == CMN_408 || row->error == CMN_419
                                ? "permissionName"
                                : "parameterName";
    assert_refused(rest, api_error_status(row->error), api_error_code(row->error));
    assert_string_equal(rest_text(rest, "errorCode"), word ? word : api_error_code(row->error));
    assert_string_equal(rest_text(rest, "message"), rest_text(rest, "errors[0].message"));
    assert_int_equal(rest_count(rest, "errors"), 1);
    const char *named = rest_text(rest, attribute);
    assert_true(text_eq(named, node_text(node_get(rest_at(rest, "errors[0]"), attribute), NULL)));
    if (row->parameter)
        assert_string_equal(named, row->parameter);
}

static void check_headers(struct rest *rest, const struct row *row)
{
    static const char *const always[] = {"RCRequestId", "RoutingKey", "Content-Language", "Date"};
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        assert_non_null(rest_reply_header(rest, always[i]));
    assert_string_equal(rest->reply.content_type, "application/json;charset=UTF-8");
    assert_int_equal(rest_reply_header(rest, "WWW-Authenticate") != NULL,
                     rest->reply.status == 401);
    if (row->header)
        assert_non_null(rest_reply_header(rest, row->header));
}

static void play(struct rest *rest, const struct row *row)
{
    if (row->prepare)
        row->prepare(rest);
    rest_call(rest, row->method, row->target ? row->target : target, row->body);
    if (row->came) {
        assert_non_null(rest->reply.errand);
        outcome(rest, row->came);
    }
    if (!text_eq(rest_text(rest, "errors[0].errorCode"), api_error_code(row->error)))
        fail_msg("%s: %d %s", api_error_code(row->error), rest->reply.status,
                 buf_text(&rest->reply.body));
    check_envelope(rest, row);
    check_headers(rest, row);
}

static void every_error_is_met_by_what_really_happens(void **state)
{
    size_t len = (size_t)snprintf(
        long_text, sizeof long_text,
        "{\"from\":{\"phoneNumber\":\"+12025550101\"},\"to\":[%s],\"text\":\"", CLIENT);
    memset(long_text + len, 'x', 1001);
    strcpy(long_text + len + 1001, "\"}");
    for (size_t i = 0; i < ROWS; i++) {
        struct rest *rest = rest_new();
        play(rest, &rows[i]);
        rest_free(rest);
    }
}

static void no_error_of_the_table_is_left_out(void **state)
{
    for (int error = 0; error < API_ERROR_COUNT; error++) {
        bool is_met = false;
        for (size_t i = 0; i < ROWS; i++)
            is_met = is_met || (int)rows[i].error == error;
        if (!is_met)
            fail_msg("no row meets %s", api_error_code((enum api_error)error));
        assert_true(api_error_provenance((enum api_error)error)[0] != '\0');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_is_met_by_what_really_happens),
        cmocka_unit_test(no_error_of_the_table_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
