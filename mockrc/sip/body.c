#include "sip/body.h"

#include "base/text.h"

#include <string.h>

static bool is_encoded(const struct sip_request *request)
{
    return request->content_encoding && !text_eq_nocase(request->content_encoding, "identity");
}

bool body_is(const struct sip_request *request, const char *type)
{
    return request->body && !is_encoded(request) &&
           (!request->content_type || text_eq_nocase(request->content_type, type));
}

bool body_refuse(struct sip_exchange *exchange, const char *const *types)
{
    const struct sip_request *request = exchange->request;
    if (!request->body || request->is_body_optional)
        return false;
    if (is_encoded(request)) {
        exchange->answer->accept_encoding = "identity";
        return exchange_answer(exchange, 415, NULL, "the body is encoded");
    }
    exchange->answer->accept = *types;
    for (; *types; types++) {
        if (body_is(request, *types)) {
            exchange->answer->accept = NULL;
            return false;
        }
        if (types[1])
            exchange->answer->accept =
                arena_printf(exchange->arena, "%s, %s", exchange->answer->accept, types[1]);
    }
    return exchange_answer(exchange, 415, NULL, "the body is of a type nobody reads here");
}

/* Is `type` within the range "type/subtype", "type/" with a star, or all stars? */
static bool is_within(const char *type, const char *range, size_t len)
{
    size_t major = strcspn(type, "/") + 1;
    if (len == 3 && strncmp(range, "*/*", 3) == 0)
        return true;
    char text[128];
    if (len >= sizeof text)
        return false;
    memcpy(text, range, len);
    text[len] = '\0';
    if (len == major + 1 && text[major] == '*') {
        text[major] = '\0';
        return text_starts_nocase(type, text);
    }
    return text_eq_nocase(type, text);
}

bool body_refuse_accept(struct sip_exchange *exchange, const char *type)
{
    const char *at = exchange->request->accept;
    if (!at)
        return false;
    for (; *at; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        if (is_within(type, at, len))
            return false;
        at += len;
    }
    return exchange_answer(exchange, 406, NULL, "no answer of ours is of a type the client takes");
}
