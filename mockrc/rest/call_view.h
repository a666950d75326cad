/*
 * What the calls about the call log have in common: whose log it is, which view, and the filters of
 * the query. Source: rest.md 5.7.
 */
#ifndef MOCKRC_REST_CALL_VIEW_H
#define MOCKRC_REST_CALL_VIEW_H

#include "rest/ask.h"
#include "rest/call_json.h"

/* Is the call about one extension's log (or the whole account's)? */
bool call_is_of_extension(const struct call *call);
/* The log is one account's; in the others nobody called. */
bool call_has_log(const struct call *call);
/* May this record be shown under the called path? A queue's log has the calls that came by it. */
bool call_is_in_reach(const struct call *call, const struct call_record *record);

/* Readers of the query, as in rest/ask.h. */
bool ask_view(struct call *call, struct call_view *ret);
const char *view_name(struct call_view view);
/* recordingType, and the older withRecording, which loses when both are there: as
 * call_filter.recording. */
bool ask_recording(struct call *call, int *ret);
/* A repeatable parameter of two words: -1 for both or none, else the index of the one. */
bool ask_one_of_two(struct call *call, const char *name, struct words words, int *ret);

#endif
