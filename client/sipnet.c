/* Requests over sofia-sip; see sipnet.h. */
#include "sipnet.h"

struct transaction;
struct agent;
#define NTA_OUTGOING_MAGIC_T struct transaction
#define NTA_LEG_MAGIC_T      struct sipnet
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tag.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_wait.h>
#include <sofia-sip/tport_tag.h>

#include <arpa/inet.h>
#include <limits.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certlook.h"
#include "client.h"
#include "clock.h"
#include "settings.h"
#include "sipnames.h"
#include "text.h"

/* nta's own answers (transport errors, its time-out) carry this flag; declared in none of its
 * installed headers. */
#define NTA_INTERNAL_ANSWER (1 << 15)
#define AGENTS              8
#define RING_MS             60000
#define SYSTEM_CA_FILE      "/etc/ssl/certs/ca-certificates.crt"

/* An agent is bound to the local address that reaches the proxy, so that Via and Contact are
 * true; one per (address, transport). */
struct agent {
    nta_agent_t *nta;
    nta_leg_t *leg;
    char local[INET6_ADDRSTRLEN];
    char transport[4];
};

struct sipnet {
    su_root_t *root;
    char *ca_file;      /* NULL: the system's */
    char ca_folder[40]; /* sofia-sip wants a folder with a cafile.pem; "" until TLS is used */
    struct agent agents[AGENTS];
    int agent_count;
    bool ignores_names;
    char vouched[INET6_ADDRSTRLEN + 8]; /* the last address whose certificate was seen to name it */
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
    const struct agent *agent;
    const struct sip_send *send;
};

static void no_log(void *stream, char const *fmt, va_list args)
{
}

struct sipnet *sipnet_new(const char *ca_file)
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
    net->ca_file = ca_file && *ca_file ? xstrdup(ca_file) : NULL;
    return net;
}

static void ca_path(const struct sipnet *net, char *to, size_t cap)
{
    snprintf(to, cap, "%s/cafile.pem", net->ca_folder);
}

/* A folder of our own that names the authorities; false when it cannot be made. */
static bool make_ca_folder(struct sipnet *net)
{
    char path[64], real[PATH_MAX];
    if (net->ca_folder[0])
        return true;
    if (realpath(net->ca_file ? net->ca_file : SYSTEM_CA_FILE, real) == NULL)
        return false;
    text_copy(net->ca_folder, sizeof(net->ca_folder), "/tmp/rc-client-ca-XXXXXX");
    if (mkdtemp(net->ca_folder) == NULL) {
        net->ca_folder[0] = '\0';
        return false;
    }
    ca_path(net, path, sizeof(path));
    return symlink(real, path) == 0;
}

static void forget_ca_folder(const struct sipnet *net)
{
    char path[64];
    if (!net->ca_folder[0])
        return;
    ca_path(net, path, sizeof(path));
    unlink(path);
    rmdir(net->ca_folder);
}

void sipnet_free(struct sipnet *net)
{
    if (net == NULL)
        return;
    for (int i = 0; i < net->agent_count; i++) {
        nta_leg_destroy(net->agents[i].leg);
        nta_agent_destroy(net->agents[i].nta);
    }
    su_root_destroy(net->root);
    su_deinit();
    forget_ca_folder(net);
    free(net->ca_file);
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

/* --- what comes in by itself --- */

static int on_request(struct sipnet *net, nta_leg_t *leg, nta_incoming_t *request, sip_t const *sip)
{
    const char *method = sip->sip_request->rq_method_name;
    const char *call_id = sip->sip_call_id ? sip->sip_call_id->i_id : "";
    if (sip->sip_request->rq_method == sip_method_ack)
        return 0;
    return net->asked ? net->asked(net->asked_arg, method, call_id) : 481;
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

bool sipnet_same_target(const struct hostport *a, const struct hostport *b)
{
    char remote[2][INET6_ADDRSTRLEN], local[INET6_ADDRSTRLEN];
    int a_port = a->port ? a->port : SETTINGS_SIP_PORT;
    int b_port = b->port ? b->port : SETTINGS_SIP_PORT;
    return a_port == b_port && resolve(a, remote[0], local) && resolve(b, remote[1], local) &&
           strcmp(remote[0], remote[1]) == 0;
}

static struct agent *agent_for(struct sipnet *net, const char *local, const char *transport)
{
    for (int i = 0; i < net->agent_count; i++) {
        if (strcmp(net->agents[i].local, local) == 0 &&
            strcmp(net->agents[i].transport, transport) == 0)
            return &net->agents[i];
    }
    if (net->agent_count == AGENTS)
        return NULL;
    struct agent *agent = &net->agents[net->agent_count];
    bool is_ipv6 = strchr(local, ':') != NULL;
    char url[128];
    bool is_tls = strcmp(transport, "tls") == 0;
    if (is_tls && !make_ca_folder(net))
        return NULL;
    snprintf(url, sizeof(url), is_tls ? "sips:%s%s%s:*" : "sip:%s%s%s:*;transport=%s",
             is_ipv6 ? "[" : "", local, is_ipv6 ? "]" : "", transport);
    agent->nta = nta_agent_create(net->root, (url_string_t *)-1, NULL, NULL, NTATAG_CLIENT_RPORT(1),
                                  TAG_END());
    if (agent->nta == NULL)
        return NULL;
    if (nta_agent_add_tport(
            agent->nta, (url_string_t *)url, TAG_IF(is_tls, TPTAG_CERTIFICATE(net->ca_folder)),
            TAG_IF(is_tls, TPTAG_TLS_VERIFY_POLICY(TPTLS_VERIFY_OUT)), TAG_END()) != 0) {
        nta_agent_destroy(agent->nta);
        return NULL;
    }
    agent->leg = nta_leg_tcreate(agent->nta, on_request, net, NTATAG_NO_DIALOG(1), TAG_END());
    text_copy(agent->local, sizeof(agent->local), local);
    text_copy(agent->transport, sizeof(agent->transport), transport);
    net->agent_count++;
    return agent;
}

/* The agent for a proxy, and the proxy's address as a URL's host. */
static struct agent *reach(struct sipnet *net, const struct hostport *proxy, const char *transport,
                           char *remote, size_t cap)
{
    char address[INET6_ADDRSTRLEN], local[INET6_ADDRSTRLEN];
    if (!resolve(proxy, address, local))
        return NULL;
    bool is_ipv6 = strchr(address, ':') != NULL;
    snprintf(remote, cap, "%s%s%s", is_ipv6 ? "[" : "", address, is_ipv6 ? "]" : "");
    return agent_for(net, local, transport);
}

bool sipnet_local(struct sipnet *net, const struct hostport *proxy, const char *transport, char *to,
                  size_t cap)
{
    char remote[INET6_ADDRSTRLEN + 2];
    const struct agent *agent = reach(net, proxy, transport, remote, sizeof(remote));
    if (agent == NULL)
        return false;
    const sip_via_t *via = nta_agent_via(agent->nta);
    bool is_ipv6 = strchr(agent->local, ':') != NULL;
    snprintf(to, cap, "%s%s%s:%s", is_ipv6 ? "[" : "", agent->local, is_ipv6 ? "]" : "",
             via && via->v_port ? via->v_port : "5060");
    return true;
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
static bool is_vouched(struct sipnet *net, const struct sip_send *send)
{
    struct certlook_seen seen;
    char at[280];
    hostport_text(&send->proxy, at, sizeof(at));
    if (strcmp(net->vouched, at) == 0)
        return true;
    if (certlook(&send->proxy, "", net->ca_file ? net->ca_file : SYSTEM_CA_FILE, send->timeout_ms,
                 &seen) != CERTLOOK_GOOD)
        return false;
    text_copy(net->vouched, sizeof(net->vouched), at);
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
    return sipnames_hold(tx->agent->nta, request, host, domain) || is_vouched(tx->net, send);
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

static nta_outgoing_t *begin(struct agent *agent, const struct sip_send *send, const char *route,
                             struct transaction *tx)
{
    char cseq[48];
    snprintf(cseq, sizeof(cseq), "%u %s", send->cseq, send->method);
    return nta_outgoing_tcreate(
        agent->leg, strcmp(send->method, "ACK") == 0 ? NULL : on_answer, tx, (url_string_t *)route,
        sip_method_code(send->method), send->method, (url_string_t *)send->uri,
        TAG_IF(send->branch, NTATAG_BRANCH_KEY(send->branch)), SIPTAG_FROM_STR(send->from),
        SIPTAG_TO_STR(send->to), SIPTAG_CALL_ID_STR(send->call_id), SIPTAG_CSEQ_STR(cseq),
        TAG_IF(send->contact, SIPTAG_CONTACT_STR(send->contact)),
        TAG_IF(send->expires, SIPTAG_EXPIRES_STR(send->expires)),
        TAG_IF(send->authorization, SIPTAG_AUTHORIZATION_STR(send->authorization)),
        TAG_IF(send->proxy_authorization,
               SIPTAG_PROXY_AUTHORIZATION_STR(send->proxy_authorization)),
        TAG_IF(send->body, SIPTAG_CONTENT_TYPE_STR("application/sdp")),
        TAG_IF(send->body, SIPTAG_PAYLOAD_STR(send->body)), SIPTAG_USER_AGENT_STR(CLIENT_AGENT),
        TAG_END());
}

void sipnet_send(struct sipnet *net, const struct sip_send *send, const char *instance,
                 struct sip_got *ret_got)
{
    char remote[INET6_ADDRSTRLEN + 2], route[128];
    struct transaction tx = {.instance = instance, .got = ret_got, .net = net, .send = send};
    bool is_ack = strcmp(send->method, "ACK") == 0;
    *ret_got = (struct sip_got){.trouble = SIPUA_UNRESOLVED, .retry_after_s = -1};
    struct agent *agent = reach(net, &send->proxy, send->transport, remote, sizeof(remote));
    if (agent == NULL)
        return;
    tx.agent = agent;
    snprintf(route, sizeof(route),
             strcmp(send->transport, "tls") == 0 ? "sips:%s:%d" : "sip:%s:%d;transport=%s", remote,
             send->proxy.port ? send->proxy.port : SETTINGS_SIP_PORT, send->transport);
    nta_agent_set_params(agent->nta, NTATAG_SIP_T1X64((unsigned)send->timeout_ms),
                         NTATAG_TIMER_C(0), TAG_END());
    nta_outgoing_t *sent = begin(agent, send, route, &tx);
    /* NTA ends the transaction itself at timeout_ms; the margin is for its coarse timer. */
    int64_t begun_ms = clock_steady_ms();
    while (sent && !is_ack && !tx.is_done &&
           clock_steady_ms() < begun_ms + (tx.is_ringing ? RING_MS : send->timeout_ms + 1000))
        su_root_step(net->root, 100);
    if (sent && !tx.is_done && strcmp(send->method, "INVITE") == 0)
        nta_outgoing_cancel(sent);
    if (sent)
        nta_outgoing_destroy(sent);
    ret_got->status = tx.is_internal || tx.is_misnamed ? 0 : tx.status;
    if (tx.is_misnamed)
        ret_got->trouble = SIPUA_MISNAMED;
    else if (sent == NULL)
        ret_got->trouble = SIPUA_REFUSED;
    else if (!tx.is_done || (tx.is_internal && tx.status == 408))
        ret_got->trouble = SIPUA_SILENT;
    else
        ret_got->trouble = tx.is_internal ? SIPUA_REFUSED : SIPUA_ANSWERED;
}

void sipnet_wait(struct sipnet *net, int ms)
{
    int64_t until_ms = clock_steady_ms() + ms;
    do
        su_root_step(net->root, ms < 20 ? ms : 20);
    while (clock_steady_ms() < until_ms);
}
