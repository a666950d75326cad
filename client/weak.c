/* The table of weaknesses; see weak.h. */
#include "slip.h"
#include "weak.h"

#include <stdio.h>
#include <string.h>

const struct weakness_row weaknesses[WEAK_COUNT] = {
    [WEAK_NO_REFRESH_LOCK] =
        {"no-refresh-lock", "refresh-rotation-race",
         "refreshes without a lock and without a second look at the store, and "
         "writes its pair over a newer one"},
    [WEAK_TOKEN_CACHE] = {"token-cache", "old-access-token-in-flight",
                          "keeps the token pair it read first, whatever the store holds by now"},
    [WEAK_TRANSIENT_IS_FATAL] = {"transient-is-fatal", "transient-error-treated-as-logout",
                                 "throws the grant away when a refresh meets 5xx or no answer"},
    [WEAK_DEAD_GRANT_RETRIED] = {"dead-grant-retried", "dead-grant-retried-forever",
                                 "goes on sending a refresh token that was refused for good"},
    [WEAK_PERSIST_LATE] = {"persist-late", "rotated-token-not-persisted",
                           "uses a rotated pair without storing it"},
    [WEAK_SHORT_COLUMN] = {"short-column", "token-corrupt-at-rest",
                           "stores tokens in a column that is too short for them"},
    [WEAK_NO_INSTANCE_CHECK] = {"no-instance-check", "cloned-environment-shares-grant",
                                "refreshes a grant that came with a copy of another's store"},
    [WEAK_SAVE_BEFORE_EXCHANGE] = {"save-before-exchange", "status-cached-not-probed",
                                   "stores the authorization before the code was exchanged"},
    [WEAK_CODE_TWICE] = {"code-twice", "authorization-code-replayed",
                         "exchanges the authorization code twice, as a doubled callback does"},
    [WEAK_NO_IDENTITY_CHECK] = {"no-identity-check", "reauth-changes-account",
                                "does not look at who authorized"},
    [WEAK_STATUS_STICKS] = {"status-sticks", "status-not-reset-after-reauth",
                            "keeps the old reason after a new authorization"},
    [WEAK_STATUS_CACHED] = {"status-cached", "status-cached-not-probed",
                            "shows the last probe's status without its age"},
    [WEAK_NO_VALIDATION] = {"no-validation", "secondary-proxy-blank-or-equal",
                            "takes any text for a domain or a proxy"},
    [WEAK_SETTINGS_CACHED] = {"settings-cached", "settings-saved-not-applied",
                              "works with the settings it read first, whatever was saved since"},
    [WEAK_LAST_SAVE_WINS] =
        {"last-save-wins", "concurrent-admin-overwrite",
         "serve: saves the whole window as it was typed, over what another admin saved meanwhile"},
    [WEAK_STATE_IN_SESSION] =
        {"state-in-session", "state-lost-on-return",
         "serve: forgets an Authenticate with the browser's own log-in, so that a return without "
         "one is thrown away"},
    [WEAK_IGNORE_RETRY_AFTER] = {"ignore-retry-after", "rate-limit-penalty-trap",
                                 "repeats at once what was answered 429"},
    [WEAK_FIRST_PAGE_ONLY] = {"first-page-only", "call-log-page-drift",
                              "reads the first page of a list and stops"},
    [WEAK_NO_BACKFILL] = {"no-backfill", "no-backfill-after-recovery",
                          "reads the last minutes only, not the time it missed"},
    [WEAK_START_CURSOR] = {"start-cursor", "call-log-late-arrival",
                           "goes on from the start of the last call it read, without sync tokens"},
    [WEAK_EXTENSION_FALLBACK] =
        {"extension-fallback", "extension-scope-by-mistake",
         "reads its own extension's call log when the company's is refused, "
         "and calls that complete"},
    [WEAK_LOCAL_TIME] = {"local-time", "timezone-dst-window-error",
                         "sends the account's wall-clock time as if it were UTC"},
    [WEAK_SIMPLE_VIEW] = {"simple-view", "simple-view-hides-legs",
                          "reads calls without their legs"},
    [WEAK_RECORDING_ONCE] = {"recording-once", "recording-not-ready-404",
                             "asks for a recording once, at the end of its call"},
    [WEAK_SUBSCRIBE_ONCE] = {"subscribe-once", "reauth-without-resubscribe",
                             "subscribes once and never reads the subscription back"},
    [WEAK_NO_RENEWAL] = {"no-renewal", "webhook-subscription-expired",
                         "does not renew its subscription"},
    [WEAK_LAST_EVENT_WINS] = {"last-event-wins", "events-out-of-order-or-duplicated",
                              "believes the notification that came last"},
    [WEAK_SLOW_HOOK] = {"slow-hook", "webhook-handler-too-slow",
                        "works before it answers a webhook"},
    [WEAK_HOOK_SECRET] = {"hook-secret", "validation-token-mismatch",
                          "expects another verification token than it subscribed with"},
    [WEAK_TRUST_EVENTS] =
        {"trust-events", "lost-disconnect-ghost-call",
         "believes that every event comes: never asks which calls are up, nor reads "
         "the call log besides"},
    [WEAK_NO_FAILOVER] = {"no-failover", "primary-down-no-failover",
                          "never tries the secondary proxy"},
    [WEAK_TRUST_REGISTRATION] = {"trust-registration", "registration-lost-silently",
                                 "believes a registration until it would have expired"},
    [WEAK_NO_NAME_CHECK] = {"no-name-check", "tls-certificate-rotated",
                            "takes any trusted certificate for a TLS proxy's, whatever its name"},
    [WEAK_USER_AS_AUTH_ID] = {"user-as-auth-id", "auth-id-username-swapped",
                              "takes a handset's user name for its authorization id"},
    [WEAK_DIALOGS_LEFT] = {"dialogs-left", "dialog-dead-after-reconnect",
                           "phone: moves its registration to another proxy, and not its call"},
    [WEAK_DNS_ONCE] = {"dns-once", "dns-address-stale",
                       "looks a proxy's name up once and keeps to that address for good"},
    [WEAK_FIRST_TARGET] = {"first-target", "srv-failover-ignored",
                           "tries only the first of the places that a proxy's name leads to"},
    [WEAK_DNS_FATAL] = {"dns-fatal", "dns-failure-stops-registration",
                        "does without a proxy for five minutes when the name server fails"},
};

static bool is_name(const char *name, const char *text, size_t len)
{
    return strncmp(name, text, len) == 0 && name[len] == '\0';
}

bool weak_read(const char *text, uint64_t *set, char *why, size_t cap)
{
    static const char blanks[] = ", \t";
    for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
        size_t len = strcspn(text, blanks);
        int at = 0;
        while (at < WEAK_COUNT && !is_name(weaknesses[at].name, text, len))
            at++;
        if (at == WEAK_COUNT) {
            char near[80];
            struct slip slip;
            slip_init(&slip, text, len);
            for (at = 0; at < WEAK_COUNT; at++)
                slip_try(&slip, weaknesses[at].name);
            snprintf(why, cap, "weak: no weakness \"%.*s\"%s; rc-client weak lists them",
                     (int)(len > 40 ? 40 : len), text, slip_hint(&slip, "", near, sizeof(near)));
            return false;
        }
        *set |= (uint64_t)1 << at;
        text += len;
    }
    return true;
}
