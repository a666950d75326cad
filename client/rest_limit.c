/* What the platform asked us to wait, by rate group, in the store's facts; see rest.h. */
#include <stdio.h>

#include "rest.h"

#define DEFAULT_PENALTY_S 60

/* "limit.GROUP": until when, and since when. */
static void group_fact(const char *group, char to[40])
{
    snprintf(to, 40, "limit.%.20s", group);
}

int64_t rest_blocked_until(struct rest *rest, const char *group)
{
    char name[40], text[64];
    long long until_ms = 0, since_ms = 0;
    int64_t now_ms = client_now_ms(rest->client);
    group_fact(group, name);
    if (!store_fact_get(rest->client->store, name, text, sizeof(text)) ||
        sscanf(text, "%lld %lld", &until_ms, &since_ms) < 1)
        return 0;
    /* One that began in what is the future by now is of a clock that was set back since. */
    return until_ms > now_ms && since_ms <= now_ms ? until_ms : 0;
}

int rest_knocks(struct rest *rest, const char *group)
{
    char name[40];
    snprintf(name, sizeof(name), "knocks.%.20s", group);
    return (int)store_fact_int(rest->client->store, name, 0);
}

/* 429 inside a penalty: the client holds itself in it (failures.md F042). */
static void note_knock(struct rest *rest, const char *group)
{
    char name[40];
    int knocks = rest_blocked_until(rest, group) ? rest_knocks(rest, group) + 1 : 1;
    snprintf(name, sizeof(name), "knocks.%.20s", group);
    store_fact_put_int(rest->client->store, name, knocks);
}

void rest_note_limit(struct rest *rest, const struct web_reply *reply, const char *group)
{
    char name[40], text[64];
    const char *told = *reply->rate_group ? reply->rate_group : group;
    int seconds = reply->retry_after_s >= 0 ? reply->retry_after_s : DEFAULT_PENALTY_S;
    long long now_ms = client_now_ms(rest->client);
    note_knock(rest, told);
    group_fact(told, name);
    snprintf(text, sizeof(text), "%lld %lld", now_ms + seconds * 1000LL, now_ms);
    store_fact_put(rest->client->store, name, text);
}
