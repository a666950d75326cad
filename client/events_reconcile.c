/* Calls whose end nobody heard; see events.h. Source: failures.md F068, rest.md 5.7 (active calls). */
#include <stdlib.h>
#include <string.h>

#include "events.h"
#include "text.h"

#define ACTIVE "/restapi/v1.0/account/~/active-calls?view=Simple&perPage=1000"
/* Active calls are some seconds late, and a call that is told of is asked about only when it has been
 * quiet for this long. */
#define QUIET_MS (60 * 1000LL)
#define LIST_MAX 1000
/* A platform that pages in a circle must not hold us for ever. */
#define PAGES_MAX 20
#define GHOSTS    "events.ghosts"
#define GHOST_MS  "events.ghost_ms"

/* Takes the sessions of a page out of the list; what is left was not among them. */
static int strike_out(struct quiet_session *list, int count, const cJSON *page)
{
    const cJSON *record;
    cJSON_ArrayForEach(record, json_at(page, "records"))
    {
        const char *id = json_text(record, "telephonySessionId", "");
        for (int i = 0; i < count; i++) {
            if (strcmp(list[i].id, id) == 0)
                list[i--] = list[--count];
        }
    }
    return count;
}

/* Leaves of `list` what no page of the active calls names; -1 when not all of them could be read. */
static int strike_out_active(struct rest *rest, struct quiet_session *list, int count,
                             struct apierr *err)
{
    char path[2048] = ACTIVE;
    for (int pages = 0; pages < PAGES_MAX; pages++) {
        cJSON *page = rest_get(rest, path, "heavy", err);
        if (page == NULL)
            return -1;
        count = strike_out(list, count, page);
        bool is_last =
            !text_copy(path, sizeof(path), json_text(page, "navigation.nextPage.uri", "")) ||
            path[0] == '\0';
        bool is_list = cJSON_IsArray(json_at(page, "records"));
        cJSON_Delete(page);
        if (!is_list)
            return -1;
        if (is_last || count == 0)
            return count;
    }
    return -1;
}

int events_reconcile(struct rest *rest, struct apierr *err)
{
    struct client *client = rest->client;
    struct store *store = client->store;
    int64_t now_ms = client_now_ms(client);
    struct quiet_session *list = xcalloc(LIST_MAX, sizeof(*list));
    *err = (struct apierr){0};
    int count = client_is_weak(client, WEAK_TRUST_EVENTS)
                    ? 0
                    : store_session_quiet(store, now_ms - QUIET_MS, list, LIST_MAX);
    if (count > 0)
        count = strike_out_active(rest, list, count, err);
    bool is_ok = count <= 0 || store_begin(store);
    bool is_begun = is_ok && count > 0;
    for (int i = 0; is_begun && is_ok && i < count; i++)
        is_ok = store_session_end(store, list[i].id, now_ms);
    if (is_begun) {
        is_ok = is_ok &&
                store_fact_put_int(store, GHOSTS, store_fact_int(store, GHOSTS, 0) + count) &&
                store_fact_put_int(store, GHOST_MS, now_ms) && store_commit(store);
        if (!is_ok)
            store_rollback(store);
    }
    free(list);
    return is_ok ? count : -1;
}

void events_count_ghosts(struct store *store, int64_t *ret_ghosts, int64_t *ret_last_ms)
{
    *ret_ghosts = store_fact_int(store, GHOSTS, 0);
    *ret_last_ms = store_fact_int(store, GHOST_MS, 0);
}
