#include "explain/record.h"

#include "support/explain_scene.h"

/* --- a saved journal --- */

#define AT "\"time\":\"2026-01-05T09:00:00.000Z\",\"layer\":\"control\",\"op\":\"stop-proxy\""

static void a_saved_journal_is_explained_alike(void **state)
{
    (void)state;
    static const char text[] = "{\"seq\":7," AT ",\"proxy\":\"a\",\"result\":\"done\"}\n"
                               "\n"
                               "{\"seq\":9,\"time\":\"2026-01-06T09:00:00.000Z\",\"layer\":\"sip\","
                               "\"op\":\"sip.register\",\"status\":200,\"proxy\":\"b\"}";
    struct record *record;
    struct diag diag;
    struct buf out;
    assert_int_equal(record_read("x.jsonl", text, strlen(text), &record, &diag), ERR_OK);
    struct explain_source source = explain_of_record(record);
    struct scene scene = {.explanation = explain_new(&source)};
    wants_first(&scene, "primary-down-no-failover");
    assert_int_equal(first_of(&scene)->first, 7);
    wants_text(&scene, "first cause  #7   09:00:00 provider        stop-proxy");
    wants_text(&scene, "The journal begins at #7");
    wants_text(&scene, "1 numbers in between are missing");
    buf_init(&out, 1 << 12);
    explain_line(scene.explanation, &out);
    assert_string_equal(
        buf_text(&out),
        "primary-down-no-failover / PRIMARY_PROXY_DOWN: The primary proxy (a) is "
        "down: handsets work only through the secondary, and those that do not fail "
        "over not at all. (broken link #7)");
    buf_done(&out);
    explain_free(scene.explanation);
    record_free(record);
}

static void a_line_that_is_none_is_refused_with_its_number(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"{\"seq\":1," AT "}\nPASS\n", "x.jsonl:2:1: wanted a line of a journal"},
        {"{\"seq\":1," AT "}\n{\"seq\":2}\n", "x.jsonl:2:1: wanted a line of a journal (mockrc "
                                              "journal --json): \"time\" is missing"},
        {"{\"seq\":2," AT "}\n\n{\"seq\":2," AT "}\n", "x.jsonl:3:1: number 2 comes after 2"},
        {"[{\"seq\":1," AT "}]",
         "x.jsonl:1:1: wanted a line of a journal (mockrc journal --json): it "
         "is no object"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct record *record;
        struct diag diag;
        char text[900];
        assert_int_equal(record_read("x.jsonl", rows[i].text, strlen(rows[i].text), &record, &diag),
                         ERR_USAGE);
        diag_text(&diag, text, sizeof text);
        if (!strstr(text, rows[i].why))
            fail_msg("%s\n%s", rows[i].why, text);
    }
}

static void json_holds_the_evidence_by_its_part_in_it(void **state)
{
    (void)state;
    struct scene scene = given_journal();
    struct json_out json;
    struct buf out;
    uint64_t begin = happens(&scene, LAYER_CONTROL, "rotate-password", "user=anna result=done", 0);
    refused_for_password(&scene, begin);
    explains(&scene);
    buf_init(&out, 1 << 16);
    json_out_init(&json, &out);
    explain_json(scene.explanation, &json);
    static const char *const parts[] = {
        "{\"broken\":true,\"findings\":[{\"failure\":\"password-rotated-stale-grant\","
        "\"diagnosis\":\"GRANT_INVALIDATED_BY_PASSWORD_CHANGE\",\"plane\":\"oauth\","
        "\"level\":\"broken\"",
        "{\"role\":\"first cause\",\"seq\":1,\"event\":{\"seq\":1",
        "{\"role\":\"broken link\",\"seq\":2,\"event\":{\"seq\":2",
        "\"remedy\":[\"Authenticate again with the new password.\",",
        "{\"plane\":\"rest\",\"events\":0,\"fine\":true}",
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (!strstr(buf_text(&out), parts[i]))
            fail_msg("%s is not in %s", parts[i], buf_text(&out));
    buf_done(&out);
    scene_done(&scene);
}

int main(void)
{
    const struct CMUnitTest record[] = {
        cmocka_unit_test(a_saved_journal_is_explained_alike),
        cmocka_unit_test(a_line_that_is_none_is_refused_with_its_number),
        cmocka_unit_test(json_holds_the_evidence_by_its_part_in_it),
    };
    return cmocka_run_group_tests(record, NULL, NULL);
}
