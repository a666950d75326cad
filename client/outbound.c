/* Registration over time; see outbound.h. */
#include "outbound.h"

#include <string.h>

#include "settings.h"
#include "text.h"

enum {
    HOPS_MAX = 2,
    TOO_MANY_CONTACTS_MS = 60000,
    GRANTED_MIN_S = 10,
    RETRY_AFTER_MAX_S = OUTBOUND_RETRY_AFTER_MAX_S
};

#define NEVER INT64_MAX

struct outbound_policy outbound_policy_default(void)
{
    return (struct outbound_policy){.keepalive_ms = 30000,
                                    .switch_back_ms = 3600000,
                                    .switch_back_jitter_ms = 900000,
                                    .poll_ms = 7200000,
                                    .retry_ms = 30000,
                                    .retry_max_ms = 1800000,
                                    .spread_ms = 500};
}

/* Evenly from 0 to below `span`. */
static int64_t draw(struct outbound *outbound, int64_t span)
{
    uint32_t number;
    rnd_bytes(outbound->rnd, (unsigned char *)&number, sizeof(number));
    return span > 0 ? (int64_t)((double)number / 4294967296.0 * (double)span) : 0;
}

/* RFC 5626 4.5: doubled with each failure, and no two clients at the same moment. */
static int64_t pause_ms(struct outbound *outbound)
{
    int64_t pause = outbound->policy.retry_ms;
    for (int i = 1; i < outbound->failures && pause < outbound->policy.retry_max_ms; i++)
        pause *= 2;
    if (pause > outbound->policy.retry_max_ms)
        pause = outbound->policy.retry_max_ms;
    return pause / 2 + draw(outbound, pause - pause / 2);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void outbound_start(struct outbound *outbound, const struct outbound_policy *policy,
                    const struct failover *proxies, struct rnd *rnd, int64_t now_ms)
{
    *outbound = (struct outbound){.policy = *policy,
                                  .rnd = rnd,
                                  .configured = *proxies,
                                  .proxies = {proxies->proxies[0], proxies->proxies[1]},
                                  .has_secondary = proxies->has_secondary,
                                  .route = ROUTE_NONE,
                                  .try_route = ROUTE_PRIMARY,
                                  .try_ms = now_ms,
                                  .provision_ms = policy->poll_ms ? now_ms + policy->poll_ms : 0};
}

struct outbound_step outbound_next(const struct outbound *outbound)
{
    const struct outbound_step dues[] = {
        {OUTBOUND_PROVISION, ROUTE_NONE, outbound->provision_ms ? outbound->provision_ms : NEVER},
        {OUTBOUND_REGISTER, outbound->try_route,
         outbound->route == ROUTE_NONE ? outbound->try_ms : NEVER},
        {OUTBOUND_REGISTER, ROUTE_PRIMARY,
         outbound->route == ROUTE_SECONDARY && outbound->back_ms ? outbound->back_ms : NEVER},
        {OUTBOUND_REGISTER, outbound->route,
         outbound->route != ROUTE_NONE ? outbound->refresh_ms : NEVER},
        {OUTBOUND_PING, outbound->route, outbound->route != ROUTE_NONE ? outbound->ping_ms : NEVER},
    };
    const struct outbound_step *first = &dues[0];
    for (size_t i = 1; i < sizeof(dues) / sizeof(*dues); i++) {
        if (dues[i].at_ms < first->at_ms)
            first = &dues[i];
    }
    return *first;
}

static void carried(struct outbound *outbound, enum route route, const struct sipua_result *result,
                    int64_t now_ms)
{
    int granted_s = result->granted_s;
    int64_t granted_ms = 1000 * (int64_t)(granted_s < GRANTED_MIN_S ? GRANTED_MIN_S : granted_s);
    text_copy(outbound->at, sizeof(outbound->at), result->by);
    if (route == ROUTE_SECONDARY && outbound->route != ROUTE_SECONDARY)
        outbound->back_ms = outbound->policy.switch_back_ms
                                ? now_ms + outbound->policy.switch_back_ms +
                                      draw(outbound, outbound->policy.switch_back_jitter_ms)
                                : 0;
    outbound->route = route;
    outbound->shut_ms[route] = 0;
    /* Between half and nine tenths of what was granted: before its end, and not all at once. */
    outbound->refresh_ms = now_ms + granted_ms / 2 + draw(outbound, granted_ms * 2 / 5);
    outbound->ping_ms = now_ms + outbound->policy.keepalive_ms;
    outbound->failures = outbound->hops = 0;
    outbound->has_asked = false;
}

/* What the session had in their places carries nobody either: the configured ones have the next turn.
 * False: these are the configured ones. */
static bool take_configured(struct outbound *outbound)
{
    bool is_other = outbound->has_secondary != outbound->configured.has_secondary;
    for (int i = 0; i < (outbound->has_secondary ? 2 : 1); i++)
        is_other = is_other || !hostport_same(&outbound->proxies[i],
                                              &outbound->configured.proxies[i], SETTINGS_SIP_PORT);
    if (!is_other)
        return false;
    for (int i = 0; i < 2; i++)
        outbound->proxies[i] = outbound->configured.proxies[i];
    outbound->has_secondary = outbound->configured.has_secondary;
    outbound->hops = 0;
    return true;
}

/* Nobody carries it, and there is nobody else to ask now. */
static void wait_for_next_round(struct outbound *outbound, int64_t at_least_ms, int64_t now_ms)
{
    outbound->route = ROUTE_NONE;
    outbound->failures++;
    /* Each round of them asks what is provisioned instead, so that a long outage does not outlast its
     * remedy; pauses grow, so that neither is asked in a storm. */
    bool is_configured = outbound->failures == 1 || !take_configured(outbound);
    int64_t at_ms = later(now_ms + pause_ms(outbound), at_least_ms);
    int64_t primary_ms = later(at_ms, outbound->shut_ms[ROUTE_PRIMARY]);
    int64_t secondary_ms =
        outbound->has_secondary ? later(at_ms, outbound->shut_ms[ROUTE_SECONDARY]) : NEVER;
    outbound->try_route = secondary_ms < primary_ms ? ROUTE_SECONDARY : ROUTE_PRIMARY;
    outbound->try_ms = secondary_ms < primary_ms ? secondary_ms : primary_ms;
    if (is_configured)
        outbound->provision_ms = now_ms;
    outbound->has_asked = true;
}

static void failed(struct outbound *outbound, enum route route, const struct sipua_result *result,
                   int64_t now_ms)
{
    /* Without a word from it: no longer than the shortest pause, so that its jitter stays. */
    int64_t asks_s =
        result->retry_after_s < RETRY_AFTER_MAX_S ? result->retry_after_s : RETRY_AFTER_MAX_S;
    int64_t shut_ms = asks_s > 0 ? 1000 * asks_s : outbound->policy.retry_ms / 2;
    outbound->shut_ms[route] = now_ms + shut_ms;
    if (outbound->route != ROUTE_NONE && outbound->route != route) {
        /* The primary is not back yet: the secondary goes on. */
        outbound->back_ms =
            later(now_ms + outbound->policy.switch_back_ms, outbound->shut_ms[route]) +
            draw(outbound, outbound->policy.switch_back_jitter_ms);
        return;
    }
    enum route other = route == ROUTE_PRIMARY ? ROUTE_SECONDARY : ROUTE_PRIMARY;
    outbound->route = ROUTE_NONE;
    if (outbound->has_secondary && outbound->shut_ms[other] <= now_ms) {
        outbound->try_route = other;
        outbound->try_ms = now_ms + draw(outbound, outbound->policy.spread_ms);
    } else {
        wait_for_next_round(outbound, 0, now_ms);
    }
}

/* The server lives and says no: no reason to ask another one the same. */
static void refused(struct outbound *outbound, enum route route, const struct sipua_result *result,
                    int64_t now_ms)
{
    int status = result->status;
    if (status == 301 || status == 302 || status == 305) {
        if (!result->has_moved || outbound->hops == HOPS_MAX) {
            failed(outbound, route, result, now_ms); /* sent round and round, nobody is carried */
            return;
        }
        outbound->hops++;
        outbound->proxies[route] = result->moved;
        outbound->route = ROUTE_NONE;
        outbound->try_route = route;
        outbound->try_ms = now_ms;
        return;
    }
    bool is_secret = status == 401 || status == 403 || status == 404 || status == 410;
    bool is_first = is_secret && !outbound->has_asked;
    wait_for_next_round(outbound, status == 603 ? now_ms + TOO_MANY_CONTACTS_MS : 0, now_ms);
    outbound->try_route = route;
    if (is_first)
        outbound->try_ms = now_ms; /* after the provisioning, which is due as well */
    else if (is_secret)
        outbound->provision_ms = outbound->try_ms; /* not the same secret again unseen */
}

void outbound_heard(struct outbound *outbound, const struct outbound_step *step,
                    const struct sipua_result *result, int64_t now_ms)
{
    if (failover_is_reason(result))
        failed(outbound, step->route, result, now_ms);
    else if (step->act == OUTBOUND_PING && result->status / 100 == 3)
        outbound->ping_ms = outbound->refresh_ms = now_ms; /* REGISTER will be told where to */
    else if (step->act == OUTBOUND_PING && strcmp(result->by, outbound->at) != 0)
        outbound->ping_ms = outbound->refresh_ms = now_ms; /* it lives elsewhere: register there */
    else if (step->act == OUTBOUND_PING)
        outbound->ping_ms = now_ms + outbound->policy.keepalive_ms; /* any answer: it lives */
    else if (result->status / 100 == 2)
        carried(outbound, step->route, result, now_ms);
    else if (outbound->route != ROUTE_NONE && outbound->route != step->route)
        outbound->back_ms = now_ms + outbound->policy.switch_back_ms +
                            draw(outbound, outbound->policy.switch_back_jitter_ms);
    else
        refused(outbound, step->route, result, now_ms);
}

void outbound_lost(struct outbound *outbound, const struct sipua_result *result, int64_t now_ms)
{
    if (outbound->route != ROUTE_NONE && failover_is_reason(result))
        failed(outbound, outbound->route, result, now_ms);
}

/* The first two of the list take the places of those there are. */
static void take_up(struct outbound *outbound, const struct hostport *list, int count,
                    int64_t now_ms)
{
    for (int i = 0; i < count && i < 2; i++) {
        outbound->proxies[i] = list[i];
        outbound->shut_ms[i] = 0;
    }
    outbound->has_secondary = outbound->has_secondary || count > 1;
    outbound->try_route = ROUTE_PRIMARY;
    outbound->try_ms = now_ms + draw(outbound, outbound->policy.spread_ms);
}

static bool is_known(const struct outbound *outbound, const struct hostport *proxy)
{
    return hostport_same(proxy, &outbound->proxies[0], SETTINGS_SIP_PORT) ||
           (outbound->has_secondary &&
            hostport_same(proxy, &outbound->proxies[1], SETTINGS_SIP_PORT));
}

void outbound_provisioned(struct outbound *outbound, const struct hostport *list, int count,
                          enum outbound_listing listing, int64_t now_ms)
{
    struct hostport fresh[2];
    int taken = 0;
    outbound->provision_ms = outbound->policy.poll_ms ? now_ms + outbound->policy.poll_ms : 0;
    if (outbound->route != ROUTE_NONE && count > 0 && listing == OUTBOUND_LEFT_OUT_BUSY)
        outbound->provision_ms = now_ms + outbound->policy.retry_ms;
    if (outbound->route != ROUTE_NONE && count > 0 && listing == OUTBOUND_LEFT_OUT) {
        outbound->route = ROUTE_NONE;
        outbound->has_secondary = false; /* as the list says, whoever was second */
        take_up(outbound, list, count, now_ms);
        return;
    }
    if (outbound->route != ROUTE_NONE || outbound->failures == 0)
        return;
    /* Those that were not asked in this round. */
    for (int i = 0; i < count && taken < 2; i++)
        if (!is_known(outbound, &list[i]))
            fresh[taken++] = list[i];
    if (taken > 0)
        take_up(outbound, fresh, taken, now_ms);
}

void outbound_check_sync(struct outbound *outbound, int64_t now_ms)
{
    outbound->provision_ms = now_ms;
}
