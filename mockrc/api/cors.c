#include "api/cors.h"

#include "base/text.h"

/* Chosen: a browser asks again after ten minutes. */
static const char max_age[] = "600";
static const char any_method[] = "GET, POST, PUT, PATCH, DELETE";
static const char readable[] =
    "Content-Disposition, Content-Language, Content-Range, RCRequestId, RoutingKey, "
    "X-Rate-Limit-Group, X-Rate-Limit-Limit, X-Rate-Limit-Remaining, X-Rate-Limit-Window";

static bool is_open(const struct call *call)
{
    static const char *const closed[] = {"/oauth/", "/restapi/oauth/authorize", "/__admin"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (text_starts(call->request->path, closed[i]))
            return false;
    return web_header_get(call->request, "Origin") != NULL;
}

bool cors_preflight(struct call *call, const char *allow)
{
    if (!text_eq(call->request->method, "OPTIONS") || !is_open(call) ||
        !web_header_get(call->request, "Access-Control-Request-Method"))
        return false;
    const char *headers = web_header_get(call->request, "Access-Control-Request-Headers");
    call->reply->status = 204;
    call->event->op = CORS_OP;
    web_reply_header(call->reply, "Access-Control-Allow-Methods", *allow ? allow : any_method);
    if (headers)
        web_reply_header(call->reply, "Access-Control-Allow-Headers", headers);
    web_reply_header(call->reply, "Access-Control-Max-Age", max_age);
    return true;
}

void cors_expose(struct call *call)
{
    if (!is_open(call))
        return;
    web_reply_header(call->reply, "Access-Control-Allow-Origin",
                     web_header_get(call->request, "Origin"));
    web_reply_header(call->reply, "Access-Control-Allow-Credentials", "true");
    web_reply_header(call->reply, "Vary", "Origin");
    web_reply_header(call->reply, "Access-Control-Expose-Headers", readable);
}
