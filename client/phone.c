/* A handset that stays; see phone.h. */
#include "phone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sipnet.h"
#include "text.h"

enum {
    TICK_MS = 20,
    TALK_ECHO_MS = 100,
    TALK_LATE = 5,
    GLARE_MIN_MS = 2100,
    GLARE_STEPS = 190,
    GLARE_STEP_MS = 10
};

static const char *const goals[PHONE_GOALS] = {"register", "call", "hold", "resume",
                                               "hangup",   "keep", "talk"};

const char *phone_goal_text(enum phone_goal goal)
{
    return goals[goal];
}

bool phone_goal_named(const char *name, size_t len, enum phone_goal *ret)
{
    for (int i = 0; i < PHONE_GOALS; i++) {
        if (strlen(goals[i]) == len && strncmp(goals[i], name, len) == 0) {
            *ret = (enum phone_goal)i;
            return true;
        }
    }
    return false;
}

/* The other side hangs up, or asks something of a phone that has no opinion. */
static int on_asked(void *arg, const char *method, const char *event, const char *call_id)
{
    struct phone *phone = arg;
    if (strcmp(method, "NOTIFY") == 0 && strcmp(event, "check-sync") == 0) {
        outbound_check_sync(&phone->outbound, clock_steady_ms());
        return 200;
    }
    if (!phone->call.is_up || strcmp(call_id, phone->call.call_id) != 0)
        return 481;
    if (strcmp(method, "BYE") == 0)
        phone->call.is_up = false;
    return 200;
}

struct phone *phone_new(struct client *client, const struct settings *settings,
                        const struct handset *handset, const struct outbound_policy *policy,
                        char *why, size_t cap)
{
    struct failover proxies;
    struct hostport domain;
    if (handsets_net(client, settings) == NULL) {
        snprintf(why, cap, "sofia-sip does not start");
        return NULL;
    }
    if (!handsets_failover(client, settings, &proxies, why, cap) ||
        !hostport_parse(settings->sip_domain, &domain, why, cap))
        return NULL;
    struct phone *phone = xcalloc(1, sizeof(*phone));
    domain.port = 0; /* no part of the identity */
    hostport_text(&domain, phone->domain, sizeof(phone->domain));
    phone->client = client;
    phone->settings = *settings;
    phone->handset = *handset;
    voice_init(&phone->voice);
    outbound_start(&phone->outbound, policy, &proxies, &client->rnd, clock_steady_ms());
    sipnet_listen(client->sipnet, on_asked, phone);
    return phone;
}

void phone_free(struct phone *phone)
{
    if (phone == NULL)
        return;
    sipnet_listen(phone->client->sipnet, NULL, NULL);
    voice_close(&phone->voice);
    free(phone);
}

static void note(struct phone_took *took, int64_t begun_ms, const char *what,
                 const struct hostport *proxy, const struct sipua_result *result)
{
    if (took->try_count < PHONE_TRIES_MAX) {
        struct phone_try *try = &took->tries[took->try_count];
        try->at_ms = clock_steady_ms() - begun_ms;
        text_copy(try->what, sizeof(try->what), what);
        hostport_text(proxy, try->proxy, sizeof(try->proxy));
        try->result = *result;
    }
    took->try_count++;
}

/* By its name, by the address that it registered at, or nobody could say. */
static enum outbound_listing listing(const struct phone *phone,
                                     const struct provisioned *provisioned)
{
    const struct outbound *outbound = &phone->outbound;
    struct hostport at;
    char why[200];
    if (outbound->route == ROUTE_NONE ||
        provisioned_has(provisioned, &outbound->proxies[outbound->route]) ||
        (hostport_parse(outbound->at, &at, why, sizeof(why)) && provisioned_has(provisioned, &at)))
        return OUTBOUND_LISTED;
    return phone->call.is_up ? OUTBOUND_LEFT_OUT_BUSY : OUTBOUND_LEFT_OUT;
}

/* The proxies that the platform provisions now, and the handset's secret as it is now. */
static void provision(struct phone *phone)
{
    struct rest rest;
    struct provisioned provisioned = {0};
    struct apierr err;
    if (rest_open(phone->client, SLOT_LIVE, &rest))
        handsets_sip_info(&rest, phone->handset.device_id, &phone->handset, &provisioned, &err);
    outbound_provisioned(&phone->outbound, provisioned.proxies, provisioned.count,
                         listing(phone, &provisioned), clock_steady_ms());
}

static void perform(struct phone *phone, const struct outbound_step *step, int64_t begun_ms,
                    struct phone_took *took)
{
    struct sipua_result result;
    if (step->act == OUTBOUND_PROVISION) {
        provision(phone);
        return;
    }
    const struct hostport proxy = phone->outbound.proxies[step->route];
    bool is_ping = step->act == OUTBOUND_PING;
    handsets_send(phone->client, &phone->settings, &phone->handset,
                  is_ping ? SIPUA_PING : SIPUA_REGISTER, &proxy, &result);
    note(took, begun_ms, is_ping ? "OPTIONS" : "REGISTER", &proxy, &result);
    outbound_heard(&phone->outbound, step, &result, clock_steady_ms());
}

/* What a request of the goal got; true when that was the last word. */
static bool judge(struct phone *phone, const struct sipua_result *result)
{
    static const struct outbound_step as_ping = {.act = OUTBOUND_PING};
    int64_t now_ms = clock_steady_ms();
    if (failover_is_reason(result)) {
        outbound_lost(&phone->outbound, result, now_ms);
        return false;
    }
    if (result->status / 100 == 3 && phone->redirections++ == 0) {
        /* The proxy may have moved: REGISTER is told where to. */
        outbound_heard(&phone->outbound, &as_ping, result, now_ms);
        return false;
    }
    if (result->status == 491) { /* RFC 3261 14.1: whoever began the call waits longer */
        unsigned char draw;
        rnd_bytes(&phone->client->rnd, &draw, 1);
        phone->not_before_ms = now_ms + GLARE_MIN_MS + draw * GLARE_STEPS / 256 * GLARE_STEP_MS;
        return false;
    }
    return true;
}

static struct sipcall_line line_of(struct phone *phone)
{
    return (struct sipcall_line){.transport = phone->settings.transport,
                                 .domain = phone->domain,
                                 .user = phone->handset.username,
                                 .auth_id = phone->handset.auth_id,
                                 .password = phone->handset.password,
                                 .timeout_ms = phone->client->sip_timeout_ms,
                                 .voice = &phone->voice};
}

/* The call is known at the proxy that was left; what the far end does would go there (sip.md 5.1). */
static bool is_call_left_behind(const struct phone *phone, enum phone_goal goal)
{
    return phone->call.is_up && goal != PHONE_HANGUP && phone->outbound.route != ROUTE_NONE &&
           strcmp(phone->call.at, phone->outbound.at) != 0 &&
           !client_is_weak(phone->client, WEAK_DIALOGS_LEFT);
}

static void bring_call_along(struct phone *phone, int64_t begun_ms, struct phone_took *took)
{
    const struct hostport proxy = phone->outbound.proxies[phone->outbound.route];
    const struct sipcall_line line = line_of(phone);
    struct sipua_result result;
    sipcall_hold(phone->client->sipnet, &line, &proxy, &phone->call, phone->call.is_held, &result);
    note(took, begun_ms, "INVITE", &proxy, &result);
    took->has_lost_call = took->has_lost_call || !phone->call.is_up;
    if (judge(phone, &result)) /* taken, or refused for good: it stays as it is */
        text_copy(phone->call.at, sizeof(phone->call.at), phone->outbound.at);
}

/* One try of the goal through the proxy that carries the handset; true when there is no more to
 * do for it. */
static bool try_goal(struct phone *phone, enum phone_goal goal, const char *number,
                     int64_t begun_ms, struct phone_took *took)
{
    const struct hostport proxy = phone->outbound.proxies[phone->outbound.route];
    const struct sipcall_line line = line_of(phone);
    struct sipnet *net = phone->client->sipnet;
    struct sipua_result result = {.status = 481};
    switch (goal) {
    case PHONE_REGISTER:
        took->is_reached = true;
        return true;
    case PHONE_CALL:
        voice_close(&phone->voice);
        sipcall_begin(net, &phone->client->rnd, &line, &proxy, number, &phone->call, &result);
        break;
    case PHONE_HOLD:
    case PHONE_RESUME:
        if (phone->call.is_up) {
            sipcall_hold(net, &line, &proxy, &phone->call, goal == PHONE_HOLD, &result);
            took->has_lost_call = !phone->call.is_up;
        }
        break;
    case PHONE_HANGUP:
        if (phone->call.is_up)
            sipcall_end(net, &line, &proxy, &phone->call, &result);
        break;
    case PHONE_TALK:
        return !phone->call.is_up || !phone->call.port;
    case PHONE_KEEP:
    case PHONE_GOALS:
        return false;
    }
    bool is_over = judge(phone, &result);
    note(took, begun_ms, goal == PHONE_HANGUP ? "BYE" : "INVITE", &proxy, &result);
    took->is_reached = result.trouble == SIPUA_ANSWERED && result.status / 100 == 2;
    return is_over;
}

/* However late each of them was, all frames of the time are sent: one run is like the other. What
 * comes back has a moment more. */
static bool talk(struct phone *phone, int64_t frames, uint64_t sent_before, int64_t *silent_from_ms)
{
    if (phone->voice.sent - sent_before < (uint64_t)frames) {
        voice_frame(&phone->voice);
        *silent_from_ms = clock_steady_ms();
        return false;
    }
    voice_listen(&phone->voice);
    return clock_steady_ms() - *silent_from_ms > TALK_ECHO_MS;
}

void phone_reach(struct phone *phone, enum phone_goal goal, const char *number, int64_t limit_ms,
                 struct phone_took *ret_took)
{
    int64_t begun_ms = clock_steady_ms(), now_ms = begun_ms, silent_from_ms = begun_ms;
    int64_t frames = goal == PHONE_TALK ? limit_ms / VOICE_FRAME_MS : 0;
    uint64_t sent = phone->voice.sent, heard = phone->voice.heard;
    bool is_over = false;
    memset(ret_took, 0, sizeof(*ret_took));
    phone->redirections = 0;
    phone->not_before_ms = 0;
    sipnet_wait(phone->client->sipnet, TICK_MS); /* what happened since the last goal */
    if (frames > 0)
        limit_ms = TALK_LATE * limit_ms + 1000;
    while (!is_over && now_ms - begun_ms < limit_ms) {
        struct outbound_step step = outbound_next(&phone->outbound);
        if (step.at_ms <= now_ms)
            perform(phone, &step, begun_ms, ret_took);
        else if (is_call_left_behind(phone, goal) && phone->not_before_ms <= now_ms)
            bring_call_along(phone, begun_ms, ret_took);
        else if (phone->outbound.route != ROUTE_NONE && phone->not_before_ms <= now_ms)
            is_over = try_goal(phone, goal, number, begun_ms, ret_took);
        now_ms = clock_steady_ms();
        int64_t left_ms = begun_ms + limit_ms - now_ms;
        bool waits = phone->outbound.route == ROUTE_NONE || goal == PHONE_KEEP || frames > 0 ||
                     phone->not_before_ms > now_ms;
        if (frames > 0 && !is_over)
            is_over = talk(phone, frames, sent, &silent_from_ms);
        if (waits && left_ms > 0 && outbound_next(&phone->outbound).at_ms > now_ms)
            sipnet_wait(phone->client->sipnet, left_ms < TICK_MS ? (int)left_ms : TICK_MS);
    }
    ret_took->ms = clock_steady_ms() - begun_ms;
    ret_took->sent = phone->voice.sent - sent;
    ret_took->heard = phone->voice.heard - heard;
    if (goal == PHONE_KEEP)
        ret_took->is_reached = phone->outbound.route != ROUTE_NONE;
    if (goal == PHONE_TALK)
        ret_took->is_reached = phone->call.is_up && (int64_t)ret_took->sent == frames;
}
