/* The last Authenticate; see attempt.h. */
#include "attempt.h"

void attempt_load(struct store *store, struct attempt_note *ret_note)
{
    *ret_note = (struct attempt_note){0};
    store_fact_get(store, "attempt.error", ret_note->error, sizeof(ret_note->error));
    store_fact_get(store, "attempt.code", ret_note->code, sizeof(ret_note->code));
    ret_note->status = (int)store_fact_int(store, "attempt.status", 0);
    ret_note->at_ms = store_fact_int(store, "attempt.at_ms", 0);
}

bool attempt_save(struct store *store, const struct attempt_note *note)
{
    bool is_ok = store_begin(store) && store_fact_put(store, "attempt.error", note->error) &&
                 store_fact_put(store, "attempt.code", note->code) &&
                 store_fact_put_int(store, "attempt.status", note->status) &&
                 store_fact_put_int(store, "attempt.at_ms", note->at_ms) && store_commit(store);
    if (!is_ok)
        store_rollback(store);
    return is_ok;
}
