/*
 * One SIP request, its answer and its event, on the way through the checks. A check looks at one
 * thing: it answers (true: the exchange is over) or lets pass (false). The rows of checks are in
 * serve.c (every request) and registrar.c (REGISTER); each row is in the order of RFC 3261 8.2 and
 * 10.3.
 */
#ifndef MOCKRC_SIP_EXCHANGE_H
#define MOCKRC_SIP_EXCHANGE_H

#include "sip/wire.h"

struct sip_exchange {
    struct sip_service *service;
    struct world *world; /* the service's */
    struct arena *arena;
    const struct sip_request *request;
    struct sip_answer *answer;
    struct event *event;
    struct device *device;   /* whose address the To (REGISTER) or From is; NULL: nobody's */
    struct phone_call *call; /* goes on when this request's event is written; NULL: none does */
    struct phone_party *replaced; /* whose place its INVITE takes; NULL: nobody's */
    struct phone_leg *leg;        /* of the phone that sent it; NULL: it begins the call */
};

typedef bool sip_check_fn(struct sip_exchange *exchange);

/* Answers. `phrase` NULL: the standard one. `reason`, for the journal, may be NULL. Returns true,
 * so that a check ends with it. */
bool exchange_answer(struct sip_exchange *exchange, int status, const char *phrase,
                     const char *reason);
/* The same, naming the event that made it come out so (0: unknown). */
bool exchange_refuse(struct sip_exchange *exchange, int status, const char *reason, uint64_t cause);
/* Silence, on purpose: a knob wants it. */
bool exchange_ignore(struct sip_exchange *exchange, const char *reason, uint64_t cause);

/* Runs a NULL-ended row until one answers; true when one did. */
bool exchange_run(struct sip_exchange *exchange, sip_check_fn *const *checks);

#endif
