#define NTA_OUTGOING_MAGIC_T struct edge_request
#include "sip/edge_request.h"

#include "base/mem.h"

#include <sofia-sip/nta.h>
#include <sofia-sip/nta_tport.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_tag.h>
#include <sofia-sip/su_tag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct edge_request {
    struct edge_request *next, *prev;
    struct edge_requests *requests;
    struct edge_home *home;
    struct sip_out *out;
    struct sip_out *behind; /* what leaves when this was answered, in order */
    nta_outgoing_t *transaction;
};

/* `sip` may be NULL: the reply is of the library's or our own making. */
static void tell(struct edge_home *home, const struct sip_out *out, int status, const sip_t *sip)
{
    char contact[512], body[EDGE_MESSAGE_MAX + 1];
    struct sip_reply reply = {.request = out, .status = status};
    if (sip && sip->sip_status)
        reply.phrase = sip->sip_status->st_phrase;
    if (sip && sip->sip_to)
        reply.to_tag = sip->sip_to->a_tag;
    if (sip && sip->sip_contact) {
        issize_t len = url_e(contact, sizeof contact, sip->sip_contact->m_url);
        reply.contact = len > 0 && (size_t)len < sizeof contact ? contact : NULL;
    }
    if (sip && sip->sip_payload && sip->sip_payload->pl_len < sizeof body) {
        memcpy(body, sip->sip_payload->pl_data, sip->sip_payload->pl_len);
        body[sip->sip_payload->pl_len] = '\0';
        reply.body = body;
    }
    home->options.replied(home->options.context, &reply);
}

void edge_request_fail(struct edge_home *home, struct sip_out *out)
{
    if (strcmp(out->method, "ACK") != 0)
        tell(home, out, 503, NULL);
    sip_out_free(out);
}

static struct edge_request *find(const struct edge_requests *requests, uint64_t id)
{
    struct edge_request *request = requests->first;
    while (request && request->out->id != id)
        request = request->next;
    return request;
}

/* The first of those that waited leaves; the others wait for it. */
static void let_go(struct edge_requests *requests, struct edge_home *home, struct sip_out *waiting)
{
    for (uint64_t id = 0; waiting;) {
        struct sip_out *out = waiting;
        waiting = out->next;
        out->next = NULL;
        out->behind = id;
        if (!id)
            id = out->id;
        if (requests->send)
            requests->send(requests, out);
        else
            edge_request_fail(home, out);
    }
}

static void request_end(struct edge_request *request, int status, const sip_t *sip)
{
    struct edge_requests *requests = request->requests;
    struct edge_home *home = request->home;
    struct sip_out *behind = request->behind;
    if (request->prev)
        request->prev->next = request->next;
    else
        requests->first = request->next;
    if (request->next)
        request->next->prev = request->prev;
    requests->count--;
    tell(request->home, request->out, status, sip);
    if (request->transaction)
        nta_outgoing_destroy(request->transaction);
    sip_out_free(request->out);
    free(request);
    let_go(requests, home, behind);
}

static void hold(struct edge_request *request, struct sip_out *out)
{
    struct sip_out **end = &request->behind;
    while (*end)
        end = &(*end)->next;
    out->next = NULL;
    *end = out;
}

/* Also told of time-outs and broken connections, as 408 and 503 of the library's own making. */
static int on_reply(struct edge_request *request, nta_outgoing_t *transaction, const sip_t *sip)
{
    struct edge_home *home = request->home;
    int status = nta_outgoing_status(transaction);
    if (status >= 200)
        request_end(request, status, sip);
    else if (status > 100)
        tell(home, request->out, status, sip);
    home->drain(home);
    return 0;
}

msg_t *edge_request_message(nta_agent_t *nta, const struct sip_out *out)
{
    char cseq[64];
    msg_t *msg = nta_msg_create(nta, 0);
    char *line = su_sprintf(msg_home(msg), "%s %s SIP/2.0", out->method, out->uri);
    snprintf(cseq, sizeof cseq, "%u %s", out->cseq, out->method);
    if (sip_add_tl(msg, sip_object(msg), SIPTAG_REQUEST_STR(line), SIPTAG_FROM_STR(out->from),
                   SIPTAG_TO_STR(out->to), SIPTAG_CALL_ID_STR(out->call_id), SIPTAG_CSEQ_STR(cseq),
                   SIPTAG_MAX_FORWARDS_STR("70"),
                   TAG_IF(*out->headers, SIPTAG_HEADER_STR(out->headers)),
                   TAG_IF(out->body, SIPTAG_PAYLOAD_STR(out->body)), TAG_END()) >= 0)
        return msg;
    msg_destroy(msg);
    return NULL;
}

void edge_request_route(const struct sip_out *out, char route[EDGE_ROUTE_LEN])
{
    snprintf(route, EDGE_ROUTE_LEN, "sip:%s;transport=udp", out->peer);
}

void edge_request_send(struct edge_requests *requests, struct edge_home *home, nta_agent_t *nta,
                       tport_t *over, struct sip_out *out)
{
    struct edge_request *before = out->behind ? find(requests, out->behind) : NULL;
    if (before) {
        hold(before, out);
        return;
    }
    char route[EDGE_ROUTE_LEN];
    edge_request_route(out, route);
    bool may = requests->count < EDGE_REQUESTS_MAX && (over || (!out->flow && *out->peer));
    msg_t *msg = may ? edge_request_message(nta, out) : NULL;
    if (!msg) {
        edge_request_fail(home, out);
        return;
    }
    struct edge_request *request = xcalloc(1, sizeof *request);
    *request = (struct edge_request){
        .next = requests->first, .requests = requests, .home = home, .out = out};
    if (request->next)
        request->next->prev = request;
    requests->first = request;
    requests->count++;
    request->transaction =
        nta_outgoing_mcreate(nta, on_reply, request, over ? NULL : (url_string_t *)route, msg,
                             TAG_IF(over, NTATAG_TPORT(over)), TAG_END());
    if (!request->transaction) {
        msg_destroy(msg);
        request_end(request, 503, NULL);
    }
}

void edge_request_cancel(struct edge_requests *requests, uint64_t id)
{
    struct edge_request *request = find(requests, id);
    if (request && request->transaction)
        nta_outgoing_tcancel(request->transaction, NULL, NULL, TAG_END());
}

void edge_requests_done(struct edge_requests *requests)
{
    requests->send = NULL;
    while (requests->first)
        request_end(requests->first, 503, NULL);
}
