/* A browser's line and its browser, with the test as the network between them. */
#include "support/web_peer.h"

#include "media/web_line.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

struct scene {
    struct web_peer peer;
    struct web_line *line;
    struct dtls_identity *identity;
    struct media_web wish;
    struct web_net net;
    struct edge_address here, elsewhere;
    struct peer_datagram said[PEER_SENT_MAX]; /* of the line */
    struct edge_address said_to;
    size_t said_count, heard;
};

static void line_says(void *context, const struct edge_address *to, const uint8_t *bytes,
                      size_t len)
{
    struct scene *scene = context;
    struct peer_datagram *datagram = &scene->said[scene->said_count++];
    assert_true(scene->said_count <= PEER_SENT_MAX && len <= sizeof datagram->bytes);
    assert_true(bytes[0] <= 3 || len <= 1200); /* what any path takes */
    scene->said_to = *to;
    datagram->len = len;
    memcpy(datagram->bytes, bytes, len);
}

static struct scene *given_line(bool is_client)
{
    struct scene *scene = calloc(1, sizeof *scene);
    scene->identity = dtls_identity_new();
    scene->line = web_line_new();
    scene->net = (struct web_net){scene, 1000000, line_says, scene->identity};
    edge_address_read("192.0.2.7", 4711, &scene->here);
    edge_address_read("192.0.2.8", 4711, &scene->elsewhere);
    peer_begins(&scene->peer, !is_client, dtls_identity_print(scene->identity));
    scene->wish =
        (struct media_web){.is_on = true, .is_client = is_client, .ufrag = "ours", .pwd = "secret"};
    peer_print(dtls_identity_print(scene->peer.identity), &scene->wish);
    web_line_set(scene->line, &scene->wish);
    return scene;
}

static void scene_ends(struct scene *scene)
{
    peer_ends(&scene->peer);
    web_line_free(scene->line);
    dtls_identity_free(scene->identity);
    free(scene);
}

static enum web_what gets(struct scene *scene, const struct edge_address *from, const void *bytes,
                          size_t len)
{
    return web_line_take(scene->line, &scene->net, from, bytes, len);
}

static enum web_what checks(struct scene *scene, const struct edge_address *from, bool nominates)
{
    const struct stun_out check = peer_check("ours", "secret", nominates);
    return gets(scene, from, check.bytes, check.len);
}

/* Everything on its way arrives, until nothing is; answers of ICE are not the peer's DTLS'. */
static void network_carries(struct scene *scene)
{
    const struct peer_datagram *datagram;
    bool is_idle = false;
    while (!is_idle) {
        is_idle = true;
        while ((datagram = peer_sends(&scene->peer))) {
            gets(scene, &scene->here, datagram->bytes, datagram->len);
            is_idle = false;
        }
        while (scene->heard < scene->said_count) {
            datagram = &scene->said[scene->heard++];
            if (datagram->bytes[0] >= 20)
                dtls_take(scene->peer.dtls, &scene->peer.out, datagram->bytes, datagram->len);
            is_idle = false;
        }
    }
}

static void shakes_hands(struct scene *scene)
{
    assert_int_equal(checks(scene, &scene->here, true), WEB_DONE);
    dtls_start(scene->peer.dtls, &scene->peer.out);
    network_carries(scene);
}

static void assert_same_keys(struct scene *scene)
{
    unsigned char in[MEDIA_KEY_LEN], out[MEDIA_KEY_LEN], its_in[MEDIA_KEY_LEN],
        its_out[MEDIA_KEY_LEN];
    assert_true(web_line_take_keys(scene->line, in, out));
    assert_false(web_line_take_keys(scene->line, in, out)); /* they are told once */
    assert_true(dtls_keys(scene->peer.dtls, its_in, its_out));
    assert_memory_equal(in, its_out, MEDIA_KEY_LEN);
    assert_memory_equal(out, its_in, MEDIA_KEY_LEN);
    assert_memory_not_equal(in, out, MEDIA_KEY_LEN);
}

static void both_ends_come_to_the_same_keys(void **state)
{
    for (int is_client = 0; is_client < 2; is_client++) {
        struct scene *scene = given_line(is_client);
        assert_string_equal(web_line_trouble(scene->line), "no check of ICE has come");
        assert_null(web_line_target(scene->line));
        shakes_hands(scene);
        assert_int_equal(dtls_state(scene->peer.dtls), DTLS_UP);
        assert_same_keys(scene);
        assert_null(web_line_trouble(scene->line));
        const struct edge_address *target = web_line_target(scene->line);
        assert_memory_equal(&target->any, &scene->here.any, scene->here.len);
        scene_ends(scene);
    }
}

/* RFC 5763 section 5: a certificate that signalling did not announce is nobody's. */
static void a_certificate_of_somebody_else_is_refused(void **state)
{
    unsigned char in[MEDIA_KEY_LEN], out[MEDIA_KEY_LEN];
    struct scene *scene = given_line(false);
    scene->wish.print[5] ^= 1;
    web_line_set(scene->line, &scene->wish);
    shakes_hands(scene);
    assert_false(web_line_take_keys(scene->line, in, out));
    assert_null(web_line_target(scene->line));
    assert_string_equal(web_line_trouble(scene->line),
                        "the certificate is not the one of the description's fingerprint");
    assert_int_equal(dtls_state(scene->peer.dtls), DTLS_FAILED); /* an alert told it */
    scene_ends(scene);
}

/* With the fingerprint unknown a ClientHello is not answered; said again later it is. */
static void before_the_answer_came_dtls_waits(void **state)
{
    struct scene *scene = given_line(false);
    struct media_web early = scene->wish;
    const struct peer_datagram *hello;
    web_line_free(scene->line);
    scene->line = web_line_new();
    early.print_len = 0;
    web_line_set(scene->line, &early);
    checks(scene, &scene->here, true);
    dtls_start(scene->peer.dtls, &scene->peer.out);
    hello = peer_sends(&scene->peer);
    size_t before = scene->said_count;
    assert_int_equal(gets(scene, &scene->here, hello->bytes, hello->len), WEB_DONE);
    assert_int_equal(scene->said_count, before);
    assert_string_equal(web_line_trouble(scene->line), "no DTLS has come");
    web_line_set(scene->line, &scene->wish);
    gets(scene, &scene->here, hello->bytes, hello->len);
    network_carries(scene);
    assert_same_keys(scene);
    scene_ends(scene);
}

/* RFC 7983 section 7; and nothing counts of who did not pass a check. */
static void what_comes_is_told_apart_by_its_first_byte(void **state)
{
    static const struct {
        uint8_t first;
        enum web_what want;
    } rows[] = {{4, WEB_REFUSED}, {16, WEB_REFUSED}, {19, WEB_REFUSED},  {20, WEB_DONE},
                {63, WEB_DONE},   {64, WEB_REFUSED}, {79, WEB_REFUSED},  {127, WEB_REFUSED},
                {128, WEB_MEDIA}, {191, WEB_MEDIA},  {192, WEB_REFUSED}, {255, WEB_REFUSED},
                {0, WEB_REFUSED}, {3, WEB_REFUSED}};
    struct scene *scene = given_line(false);
    shakes_hands(scene);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint8_t bytes[64] = {rows[i].first};
        print_message("%d\n", rows[i].first);
        assert_int_equal(gets(scene, &scene->here, bytes, sizeof bytes), rows[i].want);
        assert_int_equal(gets(scene, &scene->elsewhere, bytes, sizeof bytes), WEB_REFUSED);
    }
    assert_int_equal(gets(scene, &scene->here, "", 0), WEB_REFUSED);
    scene_ends(scene);
}

static void audio_goes_to_what_was_nominated_last(void **state)
{
    struct scene *scene = given_line(false);
    shakes_hands(scene);
    assert_int_equal(checks(scene, &scene->elsewhere, false), WEB_DONE);
    assert_memory_equal(web_line_target(scene->line), &scene->here, sizeof scene->here);
    assert_int_equal(checks(scene, &scene->elsewhere, true), WEB_DONE);
    assert_memory_equal(web_line_target(scene->line), &scene->elsewhere, sizeof scene->here);
    assert_memory_equal(&scene->said_to, &scene->elsewhere, sizeof scene->here);
    scene_ends(scene);
}

/* More addresses than are kept: the oldest is forgotten, and has to check again. */
static void only_so_many_addresses_are_kept(void **state)
{
    static const uint8_t audio[16] = {128};
    struct scene *scene = given_line(false);
    struct edge_address other;
    checks(scene, &scene->here, true);
    for (int port = 1; port <= 8; port++) {
        assert_int_equal(gets(scene, &scene->here, audio, sizeof audio), WEB_MEDIA);
        edge_address_read("192.0.2.9", port, &other);
        assert_int_equal(checks(scene, &other, false), WEB_DONE);
    }
    assert_int_equal(gets(scene, &scene->here, audio, sizeof audio), WEB_REFUSED);
    assert_int_equal(gets(scene, &other, audio, sizeof audio), WEB_MEDIA);
    scene_ends(scene);
}

/* RFC 8842: other words of ICE leave DTLS alone, another certificate does not. */
static void another_certificate_begins_anew_and_a_restart_of_ice_does_not(void **state)
{
    struct scene *scene = given_line(false);
    shakes_hands(scene);
    assert_same_keys(scene);
    snprintf(scene->wish.ufrag, sizeof scene->wish.ufrag, "new");
    web_line_set(scene->line, &scene->wish);
    assert_non_null(web_line_target(scene->line));
    struct web_peer second;
    peer_begins(&second, true, dtls_identity_print(scene->identity));
    peer_print(dtls_identity_print(second.identity), &scene->wish);
    web_line_set(scene->line, &scene->wish);
    assert_null(web_line_target(scene->line));
    assert_string_equal(web_line_trouble(scene->line), "no DTLS has come");
    peer_ends(&scene->peer);
    scene->peer = second;
    scene->peer.out.context = &scene->peer;
    scene->heard = scene->said_count;
    dtls_start(scene->peer.dtls, &scene->peer.out);
    network_carries(scene);
    assert_same_keys(scene);
    scene_ends(scene);
}

static void a_handshake_that_stands_still_is_given_up(void **state)
{
    struct scene *scene = given_line(false);
    checks(scene, &scene->here, true);
    dtls_start(scene->peer.dtls, &scene->peer.out);
    const struct peer_datagram *hello = peer_sends(&scene->peer);
    gets(scene, &scene->here, hello->bytes, hello->len);
    int64_t due_us = web_line_tick(scene->line, &scene->net);
    assert_in_range(due_us, scene->net.now_us, scene->net.now_us + 30000000);
    assert_string_equal(web_line_trouble(scene->line), "the DTLS handshake is not done");
    scene->net.now_us += 30000000;
    assert_int_equal(web_line_tick(scene->line, &scene->net), 0);
    assert_string_equal(web_line_trouble(scene->line), "the DTLS handshake did not end in time");
    size_t before = scene->said_count;
    gets(scene, &scene->here, hello->bytes, hello->len);
    assert_int_equal(scene->said_count, before);
    scene_ends(scene);
}

/* The last flight was lost: the browser says its own again, and is told again. */
static void a_lost_end_of_the_handshake_is_said_again(void **state)
{
    struct scene *scene = given_line(false);
    const struct peer_datagram *datagram;
    int64_t left_us;
    checks(scene, &scene->here, true);
    dtls_start(scene->peer.dtls, &scene->peer.out);
    while ((datagram = peer_sends(&scene->peer)) && !web_line_target(scene->line)) {
        gets(scene, &scene->here, datagram->bytes, datagram->len);
        for (; !web_line_target(scene->line) && scene->heard < scene->said_count; scene->heard++)
            if (scene->said[scene->heard].bytes[0] >= 20)
                dtls_take(scene->peer.dtls, &scene->peer.out, scene->said[scene->heard].bytes,
                          scene->said[scene->heard].len);
    }
    assert_int_equal(dtls_state(scene->peer.dtls), DTLS_SHAKING);
    scene->heard = scene->said_count; /* lost */
    while (scene->peer.taken == scene->peer.count &&
           (left_us = dtls_tick(scene->peer.dtls, &scene->peer.out)) >= 0)
        poll(NULL, 0, (int)(left_us / 1000 + 1)); /* OpenSSL's clock is the machine's */
    network_carries(scene);
    assert_int_equal(dtls_state(scene->peer.dtls), DTLS_UP);
    assert_same_keys(scene);
    scene_ends(scene);
}

/* Long after the handshake only what it came to is kept: audio goes on, DTLS is not read. */
static void what_the_handshake_held_is_given_back(void **state)
{
    static const uint8_t audio[16] = {128}, record[16] = {22};
    struct scene *scene = given_line(false);
    shakes_hands(scene);
    assert_same_keys(scene);
    int64_t due_us = web_line_tick(scene->line, &scene->net);
    assert_int_equal(due_us, scene->net.now_us + 10000000);
    scene->net.now_us = due_us;
    assert_int_equal(web_line_tick(scene->line, &scene->net), 0);
    assert_non_null(web_line_target(scene->line));
    assert_null(web_line_trouble(scene->line));
    assert_int_equal(gets(scene, &scene->here, record, sizeof record), WEB_DONE);
    assert_int_equal(gets(scene, &scene->here, audio, sizeof audio), WEB_MEDIA);
    assert_int_equal(checks(scene, &scene->here, true), WEB_DONE);
    assert_non_null(web_line_target(scene->line));
    scene_ends(scene);
}

static void rubbish_in_a_handshake_changes_nothing(void **state)
{
    struct scene *scene = given_line(false);
    uint8_t rubbish[300];
    checks(scene, &scene->here, true);
    for (size_t i = 0; i < sizeof rubbish; i++)
        rubbish[i] = (uint8_t)(i * 37 + 22);
    for (int type = 20; type <= 63; type++) {
        rubbish[0] = (uint8_t)type;
        gets(scene, &scene->here, rubbish, (size_t)type);
        gets(scene, &scene->here, rubbish, sizeof rubbish);
    }
    shakes_hands(scene);
    assert_same_keys(scene);
    scene_ends(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_come_to_the_same_keys),
        cmocka_unit_test(a_certificate_of_somebody_else_is_refused),
        cmocka_unit_test(before_the_answer_came_dtls_waits),
        cmocka_unit_test(what_comes_is_told_apart_by_its_first_byte),
        cmocka_unit_test(audio_goes_to_what_was_nominated_last),
        cmocka_unit_test(only_so_many_addresses_are_kept),
        cmocka_unit_test(another_certificate_begins_anew_and_a_restart_of_ice_does_not),
        cmocka_unit_test(a_handshake_that_stands_still_is_given_up),
        cmocka_unit_test(a_lost_end_of_the_handshake_is_said_again),
        cmocka_unit_test(what_the_handshake_held_is_given_back),
        cmocka_unit_test(rubbish_in_a_handshake_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
