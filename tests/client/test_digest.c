/* Digest answers against published vectors. */
#include "digest.h"

#include <string.h>

#include "support/cmocka_all.h"

static const char *const plain[] = {"realm=\"d.test\"", "nonce=\"N1\"", NULL};

static void the_platform_s_form_without_qop_matches_its_vector(void **state)
{
    struct challenge challenge;
    char response[65];
    assert_true(challenge_read(plain, &challenge));
    digest_response(
        &challenge,
        &(struct digest_answer){
            .username = "802001", .password = "pw", .method = "REGISTER", .uri = "sip:d.test"},
        response);
    assert_string_equal(response, "87794bf72ae8a5af787ecb36a0a1ba67"); /* sip.md 3.5 */
}

/* RFC 7616 3.9.1: one exchange, two algorithms. */
static void qop_auth_matches_the_rfc_vectors(void **state)
{
    static const struct {
        const char *algorithm, *want;
    } rows[] = {
        {"algorithm=MD5", "8ca523f5e9506fed4657c9700eebdbec"},
        {"algorithm=SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *const params[] = {"realm=\"http-auth@example.org\"",
                                      "qop=\"auth, auth-int\"",
                                      rows[i].algorithm,
                                      "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\"",
                                      "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
                                      NULL};
        struct challenge challenge;
        char response[65];
        assert_true(challenge_read(params, &challenge));
        assert_true(challenge.has_qop_auth);
        digest_response(
            &challenge,
            &(struct digest_answer){.username = "Mufasa",
                                    .password = "Circle of Life",
                                    .method = "GET",
                                    .uri = "/dir/index.html",
                                    .cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"},
            response);
        assert_string_equal(response, rows[i].want);
    }
}

static void challenges_are_read_or_refused(void **state)
{
    static const struct {
        const char *label;
        const char *params[6];
        bool is_ok;
    } rows[] = {
        {"plain", {"realm=\"a\"", "nonce=\"b\""}, true},
        {"unquoted", {"realm=a", "nonce=b", "algorithm=md5"}, true},
        {"escaped quote", {"realm=\"a\\\"b\"", "nonce=\"c\""}, true},
        {"no nonce", {"realm=\"a\""}, false},
        {"no realm", {"nonce=\"a\""}, false},
        {"empty nonce", {"realm=\"a\"", "nonce=\"\""}, false},
        {"unknown algorithm", {"realm=\"a\"", "nonce=\"b\"", "algorithm=SHA-512-256"}, false},
        {"session algorithm", {"realm=\"a\"", "nonce=\"b\"", "algorithm=MD5-sess"}, false},
        {"qop without auth", {"realm=\"a\"", "nonce=\"b\"", "qop=\"auth-int\""}, true},
        {"junk beside", {"realm=\"a\"", "nonce=\"b\"", "junk", "=x", "x="}, true},
        {"nothing", {NULL}, false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct challenge challenge;
        print_message("%s\n", rows[i].label);
        assert_int_equal(challenge_read(rows[i].params, &challenge), rows[i].is_ok);
        if (rows[i].is_ok)
            assert_false(challenge.has_qop_auth);
    }
}

static void stale_is_told_from_wrong(void **state)
{
    const char *const params[] = {"realm=\"a\"", "nonce=\"b\"", "stale=TRUE", NULL};
    struct challenge challenge;
    assert_true(challenge_read(params, &challenge));
    assert_true(challenge.is_stale);
    assert_true(challenge_read(plain, &challenge));
    assert_false(challenge.is_stale);
}

static void the_header_names_only_what_was_offered(void **state)
{
    struct challenge challenge;
    struct digest_answer answer = {.username = "802001",
                                   .password = "pw",
                                   .method = "REGISTER",
                                   .uri = "sip:d.test",
                                   .cnonce = "c"};
    struct sb header = SB_MAX(2048);
    assert_true(challenge_read(plain, &challenge));
    digest_header(&challenge, &answer, &header);
    assert_string_equal(sb_text(&header),
                        "Digest username=\"802001\", realm=\"d.test\", nonce=\"N1\", "
                        "uri=\"sip:d.test\", response=\"87794bf72ae8a5af787ecb36a0a1ba67\"");
    const char *const rich[] = {"realm=\"d.test\"", "nonce=\"N1\"",  "qop=\"auth\"",
                                "opaque=\"o\"",     "algorithm=MD5", NULL};
    assert_true(challenge_read(rich, &challenge));
    sb_reset(&header);
    digest_header(&challenge, &answer, &header);
    assert_non_null(strstr(sb_text(&header), ", algorithm=MD5, opaque=\"o\", qop=auth, "
                                             "nc=00000001, cnonce=\"c\""));
    assert_null(strstr(sb_text(&header), "pw"));
    sb_done(&header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_platform_s_form_without_qop_matches_its_vector),
        cmocka_unit_test(qop_auth_matches_the_rfc_vectors),
        cmocka_unit_test(challenges_are_read_or_refused),
        cmocka_unit_test(stale_is_told_from_wrong),
        cmocka_unit_test(the_header_names_only_what_was_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
