/* What a user's bearer token gets from the OAuth server itself (oauth.md 9). */
#include "oauth/handlers.h"

#include "api/refuse.h"
#include "base/text.h"
#include "oauth/id_token.h"

#include <string.h>

void oauth_userinfo(struct call *call)
{
    struct json_out json = reply_json(call, 200);
    json_open(&json, NULL);
    id_claims(&json, call->user);
    json_close(&json);
}

/* A token to open the notifications' WebSocket with. */
void oauth_wstoken(struct call *call)
{
    struct world *world = call->world;
    int64_t ttl_ms = world->knobs.ws_token_ttl_ms;
    struct json_out json = reply_json(call, 200);
    json_open(&json, NULL);
    /* Without a front there is none; the address is the API's own then. */
    const char *uri = call->request->is_tls && world->wss_url ? world->wss_url : world->ws_url;
    const char *host = strstr(world->base_url, "://");
    if (uri)
        json_str(&json, "uri", uri);
    else
        json_fmt(&json, "uri", "ws%s/ws", host ? host : "");
    json_str(&json, "ws_access_token", session_ws_token(world, call->session, ttl_ms));
    json_int(&json, "expires_in", ttl_ms / 1000);
    json_close(&json);
    web_reply_header(call->reply, "Cache-Control", "no-store");
    web_reply_header(call->reply, "Pragma", "no-cache");
}
