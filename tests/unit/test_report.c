#include "scenario/report.h"

#include "base/mem.h"
#include "base/text.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

enum { GOOD, FAILED, BAD_FILE, OUTCOMES };

static void given(struct outcome outcomes[OUTCOMES])
{
    outcome_init(&outcomes[GOOD], "a.yaml");
    outcomes[GOOD].title = xstrdup("It works");
    outcomes[GOOD].failure = xstrdup("consent-denied");
    outcomes[GOOD].steps = 3;
    outcomes[GOOD].expectations = 2;
    outcomes[GOOD].events = 9;
    outcomes[GOOD].machine_ms = 1250;
    outcome_init(&outcomes[FAILED], "b.yaml");
    outcomes[FAILED].title = xstrdup("#1 <breaks> & \"ends\"");
    outcomes[FAILED].err = diag_set(&outcomes[FAILED].diag, ERR_EXPECT, "b.yaml", 7, 5,
                                    "expect: no event with status: 200");
    buf_str(&outcomes[FAILED].detail, "    near: #1 <x>\n    more\n");
    outcome_init(&outcomes[BAD_FILE], "c.yaml");
    outcomes[BAD_FILE].err =
        diag_set(&outcomes[BAD_FILE].diag, ERR_USAGE, "c.yaml", 1, 1, "\"steps:\" is missing");
}

static void done(struct outcome outcomes[OUTCOMES])
{
    for (int i = 0; i < OUTCOMES; i++)
        outcome_done(&outcomes[i]);
}

static void wants(const char *kind, const char *text)
{
    struct outcome outcomes[OUTCOMES];
    struct report_wish wish;
    struct diag diag;
    struct buf out;
    given(outcomes);
    buf_init(&out, 1 << 16);
    assert_true(report_wish_read(kind, &wish, &diag));
    report_write(wish.kind, outcomes, OUTCOMES, &out);
    assert_string_equal(buf_text(&out), text);
    buf_done(&out);
    done(outcomes);
}

static void text_is_for_people(void **state)
{
    wants("text", "PASS  a.yaml: It works  (3 steps, 2 expectations, 9 events, 1250 ms)\n"
                  "FAIL  b.yaml: #1 <breaks> & \"ends\"  (failed)\n"
                  "  b.yaml:7:5: expect: no event with status: 200\n    near: #1 <x>\n    more\n"
                  "FAIL  c.yaml: c.yaml  (wrong file)\n  c.yaml:1:1: \"steps:\" is missing\n"
                  "3 scenarios: 1 passed, 2 failed (1.2 s)\n");
}

/* TAP 14: a plan, escaped hashes, YAML blocks indented by two. */
static void tap_has_a_plan_and_diagnostics(void **state)
{
    wants("tap", "TAP version 14\n1..3\n"
                 "ok 1 - a.yaml: It works\n  ---\n  duration_ms: 1250\n  ...\n"
                 "not ok 2 - b.yaml: \\#1 <breaks> & \"ends\"\n  ---\n  duration_ms: 0\n"
                 "  severity: failed\n  message: |\n"
                 "    b.yaml:7:5: expect: no event with status: 200\n"
                 "  detail: |\n        near: #1 <x>\n        more\n  ...\n"
                 "not ok 3 - c.yaml: c.yaml\n  ---\n  duration_ms: 0\n  severity: wrong file\n"
                 "  message: |\n    c.yaml:1:1: \"steps:\" is missing\n  ...\n");
}

static void junit_escapes_and_tells_failure_from_error(void **state)
{
    wants("junit",
          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mockrc\">\n"
          "  <testsuite name=\"scenarios\" tests=\"3\" failures=\"1\" errors=\"1\" skipped=\"0\" "
          "time=\"1.250\">\n"
          "    <testcase name=\"It works\" classname=\"a.yaml\" file=\"a.yaml\" time=\"1.250\"/>\n"
          "    <testcase name=\"#1 &lt;breaks&gt; &amp; &quot;ends&quot;\" classname=\"b.yaml\" "
          "file=\"b.yaml\" time=\"0.000\">\n"
          "      <failure type=\"failed\" message=\"b.yaml:7:5: expect: no event with status: "
          "200\">    near: #1 &lt;x&gt;&#10;    more&#10;</failure>\n    </testcase>\n"
          "    <testcase name=\"c.yaml\" classname=\"c.yaml\" file=\"c.yaml\" time=\"0.000\">\n"
          "      <error type=\"wrong file\" message=\"c.yaml:1:1: &quot;steps:&quot; is "
          "missing\"></error>\n    </testcase>\n"
          "  </testsuite>\n</testsuites>\n");
}

static void json_lines_end_with_the_whole(void **state)
{
    wants("jsonl",
          "{\"file\":\"a.yaml\",\"title\":\"It works\",\"failure\":\"consent-denied\","
          "\"verdict\":\"passed\",\"exit\":0,\"steps\":3,\"expectations\":2,\"events\":9,"
          "\"ms\":1250}\n"
          "{\"file\":\"b.yaml\",\"title\":\"#1 <breaks> & \\\"ends\\\"\",\"verdict\":\"failed\","
          "\"exit\":1,\"steps\":0,\"expectations\":0,\"events\":0,\"ms\":0,\"line\":7,"
          "\"column\":5,\"message\":\"expect: no event with status: 200\","
          "\"detail\":\"    near: #1 <x>\\n    more\\n\"}\n"
          "{\"file\":\"c.yaml\",\"verdict\":\"wrong file\",\"exit\":2,\"steps\":0,"
          "\"expectations\":0,\"events\":0,\"ms\":0,\"line\":1,\"column\":1,"
          "\"message\":\"\\\"steps:\\\" is missing\",\"detail\":\"\"}\n"
          "{\"scenarios\":3,\"passed\":1,\"failed\":2,\"exit\":2}\n");
}

static void what_xml_cannot_hold_becomes_a_question_mark(void **state)
{
    struct outcome outcome;
    struct report_wish wish;
    struct diag diag;
    struct buf out;
    outcome_init(&outcome, "a.yaml");
    buf_str(&outcome.story, "bell \a, broken \xff\n");
    buf_init(&out, 1 << 16);
    assert_true(report_wish_read("junit", &wish, &diag));
    report_write(wish.kind, &outcome, 1, &out);
    assert_non_null(strstr(buf_text(&out), "<system-out>bell ?, broken ?&#10;</system-out>"));
    buf_done(&out);
    outcome_done(&outcome);
}

static void the_worst_outcome_is_the_exit_code(void **state)
{
    static const struct {
        int errs[3], exit;
    } rows[] = {
        {{0, 0, 0}, 0},
        {{0, ERR_EXPECT, 0}, ERR_EXPECT},
        {{ERR_EMPTY, ERR_EXPECT, 0}, ERR_EXPECT},
        {{ERR_EXPECT, ERR_USAGE, ERR_TIMEOUT}, ERR_USAGE},
        {{ERR_EXPECT, ERR_TIMEOUT, 0}, ERR_TIMEOUT},
        {{ERR_USAGE, ERR_ENV, 0}, ERR_ENV},
        {{ERR_BUG, ERR_ENV, ERR_USAGE}, ERR_BUG},
        {{ERR_EMPTY, 0, 0}, ERR_EMPTY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct outcome outcomes[3] = {
            {.err = rows[i].errs[0]}, {.err = rows[i].errs[1]}, {.err = rows[i].errs[2]}};
        assert_int_equal(report_exit(outcomes, 3), rows[i].exit);
    }
    assert_int_equal(report_exit(NULL, 0), ERR_EMPTY);
}

static void a_wish_names_a_kind_and_perhaps_a_file(void **state)
{
    static const struct {
        const char *text, *file;
        bool is_good;
    } rows[] = {
        {"tap", NULL, true},     {"junit=out.xml", "out.xml", true},
        {"jsonl=-", NULL, true}, {"text=a=b", "a=b", true},
        {"xml", NULL, false},    {"junit=", NULL, false},
        {"", NULL, false},       {"tapp=x", NULL, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct report_wish wish = {NULL, NULL};
        struct diag diag;
        assert_int_equal(report_wish_read(rows[i].text, &wish, &diag), rows[i].is_good);
        if (rows[i].is_good)
            assert_true(text_eq(wish.file, rows[i].file));
        else
            assert_non_null(strstr(diag.text, "--report wants text, tap, junit or jsonl"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_for_people),
        cmocka_unit_test(tap_has_a_plan_and_diagnostics),
        cmocka_unit_test(junit_escapes_and_tells_failure_from_error),
        cmocka_unit_test(json_lines_end_with_the_whole),
        cmocka_unit_test(what_xml_cannot_hold_becomes_a_question_mark),
        cmocka_unit_test(the_worst_outcome_is_the_exit_code),
        cmocka_unit_test(a_wish_names_a_kind_and_perhaps_a_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
