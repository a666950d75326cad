/*
 * Browsers' lines of the media edge on real sockets: each browser makes its check of ICE, shakes hands
 * by DTLS and then talks SRTP. MOCKRC_WEB_LINES says how many there are at once (8); tells how long
 * they took to be up, and what a line holds.
 */
#include "support/web_peer.h"

#include "media/dtmf.h"
#include "media/edge.h"
#include "media/rtp.h"

#include <malloc.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LINES = 8, LINES_MAX = 2000, PATIENCE_MS = 20000 };

struct browser {
    struct web_peer peer;
    uint64_t line;
    int fd;
    struct media_wish wish;
    struct srtp_line *srtp;
    uint16_t seq;
};

static struct srtp_library *library;

static int64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

struct ears {
    pthread_mutex_t lock;
    pthread_cond_t heard;
    char digits[16];
};

static void digit_heard(void *context, uint64_t line, char digit)
{
    struct ears *ears = context;
    pthread_mutex_lock(&ears->lock);
    ears->digits[strlen(ears->digits)] = digit;
    pthread_cond_signal(&ears->heard);
    pthread_mutex_unlock(&ears->lock);
}

static void browser_opens(struct browser *browser, struct media *media, enum media_source source)
{
    char print[MEDIA_PRINT_TEXT];
    int port;
    *browser = (struct browser){.fd = socket(AF_INET, SOCK_DGRAM, 0)};
    assert_true(media_open(media, "127.0.0.1", 0, 0, 7, &browser->line, &port));
    assert_true(media_print_of(media, print));
    peer_begins(&browser->peer, true, print);
    browser->wish = (struct media_wish){.codec = MEDIA_PCMU,
                                        .clock_hz = 8000,
                                        .dtmf = 101,
                                        .dtmf_hz = 8000,
                                        .is_secure = true,
                                        .source = source,
                                        .web = {.is_on = true, .ufrag = "ours", .pwd = "secret"}};
    peer_print(dtls_identity_print(browser->peer.identity), &browser->wish.web);
    media_set(media, browser->line, &browser->wish);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(browser->fd, (struct sockaddr *)&to, sizeof to), 0);
}

static void browser_forgets(struct browser *browser)
{
    srtp_line_free(browser->srtp);
    peer_ends(&browser->peer);
    close(browser->fd);
}

static void browser_closes(struct browser *browser, struct media *media)
{
    media_close(media, browser->line);
    browser_forgets(browser);
}

static void browser_checks(struct browser *browser)
{
    const struct stun_out check = peer_check("ours", "secret", true);
    assert_int_equal(send(browser->fd, check.bytes, check.len, 0), check.len);
}

static void browser_sends(struct browser *browser)
{
    const struct peer_datagram *datagram;
    while ((datagram = peer_sends(&browser->peer)))
        assert_int_equal(send(browser->fd, datagram->bytes, datagram->len, 0), datagram->len);
    browser->peer.count = browser->peer.taken = 0;
}

/* What has come goes to ICE or DTLS; true with the first answer to its check. */
static bool browser_hears(struct browser *browser)
{
    uint8_t bytes[PEER_DATAGRAM_MAX];
    struct stun stun;
    ssize_t len;
    bool is_let_in = false;
    while ((len = recv(browser->fd, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
        if (bytes[0] <= 3)
            is_let_in |= stun_read(bytes, (size_t)len, &stun) && stun.class == STUN_SUCCESS;
        else if (bytes[0] >= 20 && bytes[0] <= 63)
            dtls_take(browser->peer.dtls, &browser->peer.out, bytes, (size_t)len);
    }
    return is_let_in;
}

/* A step of its handshake; true when it is up. */
static bool browser_shakes(struct browser *browser)
{
    unsigned char in[MEDIA_KEY_LEN], out[MEDIA_KEY_LEN];
    if (browser->srtp)
        return true;
    if (browser_hears(browser))
        dtls_start(browser->peer.dtls, &browser->peer.out);
    dtls_tick(browser->peer.dtls, &browser->peer.out);
    browser_sends(browser);
    if (dtls_state(browser->peer.dtls) != DTLS_UP || !dtls_keys(browser->peer.dtls, in, out))
        return false;
    browser->srtp = srtp_line_new(library, in, out);
    return true;
}

static void all_are_up(struct browser *browsers, size_t count)
{
    size_t up = 0;
    for (int64_t end_us = now_us() + PATIENCE_MS * INT64_C(1000); up < count;) {
        assert_true(now_us() < end_us);
        poll(NULL, 0, 1);
        up = 0;
        for (size_t i = 0; i < count; i++)
            up += browser_shakes(&browsers[i]);
    }
}

static void browser_says(struct browser *browser, int payload, const uint8_t *body, size_t len)
{
    uint8_t bytes[RTP_DATAGRAM_MAX + SRTP_MORE];
    const struct rtp rtp = {.payload = payload,
                            .seq = ++browser->seq,
                            .ts = browser->seq * 160u,
                            .ssrc = 5,
                            .body = body,
                            .body_len = len};
    size_t sealed = rtp_write(&rtp, bytes, RTP_DATAGRAM_MAX);
    assert_true(srtp_line_seal(browser->srtp, bytes, &sealed));
    assert_int_equal(send(browser->fd, bytes, sealed, 0), sealed);
}

/* The next packet of audio; false: none came in time. */
static bool browser_gets(struct browser *browser, uint8_t *bytes, struct rtp *ret)
{
    struct pollfd ready = {.fd = browser->fd, .events = POLLIN};
    while (poll(&ready, 1, PATIENCE_MS) == 1) {
        ssize_t got = recv(browser->fd, bytes, RTP_DATAGRAM_MAX, 0);
        size_t len = (size_t)got;
        if (got > 0 && bytes[0] >= 128 && srtp_line_unseal(browser->srtp, bytes, &len) &&
            rtp_read(bytes, len, ret))
            return true;
    }
    return false;
}

static void many_browsers_hear_themselves_and_each_only_itself(void **state)
{
    const char *text = getenv("MOCKRC_WEB_LINES");
    size_t count = text ? strtoul(text, NULL, 10) : LINES;
    assert_in_range(count, 1, LINES_MAX);
    struct browser *browsers = calloc(count, sizeof *browsers);
    struct media *media = media_start(digit_heard, NULL);
    struct media_figures figures;
    size_t before = mallinfo2().uordblks;
    for (size_t i = 0; i < count; i++)
        browser_opens(&browsers[i], media, MEDIA_ECHO);
    int64_t began_us = now_us();
    for (size_t i = 0; i < count; i++)
        browser_checks(&browsers[i]);
    all_are_up(browsers, count);
    print_message("%zu lines up in %.1f ms, both ends in this process\n", count,
                  (double)(now_us() - began_us) / 1000);
    for (int frame = 1; frame <= 5; frame++) {
        uint8_t body[160], bytes[RTP_DATAGRAM_MAX];
        struct rtp rtp;
        for (size_t i = 0; i < count; i++) {
            memset(body, (int)(i + (size_t)frame) & 0xff, sizeof body);
            browser_says(&browsers[i], 0, body, sizeof body);
        }
        for (size_t i = 0; i < count; i++) {
            assert_true(browser_gets(&browsers[i], bytes, &rtp));
            assert_int_equal(rtp.body_len, 160);
            assert_int_equal(rtp.body[7], (i + (size_t)frame) & 0xff);
        }
    }
    for (size_t i = 0; i < count; i++) {
        assert_true(media_read(media, browsers[i].line, &figures));
        assert_int_equal(figures.received, 5);
        assert_int_equal(figures.sent, 5);
        assert_int_equal(figures.lost, 0);
        assert_int_equal(figures.refused, 0);
        assert_null(figures.trouble);
        browser_forgets(&browsers[i]);
    }
    print_message("%.1f KB a line\n",
                  (double)(mallinfo2().uordblks - before) / 1024 / (double)count);
    for (size_t i = 0; i < count; i++)
        media_close(media, browsers[i].line);
    media_stop(media);
    free(browsers);
}

static void digits_go_both_ways_and_rtcp_is_counted(void **state)
{
    static const uint8_t report[] = {0x81, 0xc9, 0, 7, 0, 0, 0, 5};
    struct ears ears = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, ""};
    struct media *media = media_start(digit_heard, &ears);
    struct media_figures figures;
    struct browser browser;
    uint8_t bytes[RTP_DATAGRAM_MAX], body[DTMF_LEN];
    struct rtp rtp;
    struct dtmf dtmf;
    browser_opens(&browser, media, MEDIA_NOTHING);
    assert_true(media_dial(media, browser.line, "7")); /* waits until it can be heard */
    browser_checks(&browser);
    all_are_up(&browser, 1);
    assert_true(browser_gets(&browser, bytes, &rtp));
    assert_int_equal(rtp.payload, 101);
    assert_true(dtmf_read(rtp.body, rtp.body_len, &dtmf));
    assert_int_equal(dtmf.digit, '7');
    dtmf_write(&(struct dtmf){.digit = '#', .is_end = true, .duration = 800}, body);
    browser_says(&browser, 101, body, sizeof body);
    assert_int_equal(send(browser.fd, report, sizeof report, 0), sizeof report);
    pthread_mutex_lock(&ears.lock);
    while (!ears.digits[0])
        pthread_cond_wait(&ears.heard, &ears.lock);
    pthread_mutex_unlock(&ears.lock);
    assert_string_equal(ears.digits, "#");
    assert_true(media_read(media, browser.line, &figures));
    assert_string_equal(figures.digits, "#");
    assert_int_equal(figures.control, 1);
    browser_closes(&browser, media);
    media_stop(media);
}

/* Of strangers nothing is taken, and nobody is told where audio is. */
static void a_stranger_gets_no_audio_and_no_line(void **state)
{
    static const char *const rubbish[] = {"hello", "\x80 audio that nobody sealed",
                                          "\x16\xfe\xff not a handshake", "\x01\x01 no STUN",
                                          "\x40"};
    struct media *media = media_start(digit_heard, NULL);
    struct media_figures figures;
    struct browser browser;
    uint8_t bytes[64];
    browser_opens(&browser, media, MEDIA_TONE);
    const struct stun_out check = peer_check("ours", "guessed", true);
    assert_int_equal(send(browser.fd, check.bytes, check.len, 0), check.len);
    for (size_t i = 0; i < sizeof rubbish / sizeof *rubbish; i++)
        assert_true(send(browser.fd, rubbish[i], strlen(rubbish[i]), 0) > 0);
    struct pollfd ready = {.fd = browser.fd, .events = POLLIN};
    struct stun stun;
    assert_int_equal(poll(&ready, 1, PATIENCE_MS), 1);
    ssize_t len = recv(browser.fd, bytes, sizeof bytes, 0);
    assert_true(len > 0 && stun_read(bytes, (size_t)len, &stun));
    assert_int_equal(stun.error, 401);
    assert_true(media_read(media, browser.line, &figures));
    assert_int_equal(figures.refused, 6);
    assert_int_equal(figures.sent, 0);
    assert_string_equal(figures.trouble, "no check of ICE has come");
    assert_int_equal(recv(browser.fd, bytes, sizeof bytes, MSG_DONTWAIT), -1);
    browser_checks(&browser); /* and the right one is let in all the same */
    all_are_up(&browser, 1);
    browser_closes(&browser, media);
    media_stop(media);
}

/* All of ICE and DTLS is lost as well, when a fault loses everything. */
static void a_network_that_loses_everything_lets_nobody_in(void **state)
{
    struct media *media = media_start(digit_heard, NULL);
    struct media_figures figures;
    struct browser browser;
    browser_opens(&browser, media, MEDIA_TONE);
    browser.wish.from_phone.loss = 100;
    media_set(media, browser.line, &browser.wish);
    browser_checks(&browser);
    assert_true(media_read(media, browser.line, &figures)); /* with what came before the question */
    assert_string_equal(figures.trouble, "no check of ICE has come");
    assert_int_equal(figures.harmed, 1);
    browser.wish.from_phone.loss = 0;
    media_set(media, browser.line, &browser.wish);
    browser_checks(&browser);
    all_are_up(&browser, 1);
    browser_closes(&browser, media);
    media_stop(media);
}

static int given_library(void **state)
{
    const char *why;
    library = srtp_library_open(&why);
    return library ? 0 : -1;
}

static int library_done(void **state)
{
    srtp_library_close(library);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_browsers_hear_themselves_and_each_only_itself),
        cmocka_unit_test(digits_go_both_ways_and_rtcp_is_counted),
        cmocka_unit_test(a_stranger_gets_no_audio_and_no_line),
        cmocka_unit_test(a_network_that_loses_everything_lets_nobody_in),
    };
    return cmocka_run_group_tests(tests, given_library, library_done) != 0;
}
