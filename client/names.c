/* What is known of proxies' names; see names.h. */
#include "names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names_ask.h"
#include "text.h"

enum { GIVEN_UP_MS = 300000 };

struct known {
    struct hostport proxy;
    char transport[4];
    struct names_found found;
    int current;      /* who answered last, in found.targets; -1: nobody yet */
    int64_t asked_ms; /* by whatever answer */
    int64_t read_ms;  /* by an answer of the targets there are */
    int64_t until_ms; /* not asked before, but for a failure of what it named */
    uint64_t used;
};

struct names {
    struct names_asking asking;
    const struct clock *clock;
    struct names_weakness weakness;
    struct known list[NAMES_KEPT_MAX];
    int count;
    uint64_t uses;
};

struct names *names_new(names_ask_fn *ask, void *arg, const struct clock *clock, struct rnd *rnd)
{
    struct names *names = xcalloc(1, sizeof(*names));
    names->asking = (struct names_asking){ask, arg, rnd};
    names->clock = clock;
    return names;
}

void names_free(struct names *names)
{
    free(names);
}

void names_forget(struct names *names)
{
    names->count = 0;
}

void names_weaken(struct names *names, struct names_weakness weakness)
{
    names->weakness = weakness;
}

/* --- what is kept --- */

static struct known *known_of(struct names *names, const struct hostport *proxy,
                              const char *transport)
{
    for (int i = 0; i < names->count; i++) {
        struct known *known = &names->list[i];
        if (known->proxy.port == proxy->port && strcmp(known->transport, transport) == 0 &&
            text_same_nocase(known->proxy.host, proxy->host))
            return known;
    }
    return NULL;
}

static struct known *make_known(struct names *names, const struct hostport *proxy,
                                const char *transport)
{
    struct known *oldest = &names->list[0];
    for (int i = 1; i < names->count; i++)
        if (names->list[i].used < oldest->used)
            oldest = &names->list[i];
    struct known *known = names->count < NAMES_KEPT_MAX ? &names->list[names->count++] : oldest;
    *known = (struct known){.proxy = *proxy, .current = -1};
    text_copy(known->transport, sizeof(known->transport), transport);
    return known;
}

int names_position(const struct names_found *found, const struct names_target *target)
{
    for (int i = 0; i < found->count; i++)
        if (found->targets[i].port == target->port &&
            strcmp(found->targets[i].address, target->address) == 0)
            return i;
    return -1;
}

/* What was seen of a target is true of it in the new answer too. */
static void carry_over(const struct known *known, struct names_found *fresh, int *ret_current)
{
    *ret_current =
        known->current < 0 ? -1 : names_position(fresh, &known->found.targets[known->current]);
    for (int i = 0; i < known->found.count; i++) {
        int at = names_position(fresh, &known->found.targets[i]);
        if (at >= 0)
            fresh->targets[at].shut_ms = known->found.targets[i].shut_ms;
    }
}

static void ask_anew(struct names *names, struct known *known, int64_t now_ms)
{
    struct names_found fresh;
    uint32_t ttl_s;
    names_ask(&names->asking, &known->proxy, known->transport, &fresh, &ttl_s);
    known->asked_ms = now_ms;
    if (resolver_is_final(fresh.said)) {
        carry_over(known, &fresh, &known->current);
        known->found = fresh;
        known->read_ms = now_ms;
        /* Nothing tells how long a "no" holds (RFC 2308 section 5). */
        known->until_ms = now_ms + (fresh.count > 0 ? 1000 * (int64_t)ttl_s : 0);
        return;
    }
    known->found.said = fresh.said;
    known->found.is_fresh = true;
    known->found.is_old = known->found.count > 0 && !names->weakness.gives_up &&
                          now_ms - known->read_ms < NAMES_OLD_MS;
    if (!known->found.is_old) {
        known->found.count = 0;
        known->current = -1;
    }
    known->until_ms = now_ms + (names->weakness.gives_up ? GIVEN_UP_MS
                                : known->found.is_old    ? NAMES_PAUSE_MS
                                                         : NAMES_AGAIN_MS);
}

/* --- the order --- */

struct place {
    bool is_shut;
    unsigned priority;
    bool is_other; /* than the one that answered last */
    int at;
};

static int by_place(const void *a, const void *b)
{
    const struct place *one = a, *other = b;
    if (one->is_shut != other->is_shut)
        return one->is_shut ? 1 : -1;
    if (one->priority != other->priority)
        return one->priority > other->priority ? 1 : -1;
    if (one->is_other != other->is_other)
        return one->is_other ? 1 : -1;
    return one->at - other->at;
}

static void put_in_order(const struct known *known, int64_t now_ms, struct names_found *ret)
{
    struct place places[NAMES_TARGETS_MAX];
    *ret = known->found;
    for (int i = 0; i < ret->count; i++)
        places[i] = (struct place){known->found.targets[i].shut_ms > now_ms,
                                   known->found.targets[i].priority, i != known->current, i};
    qsort(places, (size_t)ret->count, sizeof(*places), by_place);
    for (int i = 0; i < ret->count; i++)
        ret->targets[i] = known->found.targets[places[i].at];
}

/* --- questions --- */

static bool take_address(const struct hostport *proxy, const char *transport,
                         struct names_found *ret)
{
    if (!hostport_is_address(proxy))
        return false;
    *ret = (struct names_found){.count = 1, .is_fresh = true};
    ret->targets[0].port = proxy->port ? proxy->port : names_default_port(transport);
    text_copy(ret->targets[0].address, sizeof(ret->targets[0].address), proxy->host);
    return true;
}

void names_find(struct names *names, const struct hostport *proxy, const char *transport,
                bool again, struct names_found *ret)
{
    if (take_address(proxy, transport, ret))
        return;
    int64_t now_ms = clock_now_ms(names->clock);
    struct known *known = known_of(names, proxy, transport);
    bool is_new = known == NULL;
    if (is_new)
        known = make_known(names, proxy, transport);
    known->used = ++names->uses;
    known->found.is_fresh = false;
    bool is_over = now_ms >= known->until_ms || now_ms < known->asked_ms;
    bool is_kept = (names->weakness.asks_once && known->found.count > 0) ||
                   (names->weakness.gives_up && !is_over);
    if (is_new || (!is_kept && (is_over || (again && now_ms - known->asked_ms >= NAMES_AGAIN_MS))))
        ask_anew(names, known, now_ms);
    put_in_order(known, now_ms, ret);
    if (names->weakness.first_only && ret->count > 1)
        *ret = known->found, ret->count = 1;
}

void names_look(struct names *names, const struct hostport *proxy, const char *transport,
                struct names_found *ret)
{
    uint32_t ttl_s;
    if (!take_address(proxy, transport, ret))
        names_ask(&names->asking, proxy, transport, ret, &ttl_s);
}

void names_answered(struct names *names, const struct hostport *proxy, const char *transport,
                    const struct names_target *target)
{
    struct known *known = known_of(names, proxy, transport);
    int at = known ? names_position(&known->found, target) : -1;
    if (at < 0)
        return;
    known->current = at;
    known->found.targets[at].shut_ms = 0;
}

void names_failed(struct names *names, const struct hostport *proxy, const char *transport,
                  const struct names_target *target, int retry_after_s)
{
    struct known *known = known_of(names, proxy, transport);
    int at = known ? names_position(&known->found, target) : -1;
    if (at < 0)
        return;
    int64_t shut_ms = 1000 * (int64_t)retry_after_s;
    known->found.targets[at].shut_ms =
        clock_now_ms(names->clock) + (shut_ms > NAMES_SHUT_MS ? shut_ms : NAMES_SHUT_MS);
    if (known->current == at)
        known->current = -1;
}

void names_target_text(const struct names_target *target, char *to, size_t cap)
{
    bool is_ipv6 = strchr(target->address, ':') != NULL;
    snprintf(to, cap, is_ipv6 ? "[%s]:%d" : "%s:%d", target->address, target->port);
}
