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

struct edge_request {
    struct edge_request *next, *prev;
    struct edge_requests *requests;
    struct edge_home *home;
    struct sip_out *out;
    nta_outgoing_t *transaction;
};

static void tell(struct edge_home *home, const struct sip_out *out, int status, const char *phrase)
{
    struct sip_reply reply = {.request = out, .status = status, .phrase = phrase};
    home->options.replied(home->options.context, &reply);
}

void edge_request_fail(struct edge_home *home, struct sip_out *out)
{
    tell(home, out, 503, "Service Unavailable");
    sip_out_free(out);
}

static void request_end(struct edge_request *request, int status, const char *phrase)
{
    struct edge_requests *requests = request->requests;
    if (request->prev)
        request->prev->next = request->next;
    else
        requests->first = request->next;
    if (request->next)
        request->next->prev = request->prev;
    requests->count--;
    tell(request->home, request->out, status, phrase);
    if (request->transaction)
        nta_outgoing_destroy(request->transaction);
    sip_out_free(request->out);
    free(request);
}

/* Also told of time-outs and broken connections, as 408 and 503 of the library's own making. */
static int on_reply(struct edge_request *request, nta_outgoing_t *transaction, const sip_t *sip)
{
    int status = nta_outgoing_status(transaction);
    if (status >= 200)
        request_end(request, status, sip && sip->sip_status ? sip->sip_status->st_phrase : NULL);
    return 0;
}

static msg_t *message_of(nta_agent_t *nta, const struct sip_out *out)
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

void edge_request_send(struct edge_requests *requests, struct edge_home *home, nta_agent_t *nta,
                       tport_t *over, struct sip_out *out)
{
    char route[128];
    snprintf(route, sizeof route, "sip:%s;transport=udp", out->peer);
    bool may = requests->count < EDGE_REQUESTS_MAX && (over || (!out->flow && *out->peer));
    msg_t *msg = may ? message_of(nta, out) : NULL;
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
        request_end(request, 503, "Service Unavailable");
    }
}

void edge_requests_done(struct edge_requests *requests)
{
    while (requests->first)
        request_end(requests->first, 503, "Service Unavailable");
}
