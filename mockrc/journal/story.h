/*
 * Telling what happened in words: one line per event, who to whom, what, and how it ended. For
 * people; programs read the journal.
 */
#ifndef MOCKRC_JOURNAL_STORY_H
#define MOCKRC_JOURNAL_STORY_H

#include "base/buf.h"
#include "journal/event.h"

/* "#12 09:00:00 client -> oauth  POST /restapi/oauth/token  400 OAU-213 (refresh_token)\n" */
void story_event(const struct event *event, struct buf *out);
/* The same with the days since `start_ms`, when there are any: "#12 3d 09:00:00 client ...". */
void story_event_since(const struct event *event, int64_t start_ms, struct buf *out);

/* "09:00:00", with the days since `start_ms` before it when there are any: "3d 09:00:00". */
void story_time(int64_t ms, int64_t start_ms, struct buf *out);

#endif
