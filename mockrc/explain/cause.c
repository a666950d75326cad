#include "explain/cause.h"

const char *weight_name(enum weight weight)
{
    static const char *const names[] = {
        [WEIGHT_BROKEN] = "broken", [WEIGHT_DEGRADED] = "degraded", [WEIGHT_NOTE] = "note"};
    return names[weight];
}

const struct plane_row *plane_row(enum plane plane)
{
    static const struct plane_row rows[PLANE_COUNT] = {
        [PLANE_OAUTH] = {"oauth", "login and grant", "{layer: oauth}"},
        [PLANE_REST] = {"rest", "REST data", "{layer: rest, op: '!*ecording*'}"},
        [PLANE_EVENTS] = {"events", "live events", "{op: ['*Subscription*', 'ws.*', 'notify.*']}"},
        [PLANE_RECORDING] = {"recording", "recordings", "{layer: rest, op: '*ecording*'}"},
        [PLANE_SIP] = {"sip", "proxies and handsets", "{layer: sip}"},
        [PLANE_MEDIA] = {"media", "audio of calls", "{op: media.leg}"},
    };
    return &rows[plane];
}

const struct cause *cause_at(size_t i)
{
    static const struct cause *const tables[] = {causes_oauth, causes_rest, causes_events,
                                                 causes_sip};
    for (size_t table = 0; table < sizeof tables / sizeof *tables; table++)
        for (const struct cause *row = tables[table]; row->failure; row++)
            if (i-- == 0)
                return row;
    return NULL;
}
