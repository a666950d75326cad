#include "sip/edge_wire.h"

#include "base/text.h"
#include "sip/hop_via.h"

#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { USER_AGENT_MAX = 128 /* bytes; the rest is cut */ };

/* A quoted-string without quotes and escapes (RFC 3261 25.1); other text as it is. */
static const char *unquote(struct arena *arena, const char *text)
{
    if (!text || *text != '"')
        return text;
    char *plain = arena_alloc(arena, strlen(text) + 1), *to = plain;
    for (text++; *text && *text != '"'; text++) {
        if (*text == '\\' && text[1])
            text++;
        *to++ = *text;
    }
    return plain;
}

static const char *param(struct arena *arena, const msg_param_t *params, const char *name)
{
    return unquote(arena, msg_params_find(params, name));
}

/* A count of seconds. RFC 3261 20.19 lets us take what is none as if it were absent. */
static int64_t seconds(const char *text)
{
    int64_t value;
    return text && text_int64(text, &value) && value >= 0 && value <= UINT32_MAX ? value : -1;
}

static void read_contact(const sip_contact_t *from, struct arena *arena, struct sip_contact *to)
{
    char uri[BINDING_CONTACT_MAX + 2];
    issize_t len = url_e(uri, sizeof uri, from->m_url);
    int64_t reg_id = seconds(msg_params_find(from->m_params, "reg-id="));
    const char *instance = param(arena, from->m_params, "+sip.instance=");
    /* Longer than a binding may be: cut to one byte more than that, so that it is seen. */
    size_t kept = len < 0 ? 0 : (size_t)len < sizeof uri ? (size_t)len : sizeof uri - 1;
    to->uri = arena_strndup(arena, uri, kept);
    to->expires_s = seconds(from->m_expires);
    to->reg_id = reg_id > 0 && reg_id <= INT32_MAX ? (int)reg_id : 0;
    if (instance && *instance == '<')
        instance = arena_strndup(arena, instance + 1, strcspn(instance + 1, ">"));
    to->instance = instance && *instance ? instance : NULL;
}

static void read_contacts(const sip_t *sip, struct arena *arena, struct sip_request *request)
{
    for (const sip_contact_t *contact = sip->sip_contact; contact; contact = contact->m_next)
        if (contact->m_url->url_type == url_any)
            request->has_star_contact = true;
        else if (request->contact_count == SIP_CONTACTS_MAX)
            request->has_too_many_contacts = true;
        else
            read_contact(contact, arena, &request->contacts[request->contact_count++]);
}

static void read_credentials(const sip_t *sip, struct arena *arena, struct sip_request *request)
{
    const sip_authorization_t *from =
        sip->sip_proxy_authorization ? sip->sip_proxy_authorization : sip->sip_authorization;
    while (from && strcasecmp(from->au_scheme, "Digest") != 0)
        from = from->au_next;
    if (!from)
        return;
    request->has_credentials = true;
    request->credentials = (struct sip_credentials){
        .username = param(arena, from->au_params, "username="),
        .realm = param(arena, from->au_params, "realm="),
        .nonce = param(arena, from->au_params, "nonce="),
        .uri = param(arena, from->au_params, "uri="),
        .response = param(arena, from->au_params, "response="),
        .algorithm = param(arena, from->au_params, "algorithm="),
        .qop = param(arena, from->au_params, "qop="),
        .cnonce = param(arena, from->au_params, "cnonce="),
        .nc = param(arena, from->au_params, "nc="),
    };
}

static void add_options(struct arena *arena, const msg_list_t *list, struct sip_request *request)
{
    for (; list; list = (const msg_list_t *)list->k_next)
        for (const msg_param_t *item = list->k_items; item && *item; item++)
            request->require =
                request->require ? arena_printf(arena, "%s, %s", request->require, *item) : *item;
}

static const char *url_text(struct arena *arena, const url_t *url)
{
    char text[512];
    issize_t len = url_e(text, sizeof text, url);
    return len > 0 && (size_t)len < sizeof text ? arena_strndup(arena, text, (size_t)len) : NULL;
}

static void read_replaces(const sip_t *sip, struct sip_request *request)
{
    const sip_replaces_t *replaces = sip->sip_replaces;
    if (!replaces)
        return;
    request->replaces.call_id = replaces->rp_call_id;
    request->replaces.to_tag = replaces->rp_to_tag;
    request->replaces.from_tag = replaces->rp_from_tag;
    request->replaces.is_early_only = replaces->rp_early_only;
}

static void read_body(const sip_t *sip, struct arena *arena, struct sip_request *request)
{
    if (sip->sip_refer_to)
        request->refer_to = url_text(arena, sip->sip_refer_to->r_url);
    if (!sip->sip_payload || !sip->sip_payload->pl_len)
        return;
    request->body = arena_strndup(arena, sip->sip_payload->pl_data, sip->sip_payload->pl_len);
    if (sip->sip_content_type)
        request->content_type = sip->sip_content_type->c_type;
    const sip_content_encoding_t *encoding = sip->sip_content_encoding;
    if (encoding && encoding->k_items && encoding->k_items[0])
        request->content_encoding = encoding->k_items[0];
    request->is_body_optional =
        sip->sip_content_disposition && sip->sip_content_disposition->cd_optional;
}

static void read_accept(const sip_t *sip, struct arena *arena, struct sip_request *request)
{
    for (const sip_accept_t *accept = sip->sip_accept; accept; accept = accept->ac_next)
        if (accept->ac_type)
            request->accept = request->accept
                                  ? arena_printf(arena, "%s %s", request->accept, accept->ac_type)
                                  : accept->ac_type;
}

static const char *fault_of(const sip_t *sip)
{
    const sip_request_t *line = sip->sip_request;
    if (line->rq_url->url_type == url_invalid ||
        (line->rq_url->url_type == url_sip &&
         (!line->rq_url->url_host || !*line->rq_url->url_host)))
        return "the Request-URI is no URI";
    size_t body = sip->sip_payload ? sip->sip_payload->pl_len : 0;
    if (sip->sip_content_length && sip->sip_content_length->l_length > body)
        return "the body is shorter than Content-Length says";
    if (sip->sip_cseq->cs_seq > INT32_MAX)
        return "the CSeq number is 2**31 or more";
    return NULL;
}

void edge_read(const sip_t *sip, struct arena *arena, struct sip_request *request)
{
    const url_t *uri = sip->sip_request->rq_url;
    request->method = sip->sip_request->rq_method_name;
    request->uri_scheme = uri->url_scheme ? uri->url_scheme : "";
    request->uri_user = uri->url_user;
    request->uri_host = uri->url_host;
    request->from_user = sip->sip_from->a_url->url_user;
    request->from_host = sip->sip_from->a_url->url_host;
    request->to_user = sip->sip_to->a_url->url_user;
    request->to_host = sip->sip_to->a_url->url_host;
    request->from_tag = sip->sip_from->a_tag;
    request->to_tag = sip->sip_to->a_tag;
    request->branch = sip->sip_via->v_branch;
    request->call_id = sip->sip_call_id->i_id;
    request->cseq = sip->sip_cseq->cs_seq;
    request->malformed = fault_of(sip);
    request->max_forwards =
        sip->sip_max_forwards ? (int)(sip->sip_max_forwards->mf_count & INT32_MAX) : -1;
    request->expires_s = sip->sip_expires ? (int64_t)sip->sip_expires->ex_delta : -1;
    if (sip->sip_user_agent && sip->sip_user_agent->g_string)
        request->user_agent = arena_strndup(arena, sip->sip_user_agent->g_string,
                                            strnlen(sip->sip_user_agent->g_string, USER_AGENT_MAX));
    read_replaces(sip, request);
    read_body(sip, arena, request);
    read_accept(sip, arena, request);
    add_options(arena, sip->sip_require, request);
    add_options(arena, sip->sip_proxy_require, request);
    read_contacts(sip, arena, request);
    read_credentials(sip, arena, request);
}

void edge_read_hop(const sip_t *sip, struct arena *arena, const char *key,
                   struct sip_request *request)
{
    const msg_param_t *params = sip->sip_via->v_params;
    const char *shown = msg_params_find(params, HOP_VIA_KEY "=");
    enum transport transport;
    if (!key || !shown || strcmp(shown, key) != 0 ||
        !transport_named(msg_params_find(params, HOP_VIA_TRANSPORT "="), &transport))
        return;
    request->transport = transport_name(transport);
    request->peer = param(arena, params, HOP_VIA_PEER "=");
}

/* sip.md 3.3: the platform's order is URI, expires, reg-id, instance; no blank behind a semicolon.
 */
static void write_contact(const struct sip_answer *answer, size_t i, struct buf *out)
{
    buf_str(out, "Contact: <");
    buf_str(out, answer->contacts[i].uri);
    buf_char(out, '>');
    if (answer->contacts[i].expires_s >= 0) {
        buf_str(out, ";expires=");
        buf_int(out, answer->contacts[i].expires_s);
    }
    if (answer->contacts[i].reg_id) {
        buf_str(out, ";reg-id=");
        buf_int(out, answer->contacts[i].reg_id);
    }
    if (answer->contacts[i].instance) {
        buf_str(out, ";+sip.instance=\"<");
        buf_str(out, answer->contacts[i].instance);
        buf_str(out, ">\"");
    }
    buf_str(out, "\r\n");
}

static void write_text(const char *name, const char *value, struct buf *out)
{
    if (!value)
        return;
    buf_str(out, name);
    buf_str(out, value);
    buf_str(out, "\r\n");
}

static void write_number(const char *name, int value, struct buf *out)
{
    if (!value)
        return;
    buf_str(out, name);
    buf_int(out, value);
    buf_str(out, "\r\n");
}

void edge_write(const struct sip_answer *answer, struct buf *out)
{
    for (size_t i = 0; i < answer->contact_count; i++)
        write_contact(answer, i, out);
    write_text(answer->status == 407 ? "Proxy-Authenticate: " : "WWW-Authenticate: ",
               answer->challenge, out);
    write_text("Content-Type: ", answer->content_type, out);
    write_text("Allow: ", answer->allow, out);
    write_text("Supported: ", answer->supported, out);
    write_text("Unsupported: ", answer->unsupported, out);
    write_text("Accept: ", answer->accept, out);
    write_text("Accept-Encoding: ", answer->accept_encoding, out);
    write_number("Min-Expires: ", answer->min_expires_s, out);
    write_number("Retry-After: ", answer->retry_after_s, out);
}
