/* Provisional answers that a phone insists on hearing (RFC 3262). */
#include "support/sip_stage.h"

#define OFFER                                                                                      \
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"                    \
    "m=audio 4000 RTP/AVP 0\r\n"

struct phone {
    struct stage *stage;
    struct sip_client *client;
    char to[256], rseq[32]; /* of the 183 */
};

static const char *message(struct phone *phone, const char *method, int cseq, const char *branch,
                           const char *more, const char *body)
{
    bool is_tcp = phone->client->is_tcp;
    return arena_printf(&phone->stage->scene->arena,
                        "%s sip:12025559999@d.test SIP/2.0\r\n"
                        "Via: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK-%s;rport\r\n"
                        "From: <sip:" SIP_WORLD_AOR "@d.test>;tag=f\r\nTo: %s\r\nCall-ID: call\r\n"
                        "CSeq: %d %s\r\nContact: <sip:1@127.0.0.1:%d>\r\n%s%sContent-Length: "
                        "%zu\r\n\r\n%s",
                        method, is_tcp ? "TCP" : "UDP", phone->client->port, branch, phone->to,
                        cseq, method, phone->client->port, more,
                        *body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
}

/* The next answer to a request of that CSeq; the 183 may be said again before. */
static void hears(struct phone *phone, int status, const char *cseq)
{
    char seen[64];
    do
        assert_true(sip_client_receive(phone->client));
    while (status != 183 && sip_client_status(phone->client) == 183);
    if (sip_client_status(phone->client) != status)
        fail_msg("wanted %d, got %s", status, phone->client->text);
    assert_string_equal(sip_client_header(phone->client, "CSeq", seen, sizeof seen), cseq);
}

/* Its call has got the 183. */
static void given_183(struct phone *phone, struct stage *stage, struct sip_client *client)
{
    char challenge[256], value[256];
    struct sip_request request = {.method = "INVITE"};
    *phone = (struct phone){.stage = stage, .client = client, .to = "<sip:12025559999@d.test>"};
    stage_registers(stage, client, "Contact: <sip:1@h>\r\n");
    assert_int_equal(
        stage_sends(client, message(phone, "INVITE", 11, "a", "Require: 100rel\r\n", OFFER)), 407);
    sip_client_header(client, "Proxy-Authenticate", challenge, sizeof challenge);
    sip_answer_challenge(&stage->scene->arena, &request, challenge, &stage->scene->secret);
    const struct sip_credentials *with = &request.credentials;
    sip_client_send(
        client,
        message(phone, "INVITE", 12, "b",
                arena_printf(&stage->scene->arena,
                             "Require: 100rel\r\nProxy-Authorization: Digest "
                             "username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
                             "response=\"%s\"\r\n",
                             with->username, with->realm, with->nonce, with->uri, with->response),
                OFFER));
    hears(phone, 100, "12 INVITE");
    hears(phone, 183, "12 INVITE");
    assert_string_equal(sip_client_header(client, "Require", value, sizeof value), "100rel");
    sip_client_header(client, "RSeq", phone->rseq, sizeof phone->rseq);
    sip_client_header(client, "To", phone->to, sizeof phone->to);
}

static void party_answers(struct stage *stage)
{
    pthread_mutex_lock(&stage->lock);
    clock_advance(stage->scene->world, 2000);
    pthread_mutex_unlock(&stage->lock);
    edge_flush(stage->edge);
}

static const char *rack(struct phone *phone)
{
    return arena_printf(&phone->stage->scene->arena, "RAck: %s 12 INVITE\r\n", phone->rseq);
}

/* Section 3: a 2xx waits for the PRACK of a 183 with a description; a second PRACK is for nothing. */
static void the_200_comes_behind_the_prack(void **state)
{
    for (int i = 0; i < 2; i++) {
        struct stage *stage;
        struct phone phone;
        given_stage((void **)&stage);
        given_183(&phone, stage, i ? &stage->tcp : &stage->udp);
        party_answers(stage);
        sip_client_send(phone.client, message(&phone, "PRACK", 13, "c", rack(&phone), ""));
        hears(&phone, 200, "13 PRACK");
        hears(&phone, 200, "12 INVITE");
        sip_client_send(phone.client, message(&phone, "ACK", 12, "d", "", ""));
        sip_client_send(phone.client, message(&phone, "PRACK", 14, "e", rack(&phone), ""));
        hears(&phone, 481, "14 PRACK");
        sip_client_send(phone.client, message(&phone, "BYE", 15, "f", "", ""));
        hears(&phone, 200, "15 BYE");
        stage_done((void **)&stage);
    }
    (void)state;
}

/* Over UDP it goes on being said until then. */
static void a_183_is_said_again_without_its_prack(void **state)
{
    struct stage *stage = *state;
    struct phone phone;
    char rseq[32];
    given_183(&phone, stage, &stage->udp);
    hears(&phone, 183, "12 INVITE");
    assert_string_equal(sip_client_header(phone.client, "RSeq", rseq, sizeof rseq), phone.rseq);
}

/* What ends the INVITE ends the waiting too. */
static void a_cancel_does_not_wait_for_the_prack(void **state)
{
    struct stage *stage = *state;
    struct phone phone;
    given_183(&phone, stage, &stage->tcp);
    strcpy(phone.to, "<sip:12025559999@d.test>");
    sip_client_send(phone.client, message(&phone, "CANCEL", 12, "b", "", ""));
    hears(&phone, 200, "12 CANCEL");
    hears(&phone, 487, "12 INVITE");
    pthread_mutex_lock(&stage->lock);
    assert_int_equal(phone_call_count(stage->scene->world), 0);
    pthread_mutex_unlock(&stage->lock);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_200_comes_behind_the_prack),
        on_stage(a_183_is_said_again_without_its_prack),
        on_stage(a_cancel_does_not_wait_for_the_prack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
