/* What the login pages' forms do: each checks one answer and goes on, or shows its page again. */
#include "oauth/handlers.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "oauth/flow.h"
#include "oauth/request.h"
#include "oauth/signin.h"
#include "world/password.h"

#include <stdio.h>
#include <string.h>

enum { FIELD_MAX = 320 /* bytes of a typed text */ };

/* The browser's login with a request under way; NULL after a dead end was shown. */
static struct login *login_of(struct call *call)
{
    struct login *login = login_by_cookie(call->world, flow_cookie(call));
    if (login && login->has_request)
        return login;
    flow_show_dead(call, 400, "LOGIN-GONE",
                   login ? "This request has been answered already."
                         : "Your sign-in has expired, or your browser sends no cookies.");
    return NULL;
}

/* The same for a form: it must be ours, of this very request, and of the page that is due. */
static struct login *form_of(struct call *call, enum login_stage stage)
{
    struct login *login = login_of(call);
    if (!login)
        return NULL;
    flow_name(call, login);
    const char *csrf = params_get(&call->form, "csrf");
    if (!csrf || !hash_same(csrf, login->csrf)) {
        flow_show_dead(call, 403, "CSRF", "This form is not the one that was shown last.");
        return NULL;
    }
    if (params_repeated(&call->form)) {
        flow_show_dead(call, 400, "OAU-111", "A field was sent twice.");
        return NULL;
    }
    bool is_back = stage == LOGIN_IDENTIFIER && login->stage != LOGIN_CONSENT;
    if (login->stage != stage && !is_back) {
        flow_redirect(call, FLOW_PATH);
        return NULL;
    }
    return login;
}

/* A field that must be there and not too long; NULL after the page was shown again. */
static const char *field(struct call *call, const struct login *login, const char *name,
                         const char *if_missing)
{
    const char *value = params_get(&call->form, name);
    bool is_long = value && strlen(value) > FIELD_MAX;
    if (value && *value && !is_long)
        return value;
    event_set(call->event, EVENT_CODE, is_long ? "CMN-101" : "CMN-100");
    event_set(call->event, EVENT_PARAMETER, name);
    flow_show(call, login, 200,
              &(struct page_alert){.code = is_long ? "CMN-101" : "CMN-100",
                                   .text = is_long ? "That is too long." : if_missing});
    return NULL;
}

/* GET: the page that is due. `step` goes back to the first page, or to Single Sign-on. */
void form_page(struct call *call)
{
    struct login *login = login_of(call);
    if (!login)
        return;
    const char *step = params_get(&call->query, "step");
    bool is_free = login->stage != LOGIN_CONSENT;
    if (is_free && text_eq(step, "identifier"))
        login_restart(login);
    else if (is_free && text_eq(step, "sso") && login->stage == LOGIN_IDENTIFIER)
        login->stage = LOGIN_SSO;
    if (login->stage == LOGIN_CONSENT && !user_by_id(call->world, login->user_id))
        login_restart(login);
    flow_show(call, login, 200, NULL);
}

static const char *brand_of(const struct login *login)
{
    return login->request.brand_id;
}

void form_identifier(struct call *call)
{
    struct login *login = form_of(call, LOGIN_IDENTIFIER);
    const char *identifier =
        login ? field(call, login, "username", "Enter your email or phone number.") : NULL;
    if (!identifier)
        return;
    login_restart(login); /* a browser's Back shows the first page again: another may come now */
    xset(&login->identifier, identifier);
    const struct user *user = signin_find(call->world, identifier, NULL, brand_of(login));
    login->stage = user && signin_needs_sso(call->world, user) ? LOGIN_SSO : LOGIN_PASSWORD;
    flow_advance(call, login);
}

static void signed_in(struct call *call, struct login *login, const struct user *user)
{
    login_sign_in(call->world, login, user->id);
    flow_set_cookie(call, login);
    flow_advance(call, login);
}

/* Who they are is sure; is their password still good enough? */
static void after_factors(struct call *call, struct login *login, const struct user *user)
{
    login->mfa_code[0] = '\0';
    if (!signin_needs_new_password(call->world, user)) {
        signed_in(call, login, user);
        return;
    }
    login->pending_user_id = user->id;
    login->stage = LOGIN_NEW_PASSWORD;
    flow_advance(call, login);
}

static void send_code(struct call *call, struct login *login, const struct user *user)
{
    snprintf(login->mfa_code, sizeof login->mfa_code, "%06u",
             (unsigned)id_below(&call->world->ids, 1000000));
    event_set(call->event, EVENT_MFA_CODE, login->mfa_code);
    login->pending_user_id = user->id;
    login->stage = LOGIN_CODE;
    flow_advance(call, login);
}

/* A login that failed although the password may be right: the brand of the page (F006). */
static void note_wrong_brand(struct call *call, const struct login *login, const char *extension)
{
    const struct user *user = signin_find(call->world, login->identifier, extension, NULL);
    const struct account *account = user ? account_by_id(call->world, user->account_id) : NULL;
    if (account && !text_eq(account->brand_id, brand_of(login)))
        event_set(call->event, EVENT_REASON,
                  arena_printf(call->arena, "the page is of brand %s, the account of brand %s",
                               brand_of(login), account->brand_id));
}

void form_password(struct call *call)
{
    struct login *login = form_of(call, LOGIN_PASSWORD);
    const char *password = login ? field(call, login, "password", "Enter your password.") : NULL;
    if (!password)
        return;
    const char *extension = params_get(&call->form, "extension");
    xset(&login->extension, extension && strlen(extension) <= FIELD_MAX ? extension : NULL);
    struct user *user =
        signin_find(call->world, login->identifier, login->extension, brand_of(login));
    call->user = user;
    struct verdict verdict =
        signin_password(call, user, login->identifier, password, login->request.app);
    if (!user && brand_of(login))
        note_wrong_brand(call, login, login->extension);
    if (verdict.error != OAUTH_ERROR_COUNT) {
        flow_show_refused(call, login, verdict.error, verdict.cause);
    } else if (signin_needs_sso(call->world, user)) {
        login->stage = LOGIN_SSO;
        flow_advance(call, login);
    } else if (signin_needs_code(call->world, user)) {
        send_code(call, login, user);
    } else {
        after_factors(call, login, user);
    }
}

void form_code(struct call *call)
{
    struct login *login = form_of(call, LOGIN_CODE);
    const char *code = login ? field(call, login, "code", "Enter the security code.") : NULL;
    if (!code)
        return;
    struct user *user = user_by_id(call->world, login->pending_user_id);
    struct verdict verdict = signin_state(call->world, user, login->request.app, OAUTH_CREDENTIALS);
    if (verdict.error == OAUTH_ERROR_COUNT)
        verdict = signin_locked(call->world, user);
    if (verdict.error != OAUTH_ERROR_COUNT) {
        login_restart(login);
        flow_show_refused(call, login, verdict.error, verdict.cause);
    } else if (!hash_same(code, login->mfa_code)) {
        signin_failed(call, user);
        flow_show_refused(call, login, OAUTH_SECOND_FACTOR, 0);
    } else {
        after_factors(call, login, user);
    }
}

/* The company's own identity provider, which knows the users that have SSO and no others. */
void form_sso(struct call *call)
{
    struct login *login = form_of(call, LOGIN_SSO);
    const char *identifier =
        login ? field(call, login, "username", "Enter your company email.") : NULL;
    const char *password =
        identifier ? field(call, login, "password", "Enter your company password.") : NULL;
    if (!password)
        return;
    xset(&login->identifier, identifier);
    struct user *user = signin_find(call->world, identifier, NULL, brand_of(login));
    call->user = user;
    bool is_known = user && user->has_sso && user->password && hash_same(user->password, password);
    if (!is_known) {
        event_set(call->event, EVENT_REASON, "the identity provider does not know this login");
        flow_show_refused(call, login, OAUTH_CREDENTIALS, user ? user->password_cause : 0);
        return;
    }
    struct verdict verdict = signin_state(call->world, user, login->request.app, OAUTH_CREDENTIALS);
    if (verdict.error != OAUTH_ERROR_COUNT)
        flow_show_refused(call, login, verdict.error, verdict.cause);
    else
        signed_in(call, login, user);
}

static void refuse_password(struct call *call, const struct login *login, const char *code,
                            const char *text)
{
    event_set(call->event, EVENT_CODE, code);
    flow_show(call, login, 200, &(struct page_alert){.code = code, .text = text});
}

void form_new_password(struct call *call)
{
    struct login *login = form_of(call, LOGIN_NEW_PASSWORD);
    const char *password =
        login ? field(call, login, "new_password", "Enter a new password.") : NULL;
    if (!password)
        return;
    struct user *user = user_by_id(call->world, login->pending_user_id);
    struct verdict verdict = signin_state(call->world, user, login->request.app, OAUTH_CREDENTIALS);
    const char *fault = user ? password_fault(user, password) : NULL;
    if (verdict.error != OAUTH_ERROR_COUNT) {
        login_restart(login);
        flow_show_refused(call, login, verdict.error, verdict.cause);
    } else if (!text_eq(password, params_get(&call->form, "confirm_password"))) {
        refuse_password(call, login, "CMN-101", "The two passwords differ.");
    } else if (fault) {
        refuse_password(call, login, "PWD-002", fault);
    } else {
        password_set(call->world, user, password, password_is_lazy(call->world), call_seq(call));
        signed_in(call, login, user);
    }
}

/* "Use another account": whoever was signed in is not any more. */
void form_restart(struct call *call)
{
    struct login *login = form_of(call, LOGIN_CONSENT);
    if (!login)
        return;
    login_restart(login);
    flow_advance(call, login);
}

void form_consent(struct call *call)
{
    struct login *login = form_of(call, LOGIN_CONSENT);
    if (!login)
        return;
    const char *decision = params_get(&call->form, "decision");
    const struct user *user = user_by_id(call->world, login->user_id);
    struct verdict verdict = signin_state(call->world, user, login->request.app, OAUTH_CREDENTIALS);
    if (verdict.error != OAUTH_ERROR_COUNT) {
        login_restart(login);
        flow_show_refused(call, login, verdict.error, verdict.cause);
    } else if (text_eq(decision, "authorize")) {
        flow_grant(call, login);
    } else if (text_eq(decision, "decline")) {
        flow_decline(call, login);
    } else {
        event_set(call->event, EVENT_CODE, "CMN-100");
        flow_show(call, login, 200,
                  &(struct page_alert){.code = "CMN-100",
                                       .text = "Press Authorize or Decline to go on."});
    }
}
