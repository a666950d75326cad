#include "journal/event_read.h"

#include "base/text.h"

static bool layer_named(const char *name, enum layer *ret)
{
    for (int i = 0; i < LAYER_COUNT; i++)
        if (text_eq(layer_name((enum layer)i), name)) {
            *ret = (enum layer)i;
            return true;
        }
    return false;
}

static bool read_count(const struct node *json, const char *key, uint64_t *ret)
{
    int64_t number;
    if (!node_int(node_get(json, key), &number) || number < 1)
        return false;
    *ret = (uint64_t)number;
    return true;
}

static void read_value(const struct node *value, enum event_key key, struct event *ret)
{
    int64_t number;
    if (value && value->kind == NODE_NUMBER && node_int(value, &number))
        event_set_int(ret, key, number);
    else
        event_set(ret, key, node_text(value, NULL));
}

const char *event_read(const struct node *json, struct event *ret)
{
    enum layer layer;
    uint64_t seq, cause = 0;
    int64_t time_ms;
    const char *op = node_text(node_get(json, "op"), NULL);
    if (!json || json->kind != NODE_MAP)
        return "it is no object";
    if (!read_count(json, "seq", &seq))
        return "\"seq\" is missing or no number from 1";
    if (!text_time_ms(node_text(node_get(json, "time"), ""), &time_ms))
        return "\"time\" is missing or no time";
    if (!layer_named(node_text(node_get(json, "layer"), ""), &layer))
        return "\"layer\" is missing or unknown";
    if (!op || !*op)
        return "\"op\" is missing";
    if (node_get(json, "cause") && !read_count(json, "cause", &cause))
        return "\"cause\" is no number from 1";
    event_init(ret, layer, op);
    ret->seq = seq;
    ret->time_ms = time_ms;
    ret->cause = cause;
    for (int key = 0; key < EVENT_KEY_COUNT; key++)
        read_value(node_get(json, event_key_name((enum event_key)key)), (enum event_key)key, ret);
    return NULL;
}
