/* What a media session passes on, plays and dials. */
#include "support/media_rig.h"

#include "media/dtmf.h"
#include "media/g711.h"

static void an_echo_is_the_phones_own_sound_under_our_numbers(void **state)
{
    struct rig *rig = *state;
    wish(&rig->a, MEDIA_ECHO);
    for (uint16_t seq = 65534; seq != 3; seq++)
        hears(rig, &rig->a, 0, seq, (uint8_t)seq);
    assert_int_equal(rig->sent_count, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct rtp *rtp = &rig->sent[i].rtp;
        assert_int_equal(rtp->body_len, 160);
        assert_int_equal(rtp->body[0], (uint8_t)(65534 + i));
        assert_int_not_equal(rtp->ssrc, 99);
        assert_int_equal(rtp->ssrc, rig->sent[0].rtp.ssrc);
        assert_int_equal((uint16_t)(rtp->seq - rig->sent[0].rtp.seq), i);
    }
    assert_int_equal(rig->sent[1].rtp.ts - rig->sent[0].rtp.ts, 160);
    assert_int_equal(figures(&rig->a).sent, 5);
    assert_int_equal(figures(&rig->a).received, 5);
}

/* A gap the caller's network made is a gap for the callee too, and nothing but the payload types of
 * the two calls matters. */
static void two_phones_hear_each_other_with_their_gaps(void **state)
{
    struct rig *rig = *state;
    struct media_wish one = wish_ulaw, two = wish_ulaw;
    one.source = two.source = MEDIA_LINE;
    one.from = 2;
    two.from = 1;
    one.codec = two.codec = MEDIA_OPUS;
    one.clock_hz = two.clock_hz = 48000;
    one.payload = 111;
    two.payload = 96;
    two.dtmf = 97;
    session_set(&rig->a, &one);
    session_set(&rig->b, &two);
    hears(rig, &rig->a, 111, 5, 'x');
    hears(rig, &rig->a, 111, 8, 'y');
    digit_packet(rig, &rig->a, 9, 1440, "\x01\x06\x00\x00");
    hears(rig, &rig->a, 13, 10, 'z'); /* comfort noise: nobody agreed to it */
    assert_int_equal(rig->sent_count, 3);
    assert_ptr_equal(rig->sent[0].to, &rig->b);
    assert_int_equal(rig->sent[0].rtp.payload, 96);
    assert_int_equal((uint16_t)(rig->sent[1].rtp.seq - rig->sent[0].rtp.seq), 3);
    assert_int_equal(rig->sent[1].rtp.body[0], 'y');
    assert_int_equal(rig->sent[2].rtp.payload, 97);
    hears(rig, &rig->b, 96, 1, 'b');
    assert_ptr_equal(rig->sent[3].to, &rig->a);
    assert_int_equal(figures(&rig->a).lost, 2);
}

static void mu_law_and_a_law_understand_each_other(void **state)
{
    struct rig *rig = *state;
    struct media_wish one = wish_ulaw, two = wish_ulaw;
    one.source = two.source = MEDIA_LINE;
    one.from = 2;
    two.from = 1;
    two.codec = MEDIA_PCMA;
    two.payload = 8;
    session_set(&rig->a, &one);
    session_set(&rig->b, &two);
    hears(rig, &rig->a, 0, 1, g711_to_ulaw(5000));
    hears(rig, &rig->b, 8, 1, g711_to_alaw(-5000));
    assert_int_equal(rig->sent[0].rtp.payload, 8);
    assert_in_range(g711_of_alaw(rig->sent[0].rtp.body[159]), 4700, 5300);
    assert_int_equal(rig->sent[1].rtp.payload, 0);
    assert_in_range(-g711_of_ulaw(rig->sent[1].rtp.body[0]), 4700, 5300);
    two.codec = MEDIA_OPUS;
    two.clock_hz = 48000;
    session_set(&rig->b, &two);
    hears(rig, &rig->a, 0, 2, 1);
    assert_int_equal(rig->sent_count, 2);
    assert_string_equal(figures(&rig->b).trouble, "the two phones speak different codecs");
}

/* What phones and testers can tell from silence: frames each 20 ms, and a tone's pitch. */
static void a_tone_is_played_in_frames_of_20_ms(void **state)
{
    static const enum media_codec codecs[] = {MEDIA_PCMU, MEDIA_PCMA};
    for (int j = 0; j < 2; j++) {
        struct rig *rig;
        struct media_wish tone = wish_ulaw;
        tone.source = MEDIA_TONE;
        tone.codec = codecs[j];
        given_rig((void **)&rig);
        session_set(&rig->a, &tone);
        pass_ms(rig, &rig->a, 1000);
        assert_int_equal(rig->sent_count, 50);
        int crossings = 0, before = 0;
        for (size_t i = 0; i < rig->sent_count; i++) {
            assert_int_equal(rig->sent[i].rtp.body_len, 160);
            assert_int_equal(rig->sent[i].rtp.has_marker, i == 0);
            assert_int_equal(rig->sent[i].rtp.ts - rig->sent[0].rtp.ts, i * 160);
            for (size_t k = 0; k < 160; k++) {
                uint8_t byte = rig->sent[i].rtp.body[k];
                int sample = j ? g711_of_alaw(byte) : g711_of_ulaw(byte);
                crossings += before < 0 && sample >= 0;
                before = sample;
            }
        }
        assert_in_range(crossings, 438, 441);
        rig_done((void **)&rig);
    }
    (void)state;
}

static void who_waits_hears_ringing_in_its_rhythm(void **state)
{
    struct rig *rig = *state;
    wish(&rig->a, MEDIA_RINGBACK);
    pass_ms(rig, &rig->a, 6000);
    assert_int_equal(rig->sent_count, 300);
    for (size_t i = 0; i < 300; i++) {
        bool is_loud = false;
        for (size_t k = 0; k < 160; k++)
            is_loud |= abs(g711_of_ulaw(rig->sent[i].rtp.body[k])) > 1000;
        assert_int_equal(is_loud, i < 100); /* on for two seconds, off for four */
    }
}

static void a_recording_is_played_to_its_end(void **state)
{
    static const char wav[] = "RIFF....WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00"
                              "\x80\x3e\x00\x00\x02\x00\x10\x00"
                              "data\x04\x00\x00\x00\x00\x20\x00\x30";
    struct rig *rig = *state;
    struct media_wish play = wish_ulaw;
    struct clip *clip;
    assert_int_equal(clip_read(wav, sizeof wav - 1, "x", &clip, NULL), 0);
    play.source = MEDIA_CLIP;
    play.clip = clip;
    session_set(&rig->a, &play);
    clip_drop(clip); /* the session keeps it */
    pass_ms(rig, &rig->a, 40);
    assert_int_equal(rig->sent_count, 2);
    assert_in_range(g711_of_ulaw(rig->sent[0].rtp.body[0]), 0x1f00, 0x2100);
    assert_in_range(g711_of_ulaw(rig->sent[0].rtp.body[1]), 0x2e00, 0x3200);
    assert_int_equal(g711_of_ulaw(rig->sent[0].rtp.body[2]), 0);
    assert_int_equal(g711_of_ulaw(rig->sent[1].rtp.body[0]), 0);
}

/* RFC 6716 3.1: a packet of one byte is a frame of length 0, which is silence. */
static void silence_over_opus_is_an_empty_frame(void **state)
{
    struct rig *rig = *state;
    struct media_wish opus = wish_ulaw;
    opus.source = MEDIA_TONE;
    opus.codec = MEDIA_OPUS;
    opus.clock_hz = 16000;
    session_set(&rig->a, &opus);
    pass_ms(rig, &rig->a, 40);
    assert_int_equal(rig->sent_count, 2);
    assert_int_equal(rig->sent[0].rtp.body_len, 1);
    assert_int_equal(rig->sent[0].rtp.body[0] & 3, 0);
    assert_int_equal(rig->sent[1].rtp.ts - rig->sent[0].rtp.ts, 320);
    opus.codec = MEDIA_OTHER; /* of what we cannot say anything in, nothing is said */
    session_set(&rig->a, &opus);
    pass_ms(rig, &rig->a, 40);
    assert_int_equal(rig->sent_count, 2);
}

static void nothing_is_sent_to_nowhere_or_to_who_holds(void **state)
{
    struct rig *rig = *state;
    struct media_wish tone = wish_ulaw;
    tone.source = MEDIA_TONE;
    session_set(&rig->a, &tone);
    rig->is_deaf = true;
    pass_ms(rig, &rig->a, 100);
    rig->is_deaf = false;
    tone.is_deaf = true;
    session_set(&rig->a, &tone);
    pass_ms(rig, &rig->a, 100);
    assert_int_equal(rig->sent_count, 0);
    assert_int_equal(session_tick(&rig->a, &rig->net), 0); /* and nothing is due */
    tone.source = MEDIA_ECHO;
    session_set(&rig->a, &tone);
    hears(rig, &rig->a, 0, 1, 1);
    assert_int_equal(rig->sent_count, 0);
    tone.source = MEDIA_TONE;
    tone.is_deaf = false;
    session_set(&rig->a, &tone);
    pass_ms(rig, &rig->a, 100);
    assert_int_equal(rig->sent_count, 5); /* what was missed is not made up for */
}

static void a_digit_is_heard_once_however_often_it_is_sent(void **state)
{
    struct rig *rig = *state;
    wish(&rig->a, MEDIA_NOTHING);
    for (uint16_t i = 0; i < 6; i++)
        digit_packet(rig, &rig->a, i, 1000, "\x05\x0a\x00\x00");
    digit_packet(rig, &rig->a, 7, 3000, "\x05\x8a\x03\x20"); /* only its end arrives */
    digit_packet(rig, &rig->a, 8, 5000, "\x0a\x0a\x00\x00");
    digit_packet(rig, &rig->a, 9, 7000, "\x10\x0a\x00\x00"); /* flash */
    assert_string_equal(rig->digits, "55*");
    assert_string_equal(figures(&rig->a).digits, "55*");
    for (uint16_t i = 0; i < 40; i++)
        digit_packet(rig, &rig->a, (uint16_t)(10 + i), 10000u + i, "\x01\x0a\x00\x00");
    assert_int_equal(strlen(figures(&rig->a).digits), MEDIA_DIGITS_MAX);
}

static void digits_are_dialled_between_the_frames(void **state)
{
    struct rig *rig = *state;
    wish(&rig->a, MEDIA_TONE);
    pass_ms(rig, &rig->a, 20);
    assert_true(session_dial(&rig->a, "4#"));
    pass_ms(rig, &rig->a, 500);
    size_t digit_packets = 0;
    uint16_t seq = rig->sent[0].rtp.seq;
    for (size_t i = 0; i < rig->sent_count; i++) {
        struct dtmf dtmf;
        const struct rtp *rtp = &rig->sent[i].rtp;
        assert_int_equal(rtp->seq, seq++); /* one row of numbers for both */
        if (rtp->payload != 101)
            continue;
        assert_true(dtmf_read(rtp->body, rtp->body_len, &dtmf));
        assert_int_equal(dtmf.digit, digit_packets < 6 ? '4' : '#');
        assert_int_equal(rtp->has_marker, digit_packets % 6 == 0);
        digit_packets++;
    }
    assert_int_equal(digit_packets, 12);
    assert_true(rig->sent_count > 14); /* and the tone goes on */
    struct media_wish without = wish_ulaw;
    without.dtmf = 0;
    session_set(&rig->a, &without);
    assert_false(session_dial(&rig->a, "1"));
    session_set(&rig->a, &wish_ulaw);
    assert_false(session_dial(&rig->a, "123456789012345678901234567890123"));
}

/* An echo goes on under the next numbers after a digit. */
static void digits_do_not_break_what_is_passed_on(void **state)
{
    struct rig *rig = *state;
    wish(&rig->a, MEDIA_ECHO);
    hears(rig, &rig->a, 0, 1, 1);
    session_dial(&rig->a, "1");
    pass_ms(rig, &rig->a, 400);
    hears(rig, &rig->a, 0, 2, 2);
    assert_int_equal(rig->sent_count, 8);
    for (size_t i = 1; i < 8; i++)
        assert_int_equal(rig->sent[i].rtp.seq, (uint16_t)(rig->sent[i - 1].rtp.seq + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_rig(an_echo_is_the_phones_own_sound_under_our_numbers),
        in_rig(two_phones_hear_each_other_with_their_gaps),
        in_rig(mu_law_and_a_law_understand_each_other),
        cmocka_unit_test(a_tone_is_played_in_frames_of_20_ms),
        in_rig(who_waits_hears_ringing_in_its_rhythm),
        in_rig(a_recording_is_played_to_its_end),
        in_rig(silence_over_opus_is_an_empty_frame),
        in_rig(nothing_is_sent_to_nowhere_or_to_who_holds),
        in_rig(a_digit_is_heard_once_however_often_it_is_sent),
        in_rig(digits_are_dialled_between_the_frames),
        in_rig(digits_do_not_break_what_is_passed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
