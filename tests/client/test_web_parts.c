/* The page's parts without a socket: escapes, form fields, passwords, sessions, authorizations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "web/errand.h"
#include "web/form.h"
#include "web/html.h"
#include "web/secret.h"
#include "web/session.h"

static void text_means_itself_in_html(void **state)
{
    static const struct {
        const char *text, *html;
    } rows[] = {
        {"plain", "plain"},
        {"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {"\"><b a='", "&quot;&gt;&lt;b a=&#39;"},
        {"a&amp;b", "a&amp;amp;b"},
        {"Zo\xc3\xab", "Zo\xc3\xab"},
        {"a\nb\tc", "a\nb\tc"},
        {"bell\x07 del\x7f cr\r", "bell\xef\xbf\xbd del\xef\xbf\xbd cr\xef\xbf\xbd"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct sb sb = SB_MAX(1000);
        html_add(&sb, rows[i].text);
        assert_string_equal(sb_text(&sb), rows[i].html);
        sb_done(&sb);
    }
}

static void a_format_escapes_its_arguments_and_not_itself(void **state)
{
    struct sb sb = SB_MAX(1000);
    html_addf(&sb, "<i title=\"%s\">%d %lld 100%%</i>", "\"<", 7, 1234567890123LL);
    assert_string_equal(sb_text(&sb), "<i title=\"&quot;&lt;\">7 1234567890123 100%</i>");
    sb_done(&sb);
}

static void times_read_as_a_person_writes_them(void **state)
{
    struct sb sb = SB_MAX(1000);
    html_add_time(&sb, 1740819600000);
    assert_string_equal(sb_text(&sb), "<time datetime=\"2025-03-01T09:00:00.000Z\">2025-03-01 "
                                      "09:00:00 UTC</time>");
    sb_reset(&sb);
    html_add_time(&sb, 0);
    assert_string_equal(sb_text(&sb), "never");
    static const struct {
        int64_t ms;
        const char *text;
    } rows[] = {{0, "0 s ago"},       {119000, "119 s ago"},  {120000, "2 min ago"},
                {7200000, "2 h ago"}, {172800000, "2 d ago"}, {-5000, "0 s ago"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        sb_reset(&sb);
        html_add_age(&sb, 1740819600000, 1740819600000 + rows[i].ms);
        assert_string_equal(sb_text(&sb), rows[i].text);
    }
    sb_done(&sb);
}

static void form_fields_are_read_as_they_were_sent(void **state)
{
    static const struct {
        const char *text;
        size_t len; /* 0: all of it */
        const char *name, *value;
    } rows[] = {
        {"a=1&b=2", 0, "b", "2"},
        {"a=1&a=2", 0, "a", "1"},
        {"a=x%20y+z", 0, "a", "x y z"},
        {"a=%3Cb%3E%26", 0, "a", "<b>&"},
        {"%61=1", 0, "a", "1"},
        {"a", 0, "a", ""},
        {"a=", 0, "a", ""},
        {"=x&&a=1", 0, "a", "1"},
        {"a=50%", 0, "a", "50%"},
        {"a=%zz%4", 0, "a", "%zz%4"},
        {"a=1%00evil", 0, "a",
         "1\xef\xbf\xbd"
         "evil"}, /* seen whole, not cut off */
        {"a=1\0b", 5, "a",
         "1\xef\xbf\xbd"
         "b"},
        {"b=1", 0, "a", NULL},
        {"", 0, "a", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct form_data data = {0};
        form_read(&data, rows[i].text, rows[i].len ? rows[i].len : strlen(rows[i].text));
        const char *value = form_get(&data, rows[i].name);
        if (rows[i].value == NULL ? value != NULL
                                  : value == NULL || strcmp(value, rows[i].value) != 0)
            fail_msg("%s: wanted %s, was %s", rows[i].text, rows[i].value, value);
        form_done(&data);
    }
}

static void a_form_of_too_many_fields_keeps_the_first(void **state)
{
    struct sb sb = SB_MAX(10000);
    struct form_data data = {0};
    for (int i = 0; i < FORM_FIELDS + 20; i++)
        sb_addf(&sb, "f%d=%d&", i, i);
    form_read(&data, sb_text(&sb), sb.len);
    assert_int_equal(data.count, FORM_FIELDS);
    assert_string_equal(form_text(&data, "f63"), "63");
    assert_null(form_get(&data, "f64"));
    form_done(&data);
    sb_done(&sb);
}

static void a_password_is_known_by_its_hash_only(void **state)
{
    char stored[SECRET_TEXT], other[SECRET_TEXT];
    struct rnd rnd;
    rnd_init(&rnd);
    secret_hash("correct horse", &rnd, stored);
    secret_hash("correct horse", &rnd, other);
    assert_string_not_equal(stored, other); /* salted */
    assert_null(strstr(stored, "horse"));
    assert_true(secret_is("correct horse", stored));
    assert_true(secret_is("correct horse", other));
    assert_false(secret_is("correct hors", stored));
    assert_false(secret_is("", stored));
    static const char *const broken[] = {"", "correct horse", "scrypt$1$8$1$00$00",
                                         "scrypt$16384$8$1$"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
        assert_false(secret_is("correct horse", broken[i]));
    stored[strlen(stored) - 1] ^= 1;
    assert_false(secret_is("correct horse", stored));
}

static void a_session_is_found_by_its_id_until_it_is_closed(void **state)
{
    struct sessions *sessions = sessions_new(600);
    struct session one, two, found;
    sessions_open(sessions, "ada", &one);
    sessions_open(sessions, "bob", &two);
    assert_string_not_equal(one.id, two.id);
    assert_string_not_equal(one.csrf, two.csrf);
    assert_true(sessions_find(sessions, two.id, &found));
    assert_string_equal(found.user, "bob");
    assert_false(sessions_find(sessions, "", &found)); /* a free row has that id */
    assert_false(sessions_find(sessions, "no such", &found));
    sessions_close(sessions, two.id);
    assert_false(sessions_find(sessions, two.id, &found));
    assert_true(sessions_find(sessions, one.id, &found));
    sessions_free(sessions);
}

static void a_session_that_nobody_uses_ends(void **state)
{
    struct sessions *sessions = sessions_new(0);
    struct session session;
    sessions_open(sessions, "ada", &session);
    assert_false(sessions_find(sessions, session.id, &session));
    sessions_free(sessions);
}

static void the_table_of_sessions_stays_bounded(void **state)
{
    struct sessions *sessions = sessions_new(600);
    struct session first, session, found;
    sessions_open(sessions, "first", &first);
    for (int i = 0; i < 3 * SESSIONS_MAX; i++)
        sessions_open(sessions, "other", &session);
    assert_true(sessions_find(sessions, session.id, &found));
    assert_false(sessions_find(sessions, first.id, &found));
    sessions_free(sessions);
}

static void an_authorization_is_run_once_and_told_again(void **state)
{
    struct errands *errands = errands_new();
    struct pkce pkce = {.state = "s1", .verifier = "v1"}, got;
    struct settings settings = {.client_id = "cid"}, theirs;
    struct errand_outcome outcome = {.diagnosis = "CONSENT_DECLINED"}, seen;
    errands_start(errands, &pkce, &settings);
    assert_int_equal(errands_take(errands, "other", &got, &theirs, &seen), ERRAND_UNKNOWN);
    assert_int_equal(errands_take(errands, "", &got, &theirs, &seen), ERRAND_UNKNOWN);
    assert_int_equal(errands_take(errands, "s1", &got, &theirs, &seen), ERRAND_MINE);
    assert_string_equal(got.verifier, "v1");
    assert_string_equal(theirs.client_id, "cid");
    assert_false(errands_outcome(errands, "s1", &seen));
    errands_finish(errands, "s1", &outcome);
    assert_int_equal(errands_take(errands, "s1", &got, &theirs, &seen), ERRAND_DONE);
    assert_string_equal(seen.diagnosis, "CONSENT_DECLINED");
    assert_true(errands_outcome(errands, "s1", &seen));
    errands_free(errands);
}

static void the_table_of_authorizations_drops_the_oldest(void **state)
{
    struct errands *errands = errands_new();
    struct settings settings = {0};
    struct errand_outcome seen;
    struct pkce pkce = {0}, got;
    for (int i = 0; i < ERRANDS_MAX + 1; i++) {
        snprintf(pkce.state, sizeof(pkce.state), "s%d", i);
        errands_start(errands, &pkce, &settings);
    }
    assert_int_equal(errands_take(errands, "s0", &got, &settings, &seen), ERRAND_UNKNOWN);
    assert_int_equal(errands_take(errands, "s1", &got, &settings, &seen), ERRAND_MINE);
    assert_int_equal(errands_take(errands, pkce.state, &got, &settings, &seen), ERRAND_MINE);
    errands_free(errands);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_means_itself_in_html),
        cmocka_unit_test(a_format_escapes_its_arguments_and_not_itself),
        cmocka_unit_test(times_read_as_a_person_writes_them),
        cmocka_unit_test(form_fields_are_read_as_they_were_sent),
        cmocka_unit_test(a_form_of_too_many_fields_keeps_the_first),
        cmocka_unit_test(a_password_is_known_by_its_hash_only),
        cmocka_unit_test(a_session_is_found_by_its_id_until_it_is_closed),
        cmocka_unit_test(a_session_that_nobody_uses_ends),
        cmocka_unit_test(the_table_of_sessions_stays_bounded),
        cmocka_unit_test(an_authorization_is_run_once_and_told_again),
        cmocka_unit_test(the_table_of_authorizations_drops_the_oldest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
