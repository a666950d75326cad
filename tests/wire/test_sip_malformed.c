#include "support/sip_stage.h"

/* What a request is made of; rows replace a part. The rows' idea is RFC 4475's, the text our own. */
#define LINE           "OPTIONS sip:d.test SIP/2.0\r\n"
#define VIA            "Via: SIP/2.0/@ 127.0.0.1:$;branch=z9hG4bK-m;rport\r\n"
#define FROM           "From: <sip:1@d.test>;tag=f\r\n"
#define TO             "To: <sip:d.test>\r\n"
#define CALL_ID        "Call-ID: m%\r\n"
#define CSEQ           "CSeq: 1 OPTIONS\r\n"
#define HOPS           "Max-Forwards: 70\r\n"
#define END            "Content-Length: 0\r\n\r\n"
#define HEAD           VIA FROM TO CALL_ID HOPS
#define PHONE          VIA FROM "To: <sip:1@d.test>\r\n" CALL_ID HOPS
#define REGISTER(more) "REGISTER sip:d.test SIP/2.0\r\n" PHONE "CSeq: 1 REGISTER\r\n" more END

/* Answers: a status, or one of these. What RFC 3261 calls malformed may be answered 400 or dropped;
 * a bad header that the answer does not depend on is passed over (8.2, 16.3). */
enum { SILENCE = 0, ANY = -1 };

/* Stand for others: '@' the transport, '$' the client's port, '%' the row's number. `tcp` ANY: the same as over UDP. */
static const struct row {
    const char *label;
    const char *text;
    int udp, tcp;
} rows[] = {
    {"a good one", LINE HEAD CSEQ END, 200, ANY},
    {"empty", "", SILENCE, ANY},
    {"no SIP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", SILENCE, ANY},
    {"bytes", "\x16\x03\x01\x02\x01\x01\xfe\xff\x80\r\n\r\n", SILENCE, ANY},
    {"a start line alone", LINE "\r\n", SILENCE, ANY},
    {"half a start line", "OPTIONS sip:d.test", SILENCE, ANY},
    {"another version", "OPTIONS sip:d.test SIP/3.0\r\n" HEAD CSEQ END, 505, ANY},
    {"no version", "OPTIONS sip:d.test\r\n" HEAD CSEQ END, SILENCE, ANY},
    {"blanks in the Request-URI", "OPTIONS sip:d.test ;x SIP/2.0\r\n" HEAD CSEQ END, SILENCE, ANY},
    {"a Request-URI in brackets", "OPTIONS <sip:d.test> SIP/2.0\r\n" HEAD CSEQ END, 400, ANY},
    {"a Request-URI without host", "OPTIONS sip: SIP/2.0\r\n" HEAD CSEQ END, SILENCE, ANY},
    {"another scheme", "OPTIONS nobody:x SIP/2.0\r\n" HEAD CSEQ END, 416, ANY},
    {"a tel URI", "OPTIONS tel:+12025550100 SIP/2.0\r\n" HEAD CSEQ END, 416, ANY},
    {"no Via", LINE FROM TO CALL_ID HOPS CSEQ END, SILENCE, ANY},
    {"a Via of another transport",
     LINE "Via: SIP/2.0/TLS 127.0.0.1;branch=z9hG4bK-m\r\n" FROM TO CALL_ID HOPS CSEQ END, SILENCE,
     ANY},
    {"a Via without host", LINE "Via: SIP/2.0/@\r\n" FROM TO CALL_ID HOPS CSEQ END, SILENCE, ANY},
    {"no From", LINE VIA TO CALL_ID HOPS CSEQ END, 400, ANY},
    {"no To", LINE VIA FROM CALL_ID HOPS CSEQ END, 400, ANY},
    {"two To", LINE HEAD TO CSEQ END, 400, ANY},
    {"no Call-ID", LINE VIA FROM TO HOPS CSEQ END, 400, ANY},
    {"no CSeq", LINE HEAD END, 400, ANY},
    {"a CSeq of another method", LINE HEAD "CSeq: 1 REGISTER\r\n" END, 400, ANY},
    {"a CSeq that is no number", LINE HEAD "CSeq: one OPTIONS\r\n" END, 400, ANY},
    {"a CSeq of 2**31", LINE HEAD "CSeq: 2147483648 OPTIONS\r\n" END, 400, ANY},
    {"a CSeq past 2**32", LINE HEAD "CSeq: 36893488147419103232 OPTIONS\r\n" END, 400, ANY},
    {"no Max-Forwards", LINE VIA FROM TO CALL_ID CSEQ END, 200, ANY},
    {"Max-Forwards 0",
     "REGISTER sip:d.test SIP/2.0\r\n" VIA FROM TO CALL_ID "Max-Forwards: 0\r\n"
     "CSeq: 1 REGISTER\r\n" END,
     483, ANY},
    {"Max-Forwards that is no number", LINE VIA FROM TO CALL_ID "Max-Forwards: x\r\n" CSEQ END, 200,
     ANY},
    {"From without tag", LINE VIA "From: <sip:1@d.test>\r\n" TO CALL_ID HOPS CSEQ END, 200, ANY},
    {"From with an open quote",
     LINE VIA "From: \"A <sip:1@d.test>;tag=f\r\n" TO CALL_ID HOPS CSEQ END, 400, ANY},
    {"From with an open bracket", LINE VIA "From: <sip:1@d.test;tag=f\r\n" TO CALL_ID HOPS CSEQ END,
     400, ANY},
    {"a branch without cookie",
     LINE "Via: SIP/2.0/@ 127.0.0.1:$;branch=old;rport\r\n" FROM TO CALL_ID HOPS CSEQ END, 200,
     ANY},
    {"no branch", LINE "Via: SIP/2.0/@ 127.0.0.1:$;rport\r\n" FROM TO CALL_ID HOPS CSEQ END, 200,
     ANY},
    {"folded and compact headers",
     LINE "v: SIP/2.0/@ 127.0.0.1:$\r\n ;branch=z9hG4bK-m;rport\r\nf:\r\n <sip:1@d.test>;tag=f\r\n"
          "t: <sip:d.test>\r\ni: m%\r\n" CSEQ "l: 0\r\n\r\n",
     200, ANY},
    {"newlines without carriage return",
     "OPTIONS sip:d.test SIP/2.0\nVia: SIP/2.0/@ 127.0.0.1:$;branch=z9hG4bK-m;rport\n"
     "From: <sip:1@d.test>;tag=f\nTo: <sip:d.test>\nCall-ID: m%\nCSeq: 1 OPTIONS\n"
     "Content-Length: 0\n\n",
     200, ANY},
    {"a header without colon", LINE HEAD "Nonsense\r\n" CSEQ END, 200, ANY},
    {"an unknown header", LINE HEAD "X-Nonsense: \x01\xff\r\n" CSEQ END, 200, ANY},
    {"a method nobody knows", "BREW sip:d.test SIP/2.0\r\n" HEAD "CSeq: 1 BREW\r\n" END, 405, ANY},
    {"a stray BYE", "BYE sip:d.test SIP/2.0\r\n" HEAD "CSeq: 1 BYE\r\n" END, 481, ANY},
    {"a stray CANCEL", "CANCEL sip:d.test SIP/2.0\r\n" HEAD "CSeq: 1 CANCEL\r\n" END, 481, ANY},
    {"a stray ACK", "ACK sip:d.test SIP/2.0\r\n" HEAD "CSeq: 1 ACK\r\n" END, SILENCE, ANY},
    {"an answer to nothing", "SIP/2.0 200 OK\r\n" HEAD CSEQ END, SILENCE, ANY},
    {"Require", LINE HEAD "Require: nothing, more\r\n" CSEQ END, 420, ANY},
    {"Proxy-Require", LINE HEAD "Proxy-Require: nothing\r\n" CSEQ END, 420, ANY},
    {"a negative Content-Length", LINE HEAD CSEQ "Content-Length: -1\r\n\r\n", 400, ANY},
    {"a Content-Length past the end", LINE HEAD CSEQ "Content-Length: 99\r\n\r\n", 400, ANY},
    {"a Content-Length of a gigabyte", LINE HEAD CSEQ "Content-Length: 1073741824\r\n\r\n", 400,
     ANY},
    {"Contact of nonsense", REGISTER("Contact: <<<\r\n"), 400, ANY},
    {"Contact * without Expires", REGISTER("Contact: *\r\n"), 401, ANY},
    {"seventeen contacts",
     REGISTER("Contact: <sip:1@h>, <sip:2@h>, <sip:3@h>, <sip:4@h>, <sip:5@h>, <sip:6@h>, "
              "<sip:7@h>, <sip:8@h>, <sip:9@h>, <sip:a@h>, <sip:b@h>, <sip:c@h>, <sip:d@h>, "
              "<sip:e@h>, <sip:f@h>, <sip:g@h>, <sip:h@h>\r\n"),
     401, ANY},
    {"Expires that is no number", REGISTER("Expires: soon\r\n"), 400, ANY},
    {"Authorization without parameters", REGISTER("Authorization: Digest\r\n"), 401, ANY},
    {"Authorization that is empty", REGISTER("Authorization: \r\n"), 401, ANY},
    {"Authorization of another scheme", REGISTER("Authorization: Basic YTpi\r\n"), 401, ANY},
    {"Authorization with open quotes", REGISTER("Authorization: Digest username=\"\r\n"), 401, ANY},
    {"To without user", "REGISTER sip:d.test SIP/2.0\r\n" HEAD "CSeq: 1 REGISTER\r\n" END, 400,
     ANY},
};

/* Statuses of all answers that come before the connection ends; UDP: before the answer to a good
 * request sent behind. Returns the first, SILENCE when there is none. */
static int first_status_tcp(struct stage *stage, const char *text)
{
    struct sip_client *client = xcalloc(1, sizeof *client);
    assert_true(sip_client_open(client, true, stage_proxy(stage, "a")->port[TRANSPORT_TCP]));
    sip_client_send(client, text);
    shutdown(client->fd, SHUT_WR);
    int status = SILENCE;
    while (sip_client_receive(client))
        if (!status)
            status = sip_client_status(client);
    sip_client_close(client);
    free(client);
    return status;
}

/* Sends and goes away. */
static void leaves_after(struct stage *stage, const char *text)
{
    struct sip_client *client = xcalloc(1, sizeof *client);
    assert_true(sip_client_open(client, true, stage_proxy(stage, "a")->port[TRANSPORT_TCP]));
    sip_client_send(client, text);
    sip_client_close(client);
    free(client);
}

static int first_status_udp(struct stage *stage, const char *text, int number)
{
    struct sip_client *client = &stage->udp;
    char cseq[32], mark[32];
    snprintf(mark, sizeof mark, "%d OPTIONS", number);
    sip_client_send(client, text);
    sip_client_send(client, stage_message(stage, client, "OPTIONS", number, ""));
    int status = SILENCE;
    for (;;) {
        assert_true(sip_client_receive(client));
        if (strcmp(sip_client_header(client, "CSeq", cseq, sizeof cseq), mark) == 0)
            return status;
        if (!status)
            status = sip_client_status(client);
    }
}

/* The row's text as this client sends it. */
static const char *filled(struct stage *stage, const char *text, const char *transport, int number)
{
    struct buf out;
    buf_init(&out, 4096);
    for (; *text; text++)
        if (*text == '@' && text[-1] == '/')
            buf_str(&out, transport);
        else if (*text == '$')
            buf_int(&out, stage->udp.port);
        else if (*text == '%')
            buf_int(&out, number);
        else
            buf_char(&out, *text);
    const char *kept = arena_strdup(&stage->scene->arena, buf_text(&out));
    buf_done(&out);
    return kept;
}

static void every_bad_message_gets_the_answer_of_the_rfc_or_silence(void **state)
{
    struct stage *stage = *state;
    int wrong = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        int number = 1000 + (int)i;
        int udp = first_status_udp(stage, filled(stage, row->text, "UDP", number), number);
        int tcp = first_status_tcp(stage, filled(stage, row->text, "TCP", number));
        int want_tcp = row->tcp == ANY ? row->udp : row->tcp;
        if (udp == row->udp && tcp == want_tcp)
            continue;
        print_error("%s: UDP %d, wanted %d; TCP %d, wanted %d\n", row->label, udp, row->udp, tcp,
                    want_tcp);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void a_message_longer_than_any_may_be_ends_its_connection(void **state)
{
    struct stage *stage = *state;
    struct arena *arena = &stage->scene->arena;
    const char *long_udp =
        stage_message(stage, &stage->udp, "OPTIONS", 1, arena_printf(arena, "X: %060000d\r\n", 1));
    assert_int_equal(stage_sends(&stage->udp, long_udp), 200);
    const char *long_tcp =
        stage_message(stage, &stage->tcp, "OPTIONS", 1, arena_printf(arena, "X: %0200000d\r\n", 1));
    /* It may hang up before all is sent, and the reset may overtake its 413. */
    (void)!send(stage->tcp.fd, long_tcp, strlen(long_tcp), MSG_NOSIGNAL);
    while (sip_client_receive(&stage->tcp))
        assert_int_equal(sip_client_status(&stage->tcp), 413);
}

/* failures.md F101: TLS on the plain port. The client waits for an answer and gets the end. */
static void a_connection_that_speaks_no_sip_is_hung_up_on(void **state)
{
    enum { STRANGERS = 20 };
    struct stage *stage = *state;
    static const char hello[] = "\x16\x03\x01\x02\x01\x01\xfe\xff\x80\r\n\r\n";
    assert_int_equal(stage_sends(&stage->tcp, stage_message(stage, &stage->tcp, "OPTIONS", 1, "")),
                     200);
    struct sip_client *strangers = xcalloc(STRANGERS, sizeof *strangers);
    for (int i = 0; i < STRANGERS; i++) {
        assert_true(
            sip_client_open(&strangers[i], true, stage_proxy(stage, "a")->port[TRANSPORT_TCP]));
        sip_client_send(&strangers[i], hello);
    }
    for (int i = 0; i < STRANGERS; i++) {
        assert_false(sip_client_receive(&strangers[i]));
        sip_client_close(&strangers[i]);
    }
    free(strangers);
    /* Who has spoken SIP stays connected, until he speaks no more. */
    assert_int_equal(stage_sends(&stage->tcp, stage_message(stage, &stage->tcp, "OPTIONS", 2, "")),
                     200);
    sip_client_send(&stage->tcp, hello);
    assert_false(sip_client_receive(&stage->tcp));
}

/* Bytes of a good request are changed, cut or doubled at chance, always the same for the seed. */
static void mutated_messages_never_stop_the_service(void **state)
{
    enum { MUTATIONS = 400 };
    struct stage *stage = *state;
    static const char *const sources[] = {
        LINE HEAD CSEQ END,
        REGISTER("Contact: <sip:1@h;x=1>;expires=60;+sip.instance=\"<urn:1>\"\r\n"
                 "Authorization: Digest username=\"1\", realm=\"d.test\", nonce=\"n\", "
                 "uri=\"sip:d.test\", response=\"r\"\r\n"),
        "INVITE sip:2@d.test SIP/2.0\r\n" HEAD "CSeq: 1 INVITE\r\nContent-Type: "
        "application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n",
    };
    struct id chance;
    id_init(&chance, 4475);
    for (int i = 0; i < MUTATIONS; i++) {
        char text[1024];
        const char *name = i % 2 ? "TCP" : "UDP";
        size_t len = (size_t)snprintf(text, sizeof text, "%s",
                                      filled(stage, sources[i % 3], name, 5000 + i));
        for (uint64_t j = 0; j <= id_below(&chance, 4); j++) {
            size_t at = (size_t)id_below(&chance, len);
            switch (id_below(&chance, 4)) {
            case 0:
                text[at] = (char)(1 + id_below(&chance, 255));
                break;
            case 1:
                text[at] = "<>\"\\;:=,@ \r\n"[id_below(&chance, 12)];
                break;
            case 2:
                memmove(text + at, text + at + 1, len - at);
                len--;
                break;
            default:
                if (len + 20 < sizeof text) {
                    memmove(text + at + 16, text + at, len - at + 1);
                    memset(text + at, text[at + 16], 16);
                    len += 16;
                }
            }
        }
        if (i % 2)
            leaves_after(stage, text);
        else
            first_status_udp(stage, text, 5000 + i);
    }
    assert_int_equal(stage_sends(&stage->tcp, stage_message(stage, &stage->tcp, "OPTIONS", 1, "")),
                     200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_stage(every_bad_message_gets_the_answer_of_the_rfc_or_silence),
        on_stage(a_message_longer_than_any_may_be_ends_its_connection),
        on_stage(a_connection_that_speaks_no_sip_is_hung_up_on),
        on_stage(mutated_messages_never_stop_the_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
