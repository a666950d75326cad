/* Texts packed against a sample: byte for byte back, smaller, and nothing that damaged bytes could break. */
#include "pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

#define RECORD                                                                                     \
    "{\"id\":\"call%d\",\"sessionId\":\"%d\",\"startTime\":\"2025-03-01T09:%02d:00.000Z\","        \
    "\"type\":\"Voice\",\"direction\":\"Inbound\",\"action\":\"Phone "                             \
    "Call\",\"result\":\"Missed\","                                                                \
    "\"from\":{\"phoneNumber\":\"+1303555%04d\"},\"to\":{\"phoneNumber\":\"+16505550102\"}}"

static size_t record_of(int number, char *to, size_t cap)
{
    return (size_t)snprintf(to, cap, RECORD, number, 7919 * number, number % 60, number);
}

static struct pack *given_pack(void)
{
    char sample[4096];
    size_t len = 0;
    for (int i = 0; i < 8; i++)
        len += record_of(i, sample + len, sizeof(sample) - len);
    return pack_new(sample, len);
}

static void records_come_back_as_they_were_and_are_smaller_meanwhile(void **state)
{
    (void)state;
    struct pack *pack = given_pack();
    size_t all = 0, packed = 0;
    for (int i = 100; i < 200; i++) {
        char text[1000];
        size_t len = record_of(i, text, sizeof(text)), size;
        const void *bytes = pack_text(pack, text, len, &size);
        assert_non_null(bytes);
        char *again = pack_open(pack, bytes, size);
        assert_non_null(again);
        assert_string_equal(again, text);
        free(again);
        all += len;
        packed += size;
    }
    assert_true(packed * 3 < all);
    pack_free(pack);
}

static void what_would_not_be_shorter_is_not_packed(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "{}", "{\"a\":1}", "zqxjkvbwpyg"};
    struct pack *pack = given_pack();
    size_t size;
    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
        assert_null(pack_text(pack, texts[i], strlen(texts[i]), &size));
    char *long_text = malloc(PACK_TEXT_MAX + 1);
    memset(long_text, 'a', PACK_TEXT_MAX + 1);
    assert_null(pack_text(pack, long_text, PACK_TEXT_MAX + 1, &size));
    assert_non_null(pack_text(pack, long_text, PACK_TEXT_MAX, &size));
    free(long_text);
    pack_free(pack);
    pack = pack_new("", 0); /* a sample of nothing is one too */
    assert_non_null(pack_text(pack, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 39, &size));
    pack_free(pack);
}

/* Whatever was done to the bytes: a text within its limit or none, which the sanitizers watch. */
static void damaged_bytes_give_some_text_or_none(void **state)
{
    (void)state;
    struct pack *pack = given_pack(), *other = pack_new("another sample", 14);
    char text[1000];
    size_t len = record_of(5, text, sizeof(text)), size, none = 0;
    const void *packed = pack_text(pack, text, len, &size);
    unsigned char *bytes = malloc(size);
    for (size_t at = 0; at < size; at++) {
        memcpy(bytes, packed, size);
        bytes[at] ^= 0x80;
        char *got = pack_open(pack, bytes, size);
        none += got == NULL;
        free(got);
        got = pack_open(pack, packed, at); /* cut */
        assert_null(got);
    }
    assert_true(none > 0);
    memset(bytes, 0xff, 4); /* four gigabytes, it says */
    assert_null(pack_open(pack, bytes, size));
    char *got = pack_open(other, packed, size);
    assert_true(got == NULL || strcmp(got, text) != 0);
    free(got);
    free(bytes);
    pack_free(pack);
    pack_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_come_back_as_they_were_and_are_smaller_meanwhile),
        cmocka_unit_test(what_would_not_be_shorter_is_not_packed),
        cmocka_unit_test(damaged_bytes_give_some_text_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
