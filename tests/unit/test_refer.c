#include "support/cmocka_all.h"

#include "sip/refer.h"

#include <string.h>

static void forms_of_refer_to_are_read(void **state)
{
    static const struct {
        const char *uri, *number, *call_id, *to_tag, *from_tag;
    } rows[] = {
        {"sip:12025550123@sip.ringcentral.com", "12025550123", NULL, NULL, NULL},
        {"SIPS:102@d.test;transport=wss", "102", NULL, NULL, NULL},
        {"sip:%2B12025550123@d", "+12025550123", NULL, NULL, NULL},
        {"tel:+12025550123", "+12025550123", NULL, NULL, NULL},
        {"sip:102@d?Subject=x", "102", NULL, NULL, NULL},
        {"sip:102@d;transport=wss?Replaces=c-1%40h%3Bto-tag%3Dt%3Bfrom-tag%3Df", "102", "c-1@h",
         "t", "f"},
        {"sip:102@d?a=b&replaces=c;from-tag=f;to-tag=t;early-only&c=d", "102", "c", "t", "f"},
        {"sip:1%00%zz%4@d", "1%00%zz%4", NULL, NULL, NULL},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct refer_target target;
        if (!refer_read(&arena, rows[i].uri, &target))
            fail_msg("%s was not read", rows[i].uri);
        assert_string_equal(target.number, rows[i].number);
        if (!rows[i].call_id) {
            assert_null(target.call_id);
            continue;
        }
        assert_string_equal(target.call_id, rows[i].call_id);
        assert_string_equal(target.to_tag, rows[i].to_tag);
        assert_string_equal(target.from_tag, rows[i].from_tag);
    }
    arena_done(&arena);
    (void)state;
}

static void what_names_nobody_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "102",
        "http://x/",
        "sip:",
        "sip:@d",
        "sip:102@d?Replaces=",
        "sip:102@d?Replaces=c",
        "sip:102@d?Replaces=c%3Bto-tag%3Dt",
        "sip:102@d?Replaces=%3Bto-tag%3Dt%3Bfrom-tag%3Df",
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct refer_target target;
        if (refer_read(&arena, bad[i], &target))
            fail_msg("%s was read", bad[i]);
    }
    arena_done(&arena);
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_refer_to_are_read),
        cmocka_unit_test(what_names_nobody_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
