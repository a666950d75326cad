/* Phones at a whole simulator: what verbs do to their calls and connections. */
#include "support/sip_client.h"
#include "support/sip_digest.h"

#include "base/buf.h"
#include "base/mem.h"
#include "sim/door.h"
#include "sim/sim.h"

#define AOR    "16505550101"
#define DOMAIN "sip.ringcentral.com"

struct rig {
    struct sim *sim;
    struct arena arena;
    struct sip_secret secret;
    struct sip_client phones[2]; /* UDP, TCP; each registered and ringing, dialog f and to_tag */
    char to_tag[2][64];
};

static void read_ports(struct sim *sim, void *arg)
{
    memcpy(arg, sim_world(sim)->proxies[0]->port, sizeof(int[TRANSPORTS]));
}

static const char *message(struct rig *rig, const struct sip_client *phone, const char *method,
                           int cseq, const char *more)
{
    bool is_register = strcmp(method, "REGISTER") == 0;
    const char *transport = phone->is_tcp ? "TCP" : "UDP";
    return arena_printf(&rig->arena,
                        "%s sip:%s" DOMAIN " SIP/2.0\r\n"
                        "Via: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK-%s%d;rport\r\n"
                        "Max-Forwards: 70\r\nFrom: <sip:" AOR "@" DOMAIN ">;tag=f\r\n"
                        "To: <sip:%s@" DOMAIN ">\r\nCall-ID: %s-%s\r\nCSeq: %d %s\r\n"
                        "Contact: <sip:1@127.0.0.1:%d;transport=%s>\r\n%sContent-Length: 0\r\n\r\n",
                        method, is_register ? "" : "12025550123@", transport, phone->port, method,
                        cseq, is_register ? AOR : "12025550123", method, transport, cseq, method,
                        phone->port, phone->is_tcp ? "tcp" : "udp", more);
}

static int sends(struct sip_client *phone, const char *text)
{
    sip_client_send(phone, text);
    return sip_client_receive(phone) ? sip_client_status(phone) : -1;
}

/* The same request again, with the answer to the challenge that just came. */
static int answers_challenge(struct rig *rig, struct sip_client *phone, const char *method)
{
    char challenge[256];
    bool is_proxy = strcmp(method, "INVITE") == 0;
    struct sip_request request = {.method = method};
    sip_client_header(phone, is_proxy ? "Proxy-Authenticate" : "WWW-Authenticate", challenge,
                      sizeof challenge);
    sip_answer_challenge(&rig->arena, &request, challenge, &rig->secret);
    const struct sip_credentials *with = &request.credentials;
    return sends(phone,
                 message(rig, phone, method, 2,
                         arena_printf(&rig->arena,
                                      "%sAuthorization: Digest username=\"%s\", realm=\"%s\", "
                                      "nonce=\"%s\", uri=\"%s\", response=\"%s\"\r\n",
                                      is_proxy ? "Proxy-" : "", with->username, with->realm,
                                      with->nonce, with->uri, with->response)));
}

static int given_ringing_phones(void **state)
{
    struct diag diag;
    struct rig *rig = *state = xcalloc(1, sizeof *rig);
    struct sim_options options = {.clock = CLOCK_FROZEN, .has_no_web = true, .call_log_records = 1};
    int ports[TRANSPORTS];
    arena_init(&rig->arena);
    rig->secret = (struct sip_secret){.username = "800110100000", .password = "q7Lm2XpT"};
    if (sim_start(&options, &rig->sim, &diag))
        fail_msg("%s", diag.text);
    door_call(rig->sim, read_ports, ports);
    for (int i = 0; i < 2; i++) {
        struct sip_client *phone = &rig->phones[i];
        char to[256];
        assert_true(sip_client_open(phone, i, ports[i ? TRANSPORT_TCP : TRANSPORT_UDP]));
        assert_int_equal(sends(phone, message(rig, phone, "REGISTER", 1, "")), 401);
        assert_int_equal(answers_challenge(rig, phone, "REGISTER"), 200);
        assert_int_equal(sends(phone, message(rig, phone, "INVITE", 1, "")), 407);
        assert_int_equal(answers_challenge(rig, phone, "INVITE"), 100);
        assert_true(sip_client_receive(phone));
        assert_int_equal(sip_client_status(phone), 183);
        sip_client_header(phone, "To", to, sizeof to);
        assert_non_null(strstr(to, ";tag="));
        snprintf(rig->to_tag[i], sizeof *rig->to_tag, "%s", strstr(to, ";tag=") + 5);
    }
    return 0;
}

static int stop(void **state)
{
    struct rig *rig = *state;
    sip_client_close(&rig->phones[0]);
    sip_client_close(&rig->phones[1]);
    sim_stop(rig->sim);
    arena_done(&rig->arena);
    free(rig);
    return 0;
}

static void does(struct rig *rig, const char *verb)
{
    struct diag diag;
    if (sim_verb(rig->sim, verb, NULL, "test", NULL, &diag))
        fail_msg("%s", diag.text);
}

static void count_calls(struct sim *sim, void *arg)
{
    *(size_t *)arg = phone_call_count(sim_world(sim));
}

static void reset_ends_calls_that_ring(void **state)
{
    struct rig *rig = *state;
    size_t calls;
    door_call(rig->sim, count_calls, &calls);
    assert_int_equal(calls, 2);
    does(rig, "reset");
    for (int i = 0; i < 2; i++) {
        assert_true(sip_client_receive(&rig->phones[i]));
        assert_int_equal(sip_client_status(&rig->phones[i]), 480);
    }
    door_call(rig->sim, count_calls, &calls);
    assert_int_equal(calls, 0);
    /* The listeners are as before; the registrations are not. */
    assert_int_equal(sends(&rig->phones[1], message(rig, &rig->phones[1], "INVITE", 9, "")), 403);
}

static void connections_are_closed_and_registrations_stay(void **state)
{
    struct rig *rig = *state;
    struct buf said;
    struct diag diag;
    buf_init(&said, 1000);
    if (sim_verb(rig->sim, "close-connections", NULL, "test", &said, &diag))
        fail_msg("%s", diag.text);
    assert_non_null(strstr(buf_text(&said), "{\"closed\":1}")); /* UDP has none */
    buf_done(&said);
    assert_false(sip_client_receive(&rig->phones[1]));
    assert_int_equal(sends(&rig->phones[0], message(rig, &rig->phones[0], "INVITE", 9, "")), 407);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reset_ends_calls_that_ring, given_ringing_phones, stop),
        cmocka_unit_test_setup_teardown(connections_are_closed_and_registrations_stay,
                                        given_ringing_phones, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
