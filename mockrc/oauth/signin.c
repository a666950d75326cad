#include "oauth/signin.h"

#include "base/hash.h"
#include "base/text.h"
#include "oauth/request.h"

#include <ctype.h>
#include <string.h>

static struct verdict verdict(enum oauth_error error, uint64_t cause)
{
    return (struct verdict){.error = error, .cause = cause};
}

struct verdict signin_state(const struct world *world, const struct user *user,
                            const struct app *app, enum oauth_error if_gone)
{
    if (!user || user->is_deleted)
        return verdict(if_gone, user ? user->status_cause : 0);
    if (user->type == USER_SITE)
        return verdict(OAUTH_SITE, 0);
    if (user->type != USER_USER)
        return verdict(OAUTH_EXTENSION_TYPE, 0);
    const struct account *account = account_by_id(world, user->account_id);
    if (!account)
        return verdict(OAUTH_NO_ACCOUNT, 0);
    if (account->status == ACCOUNT_DISABLED)
        return verdict(OAUTH_ACCOUNT_STATE, account->status_cause);
    if (user->status != USER_ENABLED)
        return verdict(OAUTH_USER_STATE, user->status_cause);
    if (app && app->brands && !oauth_has_word(app->brands, account->brand_id))
        return verdict(OAUTH_NOT_OPEN, 0);
    return verdict(OAUTH_ERROR_COUNT, 0);
}

bool signin_is_number(const char *identifier)
{
    size_t digits = 0;
    for (; *identifier; identifier++) {
        if (isdigit((unsigned char)*identifier))
            digits++;
        else if (!strchr("+ -().", *identifier))
            return false;
    }
    return digits > 0;
}

struct user *signin_find(const struct world *world, const char *identifier, const char *extension,
                         const char *brand)
{
    struct user *user = user_by_login(world, identifier, extension);
    if (!user)
        return NULL;
    const struct account *account = account_by_id(world, user->account_id);
    return brand && account && !text_eq(account->brand_id, brand) ? NULL : user;
}

struct verdict signin_locked(const struct world *world, const struct user *user)
{
    if (clock_now(world) >= user->locked_until_ms)
        return verdict(OAUTH_ERROR_COUNT, 0);
    return verdict(signin_needs_sso(world, user) ? OAUTH_LOCKED_SSO : OAUTH_LOCKED,
                   user->lock_cause);
}

void signin_failed(struct call *call, struct user *user)
{
    struct world *world = call->world;
    const struct knobs *knobs = &world->knobs;
    if (++user->failed_logins < knobs->oauth_lockout_threshold ||
        knobs->oauth_lockout_threshold <= 0)
        return;
    user->failed_logins = 0;
    user->locked_until_ms = clock_now(world) + knobs->oauth_lockout_ms;
    user->lock_cause = call_seq(call);
    event_set(call->event, EVENT_REASON, "locked out by this attempt");
    if (knobs->oauth_lockout_kills_tokens)
        session_end_user(world, user->id, SESSION_LOCKED_OUT, false, user->lock_cause);
}

/* A login number of another country than the company's own. */
static bool is_foreign(const struct world *world, const struct user *user, const char *identifier)
{
    if (!signin_is_number(identifier))
        return false;
    const struct phone_number *number = phone_number_find(world, identifier);
    const struct account *account = account_by_id(world, user->account_id);
    const char *code = account ? account->calling_code : NULL;
    return number && code && *number->number == '+' && !text_starts(number->number + 1, code);
}

struct verdict signin_password(struct call *call, struct user *user, const char *identifier,
                               const char *password, const struct app *app)
{
    if (!user)
        return verdict(OAUTH_CREDENTIALS, 0);
    struct verdict locked = signin_locked(call->world, user);
    if (locked.error != OAUTH_ERROR_COUNT)
        return locked;
    if (!user->password || !hash_same(user->password, password)) {
        signin_failed(call, user);
        return verdict(OAUTH_CREDENTIALS, user->password_cause);
    }
    user->failed_logins = 0;
    user->locked_until_ms = 0;
    if (is_foreign(call->world, user, identifier))
        return verdict(OAUTH_FOREIGN_NUMBER, 0);
    return signin_state(call->world, user, app, OAUTH_CREDENTIALS);
}

bool signin_needs_code(const struct world *world, const struct user *user)
{
    return user->has_mfa || world->knobs.oauth_mfa;
}

bool signin_needs_sso(const struct world *world, const struct user *user)
{
    return user->has_sso || world->knobs.oauth_sso;
}

bool signin_needs_new_password(const struct world *world, const struct user *user)
{
    int64_t age_ms = world->knobs.oauth_password_max_age_ms;
    return user->must_change_password ||
           (age_ms > 0 && clock_now(world) >= user->password_changed_ms + age_ms);
}
