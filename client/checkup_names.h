/*
 * Whether a proxy's name leads to where its handsets are: what the name server says now, against what
 * was asked and where handsets registered last (failures.md F097 to F099). Part of checkup_sip.
 */
#ifndef RC_CLIENT_CHECKUP_NAMES_H
#define RC_CLIENT_CHECKUP_NAMES_H

#include "checkup.h"
#include "names.h"

struct named_proxy {
    const struct hostport *at;
    enum route route;
    const struct sipua_result *result; /* of the proof just now */
    bool is_up;
    struct names_found now;
    char list[160]; /* what the name leads to now, or why to nothing */
};

/* Fills `now` and `list`. An address leads to itself, and is not asked for. */
void checkup_names_look(struct client *client, struct checkup *checkup,
                        const struct settings *settings, struct named_proxy *proxy);
/* True: it was told why the proxy is down. `level`: of that. */
bool checkup_names_judge(struct client *client, struct checkup *checkup,
                         const struct settings *settings, const struct named_proxy *proxy,
                         enum level level);
bool checkup_names_same_target(const struct named_proxy *a, const struct named_proxy *b);

#endif
