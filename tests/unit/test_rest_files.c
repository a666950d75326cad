/* Messages with files: MMS and fax as multipart, and their content, whole and in parts. The account
 * is RingCentral's (1210), as Avaya Cloud Office has no SMS. */
#include "support/rest_world.h"

#define STORE             OWN_PATH "/message-store"
#define MIXED             "multipart/mixed; boundary=b"
#define FORM              "multipart/form-data; boundary=b"
#define PART(head, data)  "--b\r\n" head "\r\n\r\n" data "\r\n"
#define END               "--b--\r\n"
#define JSON(text)        PART("Content-Type: application/json", text)
#define FIELD(name, text) PART("Content-Disposition: form-data; name=\"" name "\"", text)
#define FILE_PART(name, type, data)                                                                \
    PART("Content-Disposition: form-data; name=\"attachment\"; filename=\"" name                   \
         "\"\r\nContent-Type: " type,                                                              \
         data)
#define TO_BOB                                                                                     \
    "{\"from\":{\"phoneNumber\":\"+12025550101\"},"                                                \
    "\"to\":[{\"phoneNumber\":\"+18005550102\"}],\"text\":\"Look\"}"
#define PICTURE FILE_PART("a.png", "image/png", "PNG0123456789")

static int setup(void **state)
{
    struct rest *rest = rest_new();
    xset(&rest->world->accounts[0]->brand_id, "1210");
    phone_number_by_id(rest->world, 9003)->can_sms = true;
    *state = rest;
    return 0;
}

static int post(struct rest *rest, const char *path, const char *type, const char *body)
{
    rest_header(rest, "Content-Type", type);
    return rest_call(rest, "POST", path, body);
}

/* The path of the last answer's n-th attachment. */
static const char *content_path(struct rest *rest, size_t n, char out[200])
{
    char at[40];
    snprintf(at, sizeof at, "attachments[%zu].uri", n);
    snprintf(out, 200, "%s", rest_text(rest, at) + strlen("http://api.test"));
    return out;
}

static void a_picture_reaches_both_parties(void **state)
{
    struct rest *rest = *state;
    char text[200], picture[200];
    assert_int_equal(post(rest, OWN_PATH "/sms", MIXED, JSON(TO_BOB) PICTURE END), 200);
    assert_string_equal(rest_text(rest, "type"), "SMS");
    assert_string_equal(rest_text(rest, "attachments[0].type"), "Text");
    assert_string_equal(rest_text(rest, "attachments[1].type"), "MmsAttachment");
    assert_string_equal(rest_text(rest, "attachments[1].contentType"), "image/png");
    assert_string_equal(rest_text(rest, "attachments[1].fileName"), "a.png");
    assert_string_equal(rest_text(rest, "attachments[1].size"), "13");
    content_path(rest, 0, text);
    content_path(rest, 1, picture);
    assert_int_equal(rest_get(rest, text), 200);
    assert_string_equal(buf_text(&rest->reply.body), "Look");
    assert_int_equal(rest_get(rest, picture), 200);
    assert_string_equal(rest->reply.content_type, "image/png");
    assert_string_equal(buf_text(&rest->reply.body), "PNG0123456789");
    assert_string_equal(rest_reply_header(rest, "Accept-Ranges"), "bytes");

    rest_as(rest, "Bob");
    rest_get(rest, STORE);
    assert_string_equal(rest_text(rest, "records[0].direction"), "Inbound");
    assert_string_equal(rest_text(rest, "records[0].attachments[1].fileName"), "a.png");
    rest_get(rest, picture); /* Ann's copy is not his */
    assert_refused(rest, 403, "CMN-404");
}

static void content_is_answered_in_parts(void **state)
{
    struct rest *rest = *state;
    char picture[200];
    post(rest, OWN_PATH "/mms", MIXED, JSON(TO_BOB) PICTURE END);
    content_path(rest, 1, picture);
    rest_header(rest, "Range", "bytes=3-5");
    assert_int_equal(rest_get(rest, picture), 206);
    assert_string_equal(buf_text(&rest->reply.body), "012");
    assert_string_equal(rest_reply_header(rest, "Content-Range"), "bytes 3-5/13");
    rest_header(rest, "Range", "bytes=13-");
    rest_get(rest, picture);
    assert_refused(rest, 416, "CMN-107");
    assert_string_equal(rest_reply_header(rest, "Content-Range"), "bytes */13");
}

static void purged_messages_take_their_files_along(void **state)
{
    struct rest *rest = *state;
    char picture[200], message[200];
    post(rest, OWN_PATH "/mms", MIXED, JSON(TO_BOB) PICTURE END);
    content_path(rest, 1, picture);
    snprintf(message, sizeof message, "%s/%s", STORE, rest_text(rest, "id"));
    rest_call(rest, "DELETE", message, NULL);
    rest_get(rest, message);
    assert_int_equal(rest_count(rest, "attachments"), 0);
    rest_get(rest, picture);
    assert_refused(rest, 404, "CMN-102");
    rest_call(rest, "DELETE", message, NULL);
    rest_as(rest, "Bob"); /* his copy still has the file */
    rest_get(rest, STORE);
    const char *uri = rest_text(rest, "records[0].attachments[1].uri");
    snprintf(picture, sizeof picture, "%s", uri + strlen("http://api.test"));
    assert_int_equal(rest_get(rest, picture), 200);
    assert_string_equal(buf_text(&rest->reply.body), "PNG0123456789");
}

static void fields_stand_for_the_json(void **state)
{
    struct rest *rest = *state;
    assert_int_equal(post(rest, OWN_PATH "/mms", FORM,
                          FIELD("from", "+12025550101") FIELD("to", "+18005550102")
                              FIELD("to", "{\"phoneNumber\":\"15557770001\"}") PICTURE END),
                     200);
    assert_int_equal(rest_count(rest, "to"), 2);
    assert_string_equal(rest_text(rest, "to[1].phoneNumber"), "+15557770001");
    assert_int_equal(rest_count(rest, "attachments"), 1); /* no text */
    assert_null(rest_at(rest, "subject"));
}

static void a_fax_is_sent_and_says_no_more_than_sent(void **state)
{
    struct rest *rest = *state;
    char page[200];
    assert_int_equal(post(rest, OWN_PATH "/fax", FORM,
                          FIELD("to", "+15557770001") FIELD("faxResolution", "High")
                              FIELD("coverIndex", "3") FIELD("coverPageText", "Dear all")
                                  FILE_PART("a.pdf", "application/pdf; x=y", "%PDF-") END),
                     200);
    assert_string_equal(rest_text(rest, "type"), "Fax");
    assert_string_equal(rest_text(rest, "faxResolution"), "High");
    assert_string_equal(rest_text(rest, "coverIndex"), "3");
    assert_string_equal(rest_text(rest, "coverPageText"), "Dear all");
    assert_string_equal(rest_text(rest, "from.phoneNumber"), "+12025550101");
    assert_string_equal(rest_text(rest, "attachments[0].type"), "RenderedDocument");
    content_path(rest, 0, page);
    clock_advance(rest->world, 60000);
    rest_get(rest, STORE "?messageType=Fax");
    assert_string_equal(rest_text(rest, "records[0].messageStatus"), "Sent");
    rest_get(rest, page);
    assert_string_equal(rest->reply.content_type, "application/pdf");
}

static void what_is_wrong_is_refused_and_nothing_sent(void **state)
{
    static const struct {
        const char *label, *path, *type, *body;
        int status;
        const char *code;
    } rows[] = {
        {"no boundary", "/mms", "multipart/mixed", JSON(TO_BOB) PICTURE END, 400, "CMN-104"},
        {"no end", "/mms", MIXED, JSON(TO_BOB) PICTURE, 400, "CMN-104"},
        {"JSON cut short", "/mms", MIXED, JSON("{\"to\":") PICTURE END, 400, "CMN-103"},
        {"no file", "/mms", MIXED, JSON(TO_BOB) END, 400, "CMN-100"},
        {"no fields", "/mms", FORM, PICTURE END, 400, "CMN-100"},
        {"a field that is no text", "/mms", FORM, FIELD("to", "\xff") PICTURE END, 400, "CMN-101"},
        {"a program", "/mms", MIXED,
         JSON(TO_BOB) FILE_PART("a.exe", "application/x-msdownload", "MZ") END, 415, "MSG-349"},
        {"no type at all", "/mms", MIXED, JSON(TO_BOB) FILE_PART("a", "picture", "x") END, 415,
         "MSG-349"},
        {"a type with a line in it", "/mms", MIXED,
         JSON(TO_BOB) FILE_PART("a", "image/png\nX-Evil: 1", "x") END, 415, "MSG-349"},
        {"a film by fax", "/fax", FORM,
         FIELD("to", "+15557770001") FILE_PART("a.mp4", "video/mp4", "x") END, 415, "MSG-349"},
        {"an empty fax", "/fax", FORM, FIELD("to", "+15557770001") END, 400, "CMN-100"},
        {"a fax to nobody", "/fax", FORM, FILE_PART("a.pdf", "application/pdf", "x") END, 400,
         "CMN-100"},
        {"a cover page there is not", "/fax", FORM,
         FIELD("to", "+15557770001") FIELD("coverIndex", "14") PICTURE END, 400, "CMN-101"},
        {"a resolution there is not", "/fax", FORM,
         FIELD("to", "+15557770001") FIELD("faxResolution", "Best") PICTURE END, 400, "CMN-101"},
        {"eleven files", "/mms", MIXED,
         JSON(TO_BOB) PICTURE PICTURE PICTURE PICTURE PICTURE PICTURE PICTURE PICTURE PICTURE
             PICTURE PICTURE END,
         400, "MSG-348"},
    };
    struct rest *rest = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char path[200];
        snprintf(path, sizeof path, "%s%s", OWN_PATH, rows[i].path);
        print_message("%s\n", rows[i].label);
        post(rest, path, rows[i].type, rows[i].body);
        assert_refused(rest, rows[i].status, rows[i].code);
        assert_int_equal(message_count(rest->world), 0);
    }
}

static void files_share_a_limit(void **state)
{
    enum { MOST = 1500000 };
    struct rest *rest = *state;
    for (size_t size = MOST; size <= MOST + 1; size++) {
        struct buf body;
        buf_init(&body, 2 << 20);
        buf_str(&body, JSON(TO_BOB) "--b\r\nContent-Type: image/png\r\n\r\n");
        for (size_t i = 0; i < size; i++)
            buf_char(&body, 'x');
        buf_str(&body, "\r\n" END);
        post(rest, OWN_PATH "/mms", MIXED, buf_text(&body));
        buf_done(&body);
        if (size == MOST)
            assert_int_equal(rest->reply.status, 200);
        else
            assert_refused(rest, 400, "MSG-338");
    }
}

static void several_items_come_as_parts_in_their_order(void **state)
{
    struct rest *rest = *state;
    post(rest, OWN_PATH "/sms", MIXED, JSON(TO_BOB) END);
    post(rest, OWN_PATH "/sms", MIXED, JSON(TO_BOB) END);
    rest_header(rest, "Content-Type", MIXED);
    rest_header(rest, "Accept", "application/vnd.ringcentral.multipart+json");
    assert_int_equal(rest_call(rest, "PUT", STORE "/1000001,1000003",
                               JSON("{\"readStatus\":\"Unread\"}") JSON("{\"readStatus\":\"Read\"}")
                                   END),
                     207);
    assert_string_equal(rest_text(rest, "[0].body.readStatus"), "Unread");
    assert_string_equal(rest_text(rest, "[1].body.readStatus"), "Read");
    rest_header(rest, "Content-Type", MIXED);
    rest_call(rest, "PUT", STORE "/1000001,1000003", JSON("{}") END);
    assert_refused(rest, 400, "CMN-108");
    rest_header(rest, "Content-Type", MIXED);
    rest_call(rest, "PUT", STORE "/1000001,1000003", JSON("{}") JSON("{") END);
    assert_refused(rest, 400, "CMN-103");
}

static void a_voicemail_is_a_message_that_can_be_heard(void **state)
{
    struct rest *rest = *state;
    char audio[200];
    message_leave(rest->world, user_named(rest->world, "superadmin"), "+13035550199", NULL, 2000);
    rest_get(rest, STORE "?messageType=VoiceMail");
    assert_string_equal(rest_text(rest, "records[0].type"), "VoiceMail");
    assert_string_equal(rest_text(rest, "records[0].direction"), "Inbound");
    assert_string_equal(rest_text(rest, "records[0].readStatus"), "Unread");
    assert_string_equal(rest_text(rest, "records[0].from.phoneNumber"), "+13035550199");
    assert_string_equal(rest_text(rest, "records[0].vmTranscriptionStatus"), "NotAvailable");
    assert_string_equal(rest_text(rest, "records[0].attachments[0].type"), "AudioRecording");
    assert_string_equal(rest_text(rest, "records[0].attachments[0].vmDuration"), "2");
    snprintf(audio, sizeof audio, "%s",
             rest_text(rest, "records[0].attachments[0].uri") + strlen("http://api.test"));
    assert_int_equal(rest_get(rest, audio), 200);
    assert_int_equal(rest->reply.body.len, 44 + 2 * 2 * 8000);
    assert_memory_equal(rest->reply.body.data, "RIFF", 4);
    rest_header(rest, "Range", "bytes=8-11");
    assert_int_equal(rest_get(rest, audio), 206);
    assert_string_equal(buf_text(&rest->reply.body), "WAVE");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, rest_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_picture_reaches_both_parties),
        TEST(content_is_answered_in_parts),
        TEST(purged_messages_take_their_files_along),
        TEST(fields_stand_for_the_json),
        TEST(a_fax_is_sent_and_says_no_more_than_sent),
        TEST(what_is_wrong_is_refused_and_nothing_sent),
        TEST(a_voicemail_is_a_message_that_can_be_heard),
        TEST(files_share_a_limit),
        TEST(several_items_come_as_parts_in_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) ? 1 : 0;
}
