/* A message as the platform writes it: ids are numbers, those of its parties text. */
#ifndef MOCKRC_REST_MESSAGE_JSON_H
#define MOCKRC_REST_MESSAGE_JSON_H

#include "api/route.h"

void message_write(struct json_out *out, const struct call *call, const struct message *message);

#endif
