#include "sip/edge_agent.h"

#include "base/descriptors.h"
#include "base/mem.h"
#include "base/text.h"
#include "sip/edge_ack.h"
#include "sip/edge_flow.h"
#include "sip/edge_request.h"
#include "sip/edge_taken.h"
#include "sip/edge_udp.h"
#include "sip/edge_wire.h"

#include <errno.h>
#define NTA_AGENT_MAGIC_T struct edge_agent
#include <sofia-sip/msg_addr.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/nta_stateless.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_tag.h>
#include <sofia-sip/tport.h>
#include <sofia-sip/tport_tag.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PORT_TRIES = 16 /* to find one number free for UDP and TCP */ };

/* An answer that waits for its delay. */
struct held {
    struct held *next, *prev;
    struct edge_agent *agent;
    su_timer_t *timer;
    msg_t *request;
    int status;
    char *phrase, *headers, *body;
};

struct edge_agent {
    struct edge_home *home;
    size_t index;
    unsigned generation;
    struct edge_ports ports;
    nta_agent_t *nta;
    struct held *held;
    size_t held_count;
    struct edge_flows flows;
    struct edge_requests requests;
    struct edge_takens takens;
    struct edge_acks acks;
    struct edge_udp answers;
    usize_t bad_messages; /* the library's count at the last tick */
};

static void held_free(struct held *held)
{
    struct edge_agent *agent = held->agent;
    if (held->prev)
        held->prev->next = held->next;
    else
        agent->held = held->next;
    if (held->next)
        held->next->prev = held->prev;
    agent->held_count--;
    su_timer_destroy(held->timer);
    if (held->request)
        msg_destroy(held->request);
    free(held->phrase);
    free(held->headers);
    free(held->body);
    free(held);
}

/* Takes the request message. */
static void reply(struct edge_agent *agent, msg_t *request, int status, const char *phrase,
                  const char *headers, const char *body)
{
    if (edge_udp_answer(&agent->answers, nta_agent_tports(agent->nta), request, status, phrase,
                        headers, body)) {
        msg_destroy(request);
        return;
    }
    nta_msg_treply(agent->nta, request, status, phrase,
                   TAG_IF(*headers, SIPTAG_HEADER_STR(headers)),
                   TAG_IF(body, SIPTAG_PAYLOAD_STR(body)), TAG_END());
}

static void held_is_due(su_root_magic_t *magic, su_timer_t *timer, su_timer_arg_t *arg)
{
    struct held *held = (struct held *)arg;
    msg_t *request = held->request;
    held->request = NULL;
    reply(held->agent, request, held->status, held->phrase, held->headers, held->body);
    held_free(held);
}

static void reply_later(struct edge_agent *agent, msg_t *request, const struct sip_answer *answer,
                        int64_t delay_ms)
{
    if (agent->held_count >= EDGE_HELD_MAX) {
        msg_destroy(request);
        return;
    }
    struct held *held = xcalloc(1, sizeof *held);
    held->agent = agent;
    held->request = request;
    held->status = answer->status;
    xset(&held->phrase, answer->phrase);
    xset(&held->headers, buf_text(&agent->home->headers));
    xset(&held->body, answer->body);
    held->next = agent->held;
    if (held->next)
        held->next->prev = held;
    agent->held = held;
    agent->held_count++;
    held->timer = su_timer_create(su_root_task(agent->home->root), 0);
    su_timer_set_interval(held->timer, held_is_due, (su_timer_arg_t *)held,
                          (su_duration_t)(delay_ms < SU_DURATION_MAX ? delay_ms : SU_DURATION_MAX));
}

static void close_connection(struct edge_agent *agent, msg_t *request)
{
    tport_t *transport = nta_incoming_transport(agent->nta, NULL, request);
    msg_destroy(request);
    if (!transport)
        return;
    if (tport_is_stream(transport))
        tport_shutdown(transport, 2);
    tport_unref(transport);
}

static void perform(struct edge_agent *agent, msg_t *request, const struct sip_answer *answer,
                    const struct plan *plan)
{
    if (plan->kind == PLAN_CLOSE) {
        close_connection(agent, request);
    } else if (plan->kind == PLAN_DROP || answer->status == 0) {
        msg_destroy(request);
    } else if (answer->is_taken) {
        edge_take(&agent->takens, agent->home, agent->nta, request, agent->home->last_taken,
                  plan->kind == PLAN_DELAY ? plan->delay_ms : 0);
    } else {
        buf_reset(&agent->home->headers);
        edge_write(answer, &agent->home->headers);
        if (plan->kind == PLAN_DELAY)
            reply_later(agent, request, answer, plan->delay_ms);
        else
            reply(agent, request, answer->status, answer->phrase, buf_text(&agent->home->headers),
                  answer->body);
    }
}

/* An answer to nothing we wait for any more: a 200 because our ACK was lost, or nobody's. */
static void on_answer(struct edge_agent *agent, nta_agent_t *nta, const sip_t *sip)
{
    const struct sip_out *ack = edge_ack_find(&agent->acks, sip);
    if (ack)
        edge_ack_again(nta, edge_flow_transport(&agent->flows, ack->flow), ack);
}

/* By what it came, and all that it says. */
static void read_request(struct edge_agent *agent, const sip_t *sip, tport_t *transport, msg_t *msg,
                         char peer[EDGE_PEER_LEN], struct sip_request *request)
{
    struct edge_home *home = agent->home;
    arena_reset(&home->arena);
    *request = (struct sip_request){0};
    edge_read(sip, &home->arena, request);
    request->transport = "udp";
    request->peer = edge_udp_peer(peer, msg);
    if (tport_is_stream(transport)) {
        request->transport = "tcp";
        request->flow = edge_flow_of(&agent->flows, transport, &home->last_flow);
        edge_read_hop(sip, &home->arena, home->options.hop_key, request);
    }
    request->taken = ++home->last_taken;
}

/* Every message that belongs to no transaction: all but those about INVITEs that were taken. */
static int on_message(struct edge_agent *agent, nta_agent_t *nta, msg_t *msg, sip_t *sip)
{
    if (!sip || !sip->sip_request) {
        on_answer(agent, nta, sip);
        msg_destroy(msg);
        return 0;
    }
    struct edge_home *home = agent->home;
    struct sip_request request;
    struct sip_answer answer;
    struct plan plan;
    char peer[EDGE_PEER_LEN];
    read_request(agent, sip, tport_delivered_by(nta_agent_tports(nta), msg), msg, peer, &request);
    home->options.serve(home->options.context, &home->arena, agent->index, &request, &answer,
                        &plan);
    bool has_more = answer.has_more;
    perform(agent, msg, &answer, &plan);
    if (has_more)
        home->drain(home);
    return 0;
}

/* The library has found the answer that it is for, and repeats that until this is answered: a plan that
 * would not answer is not heeded. */
static void on_prack(struct edge_takens *takens, nta_incoming_t *transaction, const sip_t *sip)
{
    struct edge_agent *agent =
        (struct edge_agent *)((char *)takens - offsetof(struct edge_agent, takens));
    struct edge_home *home = agent->home;
    struct sip_request request;
    struct sip_answer answer;
    struct plan plan;
    char peer[EDGE_PEER_LEN];
    msg_t *msg = nta_incoming_getrequest(transaction);
    tport_t *transport = nta_incoming_transport(agent->nta, transaction, msg);
    read_request(agent, sip, transport, msg, peer, &request);
    request.is_prack_due = true;
    home->options.serve(home->options.context, &home->arena, agent->index, &request, &answer,
                        &plan);
    buf_reset(&home->headers);
    edge_write(&answer, &home->headers);
    const char *headers = buf_text(&home->headers);
    nta_incoming_treply(transaction, answer.status ? answer.status : 500, answer.phrase,
                        TAG_IF(*headers, SIPTAG_HEADER_STR(headers)),
                        TAG_IF(answer.body, SIPTAG_PAYLOAD_STR(answer.body)), TAG_END());
    nta_incoming_destroy(transaction);
    tport_unref(transport);
    msg_destroy(msg);
    if (answer.has_more)
        home->drain(home);
}

/* 0, or the errno of the failure. `name`: the library looks for the connection of a CANCEL by it, and by
 * address, among those of the listeners of that name. */
static int bind_at(struct edge_agent *agent, const char *name, const char *bind,
                   const char *transport, int port)
{
    bool is_ipv6 = strchr(bind, ':') != NULL;
    char url[128], number[16] = "*";
    if (port)
        snprintf(number, sizeof number, "%d", port);
    snprintf(url, sizeof url, is_ipv6 ? "sip:[%s]:%s;transport=%s" : "sip:%s:%s;transport=%s", bind,
             number, transport);
    errno = 0;
    if (nta_agent_add_tport(agent->nta, (url_string_t *)url, TPTAG_PONG2PING(1), TPTAG_IDENT(name),
                            TAG_END()) == 0)
        return 0;
    return errno ? errno : EINVAL;
}

static int bind_port(struct edge_agent *agent, const char *transport, int port)
{
    return bind_at(agent, "outer", agent->home->options.bind, transport, port);
}

/* The real ports, as the library has them: in the order they were bound in. */
static void read_ports(struct edge_agent *agent)
{
    int *ports[] = {&agent->ports.udp, &agent->ports.tcp, &agent->ports.inner};
    tport_t *primary = tport_primaries(nta_agent_tports(agent->nta));
    for (size_t i = 0; primary && i < sizeof ports / sizeof *ports; i++) {
        *ports[i] = (int)strtol(tport_name(primary)->tpn_port, NULL, 10);
        primary = tport_next(primary);
    }
}

/* Where one of this machine reaches what listens on `bind`. */
static const char *loopback_of(const char *bind)
{
    return text_eq(bind, "0.0.0.0") ? "127.0.0.1" : text_eq(bind, "::") ? "::1" : bind;
}

/* An agent of the library without listeners; created so, it tells the true errno of a bind. */
static void create(struct edge_agent *agent)
{
    agent->nta = nta_agent_create(agent->home->root, (url_string_t *)-1, on_message, agent,
                                  NTATAG_MAXSIZE(EDGE_MESSAGE_MAX), NTATAG_UDP_MTU(65535),
                                  NTATAG_UA(1), NTATAG_CANCEL_487(0), TAG_END());
}

static int refuse(const struct edge_agent *agent, const struct edge_wish *wish,
                  const char *transport, int port, int error, struct diag *diag)
{
    return diag_set(diag, ERR_ENV, NULL, 0, 0, "proxy %s: cannot listen on %s %s port %d: %s",
                    wish->name, agent->home->options.bind, transport, port, strerror(error));
}

/* Any UDP port whose number TCP has free too. */
static int open_any(struct edge_agent *agent, const struct edge_wish *wish, struct diag *diag)
{
    int error = 0;
    for (int i = 0; i < PORT_TRIES; i++) {
        if ((error = bind_port(agent, "udp", 0)))
            return refuse(agent, wish, "UDP", 0, error, diag);
        read_ports(agent);
        if (!(error = bind_port(agent, "tcp", agent->ports.udp)))
            return 0;
        nta_agent_destroy(agent->nta);
        create(agent);
    }
    return refuse(agent, wish, "TCP", agent->ports.udp, error, diag);
}

static int open_wished(struct edge_agent *agent, const struct edge_wish *wish, struct diag *diag)
{
    int error;
    if ((error = bind_port(agent, "udp", wish->udp)))
        return refuse(agent, wish, "UDP", wish->udp, error, diag);
    if ((error = bind_port(agent, "tcp", wish->tcp)))
        return refuse(agent, wish, "TCP", wish->tcp, error, diag);
    return 0;
}

static void send_waiting(struct edge_requests *requests, struct sip_out *out)
{
    edge_agent_send((struct edge_agent *)((char *)requests - offsetof(struct edge_agent, requests)),
                    out);
}

int edge_agent_open(struct edge_home *home, size_t index, const struct edge_wish *wish,
                    struct edge_agent **ret, struct diag *diag)
{
    struct edge_agent *agent = xcalloc(1, sizeof *agent);
    agent->home = home;
    agent->requests.send = send_waiting;
    agent->takens.prack = on_prack;
    edge_agent_rename(agent, index, wish);
    edge_udp_init(&agent->answers);
    create(agent);
    int err = wish->udp || wish->tcp ? open_wished(agent, wish, diag) : open_any(agent, wish, diag);
    /* Now: once there are connections, a further listener takes from the library what they point at. */
    int error = err ? 0 : bind_at(agent, "inner", loopback_of(home->options.bind), "tcp", 0);
    if (error)
        err = refuse(agent, wish, "TCP", 0, error, diag);
    if (err) {
        edge_agent_close(agent);
        return err;
    }
    read_ports(agent);
    *ret = agent;
    return 0;
}

void edge_agent_close(struct edge_agent *agent)
{
    while (agent->held)
        held_free(agent->held);
    edge_requests_done(&agent->requests);
    edge_takens_done(&agent->takens);
    edge_acks_done(&agent->acks);
    edge_flows_done(&agent->flows);
    nta_agent_destroy(agent->nta);
    edge_udp_done(&agent->answers);
    free(agent);
}

void edge_agent_send(struct edge_agent *agent, struct sip_out *out)
{
    tport_t *over = edge_flow_transport(&agent->flows, out->flow);
    switch (out->kind) {
    case SIP_OUT_REQUEST:
        if (strcmp(out->method, "ACK") == 0)
            edge_ack_send(&agent->acks, agent->nta, over, out);
        else
            edge_request_send(&agent->requests, agent->home, agent->nta, over, out);
        break;
    case SIP_OUT_CANCEL:
        edge_request_cancel(&agent->requests, out->of);
        sip_out_free(out);
        break;
    case SIP_OUT_ANSWER:
        edge_taken_answer(&agent->takens, out);
    }
}

void edge_agent_rename(struct edge_agent *agent, size_t index, const struct edge_wish *wish)
{
    agent->index = index;
    agent->generation = wish->generation;
}

void edge_agent_tick(struct edge_agent *agent)
{
    usize_t bad = agent->bad_messages;
    nta_agent_get_stats(agent->nta, NTATAG_S_BAD_MESSAGE_REF(bad), TAG_END());
    edge_flows_sweep(&agent->flows);
    edge_acks_sweep(&agent->acks);
    if (bad == agent->bad_messages)
        return;
    agent->bad_messages = bad;
    tport_t *primary = tport_primaries(nta_agent_tports(agent->nta));
    for (; primary; primary = tport_next(primary))
        if (tport_is_stream(primary))
            tport_flush(primary);
}

bool edge_agent_close_flow(struct edge_agent *agent, uint64_t flow)
{
    return edge_flow_close(&agent->flows, flow);
}

unsigned edge_agent_generation(const struct edge_agent *agent)
{
    return agent->generation;
}

const struct edge_ports *edge_agent_ports(const struct edge_agent *agent)
{
    return &agent->ports;
}

/* The library has no way to close one of its listeners: another socket takes the place of the one that is
 * given away. */
int edge_agent_yield_tcp(struct edge_agent *agent)
{
    tport_t *primary = tport_primaries(nta_agent_tports(agent->nta));
    while (primary && !tport_is_stream(primary))
        primary = tport_next(primary);
    if (!primary || agent->ports.is_yielded)
        return -1;
    const su_addrinfo_t *at = tport_get_address(primary);
    int fd = descriptor_bound(SOCK_STREAM, at->ai_addr, (socklen_t)at->ai_addrlen), quiet;
    int taken = fd >= 0 ? descriptor_take_over(fd, &quiet) : -1;
    agent->ports.is_yielded = taken >= 0;
    return taken;
}
