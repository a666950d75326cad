/* THE table of fault kinds. A new kind is a row: its name, the plan the edge performs, and which
 * arguments it takes. */
#include "fault/kinds.h"

static const struct fault_kind kinds[] = {
    {.name = "answer",
     .plan = PLAN_ANSWER,
     .help = "answers this instead: status, code, message, body, retry_after; SIP: to (3xx: a "
             "proxy)",
     .args = {"status", "code", "message", "body", "retry_after", "to"},
     .needs = "status"},
    {.name = "delay",
     .plan = PLAN_DELAY,
     .help = "answers as usual, later: delay",
     .args = {"delay"},
     .needs = "delay"},
    {.name = "drop",
     .plan = PLAN_DROP,
     .help = "does the work but never answers; HTTP is closed after `delay` (10s)",
     .args = {"delay"}},
    {.name = "close",
     .plan = PLAN_CLOSE,
     .help = "closes the connection without doing the work (SIP over UDP: silence)"},
    {.name = "impair",
     .plan = PLAN_IMPAIR,
     .help = "harms a phone's audio from media.start on: loss and reorder (percent), jitter, "
             "direction (to_phone, from_phone; both unless told)",
     .args = {"loss", "reorder", "jitter", "direction"},
     .is_of_media = true},
};

size_t fault_kind_count(void)
{
    return sizeof kinds / sizeof *kinds;
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
