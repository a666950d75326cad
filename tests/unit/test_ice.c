#include "support/cmocka_all.h"

#include "media/ice.h"

#include <string.h>

static const uint8_t transaction[STUN_TRANSACTION] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
static const struct stun_address from = {.port = 4711, .bytes = {192, 0, 2, 7}};

static struct ice given_ice(void)
{
    struct ice ice = {0};
    ice_set(&ice, "ours", "secret");
    return ice;
}

struct check {
    const char *name, *password; /* NULL: without */
    int attribute;               /* one more; 0: none */
    bool has_no_fingerprint;
    enum stun_class class;
};

static enum ice_what takes(const struct ice *ice, const struct check *check,
                           struct stun_out *answer)
{
    struct stun_out out;
    static const uint8_t tie_breaker[8];
    stun_begin(&out, check->class, transaction);
    if (check->name)
        stun_add(&out, STUN_USERNAME, check->name, strlen(check->name));
    if (check->attribute)
        stun_add(&out, check->attribute, tie_breaker,
                 check->attribute == STUN_USE_CANDIDATE ? 0 : sizeof tie_breaker);
    if (check->password)
        stun_sign(&out, check->password);
    if (!check->has_no_fingerprint)
        stun_end(&out);
    return ice_take(ice, &from, out.bytes, out.len, answer);
}

/* RFC 8489 sections 6.3 and 9.1.3, RFC 8445 section 7.3. */
static void each_check_is_answered_as_the_rfcs_say(void **state)
{
    static const struct {
        const char *label;
        struct check check;
        enum ice_what want;
        int error;      /* 0: success; -1: no answer */
        bool is_signed; /* the answer */
    } rows[] = {
        {"a check", {.name = "ours:theirs", .password = "secret"}, ICE_CHECKED, 0, true},
        {"with a role",
         {.name = "ours:theirs", .password = "secret", .attribute = STUN_ICE_CONTROLLING},
         ICE_CHECKED,
         0,
         true},
        {"that nominates",
         {.name = "ours:theirs", .password = "secret", .attribute = STUN_USE_CANDIDATE},
         ICE_NOMINATED,
         0,
         true},
        {"with what may be passed by",
         {.name = "ours:theirs", .password = "secret", .attribute = 0xc057},
         ICE_CHECKED,
         0,
         true},
        {"with what may not",
         {.name = "ours:theirs", .password = "secret", .attribute = 0x7abc},
         ICE_REFUSED,
         420,
         true},
        {"of who is led, too",
         {.name = "ours:theirs", .password = "secret", .attribute = STUN_ICE_CONTROLLED},
         ICE_REFUSED,
         487,
         true},
        {"another password",
         {.name = "ours:theirs", .password = "public"},
         ICE_REFUSED,
         401,
         false},
        {"another name", {.name = "your:theirs", .password = "secret"}, ICE_REFUSED, 401, false},
        {"a longer name", {.name = "ourself:x", .password = "secret"}, ICE_REFUSED, 401, false},
        {"half a name", {.name = "ours", .password = "secret"}, ICE_REFUSED, 401, false},
        {"no name", {.password = "secret"}, ICE_REFUSED, 400, false},
        {"no password", {.name = "ours:theirs"}, ICE_REFUSED, 400, false},
        {"of a stranger",
         {.name = "x:y", .password = "z", .attribute = 0x7abc},
         ICE_REFUSED,
         401,
         false},
        {"no fingerprint",
         {.name = "ours:theirs", .password = "secret", .has_no_fingerprint = true},
         ICE_IGNORED,
         -1,
         false},
        {"an indication",
         {.name = "ours:theirs", .password = "secret", .class = STUN_INDICATION},
         ICE_IGNORED,
         -1,
         false},
        {"an answer",
         {.name = "ours:theirs", .password = "secret", .class = STUN_SUCCESS},
         ICE_IGNORED,
         -1,
         false},
    };
    const struct ice ice = given_ice();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stun_out answer;
        struct stun stun;
        print_message("%s\n", rows[i].label);
        assert_int_equal(takes(&ice, &rows[i].check, &answer), rows[i].want);
        assert_int_equal(answer.len == 0, rows[i].error < 0);
        if (!answer.len)
            continue;
        assert_true(stun_read(answer.bytes, answer.len, &stun));
        assert_int_equal(stun.class, rows[i].error ? STUN_ERROR : STUN_SUCCESS);
        assert_int_equal(stun.error, rows[i].error);
        assert_int_equal(stun_is_signed(&stun, "secret"), rows[i].is_signed);
        assert_true(stun.has_fingerprint);
        assert_memory_equal(stun.transaction, transaction, STUN_TRANSACTION);
        assert_int_equal(stun.has_address, !rows[i].error);
        if (stun.has_address)
            assert_memory_equal(stun.address.bytes, from.bytes, sizeof from.bytes);
        if (stun.has_address)
            assert_int_equal(stun.address.port, from.port);
    }
}

static void what_was_not_understood_is_named(void **state)
{
    static const uint8_t want[] = {0x00, 0x0a, 0x00, 0x02, 0x7a, 0xbc, 0x00, 0x00};
    const struct ice ice = given_ice();
    const struct check check = {.name = "ours:theirs", .password = "secret", .attribute = 0x7abc};
    struct stun_out answer;
    takes(&ice, &check, &answer);
    assert_non_null(memmem(answer.bytes, answer.len, want, sizeof want));
}

/* RFC 8445 section 9: until the phone has our answer it checks with the words of before. */
static void after_a_restart_both_words_are_good(void **state)
{
    static const struct check old = {.name = "ours:theirs", .password = "secret"},
                              now = {.name = "new:theirs", .password = "other"},
                              mixed = {.name = "new:theirs", .password = "secret"};
    struct ice ice = given_ice();
    struct stun_out answer;
    assert_int_equal(takes(&ice, &now, &answer), ICE_REFUSED);
    ice_set(&ice, "new", "other");
    assert_int_equal(takes(&ice, &now, &answer), ICE_CHECKED);
    assert_int_equal(takes(&ice, &old, &answer), ICE_CHECKED);
    assert_int_equal(takes(&ice, &mixed, &answer), ICE_REFUSED);
    ice_set(&ice, "new", "other"); /* said again: nothing changes */
    assert_int_equal(takes(&ice, &old, &answer), ICE_CHECKED);
    ice_set(&ice, "third", "one");
    assert_int_equal(takes(&ice, &old, &answer), ICE_REFUSED);
}

static void without_words_nobody_is_let_in(void **state)
{
    static const struct check empty = {.name = ":theirs", .password = ""};
    const struct ice ice = {0};
    struct stun_out answer;
    assert_int_equal(takes(&ice, &empty, &answer), ICE_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_check_is_answered_as_the_rfcs_say),
        cmocka_unit_test(what_was_not_understood_is_named),
        cmocka_unit_test(after_a_restart_both_words_are_good),
        cmocka_unit_test(without_words_nobody_is_let_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
