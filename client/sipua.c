/* One REGISTER at a time over sofia-sip; see sipua.h. */
#include "sipua.h"

struct transaction;
#define NTA_OUTGOING_MAGIC_T struct transaction
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_wait.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "clock.h"
#include "digest.h"
#include "settings.h"
#include "text.h"

/* nta's own answers (transport errors, its time-out) carry this flag; declared in none of its
 * installed headers. */
#define NTA_INTERNAL_ANSWER (1 << 15)
#define AGENTS              8
#define DIGEST_ROUNDS       3

/* An agent is bound to the local address that reaches the proxy, so that Via and Contact are
 * true; one per (address, transport). */
struct agent {
    nta_agent_t *nta;
    nta_leg_t *leg;
    char local[INET6_ADDRSTRLEN];
    char transport[4];
};

struct sipua {
    su_root_t *root;
    struct agent agents[AGENTS];
    int agent_count;
};

struct transaction {
    bool is_done, is_internal;
    int status;
    struct sipua_result *result;
    const char *user; /* whose binding in the 200 is ours, with `instance` */
    const char *instance;
    struct challenge challenge;
    bool has_challenge;
    int min_expires_s;
};

static void no_log(void *stream, char const *fmt, va_list args)
{
}

struct sipua *sipua_new(void)
{
    if (su_init() != 0)
        return NULL;
    su_log_redirect(NULL, no_log, NULL);
    su_log_redirect(su_log_default, no_log, NULL);
    struct sipua *ua = xcalloc(1, sizeof(*ua));
    ua->root = su_root_create(NULL);
    if (ua->root == NULL) {
        free(ua);
        su_deinit();
        return NULL;
    }
    su_root_threading(ua->root, 0);
    return ua;
}

void sipua_free(struct sipua *ua)
{
    if (ua == NULL)
        return;
    for (int i = 0; i < ua->agent_count; i++) {
        nta_leg_destroy(ua->agents[i].leg);
        nta_agent_destroy(ua->agents[i].nta);
    }
    su_root_destroy(ua->root);
    su_deinit();
    free(ua);
}

/* --- where to send --- */

/* The proxy's first address as text, and the local address that reaches it. Host and port are
 * explicit, so addresses only, no NAPTR or SRV (RFC 3263 4.2). */
static bool resolve(const struct hostport *proxy, char remote[INET6_ADDRSTRLEN],
                    char local[INET6_ADDRSTRLEN])
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM}, *found = NULL;
    char port[8];
    bool is_ok = false;
    snprintf(port, sizeof(port), "%d", proxy->port ? proxy->port : SETTINGS_SIP_PORT);
    if (getaddrinfo(proxy->host, port, &hints, &found) != 0)
        return false;
    for (struct addrinfo *at = found; at && !is_ok; at = at->ai_next) {
        struct sockaddr_storage own;
        socklen_t own_len = sizeof(own);
        int fd = socket(at->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            continue;
        is_ok = connect(fd, at->ai_addr, at->ai_addrlen) == 0 &&
                getsockname(fd, (struct sockaddr *)&own, &own_len) == 0 &&
                getnameinfo(at->ai_addr, at->ai_addrlen, remote, INET6_ADDRSTRLEN, NULL, 0,
                            NI_NUMERICHOST) == 0 &&
                getnameinfo((struct sockaddr *)&own, own_len, local, INET6_ADDRSTRLEN, NULL, 0,
                            NI_NUMERICHOST) == 0;
        close(fd);
    }
    freeaddrinfo(found);
    return is_ok;
}

bool sipua_same_target(const struct hostport *a, const struct hostport *b)
{
    char remote[2][INET6_ADDRSTRLEN], local[INET6_ADDRSTRLEN];
    int a_port = a->port ? a->port : SETTINGS_SIP_PORT;
    int b_port = b->port ? b->port : SETTINGS_SIP_PORT;
    return a_port == b_port && resolve(a, remote[0], local) && resolve(b, remote[1], local) &&
           strcmp(remote[0], remote[1]) == 0;
}

static struct agent *agent_for(struct sipua *ua, const char *local, const char *transport)
{
    for (int i = 0; i < ua->agent_count; i++) {
        if (strcmp(ua->agents[i].local, local) == 0 &&
            strcmp(ua->agents[i].transport, transport) == 0)
            return &ua->agents[i];
    }
    if (ua->agent_count == AGENTS)
        return NULL;
    struct agent *agent = &ua->agents[ua->agent_count];
    bool is_ipv6 = strchr(local, ':') != NULL;
    char url[128];
    snprintf(url, sizeof(url), "sip:%s%s%s:*;transport=%s", is_ipv6 ? "[" : "", local,
             is_ipv6 ? "]" : "", transport);
    agent->nta = nta_agent_create(ua->root, (url_string_t *)-1, NULL, NULL, NTATAG_CLIENT_RPORT(1),
                                  TAG_END());
    if (agent->nta == NULL)
        return NULL;
    if (nta_agent_add_tport(agent->nta, (url_string_t *)url, TAG_END()) != 0) {
        nta_agent_destroy(agent->nta);
        return NULL;
    }
    agent->leg = nta_leg_tcreate(agent->nta, NULL, NULL, NTATAG_NO_DIALOG(1), TAG_END());
    text_copy(agent->local, sizeof(agent->local), local);
    text_copy(agent->transport, sizeof(agent->transport), transport);
    ua->agent_count++;
    return agent;
}

/* --- one transaction --- */

static void read_contacts(struct transaction *tx, const sip_t *sip)
{
    for (const sip_contact_t *contact = sip->sip_contact; contact; contact = contact->m_next) {
        const char *instance = msg_params_find(contact->m_params, "+sip.instance=");
        tx->result->contacts++;
        if (instance && text_has_nocase(instance, tx->instance) && contact->m_expires)
            tx->result->granted_s = (int)strtol(contact->m_expires, NULL, 10);
    }
    if (tx->result->granted_s == 0 && tx->result->contacts > 0 && sip->sip_expires)
        tx->result->granted_s = (int)sip->sip_expires->ex_delta;
}

/* Takes what counts out of the answer: nothing of sofia's outlives this call. */
static int on_answer(struct transaction *tx, nta_outgoing_t *request, sip_t const *sip)
{
    int status = nta_outgoing_status(request);
    if (status < 200 || tx->is_done)
        return 0;
    tx->is_done = true;
    tx->status = status;
    tx->is_internal = sip == NULL || (sip->sip_flags & NTA_INTERNAL_ANSWER) != 0;
    if (sip == NULL)
        return 0;
    const sip_www_authenticate_t *www = sip->sip_www_authenticate;
    for (; www && !tx->has_challenge; www = www->au_next) {
        if (text_same_nocase(www->au_scheme, "Digest"))
            tx->has_challenge = challenge_read((const char *const *)www->au_params, &tx->challenge);
    }
    tx->min_expires_s = sip->sip_min_expires ? (int)sip->sip_min_expires->me_delta : 0;
    tx->result->retry_after_s = sip->sip_retry_after ? (int)sip->sip_retry_after->af_delta : -1;
    if (status / 100 == 2)
        read_contacts(tx, sip);
    return 0;
}

struct attempt {
    char route[128], uri[300], from[600], to[600], call_id[64], cseq[32], branch[64];
    char contact[700], expires[16];
    struct sb authorization;
};

static void transact(struct sipua *ua, struct agent *agent, const struct sipua_request *request,
                     const struct attempt *at, struct transaction *tx)
{
    bool has_contact = request->kind == SIPUA_REGISTER || request->kind == SIPUA_UNREGISTER;
    bool is_ping = request->kind == SIPUA_PING;
    nta_agent_set_params(agent->nta, NTATAG_SIP_T1X64((unsigned)request->timeout_ms), TAG_END());
    nta_outgoing_t *sent = nta_outgoing_tcreate(
        agent->leg, on_answer, tx, (url_string_t *)at->route,
        is_ping ? sip_method_options : sip_method_register, is_ping ? "OPTIONS" : "REGISTER",
        (url_string_t *)at->uri, NTATAG_BRANCH_KEY(at->branch), SIPTAG_FROM_STR(at->from),
        SIPTAG_TO_STR(at->to), SIPTAG_CALL_ID_STR(at->call_id), SIPTAG_CSEQ_STR(at->cseq),
        TAG_IF(has_contact, SIPTAG_CONTACT_STR(at->contact)),
        TAG_IF(has_contact, SIPTAG_EXPIRES_STR(at->expires)),
        TAG_IF(at->authorization.len > 0, SIPTAG_AUTHORIZATION_STR(at->authorization.text)),
        SIPTAG_USER_AGENT_STR(CLIENT_AGENT), TAG_END());
    if (sent == NULL) {
        tx->is_done = tx->is_internal = true;
        tx->status = 503;
        return;
    }
    /* NTA ends the transaction itself at timeout_ms; the margin is for its coarse timer. */
    int64_t until_ms = clock_steady_ms() + request->timeout_ms + 1000;
    while (!tx->is_done && clock_steady_ms() < until_ms)
        su_root_step(ua->root, 100);
    nta_outgoing_destroy(sent);
}

static void build(struct rnd *rnd, const struct agent *agent, const struct sipua_request *request,
                  const char *remote, struct attempt *at)
{
    char tag[17];
    const sip_via_t *via = nta_agent_via(agent->nta);
    bool is_ipv6 = strchr(remote, ':') != NULL, local_is_ipv6 = strchr(agent->local, ':') != NULL;
    int port = request->proxy.port ? request->proxy.port : SETTINGS_SIP_PORT;
    rnd_hex(rnd, tag, 16);
    rnd_hex(rnd, at->call_id, 32);
    snprintf(at->route, sizeof(at->route), "sip:%s%s%s:%d;transport=%s", is_ipv6 ? "[" : "", remote,
             is_ipv6 ? "]" : "", port, request->transport);
    snprintf(at->uri, sizeof(at->uri), "sip:%s", request->domain);
    snprintf(at->from, sizeof(at->from), "<sip:%s@%s>;tag=%s", request->user, request->domain, tag);
    snprintf(at->to, sizeof(at->to), "<sip:%s@%s>", request->user, request->domain);
    snprintf(at->contact, sizeof(at->contact),
             "<sip:%s@%s%s%s:%s;transport=%s>;reg-id=1;+sip.instance=\"<urn:uuid:%s>\"",
             request->user, local_is_ipv6 ? "[" : "", agent->local, local_is_ipv6 ? "]" : "",
             via && via->v_port ? via->v_port : "5060", request->transport, request->instance);
}

static void read_trouble(const struct transaction *tx, struct sipua_result *result)
{
    result->status = tx->is_internal ? 0 : tx->status;
    if (!tx->is_done || (tx->is_internal && tx->status == 408))
        result->trouble = SIPUA_SILENT;
    else
        result->trouble = tx->is_internal ? SIPUA_REFUSED : SIPUA_ANSWERED;
}

void sipua_send(struct sipua *ua, struct rnd *rnd, const struct sipua_request *request,
                struct sipua_result *ret_result)
{
    struct sipua_result result = {.retry_after_s = -1};
    char remote[INET6_ADDRSTRLEN], local[INET6_ADDRSTRLEN];
    struct agent *agent = NULL;
    if (resolve(&request->proxy, remote, local))
        agent = agent_for(ua, local, request->transport);
    if (agent == NULL) {
        result.trouble = SIPUA_UNRESOLVED;
        *ret_result = result;
        return;
    }
    struct attempt at = {.authorization = SB_MAX(4096)};
    int expires_s = request->kind == SIPUA_UNREGISTER ? 0 : request->expires_s;
    build(rnd, agent, request, remote, &at);
    for (int cseq = 1; cseq <= DIGEST_ROUNDS; cseq++) {
        struct transaction tx = {
            .result = &result, .user = request->user, .instance = request->instance};
        char branch[25], cnonce[17];
        rnd_hex(rnd, branch, 24);
        snprintf(at.branch, sizeof(at.branch), "z9hG4bK%s", branch);
        snprintf(at.cseq, sizeof(at.cseq), "%d %s", cseq,
                 request->kind == SIPUA_PING ? "OPTIONS" : "REGISTER");
        snprintf(at.expires, sizeof(at.expires), "%d", expires_s);
        transact(ua, agent, request, &at, &tx);
        read_trouble(&tx, &result);
        bool may_answer = request->kind != SIPUA_PING && tx.status == 401 && tx.has_challenge &&
                          (!result.has_answered || tx.challenge.is_stale);
        if (result.trouble == SIPUA_ANSWERED && tx.status == 423 && tx.min_expires_s > expires_s) {
            expires_s = tx.min_expires_s; /* RFC 3261 10.2.8 */
        } else if (result.trouble == SIPUA_ANSWERED && may_answer) {
            rnd_hex(rnd, cnonce, 16);
            text_copy(result.realm, sizeof(result.realm), tx.challenge.realm);
            sb_reset(&at.authorization);
            digest_header(&tx.challenge,
                          &(struct digest_answer){.username = request->auth_id,
                                                  .password = request->password,
                                                  .method = "REGISTER",
                                                  .uri = at.uri,
                                                  .cnonce = cnonce},
                          &at.authorization);
            result.has_answered = true;
        } else {
            break;
        }
    }
    sb_done(&at.authorization);
    *ret_result = result;
}

const char *sipua_text(const struct sipua_result *result, char *to, size_t cap)
{
    static const char *const troubles[] = {[SIPUA_ANSWERED] = "",
                                           [SIPUA_UNRESOLVED] = "host not found",
                                           [SIPUA_REFUSED] = "connection refused",
                                           [SIPUA_SILENT] = "no answer"};
    if (result->trouble == SIPUA_ANSWERED)
        snprintf(to, cap, "SIP %d", result->status);
    else
        snprintf(to, cap, "%s", troubles[result->trouble]);
    return to;
}
