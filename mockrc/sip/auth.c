#include "sip/auth.h"

#include "base/text.h"
#include "sip/challenge.h"

static bool challenge(struct sip_exchange *exchange, bool nonce_is_stale, const char *reason)
{
    exchange->answer->challenge =
        challenge_text(exchange->world, exchange->arena, exchange->request->proxy, nonce_is_stale);
    bool is_register = text_eq(exchange->request->method, "REGISTER");
    return exchange_answer(exchange, is_register ? 401 : 407, NULL, reason);
}

/* What a wrong password meets is nowhere documented (sip.md 3.3): a knob. */
static bool refuse_credentials(struct sip_exchange *exchange, const char *reason)
{
    uint64_t cause = exchange->device ? exchange->device->cause : 0;
    switch (exchange->world->knobs.sip_on_bad_auth) {
    case KNOB_BAD_AUTH_401:
        exchange->event->cause = cause;
        return challenge(exchange, false, reason);
    case KNOB_BAD_AUTH_404:
        return exchange_refuse(exchange, 404, reason, cause);
    case KNOB_BAD_AUTH_DROP:
        return exchange_ignore(exchange, reason, cause);
    default:
        return exchange_refuse(exchange, 403, reason, cause);
    }
}

/* failures.md F102: who goes on trying with an old secret gets banned for a while. */
bool auth_check_lockout(struct sip_exchange *exchange)
{
    const struct device *device = exchange->device;
    if (!device || clock_now(exchange->world) >= device->sip_locked_until_ms)
        return false;
    return exchange_refuse(exchange, 403, "locked out after too many wrong digests", device->cause);
}

static void count_failure(struct sip_exchange *exchange)
{
    struct device *device = exchange->device;
    int64_t threshold = exchange->world->knobs.sip_lockout_threshold;
    if (!device || threshold == 0 || ++device->sip_failures < threshold)
        return;
    device->sip_failures = 0;
    device->sip_locked_until_ms =
        clock_now(exchange->world) + exchange->world->knobs.sip_lockout_ms;
}

bool auth_check_credentials(struct sip_exchange *exchange)
{
    const char *reason;
    switch (challenge_check(exchange->world, exchange->request, exchange->device, &reason)) {
    case CHALLENGE_PASS:
        exchange->device->sip_failures = 0;
        return false;
    case CHALLENGE_ASK:
        return challenge(exchange, false, reason);
    case CHALLENGE_STALE:
        return challenge(exchange, true, reason);
    case CHALLENGE_MALFORMED:
        return exchange_answer(exchange, 400, "Bad Authorization", reason);
    case CHALLENGE_BAD:
        count_failure(exchange);
    }
    return refuse_credentials(exchange, reason);
}

/* failures.md F104, F105: the credentials are right, but there is nothing to register for. */
bool auth_check_line(struct sip_exchange *exchange)
{
    const struct device *device = exchange->device;
    if (device->type == DEVICE_SOFT_PHONE)
        return exchange_refuse(exchange, 403, "a device of this type may not register",
                               device->cause);
    if (!device->has_line)
        return exchange_refuse(exchange, 403, "the device has no line", device->cause);
    return false;
}

bool auth_check_account(struct sip_exchange *exchange)
{
    const struct account *account = account_by_id(exchange->world, exchange->device->account_id);
    if (account && account->status == ACCOUNT_DISABLED)
        return exchange_refuse(exchange, 403, "the account is disabled", account->status_cause);
    return false;
}

bool auth_check_user(struct sip_exchange *exchange)
{
    static const char *const refusals[USER_STATUS_COUNT] = {
        [USER_DISABLED] = "the extension is disabled",
        [USER_FROZEN] = "the extension is frozen",
        [USER_UNASSIGNED] = "the extension is unassigned",
    };
    const struct user *user = user_by_id(exchange->world, exchange->device->user_id);
    if (!user || user->is_deleted)
        return exchange_refuse(exchange, 403, "the device belongs to no extension",
                               user ? user->status_cause : exchange->device->cause);
    const char *reason = refusals[user->status];
    return reason && exchange_refuse(exchange, 403, reason, user->status_cause);
}
