/*
 * The store: a session's holder is in the table of ids and in one of two lists, the live (oldest
 * first) or the ended (in order of ending); live ones are also in their owner's list. Every token
 * has an entry in the one table of tokens.
 */
#include "world/session.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/app.h"
#include "world/token.h"
#include "world/user.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define uthash_malloc(size) xmalloc(size)
#include <uthash.h>
#include <utlist.h>

enum token_kind { TOKEN_ACCESS, TOKEN_REFRESH, TOKEN_WS };

struct token_entry {
    UT_hash_handle hh;
    struct session *session;
    enum token_kind kind;
    char text[];
};

struct holder {
    struct session session; /* first: a session's address is its holder's */
    UT_hash_handle hh;
    struct owner *owner; /* NULL once ended */
    struct holder *prev, *next;
    struct holder *owner_prev, *owner_next;
};

struct owner {
    int64_t user_id;
    UT_hash_handle hh;
    struct holder *sessions; /* oldest first */
};

struct session_store {
    struct token_entry *tokens;
    struct holder *by_id;
    struct owner *owners;
    struct holder *live, *ended;
    size_t live_count, ended_count;
};

static const char *const end_names[SESSION_END_COUNT] = {
    [SESSION_LIVE] = "live",
    [SESSION_REVOKED] = "revoked",
    [SESSION_PASSWORD_CHANGED] = "password-changed",
    [SESSION_EVICTED] = "evicted",
    [SESSION_TIMED_OUT] = "timed-out",
    [SESSION_LOCKED_OUT] = "locked-out",
    [SESSION_CODE_REPLAYED] = "code-replayed",
    [SESSION_POLICY] = "policy",
};

const char *session_end_name(enum session_end end)
{
    return end_names[end];
}

static const char *token_add(struct world *world, struct session *session, enum token_kind kind)
{
    char text[TOKEN_TEXT_MAX];
    size_t len = token_text(world, TOKEN_BYTES, text);
    struct token_entry *entry = xmalloc(sizeof *entry + len + 1);
    entry->session = session;
    entry->kind = kind;
    memcpy(entry->text, text, len + 1);
    HASH_ADD(hh, world->sessions->tokens, text[0], (unsigned)len, entry);
    return entry->text;
}

static void token_drop(struct session_store *store, const char **token)
{
    if (!*token)
        return;
    struct token_entry *entry = (struct token_entry *)(*token - offsetof(struct token_entry, text));
    HASH_DEL(store->tokens, entry);
    free(entry);
    *token = NULL;
}

static void pair_drop(struct session_store *store, struct token_pair *pair)
{
    token_drop(store, &pair->access);
    token_drop(store, &pair->refresh);
}

static void pair_issue(struct world *world, struct session *session, bool wants_refresh)
{
    int64_t now = clock_now(world);
    session->current = (struct token_pair){
        .access = token_add(world, session, TOKEN_ACCESS),
        .refresh = wants_refresh ? token_add(world, session, TOKEN_REFRESH) : NULL,
        .access_expires_ms = now + session->access_ttl_ms,
        .refresh_expires_ms = now + session->refresh_ttl_ms,
    };
}

static struct owner *owner_of(const struct session_store *store, int64_t user_id)
{
    struct owner *owner = NULL;
    if (store)
        HASH_FIND(hh, store->owners, &user_id, sizeof user_id, owner);
    return owner;
}

static struct owner *owner_new(struct session_store *store, int64_t user_id)
{
    struct owner *owner = owner_of(store, user_id);
    if (owner)
        return owner;
    owner = xcalloc(1, sizeof *owner);
    owner->user_id = user_id;
    HASH_ADD(hh, store->owners, user_id, sizeof owner->user_id, owner);
    return owner;
}

static void holder_free(struct session_store *store, struct holder *holder)
{
    pair_drop(store, &holder->session.current);
    pair_drop(store, &holder->session.previous);
    token_drop(store, &holder->session.ws_token);
    HASH_DEL(store->by_id, holder);
    free(holder);
}

/* Nothing of it works any more, although nobody ended it. */
static bool is_spent(const struct world *world, const struct session *session)
{
    const struct token_pair *pair = &session->current;
    int64_t now = clock_now(world);
    return now >= pair->access_expires_ms && (!pair->refresh || now >= pair->refresh_expires_ms);
}

/* Makes room for one more session of (user, app); the spent ones go first. */
static void evict(struct world *world, const struct app *app, int64_t user_id, uint64_t cause)
{
    int64_t limit = world->knobs.oauth_session_limit;
    struct owner *owner = owner_of(world->sessions, user_id);
    if (!owner || limit <= 0)
        return;
    int64_t count = 0;
    struct holder *holder, *next;
    /* The last ending frees the owner, so the list's head is not looked at again. */
    for (holder = owner->sessions; holder; holder = next) {
        next = holder->owner_next;
        if (holder->session.app != app)
            continue;
        if (is_spent(world, &holder->session))
            session_end(world, &holder->session, SESSION_TIMED_OUT, 0);
        else
            count++;
    }
    for (; count >= limit; count--) {
        owner = owner_of(world->sessions, user_id);
        bool is_newest = world->knobs.oauth_session_evict == KNOB_EVICT_NEWEST;
        holder = is_newest ? owner->sessions->owner_prev : owner->sessions;
        while (holder->session.app != app)
            holder = is_newest ? holder->owner_prev : holder->owner_next;
        session_end(world, &holder->session, SESSION_EVICTED, cause);
    }
}

struct session *session_start(struct world *world, struct app *app, struct user *user,
                              scope_set scopes, int64_t access_ttl_ms, int64_t refresh_ttl_ms,
                              bool wants_refresh, const char *endpoint_id, uint64_t cause)
{
    if (!world->sessions)
        world->sessions = xcalloc(1, sizeof *world->sessions);
    struct session_store *store = world->sessions;
    evict(world, app, user->id, cause);
    if (store->live_count >= SESSIONS_MAX)
        session_end(world, &store->live->session, SESSION_EVICTED, cause);

    struct holder *holder = xcalloc(1, sizeof *holder);
    struct session *session = &holder->session;
    id_word(&world->ids, session->id, 27);
    if (endpoint_id && *endpoint_id)
        snprintf(session->endpoint_id, sizeof session->endpoint_id, "%s", endpoint_id);
    else
        id_uuid(&world->ids, session->endpoint_id);
    session->user_id = user->id;
    session->app = app;
    session->scopes = scopes;
    session->created_ms = session->rotated_ms = session->last_used_ms = clock_now(world);
    session->auth_time_ms = session->created_ms;
    session->access_ttl_ms = access_ttl_ms;
    session->refresh_ttl_ms = refresh_ttl_ms;
    pair_issue(world, session, wants_refresh);

    holder->owner = owner_new(store, user->id);
    HASH_ADD(hh, store->by_id, session.id[0], (unsigned)strlen(session->id), holder);
    DL_APPEND(store->live, holder);
    DL_APPEND2(holder->owner->sessions, holder, owner_prev, owner_next);
    store->live_count++;
    return session;
}

/* The session's own limits, which hold whatever its tokens say (oauth.md 7). */
static bool is_past_limits(const struct world *world, const struct session *session)
{
    int64_t now = clock_now(world);
    int64_t absolute = world->knobs.oauth_session_absolute_ms;
    int64_t idle = world->knobs.oauth_session_idle_ms;
    return (absolute > 0 && now >= session->created_ms + absolute) ||
           (idle > 0 && now >= session->last_used_ms + idle);
}

static struct token_view look(struct world *world, const char *token, enum token_kind kind)
{
    struct token_entry *entry = NULL;
    if (world->sessions)
        HASH_FIND(hh, world->sessions->tokens, token, (unsigned)strlen(token), entry);
    if (!entry || entry->kind != kind)
        return (struct token_view){.state = TOKEN_UNKNOWN};
    struct session *session = entry->session;
    if (session->end == SESSION_LIVE && is_past_limits(world, session))
        session_end(world, session, SESSION_TIMED_OUT, 0);
    const struct token_pair *pair = &session->current;
    int64_t expires_ms = kind == TOKEN_WS        ? session->ws_expires_ms
                         : kind == TOKEN_REFRESH ? pair->refresh_expires_ms
                                                 : pair->access_expires_ms;
    enum token_state state = TOKEN_GOOD;
    if (session->end != SESSION_LIVE)
        state = TOKEN_ENDED;
    else if (entry->text == session->previous.access || entry->text == session->previous.refresh)
        state = TOKEN_SUPERSEDED;
    else if (clock_now(world) >= expires_ms)
        state = TOKEN_EXPIRED;
    return (struct token_view){.state = state, .session = session};
}

struct token_view session_by_access(struct world *world, const char *token)
{
    return look(world, token, TOKEN_ACCESS);
}

struct token_view session_by_refresh(struct world *world, const char *token)
{
    return look(world, token, TOKEN_REFRESH);
}

struct token_view session_by_ws_token(struct world *world, const char *token)
{
    return look(world, token, TOKEN_WS);
}

struct session *session_by_id(const struct world *world, const char *id)
{
    struct holder *holder = NULL;
    if (world->sessions)
        HASH_FIND(hh, world->sessions->by_id, id, (unsigned)strlen(id), holder);
    return holder ? &holder->session : NULL;
}

void session_rotate(struct world *world, struct session *session, int64_t access_ttl_ms,
                    int64_t refresh_ttl_ms)
{
    pair_drop(world->sessions, &session->previous);
    session->previous = session->current;
    session->access_ttl_ms = access_ttl_ms;
    session->refresh_ttl_ms = refresh_ttl_ms;
    session->rotated_ms = session->last_used_ms = clock_now(world);
    pair_issue(world, session, refresh_ttl_ms > 0);
}

const char *session_ws_token(struct world *world, struct session *session, int64_t ttl_ms)
{
    token_drop(world->sessions, &session->ws_token);
    session->ws_token = token_add(world, session, TOKEN_WS);
    session->ws_expires_ms = clock_now(world) + ttl_ms;
    return session->ws_token;
}

void session_spend_ws_token(struct world *world, struct session *session)
{
    token_drop(world->sessions, &session->ws_token);
}

void session_end(struct world *world, struct session *session, enum session_end reason,
                 uint64_t cause)
{
    if (session->end != SESSION_LIVE)
        return;
    session->end = reason;
    session->end_cause = cause;
    session->ended_ms = clock_now(world);
    wscs_end(world, session);

    struct session_store *store = world->sessions;
    struct holder *holder = (struct holder *)session;
    DL_DELETE(store->live, holder);
    DL_DELETE2(holder->owner->sessions, holder, owner_prev, owner_next);
    if (!holder->owner->sessions) {
        HASH_DEL(store->owners, holder->owner);
        free(holder->owner);
    }
    holder->owner = NULL;
    DL_APPEND(store->ended, holder);
    store->live_count--;
    if (++store->ended_count > SESSION_TOMBSTONES_MAX) {
        struct holder *oldest = store->ended;
        DL_DELETE(store->ended, oldest);
        holder_free(store, oldest);
        store->ended_count--;
    }
}

size_t session_end_user(struct world *world, int64_t user_id, enum session_end reason, bool lazily,
                        uint64_t cause)
{
    size_t count = 0;
    struct owner *owner = owner_of(world->sessions, user_id);
    struct holder *next;
    for (struct holder *at = owner ? owner->sessions : NULL; at; at = next, count++) {
        next = at->owner_next;
        if (!lazily) {
            session_end(world, &at->session, reason, cause);
        } else if (!at->session.is_doomed) {
            at->session.is_doomed = true;
            at->session.doom = reason;
            at->session.doom_cause = cause;
        }
    }
    return count;
}

size_t session_end_app(struct world *world, const struct app *app, int64_t user_id,
                       enum session_end reason, uint64_t cause)
{
    size_t count = 0;
    struct session_store *store = world->sessions;
    struct holder *next;
    for (struct holder *at = store ? store->live : NULL; at; at = next) {
        next = at->next;
        if (at->session.app != app || (user_id && at->session.user_id != user_id))
            continue;
        session_end(world, &at->session, reason, cause);
        count++;
    }
    return count;
}

static bool is_counted(const struct world *world, const struct session *session,
                       const struct app *app)
{
    return (!app || session->app == app) && !is_spent(world, session);
}

size_t session_count_live(const struct world *world, int64_t user_id, const struct app *app)
{
    size_t count = 0;
    const struct session_store *store = world->sessions;
    if (!store)
        return 0;
    if (user_id == 0) {
        for (const struct holder *at = store->live; at; at = at->next)
            count += is_counted(world, &at->session, app);
        return count;
    }
    const struct owner *owner = owner_of(store, user_id);
    for (const struct holder *at = owner ? owner->sessions : NULL; at; at = at->owner_next)
        count += is_counted(world, &at->session, app);
    return count;
}

static void list_free(struct session_store *store, struct holder *list)
{
    for (struct holder *next; list; list = next) {
        next = list->next;
        holder_free(store, list);
    }
}

void sessions_done(struct world *world)
{
    struct session_store *store = world->sessions;
    if (!store)
        return;
    list_free(store, store->live);
    list_free(store, store->ended);
    struct owner *owner, *next;
    HASH_ITER(hh, store->owners, owner, next)
    {
        HASH_DEL(store->owners, owner);
        free(owner);
    }
    free(store);
    world->sessions = NULL;
}
