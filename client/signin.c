/* Walking the provider's pages; see signin.h. */
#include "signin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apierr.h"
#include "page.h"
#include "text.h"

/* Which of the provider's steps a page is; each is passed once. The last three are for a person. */
enum step {
    STEP_UNKNOWN,
    STEP_IDENTIFIER,
    STEP_PASSWORD,
    STEP_CONSENT,
    STEP_SECOND_FACTOR,
    STEP_NEW_PASSWORD,
    STEP_COMPANY_LOGIN,
    STEP_COUNT
};

/* Why the walk ends at a step that only a person can take. */
static const struct {
    const char *error, *description;
} ends[STEP_COUNT] = {
    [STEP_SECOND_FACTOR] = {"second_factor_required", "the provider asks for a security code"},
    [STEP_NEW_PASSWORD] = {"password_expired", "the provider wants a new password to be chosen"},
    [STEP_COMPANY_LOGIN] = {"company_login_required",
                            "the user must sign in at the company's identity provider"},
};

static bool is_refusing(const struct control *button)
{
    static const char *const words[] = {"decline", "deny", "cancel", "refuse", "reject"};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (text_has_nocase(button->value, words[i]) || text_has_nocase(button->label, words[i]))
            return true;
    }
    return false;
}

static bool is_backward(const struct control *button)
{
    return text_same_nocase(button->value, "back") || text_same_nocase(button->label, "back");
}

static bool is_decision(const struct control *button)
{
    return button->kind == CONTROL_SUBMIT &&
           (text_same(button->name, "decision") || is_refusing(button));
}

/* A password box beside a box for the user, although the user was named already, is another site's
 * login (single sign-on): the provider's password is not for it. */
static bool is_company_login(const struct page *page, int form, const bool *seen)
{
    bool has_name = false;
    for (int i = 0; i < page->control_count; i++)
        has_name =
            has_name || (page->controls[i].form == form && page->controls[i].kind == CONTROL_TEXT &&
                         !text_has_nocase(page->controls[i].name, "extension"));
    return has_name && seen[STEP_IDENTIFIER];
}

static enum step step_of(const struct page *page, int form, const bool *seen)
{
    enum step step = STEP_UNKNOWN;
    for (int i = 0; i < page->control_count; i++) {
        const struct control *control = &page->controls[i];
        if (control->form != form)
            continue;
        if (control->is_one_time_code)
            return STEP_SECOND_FACTOR;
        if (control->is_new_password)
            return STEP_NEW_PASSWORD;
        if (control->kind == CONTROL_PASSWORD)
            step = STEP_PASSWORD;
        else if (control->kind == CONTROL_TEXT && step != STEP_PASSWORD)
            step = STEP_IDENTIFIER;
        else if (is_decision(control) && step == STEP_UNKNOWN)
            step = STEP_CONSENT;
    }
    return step == STEP_PASSWORD && is_company_login(page, form, seen) ? STEP_COMPANY_LOGIN : step;
}

/* The form to fill: the first one that is a step we know. */
static int form_of(const struct page *page, const bool *seen, enum step *ret_step)
{
    for (int form = 0; form < page->form_count; form++) {
        *ret_step = step_of(page, form, seen);
        if (*ret_step != STEP_UNKNOWN)
            return form;
    }
    return -1;
}

/* The button a person would press here. */
static const struct control *button_of(const struct page *page, int form, enum step step,
                                       bool is_declined)
{
    const struct control *first = NULL;
    for (int i = 0; i < page->control_count; i++) {
        const struct control *control = &page->controls[i];
        if (control->form != form || control->kind != CONTROL_SUBMIT || is_backward(control))
            continue;
        if (step == STEP_CONSENT && is_refusing(control) == is_declined)
            return control;
        if (first == NULL && !is_refusing(control))
            first = control;
    }
    return step == STEP_CONSENT ? NULL : first;
}

static const char *filled(const struct control *control, const struct signin *signin)
{
    switch (control->kind) {
    case CONTROL_PASSWORD:
        return signin->password;
    case CONTROL_TEXT:
        if (text_has_nocase(control->name, "extension"))
            return signin->extension ? signin->extension : "";
        return *control->value ? control->value : signin->username;
    case CONTROL_CHECK:
        return control->is_checked ? control->value : NULL;
    case CONTROL_SUBMIT:
        return NULL; /* only the pressed one, added by the caller */
    default:
        return control->value;
    }
}

static void fill_in(const struct page *page, int form, const struct control *button,
                    const struct signin *signin, struct sb *body)
{
    for (int i = 0; i < page->control_count; i++) {
        const struct control *control = &page->controls[i];
        if (control->form != form || *control->name == '\0')
            continue;
        const char *value = control == button ? control->value : filled(control, signin);
        if (value)
            sb_add_pair(body, control->name, value);
    }
}

static void give_up(struct landing *landing, const char *error, const char *description)
{
    text_copy(landing->error, sizeof(landing->error), error);
    if (landing->description[0] == '\0')
        text_copy(landing->description, sizeof(landing->description), description);
}

/* Decides what to do with a page; false when the walk ends here (the reason is in `landing`). */
static bool answer_page(const struct signin *signin, const struct page *page, bool *seen, char *url,
                        size_t url_cap, struct sb *body, bool *ret_post, struct landing *landing)
{
    text_copy(landing->error_code, sizeof(landing->error_code), page->alert_code);
    text_copy(landing->description, sizeof(landing->description), page->alert_text);
    enum step step = STEP_UNKNOWN;
    int form = form_of(page, seen, &step);
    if (*page->alert_code || (form >= 0 && seen[step]) || (form < 0 && *page->alert_text)) {
        give_up(landing, "sign_in_refused", "the provider showed the same page again");
        return false;
    }
    if (form < 0) {
        give_up(landing, "page_unknown", "a page of the provider without a form we know");
        return false;
    }
    if (ends[step].error) {
        give_up(landing, ends[step].error, ends[step].description);
        return false;
    }
    const struct control *button = button_of(page, form, step, signin->is_declined);
    if (button == NULL && step == STEP_CONSENT) {
        give_up(landing, "page_unknown", "the consent page has no such button");
        return false;
    }
    seen[step] = true;
    sb_reset(body);
    fill_in(page, form, button, signin, body);
    const char *action = button && *button->action ? button->action : page->forms[form].action;
    char target[4096];
    if (*action && web_resolve(url, action, target, sizeof(target)))
        text_copy(url, url_cap, target);
    *ret_post = page->forms[form].is_post;
    if (!*ret_post) {
        struct sb get = SB_MAX(16384);
        sb_add_n(&get, url, strcspn(url, "?#"));
        sb_addf(&get, "?%s", sb_text(body));
        text_copy(url, url_cap, sb_text(&get));
        sb_done(&get);
    }
    return true;
}

/* An answer that is neither a redirect nor a page: the platform's JSON error, or none at all. */
static void read_refusal(const struct web_reply *reply, struct landing *landing)
{
    struct apierr err;
    apierr_read(reply, &err);
    text_copy(landing->error, sizeof(landing->error), reply->status ? err.error : "no_answer");
    if (landing->error[0] == '\0')
        text_copy(landing->error, sizeof(landing->error), "http_error");
    text_copy(landing->error_code, sizeof(landing->error_code), err.code);
    text_copy(landing->description, sizeof(landing->description), err.message);
}

void signin_walk(struct web *web, const struct signin *signin, struct landing *ret_landing)
{
    struct landing landing = {0};
    bool seen[STEP_COUNT] = {false};
    char url[8192], target[8192];
    struct sb body = SB_MAX(64 * 1024);
    bool is_post = false, goes_on = text_copy(url, sizeof(url), signin->authorize_url);
    web_forget_cookies(web);
    sb_reserve(&body, body.max); /* a buffer that moves would leave the password behind */
    for (int hop = 0; goes_on; hop++) {
        if (hop == SIGNIN_HOPS) {
            give_up(&landing, "too_many_redirects", "the provider's pages go in a circle");
            break;
        }
        struct web_reply reply;
        web_send(web,
                 &(struct web_request){.url = url,
                                       .form = is_post ? sb_text(&body) : NULL,
                                       .accept = "text/html,application/json",
                                       .ca_file = signin->ca_file,
                                       .with_cookies = true},
                 &reply);
        landing.http_status = reply.status;
        bool is_redirect = reply.status >= 300 && reply.status < 400 && reply.location[0];
        if (is_redirect && landing_is_ours(reply.location, signin->redirect_uri)) {
            landing_read(reply.location, &landing);
            goes_on = false;
        } else if (is_redirect) {
            goes_on = web_resolve(url, reply.location, target, sizeof(target));
            if (goes_on)
                text_copy(url, sizeof(url), target);
            else
                give_up(&landing, "page_unknown", "a redirect to no URL");
            is_post = is_post && (reply.status == 307 || reply.status == 308);
        } else if (strchr(reply.body, '<') && reply.body[strspn(reply.body, " \t\r\n")] == '<') {
            struct page *page = page_read(reply.body);
            goes_on = answer_page(signin, page, seen, url, sizeof(url), &body, &is_post, &landing);
            page_free(page);
        } else {
            read_refusal(&reply, &landing);
            goes_on = false;
        }
        web_reply_done(&reply);
    }
    explicit_bzero(body.text, body.cap);
    sb_done(&body);
    *ret_landing = landing;
}
