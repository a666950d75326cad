#include "support/cmocka_all.h"

#include "base/codec.h"
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

static const char *digest(enum hash_kind kind, const char *text, char out[HASH_HEX_MAX])
{
    unsigned char bytes[HASH_MAX];
    hash_bytes(kind, text, strlen(text), bytes);
    return codec_hex(out, bytes, hash_size(kind));
}

/* RFC 1321 A.5, RFC 3174 7.3, FIPS 180-2 B.1. */
static void digests_are_those_of_their_standards(void **state)
{
    static const struct {
        enum hash_kind kind;
        const char *text, *want;
    } rows[] = {
        {HASH_MD5, "", "d41d8cd98f00b204e9800998ecf8427e"},
        {HASH_MD5, "abc", "900150983cd24fb0d6963f7d28e17f72"},
        {HASH_SHA1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {HASH_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {HASH_SHA256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char hex[HASH_HEX_MAX];
        assert_string_equal(digest(rows[i].kind, rows[i].text, hex), rows[i].want);
        assert_int_equal(strlen(hex), 2 * hash_size(rows[i].kind));
    }
}

/* RFC 7616 section 3.9.1, its A1 and A2 for MD5 and SHA-256. */
static void joined_parts_are_those_of_digest_access(void **state)
{
    static const char *const a1[] = {"Mufasa", "http-auth@example.org", "Circle of Life"};
    static const char *const a2[] = {"GET", "/dir/index.html"};
    static const struct {
        enum hash_kind kind;
        const char *want;
    } rows[] = {
        {HASH_MD5, "8ca523f5e9506fed4657c9700eebdbec"},
        {HASH_SHA256, "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"},
    };
    for (size_t i = 0; i < 2; i++) {
        char one[HASH_HEX_MAX], two[HASH_HEX_MAX], response[HASH_HEX_MAX];
        hash_joined(rows[i].kind, one, a1, 3);
        hash_joined(rows[i].kind, two, a2, 2);
        const char *const all[] = {one,        "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
                                   "00000001", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
                                   "auth",     two};
        assert_string_equal(hash_joined(rows[i].kind, response, all, 6), rows[i].want);
    }
}

static void joining_has_no_limit(void **state)
{
    char *large = malloc(5001), whole[HASH_HEX_MAX], joined[HASH_HEX_MAX];
    memset(large, 'x', 5000);
    large[5000] = '\0';
    const char *const one[] = {large};
    assert_string_equal(hash_joined(HASH_MD5, joined, one, 1), digest(HASH_MD5, large, whole));
    large[1023] = ':';
    whole[0] = '\0';
    char *left = strndup(large, 1023);
    const char *const two[] = {left, large + 1024};
    assert_string_equal(hash_joined(HASH_MD5, joined, two, 2), digest(HASH_MD5, large, whole));
    assert_string_equal(hash_joined(HASH_MD5, joined, two, 0), digest(HASH_MD5, "", whole));
    free(left);
    free(large);
}

/* RFC 4231 section 4.3. */
static void hmac_is_that_of_its_standard(void **state)
{
    unsigned char mac[HASH_MAX];
    char hex[HASH_HEX_MAX];
    hash_hmac_sha256("Jefe", 4, "what do ya want for nothing?", 28, mac);
    assert_string_equal(codec_hex(hex, mac, 32),
                        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void same_is_same_and_nothing_else(void **state)
{
    assert_true(hash_same("", ""));
    assert_true(hash_same("abc", "abc"));
    assert_false(hash_same("abc", "abd"));
    assert_false(hash_same("abc", "ab"));
    assert_false(hash_same("ab", "abc"));
    assert_false(hash_same("", "a"));
}

static void what_a_key_signed_it_verifies(void **state)
{
    struct rsa_key *key = rsa_key_new();
    struct buf pem, public_pem, signature, n, e;
    buf_init(&pem, 10000);
    buf_init(&public_pem, 10000);
    buf_init(&signature, 1000);
    buf_init(&n, 1000);
    buf_init(&e, 100);
    rsa_key_pem(key, &pem, true);
    rsa_key_pem(key, &public_pem, false);
    struct rsa_key *same = rsa_key_from_pem(buf_text(&pem));
    struct rsa_key *public = rsa_key_from_pem(buf_text(&public_pem));
    assert_non_null(same);
    assert_non_null(public);
    rsa_sign(same, "text", 4, &signature);
    assert_int_equal(signature.len, 256);
    assert_true(rsa_verify(public, "text", 4, signature.data, signature.len));
    assert_false(rsa_verify(public, "texu", 4, signature.data, signature.len));
    assert_false(rsa_verify(public, "text", 4, signature.data, signature.len - 1));
    assert_false(rsa_verify(public, "text", 4, "", 0));
    signature.data[7] ^= 1;
    assert_false(rsa_verify(public, "text", 4, signature.data, signature.len));
    rsa_key_jwk(public, &n, &e);
    assert_int_equal(n.len, 342); /* 256 bytes, base64url without padding */
    assert_string_equal(buf_text(&e), "AQAB");
    rsa_key_free(key);
    rsa_key_free(same);
    rsa_key_free(public);
    rsa_key_free(NULL);
    buf_done(&pem);
    buf_done(&public_pem);
    buf_done(&signature);
    buf_done(&n);
    buf_done(&e);
}

/* PKCS #8, PKCS #1, and the same of the public half. */
static void a_key_is_the_same_in_every_form(void **state)
{
    enum { PRIVATE = 2, FORMS = 4 };
    static const char *const forms[FORMS] = {
        "-----BEGIN PRIVATE KEY-----\n"
        "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAtfdqHOlj3srKAaH4\n"
        "PdHNAagXzfGWLFtLRVgSS4VGslAIysVH1vbKBWf27q6hcaFriyQovdixSkyWeCTU\n"
        "IaM8VQIDAQABAkA4DYrmdQ6KprUrY5VwlZwtEnaivfSgnU7GgabBFMD+VBvwTwSs\n"
        "xqrkFpJOmeba4BOqXNgc6F0GCGp5w8SeVPrRAiEA5JffYryFPzB3bMz5Bg/UA81K\n"
        "QShVJLJBeuZIsbVgmlsCIQDLyHF5A8dRyLJfj17NFLd16cVhjRZ4RjVnhoUqKCtj\n"
        "DwIgBkAg25JMEm5A1bjFFmVYZsI2RZHUwiwdnj6tvi43dgECIDYYRm7+XsnKAfe2\n"
        "Ak9kYXMOlFPZ9Q4GbSTHI9BWC3ZnAiEAtuyzYWWLIJaxmwT1DPm8KAKll9hdAx81\n"
        "d0+Az1RJkAk=\n"
        "-----END PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\n"
        "MIIBOgIBAAJBALX3ahzpY97KygGh+D3RzQGoF83xlixbS0VYEkuFRrJQCMrFR9b2\n"
        "ygVn9u6uoXGha4skKL3YsUpMlngk1CGjPFUCAwEAAQJAOA2K5nUOiqa1K2OVcJWc\n"
        "LRJ2or30oJ1OxoGmwRTA/lQb8E8ErMaq5BaSTpnm2uATqlzYHOhdBghqecPEnlT6\n"
        "0QIhAOSX32K8hT8wd2zM+QYP1APNSkEoVSSyQXrmSLG1YJpbAiEAy8hxeQPHUciy\n"
        "X49ezRS3denFYY0WeEY1Z4aFKigrYw8CIAZAINuSTBJuQNW4xRZlWGbCNkWR1MIs\n"
        "HZ4+rb4uN3YBAiA2GEZu/l7JygH3tgJPZGFzDpRT2fUOBm0kxyPQVgt2ZwIhALbs\n"
        "s2FliyCWsZsE9Qz5vCgCpZfYXQMfNXdPgM9USZAJ\n"
        "-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\n"
        "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALX3ahzpY97KygGh+D3RzQGoF83xlixb\n"
        "S0VYEkuFRrJQCMrFR9b2ygVn9u6uoXGha4skKL3YsUpMlngk1CGjPFUCAwEAAQ==\n"
        "-----END PUBLIC KEY-----\n",
        "-----BEGIN RSA PUBLIC KEY-----\n"
        "MEgCQQC192oc6WPeysoBofg90c0BqBfN8ZYsW0tFWBJLhUayUAjKxUfW9soFZ/bu\n"
        "rqFxoWuLJCi92LFKTJZ4JNQhozxVAgMBAAE=\n"
        "-----END RSA PUBLIC KEY-----\n",
    };
    struct rsa_key *keys[FORMS];
    for (size_t i = 0; i < FORMS; i++)
        assert_non_null(keys[i] = rsa_key_from_pem(forms[i]));
    for (size_t i = 0; i < PRIVATE; i++) {
        struct buf signature;
        buf_init(&signature, 1000);
        rsa_sign(keys[i], "text", 4, &signature);
        for (size_t j = 0; j < FORMS; j++)
            assert_true(rsa_verify(keys[j], "text", 4, signature.data, signature.len));
        buf_done(&signature);
    }
    for (size_t i = 0; i < FORMS; i++)
        rsa_key_free(keys[i]);
}

static void what_is_no_rsa_key_is_none(void **state)
{
    static const char *const rows[] = {
        "",
        "nonsense",
        "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        /* an elliptic curve's */
        "-----BEGIN PUBLIC KEY-----\n"
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n"
        "6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n"
        "-----END PUBLIC KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\n"
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg3Gbv1uv4iRoycgVg\n"
        "ZnWXOXJTi1zRCWFcpG+2PLqxG2WhRANCAATtE+diphTU4vprzE8nJEBoLoAh56Zw\n"
        "DO9LHS+Ecl6x1gaM4EzucPB7N1vn/vSSX+7SO7WFBPIrhk984DB1a+E7\n"
        "-----END PRIVATE KEY-----\n",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_null(rsa_key_from_pem(rows[i]));
}

static void chance_is_not_the_same_twice(void **state)
{
    unsigned char one[32], two[32];
    hash_random(one, sizeof one);
    hash_random(two, sizeof two);
    assert_memory_not_equal(one, two, sizeof one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_their_standards),
        cmocka_unit_test(joined_parts_are_those_of_digest_access),
        cmocka_unit_test(joining_has_no_limit),
        cmocka_unit_test(hmac_is_that_of_its_standard),
        cmocka_unit_test(same_is_same_and_nothing_else),
        cmocka_unit_test(what_a_key_signed_it_verifies),
        cmocka_unit_test(a_key_is_the_same_in_every_form),
        cmocka_unit_test(what_is_no_rsa_key_is_none),
        cmocka_unit_test(chance_is_not_the_same_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
