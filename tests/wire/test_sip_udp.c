/* Answers over UDP are written by ourselves and not by the library, so they are held against its own. */
#include "support/sip_stage.h"

/* An OPTIONS whose top Via is what is given. */
static const char *options(struct stage *stage, const char *via, const char *more)
{
    return arena_printf(&stage->scene->arena,
                        "OPTIONS sip:d.test SIP/2.0\r\n%sMax-Forwards: 70\r\n%s"
                        "f: \"A. B\" <sip:1@d.test>;tag=f\r\nTo: <sip:2@d.test>\r\ni: c\r\n"
                        "CSeq: 1 OPTIONS\r\nl: 0\r\n\r\n",
                        via, more);
}

static const char *via(struct stage *stage, const char *transport, int port, const char *more)
{
    return arena_printf(&stage->scene->arena, "v: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK-1%s\r\n",
                        transport, port, more);
}

static const char *tag_of(struct stage *stage, const char *text)
{
    char to[256];
    struct sip_client *client = &stage->udp;
    assert_int_equal(stage_sends(client, text), 200);
    return arena_strdup(&stage->scene->arena, sip_client_header(client, "To", to, sizeof to));
}

/* Without what a transport makes different: the lines of Via, and the tag we put behind To. */
static const char *without_transport(struct stage *stage, const char *text)
{
    struct buf kept;
    buf_init(&kept, 10000);
    while (*text) {
        size_t len = strcspn(text, "\n") + 1, shown = len;
        if (strncmp(text, "To: ", 4) == 0)
            shown = strcspn(text, ";");
        if (strncmp(text, "Via: ", 5) != 0)
            buf_add(&kept, text, shown);
        text += len;
    }
    const char *all = arena_strdup(&stage->scene->arena, buf_text(&kept));
    buf_done(&kept);
    return all;
}

static void an_answer_over_udp_is_the_one_over_tcp(void **state)
{
    static const char *const rows[] = {
        "",
        "Via: SIP/2.0/TLS 10.0.0.1;branch=z9hG4bKabc, SIP/2.0/WSS ab.invalid;branch=z9hG4bKdef\r\n",
        "Require: x\r\n",
        "Record-Route: <sip:1.2.3.4;lr>\r\n",
        "Proxy-Require: a,\r\n b\r\n",
    };
    struct stage *stage = *state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *more = arena_printf(&stage->scene->arena, "-%zu;rport", i);
        stage_sends(&stage->udp, options(stage, via(stage, "UDP", stage->udp.port, more), rows[i]));
        const char *ours = without_transport(stage, stage->udp.text);
        stage_sends(&stage->tcp, options(stage, via(stage, "TCP", stage->tcp.port, more), rows[i]));
        assert_string_equal(ours, without_transport(stage, stage->tcp.text));
        assert_int_equal(strncmp(ours, "SIP/2.0 ", 8), 0);
    }
}

/* RFC 3261 section 8.2.7. */
static void a_repeated_request_gets_the_tag_it_got_before(void **state)
{
    struct stage *stage = *state;
    const char *own = via(stage, "UDP", stage->udp.port, ";rport");
    const char *other =
        arena_printf(&stage->scene->arena, "v: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK-2;rport\r\n",
                     stage->udp.port);
    const char *first = tag_of(stage, options(stage, own, ""));
    assert_non_null(strstr(first, ";tag="));
    assert_string_equal(tag_of(stage, options(stage, own, "")), first);
    assert_string_not_equal(tag_of(stage, options(stage, other, "")), first);
}

/* RFC 3261 section 18.2.2; RFC 3581 section 4. */
static void an_answer_goes_where_the_via_wants_it(void **state)
{
    struct stage *stage = *state;
    struct sip_client other;
    assert_true(sip_client_open(&other, false, stage_proxy(stage, "a")->port[TRANSPORT_UDP]));
    sip_client_send(&stage->udp, options(stage, via(stage, "UDP", other.port, ""), ""));
    assert_true(sip_client_receive(&other));
    assert_int_equal(sip_client_status(&other), 200);
    sip_client_send(&stage->udp, options(stage, via(stage, "UDP", other.port, ";rport"), ""));
    assert_true(sip_client_receive(&stage->udp));
    assert_int_equal(sip_client_status(&stage->udp), 200);
    assert_non_null(
        strstr(stage->udp.text, arena_printf(&stage->scene->arena, "rport=%d", stage->udp.port)));
    sip_client_close(&other);
}

static void what_is_unusual_is_answered_all_the_same(void **state)
{
    struct stage *stage = *state;
    char *large = arena_alloc(&stage->scene->arena, 3001);
    memset(large, 'x', 3000);
    large[3000] = '\0';
    const char *rows[] = {
        ";maddr=127.0.0.1",
        arena_printf(&stage->scene->arena, ";rport;long=%s", large),
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            stage_sends(&stage->udp,
                        options(stage, via(stage, "UDP", stage->udp.port, rows[i]), "")),
            200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_stage(an_answer_over_udp_is_the_one_over_tcp),
        on_stage(a_repeated_request_gets_the_tag_it_got_before),
        on_stage(an_answer_goes_where_the_via_wants_it),
        on_stage(what_is_unusual_is_answered_all_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
