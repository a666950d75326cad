#include "support/cmocka_all.h"

#include "media/dtmf.h"
#include "media/g711.h"
#include "media/rtp.h"

#include <stdlib.h>
#include <string.h>

static void a_packet_is_read_as_it_was_written(void **state)
{
    const struct rtp rtp = {true, 101, 65535, 0xfffffff0, 0x12345678, (const uint8_t *)"hey", 3};
    uint8_t bytes[RTP_HEADER + 3];
    struct rtp got;
    assert_int_equal(rtp_write(&rtp, bytes, sizeof bytes - 1), 0);
    assert_int_equal(rtp_write(&rtp, bytes, sizeof bytes), sizeof bytes);
    assert_memory_equal(bytes, "\x80\xe5\xff\xff\xff\xff\xff\xf0\x12\x34\x56\x78hey", 15);
    assert_true(rtp_read(bytes, sizeof bytes, &got));
    assert_true(got.has_marker);
    assert_int_equal(got.payload, 101);
    assert_int_equal(got.seq, 65535);
    assert_int_equal(got.ts, 0xfffffff0);
    assert_int_equal(got.ssrc, 0x12345678);
    assert_int_equal(got.body_len, 3);
    assert_memory_equal(got.body, "hey", 3);
}

#define HEAD "\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x03"

/* `body_len` -1: it is no RTP. */
static void what_stands_around_the_body_is_skipped(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len;
        int body_len;
    } rows[] = {
        {"nothing behind the header", "\x80" HEAD, 12, 0},
        {"two sources", "\x82" HEAD "aaaabbbbX", 21, 1},
        {"an extension of one word", "\x90" HEAD "\xbe\xde\x00\x01wordX", 21, 1},
        {"padding", "\xa0" HEAD "X\x00\x02", 15, 1},
        {"all at once", "\xb1" HEAD "aaaa\xbe\xde\x00\x00XY\x00\x00\x03", 25, 2},
        {"too short", "\x80" HEAD, 11, -1},
        {"not version 2", "\x40" HEAD, 12, -1},
        {"the vendor's hello", "hello", 5, -1},
        {"sources that are not there", "\x8f" HEAD "aaaa", 16, -1},
        {"no room for an extension", "\x90" HEAD "\xbe\xde", 14, -1},
        {"an extension that is not there", "\x90" HEAD "\xbe\xde\xff\xff", 16, -1},
        {"more padding than packet", "\xa0" HEAD "\x09", 13, -1},
        {"padding of no bytes", "\xa0" HEAD "\x00", 13, -1},
        {"RTCP", "\x80\xc8\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00", 12, -1},
        {"nothing", "", 0, -1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rtp got;
        bool is_rtp = rtp_read((const uint8_t *)rows[i].bytes, rows[i].len, &got);
        int body_len = is_rtp ? (int)got.body_len : -1;
        if (body_len != rows[i].body_len)
            fail_msg("%s: %d", rows[i].label, body_len);
    }
}

/* 20 ms of 8 kHz, on time. */
static void hears(struct rtp_stream *stream, uint16_t seq, uint32_t ssrc)
{
    const struct rtp rtp = {.seq = seq, .ts = seq * 160u, .ssrc = ssrc};
    rtp_hear(stream, &rtp, 1000000 + seq * 20000, 8000, true);
}

static void gaps_are_lost_and_what_comes_late_is_not(void **state)
{
    struct rtp_stream stream = {0};
    assert_int_equal(rtp_lost(&stream), 0);
    hears(&stream, 10, 1);
    hears(&stream, 11, 1);
    hears(&stream, 14, 1);
    assert_int_equal(rtp_lost(&stream), 2);
    hears(&stream, 12, 1);
    assert_int_equal(rtp_lost(&stream), 1);
    assert_int_equal(stream.late, 1);
    assert_int_equal(rtp_received(&stream), 4);
    hears(&stream, 14, 1); /* twice: no less lost than none */
    hears(&stream, 14, 1);
    assert_int_equal(rtp_lost(&stream), 0);
}

static void sequence_numbers_roll_over(void **state)
{
    struct rtp_stream stream = {0};
    for (int i = 0; i < 200000; i++)
        if (i % 1000 != 7)
            hears(&stream, (uint16_t)(65000 + i), 1);
    assert_int_equal(rtp_received(&stream), 199800);
    assert_int_equal(rtp_lost(&stream), 200);
    assert_int_equal(stream.late, 0);
}

/* What another source, or a sender that began anew, has not sent is not lost. */
static void a_stream_that_begins_anew_loses_nothing(void **state)
{
    struct rtp_stream stream = {0};
    hears(&stream, 1, 1);
    hears(&stream, 3, 1);
    hears(&stream, 40000, 2);
    hears(&stream, 40001, 2);
    assert_int_equal(rtp_lost(&stream), 1);
    hears(&stream, 20000, 2); /* one stray packet changes nothing; two in a row do */
    hears(&stream, 20001, 2);
    hears(&stream, 20002, 2);
    assert_int_equal(rtp_lost(&stream), 1);
    assert_int_equal(rtp_received(&stream), 7);
}

/* RFC 3550 6.4.1 by hand: J += (|D| - J) / 16. */
static void jitter_is_that_of_the_rfc(void **state)
{
    struct rtp_stream stream = {0};
    struct rtp rtp = {.ssrc = 1};
    static const int64_t at_us[] = {0, 20000, 48000, 60000, 80000};
    double want = 0;
    for (int i = 0; i < 5; i++) {
        rtp.seq = (uint16_t)i;
        rtp.ts = (uint32_t)i * 160 + 0xffffff00; /* rolls over on the way */
        rtp_hear(&stream, &rtp, 5000000 + at_us[i], 8000, true);
        if (i > 0) {
            double apart = (double)(at_us[i] - at_us[i - 1]) - 20000;
            want += ((apart < 0 ? -apart : apart) - want) / 16;
        }
        assert_true(labs((long)rtp_jitter_us(&stream) - (long)want) <= 2);
    }
    assert_true(rtp_jitter_us(&stream) > 800);
}

static void sound_is_counted_by_its_timestamps(void **state)
{
    struct rtp_stream stream = {0};
    struct rtp rtp = {.ssrc = 1};
    for (int i = 0; i < 100; i++) { /* 30 ms a packet */
        rtp.seq = (uint16_t)i;
        rtp.ts = (uint32_t)i * 240;
        rtp_hear(&stream, &rtp, i * 30000, 8000, true);
    }
    rtp.seq++;
    rtp_hear(&stream, &rtp, 0, 8000, false); /* a digit is no sound */
    assert_in_range(stream.ticks, 99 * 240, 100 * 240);
}

/* --- G.711 --- */

static void every_code_comes_back_as_itself(void **state)
{
    for (int byte = 0; byte < 256; byte++) {
        int again = g711_to_ulaw(g711_of_ulaw((uint8_t)byte));
        assert_true(again == byte || (byte == 0x7f && again == 0xff)); /* minus and plus zero */
        assert_int_equal(g711_to_alaw(g711_of_alaw((uint8_t)byte)), byte);
    }
}

/* ITU-T G.711 tables 1 and 2: silence, the loudest, and samples of each kind between. */
static void known_samples_have_their_codes(void **state)
{
    static const struct {
        int16_t sample;
        uint8_t ulaw, alaw;
    } rows[] = {{0, 0xff, 0xd5},     {32767, 0x80, 0xaa}, {-32768, 0x00, 0x2a}, {1000, 0xce, 0xfa},
                {-1000, 0x4e, 0x7a}, {8, 0xfe, 0xd5},     {-8, 0x7e, 0x55}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(g711_to_ulaw(rows[i].sample), rows[i].ulaw);
        assert_int_equal(g711_to_alaw(rows[i].sample), rows[i].alaw);
    }
}

static void every_sample_comes_back_near(void **state)
{
    for (int sample = -32768; sample <= 32767; sample++) {
        int off_u = abs(g711_of_ulaw(g711_to_ulaw((int16_t)sample)) - sample);
        int off_a = abs(g711_of_alaw(g711_to_alaw((int16_t)sample)) - sample);
        /* Half a step, and a step is a sixteenth of its segment. */
        int most = abs(sample) / 16 + 16;
        if (off_u > most || off_a > most)
            fail_msg("%d: %d, %d", sample, off_u, off_a);
    }
}

/* --- digits --- */

static void a_digit_is_read_as_it_was_written(void **state)
{
    uint8_t bytes[DTMF_LEN];
    struct dtmf got;
    const struct dtmf pound = {'#', true, 10, 0x1234};
    dtmf_write(&pound, bytes);
    assert_memory_equal(bytes, "\x0b\x8a\x12\x34", 4);
    assert_true(dtmf_read(bytes, sizeof bytes, &got));
    assert_true(got.is_end && got.digit == '#' && got.volume == 10 && got.duration == 0x1234);
    assert_false(dtmf_read(bytes, 3, &got));
    assert_true(dtmf_read((const uint8_t *)"\x10\x00\x00\x00", 4, &got)); /* flash is no digit */
    assert_int_equal(got.digit, '\0');
    assert_false(dtmf_is_digit('\0'));
    assert_true(dtmf_is_digit('D'));
    assert_false(dtmf_is_digit('E'));
}

/* sip.md 4.6: the vendor's phone fires on end 0, volume 6, duration 0, and must see that once. */
static void our_digit_fires_once_at_the_vendors_phone(void **state)
{
    struct dtmf dtmf;
    int fires = 0, ends = 0, count = 0;
    for (; dtmf_packet('5', count, &dtmf); count++) {
        fires += !dtmf.is_end && dtmf.volume == 6 && dtmf.duration == 0;
        ends += dtmf.is_end;
        assert_int_equal(dtmf.digit, '5');
    }
    assert_int_equal(count, 6);
    assert_int_equal(fires, 1);
    assert_int_equal(ends, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_packet_is_read_as_it_was_written),
        cmocka_unit_test(what_stands_around_the_body_is_skipped),
        cmocka_unit_test(gaps_are_lost_and_what_comes_late_is_not),
        cmocka_unit_test(sequence_numbers_roll_over),
        cmocka_unit_test(a_stream_that_begins_anew_loses_nothing),
        cmocka_unit_test(jitter_is_that_of_the_rfc),
        cmocka_unit_test(sound_is_counted_by_its_timestamps),
        cmocka_unit_test(every_code_comes_back_as_itself),
        cmocka_unit_test(known_samples_have_their_codes),
        cmocka_unit_test(every_sample_comes_back_near),
        cmocka_unit_test(a_digit_is_read_as_it_was_written),
        cmocka_unit_test(our_digit_fires_once_at_the_vendors_phone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
