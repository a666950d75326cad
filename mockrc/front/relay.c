#include "front/relay.h"

enum { RELAY_HIGH = 256 << 10 /* more than this waiting for one side holds the other back */ };

struct relay {
    struct link *other; /* NULL: gone */
};

static const struct link_service relay_back_service;

static struct relay *relay_of(struct link *link)
{
    return link_state(link);
}

static void relay_opened(struct link *link)
{
    struct relay *relay = relay_of(link);
    relay->other = link_connect(link, link_facts(link)->upstream, &relay_back_service, NULL);
    relay_of(relay->other)->other = link;
}

static size_t relay_data(struct link *link, const char *bytes, size_t len)
{
    struct link *other = relay_of(link)->other;
    link_write(other, bytes, len);
    if (link_waiting(other) > RELAY_HIGH)
        link_pause(link, true);
    return len;
}

static void relay_drained(struct link *link)
{
    link_pause(relay_of(link)->other, false);
}

static void relay_ended(struct link *link)
{
    link_finish(relay_of(link)->other);
}

/* The library has no more to say and no ear either: who stays connected would be heard by nobody. */
static void relay_back_ended(struct link *link)
{
    link_close(relay_of(link)->other);
    link_close(link);
}

static void relay_closed(struct link *link, enum link_end end)
{
    struct link *other = relay_of(link)->other;
    if (!other)
        return;
    relay_of(other)->other = NULL;
    if (end == LINK_END_OURS || end == LINK_END_PEER)
        link_close(other);
    else
        link_abort(other);
}

const struct link_service relay_service = {
    .name = "relay",
    .state_len = sizeof(struct relay),
    .opened = relay_opened,
    .data = relay_data,
    .ended = relay_ended,
    .drained = relay_drained,
    .closed = relay_closed,
};

/* The side of the library. */
static const struct link_service relay_back_service = {
    .name = "relay back",
    .state_len = sizeof(struct relay),
    .data = relay_data,
    .ended = relay_back_ended,
    .drained = relay_drained,
    .closed = relay_closed,
};
