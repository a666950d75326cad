/* Causes in live events: webhooks and the WebSocket gateway. Source: reference/failures.md F058 to
 * F081. */
#include "explain/cause.h"

#define SUBSCRIBED "{op: [createSubscription, renewSubscription, updateSubscription], status: 200}"
#define ARRIVED    "{op: notify.webhook, result: received}"
#define ANEW       "{op: createSubscription, status: 200}"
/* Asked for by the client, and not there. */
#define GONE  "{op: [readSubscription, renewSubscription, updateSubscription], status: 404}"
#define ENDED "{op: deleteSubscription, status: 204}"

const struct cause causes_events[] = {
    {
        "webhook-blacklisted",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: notify.blacklisted}",
        .works = "[" ARRIVED ", " ENDED "]",
        .begins = "{op: notify.webhook, result: failed}",
        .heals = ANEW,
        .same = "subscription",
        .says = "The receiver of webhooks failed for so long that the provider gave it up "
                "({reason|it did not answer}): live events have stopped, history goes on.",
        .remedy = "Look at what the receiver answers, and mend that.\n"
                  "Subscribe anew: save the settings again.\nRead what was missed (a sync).",
    },
    {
        "webhook-handler-too-slow",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: notify.webhook, result: failed, reason: '*timed out*'}",
        .works = "[" ARRIVED ", " ENDED "]",
        .heals = ANEW,
        .same = "subscription",
        .says = "The receiver of webhooks answers too late; its deliveries count as failed.",
        .remedy = "The vendor answers first and works afterwards.\n"
                  "When it is given up, subscribe anew.",
    },
    {
        "webhook-certificate-chain",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "[{op: '*Subscription', code: SUB-524}, "
                  "{op: notify.webhook, result: failed, reason: '*ertificate*'}]",
        .works = "[" ARRIVED ", {op: createSubscription, status: 200}, " ENDED "]",
        .says = "The certificate of the webhook receiver can not be trusted.",
        .remedy = "Serve the whole certificate chain at the receiver.\nSubscribe anew.",
    },
    {
        "webhook-validation-failed",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: '*Subscription', code: [SUB-520, SUB-521, SUB-523, SUB-525]}",
        .works = "{op: createSubscription, status: 200}",
        .says = "The webhook address did not prove to be the client's: there is no subscription.",
        .remedy = "The receiver gives the Validation-Token header back, at once, over https.\n"
                  "Subscribe anew.",
    },
    {
        "validation-token-mismatch",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: notify.webhook, result: failed, status: [401, 403]}",
        .works = "[" ARRIVED ", " ENDED "]",
        .heals = ANEW,
        .same = "subscription",
        .says =
            "The receiver refuses webhooks ({status|401}): it expects another verification token "
            "than the subscription carries.",
        .remedy = "Save the settings again, so that subscription and receiver agree.",
    },
    {
        "webhook-url-moved",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: notify.webhook, result: failed}",
        .works = "[" ARRIVED ", " ENDED "]",
        .heals = ANEW,
        .same = "subscription",
        .says = "Webhooks fail at their receiver (answer {status|none}).",
        .remedy = "Check that the address of the subscription is still the receiver's.\n"
                  "Save the settings again to subscribe anew.",
    },
    {
        "legacy-transport-removed",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: '*Subscription', code: CMN-101, parameter: '*transportType*'}",
        .works = ANEW,
        .begins = "{op: set, args: '*sub.transports*'}",
        .says = "The way of being notified that the client asks for is retired: it gets no "
                "subscription.",
        .remedy = "The vendor moves to webhooks or the WebSocket gateway.",
    },
    {
        "subscription-owner-gone",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = GONE,
        .works = ANEW,
        .begins = "{op: set-user, args: ['*deleted*true*', '*status*Disabled*']}",
        .needs_begin = true,
        .says = "The subscription went with the user who had made it: live events have stopped.",
        .remedy = "Subscribe anew as the user who authorizes now: save the settings again.\n"
                  "Read what was missed (a sync).",
    },
    {
        "reauth-without-resubscribe",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = GONE,
        .works = ANEW,
        .begins = "{op: [revoke-sessions, rotate-password]}",
        .needs_begin = true,
        .says = "The subscription went with the old grant; the client authorized anew, and did not "
                "subscribe anew.",
        .remedy = "Subscribe anew: save the settings again.\nRead what was missed (a sync).",
    },
    {
        "webhook-subscription-expired",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "[{op: notify.expired}, " GONE "]",
        .works = ENDED,
        .runs_out = SUBSCRIBED,
        .heals = ANEW,
        .same = "subscription",
        .says = "The subscription ran out and nobody renewed it: live events have stopped.",
        .remedy = "Subscribe anew: save the settings again.\n"
                  "The vendor renews at half the life.\nRead what was missed (a sync).",
    },
    {
        "subscription-leak-limit",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: createSubscription, code: SUB-505}",
        .works = "{op: createSubscription, status: 200}",
        .says = "The app has as many subscriptions as it may: a further one is refused.",
        .remedy = "Delete the subscriptions nobody uses.\nThe vendor deletes the old one first.",
    },
    {
        "ws-scope-missing",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{layer: rest, code: SUB-528}",
        .works = "{op: createSubscription, status: 200}",
        .says = "The app may not subscribe over a WebSocket.",
        .remedy = "The vendor adds the permission WebSocketsSubscription to the app.\n"
                  "Authenticate again.",
    },
    {
        "ws-silent-half-open",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: set, args: '*ws.half_open*true*'}",
        .works = "{op: set, args: '*ws.half_open*false*'}",
        .says =
            "The path of the WebSocket is dead and neither side was told: it looks open, and no "
            "event passes.",
        .remedy = "Nothing, if the client notices and connects again; otherwise restart it.\n"
                  "The vendor asks for a sign of life (heartbeats).",
    },
    {
        "ws-forced-disconnects",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "[{op: ws.error, code: [WSG-902, WSG-903]}, "
                  "{op: ws.close, reason: [idle timeout, absolute timeout]}]",
        .works = "{op: ws.open, status: 101}",
        .says =
            "The provider closed the WebSocket for its age or its silence, and the client has not "
            "come back.",
        .remedy = "Nothing, if it connects again by itself; otherwise restart it.",
    },
    {
        "ws-token-reused",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: ws.open, status: 401}",
        .works = "{op: ws.open, status: 101}",
        .says = "The WebSocket was opened with a token that is spent or too old.",
        .remedy = "The vendor asks for a new socket token before every connection.",
    },
    {
        "ws-recovery-failed-gap",
        PLANE_EVENTS,
        WEIGHT_NOTE,
        .broken = "[{op: ws.open, result: not recovered}, {op: notify.overflow}]",
        .works = "{op: [readCompanyCallLog, readUserCallLog, 'sync*'], status: 200}",
        .says = "The client was away for too long: events of the time between are lost.",
        .remedy = "Read what was missed by REST (a sync).",
    },
    {
        "lost-disconnect-ghost-call",
        PLANE_EVENTS,
        WEIGHT_DEGRADED,
        .broken = "{op: [notify.webhook, ws.notification], party_state: Disconnected, plan: drop}",
        .begins = "{op: fault}",
        .says = "The end of a call was never told: for who listens, it goes on for ever.",
        .remedy = "Read the call's state by REST, or wait until the client's reconciliation does.\n"
                  "The vendor ends calls that the active calls no longer hold.",
    },
    {
        "events-out-of-order-or-duplicated",
        PLANE_EVENTS,
        WEIGHT_NOTE,
        .broken = "[{op: [notify.webhook, ws.notification], plan: [duplicate, reorder]}, "
                  "{op: set, args: ['*sub.deliver.dup*', '*sub.deliver.reorder*']}]",
        .says = "Events were told twice or in another order than they happened.",
        .remedy = "Nothing: a client sorts by sequence and throws doubles away.",
    },
    {0},
};
