/* The audio of calls on real sockets: a simulator, its phones, and what its journal says of them. */
#include "support/rtp_phone.h"

#include "media/dtmf.h"
#include "media/g711.h"
#include "media/srtp.h"

#define PARTY "12025559999"
#define PLAIN "RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"

static const char *const at_once[] = {"sip.party.after=0s", NULL};
static const char *const tone[] = {"sip.party.after=0s", "rtp.party.plays=tone", NULL};

static struct event leg_of(struct sim *sim, const struct rtp_phone *phone)
{
    return awaits_event(sim, "media.leg", EVENT_AOR, phone->aor, 0);
}

static void a_phone_hears_itself_and_its_figures_are_told(void **state)
{
    struct sim *sim = given_sim(at_once);
    struct rtp_phone phone;
    struct rtp_call call;
    uint8_t bytes[RTP_DATAGRAM_MAX];
    struct rtp rtp;
    phone_opens(&phone, sim, 0);
    phone_calls(&phone, &call, "c1", PARTY, PLAIN);
    assert_true(call.far.port > 1023); /* no longer 9 */
    phone_is_answered(&phone, &call, PARTY);
    awaits_event(sim, "media.start", EVENT_AOR, phone.aor, 0);
    for (uint8_t i = 1; i <= 60; i++) {
        call_says(&call, i);
        do /* ringback of before the answer may still be under way */
            call_hears(&call, bytes, &rtp);
        while (rtp.body[0] != i || rtp.body[159] != i);
        assert_int_equal(rtp.payload, 0);
    }
    call.seq += 5; /* the network lost five */
    call_says(&call, 200);
    call_hears(&call, bytes, &rtp);
    phone_hangs_up(&phone, &call, PARTY);
    struct event leg = leg_of(sim, &phone);
    assert_string_equal(event_get(&leg, EVENT_AUDIO), "both");
    assert_string_equal(event_get(&leg, EVENT_CODEC), "PCMU/8000");
    assert_string_equal(event_get(&leg, EVENT_TRANSPORT), "rtp");
    assert_int_equal(event_number(&leg, EVENT_RECEIVED), 61);
    assert_int_equal(event_number(&leg, EVENT_LOST), 5);
    assert_int_equal(event_number(&leg, EVENT_SECONDS), 1);
    assert_true(event_number(&leg, EVENT_SENT) >= 61);
    phone_closes(&phone);
    sim_stop(sim);
}

/* Nothing goes to the port the description names; the vendor's phone does not listen there. */
static void audio_goes_to_where_the_phones_packets_come_from(void **state)
{
    struct sim *sim = given_sim(tone);
    struct rtp_phone phone;
    struct rtp_call call, elsewhere;
    uint8_t bytes[RTP_DATAGRAM_MAX];
    struct rtp rtp;
    phone_opens(&phone, sim, 0);
    phone_calls(&phone, &call, "c1", PARTY, PLAIN);
    phone_is_answered(&phone, &call, PARTY);
    awaits_event(sim, "media.start", EVENT_AOR, phone.aor, 0);
    assert_int_equal(call_gets(&call, bytes, sizeof bytes, 100), -1);
    call_opens_port(&elsewhere, "x");
    elsewhere.far = call.far;
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)call.far.port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(elsewhere.fd, (struct sockaddr *)&to, sizeof to), 0);
    assert_int_equal(send(elsewhere.fd, "hello", 5, 0), 5); /* opens the way, though no RTP */
    for (int i = 0; i < 5; i++)
        call_hears(&elsewhere, bytes, &rtp);
    int loudest = 0;
    for (int i = 0; i < 160; i++)
        loudest =
            abs(g711_of_ulaw(rtp.body[i])) > loudest ? abs(g711_of_ulaw(rtp.body[i])) : loudest;
    assert_in_range(loudest, 5000, 6500);
    call_says(&call, 1); /* it moved back */
    call_hears(&call, bytes, &rtp);
    close(elsewhere.fd);
    phone_hangs_up(&phone, &call, PARTY);
    phone_closes(&phone);
    sim_stop(sim);
}

/* A phone behind a NAT that names its own address: knob rtp.send_to=sdp is a platform that believes
 * it. Signalling is fine, audio goes one way (failures.md F091). */
static void a_platform_that_believes_the_description_sends_there(void **state)
{
    static const char *const sdp[] = {"sip.party.after=0s", "rtp.party.plays=tone",
                                      "rtp.send_to=sdp", NULL};
    struct sim *sim = given_sim(sdp);
    struct rtp_phone phone;
    struct rtp_call call;
    uint8_t bytes[RTP_DATAGRAM_MAX];
    struct rtp rtp;
    phone_opens(&phone, sim, 0);
    phone_calls(&phone, &call, "c1", PARTY, PLAIN);
    phone_is_answered(&phone, &call, PARTY);
    call_hears(&call, bytes, &rtp); /* though it never sent */
    phone_hangs_up(&phone, &call, PARTY);
    struct event leg = leg_of(sim, &phone);
    assert_string_equal(event_get(&leg, EVENT_AUDIO), "to_phone");
    phone_closes(&phone);
    sim_stop(sim);
}

static void a_fault_makes_audio_go_one_way(void **state)
{
    struct sim *sim = given_sim(at_once);
    struct rtp_phone phone;
    struct rtp_call call;
    phone_opens(&phone, sim, 0);
    arms(sim, "{\"name\":\"nat\",\"match\":{\"op\":\"media.start\"},\"kind\":\"impair\","
              "\"loss\":100,\"direction\":\"to_phone\"}");
    phone_calls(&phone, &call, "c1", PARTY, PLAIN);
    phone_is_answered(&phone, &call, PARTY);
    struct event start = awaits_event(sim, "media.start", EVENT_AOR, phone.aor, 0);
    assert_string_equal(event_get(&start, EVENT_FAULT), "nat");
    assert_string_equal(event_get(&start, EVENT_PLAN), "impair");
    for (int i = 0; i < 10; i++)
        call_says(&call, 1);
    call_says(&call, 1);
    phone_hangs_up(&phone, &call, PARTY);
    struct event leg = leg_of(sim, &phone);
    assert_string_equal(event_get(&leg, EVENT_AUDIO), "from_phone");
    assert_int_equal(event_number(&leg, EVENT_SENT), 0);
    phone_closes(&phone);
    sim_stop(sim);
}

static void says_verb(struct sim *sim, const char *verb, const char *json)
{
    struct arena arena;
    const char *why = "";
    struct diag diag = {0};
    arena_init(&arena);
    if (sim_verb(sim, verb, json_parse(&arena, json, strlen(json), &why), NULL, NULL, &diag))
        fail_msg("%s %s: %s%s", verb, json, why, diag.text);
    arena_done(&arena);
}

static void digit(struct rtp_call *call, uint8_t event)
{
    uint8_t bytes[64];
    const uint8_t body[] = {event, 6, 0, 0};
    const struct rtp rtp = {.payload = call->far.dtmf,
                            .seq = ++call->seq,
                            .ts = call->seq * 160u,
                            .ssrc = 1,
                            .body = body,
                            .body_len = 4};
    size_t len = rtp_write(&rtp, bytes, sizeof bytes);
    assert_int_equal(send(call->fd, bytes, len, 0), len);
}

static void digits_go_both_ways(void **state)
{
    struct sim *sim = given_sim(tone);
    struct rtp_phone phone;
    struct rtp_call call;
    uint8_t bytes[RTP_DATAGRAM_MAX];
    struct rtp rtp;
    phone_opens(&phone, sim, 0);
    phone_calls(&phone, &call, "c1", PARTY, PLAIN);
    assert_int_equal(call.far.dtmf, 101);
    phone_is_answered(&phone, &call, PARTY);
    awaits_event(sim, "media.start", EVENT_AOR, phone.aor, 0);
    digit(&call, 5);
    digit(&call, 11);
    struct event heard = awaits_event(sim, "media.dtmf", EVENT_DIGITS, "#", 0);
    assert_string_equal(event_get(&heard, EVENT_TO), PARTY);

    says_verb(sim, "dtmf", "{\"call\":1,\"digits\":\"42\"}");
    char got[8] = "";
    while (strlen(got) < 2) {
        struct dtmf dtmf;
        call_hears(&call, bytes, &rtp);
        if (rtp.payload == 101 && dtmf_read(rtp.body, rtp.body_len, &dtmf) && !dtmf.is_end &&
            dtmf.duration == 0)
            snprintf(got + strlen(got), 2, "%c", dtmf.digit);
    }
    assert_string_equal(got, "42");
    phone_hangs_up(&phone, &call, PARTY);
    struct event leg = leg_of(sim, &phone);
    assert_string_equal(event_get(&leg, EVENT_DIGITS), "5#");
    phone_closes(&phone);
    sim_stop(sim);
}

/* Samples of 12,000, which no tone of ours reaches. */
static void a_recording_is_played_when_a_verb_says_so(void **state)
{
    static const uint8_t head[] = "RIFF....WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f"
                                  "\x00\x00\x80\x3e\x00\x00\x02\x00\x10\x00"
                                  "data\xff\xff\xff\xff";
    char path[] = "/tmp/mockrc-play-XXXXXX", json[128];
    struct sim *sim = given_sim(at_once);
    struct rtp_phone phone;
    struct rtp_call call;
    uint8_t bytes[RTP_DATAGRAM_MAX];
    struct rtp rtp;
    int16_t samples[8000];
    int fd = mkstemp(path);
    for (int i = 0; i < 8000; i++)
        samples[i] = 12000;
    assert_int_equal(write(fd, head, sizeof head - 1), sizeof head - 1);
    assert_int_equal(write(fd, samples, sizeof samples), sizeof samples);
    close(fd);
    phone_opens(&phone, sim, 0);
    phone_calls(&phone, &call, "c1", PARTY, PLAIN);
    phone_is_answered(&phone, &call, PARTY);
    awaits_event(sim, "media.start", EVENT_AOR, phone.aor, 0);
    snprintf(json, sizeof json, "{\"user\":\"101\",\"what\":\"%s\"}", path);
    says_verb(sim, "play", json);
    call_says(&call, 1);
    do
        call_hears(&call, bytes, &rtp);
    while (abs(g711_of_ulaw(rtp.body[80]) - 12000) > 500);
    says_verb(sim, "play", "{\"user\":\"101\",\"what\":\"usual\"}");
    call_says(&call, 77); /* an echo again */
    do
        call_hears(&call, bytes, &rtp);
    while (rtp.body[80] != 77);
    unlink(path);
    phone_hangs_up(&phone, &call, PARTY);
    phone_closes(&phone);
    sim_stop(sim);
}

/* What a stranger may send to an open port: nothing of it ends the call or the simulator. */
static void bytes_that_are_no_audio_change_nothing(void **state)
{
    static const struct {
        const char *label, *bytes;
        size_t len;
    } rows[] = {
        {"nothing", "", 0},
        {"the vendor's hello", "hello", 5},
        {"STUN",
         "\x00\x01\x00\x00\x21\x12\xa4\x42"
         "123456789012",
         20},
        {"a DTLS hello", "\x16\xfe\xfd\x00\x00\x00\x00\x00\x00\x00\x00\x00\x30", 13},
        {"RTCP",
         "\x80\xc8\x00\x06"
         "12345678901234567890123",
         27},
        {"a header cut short", "\x80\x00\x00\x01\x00\x00", 6},
        {"sources that are not there", "\x8f\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01", 12},
        {"an extension without an end",
         "\x90\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\xbe\xde\xff\xff", 16},
        {"padding past its start", "\xa0\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\xff", 13},
        {"a digit of no body", "\x80\x65\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01", 12},
        {"a digit nobody has", "\x80\x65\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\xff\xff\xff\xff",
         16},
    };
    struct sim *sim = given_sim(at_once);
    struct rtp_phone phone;
    struct rtp_call call;
    uint8_t bytes[RTP_DATAGRAM_MAX];
    static const uint8_t huge[60000];
    struct rtp rtp;
    phone_opens(&phone, sim, 0);
    phone_calls(&phone, &call, "c1", PARTY, PLAIN);
    phone_is_answered(&phone, &call, PARTY);
    awaits_event(sim, "media.start", EVENT_AOR, phone.aor, 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(send(call.fd, rows[i].bytes, rows[i].len, 0), rows[i].len);
        call_says(&call, (uint8_t)(100 + i));
        do /* the call still echoes */
            call_hears(&call, bytes, &rtp);
        while (rtp.body_len != 160 || rtp.body[9] != 100 + i);
    }
    assert_int_equal(send(call.fd, huge, sizeof huge, 0), sizeof huge);
    phone_hangs_up(&phone, &call, PARTY);
    struct event leg = leg_of(sim, &phone);
    assert_null(event_get(&leg, EVENT_DIGITS));
    phone_closes(&phone);
    sim_stop(sim);
}

#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd" /* bytes 0 to 29 */
#define SECURE                                                                                     \
    "RTP/SAVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"                                      \
    "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n"

/* The phone of the test seals and unseals by libsrtp itself, with the keys of the descriptions. */
static void audio_is_sealed_with_the_keys_of_the_descriptions(void **state)
{
    struct sim *sim = given_sim(at_once);
    struct rtp_phone phone;
    struct rtp_call call;
    uint8_t bytes[RTP_DATAGRAM_MAX];
    const char *why;
    struct srtp_library *library = srtp_library_open(&why);
    assert_non_null(library);
    phone_opens(&phone, sim, 0);
    phone_calls(&phone, &call, "c1", PARTY, SECURE);
    assert_true(call.far.is_secure && call.far.has_key);
    assert_int_equal(call.far.key_tag, 7);
    phone_is_answered(&phone, &call, PARTY);
    awaits_event(sim, "media.start", EVENT_AOR, phone.aor, 0);
    unsigned char ours[SDP_KEY_LEN];
    for (int i = 0; i < SDP_KEY_LEN; i++)
        ours[i] = (unsigned char)i;
    assert_memory_not_equal(ours, call.far.key, SDP_KEY_LEN);
    struct srtp_line *line = srtp_line_new(library, call.far.key, ours);
    bool has_heard = false;
    for (int tries = 0; !has_heard && tries < 500; tries++) { /* the library loads meanwhile */
        const struct rtp rtp = {.payload = 8,
                                .seq = (uint16_t)(100 + tries),
                                .ssrc = 5,
                                .body = (const uint8_t *)"sound",
                                .body_len = 5};
        struct rtp echo;
        size_t len = rtp_write(&rtp, bytes, 200);
        assert_true(srtp_line_seal(line, bytes, &len));
        assert_int_equal(send(call.fd, bytes, len, 0), len);
        ssize_t got = call_gets(&call, bytes, sizeof bytes, 20);
        if (got < 0)
            continue;
        len = (size_t)got;
        assert_true(srtp_line_unseal(line, bytes, &len)); /* every packet, from the first on */
        assert_true(rtp_read(bytes, len, &echo));
        has_heard = echo.body_len == 5 && memcmp(echo.body, "sound", 5) == 0;
    }
    assert_true(has_heard);
    phone_hangs_up(&phone, &call, PARTY);
    struct event leg = leg_of(sim, &phone);
    assert_string_equal(event_get(&leg, EVENT_TRANSPORT), "srtp");
    assert_string_equal(event_get(&leg, EVENT_AUDIO), "both");
    srtp_line_free(line);
    srtp_library_close(library);
    phone_closes(&phone);
    sim_stop(sim);
}

static void two_phones_talk_to_each_other(void **state)
{
    struct sim *sim = given_sim(at_once);
    struct rtp_phone one, two;
    struct rtp_call out, in;
    uint8_t bytes[RTP_DATAGRAM_MAX];
    struct rtp rtp;
    phone_opens(&one, sim, 0);
    phone_opens(&two, sim, 1);
    phone_calls(&one, &out, "c1", two.number, PLAIN);
    phone_answers(&two, &in, "RTP/AVP 8\r\n"); /* A-law, though mu-law was wished for */
    assert_int_equal(in.far.payload, 0);
    in.far.payload = 8;
    phone_is_answered(&one, &out, two.number);
    awaits_event(sim, "media.start", EVENT_AOR, two.aor, 0);
    call_says(&in, g711_to_alaw(3000)); /* opens the way back */
    for (bool is_heard = false; !is_heard;) {
        call_says(&out, g711_to_ulaw(-8000));
        call_hears(&in, bytes, &rtp);
        assert_int_equal(rtp.payload, 8);
        is_heard = abs(g711_of_alaw(rtp.body[7]) + 8000) < 300;
    }
    for (bool is_heard = false; !is_heard;) {
        call_says(&in, g711_to_alaw(3000));
        call_hears(&out, bytes, &rtp);
        is_heard = abs(g711_of_ulaw(rtp.body[7]) - 3000) < 150;
    }
    phone_hangs_up(&one, &out, two.number);
    struct event leg = leg_of(sim, &two);
    assert_string_equal(event_get(&leg, EVENT_AUDIO), "both");
    assert_string_equal(event_get(&leg, EVENT_CODEC), "PCMA/8000");
    leg = leg_of(sim, &one);
    assert_string_equal(event_get(&leg, EVENT_AUDIO), "both");
    close(in.fd);
    phone_closes(&one);
    phone_closes(&two);
    sim_stop(sim);
}

/* A port is of the range asked for, and free again when its call is over. */
static void ports_come_from_their_range_and_go_back(void **state)
{
    static const char *const range[] = {"sip.party.after=0s", "rtp.port_first=23450",
                                        "rtp.port_last=23452", NULL};
    struct sim *sim = given_sim(range);
    struct rtp_phone phone;
    struct rtp_call call;
    phone_opens(&phone, sim, 0);
    for (int i = 0; i < 5; i++) {
        char id[16];
        snprintf(id, sizeof id, "c%d", i);
        phone_calls(&phone, &call, id, PARTY, PLAIN);
        assert_in_range(call.far.port, 23450, 23452);
        phone_is_answered(&phone, &call, PARTY);
        phone_hangs_up(&phone, &call, PARTY);
    }
    phone_closes(&phone);
    sim_stop(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_phone_hears_itself_and_its_figures_are_told),
        cmocka_unit_test(audio_goes_to_where_the_phones_packets_come_from),
        cmocka_unit_test(a_platform_that_believes_the_description_sends_there),
        cmocka_unit_test(a_fault_makes_audio_go_one_way),
        cmocka_unit_test(digits_go_both_ways),
        cmocka_unit_test(a_recording_is_played_when_a_verb_says_so),
        cmocka_unit_test(bytes_that_are_no_audio_change_nothing),
        cmocka_unit_test(audio_is_sealed_with_the_keys_of_the_descriptions),
        cmocka_unit_test(two_phones_talk_to_each_other),
        cmocka_unit_test(ports_come_from_their_range_and_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
