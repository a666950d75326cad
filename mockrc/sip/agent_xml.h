/*
 * What the platform and its app phones say to each other about a call that rings: a line of XML,
 * <Msg><Hdr .../><Bdy .../></Msg>, all in attributes. In the P-rc header of an INVITE and in the
 * body of MESSAGE (x-rc/agent). Pure; says nothing of what follows. Source: sip.md 4.3.
 */
#ifndef MOCKRC_SIP_AGENT_XML_H
#define MOCKRC_SIP_AGENT_XML_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum agent_command {
    AGENT_FREE_RESOURCES = 2,
    AGENT_INCOMING_CALL = 6,
    AGENT_ALREADY_PROCESSED = 7,
    AGENT_SESSION_CLOSE = 9,
    AGENT_FORWARD = 10,
    AGENT_VOICEMAIL = 11,
    AGENT_REJECT = 12,
    AGENT_START_REPLY = 13,
    AGENT_REPLY = 14,
    AGENT_NOT_PROCESSED = 15,
    AGENT_CLOSED = 16,
    AGENT_RECEIVE_CONFIRM = 17,
};

enum { AGENT_PAIRS_MAX = 16 };

/* Attributes of one of the two elements. */
struct agent_element {
    struct {
        const char *name, *value;
    } pairs[AGENT_PAIRS_MAX];
    int count;
};

struct agent_message {
    struct agent_element head, body;
};

/* False: it is no such line. Texts in the arena, without entities. */
bool agent_read(struct arena *arena, const char *text, struct agent_message *ret);
/* An attribute; NULL: not there. */
const char *agent_get(const struct agent_element *element, const char *name);
/* Adds one; `value` NULL is "". More than AGENT_PAIRS_MAX are left out. */
void agent_add(struct agent_element *element, const char *name, const char *value);
/* The line, without line ends, in the arena: it can stand in a header. */
const char *agent_write(struct arena *arena, const struct agent_message *message);

#endif
