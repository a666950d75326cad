/*
 * How the last Authenticate ended, kept because nothing else remembers it: a lock-out or a refusal
 * leaves no grant to probe.
 */
#ifndef RC_CLIENT_ATTEMPT_H
#define RC_CLIENT_ATTEMPT_H

#include "store.h"

struct attempt_note {
    char error[64]; /* OAuth's error or ours; "" = it succeeded, or there was none */
    char code[48];
    int status;
    int64_t at_ms;
};

void attempt_load(struct store *store, struct attempt_note *ret_note);
bool attempt_save(struct store *store, const struct attempt_note *note);

#endif
