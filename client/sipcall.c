/* Calls; see sipcall.h. */
#include "sipcall.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "failover.h"
#include "text.h"

enum { PORT_DISCARD = 9, ROUNDS = 4 };

static void take(const struct sip_got *got, struct sipua_result *result)
{
    *result = (struct sipua_result){.trouble = got->trouble,
                                    .said = got->said,
                                    .status = got->status,
                                    .retry_after_s = got->retry_after_s};
    text_copy(result->by, sizeof(result->by), got->by);
}

static void describe(const char *local, const struct sipcall *call, bool is_held, char *to,
                     size_t cap)
{
    int host = (int)(strrchr(local, ':') - local);
    bool is_ipv6 = local[0] == '[', is_secure = call->key[0] != '\0';
    char address[80];
    snprintf(address, sizeof(address), "IN IP%c %.*s", is_ipv6 ? '6' : '4',
             is_ipv6 ? host - 2 : host, local + is_ipv6);
    snprintf(to, cap,
             "v=0\r\no=- 1 %d %s\r\ns=-\r\nc=%s\r\nt=0 0\r\nm=audio %d RTP/%s 0 101\r\n"
             "%s%s%sa=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=%s\r\n",
             is_held ? 2 : 1, address, address, call->port ? call->port : PORT_DISCARD,
             is_secure ? "SAVP" : "AVP",
             is_secure ? "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" : "", call->key,
             is_secure ? "\r\n" : "", is_held ? "sendonly" : "sendrecv");
}

static void make_key(struct rnd *rnd, struct sipcall *call)
{
    unsigned char raw[30];
    rnd_bytes(rnd, raw, sizeof(raw));
    EVP_EncodeBlock((unsigned char *)call->key, raw, sizeof(raw));
}

/* A port of the address that the dialog's messages come from. */
static void open_voice(const struct sipcall_line *line, const char *local, struct rnd *rnd,
                       struct sipcall *call)
{
    char address[80];
    bool is_ipv6 = local[0] == '[';
    int len = (int)(strrchr(local, ':') - local);
    snprintf(address, sizeof(address), "%.*s", is_ipv6 ? len - 2 : len, local + is_ipv6);
    if (line->voice && voice_open(line->voice, address, rnd))
        call->port = line->voice->port;
}

/* What the requests of one dialog share. */
static struct sip_send prepare(const struct sipcall_line *line, const struct hostport *proxy,
                               const struct sipcall *call, const char *method)
{
    return (struct sip_send){.method = method,
                             .proxy = *proxy,
                             .transport = line->transport,
                             .uri = call->target,
                             .from = call->from,
                             .to = call->to,
                             .call_id = call->call_id,
                             .cseq = call->cseq,
                             .timeout_ms = line->timeout_ms};
}

/* The ACK of a 2xx is a request of its own (RFC 3261 13.2.2.4). */
static void acknowledge(struct sipnet *net, const struct sipcall_line *line,
                        const struct hostport *proxy, const struct sipcall *call)
{
    struct sip_got none;
    struct sip_send ack = prepare(line, proxy, call, "ACK");
    sipnet_send(net, &ack, NULL, &none);
}

void sipcall_begin(struct sipnet *net, struct rnd *rnd, const struct sipcall_line *line,
                   const struct hostport *proxy, const char *number, struct sipcall *ret_call,
                   struct sipua_result *ret_result)
{
    char local[80], tag[17], by[SIPUA_ADDRESS] = "", body[500];
    struct sipcall call = {.cseq = 1};
    struct sb authorization = SB_MAX(4096);
    struct sip_got got;
    *ret_call = call;
    if (!sipnet_local(net, proxy, line->transport, local, sizeof(local), &got)) {
        take(&got, ret_result);
        return;
    }
    rnd_hex(rnd, tag, 16);
    rnd_hex(rnd, call.call_id, 32);
    snprintf(call.target, sizeof(call.target), "sip:%s@%s", number, line->domain);
    snprintf(call.from, sizeof(call.from), "<sip:%s@%s>;tag=%s", line->user, line->domain, tag);
    snprintf(call.to, sizeof(call.to), "<sip:%s@%s>", number, line->domain);
    if (strcmp(line->transport, "tls") == 0)
        make_key(rnd, &call);
    else
        open_voice(line, local, rnd, &call);
    describe(local, &call, false, body, sizeof(body));
    bool has_answered = false;
    for (int round = 0; round < ROUNDS; round++) {
        struct sip_send invite = prepare(line, proxy, &call, "INVITE");
        invite.contact_user = line->user;
        invite.body = body;
        invite.proxy_authorization = authorization.len > 0 ? authorization.text : NULL;
        sipnet_send(net, &invite, NULL, &got);
        /* Another address than before does not know our digest: it asks by its own right. */
        has_answered = has_answered && strcmp(got.by, by) == 0;
        text_copy(by, sizeof(by), got.by);
        if (got.trouble != SIPUA_ANSWERED || got.status != 407 || !got.has_challenge ||
            has_answered)
            break;
        char cnonce[17];
        rnd_hex(rnd, cnonce, 16);
        sb_reset(&authorization);
        digest_header(&got.challenge,
                      &(struct digest_answer){.username = line->auth_id,
                                              .password = line->password,
                                              .method = "INVITE",
                                              .uri = call.target,
                                              .cnonce = cnonce},
                      &authorization);
        has_answered = true;
        call.cseq++;
    }
    sb_done(&authorization);
    take(&got, ret_result);
    if (got.trouble == SIPUA_ANSWERED && got.status / 100 == 2) {
        size_t len = strlen(call.to);
        snprintf(call.to + len, sizeof(call.to) - len, ";tag=%s", got.to_tag);
        if (got.contact[0])
            text_copy(call.target, sizeof(call.target), got.contact);
        call.is_up = true;
        text_copy(call.at, sizeof(call.at), got.by);
        if (call.port)
            voice_meet(line->voice, got.body);
        acknowledge(net, line, proxy, &call);
    }
    *ret_call = call;
}

void sipcall_hold(struct sipnet *net, const struct sipcall_line *line, const struct hostport *proxy,
                  struct sipcall *call, bool is_held, struct sipua_result *ret_result)
{
    char local[80], body[500];
    struct sip_got got;
    call->cseq++;
    if (sipnet_local(net, proxy, line->transport, local, sizeof(local), &got)) {
        struct sip_send invite = prepare(line, proxy, call, "INVITE");
        describe(local, call, is_held, body, sizeof(body));
        invite.contact_user = line->user;
        invite.body = body;
        sipnet_send(net, &invite, NULL, &got);
        bool is_taken = got.trouble == SIPUA_ANSWERED && got.status / 100 == 2;
        if (is_taken) {
            acknowledge(net, line, proxy, call);
            text_copy(call->at, sizeof(call->at), got.by);
            call->is_held = is_held;
        }
        if (got.trouble == SIPUA_ANSWERED && got.status == 481)
            call->is_up = false;
    }
    take(&got, ret_result);
}

void sipcall_end(struct sipnet *net, const struct sipcall_line *line, const struct hostport *proxy,
                 struct sipcall *call, struct sipua_result *ret_result)
{
    struct sip_got got;
    call->cseq++;
    struct sip_send bye = prepare(line, proxy, call, "BYE");
    sipnet_send(net, &bye, NULL, &got);
    take(&got, ret_result);
    if (!failover_is_reason(ret_result))
        call->is_up = false;
}
