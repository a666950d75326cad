/* REST through one grant; see rest.h. */
#include "rest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "oauth.h"
#include "text.h"

/* A token this close to its end is renewed before it is used. */
#define REFRESH_EARLY_MS 30000
/* With less left nothing is asked for ahead: it would be thrown away when the token changes. */
#define AHEAD_LEFT_MS (2 * REFRESH_EARLY_MS)
/* Sessions are capped by hours or days, and an end is noticed at the next refresh: up to an access
 * token's life late. */
#define AGE_MIN_MS   (4 * 60 * 60 * 1000LL)
#define AGE_SLACK_MS (65 * 60 * 1000LL)
/* The platform's penalty when a 429 names no time (rest.md section 3). */

/* A weak client works with this pair from now on. */
static void remember(struct rest *rest, bool is_there)
{
    struct client *client = rest->client;
    if (rest->slot != SLOT_LIVE || !is_there ||
        !(client_is_weak(client, WEAK_TOKEN_CACHE) || client_is_weak(client, WEAK_PERSIST_LATE)))
        return;
    client_memory(client)->grant = rest->grant;
    client->memory->has_grant = true;
}

bool rest_open(struct client *client, enum slot slot, struct rest *ret_rest)
{
    *ret_rest = (struct rest){.client = client, .slot = slot};
    bool is_pending = slot == SLOT_PENDING &&
                      store_settings_load(client->store, SLOT_PENDING, &ret_rest->settings);
    if (!is_pending)
        client_settings(client, &ret_rest->settings);
    if (slot == SLOT_LIVE && client_is_weak(client, WEAK_TOKEN_CACHE) &&
        client_memory(client)->has_grant) {
        ret_rest->grant = client->memory->grant;
        return true;
    }
    bool is_there = store_grant_load(client->store, slot, &ret_rest->grant);
    remember(ret_rest, is_there);
    return is_there;
}

/* A newer pair in the store means that another process was faster. */
static bool take_newer(struct rest *rest)
{
    struct grant stored;
    if (!store_grant_load(rest->client->store, rest->slot, &stored) ||
        strcmp(stored.access_token, rest->grant.access_token) == 0)
        return false;
    rest->grant = stored;
    return true;
}

/* --- refreshing ---
 *
 * The life of a refresh token in the store's facts: `refresh.sent` from before it goes out until an
 * answer has come and is kept; `refresh.spent` once it was exchanged; `refresh.lost` when it was
 * refused after an earlier answer never came. A refused token that is marked spent came back over
 * its successor (failures.md F022); one that is marked lost was exchanged, and nobody kept what for
 * (F023). */

#define SENT  "refresh.sent"
#define SPENT "refresh.spent"
#define LOST  "refresh.lost"
#define RACES "refresh.race_ms"
/* The age of the last grant that was ended, and when one ended at the age of the one before it. */
#define AGE_MS    "refresh.age_ms"
#define CAPPED_MS "refresh.capped_ms"

/* A token's mark: nothing to log in with. */
static void mark_of(const char *refresh_token, char to[44])
{
    oauth_challenge(refresh_token, to);
}

static bool is_marked(const struct rest *rest, const char *fact)
{
    char mark[44], kept[44] = "";
    mark_of(rest->grant.refresh_token, mark);
    return store_fact_get(rest->client->store, fact, kept, sizeof(kept)) && strcmp(mark, kept) == 0;
}

/* A company that caps sessions ends each at the same age, whatever was refreshed (failures.md F026): two
 * grants in a row did not get older. */
static bool is_capped(const struct rest *rest)
{
    return rest->grant.dead_ms > 0 &&
           store_fact_int(rest->client->store, CAPPED_MS, 0) == rest->grant.dead_ms;
}

/* Holds the age at which a grant ended against that of the one before. */
static void note_age(const struct rest *rest)
{
    struct store *store = rest->client->store;
    int64_t consent_ms = store_fact_int(store, STORE_CONSENT_MS, 0);
    int64_t age_ms = rest->grant.dead_ms - consent_ms, before_ms = store_fact_int(store, AGE_MS, 0);
    if (consent_ms == 0 || age_ms < AGE_MIN_MS)
        return;
    if (llabs(age_ms - before_ms) <= AGE_SLACK_MS)
        store_fact_put_int(store, CAPPED_MS, rest->grant.dead_ms);
    store_fact_put_int(store, AGE_MS, age_ms);
}

enum condition rest_condition(const struct rest *rest)
{
    if (rest->grant.refresh_token[0] && is_marked(rest, SPENT))
        return TOKEN_SPENT;
    if (rest->grant.refresh_token[0] && is_marked(rest, LOST))
        return ANSWER_LOST;
    if (rest->grant.refresh_until_ms <= client_now_ms(rest->client))
        return PAST_REFRESH_LIFE;
    return is_capped(rest) ? PAST_SESSION_LIFE : WITHIN_REFRESH_LIFE;
}

int64_t rest_raced_ms(struct rest *rest)
{
    return store_fact_int(rest->client->store, RACES, 0);
}

/* No answer came, or a good one that cannot be read: the new pair may have been in it. */
static bool is_pair_lost(const struct apierr *err)
{
    return err->status == 0 || err->status / 100 == 2;
}

/* `*is_lost` becomes true when an answer did not come. */
static bool exchange(struct rest *rest, struct grant *fresh, bool *is_lost)
{
    struct client *client = rest->client;
    bool is_ok = oauth_refresh(client->web, &rest->settings, client_now_ms(client), fresh,
                               &rest->refresh_err);
    /* The platform answers the same refresh token with the same pair for a while (oauth.md section 7). */
    if (!is_ok && is_pair_lost(&rest->refresh_err)) {
        *is_lost = true;
        is_ok = oauth_refresh(client->web, &rest->settings, client_now_ms(client), fresh,
                              &rest->refresh_err);
    }
    return is_ok;
}

/* The new pair into the store, before its first use; unless somebody put another grant there while
 * we asked: then that one counts. */
static bool keep_fresh(struct rest *rest, const struct grant *fresh)
{
    struct client *client = rest->client;
    bool is_ours = true, is_stored;
    char mark[44];
    if (client_is_weak(client, WEAK_PERSIST_LATE)) {
        rest->grant = *fresh;
        remember(rest, true);
        return true;
    }
    mark_of(rest->grant.refresh_token, mark);
    if (client_is_weak(client, WEAK_NO_REFRESH_LOCK))
        is_stored = store_grant_put(client->store, rest->slot, fresh);
    else
        is_stored = store_grant_renew(client->store, rest->grant.access_token, fresh, &is_ours);
    if (is_stored && is_ours) {
        store_fact_put(client->store, SPENT, mark);
        store_fact_put(client->store, SENT, "");
    }
    if (is_stored && !is_ours)
        return take_newer(rest);
    rest->grant = *fresh;
    remember(rest, true);
    return is_stored;
}

/* Refused for good. Who refreshed without our lock has put a newer pair into the store: that is no
 * end (failures.md F022). */
static bool end_grant(struct rest *rest)
{
    struct client *client = rest->client;
    bool ignored;
    bool is_weak = client_is_weak(client, WEAK_NO_REFRESH_LOCK);
    if (!is_weak && take_newer(rest)) {
        store_fact_put_int(client->store, RACES, client_now_ms(client));
        return true;
    }
    bool is_known = rest->grant.dead_code[0] != '\0';
    text_copy(rest->grant.dead_code, sizeof(rest->grant.dead_code),
              rest->refresh_err.code[0] ? rest->refresh_err.code : rest->refresh_err.error);
    if (rest->grant.dead_code[0] == '\0')
        snprintf(rest->grant.dead_code, sizeof(rest->grant.dead_code), "HTTP %d",
                 rest->refresh_err.status);
    rest->grant.dead_ms = is_known ? rest->grant.dead_ms : client_now_ms(client);
    if (!is_known)
        note_age(rest);
    if (is_weak)
        store_grant_put(client->store, rest->slot, &rest->grant);
    else
        store_grant_renew(client->store, rest->grant.access_token, &rest->grant, &ignored);
    return false;
}

static bool refresh_locked(struct rest *rest)
{
    struct client *client = rest->client;
    struct grant fresh = rest->grant;
    bool is_lost = is_marked(rest, SENT); /* by a process that ended before it had an answer */
    char mark[44];
    mark_of(rest->grant.refresh_token, mark);
    store_fact_put(client->store, SENT, mark);
    if (exchange(rest, &fresh, &is_lost))
        return keep_fresh(rest, &fresh);
    bool is_final = oauth_is_final(&rest->refresh_err);
    if (is_final && is_lost)
        store_fact_put(client->store, LOST, mark);
    if (!is_pair_lost(&rest->refresh_err) && (is_final || !is_lost))
        store_fact_put(client->store, SENT, ""); /* answered: nothing of it is in doubt */
    return (is_final || client_is_weak(client, WEAK_TRANSIENT_IS_FATAL)) && end_grant(rest);
}

/* Why no refresh is tried at all; NULL: nothing stands against it. */
static const char *refresh_obstacle(struct rest *rest)
{
    struct client *client = rest->client;
    if (client->refresh == REFRESH_OFF)
        return "refreshing is switched off";
    if (rest->grant.refresh_token[0] == '\0')
        return "there is no refresh token";
    rest->is_copy = client->profile == PROFILE_GOOD &&
                    !client_is_weak(client, WEAK_NO_INSTANCE_CHECK) && !instance_is_ours(client);
    return rest->is_copy ? "the grant was given to another installation" : NULL;
}

bool rest_refresh(struct rest *rest)
{
    struct client *client = rest->client;
    if (rest->has_refresh_failed)
        return false;
    const char *obstacle = refresh_obstacle(rest);
    if (obstacle) {
        rest->refresh_err = (struct apierr){0};
        text_copy(rest->refresh_err.message, sizeof(rest->refresh_err.message), obstacle);
        rest->has_refresh_failed = true;
        return false;
    }
    bool is_locked =
        !client_is_weak(client, WEAK_NO_REFRESH_LOCK) && store_refresh_lock(client->store);
    bool is_ok = (is_locked && take_newer(rest)) || refresh_locked(rest);
    store_refresh_unlock(client->store);
    rest->has_refresh_failed = !is_ok;
    rest->is_refreshed = rest->is_refreshed || is_ok;
    return is_ok;
}

void rest_retry(struct rest *rest)
{
    if (rest->grant.dead_code[0] == '\0' && apierr_is_transient(&rest->refresh_err))
        rest->has_refresh_failed = false;
}

/* Codes that say "this access token is no longer good", which a refresh may cure; the others name
 * the account, the user or the app (oauth.md 10.3). */
static bool may_cure(const struct apierr *err)
{
    static const char *const others[] = {"OAU-127", "OAU-142", "OAU-165", "OAU-141", "CMN-405"};
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        if (strcmp(err->code, others[i]) == 0)
            return false;
    }
    return err->status == 401;
}

/* One request as its makers say it. */
struct asking {
    const char *method; /* NULL: GET */
    const char *path;
    const char *json;  /* NULL: no body */
    const char *range; /* NULL: the answer is JSON; "" the whole of something else */
    const char *group;
};

static void send_once(struct rest *rest, const char *url, const struct asking *asking,
                      struct web_reply *reply, struct apierr *err)
{
    struct web *web = rest->client->web;
    bool is_page = asking->method == NULL && asking->range == NULL;
    if (!is_page || !web_ahead_take(web, url, rest->grant.access_token, reply))
        web_send(web,
                 &(struct web_request){.method = asking->method,
                                       .url = url,
                                       .json = asking->json,
                                       .bearer = rest->grant.access_token,
                                       .accept = asking->range ? "*/*" : NULL,
                                       .range = asking->range,
                                       .timeout_ms = rest->client->http_timeout_ms,
                                       .ca_file = rest->settings.ca_file},
                 reply);
    apierr_read(reply, err);
    if (reply->status == 429)
        rest_note_limit(rest, reply, asking->group ? asking->group : "light");
}

/* The token goes to the configured host only, whatever host a nextPage.uri names. */
static bool url_of(const struct rest *rest, const char *path, struct sb *url)
{
    if (*path != '/')
        path = strstr(path, "/restapi/");
    if (path == NULL)
        return false;
    sb_addf(url, "%s%s", rest->settings.base_url, path);
    return !sb_is_cut(url);
}

/* A dead grant is not knocked with again and again (failures.md F125). */
static bool is_terminal(const struct rest *rest, struct apierr *err)
{
    if (rest->grant.dead_code[0] == '\0' || rest->is_probing ||
        rest->client->profile == PROFILE_NAIVE ||
        client_is_weak(rest->client, WEAK_DEAD_GRANT_RETRIED))
        return false;
    *err = (struct apierr){.status = 401};
    text_copy(err->code, sizeof(err->code), rest->grant.dead_code);
    text_copy(err->message, sizeof(err->message), "the grant has ended; authenticate again");
    return true;
}

/* What must hold before a request goes out; a token near its end is renewed on the way. */
static bool may_ask(struct rest *rest, const char *group, struct apierr *err)
{
    struct client *client = rest->client;
    if (is_terminal(rest, err))
        return false;
    if (group && client->profile == PROFILE_GOOD &&
        !client_is_weak(client, WEAK_IGNORE_RETRY_AFTER) && rest_blocked_until(rest, group)) {
        *err = (struct apierr){.status = 429, .code = "CMN-301"};
        text_copy(err->message, sizeof(err->message), "waiting until the penalty is over");
        return false;
    }
    int64_t left_ms = rest->grant.access_until_ms - client_now_ms(client);
    if (left_ms <= REFRESH_EARLY_MS && client->refresh == REFRESH_PROACTIVE &&
        rest->grant.refresh_token[0] && !rest_refresh(rest) && left_ms <= 0) {
        *err = rest->refresh_err;
        return false;
    }
    return true;
}

/* Asks, and once more when a refresh may have cured a 401. False when nothing was asked. */
static bool ask(struct rest *rest, const struct asking *asking, struct web_reply *reply,
                struct apierr *err)
{
    struct sb url = SB_MAX(8192);
    bool is_asked = false;
    *err = (struct apierr){0};
    if (!url_of(rest, asking->path, &url)) {
        text_copy(err->message, sizeof(err->message), "an address outside the platform");
    } else if (may_ask(rest, asking->group, err)) {
        is_asked = true;
        send_once(rest, sb_text(&url), asking, reply, err);
        if (may_cure(err) && rest_refresh(rest)) {
            web_reply_done(reply);
            send_once(rest, sb_text(&url), asking, reply, err);
        }
    }
    sb_done(&url);
    return is_asked;
}

static cJSON *ask_json(struct rest *rest, const struct asking *asking, struct apierr *err)
{
    struct web_reply reply;
    if (!ask(rest, asking, &reply, err))
        return NULL;
    cJSON *json = reply.status == 200 ? json_parse(reply.body) : NULL;
    if (reply.status == 200 && json == NULL)
        text_copy(err->message, sizeof(err->message), "the answer is no JSON");
    web_reply_done(&reply);
    return json;
}

cJSON *rest_get(struct rest *rest, const char *path, const char *group, struct apierr *err)
{
    return ask_json(rest, &(struct asking){.path = path, .group = group}, err);
}

cJSON *rest_send(struct rest *rest, const char *method, const char *path, const char *json,
                 const char *group, struct apierr *err)
{
    return ask_json(
        rest, &(struct asking){.method = method, .path = path, .json = json, .group = group}, err);
}

void rest_fetch(struct rest *rest, const char *path, const char *range, const char *group,
                struct web_reply *reply, struct apierr *err)
{
    const struct asking asking = {.path = path, .range = range, .group = group};
    if (!ask(rest, &asking, reply, err))
        *reply = (struct web_reply){.body = xstrdup(""), .retry_after_s = -1};
}

void rest_ahead(struct rest *rest, const char *path, const char *group)
{
    struct client *client = rest->client;
    struct sb url = SB_MAX(8192);
    int64_t left_ms = rest->grant.access_until_ms - client_now_ms(client);
    if (rest->grant.dead_code[0] == '\0' && left_ms > AHEAD_LEFT_MS &&
        !rest_blocked_until(rest, group) && url_of(rest, path, &url))
        web_ahead(client->web, sb_text(&url), rest->grant.access_token, rest->settings.ca_file,
                  client->http_timeout_ms);
    sb_done(&url);
}
