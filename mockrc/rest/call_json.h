/*
 * A call log record as the platform writes it: ids are text; Simple is the record, Detailed adds
 * where the call went (legs). Source: rest.md 5.7, 10.
 */
#ifndef MOCKRC_REST_CALL_JSON_H
#define MOCKRC_REST_CALL_JSON_H

#include "api/route.h"

struct call_view {
    bool is_detailed;
    bool is_of_extension; /* URIs below .../extension/{id} instead of .../account/{id} */
};

void call_write(struct json_out *out, const struct call *call, const struct call_record *record,
                struct call_view view);

/* Whose record it is; never NULL for a record of the log. */
const struct user *call_owner(const struct world *world, const struct call_record *record);
/* Is there a recording of it that can be heard by now? The plan must have the feature, and the
 * platform takes a while (knob rec.ready_delay). */
bool call_is_recorded(const struct call *call, const struct call_record *record);
/* ".../recording/{id}" as a member, on `base`, with `tail` ("" or "/content"). */
void recording_uri(struct json_out *out, const char *key, const struct call *call, const char *base,
                   const struct call_record *record, const char *tail);

#endif
