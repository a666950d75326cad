/* The WebSocket gateway, from the client's side; see gateway.h. */
#include "gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "text.h"
#include "wslink.h"

struct gateway {
    struct client *client;
    struct wslink *link; /* NULL: not connected */
    const char *lost;    /* a diagnosis, NULL: none */
    char wsc[128];       /* the newest recovery token, "" none */
    int64_t wsc_sequence;
    int64_t said;     /* numbers our messages */
    char waiting[24]; /* the messageId whose answer is waited for, "" none */
    cJSON *answer;    /* the frame that came for it */
    cJSON *details;   /* the frame that opened the connection */
    bool has_timed_out;
    int taken; /* notifications since gateway_drain last asked */
};

struct gateway *gateway_new(struct client *client)
{
    struct gateway *gateway = xcalloc(1, sizeof(*gateway));
    gateway->client = client;
    return gateway;
}

static void disconnect(struct gateway *gateway)
{
    wslink_close(gateway->link);
    gateway->link = NULL;
    cJSON_Delete(gateway->answer);
    cJSON_Delete(gateway->details);
    gateway->answer = gateway->details = NULL;
    gateway->waiting[0] = '\0';
}

static void lose(struct gateway *gateway, const char *diagnosis)
{
    gateway->lost = gateway->has_timed_out ? "WS_TIMEOUT_CLOSED" : diagnosis;
    disconnect(gateway);
}

void gateway_end(struct gateway *gateway)
{
    disconnect(gateway);
    gateway->lost = NULL;
    gateway->wsc[0] = '\0';
}

void gateway_free(struct gateway *gateway)
{
    if (gateway == NULL)
        return;
    disconnect(gateway);
    explicit_bzero(gateway->wsc, sizeof(gateway->wsc));
    free(gateway);
}

bool gateway_is_open(const struct gateway *gateway)
{
    return gateway && gateway->link;
}

const char *gateway_lost(const struct gateway *gateway)
{
    return gateway ? gateway->lost : NULL;
}

/* ---- what comes: [meta] or [meta, body] ---- */

static void take_notification(struct gateway *gateway, cJSON *frame)
{
    const cJSON *body = cJSON_GetArrayItem(frame, 1);
    char *line = body ? json_line(body) : NULL;
    gateway->taken += line && events_take(gateway->client, line);
    cJSON_free(line);
}

static void keep(cJSON **kept, cJSON **frame)
{
    cJSON_Delete(*kept);
    *kept = *frame;
    *frame = NULL;
}

/* The highest sequence is the newest; a recovery begins to count anew (rest.md 8.2). */
static void take_wsc(struct gateway *gateway, const cJSON *frame)
{
    const cJSON *meta = cJSON_GetArrayItem(frame, 0);
    const char *token = json_text(meta, "wsc.token", "");
    int64_t sequence = json_int(meta, "wsc.sequence", 0);
    bool is_first = strcmp(json_text(meta, "type", ""), "ConnectionDetails") == 0;
    if (*token == '\0' || (!is_first && gateway->wsc[0] && sequence < gateway->wsc_sequence))
        return;
    text_copy(gateway->wsc, sizeof(gateway->wsc), token);
    gateway->wsc_sequence = sequence;
}

static void hear(void *arg, const char *text, size_t len)
{
    struct gateway *gateway = arg;
    char *copy = xstrndup(text, len);
    cJSON *frame = json_parse(copy);
    const cJSON *meta = cJSON_GetArrayItem(frame, 0), *body = cJSON_GetArrayItem(frame, 1);
    const char *type = json_text(meta, "type", ""), *id = json_text(meta, "messageId", "");
    const char *code = json_text(body, "errorCode", "");
    bool is_answer = *gateway->waiting && strcmp(id, gateway->waiting) == 0;
    take_wsc(gateway, frame);
    if (strcmp(type, "ServerNotification") == 0)
        take_notification(gateway, frame);
    else if (strcmp(type, "Error") == 0 && !is_answer && !gateway->details)
        keep(&gateway->details, &frame); /* instead of ConnectionDetails */
    else if (strcmp(type, "Error") == 0 && !is_answer)
        gateway->has_timed_out |= !strcmp(code, "WSG-902") || !strcmp(code, "WSG-903");
    else if (strcmp(type, "ConnectionDetails") == 0)
        keep(&gateway->details, &frame);
    else if (is_answer)
        keep(&gateway->answer, &frame);
    else if (strcmp(type, "Heartbeat") == 0 && gateway->link)
        wslink_text(gateway->link, copy); /* theirs: answered by the same */
    cJSON_Delete(frame);
    free(copy);
}

/* Until `*frame` is there. False: it did not come in time, or the connection ended (then there is no
 * link any more). */
static bool wait_for(struct gateway *gateway, cJSON *const *frame, int wait_ms)
{
    int64_t until_ms = clock_steady_ms() + wait_ms, left_ms = wait_ms;
    while (*frame == NULL && left_ms >= 0) {
        bool is_open = wslink_hear(gateway->link, (int)left_ms);
        if (!is_open && *frame == NULL) {
            lose(gateway, "WS_CLOSED");
            return false;
        }
        left_ms = until_ms - clock_steady_ms();
    }
    return *frame != NULL;
}

/* ---- what is said ---- */

/* Says [meta] or [meta, body] and waits for the frame with its id, which the caller deletes. */
static cJSON *say(struct gateway *gateway, cJSON *meta, const cJSON *body)
{
    cJSON *frame = cJSON_CreateArray(), *answer;
    snprintf(gateway->waiting, sizeof(gateway->waiting), "rc-%lld", (long long)++gateway->said);
    json_put(meta, "messageId", gateway->waiting);
    cJSON_AddItemToArray(frame, meta);
    if (body)
        cJSON_AddItemToArray(frame, cJSON_Duplicate(body, true));
    char *line = json_line(frame);
    bool is_sent = wslink_text(gateway->link, line);
    cJSON_free(line);
    cJSON_Delete(frame);
    if (!is_sent)
        lose(gateway, "WS_CLOSED");
    else if (!wait_for(gateway, &gateway->answer, gateway->client->ws_timeout_ms) && gateway->link)
        lose(gateway, "WS_HALF_OPEN");
    answer = gateway->answer;
    gateway->answer = NULL;
    gateway->waiting[0] = '\0';
    return answer;
}

bool gateway_beat(struct gateway *gateway)
{
    if (!gateway_is_open(gateway))
        return false;
    cJSON *meta = cJSON_CreateObject();
    json_put(meta, "type", "Heartbeat");
    cJSON_Delete(say(gateway, meta, NULL));
    return gateway_is_open(gateway);
}

void gateway_wait(struct gateway *gateway, int wait_ms)
{
    if (gateway_is_open(gateway) && !wslink_hear(gateway->link, wait_ms))
        lose(gateway, "WS_CLOSED");
}

int gateway_drain(struct gateway *gateway)
{
    if (gateway_is_open(gateway) && !wslink_hear(gateway->link, 0))
        lose(gateway, "WS_CLOSED");
    int taken = gateway ? gateway->taken : 0;
    if (gateway)
        gateway->taken = 0;
    return taken;
}

/* What a frame says instead of what was asked for. */
static void read_error(const cJSON *frame, struct apierr *err)
{
    const cJSON *body = cJSON_GetArrayItem(frame, 1);
    *err = (struct apierr){.status = (int)json_int(cJSON_GetArrayItem(frame, 0), "status", 0)};
    text_copy(err->code, sizeof(err->code), json_text(body, "errorCode", ""));
    text_copy(err->message, sizeof(err->message), json_text(body, "message", ""));
}

cJSON *gateway_ask(struct gateway *gateway, const char *method, const char *path, const cJSON *body,
                   struct apierr *err)
{
    *err = (struct apierr){0};
    text_copy(err->message, sizeof(err->message), "the WebSocket gave no answer");
    if (!gateway_is_open(gateway))
        return NULL;
    cJSON *meta = cJSON_CreateObject();
    json_put(meta, "type", "ClientRequest");
    json_put(meta, "method", method);
    json_put(meta, "path", path);
    cJSON *frame = say(gateway, meta, body), *result = NULL;
    if (frame)
        read_error(frame, err);
    if (frame && err->status == 200)
        result = cJSON_DetachItemFromArray(frame, 1);
    cJSON_Delete(frame);
    return result;
}

/* ---- connecting ---- */

/* Where to connect, token and all. */
static bool address_of(const struct gateway *gateway, const cJSON *told, struct sb *url)
{
    const char *uri = json_text(told, "uri", ""), *token = json_text(told, "ws_access_token", "");
    sb_addf(url, "%s%caccess_token=", uri, strchr(uri, '?') ? '&' : '?');
    sb_add_url(url, token);
    if (gateway->wsc[0]) {
        sb_add(url, "&wsc=");
        sb_add_url(url, gateway->wsc);
    }
    return *uri && *token && !sb_is_cut(url);
}

static bool open_link(struct gateway *gateway, struct rest *rest, const char *url,
                      struct apierr *err)
{
    struct client *client = gateway->client;
    char why[sizeof(err->message)];
    gateway->link = wslink_open(&(struct wslink_options){.url = url,
                                                         .agent = CLIENT_AGENT,
                                                         .ca_file = rest->settings.ca_file,
                                                         .no_proxy = web_no_proxy(client->web),
                                                         .timeout_ms = client->http_timeout_ms,
                                                         .rnd = &client->rnd,
                                                         .hear = hear,
                                                         .arg = gateway},
                                &err->status, why, sizeof(why));
    if (gateway->link == NULL)
        text_copy(err->message, sizeof(err->message), why);
    return gateway->link != NULL;
}

/* The platform speaks first (rest.md 8.1). */
static bool is_welcome(struct gateway *gateway, bool *ret_recovered, struct apierr *err)
{
    if (!wait_for(gateway, &gateway->details, gateway->client->ws_timeout_ms)) {
        text_copy(err->message, sizeof(err->message), "no ConnectionDetails came");
        return false;
    }
    const cJSON *meta = cJSON_GetArrayItem(gateway->details, 0);
    read_error(gateway->details, err);
    *ret_recovered = strcmp(json_text(cJSON_GetArrayItem(gateway->details, 1), "recoveryState", ""),
                            "Successful") == 0;
    return strcmp(json_text(meta, "type", ""), "ConnectionDetails") == 0;
}

bool gateway_connect(struct gateway *gateway, struct rest *rest, bool *ret_recovered,
                     struct apierr *err)
{
    struct sb url = SB_MAX(8192);
    disconnect(gateway);
    gateway->has_timed_out = false;
    *ret_recovered = false;
    cJSON *told = rest_send(rest, "POST", "/restapi/oauth/wstoken", NULL, "auth", err);
    bool is_open = told && address_of(gateway, told, &url) &&
                   open_link(gateway, rest, sb_text(&url), err) &&
                   is_welcome(gateway, ret_recovered, err);
    if (url.text)
        explicit_bzero(url.text, url.cap);
    sb_done(&url);
    cJSON_Delete(told);
    if (!is_open) {
        disconnect(gateway);
        gateway->wsc[0] = '\0'; /* one that is refused must not be sent for ever */
        return false;
    }
    gateway->lost = NULL;
    return true;
}
