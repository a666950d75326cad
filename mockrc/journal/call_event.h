/*
 * What the journal tells of phone calls: call.start, call.answer and call.end, from the world's
 * notices. Party by party nothing is told: that is in the events subscribers get.
 */
#ifndef MOCKRC_JOURNAL_CALL_EVENT_H
#define MOCKRC_JOURNAL_CALL_EVENT_H

#include "journal/journal.h"

struct world;
struct notice;

/* A listener for NOTICE_CALL_*; other notices are none of its business. */
void call_event_hear(struct journal *journal, const struct world *world,
                     const struct notice *notice);

/* Names of its events, one by one; NULL past the last. */
const char *call_event_op_at(size_t i);

#endif
