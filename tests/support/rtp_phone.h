/*
 * A phone with ears for wire tests: registers with a running simulator over UDP, calls and is
 * called, and has a socket for the audio of each call. What it sends as audio the test says.
 */
#ifndef MOCKRC_TESTS_RTP_PHONE_H
#define MOCKRC_TESTS_RTP_PHONE_H

#include "support/sip_client.h"
#include "support/sip_digest.h"

#include "media/rtp.h"
#include "sim/sim.h"
#include "sip/sdp.h"

struct rtp_phone {
    struct sip_client sip;
    struct arena arena;
    size_t device; /* of those with a SIP password, which one */
    char aor[64], id[64], password[64], number[64];
    int proxy_port, cseq;
};

struct rtp_call {
    char call_id[32], tag[64];
    int invite_cseq;
    int fd, port;         /* ours */
    struct sdp_audio far; /* what the platform described */
    uint16_t seq;
};

/* --- the simulator --- */

static inline struct sim *given_sim(const char *const *sets)
{
    struct sim_options options = {.fixture = "acme-rc", .call_log_records = 10, .has_no_web = true};
    struct sim *sim;
    struct diag diag;
    for (size_t i = 0; sets && sets[i]; i++)
        options.sets[i] = sets[i];
    if (sim_start(&options, &sim, &diag))
        fail_msg("%s", diag.text);
    return sim;
}

struct event_wait {
    const char *op, *key_value;
    enum event_key key;
    struct event *ret;
    int skip; /* so many before it fit as well */
};

static inline bool event_wait_try(struct sim *sim, void *arg)
{
    struct event_wait *wait = arg;
    int skip = wait->skip;
    uint64_t first = journal_first(sim_journal(sim)), last = journal_last(sim_journal(sim));
    for (uint64_t seq = first; seq && seq <= last; seq++) {
        if (!journal_get(sim_journal(sim), seq, wait->ret) || strcmp(wait->ret->op, wait->op) != 0)
            continue;
        const char *value = wait->key_value ? event_get(wait->ret, wait->key) : NULL;
        if (wait->key_value && (!value || strcmp(value, wait->key_value) != 0))
            continue;
        if (skip-- == 0)
            return true;
    }
    return false;
}

/* The event of that op, number `skip` + 1 of those in which `key` is `value` (NULL: any). */
static inline struct event awaits_event(struct sim *sim, const char *op, enum event_key key,
                                        const char *value, int skip)
{
    struct event event;
    struct event_wait wait = {op, value, key, &event, skip};
    if (!door_wait(sim, event_wait_try, &wait, SIP_CLIENT_WAIT_MS))
        fail_msg("no %s came", op);
    return event;
}

static inline int64_t event_number(const struct event *event, enum event_key key)
{
    const char *text = event_get(event, key);
    return text ? strtoll(text, NULL, 10) : -1;
}

static inline void arms(struct sim *sim, const char *rule)
{
    struct arena arena;
    struct diag diag = {0};
    const char *why = "";
    arena_init(&arena);
    const struct node *args = json_parse(&arena, rule, strlen(rule), &why);
    if (!args || sim_verb(sim, "fault", args, NULL, NULL, &diag))
        fail_msg("%s: %s%s", rule, why, diag.text);
    arena_done(&arena);
}

/* --- the phone --- */

static inline void rtp_phone_look(struct sim *sim, void *arg)
{
    struct rtp_phone *phone = arg;
    const struct world *world = sim_world(sim);
    size_t seen = 0, i = 0;
    for (; i < world->device_count; i++)
        if (world->devices[i]->sip_password && world->devices[i]->has_line &&
            world->devices[i]->number && seen++ == phone->device)
            break;
    assert_true(i < world->device_count);
    const struct device *device = world->devices[i];
    snprintf(phone->aor, sizeof phone->aor, "%s", device->sip_username);
    snprintf(phone->id, sizeof phone->id, "%s", device->id);
    snprintf(phone->password, sizeof phone->password, "%s", device->sip_password);
    snprintf(phone->number, sizeof phone->number, "%s", device->number);
    phone->proxy_port = world->proxies[0]->port[TRANSPORT_UDP];
}

static inline const char *phone_message(struct rtp_phone *phone, const char *method,
                                        const char *uri_user, const char *call_id,
                                        const char *to_tag, const char *more, const char *body)
{
    return arena_printf(
        &phone->arena,
        "%s sip:%s%ssip.ringcentral.com SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK-%s-%d-%s;rport\r\nMax-Forwards: 70\r\n"
        "From: <sip:%s@sip.ringcentral.com>;tag=f\r\nTo: "
        "<sip:%s@sip.ringcentral.com>%s%s\r\nCall-ID: %s\r\n"
        "CSeq: %d %s\r\nContact: <sip:1@127.0.0.1:%d>\r\n%s%sContent-Length: %zu\r\n\r\n%s",
        method, uri_user, *uri_user ? "@" : "", phone->sip.port, call_id, phone->cseq, method,
        phone->aor, *uri_user ? uri_user : phone->aor, *to_tag ? ";tag=" : "", to_tag, call_id,
        phone->cseq, method, phone->sip.port, more,
        *body ? "Content-Type: application/sdp\r\n" : "", strlen(body), body);
}

static inline void phone_receives(struct rtp_phone *phone, int status)
{
    assert_true(sip_client_receive(&phone->sip));
    if (sip_client_status(&phone->sip) != status)
        fail_msg("wanted %d, got %s", status, phone->sip.text);
}

/* Sends, is challenged, and sends again with credentials. */
static inline void phone_sends(struct rtp_phone *phone, const char *method, const char *uri_user,
                               const char *call_id, const char *body)
{
    bool is_register = strcmp(method, "REGISTER") == 0;
    char challenge[512];
    struct sip_request request = {.method = method};
    const struct sip_secret secret = {.username = phone->id, .password = phone->password};
    phone->cseq++;
    sip_client_send(&phone->sip, phone_message(phone, method, uri_user, call_id, "", "", body));
    phone_receives(phone, is_register ? 401 : 407);
    sip_client_header(&phone->sip, is_register ? "WWW-Authenticate" : "Proxy-Authenticate",
                      challenge, sizeof challenge);
    sip_answer_challenge(&phone->arena, &request, challenge, &secret);
    const struct sip_credentials *with = &request.credentials;
    const char *credentials =
        arena_printf(&phone->arena,
                     "%s: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"%s\", "
                     "response=\"%s\"\r\n",
                     is_register ? "Authorization" : "Proxy-Authorization", with->username,
                     with->realm, with->nonce, with->uri, with->response);
    phone->cseq++;
    sip_client_send(&phone->sip,
                    phone_message(phone, method, uri_user, call_id, "", credentials, body));
}

static inline void phone_opens(struct rtp_phone *phone, struct sim *sim, size_t device)
{
    *phone = (struct rtp_phone){.device = device};
    arena_init(&phone->arena);
    door_call(sim, rtp_phone_look, phone);
    assert_true(sip_client_open(&phone->sip, false, phone->proxy_port));
    phone_sends(phone, "REGISTER", "", phone->id, "");
    phone_receives(phone, 200);
}

static inline void phone_closes(struct rtp_phone *phone)
{
    sip_client_close(&phone->sip);
    arena_done(&phone->arena);
}

/* --- its calls --- */

static inline void call_opens_port(struct rtp_call *call, const char *call_id)
{
    struct sockaddr_in me = {.sin_family = AF_INET};
    socklen_t len = sizeof me;
    *call = (struct rtp_call){0};
    snprintf(call->call_id, sizeof call->call_id, "%s", call_id);
    me.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    call->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    assert_true(call->fd >= 0 && bind(call->fd, (struct sockaddr *)&me, sizeof me) == 0);
    assert_int_equal(getsockname(call->fd, (struct sockaddr *)&me, &len), 0);
    call->port = ntohs(me.sin_port);
}

/* `formats` and lines behind "m=audio <port> ": "RTP/AVP 0\r\n". */
static inline const char *call_sdp(struct rtp_phone *phone, const struct rtp_call *call,
                                   const char *formats)
{
    return arena_printf(&phone->arena,
                        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\n"
                        "t=0 0\r\nm=audio %d %s",
                        call->port, formats);
}

/* From now on the call's socket sends to where the platform says that it listens. */
static inline void call_connects(struct rtp_call *call, const char *message)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    const char *sdp = strstr(message, "\r\n\r\n");
    sdp_read(sdp, SDP_ALL, &call->far);
    assert_true(call->far.is_there);
    assert_string_equal(call->far.address, "127.0.0.1");
    to.sin_port = htons((uint16_t)call->far.port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(call->fd, (struct sockaddr *)&to, sizeof to), 0);
}

/* INVITE up to the 183. */
static inline void phone_calls(struct rtp_phone *phone, struct rtp_call *call, const char *call_id,
                               const char *number, const char *formats)
{
    char to[256];
    call_opens_port(call, call_id);
    phone_sends(phone, "INVITE", number, call->call_id, call_sdp(phone, call, formats));
    call->invite_cseq = phone->cseq;
    phone_receives(phone, 100);
    phone_receives(phone, 183);
    sip_client_header(&phone->sip, "To", to, sizeof to);
    snprintf(call->tag, sizeof call->tag, "%s", strstr(to, ";tag=") + 5);
    call_connects(call, phone->sip.text);
}

/* The 200 and its ACK. */
static inline void phone_is_answered(struct rtp_phone *phone, struct rtp_call *call,
                                     const char *number)
{
    phone_receives(phone, 200);
    int cseq = phone->cseq;
    phone->cseq = call->invite_cseq;
    sip_client_send(&phone->sip,
                    phone_message(phone, "ACK", number, call->call_id, call->tag, "", ""));
    phone->cseq = cseq;
}

static inline void phone_hangs_up(struct rtp_phone *phone, struct rtp_call *call,
                                  const char *number)
{
    phone->cseq++;
    sip_client_send(&phone->sip,
                    phone_message(phone, "BYE", number, call->call_id, call->tag, "", ""));
    phone_receives(phone, 200);
    close(call->fd);
}

/* An INVITE that rings here: answered 200 with `formats`; its ACK has come. */
static inline void phone_answers(struct rtp_phone *phone, struct rtp_call *call,
                                 const char *formats)
{
    char via[256], from[256], to[256], call_id[128], cseq[64];
    assert_true(sip_client_receive(&phone->sip));
    assert_int_equal(strncmp(phone->sip.text, "INVITE ", 7), 0);
    call_opens_port(call, "in");
    call_connects(call, phone->sip.text);
    const char *body = call_sdp(phone, call, formats);
    sip_client_send(&phone->sip,
                    arena_printf(&phone->arena,
                                 "SIP/2.0 200 OK\r\nVia: %s\r\nFrom: %s\r\nTo: %s;tag=callee\r\n"
                                 "Call-ID: %s\r\nCSeq: %s\r\nContact: <sip:1@127.0.0.1:%d>\r\n"
                                 "Content-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%s",
                                 sip_client_header(&phone->sip, "Via", via, sizeof via),
                                 sip_client_header(&phone->sip, "From", from, sizeof from),
                                 sip_client_header(&phone->sip, "To", to, sizeof to),
                                 sip_client_header(&phone->sip, "Call-ID", call_id, sizeof call_id),
                                 sip_client_header(&phone->sip, "CSeq", cseq, sizeof cseq),
                                 phone->sip.port, strlen(body), body));
    assert_true(sip_client_receive(&phone->sip));
    assert_int_equal(strncmp(phone->sip.text, "ACK ", 4), 0);
}

/* --- its audio --- */

/* The next packet, 160 bytes of `fill`, as the codec agreed on. */
static inline void call_says(struct rtp_call *call, uint8_t fill)
{
    uint8_t body[160], bytes[RTP_HEADER + sizeof body];
    memset(body, fill, sizeof body);
    const struct rtp rtp = {.payload = call->far.payload,
                            .seq = ++call->seq,
                            .ts = call->seq * 160u,
                            .ssrc = 0x1000 + (uint32_t)call->port,
                            .body = body,
                            .body_len = sizeof body};
    size_t len = rtp_write(&rtp, bytes, sizeof bytes);
    assert_int_equal(send(call->fd, bytes, len, MSG_NOSIGNAL), len);
}

/* The next datagram that comes, into `bytes`; -1: none within `wait_ms`. */
static inline ssize_t call_gets(const struct rtp_call *call, uint8_t *bytes, size_t len,
                                int wait_ms)
{
    struct pollfd wait = {.fd = call->fd, .events = POLLIN};
    return poll(&wait, 1, wait_ms) > 0 ? recv(call->fd, bytes, len, 0) : -1;
}

/* The next RTP packet; fails the test when none comes. `rtp` points into `bytes`. */
static inline void call_hears(const struct rtp_call *call, uint8_t bytes[RTP_DATAGRAM_MAX],
                              struct rtp *rtp)
{
    ssize_t len = call_gets(call, bytes, RTP_DATAGRAM_MAX, SIP_CLIENT_WAIT_MS);
    if (len < 0 || !rtp_read(bytes, (size_t)len, rtp))
        fail_msg("no RTP came");
}

#endif
