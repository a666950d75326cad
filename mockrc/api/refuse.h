/*
 * Saying no in the platform's own envelopes (rest.md 2.1): a refusal is one line,
 *   return refuse(call, CMN_102, "extensionId");
 * It fills the reply and tells the event its status, code and parameter.
 */
#ifndef MOCKRC_API_REFUSE_H
#define MOCKRC_API_REFUSE_H

#include "api/route.h"

enum api_error {
#define API_ERROR(name, code, status, word, message, provenance) name,
#include "api/errors.def"
#undef API_ERROR
    API_ERROR_COUNT
};

/* `parameter` goes into the message and, for CMN-1xx, into parameterName; for CMN-401/408/419 into
 * permissionName. NULL when the error has none. */
void refuse(struct call *call, enum api_error error, const char *parameter);
/* With parameterValue as well. */
void refuse_value(struct call *call, enum api_error error, const char *parameter,
                  const char *value);
/* Sets event->cause too: the journal number of what made this be refused. */
void refuse_because(struct call *call, enum api_error error, const char *parameter, uint64_t cause);

/* The table, for `mockrc errors` and the tests. */
const char *api_error_code(enum api_error error);
int api_error_status(enum api_error error);
const char *api_error_message(enum api_error error);
const char *api_error_provenance(enum api_error error);
/* By code text; API_ERROR_COUNT when the table has none. */
enum api_error api_error_named(const char *code);

/* The REST envelope for any status and code (faults answer with codes the table may not have). */
void refuse_raw(struct web_reply *reply, int status, const char *code, const char *message);

/* The headers every answer carries (rest.md 1.2): RCRequestId, RoutingKey, Content-Language. Draws
 * call->request_id; once per call, further calls change nothing. The functions of this header and
 * the gate do it by themselves. Control calls carry none of it: they must not move the ids. */
void reply_begin(struct call *call);

/* Replies that are not refusals. The writer is for a body of application/json;charset=UTF-8. */
struct json_out reply_json(struct call *call, int status);
void reply_empty(struct call *call, int status);

#endif
