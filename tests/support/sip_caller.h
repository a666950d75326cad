/*
 * A phone of a stage that calls 12025559999 over UDP or TCP, as bytes.
 */
#ifndef MOCKRC_TESTS_SIP_CALLER_H
#define MOCKRC_TESTS_SIP_CALLER_H

#include "support/sip_stage.h"

#define OFFER                                                                                      \
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"                    \
    "m=audio 4000 RTP/AVP 0\r\n"

static inline struct sip_client *each(struct stage *stage, int i)
{
    return i ? &stage->tcp : &stage->udp;
}

/* A request about the call to 12025559999. `to_tag` and `more` may be "". */
static inline const char *call_message(struct stage *stage, struct sip_client *client,
                                       const char *method, int cseq, const char *to_tag,
                                       const char *more, const char *body)
{
    return arena_printf(&stage->scene->arena,
                        "%s sip:12025559999@d.test SIP/2.0\r\n"
                        "Via: SIP/2.0/%s 127.0.0.1:%d;branch=z9hG4bK-c%d;rport\r\n"
                        "From: <sip:" SIP_WORLD_AOR "@d.test>;tag=f\r\n"
                        "To: <sip:12025559999@d.test>%s%s\r\nCall-ID: call\r\nCSeq: %d %s\r\n"
                        "Contact: <sip:1@127.0.0.1:%d;transport=%s>\r\n%s"
                        "%sContent-Length: %zu\r\n\r\n%s",
                        method, client->is_tcp ? "TCP" : "UDP", client->port, cseq,
                        *to_tag ? ";tag=" : "", to_tag, cseq, method, client->port,
                        client->is_tcp ? "tcp" : "udp", more,
                        *body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
}

static inline void advance(struct stage *stage, int64_t by_ms)
{
    pthread_mutex_lock(&stage->lock);
    clock_advance(stage->scene->world, by_ms);
    pthread_mutex_unlock(&stage->lock);
    edge_flush(stage->edge);
}

static inline void receives(struct sip_client *client, int status)
{
    assert_true(sip_client_receive(client));
    if (sip_client_status(client) != status)
        fail_msg("wanted %d, got %s", status, client->text);
}

static inline void receives_request(struct sip_client *client, const char *method)
{
    assert_true(sip_client_receive(client));
    if (strncmp(client->text, method, strlen(method)) != 0)
        fail_msg("wanted %s, got %s", method, client->text);
}

/* The same, behind what may be repeated over UDP meanwhile. */
static inline void receives_behind(struct sip_client *client, const char *repeated,
                                   const char *method)
{
    do
        assert_true(sip_client_receive(client));
    while (strncmp(client->text, repeated, strlen(repeated)) == 0);
    if (strncmp(client->text, method, strlen(method)) != 0)
        fail_msg("wanted %s, got %s", method, client->text);
}

/* Registers and calls: 100 and 183 have come, `to_tag` is that of the 183. */
static inline void given_ringing_for(struct stage *stage, struct sip_client *client,
                                     const char *more, const char *offer, char to_tag[64])
{
    stage_registers(stage, client, "Contact: <sip:1@h>\r\n");
    assert_int_equal(
        stage_sends(client, call_message(stage, client, "INVITE", 11, "", more, offer)), 407);
    char challenge[256], to[256];
    struct sip_request request = {.method = "INVITE"};
    sip_client_header(client, "Proxy-Authenticate", challenge, sizeof challenge);
    sip_answer_challenge(&stage->scene->arena, &request, challenge, &stage->scene->secret);
    const struct sip_credentials *with = &request.credentials;
    const char *credentials = arena_printf(
        &stage->scene->arena,
        "Proxy-Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
        "response=\"%s\"\r\n%s",
        with->username, with->realm, with->nonce, with->uri, with->response, more);
    /* No ACK for the 407: the vendor's SDKs send none (sip.md 4.1). */
    sip_client_send(client, call_message(stage, client, "INVITE", 12, "", credentials, offer));
    receives(client, 100);
    receives(client, 183);
    sip_client_header(client, "To", to, sizeof to);
    const char *tag = strstr(to, ";tag=");
    assert_non_null(tag);
    snprintf(to_tag, 64, "%s", tag + 5);
}

static inline void given_ringing(struct stage *stage, struct sip_client *client, char to_tag[64])
{
    given_ringing_for(stage, client, "", OFFER, to_tag);
}

static inline void hears_ack_of(struct stage *stage, struct sip_client *client, int cseq,
                                const char *to_tag, const char *body)
{
    sip_client_send(client, call_message(stage, client, "ACK", cseq, to_tag, "", body));
    pthread_mutex_lock(&stage->lock);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += SIP_CLIENT_WAIT_MS / 1000;
    while (stage->scene->world->phone_calls->legs->taken)
        if (pthread_cond_timedwait(&stage->replied, &stage->lock, &until) != 0)
            fail_msg("the ACK was not heard of");
    pthread_mutex_unlock(&stage->lock);
}

static inline void hears_ack(struct stage *stage, struct sip_client *client, int cseq,
                             const char *to_tag)
{
    hears_ack_of(stage, client, cseq, to_tag, "");
}

#endif
