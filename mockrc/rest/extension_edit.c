#include "rest/extension_edit.h"

#include "api/refuse.h"
#include "base/mem.h"
#include "base/text.h"
#include "rest/ask.h"
#include "world/password.h"

#include <stdio.h>
#include <string.h>

enum { NAME_MAX_LEN = 64, EMAIL_MAX = 254, EXTENSION_DIGITS_MAX = 6, SECRET_MAX = 256 };

/* A text of the body below `parent`; absent is fine, another kind or too long is CMN-101. `name` is
 * the member, with its parent as clients are told it. */
static bool read_text(struct call *call, const struct node *parent, const char *name, size_t most,
                      const char **ret)
{
    const char *dot = strrchr(name, '.');
    const struct node *node = node_get(parent, dot ? dot + 1 : name);
    if (!node || node->kind == NODE_NULL)
        return true;
    if (node->kind == NODE_STRING && strlen(node->text) <= most) {
        *ret = node->text;
        return true;
    }
    refuse(call, CMN_101, name);
    return false;
}

static bool read_texts(struct call *call, struct extension_draft *draft)
{
    const struct node *body = call->body, *contact = node_get(body, "contact");
    if (contact && contact->kind != NODE_MAP) {
        refuse(call, CMN_101, "contact");
        return false;
    }
    return read_text(call, contact, "contact.firstName", NAME_MAX_LEN, &draft->first_name) &&
           read_text(call, contact, "contact.lastName", NAME_MAX_LEN, &draft->last_name) &&
           read_text(call, contact, "contact.email", EMAIL_MAX, &draft->email) &&
           read_text(call, contact, "contact.jobTitle", NAME_MAX_LEN, &draft->job_title) &&
           read_text(call, contact, "contact.department", NAME_MAX_LEN, &draft->department) &&
           read_text(call, body, "extensionNumber", NAME_MAX_LEN, &draft->extension_number) &&
           read_text(call, body, "password", SECRET_MAX, &draft->password);
}

static bool check_contact(struct call *call, const struct user *user,
                          const struct extension_draft *draft)
{
    const char *email = draft->email;
    if (draft->first_name && !*draft->first_name) {
        refuse(call, CMN_101, "contact.firstName");
        return false;
    }
    if (draft->last_name && user->type != USER_USER) {
        refuse(call, EXT_356, NULL);
        return false;
    }
    if (!email)
        return true;
    const char *at = strchr(email, '@');
    if (!at || at == email || !strchr(at, '.') || strpbrk(email, " \t\r\n\"<>")) {
        refuse_value(call, CMN_101, "contact.email", email);
        return false;
    }
    const struct user *other = user_by_email(call->world, email);
    if (other && other != user) {
        refuse_value(call, CMN_406, "contact.email", email);
        return false;
    }
    return true;
}

bool extension_may_have_number(struct call *call, const struct user *user, const char *number)
{
    size_t len = strlen(number);
    if (len == 0 || len > EXTENSION_DIGITS_MAX || strspn(number, "0123456789") != len) {
        refuse_value(call, CMN_101, "extensionNumber", number);
        return false;
    }
    const struct user *other = user_by_extension(call->world, user->account_id, number);
    if (other && other != user) {
        refuse_value(call, CMN_406, "extensionNumber", number);
        return false;
    }
    return true;
}

static bool check_password(struct call *call, const struct user *user,
                           const struct extension_draft *draft)
{
    if (!draft->password)
        return true;
    if (user->type != USER_USER)
        refuse(call, CMN_403, NULL);
    else if (call->world->knobs.oauth_sso || user->has_sso)
        refuse(call, EXT_413, NULL);
    else if (password_fault(user, draft->password))
        refuse(call, PWD_002, NULL);
    else
        return true;
    return false;
}

/* ivrPin is checked and not kept: nothing of ours asks for it, and the platform shows it nowhere. */
static bool check_pin(struct call *call)
{
    const struct node *pin = node_get(call->body, "ivrPin");
    if (!pin || (pin->kind == NODE_STRING && strlen(pin->text) >= 4 && strlen(pin->text) <= 10 &&
                 strspn(pin->text, "0123456789") == strlen(pin->text)))
        return true;
    refuse(call, CMN_101, "ivrPin");
    return false;
}

static bool read_status(struct call *call, struct extension_draft *draft)
{
    const struct node *node = node_get(call->body, "status");
    enum user_status status;
    draft->status = -1;
    if (!node)
        return true;
    if (!user_status_named(node_text(node, ""), &status) || status == USER_UNASSIGNED) {
        refuse_value(call, CMN_101, "status", node_text(node, ""));
        return false;
    }
    draft->status = (int)status;
    return true;
}

bool extension_read_draft(struct call *call, const struct user *user, struct extension_draft *ret)
{
    *ret = (struct extension_draft){.status = -1};
    return ask_body(call) && read_texts(call, ret) && read_status(call, ret) && check_pin(call) &&
           check_contact(call, user, ret) &&
           (!ret->extension_number ||
            extension_may_have_number(call, user, ret->extension_number)) &&
           check_password(call, user, ret);
}

/* The display name follows the names it is made of. */
static void rename_user(struct user *user)
{
    char name[2 * NAME_MAX_LEN + 2];
    const char *first = user->first_name ? user->first_name : "";
    const char *last = user->last_name ? user->last_name : "";
    snprintf(name, sizeof name, "%.*s%s%.*s", NAME_MAX_LEN, first, *first && *last ? " " : "",
             NAME_MAX_LEN, last);
    xset(&user->name, name);
}

static void take(char **field, const char *value)
{
    if (value)
        xset(field, value);
}

void extension_set_status(struct call *call, struct user *user, enum user_status status)
{
    if (status == user->status)
        return;
    user->status = status;
    user->status_cause = call_seq(call);
    if (status != USER_ENABLED)
        session_end_user(call->world, user->id, SESSION_POLICY, false, user->status_cause);
}

void extension_apply_draft(struct call *call, struct user *user,
                           const struct extension_draft *draft)
{
    struct world *world = call->world;
    take(&user->first_name, draft->first_name);
    take(&user->last_name, draft->last_name);
    take(&user->job_title, draft->job_title);
    take(&user->department, draft->department);
    if (draft->first_name || draft->last_name)
        rename_user(user);
    if (draft->email)
        user_set_email(world, user, draft->email);
    if (draft->extension_number)
        user_set_extension(world, user, draft->extension_number);
    if (draft->status >= 0)
        extension_set_status(call, user, (enum user_status)draft->status);
    if (draft->password)
        password_set(world, user, draft->password, password_is_lazy(world), call_seq(call));
}
