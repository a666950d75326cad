#include "support/cmocka_all.h"

#include "base/id.h"

#include <string.h>

static void the_same_seed_gives_the_same_run(void **state)
{
    struct id one, two, other;
    id_init(&one, 42);
    id_init(&two, 42);
    id_init(&other, 43);
    size_t differ = 0;
    for (int i = 0; i < 1000; i++) {
        uint64_t next = id_next(&one);
        assert_true(next == id_next(&two));
        differ += next != id_next(&other);
    }
    assert_int_equal(differ, 1000);
}

/* Journals and scenarios of earlier versions name ids: a change of the stream is a change of them. */
static void the_stream_of_a_seed_stays_as_it_is(void **state)
{
    struct id id;
    char text[24];
    id_init(&id, 1);
    assert_true(id_next(&id) == 0xb3f2af6d0fc710c5u);
    assert_string_equal(id_hex(&id, text, 16), "aec463746955b358");
    for (int i = 2; i < 999; i++)
        id_next(&id);
    assert_true(id_next(&id) == 0xb8517c33c344d153u); /* the thousandth */
}

static void a_stream_of_its_own_does_not_move_with_others(void **state)
{
    struct id a, again, b, main_stream;
    id_fork(&a, 7, "call log");
    id_fork(&b, 7, "other");
    id_init(&main_stream, 7);
    id_next(&main_stream);
    id_fork(&again, 7, "call log");
    uint64_t first = id_next(&a);
    assert_true(first == id_next(&again));
    assert_true(first != id_next(&b));
    id_init(&main_stream, 7);
    assert_true(first != id_next(&main_stream));
    id_fork(&b, 8, "call log");
    assert_true(first != id_next(&b));
}

static void below_is_below_and_reaches_all(void **state)
{
    struct id id;
    size_t seen[7] = {0};
    id_init(&id, 1);
    for (int i = 0; i < 7000; i++)
        seen[id_below(&id, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_in_range(seen[i], 850, 1150);
    assert_int_equal(id_below(&id, 1), 0);
    assert_int_equal(id_below(&id, 0), 0);
    for (int i = 0; i < 1000; i++) {
        double unit = id_unit(&id);
        assert_true(unit >= 0.0 && unit < 1.0);
    }
}

static void texts_have_their_length_and_letters(void **state)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    struct id id;
    char text[101];
    id_init(&id, 1);
    for (size_t len = 0; len <= 100; len++) {
        memset(text, '!', sizeof text);
        assert_ptr_equal(id_hex(&id, text, len), text);
        assert_int_equal(strlen(text), len);
        assert_int_equal(strspn(text, "0123456789abcdef"), len);
        id_word(&id, text, len);
        assert_int_equal(strlen(text), len);
        assert_int_equal(strspn(text, letters), len);
    }
}

/* RFC 9562 section 5.4. */
static void a_uuid_is_of_version_four(void **state)
{
    struct id id;
    char uuid[ID_UUID_LEN], before[ID_UUID_LEN] = "";
    id_init(&id, 1);
    for (int i = 0; i < 100; i++) {
        id_uuid(&id, uuid);
        assert_int_equal(strlen(uuid), 36);
        assert_int_equal(strspn(uuid, "0123456789abcdef-"), 36);
        for (int at = 0; at < 36; at++)
            assert_int_equal(uuid[at] == '-', at == 8 || at == 13 || at == 18 || at == 23);
        assert_int_equal(uuid[14], '4');
        assert_non_null(strchr("89ab", uuid[19]));
        assert_string_not_equal(uuid, before);
        memcpy(before, uuid, sizeof before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_run),
        cmocka_unit_test(the_stream_of_a_seed_stays_as_it_is),
        cmocka_unit_test(a_stream_of_its_own_does_not_move_with_others),
        cmocka_unit_test(below_is_below_and_reaches_all),
        cmocka_unit_test(texts_have_their_length_and_letters),
        cmocka_unit_test(a_uuid_is_of_version_four),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
