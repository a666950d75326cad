#include "support/cmocka_all.h"

#include "base/recent.h"

#include <string.h>

static void what_was_put_is_found_with_its_bytes(void **state)
{
    struct recent *recent = recent_new(4);
    assert_null(recent_find(recent, 7));
    struct recent_entry *entry = recent_put(recent, 7);
    entry->number = 1;
    recent_keep(entry, "abc", 3);
    recent_keep(entry, "defgh", 5);
    struct recent_entry *found = recent_find(recent, 7);
    assert_ptr_equal(found, entry);
    assert_int_equal(found->len, 5);
    assert_memory_equal(found->bytes, "defgh", 5);
    recent_free(recent);
}

static void keys_of_one_bucket_are_kept_apart(void **state)
{
    struct recent *recent = recent_new(4);
    for (uint64_t key = 0; key < 16; key += 4)
        recent_put(recent, key)->number = key;
    for (uint64_t key = 0; key < 16; key += 4)
        assert_int_equal(recent_find(recent, key)->number, key);
    recent_free(recent);
}

static void the_oldest_makes_room_and_leaves_its_stamp(void **state)
{
    struct recent *recent = recent_new(4);
    assert_true(recent_forgotten(recent) == INT64_MIN);
    for (uint64_t key = 1; key <= 4; key++)
        recent_put(recent, key)->stamp = (int64_t)key * 10;
    assert_true(recent_forgotten(recent) == INT64_MIN);
    struct recent_entry *fifth = recent_put(recent, 5);
    assert_int_equal(fifth->stamp, 0);
    assert_int_equal(fifth->len, 0);
    assert_null(recent_find(recent, 1));
    assert_non_null(recent_find(recent, 2));
    assert_int_equal(recent_forgotten(recent), 10);
    recent_put(recent, 1);
    assert_null(recent_find(recent, 2));
    assert_int_equal(recent_forgotten(recent), 20);
    recent_free(recent);
}

static void a_long_run_keeps_the_latest_only(void **state)
{
    enum { MAX = 64, RUN = 10000 };
    struct recent *recent = recent_new(MAX);
    for (uint64_t key = 0; key < RUN; key++)
        recent_keep(recent_put(recent, key * 0x9e3779b97f4a7c15u), &key, sizeof key);
    for (uint64_t key = 0; key < RUN; key++) {
        struct recent_entry *entry = recent_find(recent, key * 0x9e3779b97f4a7c15u);
        assert_int_equal(entry != NULL, key >= RUN - MAX);
        if (entry)
            assert_memory_equal(entry->bytes, &key, sizeof key);
    }
    recent_free(recent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_put_is_found_with_its_bytes),
        cmocka_unit_test(keys_of_one_bucket_are_kept_apart),
        cmocka_unit_test(the_oldest_makes_room_and_leaves_its_stamp),
        cmocka_unit_test(a_long_run_keeps_the_latest_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
