/* THE table of fault kinds. A new kind is a row: its name, the plan the edge performs, and which
 * arguments it takes. */
#include "fault/kinds.h"

/* Asked and answered: HTTP, SIP, what a client says of itself. Notifications only leave. */
#define ANSWERED      (~0u & ~(1u << LAYER_MEDIA) & ~NOTIFICATIONS)
#define NOTIFICATIONS (1u << LAYER_NOTIFY)

static const struct fault_kind kinds[] = {
    {.name = "answer",
     .plan = PLAN_ANSWER,
     .help = "answers this instead: status, code, message, body, retry_after; SIP: to (3xx: a "
             "proxy)",
     .args = {"status", "code", "message", "body", "retry_after", "to"},
     .needs = "status"},
    {.name = "delay",
     .plan = PLAN_DELAY,
     .help = "answers as usual, later: delay; a notification: in world time",
     .args = {"delay"},
     .needs = "delay",
     .layers = ANSWERED | NOTIFICATIONS},
    {.name = "drop",
     .plan = PLAN_DROP,
     .help = "does the work but never answers; HTTP is closed after `delay` (10s)",
     .args = {"delay"},
     .layers = ANSWERED | NOTIFICATIONS},
    {.name = "close",
     .plan = PLAN_CLOSE,
     .help =
         "closes the connection without doing the work (SIP over UDP: silence); a WebSocket with "
         "the close code `code`",
     .args = {"code"},
     .layers = ANSWERED | NOTIFICATIONS},
    {.name = "impair",
     .plan = PLAN_IMPAIR,
     .help = "harms a phone's audio from media.start on: loss and reorder (percent), jitter, "
             "direction (to_phone, from_phone; both unless told)",
     .args = {"loss", "reorder", "jitter", "direction"},
     .layers = 1u << LAYER_MEDIA},
    {.name = "duplicate",
     .plan = PLAN_DUPLICATE,
     .help = "delivers a notification twice",
     .layers = NOTIFICATIONS},
    {.name = "reorder",
     .plan = PLAN_REORDER,
     .help = "lets the next notification of the subscription pass",
     .layers = NOTIFICATIONS},
};

size_t fault_kind_count(void)
{
    return sizeof kinds / sizeof *kinds;
}

bool fault_kind_acts_on(const struct fault_kind *kind, enum layer layer)
{
    return (kind->layers ? kind->layers : ANSWERED) >> layer & 1;
}

const struct fault_kind *fault_kind_at(size_t i)
{
    return &kinds[i];
}

const char *fault_kind_name(size_t i)
{
    return kinds[i].name;
}

const char *fault_kind_help(size_t i)
{
    return kinds[i].help;
}

const char *plan_kind_name(enum plan_kind kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].plan == kind)
            return kinds[i].name;
    return NULL;
}
