/* A telephony session as answers write it. Source: rest.md 10. */
#ifndef MOCKRC_REST_TELEPHONY_JSON_H
#define MOCKRC_REST_TELEPHONY_JSON_H

#include "api/phone_json.h"
#include "api/route.h"

/* CallSessionObject. */
void session_write(struct json_out *out, const char *key, const struct call *call,
                   const struct phone_call *session);
/* Answers a call with its party. */
void party_answer(struct call *call, int status, const struct phone_party *party);

#endif
