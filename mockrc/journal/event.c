#include "journal/event.h"

#include "base/codec.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const char *const layers[LAYER_COUNT] = {
    [LAYER_OAUTH] = "oauth",     [LAYER_REST] = "rest",     [LAYER_SIP] = "sip",
    [LAYER_CONTROL] = "control", [LAYER_CLIENT] = "client", [LAYER_WORLD] = "world",
    [LAYER_NOTIFY] = "notify",   [LAYER_MEDIA] = "media",   [LAYER_NET] = "net",
    [LAYER_DNS] = "dns",
};

static const char *const keys[EVENT_KEY_COUNT] = {
#define KEY(name, text) [EVENT_##name] = text,
#include "journal/event_keys.def"
#undef KEY
};

_Static_assert(EVENT_KEY_COUNT <= 64, "the set of numbers is one word");

const char *layer_name(enum layer layer)
{
    return layers[layer];
}

const char *event_key_name(enum event_key key)
{
    return keys[key];
}

bool event_key_named(const char *name, enum event_key *ret)
{
    for (int i = 0; i < EVENT_KEY_COUNT; i++)
        if (text_eq(name, keys[i])) {
            *ret = (enum event_key)i;
            return true;
        }
    return false;
}

void event_init(struct event *event, enum layer layer, const char *op)
{
    event->seq = 0;
    event->time_ms = 0;
    event->layer = layer;
    event->op = op;
    event->cause = 0;
    event->numbers = 0;
    event->text_len = 0;
    memset(event->offset, 0, sizeof event->offset);
}

void event_set_n(struct event *event, enum event_key key, const char *value, size_t len)
{
    size_t room = EVENT_TEXT_MAX - event->text_len;
    if (room < 2)
        return;
    if (len > room - 1) {
        len = room - 1;
        while (len > 0 && ((unsigned char)value[len] & 0xc0) == 0x80)
            len--; /* not in the middle of a character */
    }
    char *at = event->text + event->text_len;
    memcpy(at, value, len);
    at[len] = '\0';
    event->offset[key] = (uint16_t)(event->text_len + 1);
    event->text_len += len + 1;
    event->numbers &= ~((uint64_t)1 << key);
}

void event_set(struct event *event, enum event_key key, const char *value)
{
    if (value)
        event_set_n(event, key, value, strlen(value));
}

void event_set_int(struct event *event, enum event_key key, int64_t value)
{
    char text[24];
    char *end = text + sizeof text, *at = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--at = '-';
    event_set_n(event, key, at, (size_t)(end - at));
    event->numbers |= (uint64_t)1 << key;
}

const char *event_get(const struct event *event, enum event_key key)
{
    return event->offset[key] ? event->text + event->offset[key] - 1 : NULL;
}

bool event_is_secret_name(const char *name, size_t len)
{
    static const char *const secrets[] = {
        "access_token",  "refresh_token", "token",           "code",
        "code_verifier", "password",      "client_secret",   "client_assertion",
        "assertion",     "id_token",      "ws_access_token", "verificationToken",
        "ivrPin",        "csrf",          "secret",          "jwt",
        "authorization", "state",         "new_password",    "confirm_password",
    };
    for (size_t i = 0; i < sizeof secrets / sizeof *secrets; i++)
        if (strlen(secrets[i]) == len && strncasecmp(secrets[i], name, len) == 0)
            return true;
    return false;
}

/* The same for a name as it stands in a query: escapes may hide it. */
static bool is_secret_in_query(const char *name, size_t len)
{
    char text[64];
    struct buf plain = {.data = text, .cap = sizeof text, .max = sizeof text - 1};
    return codec_unpercent(&plain, name, len, true) && event_is_secret_name(text, plain.len);
}

void event_set_query(struct event *event, const char *query)
{
    if (!query || !*query)
        return;
    char masked[EVENT_TEXT_MAX];
    size_t used = 0;
    for (const char *at = query; *at && used < sizeof masked - 8;) {
        size_t len = strcspn(at, "&");
        size_t name_len = strcspn(at, "=&");
        bool is_secret = name_len < len && is_secret_in_query(at, name_len);
        size_t keep = is_secret ? name_len + 1 : len;
        if (keep > sizeof masked - used - 8)
            keep = sizeof masked - used - 8;
        memcpy(masked + used, at, keep);
        used += keep;
        if (is_secret) {
            memcpy(masked + used, "***", 3);
            used += 3;
        }
        at += len;
        if (*at)
            masked[used++] = *at++;
    }
    event_set_n(event, EVENT_QUERY, masked, used);
}

void event_json(const struct event *event, struct json_out *out)
{
    json_int(out, "seq", (int64_t)event->seq);
    json_time(out, "time", event->time_ms);
    json_str(out, "layer", layers[event->layer]);
    json_str(out, "op", event->op);
    for (int i = 0; i < EVENT_KEY_COUNT; i++) {
        const char *value = event_get(event, (enum event_key)i);
        if (!value)
            continue;
        if (event->numbers >> i & 1)
            json_raw(out, keys[i], value);
        else
            json_str(out, keys[i], value);
    }
    if (event->cause)
        json_int(out, "cause", (int64_t)event->cause);
}
