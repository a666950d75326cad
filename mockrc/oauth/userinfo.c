/* What a user's bearer token gets from the OAuth server itself (oauth.md 9). */
#include "oauth/handlers.h"

#include "api/refuse.h"
#include "base/text.h"
#include "oauth/id_token.h"

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
    int64_t ttl_ms = world->knobs.oauth_ws_token_ttl_ms;
    const char *base = world->base_url;
    bool is_tls = text_starts(base, "https://");
    struct json_out json = reply_json(call, 200);
    json_open(&json, NULL);
    json_fmt(&json, "uri", "%s://%s/ws", is_tls ? "wss" : "ws",
             base + (is_tls ? sizeof "https://" : sizeof "http://") - 1);
    json_str(&json, "ws_access_token", session_ws_token(world, call->session, ttl_ms));
    json_int(&json, "expires_in", ttl_ms / 1000);
    json_close(&json);
    web_reply_header(call->reply, "Cache-Control", "no-store");
    web_reply_header(call->reply, "Pragma", "no-cache");
}
