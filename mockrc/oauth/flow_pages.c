/* The pages of the walk: what each shows. flow.h tells when. */
#include "oauth/flow.h"

#include "base/text.h"
#include "oauth/signin.h"

#include <string.h>

static void nav_open(struct page *page)
{
    page_raw(page, "<nav>\n");
}

static void nav_close(struct page *page)
{
    page_raw(page, "</nav>\n");
}

static void back_link(struct page *page)
{
    nav_open(page);
    page_link(page, FLOW_PATH "?step=identifier", "Back");
    nav_close(page);
}

static void who(struct page *page, const char *text)
{
    page_raw(page, "<p class=\"who\">");
    page_escaped(page, text);
    page_raw(page, "</p>\n");
}

static void identifier_page(struct page *page)
{
    const struct login *login = page->login;
    page_form(page, FLOW_PATH "/identifier");
    page_input(page, &(struct page_input){.name = "username",
                                          .label = "Email or phone number",
                                          .type = "text",
                                          .value = login->identifier ? login->identifier
                                                                     : login->request.login_hint,
                                          .autocomplete = "username",
                                          .mode = "email",
                                          .is_focused = true});
    page_submit(page, "Next");
    nav_open(page);
    page_link(page, FLOW_PATH "?step=sso", "Single Sign-on");
    nav_close(page);
}

/* Not sent: it tells password managers whose password is typed. */
static void for_managers(struct page *page, const char *identifier)
{
    page_raw(page, "<input type=\"text\" autocomplete=\"username\" value=\"");
    page_escaped(page, identifier);
    page_raw(page, "\" hidden readonly>\n");
}

static void password_page(struct page *page)
{
    const struct login *login = page->login;
    bool is_number = signin_is_number(login->identifier);
    who(page, login->identifier);
    page_form(page, FLOW_PATH "/password");
    for_managers(page, login->identifier);
    if (is_number)
        page_input(page, &(struct page_input){.name = "extension",
                                              .label = "Extension",
                                              .type = "text",
                                              .value = login->extension,
                                              .autocomplete = "off",
                                              .mode = "numeric",
                                              .hint = "Leave it empty for a direct number.",
                                              .is_optional = true,
                                              .is_focused = true});
    page_input(page, &(struct page_input){.name = "password",
                                          .label = "Password",
                                          .type = "password",
                                          .autocomplete = "current-password",
                                          .is_focused = !is_number});
    page_submit(page, "Sign in");
    back_link(page);
}

static void sso_page(struct page *page)
{
    const struct login *login = page->login;
    page_text(page,
              "You are at your company's identity provider. Sign in with your company login.");
    page_form(page, FLOW_PATH "/sso");
    page_input(page, &(struct page_input){.name = "username",
                                          .label = "Company email",
                                          .type = "text",
                                          .value = login->identifier ? login->identifier
                                                                     : login->request.login_hint,
                                          .autocomplete = "username",
                                          .mode = "email",
                                          .is_focused = !login->identifier});
    page_input(page, &(struct page_input){.name = "password",
                                          .label = "Company password",
                                          .type = "password",
                                          .autocomplete = "current-password",
                                          .is_focused = login->identifier != NULL});
    page_submit(page, "Submit");
    back_link(page);
}

/* "a***@example.test": enough to know one's own mailbox by. */
static char *masked(struct call *call, const char *email)
{
    const char *at = email ? strchr(email, '@') : NULL;
    return at && at > email ? arena_printf(call->arena, "%.1s***%s", email, at) : NULL;
}

static void code_page(struct page *page)
{
    struct call *call = page->call;
    const struct user *user = user_by_id(call->world, page->login->pending_user_id);
    const char *email = user ? masked(call, user->email) : NULL;
    page_text(page, email ? arena_printf(call->arena, "We sent a security code to %s.", email)
                          : "We sent you a security code.");
    page_form(page, FLOW_PATH "/code");
    page_input(page, &(struct page_input){.name = "code",
                                          .label = "Security code",
                                          .type = "text",
                                          .autocomplete = "one-time-code",
                                          .mode = "numeric",
                                          .is_focused = true});
    page_submit(page, "Verify");
    back_link(page);
}

static void new_password_page(struct page *page)
{
    page_text(page, "Your password has expired. Choose a new one to go on.");
    page_form(page, FLOW_PATH "/new-password");
    for_managers(page, page->login->identifier);
    page_input(page,
               &(struct page_input){.name = "new_password",
                                    .label = "New password",
                                    .type = "password",
                                    .autocomplete = "new-password",
                                    .hint = "8 to 32 characters, with a letter, a digit, and a "
                                            "capital or special character.",
                                    .is_focused = true});
    page_input(page, &(struct page_input){.name = "confirm_password",
                                          .label = "New password again",
                                          .type = "password",
                                          .autocomplete = "new-password"});
    page_submit(page, "Save and go on");
    back_link(page);
}

static void permissions(struct page *page)
{
    page_raw(page, "<ul>\n");
    for (int scope = 1; scope < SCOPE_COUNT; scope++) {
        if (!(page->login->request.scopes >> scope & 1))
            continue;
        page_raw(page, "<li>");
        page_escaped(page, scope_words((enum scope)scope));
        page_raw(page, " <small>");
        page_escaped(page, scope_name((enum scope)scope));
        page_raw(page, "</small></li>\n");
    }
    page_raw(page, "</ul>\n");
}

static void consent_page(struct page *page)
{
    struct call *call = page->call;
    const struct app *app = page->login->request.app;
    const struct user *user = user_by_id(call->world, page->login->user_id);
    const char *email = user->email ? user->email : page->login->identifier;
    who(page, user->name ? arena_printf(call->arena, "%s (%s)", user->name, email) : email);
    page_raw(page, "<p><strong>");
    page_escaped(page, app->name ? app->name : app->client_id);
    page_raw(page, "</strong>");
    if (app->vendor) {
        page_raw(page, " by ");
        page_escaped(page, app->vendor);
    }
    page_raw(page, " asks for access to your account:</p>\n");
    permissions(page);
    page_form(page, "/oauth/consent");
    page_raw(page, "<div class=\"row\">\n<button type=\"submit\" name=\"decision\" "
                   "value=\"authorize\">Authorize</button>\n<button type=\"submit\" "
                   "name=\"decision\" value=\"decline\" class=\"quiet\">Decline</button>\n"
                   "</div>\n</form>\n");
    page_form(page, FLOW_PATH "/restart");
    page_raw(page, "<button type=\"submit\" class=\"link\">Use another account</button>\n"
                   "</form>\n");
}

static const struct {
    const char *name, *title;
    void (*fill)(struct page *page);
} pages[LOGIN_STAGE_COUNT] = {
    [LOGIN_IDENTIFIER] = {"identifier", "Sign in", identifier_page},
    [LOGIN_PASSWORD] = {"password", "Enter your password", password_page},
    [LOGIN_SSO] = {"sso", "Single Sign-on", sso_page},
    [LOGIN_CODE] = {"code", "Account validation", code_page},
    [LOGIN_NEW_PASSWORD] = {"new-password", "Choose a new password", new_password_page},
    [LOGIN_CONSENT] = {"consent", "Access Request", consent_page},
};

void flow_show(struct call *call, const struct login *login, int status,
               const struct page_alert *alert)
{
    struct page page;
    flow_name(call, login);
    page_open(&page, call, login, status, pages[login->stage].name, pages[login->stage].title);
    page_alert(&page, alert);
    pages[login->stage].fill(&page);
    page_close(&page);
}
