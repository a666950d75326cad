#include "base/text.h"
#include "sip/agent.h"
#include "sip/calls.h"
#include "sip/challenge.h"
#include "sip/exchange.h"
#include "sip/leg_media.h"
#include "sip/registrar.h"
#include "sip/repeat.h"

#include <string.h>

static const char allow[] =
    "INVITE, ACK, CANCEL, BYE, INFO, MESSAGE, NOTIFY, PRACK, REFER, UPDATE, REGISTER, OPTIONS";

/* The extensions that we know: RFC 3891, and RFC 3262 for calls of a phone that insists on it. */
static const char *const options[] = {"replaces", "100rel"};
static const char supported[] = "replaces";

static bool answer_options(struct sip_exchange *exchange)
{
    exchange->answer->allow = allow;
    exchange->answer->supported = supported;
    return exchange_answer(exchange, 200, NULL, NULL);
}

static sip_check_fn *const options_checks[] = {answer_options, NULL};

/* What is known of a method. Without checks of its own it is answered 405. */
static const struct method {
    const char *name, *op;
    bool needs_dialog; /* outside of a dialog or transaction it is a stray: 481 */
    sip_check_fn *const *checks;
} methods[] = {
    {"REGISTER", "sip.register", false, registrar_checks},
    {"OPTIONS", "sip.options", false, options_checks},
    {"INVITE", "sip.invite", false, calls_invite_checks},
    {"BYE", "sip.bye", true, NULL},
    {"CANCEL", "sip.cancel", true, NULL},
    {"INFO", "sip.info", true, NULL},
    {"UPDATE", "sip.update", true, NULL},
    {"PRACK", "sip.prack", true, NULL},
    {"NOTIFY", "sip.notify", true, NULL},
    {"REFER", "sip.refer", false, NULL},
    {"MESSAGE", "sip.message", false, agent_message_checks},
    {"SUBSCRIBE", "sip.subscribe", false, NULL},
    {"PUBLISH", "sip.publish", false, NULL},
};
static const struct method other_method = {"", "sip.other", false, NULL};

const char *sip_op_at(size_t i)
{
    size_t count = sizeof methods / sizeof *methods;
    if (i <= count)
        return i < count ? methods[i].op : other_method.op;
    return leg_media_op_at(i - count - 1);
}

static const struct method *method_named(const char *name)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (text_eq(name, methods[i].name))
            return &methods[i];
    return &other_method;
}

static bool check_form(struct sip_exchange *exchange)
{
    const char *reason = exchange->request->malformed;
    return reason && exchange_answer(exchange, 400, NULL, reason);
}

static bool check_draining(struct sip_exchange *exchange)
{
    const struct proxy *proxy = exchange->request->proxy;
    if (proxy->state != PROXY_DRAINING)
        return false;
    exchange->answer->retry_after_s = (int)(exchange->world->knobs.sip_drain_retry_after_ms / 1000);
    return exchange_refuse(exchange, 503, "the proxy is draining", proxy->cause);
}

static bool check_scheme(struct sip_exchange *exchange)
{
    const char *scheme = exchange->request->uri_scheme;
    if (text_eq_nocase(scheme, "sip") || text_eq_nocase(scheme, "sips"))
        return false;
    return exchange_answer(exchange, 416, NULL, "the Request-URI is neither sip nor sips");
}

/* An OPTIONS that may go no further is answered here (RFC 3261 16.3 and 11). */
static bool check_hops(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    if (request->max_forwards != 0 || text_eq(request->method, "OPTIONS"))
        return false;
    return exchange_answer(exchange, 483, NULL, "Max-Forwards is 0");
}

/* Of option tags those that are not ours; NULL: none. */
static const char *unsupported(struct arena *arena, const char *tags)
{
    const char *rest = NULL;
    for (size_t len; *tags; tags += len + strspn(tags + len, ", ")) {
        len = strcspn(tags, ", ");
        const char *tag = arena_strndup(arena, tags, len);
        if (text_eq_nocase(tag, options[0]) || text_eq_nocase(tag, options[1]))
            continue;
        rest = rest ? arena_printf(arena, "%s, %s", rest, tag) : tag;
    }
    return rest;
}

/* A client can insist on those extensions alone. RFC 3261 8.2.2.3: not for CANCEL. */
static bool check_require(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    if (!request->require || text_eq(request->method, "CANCEL"))
        return false;
    const char *rest = unsupported(exchange->arena, request->require);
    exchange->answer->unsupported = rest;
    return rest &&
           exchange_answer(exchange, 420, NULL, "an extension is required that nobody offers");
}

/* RFC 3891 section 3. */
static bool check_replaces(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    return request->replaces.call_id && !text_eq(request->method, "INVITE") &&
           exchange_answer(exchange, 400, NULL, "Replaces is for INVITE alone");
}

static bool check_dialog(struct sip_exchange *exchange)
{
    const struct sip_request *request = exchange->request;
    bool is_in_dialog = request->to_tag && !text_eq(request->method, "REGISTER");
    struct phone_leg *leg = is_in_dialog ? phone_leg_of_dialog(exchange->world, request->call_id,
                                                               request->to_tag, request->from_tag)
                                         : NULL;
    if (leg)
        return calls_in_dialog(exchange, leg);
    if (is_in_dialog && calls_is_late_bye(exchange->world, request))
        return exchange_answer(exchange, 200, NULL, "both hung up at once");
    if (!is_in_dialog && !method_named(request->method)->needs_dialog)
        return false;
    return exchange_answer(exchange, 481, NULL, "no such dialog or transaction");
}

static bool check_method(struct sip_exchange *exchange)
{
    if (method_named(exchange->request->method)->checks)
        return false;
    exchange->answer->allow = allow;
    return exchange_answer(exchange, 405, NULL, "the method is not served");
}

static sip_check_fn *const every_request[] = {
    check_form,     check_draining, check_scheme, check_hops, check_require,
    check_replaces, check_dialog,   check_method, NULL,
};

static void run(struct sip_exchange *exchange)
{
    if (!exchange_run(exchange, every_request))
        exchange_run(exchange, method_named(exchange->request->method)->checks);
}

/* Where a redirection points: a proxy of this world as clients reach it, or what was written. */
static const char *target_uri(const struct sip_exchange *exchange, const char *to)
{
    const struct sip_request *request = exchange->request;
    const struct proxy *proxy = proxy_named(exchange->world, to);
    if (!proxy)
        return arena_printf(exchange->arena,
                            text_starts(to, "sip:") || text_starts(to, "sips:") ? "%s" : "sip:%s",
                            to);
    char address[300];
    proxy_address(exchange->world, proxy, proxy->port[transport_of(request)], address,
                  sizeof address);
    return arena_printf(exchange->arena, "sip:%s;transport=%s", address, request->transport);
}

static void answer_planned(struct sip_exchange *exchange, const struct plan *plan)
{
    struct sip_answer *answer = exchange->answer;
    answer->status = plan->status;
    answer->phrase = plan->message;
    if (plan->retry_after_s > 0)
        answer->retry_after_s = plan->retry_after_s;
    if (plan->to && plan->status / 100 == 3) {
        answer->contacts[answer->contact_count].uri = target_uri(exchange, plan->to);
        answer->contacts[answer->contact_count++].expires_s = -1;
    }
    if (plan->status == 401)
        answer->challenge =
            challenge_text(exchange->world, exchange->arena, exchange->request->proxy, false);
}

/* The soft devices of an extension share its address (sip.md 1.2): the credentials tell which one
 * it is. */
static struct device *device_of(const struct sip_exchange *exchange, const char *aor)
{
    const struct sip_request *request = exchange->request;
    const char *id = request->has_credentials ? request->credentials.username : NULL;
    struct device *named = id ? device_by_id(exchange->world, id) : NULL;
    if (named && text_eq(named->sip_username, aor))
        return named;
    return device_by_sip_username(exchange->world, aor);
}

/* No port, address or tag of the moment: the same run must give the same journal. */
static void open_event(struct sip_exchange *exchange, const struct method *method)
{
    const struct sip_request *request = exchange->request;
    struct event *event = exchange->event;
    bool is_register = text_eq(request->method, "REGISTER");
    const char *aor = is_register ? request->to_user : request->from_user;
    event_init(event, LAYER_SIP, method->op);
    event_set(event, EVENT_METHOD, request->method);
    event_set(event, EVENT_PROXY, request->proxy->name);
    event_set(event, EVENT_TRANSPORT, request->transport);
    event_set(event, EVENT_AOR, aor);
    event_set(event, EVENT_CALL_ID, request->call_id);
    event_set_int(event, EVENT_CSEQ, request->cseq);
    if (request->contact_count)
        event_set(event, EVENT_INSTANCE, request->contacts[0].instance);
    exchange->device = aor && *aor ? device_of(exchange, aor) : NULL;
    if (exchange->device)
        event_set(event, EVENT_DEVICE, exchange->device->id);
    event_set(event, EVENT_USER_AGENT, request->user_agent);
}

static void close_event(struct sip_exchange *exchange, struct journal *journal,
                        const struct plan *plan)
{
    struct event *event = exchange->event;
    event->time_ms = clock_now(exchange->world);
    if (exchange->answer->status)
        event_set_int(event, EVENT_STATUS, exchange->answer->status);
    if (plan->kind != PLAN_NONE) {
        event_set(event, EVENT_FAULT, plan->rule);
        event_set(event, EVENT_PLAN, plan_kind_name(plan->kind));
        if (!event->cause)
            event->cause = plan->cause;
    }
    journal_append(journal, event);
}

/* Text of a rule must outlive the rule: the edge performs the plan after the door has closed. */
static void keep_plan(struct sip_exchange *exchange, struct plan *plan)
{
    if (plan->kind == PLAN_ANSWER && plan->message)
        exchange->answer->phrase = arena_strdup(exchange->arena, plan->message);
    plan->rule = plan->code = plan->message = plan->body = plan->to = NULL;
}

static void serve(struct sip_exchange *exchange, struct plan *plan)
{
    struct sip_service *service = exchange->service;
    const struct sip_request *request = exchange->request;
    uint64_t key;
    clock_run_due(service->world);
    /* An ACK is part of the INVITE's exchange; a stopped proxy's last messages are nobody's. */
    if (text_eq(request->method, "ACK") || request->proxy->state == PROXY_STOPPED ||
        repeat_find(service->world, exchange->arena, request, exchange->answer, &key))
        return;
    open_event(exchange, method_named(request->method));
    fault_decide(service->faults, exchange->event, clock_now(service->world), plan);
    if (plan->kind == PLAN_ANSWER)
        answer_planned(exchange, plan);
    else if (plan->kind != PLAN_CLOSE)
        run(exchange);
    close_event(exchange, service->journal, plan);
    keep_plan(exchange, plan);
    /* What is taken the library knows when it comes again, once it has it: after a delay. */
    if (!exchange->answer->is_taken || plan->kind == PLAN_DELAY)
        repeat_keep(service->world, key, exchange->answer,
                    plan->kind == PLAN_NONE || plan->kind == PLAN_ANSWER);
    if (exchange->leg && text_eq(request->method, "MESSAGE"))
        agent_go_on(exchange);
    else if (exchange->call || exchange->leg)
        calls_go_on(exchange, plan->kind == PLAN_DROP);
}

void sip_serve(struct sip_service *service, struct arena *arena, const struct sip_request *request,
               struct sip_answer *answer, struct plan *ret_plan)
{
    struct event event;
    struct sip_exchange exchange = {
        .service = service,
        .world = service->world,
        .arena = arena,
        .request = request,
        .answer = answer,
        .event = &event,
    };
    memset(answer, 0, sizeof *answer);
    *ret_plan = (struct plan){.retry_after_s = -1};
    serve(&exchange, ret_plan);
    clock_run_due(
        service->world); /* where time stands still nobody else does what is due at once */
    answer->has_more = service->world->sip_outs.count > 0;
}

void sip_taken(struct sip_service *service, uint64_t taken, enum sip_taken what, const char *body)
{
    calls_taken(service, taken, what, body);
}

static void reply_event(struct sip_service *service, const struct sip_reply *reply)
{
    const struct sip_out *request = reply->request;
    const struct world *world = service->world;
    struct event event;
    event_init(&event, LAYER_SIP, method_named(request->method)->op);
    event.time_ms = clock_now(world);
    event_set(&event, EVENT_DIRECTION, "out");
    event_set(&event, EVENT_METHOD, request->method);
    event_set_int(&event, EVENT_STATUS, reply->status);
    if (request->proxy < world->proxy_count)
        event_set(&event, EVENT_PROXY, world->proxies[request->proxy]->name);
    event_set(&event, EVENT_TRANSPORT, transport_name(request->transport));
    event_set(&event, EVENT_AOR, request->aor);
    event_set(&event, EVENT_CALL_ID, request->call_id);
    event_set_int(&event, EVENT_CSEQ, request->cseq);
    journal_append(service->journal, &event);
}

void sip_replied(struct sip_service *service, const struct sip_reply *reply)
{
    if (reply->status >= 200)
        reply_event(service, reply);
    calls_replied(service, reply);
}
