/* A simulator's clock; see clock_http.h. */
#include "clock_http.h"

#include "json.h"

static int64_t http_now(void *self)
{
    struct clock_http *state = self;
    struct web_reply reply;
    web_send(state->web, &(struct web_request){.url = state->url, .timeout_ms = 5000}, &reply);
    cJSON *json = reply.status == 200 ? json_parse(reply.body) : NULL;
    int64_t now_ms = json_int(json, "now_ms", 0);
    if (now_ms > 0)
        state->last_ms = now_ms;
    cJSON_Delete(json);
    web_reply_done(&reply);
    struct clock machine = clock_machine();
    return state->last_ms ? state->last_ms : clock_now_ms(&machine);
}

struct clock clock_http(struct clock_http *state, struct web *web, const char *url)
{
    *state = (struct clock_http){.web = web, .url = url};
    return (struct clock){.now_ms = http_now, .self = state};
}
