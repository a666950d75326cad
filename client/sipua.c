/* REGISTER and OPTIONS with their digest round; see sipua.h. */
#include "sipua.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipnet.h"
#include "text.h"

#define DIGEST_ROUNDS 3

/* The headers of one request and of its repetitions. */
struct attempt {
    char uri[300], from[600], to[600], call_id[64], contact_params[100], expires[16], branch[64];
    struct sb authorization;
};

static void build(struct rnd *rnd, const struct sipua_request *request, struct attempt *at)
{
    char tag[17];
    rnd_hex(rnd, tag, 16);
    rnd_hex(rnd, at->call_id, 32);
    snprintf(at->uri, sizeof(at->uri), "sip:%s", request->domain);
    snprintf(at->from, sizeof(at->from), "<sip:%s@%s>;tag=%s", request->user, request->domain, tag);
    snprintf(at->to, sizeof(at->to), "<sip:%s@%s>", request->user, request->domain);
    snprintf(at->contact_params, sizeof(at->contact_params),
             ";reg-id=1;+sip.instance=\"<urn:uuid:%s>\"", request->instance);
}

static void answer_challenge(struct rnd *rnd, const struct sipua_request *request,
                             const struct challenge *challenge, struct attempt *at)
{
    char cnonce[17];
    rnd_hex(rnd, cnonce, 16);
    sb_reset(&at->authorization);
    digest_header(challenge,
                  &(struct digest_answer){.username = request->auth_id,
                                          .password = request->password,
                                          .method = "REGISTER",
                                          .uri = at->uri,
                                          .cnonce = cnonce},
                  &at->authorization);
}

static void take(const struct sip_got *got, struct sipua_result *result)
{
    result->trouble = got->trouble;
    result->said = got->said;
    text_copy(result->by, sizeof(result->by), got->by);
    result->status = got->status;
    result->granted_s = got->status / 100 == 2 ? got->granted_s : 0;
    result->contacts = got->status / 100 == 2 ? got->contacts : 0;
    result->retry_after_s = got->retry_after_s;
    result->has_moved = got->has_moved;
    result->moved = got->moved;
}

void sipua_send(struct sipnet *net, struct rnd *rnd, const struct sipua_request *request,
                struct sipua_result *ret_result)
{
    struct sipua_result result = {.trouble = SIPUA_UNRESOLVED, .retry_after_s = -1};
    bool is_ping = request->kind == SIPUA_PING;
    bool has_contact = request->kind == SIPUA_REGISTER || request->kind == SIPUA_UNREGISTER;
    struct attempt at = {.authorization = SB_MAX(4096)};
    int expires_s = request->kind == SIPUA_UNREGISTER ? 0 : request->expires_s;
    build(rnd, request, &at);
    for (unsigned cseq = 1; cseq <= DIGEST_ROUNDS; cseq++) {
        struct sip_got got;
        char branch[25];
        rnd_hex(rnd, branch, 24);
        snprintf(at.branch, sizeof(at.branch), "z9hG4bK%s", branch);
        snprintf(at.expires, sizeof(at.expires), "%d", expires_s);
        sipnet_send(net,
                    &(struct sip_send){.method = is_ping ? "OPTIONS" : "REGISTER",
                                       .proxy = request->proxy,
                                       .transport = request->transport,
                                       .uri = at.uri,
                                       .from = at.from,
                                       .to = at.to,
                                       .call_id = at.call_id,
                                       .cseq = cseq,
                                       .branch = at.branch,
                                       .contact_user = has_contact ? request->user : NULL,
                                       .contact_params = at.contact_params,
                                       .expires = has_contact ? at.expires : NULL,
                                       .authorization =
                                           at.authorization.len > 0 ? at.authorization.text : NULL,
                                       .timeout_ms = request->timeout_ms},
                    request->instance, &got);
        /* Another address than before does not know our digest: it asks by its own right. */
        if (strcmp(got.by, result.by) != 0)
            result.has_answered = false;
        take(&got, &result);
        if (got.trouble == SIPUA_ANSWERED && got.status == 423 && got.min_expires_s > expires_s) {
            expires_s = got.min_expires_s; /* RFC 3261 10.2.8 */
        } else if (got.trouble == SIPUA_ANSWERED && !is_ping && got.status == 401 &&
                   got.has_challenge && (!result.has_answered || got.challenge.is_stale)) {
            text_copy(result.realm, sizeof(result.realm), got.challenge.realm);
            answer_challenge(rnd, request, &got.challenge, &at);
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
                                           [SIPUA_UNRESOLVED] = "",
                                           [SIPUA_REFUSED] = "connection refused",
                                           [SIPUA_SILENT] = "no answer",
                                           [SIPUA_MISNAMED] = "the certificate is of another name"};
    if (result->trouble == SIPUA_ANSWERED)
        snprintf(to, cap, "SIP %d", result->status);
    else if (result->trouble == SIPUA_UNRESOLVED)
        snprintf(to, cap, "host not found: %s", resolver_text(result->said));
    else
        snprintf(to, cap, "%s", troubles[result->trouble]);
    return to;
}
