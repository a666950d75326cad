/* What is wanted of a phone's line, call by call, with the test as the carrier. */
#include "support/media_carrier.h"

#include "sip/sdp.h"

static void a_caller_waits_with_ringback_and_then_hears_the_party(void **state)
{
    struct scene *scene = *state;
    struct sdp_audio audio;
    const struct media_wish *wish = &carrier.wishes[0];
    assert_int_equal(calls(scene, "12025559999"), 100);
    sdp_read(body_of_183(scene), SDP_ALL, &audio);
    assert_int_equal(audio.port, 40001);
    assert_int_equal(wish->source, MEDIA_RINGBACK);
    assert_int_equal(wish->port, 4000); /* of its offer */
    assert_int_equal(wish->codec, MEDIA_PCMU);
    assert_int_equal(wish->dtmf, 101);
    assert_int_equal(last_of(scene, "media.start").seq, 0);
    clock_advance(scene->world, 2000);
    assert_int_equal(wish->source, MEDIA_ECHO);
    struct event start = last_of(scene, "media.start");
    assert_string_equal(event_get(&start, EVENT_PLAYS), "echo");
    assert_string_equal(event_get(&start, EVENT_CODEC), "PCMU/8000");
    carrier.figures = (struct media_figures){
        .received = 50, .sent = 40, .lost = 2, .audio_ms = 1999, .jitter_us = 3999, .digits = "1#"};
    clock_set_mode(scene->world, CLOCK_REAL, 1);
    sends_in_dialog(scene, "BYE");
    assert_int_equal(carrier.closed, 1);
    struct event leg = last_of(scene, "media.leg");
    assert_string_equal(event_get(&leg, EVENT_AUDIO), "both");
    assert_string_equal(event_get(&leg, EVENT_SECONDS), "1");
    assert_string_equal(event_get(&leg, EVENT_RECEIVED), "50");
    assert_string_equal(event_get(&leg, EVENT_SENT), "40");
    assert_string_equal(event_get(&leg, EVENT_LOST), "2");
    assert_string_equal(event_get(&leg, EVENT_JITTER_MS), "3");
    assert_string_equal(event_get(&leg, EVENT_DIGITS), "1#");
}

/* What is said of the number wins over the knob, and a mailbox does not echo. */
static void each_number_plays_what_it_is_said_to(void **state)
{
    static const struct {
        enum party_plays plays;
        const char *knob;
        enum media_source want;
    } rows[] = {
        {PARTY_PLAYS_USUAL, "tone", MEDIA_TONE},
        {PARTY_PLAYS_USUAL, "nothing", MEDIA_NOTHING},
        {PARTY_PLAYS_ECHO, "nothing", MEDIA_ECHO},
        {PARTY_PLAYS_TONE, "echo", MEDIA_TONE},
        {PARTY_PLAYS_SILENCE, "echo", MEDIA_SILENCE},
        {PARTY_PLAYS_NOTHING, "echo", MEDIA_NOTHING},
        {PARTY_PLAYS_USUAL, "silence", MEDIA_SILENCE},
    };
    struct scene *scene = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *number = arena_printf(&scene->arena, "1202555999%zu", i);
        party_set(scene->world, number, &(struct party){.plays = rows[i].plays});
        scene_knob(scene, "rtp.party.plays", rows[i].knob);
        assert_int_equal(calls(scene, number), 100);
        clock_advance(scene->world, 2000);
        assert_int_equal(carrier.wishes[carrier.opened - 1].source, rows[i].want);
        sends_in_dialog(scene, "BYE");
        left(scene);
    }
}

static void a_call_nobody_answered_leaves_no_word_of_audio(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "sip.party.does", "busy");
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    assert_int_equal(phone_call_count(scene->world), 0);
    assert_int_equal(carrier.closed, 1);
    assert_int_equal(last_of(scene, "media.leg").seq, 0);
}

static void who_holds_hears_nothing_and_comes_back(void **state)
{
    struct scene *scene = *state;
    const struct media_wish *wish = &carrier.wishes[0];
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    calls_taken(&scene->service, 77, SIP_TAKEN_ACKED, NULL);
    scene->request.body = OFFER "a=sendonly\r\n";
    scene->request.taken = 78;
    sends_in_dialog(scene, "INVITE");
    assert_true(wish->is_deaf);
    assert_int_equal(carrier.opened, 1); /* the same port */
    calls_taken(&scene->service, 78, SIP_TAKEN_ACKED, NULL);
    scene->request.body = "v=0\r\nm=audio 4002 RTP/AVP 8\r\n";
    scene->request.taken = 79;
    sends_in_dialog(scene, "INVITE");
    assert_false(wish->is_deaf);
    assert_int_equal(wish->port, 4002);
    assert_int_equal(wish->codec, MEDIA_PCMA);
    assert_int_equal(wish->dtmf, 0);
}

static void keys_of_both_sides_become_those_of_the_line(void **state)
{
    struct scene *scene = *state;
    struct sdp_audio audio;
    unsigned char ours[SDP_KEY_LEN];
    given_invite(scene, "12025559999");
    scene->request.has_credentials = false;
    scene->request.body = "v=0\r\nm=audio 4000 RTP/SAVP 0\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 "
                          "inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd\r\n";
    assert_int_equal(scene_sends(scene), 407);
    scene->request.credentials = (struct sip_credentials){0};
    sip_answer_challenge(&scene->arena, &scene->request, scene->answer.challenge, &scene->secret);
    assert_int_equal(scene_sends(scene), 100);
    sdp_read(body_of_183(scene), SDP_ALL, &audio);
    for (int i = 0; i < SDP_KEY_LEN; i++)
        ours[i] = (unsigned char)i;
    assert_true(carrier.wishes[0].is_secure && audio.has_key);
    assert_memory_equal(carrier.wishes[0].key_in, ours, SDP_KEY_LEN);
    assert_memory_equal(carrier.wishes[0].key_out, audio.key, SDP_KEY_LEN);
    assert_memory_not_equal(audio.key, ours, SDP_KEY_LEN);
}

static void what_a_knob_forbids_is_refused_with_488(void **state)
{
    struct scene *scene = *state;
    scene_knob(scene, "rtp.srtp_required", "true");
    assert_int_equal(offers(scene, OFFER), 488);
    assert_string_equal(scene_saw(scene, EVENT_REASON), "SRTP is required, and RTP was offered");
    scene_knob(scene, "rtp.srtp_required", "false");
    scene_knob(scene, "rtp.codecs", "opus");
    assert_int_equal(offers(scene, OFFER), 488);
    scene_knob(scene, "rtp.codecs", "g711");
    assert_int_equal(offers(scene, OFFER), 100);
}

static void a_fault_at_the_start_harms_one_direction(void **state)
{
    struct scene *scene = *state;
    scene_arm(scene, "{name: bad, match: {op: media.start, codec: PCMU*}, kind: impair, loss: 9, "
                     "reorder: 3, jitter: 40ms, direction: from_phone}");
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    assert_int_equal(carrier.wishes[0].from_phone.loss, 9);
    assert_int_equal(carrier.wishes[0].from_phone.reorder, 3);
    assert_int_equal(carrier.wishes[0].from_phone.jitter_ms, 40);
    assert_int_equal(carrier.wishes[0].to_phone.loss, 0);
    struct event start = last_of(scene, "media.start");
    assert_string_equal(event_get(&start, EVENT_FAULT), "bad");
}

static void which_ways_audio_went_is_told(void **state)
{
    static const struct {
        uint64_t received, sent;
        const char *want;
    } rows[] = {{1, 1, "both"}, {1, 0, "from_phone"}, {0, 1, "to_phone"}, {0, 0, "none"}};
    for (size_t i = 0; i < 4; i++) {
        const struct media_figures figures = {.received = rows[i].received, .sent = rows[i].sent};
        assert_string_equal(media_figures_ways(&figures), rows[i].want);
    }
}

static void a_verb_has_the_last_word_on_what_is_played(void **state)
{
    struct scene *scene = *state;
    const struct media_wish *wish = &carrier.wishes[0];
    assert_int_equal(calls(scene, "12025559999"), 100);
    clock_advance(scene->world, 2000);
    struct phone_leg *leg = scene->world->phone_calls->legs;
    media_line_play(&leg->line, false, MEDIA_TONE, NULL);
    leg_media_join(&scene->service, leg->call);
    assert_int_equal(wish->source, MEDIA_TONE);
    media_line_play(&leg->line, true, MEDIA_NOTHING, NULL);
    leg_media_join(&scene->service, leg->call);
    assert_int_equal(wish->source, MEDIA_ECHO);
    leg_media_digit(&scene->service, leg->line.id, '7');
    struct event heard = last_of(scene, "media.dtmf");
    assert_string_equal(event_get(&heard, EVENT_DIGITS), "7");
    leg_media_digit(&scene->service, 99, '8'); /* of a line that is gone */
    heard = last_of(scene, "media.dtmf");
    assert_string_equal(event_get(&heard, EVENT_DIGITS), "7");
}

/* Without a port the phone must not be told of one. */
static void without_a_port_there_is_no_call(void **state)
{
    struct scene *scene = *state;
    carrier.has_no_port = true;
    assert_int_equal(offers(scene, OFFER), 100);
    assert_string_equal(left(scene), "503");
    assert_ended(scene, "503", "no port is free for its audio");
}

/* Also where its further requests go, and in what a phone that is called is offered. */
static void bound_to_any_the_platform_names_the_address_the_phone_reached(void **state)
{
    struct scene *scene = *state;
    xset(&scene->world->bind, "0.0.0.0");
    scene->request.peer = "10.0.0.9:5060";
    assert_int_equal(calls(scene, "12025559999"), 100);
    const char *described = body_of_183(scene);
    assert_non_null(strstr(described, "c=IN IP4 10.0.0.1\r\n"));
    clock_advance(scene->world, 2000);
    struct sip_out *answer = sip_out_take(scene->world);
    assert_non_null(strstr(answer->headers, "@10.0.0.1:"));
    sip_out_free(answer);
    sends_in_dialog(scene, "BYE");
    told->world->media = NULL; /* nobody can tell */
    assert_int_equal(calls(scene, "12025559998"), 100);
    assert_non_null(strstr(body_of_183(scene), "c=IN IP4 127.0.0.1\r\n"));
    told->world->media = &fake;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        carried(a_caller_waits_with_ringback_and_then_hears_the_party),
        carried(each_number_plays_what_it_is_said_to),
        carried(a_call_nobody_answered_leaves_no_word_of_audio),
        carried(who_holds_hears_nothing_and_comes_back),
        carried(keys_of_both_sides_become_those_of_the_line),
        carried(what_a_knob_forbids_is_refused_with_488),
        carried(a_fault_at_the_start_harms_one_direction),
        cmocka_unit_test(which_ways_audio_went_is_told),
        carried(a_verb_has_the_last_word_on_what_is_played),
        carried(without_a_port_there_is_no_call),
        carried(bound_to_any_the_platform_names_the_address_the_phone_reached),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
