/*
 * An event back from the JSON object that event_json wrote: of `GET /__admin/journal`, of a line of
 * a saved journal. What is not known (a key of another version) is left out.
 */
#ifndef MOCKRC_JOURNAL_EVENT_READ_H
#define MOCKRC_JOURNAL_EVENT_READ_H

#include "base/node.h"
#include "journal/event.h"

/* NULL, or why it is none (a literal). `ret->op` stays the node's; the rest is a copy. */
const char *event_read(const struct node *json, struct event *ret);

#endif
