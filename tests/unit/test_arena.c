#include "support/cmocka_all.h"

#include "base/arena.h"

#include <stdio.h>
#include <string.h>

static void a_printed_text_of_any_length_stays_as_it_was(void **state)
{
    struct arena arena;
    arena_init(&arena);
    char want[3000];
    const char *texts[400];
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 400; i++)
            texts[i] = arena_printf(&arena, "%0*d", 1 + i * 7, i);
        for (int i = 0; i < 400; i++) {
            snprintf(want, sizeof want, "%0*d", 1 + i * 7, i);
            assert_string_equal(texts[i], want);
        }
        arena_reset(&arena);
    }
    arena_done(&arena);
}

static void a_text_longer_than_a_block_gets_one_of_its_own(void **state)
{
    struct arena arena;
    arena_init(&arena);
    const char *before = arena_printf(&arena, "before");
    const char *text = arena_printf(&arena, "%0100000d", 1);
    assert_int_equal(strlen(text), 100000);
    assert_string_equal(before, "before");
    arena_done(&arena);
}

static void memory_is_zero_and_aligned_after_a_printed_text(void **state)
{
    struct arena arena;
    arena_init(&arena);
    for (int i = 0; i < 100; i++) {
        arena_printf(&arena, "%0*d", i + 1, 7);
        char *memory = arena_alloc(&arena, 33);
        assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
        for (int j = 0; j < 33; j++)
            assert_int_equal(memory[j], 0);
        memset(memory, 0xff, 33);
        if (i % 10 == 9)
            arena_reset(&arena);
    }
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_printed_text_of_any_length_stays_as_it_was),
        cmocka_unit_test(a_text_longer_than_a_block_gets_one_of_its_own),
        cmocka_unit_test(memory_is_zero_and_aligned_after_a_printed_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
