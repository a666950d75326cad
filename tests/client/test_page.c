/* Forms out of HTML, good and broken. */
#include "page.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

/* "kind name=value" of every control, "; " between. */
static void describe(const struct page *page, char *to, size_t cap)
{
    static const char *const kinds[] = {"text", "password", "hidden", "check", "submit", "select"};
    to[0] = '\0';
    for (int i = 0; i < page->control_count; i++) {
        const struct control *control = &page->controls[i];
        size_t len = strlen(to);
        snprintf(to + len, cap - len, "%s%s %s=%s", i ? "; " : "", kinds[control->kind],
                 control->name, control->value);
    }
}

static void controls_are_read_as_a_browser_would_send_them(void **state)
{
    static const struct {
        const char *label, *html, *want;
    } rows[] = {
        {"a plain login form",
         "<form action='/x' method=post><input type=text name=username value=''>"
         "<input type=\"password\" name=\"password\"><button>Sign in</button></form>",
         "text username=; password password=; submit ="},
        {"no type means text", "<form><input name=a></form>", "text a="},
        {"an email box is text", "<form><input type=email name=username value='a@b'></form>",
         "text username=a@b"},
        {"upper case and odd blanks",
         "<FORM  ACTION = \"/a\" ><INPUT NAME =u  TYPE= HIDDEN "
         "VALUE=\"v\" ></FORM>",
         "hidden u=v"},
        {"entities in values",
         "<form><input name=a value='1 &amp; 2 &lt;&quot;&#39;&#x41;&#66;'>"
         "</form>",
         "text a=1 & 2 <\"'AB"},
        {"an entity that is none", "<form><input name=a value='x&y=1&bogus;'></form>",
         "text a=x&y=1&bogus;"},
        {"beyond ASCII", "<form><input name=a value='&#233;&#x20AC;&#x1F600;'></form>",
         "text a=\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        {"a surrogate is replaced", "<form><input name=a value='&#xD800;'></form>",
         "text a=\xef\xbf\xbd"},
        {"buttons with values",
         "<form><button name=decision value=authorize>Authorize</button>"
         "<button name=decision value=decline>Decline</button></form>",
         "submit decision=authorize; submit decision=decline"},
        {"submit inputs", "<form><input type=submit name=s value=Go></form>", "submit s=Go"},
        {"type=button presses nothing", "<form><button type=button name=b>x</button></form>", ""},
        {"a box without a name is not sent",
         "<form><input type=text autocomplete=username value=ann hidden><input name=b></form>",
         "text b="},
        {"disabled is not sent", "<form><input name=a disabled><input name=b></form>", "text b="},
        {"self-closing", "<form><input name=a /><input name=\"b\"/></form>", "text a=; text b="},
        {"a slash in an unquoted value", "<form><input name=a/></form>", "text a/="},
        {"comments hide forms", "<!-- <form><input name=no></form> --><form><input name=y></form>",
         "text y="},
        {"scripts are not markup",
         "<form><script>var a = '<input name=no>';</script><input name=y></form>", "text y="},
        {"a textarea's text is not markup",
         "<form><textarea name=t><input name=no></textarea><input name=y></form>", "text y="},
        {"outside a form nothing is sent", "<input name=no><form></form><input name=no>", ""},
        {"a select sends its chosen option",
         "<form><select name=s><option value=1>a<option value=2 selected>b</select></form>",
         "select s=2"},
        {"a select without choice sends the first",
         "<form><select name=s><option value=1>a</option><option "
         "value=2>b</option></select></form>",
         "select s=1"},
        {"a checkbox has a value", "<form><input type=checkbox name=c checked></form>",
         "check c=on"},
        {"an unclosed form", "<form action=/a><input name=a>", "text a="},
        {"an unclosed tag at the end", "<form><input name=a", "text a="},
        {"an unclosed quote at the end", "<form><input name=\"a", "text a="},
        {"a stray =", "<form><input = name=a></form>", "text a="},
        {"two attributes of one name: the first", "<form><input name=a name=b></form>", "text a="},
        {"text with < in it", "<form>1 < 2 <3 <input name=a></form>", "text a="},
        {"an unclosed comment", "<form><input name=a><!-- <input name=no>", "text a="},
        {"no HTML at all", "just text", ""},
        {"nothing", "", ""},
        {"a lone <", "<", ""},
        {"a lone </", "</", ""},
        {"an unclosed script", "<form><input name=a><script>x", "text a="},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        char got[600];
        struct page *page = page_read(rows[i].html);
        describe(page, got, sizeof(got));
        if (strcmp(got, rows[i].want) != 0)
            fail_msg("%s: wanted \"%s\", was \"%s\"", rows[i].label, rows[i].want, got);
        page_free(page);
    }
}

static void a_form_knows_its_action_and_method(void **state)
{
    static const struct {
        const char *html, *action;
        bool is_post;
    } rows[] = {
        {"<form action=/login?a=1&amp;b=2 method=POST></form>", "/login?a=1&b=2", true},
        {"<form></form>", "", false},
        {"<form method=get action=''></form>", "", false},
        {"<form action=\"https://h/x\" method='post'>", "https://h/x", true},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct page *page = page_read(rows[i].html);
        assert_int_equal(page->form_count, 1);
        assert_string_equal(page->forms[0].action, rows[i].action);
        assert_int_equal(page->forms[0].is_post, rows[i].is_post);
        page_free(page);
    }
}

static void controls_belong_to_their_form(void **state)
{
    struct page *page = page_read("<form><input name=a></form><form><input name=a value=2></form>");
    assert_int_equal(page->form_count, 2);
    assert_string_equal(page_named(page, 0, "a")->value, "");
    assert_string_equal(page_named(page, 1, "a")->value, "2");
    assert_null(page_named(page, 1, "b"));
    assert_non_null(page_control(page, 0, CONTROL_TEXT));
    assert_null(page_control(page, 0, CONTROL_PASSWORD));
    page_free(page);
}

static void an_alert_gives_its_code_and_text(void **state)
{
    struct page *page = page_read(
        "<p role=alert data-code=\"OAU-140\">Wrong <b>password</b>.\n Try&nbsp;again</p><form>");
    assert_string_equal(page->alert_code, "OAU-140");
    assert_string_equal(page->alert_text, "Wrong password. Try\xc2\xa0"
                                          "again");
    page_free(page);
    page = page_read("<form></form>");
    assert_string_equal(page->alert_code, "");
    assert_string_equal(page->alert_text, "");
    page_free(page);
}

static void a_button_knows_its_words_and_its_own_action(void **state)
{
    struct page *page =
        page_read("<form action=/a><button formaction=/b> Not <i>now</i> </button></form>");
    assert_string_equal(page->controls[0].label, "Not now");
    assert_string_equal(page->controls[0].action, "/b");
    page_free(page);
}

static void a_second_factor_is_recognised(void **state)
{
    struct page *page = page_read("<form><input name=pin autocomplete=one-time-code></form>");
    assert_true(page->controls[0].is_one_time_code);
    page_free(page);
    page = page_read("<form><input type=hidden name=otp><input name=username></form>");
    assert_false(page->controls[0].is_one_time_code);
    assert_false(page->controls[1].is_one_time_code);
    page_free(page);
}

static void a_page_of_any_size_stays_within_its_limits(void **state)
{
    char *html = test_malloc(200000);
    size_t len = 0;
    for (int form = 0; form < 20; form++) {
        len += (size_t)snprintf(html + len, 200000 - len, "<form>");
        for (int i = 0; i < 50; i++)
            len += (size_t)snprintf(html + len, 200000 - len, "<input name=n%d>", i);
        len += (size_t)snprintf(html + len, 200000 - len, "</form>");
    }
    struct page *page = page_read(html);
    assert_int_equal(page->form_count, PAGE_FORMS);
    assert_int_equal(page->control_count, PAGE_CONTROLS);
    page_free(page);
    test_free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(controls_are_read_as_a_browser_would_send_them),
        cmocka_unit_test(a_form_knows_its_action_and_method),
        cmocka_unit_test(controls_belong_to_their_form),
        cmocka_unit_test(an_alert_gives_its_code_and_text),
        cmocka_unit_test(a_button_knows_its_words_and_its_own_action),
        cmocka_unit_test(a_second_factor_is_recognised),
        cmocka_unit_test(a_page_of_any_size_stays_within_its_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
