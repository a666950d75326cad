/* Requests over sofia-sip; see sipnet.h. */
#include "sipnet.h"

#include "sipagent.h"

#include <sofia-sip/nta_tag.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/tport.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certlook.h"
#include "client.h"
#include "clock.h"
#include "sipnames.h"
#include "text.h"

/* nta's own answers (transport errors, its time-out) carry this flag; declared in none of its
 * installed headers. */
#define NTA_INTERNAL_ANSWER (1 << 15)
#define RING_MS             60000

struct sipnet {
    su_root_t *root;
    struct names *names;
    struct sipagents agents;
    bool ignores_names;
    char vouched[SIPUA_ADDRESS]; /* the last address whose certificate was seen to name it */
    sipnet_asked_fn *asked;
    void *asked_arg;
};

struct transaction {
    bool is_done, is_internal;
    bool is_ringing;  /* a provisional answer above 100 came: somebody works on it */
    bool is_misnamed; /* the answer came over TLS from somebody else */
    int status;
    const char *instance;
    struct sip_got *got;
    struct sipnet *net;
    const struct sipagent *agent;
    const struct sip_send *send;
    const struct names_target *target;
};

/* --- what comes in by itself --- */

static int on_request(struct sipnet *net, nta_leg_t *leg, nta_incoming_t *request, sip_t const *sip)
{
    const char *method = sip->sip_request->rq_method_name;
    const char *call_id = sip->sip_call_id ? sip->sip_call_id->i_id : "";
    if (sip->sip_request->rq_method == sip_method_ack)
        return 0;
    const char *event = sip->sip_event && sip->sip_event->o_type ? sip->sip_event->o_type : "";
    return net->asked ? net->asked(net->asked_arg, method, event, call_id) : 481;
}

/* --- life --- */

static void no_log(void *stream, char const *fmt, va_list args)
{
}

struct sipnet *sipnet_new(struct names *names, const char *ca_file)
{
    if (su_init() != 0)
        return NULL;
    su_log_redirect(NULL, no_log, NULL);
    su_log_redirect(su_log_default, no_log, NULL);
    struct sipnet *net = xcalloc(1, sizeof(*net));
    net->root = su_root_create(NULL);
    if (net->root == NULL) {
        free(net);
        su_deinit();
        return NULL;
    }
    su_root_threading(net->root, 0);
    net->names = names;
    sipagents_init(&net->agents, net->root, ca_file, on_request, net);
    return net;
}

void sipnet_free(struct sipnet *net)
{
    if (net == NULL)
        return;
    sipagents_done(&net->agents);
    su_root_destroy(net->root);
    su_deinit();
    free(net);
}

void sipnet_check_names(struct sipnet *net, bool is_on)
{
    net->ignores_names = !is_on;
}

void sipnet_listen(struct sipnet *net, sipnet_asked_fn *asked, void *arg)
{
    net->asked = asked;
    net->asked_arg = arg;
}

/* --- where to send --- */

bool sipnet_local(struct sipnet *net, const struct hostport *proxy, const char *transport, char *to,
                  size_t cap, struct sip_got *ret_got)
{
    struct names_found found;
    names_find(net->names, proxy, transport, false, &found);
    *ret_got =
        (struct sip_got){.trouble = SIPUA_UNRESOLVED, .said = found.said, .retry_after_s = -1};
    for (int i = 0; i < found.count; i++) {
        const struct sipagent *agent = sipagents_reach(&net->agents, &found.targets[i], transport);
        if (agent == NULL)
            continue;
        sipagent_address(agent, to, cap);
        return true;
    }
    if (found.count > 0)
        ret_got->trouble = SIPUA_REFUSED;
    return false;
}

/* --- who answered (RFC 5922) --- */

/* The SIP domain of our own address, which stands in From. */
static void own_domain(const char *from, char *to, size_t cap)
{
    const char *at = strchr(from, '@');
    snprintf(to, cap, "%.*s", at ? (int)strcspn(at + 1, ">;:") : 0, at ? at + 1 : "");
}

/* An address is nobody's DNS name: sofia-sip does not tell the addresses in a certificate, so we look
 * ourselves, once. */
static bool is_vouched(struct sipnet *net, const struct transaction *tx)
{
    const struct sip_send *send = tx->send;
    struct certlook_seen seen;
    struct hostport at = {.port = tx->target->port};
    text_copy(at.host, sizeof(at.host), tx->target->address);
    if (strcmp(net->vouched, tx->got->by) == 0)
        return true;
    if (certlook(&send->proxy, &at, "", sipagents_ca_file(&net->agents), send->timeout_ms, &seen) !=
        CERTLOOK_GOOD)
        return false;
    text_copy(net->vouched, sizeof(net->vouched), tx->got->by);
    return true;
}

static bool is_the_proxy(const struct transaction *tx, nta_outgoing_t *request)
{
    const struct sip_send *send = tx->send;
    char domain[256];
    if (strcmp(send->transport, "tls") != 0 || tx->net->ignores_names)
        return true;
    own_domain(send->from, domain, sizeof(domain));
    const char *host = hostport_is_address(&send->proxy) ? "" : send->proxy.host;
    return sipnames_hold(tx->agent->nta, request, host, domain) || is_vouched(tx->net, tx);
}

/* --- one transaction --- */

static void read_contacts(struct transaction *tx, const sip_t *sip)
{
    struct sip_got *got = tx->got;
    const sip_contact_t *contact = sip->sip_contact;
    if (contact && contact->m_url->url_host) {
        snprintf(got->contact, sizeof(got->contact), URL_PRINT_FORMAT,
                 URL_PRINT_ARGS(contact->m_url));
        if (tx->status / 100 == 3) {
            text_copy(got->moved.host, sizeof(got->moved.host), contact->m_url->url_host);
            got->moved.port =
                contact->m_url->url_port ? (int)strtol(contact->m_url->url_port, NULL, 10) : 0;
            got->has_moved = true;
        }
    }
    for (; contact; contact = contact->m_next) {
        const char *instance = msg_params_find(contact->m_params, "+sip.instance=");
        got->contacts++;
        if (instance && tx->instance && text_has_nocase(instance, tx->instance) &&
            contact->m_expires)
            got->granted_s = (int)strtol(contact->m_expires, NULL, 10);
    }
    if (got->granted_s == 0 && got->contacts > 0 && sip->sip_expires)
        got->granted_s = (int)sip->sip_expires->ex_delta;
}

/* Takes what counts out of the answer: nothing of sofia's outlives this call. */
static int on_answer(struct transaction *tx, nta_outgoing_t *request, sip_t const *sip)
{
    struct sip_got *got = tx->got;
    int status = nta_outgoing_status(request);
    tx->is_ringing = tx->is_ringing || (status > 100 && status < 200);
    if (status < 200 || tx->is_done)
        return 0;
    tx->is_done = true;
    tx->status = status;
    tx->is_internal = sip == NULL || (sip->sip_flags & NTA_INTERNAL_ANSWER) != 0;
    if (sip == NULL)
        return 0;
    tx->is_misnamed = !tx->is_internal && !is_the_proxy(tx, request);
    if (tx->is_misnamed)
        return 0;
    const msg_auth_t *asks =
        status == 407 ? sip->sip_proxy_authenticate : sip->sip_www_authenticate;
    for (; asks && !got->has_challenge; asks = asks->au_next) {
        if (text_same_nocase(asks->au_scheme, "Digest"))
            got->has_challenge =
                challenge_read((const char *const *)asks->au_params, &got->challenge);
    }
    got->min_expires_s = sip->sip_min_expires ? (int)sip->sip_min_expires->me_delta : 0;
    got->retry_after_s = sip->sip_retry_after ? (int)sip->sip_retry_after->af_delta : -1;
    if (sip->sip_to && sip->sip_to->a_tag)
        text_copy(got->to_tag, sizeof(got->to_tag), sip->sip_to->a_tag);
    read_contacts(tx, sip);
    if (status / 100 == 2 && sip->sip_payload && sip->sip_payload->pl_len < sizeof(got->body)) {
        memcpy(got->body, sip->sip_payload->pl_data, sip->sip_payload->pl_len);
        got->body[sip->sip_payload->pl_len] = '\0';
    }
    return 0;
}

static nta_outgoing_t *begin(struct sipagent *agent, const struct sip_send *send, const char *route,
                             const char *branch, struct transaction *tx)
{
    char cseq[48], own[INET6_ADDRSTRLEN + 10], contact[700];
    snprintf(cseq, sizeof(cseq), "%u %s", send->cseq, send->method);
    sipagent_address(agent, own, sizeof(own));
    snprintf(contact, sizeof(contact), "<sip:%s@%s;transport=%s>%s",
             send->contact_user ? send->contact_user : "", own, send->transport,
             send->contact_params ? send->contact_params : "");
    return nta_outgoing_tcreate(
        agent->leg, strcmp(send->method, "ACK") == 0 ? NULL : on_answer, tx, (url_string_t *)route,
        sip_method_code(send->method), send->method, (url_string_t *)send->uri,
        TAG_IF(branch, NTATAG_BRANCH_KEY(branch)), SIPTAG_FROM_STR(send->from),
        SIPTAG_TO_STR(send->to), SIPTAG_CALL_ID_STR(send->call_id), SIPTAG_CSEQ_STR(cseq),
        TAG_IF(send->contact_user, SIPTAG_CONTACT_STR(contact)),
        TAG_IF(send->expires, SIPTAG_EXPIRES_STR(send->expires)),
        TAG_IF(send->authorization, SIPTAG_AUTHORIZATION_STR(send->authorization)),
        TAG_IF(send->proxy_authorization,
               SIPTAG_PROXY_AUTHORIZATION_STR(send->proxy_authorization)),
        TAG_IF(send->body, SIPTAG_CONTENT_TYPE_STR("application/sdp")),
        TAG_IF(send->body, SIPTAG_PAYLOAD_STR(send->body)), SIPTAG_USER_AGENT_STR(CLIENT_AGENT),
        TAG_END());
}

/* Its connection has ended, and with it the wait: of a handshake in TLS that comes to nothing NTA does not
 * tell the transaction. */
static bool is_cut_off(nta_outgoing_t *request)
{
    tport_t *over = nta_outgoing_transport(request);
    bool is = over && tport_is_secondary(over) && tport_is_closed(over);
    tport_unref(over);
    return is;
}

/* One try, numbered from 0: a transaction with one address. */
static void send_to(struct sipnet *net, const struct sip_send *send,
                    const struct names_target *target, int number, const char *instance,
                    struct sip_got *ret_got)
{
    char route[128], branch[80];
    struct transaction tx = {
        .instance = instance, .got = ret_got, .net = net, .send = send, .target = target};
    bool is_ack = strcmp(send->method, "ACK") == 0;
    struct sipagent *agent = sipagents_reach(&net->agents, target, send->transport);
    *ret_got = (struct sip_got){.trouble = SIPUA_REFUSED, .retry_after_s = -1};
    names_target_text(target, ret_got->by, sizeof(ret_got->by));
    if (agent == NULL)
        return;
    tx.agent = agent;
    snprintf(route, sizeof(route),
             strcmp(send->transport, "tls") == 0 ? "sips:%s" : "sip:%s;transport=%s", ret_got->by,
             send->transport);
    snprintf(branch, sizeof(branch), number ? "%s.%d" : "%s", send->branch ? send->branch : "",
             number);
    nta_agent_set_params(agent->nta, NTATAG_SIP_T1X64((unsigned)send->timeout_ms),
                         NTATAG_TIMER_C(0), TAG_END());
    nta_outgoing_t *sent = begin(agent, send, route, send->branch ? branch : NULL, &tx);
    /* NTA ends the transaction itself at timeout_ms; the margin is for its coarse timer. */
    int64_t begun_ms = clock_steady_ms();
    bool is_cut = false;
    while (sent && !is_ack && !tx.is_done && !is_cut &&
           clock_steady_ms() < begun_ms + (tx.is_ringing ? RING_MS : send->timeout_ms + 1000)) {
        su_root_step(net->root, 100);
        is_cut = !tx.is_done && is_cut_off(sent);
    }
    if (sent && !tx.is_done && strcmp(send->method, "INVITE") == 0)
        nta_outgoing_cancel(sent);
    if (sent)
        nta_outgoing_destroy(sent);
    ret_got->was_ringing = tx.is_ringing;
    ret_got->status = tx.is_internal || tx.is_misnamed ? 0 : tx.status;
    if (tx.is_misnamed)
        ret_got->trouble = SIPUA_MISNAMED;
    else if (sent == NULL || is_cut)
        ret_got->trouble = SIPUA_REFUSED;
    else if (is_ack)
        ret_got->trouble = SIPUA_ANSWERED;
    else if (!tx.is_done || (tx.is_internal && tx.status == 408))
        ret_got->trouble = SIPUA_SILENT;
    else
        ret_got->trouble = tx.is_internal ? SIPUA_REFUSED : SIPUA_ANSWERED;
}

/* RFC 3263 4.3. What has rung somewhere is not to ring twice. */
static bool wants_another(const struct sip_got *got)
{
    return (got->trouble != SIPUA_ANSWERED || got->status == 503) && !got->was_ringing;
}

/* Tries those of `found` that were not tried; false: there is no more to do. */
static bool send_to_each(struct sipnet *net, const struct sip_send *send, const char *instance,
                         const struct names_found *found, struct names_found *tried,
                         struct sip_got *ret_got)
{
    for (int i = 0; i < found->count && tried->count < SIPNET_TRIES; i++) {
        const struct names_target *target = &found->targets[i];
        if (names_position(tried, target) >= 0)
            continue;
        send_to(net, send, target, tried->count, instance, ret_got);
        tried->targets[tried->count++] = *target;
        if (!wants_another(ret_got)) {
            names_answered(net->names, &send->proxy, send->transport, target);
            return false;
        }
        names_failed(net->names, &send->proxy, send->transport, target, ret_got->retry_after_s);
    }
    return tried->count < SIPNET_TRIES;
}

void sipnet_send(struct sipnet *net, const struct sip_send *send, const char *instance,
                 struct sip_got *ret_got)
{
    struct names_found found, tried = {.count = 0};
    *ret_got = (struct sip_got){.trouble = SIPUA_UNRESOLVED, .retry_after_s = -1};
    names_find(net->names, &send->proxy, send->transport, false, &found);
    bool goes_on = send_to_each(net, send, instance, &found, &tried, ret_got);
    /* Perhaps the name has moved since it was asked for. */
    if (goes_on && !found.is_fresh) {
        names_find(net->names, &send->proxy, send->transport, true, &found);
        send_to_each(net, send, instance, &found, &tried, ret_got);
    }
    ret_got->said = found.said;
}

void sipnet_wait(struct sipnet *net, int ms)
{
    int64_t until_ms = clock_steady_ms() + ms;
    do
        su_root_step(net->root, ms < 20 ? ms : 20);
    while (clock_steady_ms() < until_ms);
}
