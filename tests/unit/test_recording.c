#include "support/cmocka_all.h"

#include "base/id.h"
#include "base/mem.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

static uint32_t little(const unsigned char *at, int bytes)
{
    uint32_t value = 0;
    for (int i = bytes - 1; i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

static unsigned char *given_whole(const struct call_record *record)
{
    size_t size = recording_size(record);
    unsigned char *whole = xmalloc(size);
    recording_read(NULL, record, 0, size, whole);
    return whole;
}

/* RIFF WAVE, PCM (Microsoft, Multimedia Programming Interface and Data Specifications 1.0). */
static void the_header_says_what_follows(void **state)
{
    const struct call_record record = {.duration_ms = 2500, .number = 4};
    unsigned char *whole = given_whole(&record);
    uint32_t size = (uint32_t)recording_size(&record);
    assert_int_equal(size, 44 + 2500 * 16);
    assert_memory_equal(whole, "RIFF", 4);
    assert_int_equal(little(whole + 4, 4), size - 8);
    assert_memory_equal(whole + 8, "WAVEfmt ", 8);
    assert_int_equal(little(whole + 16, 4), 16);
    assert_int_equal(little(whole + 20, 2), 1);     /* PCM */
    assert_int_equal(little(whole + 22, 2), 1);     /* channels */
    assert_int_equal(little(whole + 24, 4), 8000);  /* samples per second */
    assert_int_equal(little(whole + 28, 4), 16000); /* bytes per second */
    assert_int_equal(little(whole + 32, 2), 2);     /* bytes per sample */
    assert_int_equal(little(whole + 34, 2), 16);    /* bits per sample */
    assert_memory_equal(whole + 36, "data", 4);
    assert_int_equal(little(whole + 40, 4), size - 44);
    free(whole);
}

static void any_range_is_that_part_of_the_whole(void **state)
{
    const struct call_record record = {.duration_ms = 3000, .number = 77};
    unsigned char *whole = given_whole(&record), part[5000];
    size_t size = recording_size(&record);
    struct id id;
    id_init(&id, 1);
    for (int i = 0; i < 500; i++) {
        size_t from = id_below(&id, i % 2 ? size : 60);
        size_t len = id_below(&id, sizeof part);
        if (len > size - from)
            len = size - from;
        recording_read(NULL, &record, from, len, part);
        assert_memory_equal(part, whole + from, len);
    }
    recording_read(NULL, &record, size - 1, 1, part);
    assert_int_equal(part[0], whole[size - 1]);
    free(whole);
}

static int sample(const unsigned char *whole, size_t i)
{
    return (int16_t)little(whole + 44 + 2 * i, 2);
}

/* Upward crossings of zero in [from, to) of the samples: the tone's pitch. */
static int crossings(const unsigned char *whole, size_t from, size_t to)
{
    int count = 0;
    for (size_t i = from + 1; i < to; i++)
        count += sample(whole, i - 1) < 0 && sample(whole, i) >= 0;
    return count;
}

static void two_tones_take_turns(void **state)
{
    const struct call_record record = {.duration_ms = 4800, .number = 3};
    unsigned char *whole = given_whole(&record);
    int low = crossings(whole, 0, 8000), high = crossings(whole, 9600, 17600);
    assert_in_range(low, 355, 365);  /* 300 + 3 * 20 in one second */
    assert_in_range(high, 535, 545); /* 480 + 3 * 20 */
    assert_in_range(crossings(whole, 19200, 27200), low - 2, low + 2);
    int loudest = 0;
    for (size_t i = 0; i < 4800 * 8; i++)
        loudest = abs(sample(whole, i)) > loudest ? abs(sample(whole, i)) : loudest;
    assert_in_range(loudest, 5500, 6100);
    free(whole);
}

static void recordings_differ_from_call_to_call(void **state)
{
    unsigned char one[2000], two[2000];
    recording_read(NULL, &(struct call_record){.duration_ms = 1000, .number = 1}, 0, 2000, one);
    recording_read(NULL, &(struct call_record){.duration_ms = 1000, .number = 2}, 0, 2000, two);
    assert_memory_not_equal(one, two, 2000);
}

static void the_shortest_and_the_longest_hold(void **state)
{
    const struct call_record none = {.duration_ms = 0}, longest = {.duration_ms = UINT32_MAX};
    unsigned char header[44], end[4];
    assert_int_equal(recording_size(&none), 44);
    recording_read(NULL, &none, 0, 44, header);
    assert_int_equal(little(header + 40, 4), 0);
    assert_true(recording_size(&longest) <= UINT32_MAX);
    recording_read(NULL, &longest, 0, 44, header);
    assert_int_equal(little(header + 4, 4), recording_size(&longest) - 8);
    recording_read(NULL, &longest, recording_size(&longest) - 4, 4, end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_header_says_what_follows),
        cmocka_unit_test(any_range_is_that_part_of_the_whole),
        cmocka_unit_test(two_tones_take_turns),
        cmocka_unit_test(recordings_differ_from_call_to_call),
        cmocka_unit_test(the_shortest_and_the_longest_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
