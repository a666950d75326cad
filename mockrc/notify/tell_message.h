/* Events of message stores. Source: rest.md 6.5, 7. */
#ifndef MOCKRC_NOTIFY_TELL_MESSAGE_H
#define MOCKRC_NOTIFY_TELL_MESSAGE_H

#include "notify/tell.h"

/* NOTICE_MESSAGES: a message came into a store (status 201), or one there changed. */
void tell_message(struct world *world, const struct notice *notice);

#endif
