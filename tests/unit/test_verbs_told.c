/* What the journal tells of a verb: its arguments, but no secret. */
#include "support/control_scene.h"

#include <string.h>

static void the_journal_never_holds_a_password_or_a_port(void **state)
{
    static const struct {
        const char *verb, *args, *secret;
    } rows[] = {
        {"rotate-password", "{\"user\":\"superadmin\",\"password\":\"Hush-1\"}", "Hush-1"},
        {"rotate-sip-secret", "{\"device\":\"800110100000\",\"secret\":\"Hush-2\"}", "Hush-2"},
        {"set-app", "{\"secret\":\"Hush-3\"}", "Hush-3"},
        {"move-proxy", "{\"proxy\":\"a\",\"udp\":45123}", "45123"},
    };
    struct scene scene;
    scene_init(&scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text;
        struct json_out out;
        assert_int_equal(scene_verb(&scene, rows[i].verb, rows[i].args), 0);
        struct event event = scene_last(&scene);
        buf_init(&text, 1 << 16);
        json_out_init(&out, &text);
        event_json(&event, &out);
        assert_null(strstr(buf_text(&text), rows[i].secret));
        assert_non_null(strstr(buf_text(&text), "***"));
        buf_done(&text);
    }
    scene_done(&scene);
}

/* In a fault's rule `code` is the platform's, not one that is exchanged for a token. */
static void the_journal_tells_the_code_that_a_fault_answers_with(void **state)
{
    struct scene scene;
    struct buf text;
    struct json_out out;
    scene_init(&scene);
    assert_int_equal(scene_verb(&scene, "fault",
                                "{\"name\":\"f\",\"match\":{\"op\":\"oauth.token\"},\"kind\":"
                                "\"answer\",\"status\":400,\"code\":\"OAU-213\"}"),
                     0);
    struct event event = scene_last(&scene);
    buf_init(&text, 1 << 16);
    json_out_init(&out, &text);
    event_json(&event, &out);
    assert_non_null(strstr(buf_text(&text), "OAU-213"));
    buf_done(&text);
    scene_done(&scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_journal_never_holds_a_password_or_a_port),
        cmocka_unit_test(the_journal_tells_the_code_that_a_fault_answers_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
