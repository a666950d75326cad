/* Texts sent, received, listed, marked and deleted. The account is RingCentral's (1210) here, for Avaya
 * Cloud Office has no SMS. */
#include "support/rest_world.h"

#define STORE OWN_PATH "/message-store"
#define TO_BOB                                                                                     \
    "{\"from\":{\"phoneNumber\":\"+12025550101\"},"                                                \
    "\"to\":[{\"phoneNumber\":\"+18005550102\"}],\"text\":\"Hello\"}"
#define TO_CLIENT                                                                                  \
    "{\"from\":{\"phoneNumber\":\"12025550101\"},"                                                 \
    "\"to\":[{\"phoneNumber\":\"15557770001\"}],\"text\":\"Hi \xf0\x9f\x98\x80\"}"

static int setup(void **state)
{
    struct rest *rest = rest_new();
    xset(&rest->world->accounts[0]->brand_id, "1210");
    phone_number_by_id(rest->world, 9003)->can_sms = true;
    *state = rest;
    return 0;
}

static void both_parties_have_a_copy(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(rest_call(rest, "POST", OWN_PATH "/sms", TO_BOB), 200);
    assert_int_equal(rest_at(rest, "id")->kind, NODE_NUMBER);
    assert_int_equal(rest_at(rest, "conversationId")->kind, NODE_NUMBER);
    assert_int_equal(rest_at(rest, "conversation.id")->kind, NODE_STRING);
    assert_string_equal(rest_text(rest, "direction"), "Outbound");
    assert_string_equal(rest_text(rest, "messageStatus"), "Queued");
    assert_string_equal(rest_text(rest, "subject"), "Hello");
    assert_string_equal(rest_text(rest, "to[0].name"), "Bob");
    rest_as(rest, "Bob");
    rest_get(rest, STORE);
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_string_equal(rest_text(rest, "records[0].direction"), "Inbound");
    assert_string_equal(rest_text(rest, "records[0].readStatus"), "Unread");
    assert_string_equal(rest_text(rest, "records[0].messageStatus"), "Received");
    assert_string_equal(rest_text(rest, "records[0].from.phoneNumber"), "+12025550101");
    assert_string_equal(rest_text(rest, "paging.totalElements"), "1");
}

/* What every sample of the vendor's does: send from the first number that says it can. */
static void what_is_listed_as_a_sender_can_send(void **state)
{
    struct rest *rest = *state;
    char path[80], body[200];
    int senders = 0;
    phone_number_by_id(rest->world, 9001)->can_sms = true; /* the company's */
    phone_number_by_id(rest->world, 9002)->can_sms = true;
    rest_get(rest, OWN_PATH "/phone-number");
    int count = (int)rest_count(rest, "records");
    assert_true(count >= 2);
    for (int i = 0; i < count; i++) {
        rest_get(rest, OWN_PATH "/phone-number");
        snprintf(path, sizeof path, "records[%d].features", i);
        bool is_sender = rest_count(rest, path) > 1;
        snprintf(path, sizeof path, "records[%d].phoneNumber", i);
        snprintf(body, sizeof body,
                 "{\"from\":{\"phoneNumber\":\"%s\"},"
                 "\"to\":[{\"phoneNumber\":\"+18005550102\"}],\"text\":\"Hello\"}",
                 rest_text(rest, path));
        int status = rest_call(rest, "POST", OWN_PATH "/sms", body);
        assert_int_equal(status, is_sender ? 200 : 403);
        senders += is_sender;
    }
    assert_int_equal(senders, 1);
}

static void delivery_takes_its_time(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    assert_string_equal(rest_text(rest, "to[0].phoneNumber"), "+15557770001");
    clock_advance(rest->world, 1000);
    rest_get(rest, STORE);
    assert_string_equal(rest_text(rest, "records[0].messageStatus"), "Sent");
    clock_advance(rest->world, 2000);
    rest_get(rest, STORE);
    assert_string_equal(rest_text(rest, "records[0].messageStatus"), "Delivered");
}

static void a_thread_is_one_conversation_in_both_directions(void **state)
{
    struct rest *rest = *state;
    char first[32];
    rest_call(rest, "POST", OWN_PATH "/sms", TO_BOB);
    snprintf(first, sizeof first, "%s", rest_text(rest, "conversationId"));
    rest_as(rest, "Bob");
    rest_call(rest, "POST", OWN_PATH "/sms",
              "{\"from\":{\"phoneNumber\":\"+18005550102\"},"
              "\"to\":[{\"phoneNumber\":\"+12025550101\"}],\"text\":\"Yes?\"}");
    rest_as(rest, "Ann");
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    assert_string_not_equal(rest_text(rest, "conversationId"), first);
    rest_get(rest, STORE);
    assert_int_equal(rest_count(rest, "records"), 3);
    assert_string_equal(rest_text(rest, "records[1].subject"), "Yes?");
    assert_string_equal(rest_text(rest, "records[1].conversationId"), first);
    rest_get(rest, STORE "?distinctConversations=true");
    assert_int_equal(rest_count(rest, "records"), 2);
    char target[200];
    snprintf(target, sizeof target, "%s?conversationId=%s", STORE, first);
    rest_get(rest, target);
    assert_int_equal(rest_count(rest, "records"), 2);
}

static void a_group_is_one_conversation_in_whatever_order(void **state)
{
    struct rest *rest = *state;
    char first[32];
    rest_call(rest, "POST", OWN_PATH "/sms",
              "{\"from\":{\"phoneNumber\":\"+12025550101\"},\"to\":[{\"phoneNumber\":"
              "\"+15557770001\"},{\"phoneNumber\":\"+18005550102\"}],\"text\":\"a\"}");
    snprintf(first, sizeof first, "%s", rest_text(rest, "conversationId"));
    rest_call(rest, "POST", OWN_PATH "/sms",
              "{\"from\":{\"phoneNumber\":\"+12025550101\"},\"to\":[{\"phoneNumber\":"
              "\"+18005550102\"},{\"phoneNumber\":\"+15557770001\"}],\"text\":\"b\"}");
    assert_string_equal(rest_text(rest, "conversationId"), first);
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    assert_string_not_equal(rest_text(rest, "conversationId"), first);
}

static void sms_has_its_refusals(void **state)
{
    static const struct {
        const char *label, *body;
        int status;
        const char *code;
    } rows[] = {
        {"no sender", "{\"to\":[{\"phoneNumber\":\"+15557770001\"}],\"text\":\"x\"}", 400,
         "CMN-100"},
        {"another's number",
         "{\"from\":{\"phoneNumber\":\"+18005550102\"},"
         "\"to\":[{\"phoneNumber\":\"+15557770001\"}],\"text\":\"x\"}",
         403, "MSG-304"},
        {"a number of nobody",
         "{\"from\":{\"phoneNumber\":\"+19995550000\"},"
         "\"to\":[{\"phoneNumber\":\"+15557770001\"}],\"text\":\"x\"}",
         400, "MSG-245"},
        {"no recipient", "{\"from\":{\"phoneNumber\":\"+12025550101\"},\"to\":[],\"text\":\"x\"}",
         400, "CMN-100"},
        {"a recipient without number",
         "{\"from\":{\"phoneNumber\":\"+12025550101\"},\"to\":[{}],\"text\":\"x\"}", 400,
         "CMN-100"},
        {"letters",
         "{\"from\":{\"phoneNumber\":\"+12025550101\"},"
         "\"to\":[{\"phoneNumber\":\"+1555CALL\"}],\"text\":\"x\"}",
         400, "MSG-310"},
        {"too many digits",
         "{\"from\":{\"phoneNumber\":\"+12025550101\"},"
         "\"to\":[{\"phoneNumber\":\"+1234567890123456\"}],\"text\":\"x\"}",
         400, "MSG-309"},
        {"an extension",
         "{\"from\":{\"phoneNumber\":\"+12025550101\"},"
         "\"to\":[{\"phoneNumber\":\"102\"}],\"text\":\"x\"}",
         400, "MSG-246"},
        {"a short number",
         "{\"from\":{\"phoneNumber\":\"+12025550101\"},"
         "\"to\":[{\"phoneNumber\":\"55555\"}],\"text\":\"x\"}",
         400, "MSG-247"},
        {"no text",
         "{\"from\":{\"phoneNumber\":\"+12025550101\"},"
         "\"to\":[{\"phoneNumber\":\"+15557770001\"}]}",
         400, "CMN-100"},
        {"an empty text",
         "{\"from\":{\"phoneNumber\":\"+12025550101\"},"
         "\"to\":[{\"phoneNumber\":\"+15557770001\"}],\"text\":\"\"}",
         400, "CMN-101"},
        {"no object", "[]", 400, "CMN-103"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        print_message("%s\n", rows[i].label);
        rest_call(rest, "POST", OWN_PATH "/sms", rows[i].body);
        assert_refused(rest, rows[i].status, rows[i].code);
        assert_int_equal(message_count(rest->world), 0);
    }
    phone_number_by_id(rest->world, 9002)->can_sms = false;
    rest_call(rest, "POST", OWN_PATH "/sms", TO_BOB);
    assert_refused(rest, 403, "MSG-367");
    xset(&rest->world->accounts[0]->brand_id, "6010");
    rest_call(rest, "POST", OWN_PATH "/sms", TO_BOB);
    assert_refused(rest, 403, "MSG-242");
}

/* 1,000 UTF-16 units: an emoji counts two. */
static void a_text_has_a_thousand_units_at_most(void **state)
{
    struct rest *rest = *state;
    static char body[3000];
    for (int emojis = 500; emojis <= 501; emojis++) {
        snprintf(body, sizeof body,
                 "{\"from\":{\"phoneNumber\":\"+12025550101\"},"
                 "\"to\":[{\"phoneNumber\":\"+15557770001\"}],\"text\":\"");
        size_t len = strlen(body);
        for (int i = 0; i < emojis; i++, len += 4)
            memcpy(body + len, "\xf0\x9f\x98\x80", 4);
        memcpy(body + len, "\"}", 3);
        rest_call(rest, "POST", OWN_PATH "/sms", body);
        if (emojis == 500)
            assert_int_equal(rest->reply.status, 200);
        else
            assert_refused(rest, 400, "MSG-337");
    }
}

static void a_pager_message_goes_to_colleagues_and_queues(void **state)
{
    struct rest *rest = *state;
    struct user *sales = user_by_id(rest->world, 7105);
    rest_call(rest, "POST", OWN_PATH "/company-pager",
              "{\"to\":[{\"extensionId\":\"7105\"}],\"text\":\"x\"}");
    assert_refused(rest, 400, "MSG-316");
    user_add_member(sales, 7102);
    user_add_member(sales, 7101);
    assert_int_equal(rest_call(rest, "POST", OWN_PATH "/company-pager",
                               "{\"to\":[{\"extensionNumber\":\"103\"},{\"extensionId\":\"7105\"}],"
                               "\"text\":\"Meeting\"}"),
                     200);
    assert_string_equal(rest_text(rest, "type"), "Pager");
    assert_int_equal(rest_count(rest, "to"), 2);
    assert_string_equal(rest_text(rest, "to[0].extensionId"), "7103");
    rest_as(rest, "Bob");
    rest_get(rest, STORE "?messageType=Pager&direction=Inbound");
    assert_string_equal(rest_text(rest, "records[0].subject"), "Meeting");
    rest_as(rest, "Ann");
    rest_call(rest, "POST", OWN_PATH "/company-pager",
              "{\"to\":[{\"extensionId\":\"1\"}],\"text\":\"x\"}");
    assert_refused(rest, 404, "CMN-102");
    user_by_id(rest->world, 7104)->type = USER_ANNOUNCEMENT;
    rest_call(rest, "POST", OWN_PATH "/company-pager",
              "{\"to\":[{\"extensionId\":\"7104\"}],\"text\":\"x\"}");
    assert_refused(rest, 403, "MSG-314");
}

static void the_list_has_its_filters(void **state)
{
    static const struct {
        const char *query;
        size_t count;
    } rows[] = {
        {"", 2},
        {"?direction=Outbound", 1},
        {"?direction=Inbound", 1},
        {"?readStatus=Unread", 1},
        {"?messageType=SMS", 2},
        {"?messageType=Pager&messageType=Fax", 0},
        {"?phoneNumber=18005550102", 1},
        {"?phoneNumber=%2B15557770001", 1},
        {"?conversationId=1", 0},
        {"?conversationId=x", 0},
        {"?availability=Deleted", 0},
        {"?dateFrom=2026-01-05T09:00:00.001Z", 0},
        {"?dateTo=2026-01-05T09:00:00.000Z", 0},
        {"?dateFrom=2026-01-05T09:00:00.000Z&dateTo=2026-01-05T09:00:00.001Z", 2},
    };
    struct rest *rest = *state;
    rest_as(rest, "Bob");
    rest_call(rest, "POST", OWN_PATH "/sms",
              "{\"from\":{\"phoneNumber\":\"+18005550102\"},"
              "\"to\":[{\"phoneNumber\":\"+12025550101\"}],\"text\":\"A\"}");
    rest_as(rest, "Ann");
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char target[200];
        print_message("%s\n", rows[i].query);
        snprintf(target, sizeof target, "%s%s", STORE, rows[i].query);
        assert_int_equal(rest_get(rest, target), 200);
        assert_int_equal(rest_count(rest, "records"), rows[i].count);
    }
    clock_advance(rest->world, 86400001);
    rest_as(rest, "Ann");
    rest_get(rest, STORE);
    assert_int_equal(rest_count(rest, "records"), 0);
}

static void a_message_is_marked_deleted_and_purged(void **state)
{
    struct rest *rest = *state;
    char target[200];
    rest_call(rest, "POST", OWN_PATH "/sms", TO_BOB);
    rest_as(rest, "Bob");
    rest_get(rest, STORE);
    snprintf(target, sizeof target, "%s/%s", STORE, rest_text(rest, "records[0].id"));
    assert_int_equal(rest_call(rest, "PUT", target, "{\"readStatus\":\"Read\"}"), 200);
    assert_string_equal(rest_text(rest, "readStatus"), "Read");
    rest_call(rest, "PUT", target, "{\"readStatus\":\"Seen\"}");
    assert_refused(rest, 400, "CMN-101");
    rest_call(rest, "PATCH", target, "{}");
    assert_refused(rest, 400, "CMN-100");
    assert_int_equal(rest_call(rest, "DELETE", target, NULL), 204);
    assert_int_equal(rest_get(rest, target), 200);
    assert_string_equal(rest_text(rest, "availability"), "Deleted");
    rest_get(rest, STORE);
    assert_int_equal(rest_count(rest, "records"), 0);
    assert_int_equal(rest_call(rest, "DELETE", target, NULL), 204);
    rest_get(rest, target);
    assert_refused(rest, 404, "CMN-102");
    /* Ann's copy is her own. */
    rest_as(rest, "Ann");
    rest_get(rest, STORE);
    assert_int_equal(rest_count(rest, "records"), 1);
    rest_get(rest, target);
    assert_refused(rest, 404, "CMN-102");
}

static void deleting_by_filter_takes_what_it_names(void **state)
{
    struct rest *rest = *state;
    char target[200], conversation[32];
    rest_call(rest, "POST", OWN_PATH "/sms", TO_BOB);
    snprintf(conversation, sizeof conversation, "%s", rest_text(rest, "conversationId"));
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    rest_call(rest, "POST", OWN_PATH "/company-pager",
              "{\"to\":[{\"extensionId\":\"7103\"}],\"text\":\"x\"}");
    assert_int_equal(rest_call(rest, "DELETE", STORE "?type=Pager", NULL), 204);
    rest_get(rest, STORE);
    assert_int_equal(rest_count(rest, "records"), 2);
    snprintf(target, sizeof target, "%s?conversationId=1&conversationId=%s", STORE, conversation);
    rest_call(rest, "DELETE", target, NULL);
    assert_string_equal(event_get(&rest->event, EVENT_RECORDS), "1");
    rest_get(rest, STORE);
    assert_int_equal(rest_count(rest, "records"), 1);
    rest_call(rest, "DELETE", STORE "?dateTo=2026-01-05T09:00:00Z", NULL);
    assert_string_equal(event_get(&rest->event, EVENT_RECORDS), "0");
    rest_call(rest, "DELETE", STORE "?type=All", NULL);
    rest_get(rest, STORE);
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_call(rest, "DELETE", STORE "?type=Letter", NULL);
    assert_refused(rest, 400, "CMN-101");
}

static void several_are_marked_at_once(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    rest_header(rest, "Accept", "application/vnd.ringcentral.multipart+json");
    assert_int_equal(rest_call(rest, "PUT", STORE "/*",
                               "[{\"resourceId\":\"1000001\",\"body\":{\"readStatus\":\"Unread\"}},"
                               "{\"resourceId\":\"7\",\"body\":{\"readStatus\":\"Unread\"}}]"),
                     207);
    assert_string_equal(rest_text(rest, "[0].body.readStatus"), "Unread");
    assert_string_equal(rest_text(rest, "[1].status"), "404");
    rest_call(rest, "PUT", STORE "/1000001,1000002",
              "[{\"body\":{\"readStatus\":\"Read\"}},{\"body\":{\"readStatus\":\"Unread\"}}]");
    assert_true(message_by_id(rest->world, 1000001)->is_read);
    assert_false(message_by_id(rest->world, 1000002)->is_read);
    rest_call(rest, "PUT", STORE "/1000001,1000002", "[{\"body\":{\"readStatus\":\"Read\"}}]");
    assert_refused(rest, 400, "CMN-108");
    assert_int_equal(rest_call(rest, "DELETE", STORE "/1000001,1000002", NULL), 204);
    assert_int_equal(rest_call(rest, "DELETE", STORE "/1000001,7", NULL), 207);
}

static void the_text_is_its_attachment(void **state)
{
    struct rest *rest = *state;
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    char target[200];
    snprintf(target, sizeof target, "%s",
             rest_text(rest, "attachments[0].uri") + strlen("http://api.test"));
    assert_int_equal(rest_get(rest, target), 200);
    assert_string_equal(buf_text(&rest->reply.body), "Hi \xf0\x9f\x98\x80");
    assert_string_equal(rest->reply.content_type, "text/plain;charset=UTF-8");
    rest_get(rest, STORE "/1000001/content/5");
    assert_refused(rest, 404, "CMN-102");
}

static void changes_are_synchronized(void **state)
{
    struct rest *rest = *state;
    char target[400];
    rest_call(rest, "POST", OWN_PATH "/sms", TO_CLIENT);
    rest_call(rest, "POST", OWN_PATH "/sms", TO_BOB);
    rest_get(rest, OWN_PATH "/message-sync?syncType=FSync&recordCount=1");
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_true(rest_at(rest, "syncInfo.olderRecordsExist")->boolean);
    clock_advance(rest->world, 1000);
    rest_get(rest, OWN_PATH "/message-sync");
    assert_int_equal(rest_count(rest, "records"), 2);
    snprintf(target, sizeof target, "%s/message-sync?syncType=ISync&syncToken=%s", OWN_PATH,
             rest_text(rest, "syncInfo.syncToken"));
    rest_get(rest, target);
    assert_int_equal(rest_count(rest, "records"), 0);
    rest_call(rest, "DELETE", STORE "/1000001", NULL);
    rest_get(rest, target);
    assert_int_equal(rest_count(rest, "records"), 1);
    assert_string_equal(rest_text(rest, "records[0].availability"), "Deleted");
    rest_as(rest, "Bob");
    rest_get(rest, target);
    assert_refused(rest, 400, "MSG-333");
    rest_get(rest, OWN_PATH "/message-sync?syncType=ISync");
    assert_refused(rest, 400, "CMN-100");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(both_parties_have_a_copy),
        TEST(what_is_listed_as_a_sender_can_send),
        TEST(delivery_takes_its_time),
        TEST(a_thread_is_one_conversation_in_both_directions),
        TEST(a_group_is_one_conversation_in_whatever_order),
        TEST(sms_has_its_refusals),
        TEST(a_text_has_a_thousand_units_at_most),
        TEST(a_pager_message_goes_to_colleagues_and_queues),
        TEST(the_list_has_its_filters),
        TEST(a_message_is_marked_deleted_and_purged),
        TEST(deleting_by_filter_takes_what_it_names),
        TEST(several_are_marked_at_once),
        TEST(the_text_is_its_attachment),
        TEST(changes_are_synchronized),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
