/* RFC 3263 section 4 as questions; names.h keeps what comes of it. */
#ifndef RC_CLIENT_NAMES_ASK_H
#define RC_CLIENT_NAMES_ASK_H

#include "names.h"

struct names_asking {
    names_ask_fn *ask;
    void *arg;
    struct rnd *rnd; /* for the weights of SRV */
};

/* Fills targets in their order, `count` and `said`; `*ret_ttl_s`: of the shortest record used. */
void names_ask(const struct names_asking *asking, const struct hostport *proxy,
               const char *transport, struct names_found *ret, uint32_t *ret_ttl_s);

#endif
