#include "sip/exchange.h"

bool exchange_answer(struct sip_exchange *exchange, int status, const char *phrase,
                     const char *reason)
{
    exchange->answer->status = status;
    exchange->answer->phrase = phrase;
    event_set(exchange->event, EVENT_REASON, reason);
    return true;
}

bool exchange_refuse(struct sip_exchange *exchange, int status, const char *reason, uint64_t cause)
{
    exchange->event->cause = cause;
    return exchange_answer(exchange, status, NULL, reason);
}

bool exchange_ignore(struct sip_exchange *exchange, const char *reason, uint64_t cause)
{
    return exchange_refuse(exchange, 0, reason, cause);
}

bool exchange_run(struct sip_exchange *exchange, sip_check_fn *const *checks)
{
    for (; *checks; checks++)
        if ((*checks)(exchange))
            return true;
    return false;
}
