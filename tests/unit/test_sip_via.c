/* The Vias of what passes the SIP hop, both ways. */
#include "support/cmocka_all.h"

#include "base/mem.h"
#include "front/sip_via.h"
#include "sip/hop_via.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct sip_ends given_ends(void)
{
    return (struct sip_ends){.transport = TRANSPORT_WSS,
                             .peer = "127.0.0.1",
                             .peer_port = 40112,
                             .outer = "127.0.0.1:8083",
                             .key = "k",
                             .number = 1};
}

/* The other side's message; NULL: it may not pass. free() it. */
static char *pass(struct sip_ends *ends, bool is_inward, const char *text)
{
    struct sip_message message;
    struct buf out;
    assert_int_equal(sip_message_whole(text, strlen(text), &message), SIP_FOUND_MESSAGE);
    buf_init(&out, 1 << 20);
    bool passes =
        is_inward ? sip_via_inward(ends, &message, &out) : sip_via_outward(ends, &message, &out);
    if (passes)
        return buf_take(&out);
    assert_int_equal(out.len, 0);
    return NULL;
}

/* Inward without our own line, which is looked at by itself. */
static char *behind_ours(const char *text)
{
    const char *ours = strstr(text, "Via: SIP/2.0/TCP 127.0.0.1:40112;branch=z9hG4bK-h");
    assert_non_null(ours);
    size_t len = strcspn(ours, "\n") + 1;
    char *rest = xstrdup(text);
    memmove(rest + (ours - text), ours + len, strlen(ours + len) + 1);
    return rest;
}

static void our_via_tells_how_the_client_came(void **state)
{
    struct sip_ends ends = given_ends();
    char *text = pass(
        &ends, true, "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\n\r\n");
    assert_int_equal(strncmp(text, "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TCP ", 40), 0);
    assert_non_null(strstr(text, ";rport;hop=wss;hop-key=k;hop-peer=\"127.0.0.1:40112\"\r\nVia: "));
    free(text);
    ends.peer = "::1";
    text = pass(&ends, true,
                "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/WSS a.invalid;branch=z9hG4bK1\r\n\r\n");
    assert_non_null(strstr(text, ";hop-peer=\"[::1]:40112\"\r\n"));
    free(text);
}

static void the_clients_via_learns_where_it_came_from(void **state)
{
    static const struct {
        const char *label, *via, *want;
    } rows[] = {
        {"no rport", "SIP/2.0/WSS a.invalid;branch=z9hG4bK1",
         "SIP/2.0/WSS a.invalid;branch=z9hG4bK1;received=127.0.0.1"},
        {"rport", "SIP/2.0/TLS 10.1.1.9:1;rport;branch=z9hG4bK1;alias",
         "SIP/2.0/TLS 10.1.1.9:1;rport=40112;branch=z9hG4bK1;alias;received=127.0.0.1"},
        {"true as it is", "SIP/2.0/TLS 127.0.0.1:40112;branch=z9hG4bK1",
         "SIP/2.0/TLS 127.0.0.1:40112;branch=z9hG4bK1"},
        {"true, and rport", "SIP/2.0/TLS 127.0.0.1:1;rport",
         "SIP/2.0/TLS 127.0.0.1:1;rport=40112;received=127.0.0.1"},
        {"true without a port", "SIP/2.0/TLS 127.0.0.1;branch=z9hG4bK1",
         "SIP/2.0/TLS 127.0.0.1;branch=z9hG4bK1"},
        {"nearly true", "SIP/2.0/TLS 127.0.0.10;branch=z9hG4bK1",
         "SIP/2.0/TLS 127.0.0.10;branch=z9hG4bK1;received=127.0.0.1"},
        {"a lie", "SIP/2.0/TLS a;received=8.8.8.8;branch=z9hG4bK1",
         "SIP/2.0/TLS a;branch=z9hG4bK1;received=127.0.0.1"},
        {"no parameters", "SIP/2.0/TLS a", "SIP/2.0/TLS a;received=127.0.0.1"},
        {"two in one line", "SIP/2.0/TLS a;x=\";,\\\"\" , SIP/2.0/UDP b",
         "SIP/2.0/TLS a;x=\";,\\\"\";received=127.0.0.1, SIP/2.0/UDP b"},
        {"blanks", "SIP / 2.0 / TLS   a ; rport ; branch = z9hG4bK1",
         "SIP / 2.0 / TLS a;rport=40112;branch = z9hG4bK1;received=127.0.0.1"},
        {"folded", "SIP/2.0/TLS\r\n a\r\n ;rport", "SIP/2.0/TLS a;rport=40112;received=127.0.0.1"},
        {"another transport", "SIP/2.0/UDP a;branch=z9hG4bK1",
         "SIP/2.0/UDP a;branch=z9hG4bK1;received=127.0.0.1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_ends ends = given_ends();
        char sent[512], want[512];
        snprintf(sent, sizeof sent, "OPTIONS sip:a SIP/2.0\r\nTo: a\r\nv: %s\r\nVia: z\r\n\r\n",
                 rows[i].via);
        snprintf(want, sizeof want,
                 "OPTIONS sip:a SIP/2.0\r\nTo: a\r\nVia: %s\r\nVia: z\r\nContent-Length: 0\r\n\r\n",
                 rows[i].want);
        char *got = pass(&ends, true, sent), *rest = behind_ours(got);
        print_message("%s\n", rows[i].label);
        assert_string_equal(rest, want);
        free(rest);
        free(got);
    }
}

static void without_a_via_nothing_passes(void **state)
{
    static const char *const texts[] = {
        "OPTIONS sip:a SIP/2.0\r\nTo: a\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nVia: nonsense\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nVia:\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TLS\r\n\r\n",
        "OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/TLS ;branch=1\r\n\r\n",
    };
    struct sip_ends ends = given_ends();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        print_message("%s\n", texts[i]);
        assert_null(pass(&ends, true, texts[i]));
    }
}

/* The branch of our Via in what becomes of that request; free() it. */
static char *branch(struct sip_ends *ends, const char *method, const char *via, const char *cseq)
{
    char text[512];
    snprintf(text, sizeof text,
             "%s sip:a SIP/2.0\r\nVia: SIP/2.0/TLS a;%s\r\nCall-ID: c\r\nCSeq: %s\r\n\r\n", method,
             via, cseq);
    char *got = pass(ends, true, text);
    const char *at = strstr(got, "branch=");
    char *result = xstrndup(at, strcspn(at, ";"));
    free(got);
    return result;
}

static void requests_of_one_transaction_share_a_branch(void **state)
{
    struct sip_ends ends = given_ends(), other = given_ends();
    other.number = 2;
    const struct {
        const char *label;
        struct sip_ends *ends;
        const char *method, *via, *cseq;
        bool is_same;
    } rows[] = {
        {"CANCEL", &ends, "CANCEL", "branch=z9hG4bK1;received=1.2.3.4", "1 CANCEL", true},
        {"ACK", &ends, "ACK", "rport=5;branch=z9hG4bK1", "1 ACK", true},
        {"another branch", &ends, "INVITE", "branch=z9hG4bK2", "1 INVITE", false},
        {"another connection", &other, "INVITE", "branch=z9hG4bK1", "1 INVITE", false},
    };
    char *first = branch(&ends, "INVITE", "branch=z9hG4bK1", "1 INVITE");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char *got = branch(rows[i].ends, rows[i].method, rows[i].via, rows[i].cseq);
        print_message("%s\n", rows[i].label);
        assert_int_equal(strcmp(got, first) == 0, rows[i].is_same);
        free(got);
    }
    free(first);
}

/* RFC 2543 clients: any branch, or none. */
static void without_the_cookie_the_requests_names_tell(void **state)
{
    struct sip_ends ends = given_ends();
    char *invite = branch(&ends, "INVITE", "branch=1", "1 INVITE");
    char *cancel = branch(&ends, "CANCEL", "branch=1", "1 CANCEL");
    char *next = branch(&ends, "INVITE", "branch=1", "2 INVITE");
    char *bare = branch(&ends, "INVITE", "x", "1 INVITE");
    assert_string_equal(invite, cancel);
    assert_string_not_equal(invite, next);
    assert_string_not_equal(invite, bare);
    free(invite);
    free(cancel);
    free(next);
    free(bare);
}

static void our_via_comes_off_an_answer(void **state)
{
    static const struct {
        const char *label, *sent, *want;
    } rows[] = {
        {"a line of its own",
         "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP h;branch=z9hG4bK-h1\r\nVia: SIP/2.0/WSS a\r\n"
         "Content-Length: 2\r\nX: y\r\n\r\nab",
         "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS a\r\nX: y\r\nContent-Length: 2\r\n\r\nab"},
        {"one of several",
         "SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP h;x=\",\", SIP/2.0/WSS a,SIP/2.0/UDP b\r\n\r\n",
         "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS a,SIP/2.0/UDP b\r\nContent-Length: 0\r\n\r\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_ends ends = given_ends();
        char *got = pass(&ends, false, rows[i].sent);
        print_message("%s\n", rows[i].label);
        assert_string_equal(got, rows[i].want);
        free(got);
    }
}

/* sip.md 4.2: the client sees one Via, of its transport, and its answer finds back. */
static void a_request_of_ours_has_one_via_of_the_clients_transport(void **state)
{
    struct sip_ends ends = given_ends();
    assert_null(pass(&ends, true, "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS x;branch=1\r\n\r\n"));
    char *got = pass(&ends, false,
                     "INVITE sip:a SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5091;branch=z9hG4bKi;rport"
                     "\r\nTo: a\r\n\r\n");
    assert_string_equal(got, "INVITE sip:a SIP/2.0\r\n"
                             "Via: SIP/2.0/WSS 127.0.0.1:8083;branch=z9hG4bKi;rport\r\nTo: a\r\n"
                             "Content-Length: 0\r\n\r\n");
    free(got);
    got = pass(&ends, true,
               "SIP/2.0 200 OK\r\nVia: SIP/2.0/WSS 127.0.0.1:8083;branch=z9hG4bKi;rport\r\n\r\n");
    assert_string_equal(got, "SIP/2.0 200 OK\r\n"
                             "Via: SIP/2.0/TCP 127.0.0.1:5091;branch=z9hG4bKi;rport\r\n"
                             "Content-Length: 0\r\n\r\n");
    free(got);
}

/* ringcentral-web-phone ends decline() and toVoicemail() by its answer's header of that spelling. */
static void browsers_read_call_id_as_they_spell_it(void **state)
{
    static const struct {
        enum transport transport;
        const char *want;
    } rows[] = {{TRANSPORT_WSS, "\r\nCall-Id: c@h\r\n"},
                {TRANSPORT_WS, "\r\nCall-Id: c@h\r\n"},
                {TRANSPORT_TLS, "\r\nCall-ID: c@h\r\n"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sip_ends ends = given_ends();
        ends.transport = rows[i].transport;
        char *got =
            pass(&ends, false,
                 "CANCEL sip:a SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nCall-ID: c@h\r\nTo: a\r\n\r\n");
        assert_non_null(strstr(got, rows[i].want));
        free(got);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(our_via_tells_how_the_client_came),
        cmocka_unit_test(the_clients_via_learns_where_it_came_from),
        cmocka_unit_test(without_a_via_nothing_passes),
        cmocka_unit_test(requests_of_one_transaction_share_a_branch),
        cmocka_unit_test(without_the_cookie_the_requests_names_tell),
        cmocka_unit_test(our_via_comes_off_an_answer),
        cmocka_unit_test(a_request_of_ours_has_one_via_of_the_clients_transport),
        cmocka_unit_test(browsers_read_call_id_as_they_spell_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
