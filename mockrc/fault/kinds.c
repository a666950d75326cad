/* THE table of fault kinds. A new kind is a row: its name, the plan the edge performs, and which
 * arguments it takes. */
#include "fault/kinds.h"

static const struct fault_kind kinds[] = {
    {"answer",
     PLAN_ANSWER,
     "answers this instead: status, code, message, body, retry_after; SIP: to (3xx: a proxy)",
     {"status", "code", "message", "body", "retry_after", "to"},
     "status"},
    {"delay", PLAN_DELAY, "answers as usual, later: delay", {"delay"}, "delay"},
    {"drop",
     PLAN_DROP,
     "does the work but never answers; HTTP is closed after `delay` (10s)",
     {"delay"},
     NULL},
    {"close",
     PLAN_CLOSE,
     "closes the connection without doing the work (SIP over UDP: silence)",
     {NULL},
     NULL},
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
