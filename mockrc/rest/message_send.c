/* Sending: texts to numbers (SMS), with files (MMS), to colleagues (pager), and faxes. Source: rest.md
 * 5.12. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/ask.h"
#include "rest/message_files.h"
#include "rest/message_json.h"
#include "rest/message_rules.h"

#include <string.h>

enum {
    TEXT_UNITS_MAX = 1000,
    SMS_TO_MAX = 10,
    COVERS = 13, /* cover pages there are */
    COVER_UNITS_MAX = 1024
};

static bool read_message_text(struct call *call, const char **ret)
{
    const struct node *text = node_get(call->body, "text");
    if (!text || text->kind != NODE_STRING || !*text->text)
        refuse(call, text ? CMN_101 : CMN_100, "text");
    else if (text_utf16_len(text->text) > TEXT_UNITS_MAX)
        refuse(call, MSG_337, NULL);
    else {
        *ret = text->text;
        return true;
    }
    return false;
}

/* The list of recipients; refuses when it is no list, empty or too long. */
static const struct node *read_to(struct call *call, size_t most)
{
    const struct node *to = node_get(call->body, "to");
    if (!to || to->kind != NODE_LIST || !to->count)
        refuse(call, CMN_100, "to");
    else if (to->count > most)
        refuse(call, CMN_101, "to");
    else
        return to;
    return NULL;
}

/* Who of ours reads what is sent to this number; NULL: nobody. */
static const struct user *reader_of(const struct call *call, const char *number)
{
    const struct phone_number *found = phone_number_find(call->world, number);
    const struct user *user =
        found && found->can_sms && found->user_id ? user_by_id(call->world, found->user_id) : NULL;
    return user && !user->is_deleted ? user : NULL;
}

static void deliver(struct call *call, const struct message_draft *draft)
{
    const struct message *message = message_send(call->world, draft);
    if (!message) {
        refuse(call, MSG_384, NULL);
        return;
    }
    event_set_int(call->event, EVENT_RECORDS, (int64_t)draft->to_count);
    struct json_out out = reply_json(call, 200);
    message_write(&out, call, message);
}

/* In E.164, whether the client wrote the + or not. */
static const char *with_plus(const struct call *call, const char *number)
{
    return *number == '+' ? number : arena_printf(call->arena, "+%s", number);
}

/* The numbers of `to`, and who of ours has them by `reader`. */
static bool read_numbers(struct call *call, enum sent sent, const char *from,
                         const struct user *(*reader)(const struct call *, const char *),
                         struct message_draft *draft)
{
    const struct node *to = read_to(call, sent == SENT_FAX ? MESSAGE_TO_MAX : SMS_TO_MAX);
    if (!to)
        return false;
    const char **numbers = arena_alloc(call->arena, to->count * sizeof *numbers);
    const struct user **users = arena_alloc(call->arena, to->count * sizeof *users);
    for (const struct node *item = to->first; item; item = item->next) {
        const char *number = node_text(node_get(item, "phoneNumber"), NULL);
        if (!number) {
            refuse(call, CMN_100, "to.phoneNumber");
            return false;
        }
        if (!message_may_reach(call, from, number, sent))
            return false;
        numbers[draft->to_count] = with_plus(call, number);
        users[draft->to_count++] = reader(call, number);
    }
    draft->to_numbers = numbers;
    draft->to_users = users;
    return true;
}

/* With files a text may be missing, without text the files may not. */
static void send_to_numbers(struct call *call, enum sent sent)
{
    struct message_draft draft = {.kind = MESSAGE_SMS, .sender = call->target};
    if (!message_form(call) || !ask_body(call))
        return;
    const char *from = node_text(node_get(node_get(call->body, "from"), "phoneNumber"), NULL);
    if (!message_may_send(call, from, sent) || !message_files_read(call, FILES_OF_MMS, &draft))
        return;
    if (sent == SENT_MMS && !draft.file_count) {
        refuse(call, CMN_100, "attachments");
        return;
    }
    bool has_text = !draft.file_count || node_get(call->body, "text");
    if (!read_numbers(call, sent, from, reader_of, &draft) ||
        (has_text && !read_message_text(call, &draft.text)))
        return;
    draft.from_number = with_plus(call, from);
    deliver(call, &draft);
}

static void send_sms(struct call *call)
{
    send_to_numbers(call, SENT_SMS);
}

static void send_mms(struct call *call)
{
    send_to_numbers(call, SENT_MMS);
}

/* Whose number it is, whatever it can do. */
static const struct user *owner_of(const struct call *call, const char *number)
{
    const struct phone_number *found = phone_number_find(call->world, number);
    const struct user *user = found ? user_by_id(call->world, found->user_id) : NULL;
    return user && !user->is_deleted ? user : NULL;
}

/* A fax shows the sender's own number, or else the company's. */
static const char *fax_number(const struct call *call)
{
    for (size_t i = 0; i < call->world->number_count; i++)
        if (call->world->numbers[i]->user_id == call->target->id)
            return call->world->numbers[i]->number;
    return call->account->main_number;
}

static bool read_cover(struct call *call, struct message_draft *draft)
{
    const struct node *index = node_get(call->body, "coverIndex");
    const char *resolution = node_text(node_get(call->body, "faxResolution"), "Low");
    int64_t cover = 0;
    draft->cover_text = node_text(node_get(call->body, "coverPageText"), NULL);
    draft->is_high = text_eq(resolution, "High");
    if (!draft->is_high && !text_eq(resolution, "Low"))
        refuse_value(call, CMN_101, "faxResolution", resolution);
    else if (index && (!node_int(index, &cover) || cover < 0 || cover > COVERS))
        refuse_value(call, CMN_101, "coverIndex", node_text(index, ""));
    else if (draft->cover_text && text_utf16_len(draft->cover_text) > COVER_UNITS_MAX)
        refuse(call, CMN_101, "coverPageText");
    else {
        draft->cover_index = (int)cover;
        return true;
    }
    return false;
}

/* A fax that failed may be sent again by its id; none fails here, so there is none to be resent. */
static bool is_resend_refused(struct call *call)
{
    const struct node *original = node_get(call->body, "originalMessageId");
    int64_t id;
    if (!original || original->kind == NODE_NULL)
        return false;
    const struct message *old = node_int(original, &id) ? message_by_id(call->world, id) : NULL;
    if (!old || old->user_id != call->target->id || old->kind != MESSAGE_FAX)
        refuse_value(call, CMN_102, "originalMessageId", node_text(original, ""));
    else
        refuse(call, MSG_343, NULL);
    return true;
}

static void send_fax(struct call *call)
{
    struct message_draft draft = {.kind = MESSAGE_FAX, .sender = call->target};
    if (account_lacks(call->account, "Fax")) {
        refuse(call, MSG_340, NULL);
        return;
    }
    if (!message_form(call) || !ask_body(call) || is_resend_refused(call) ||
        !message_files_read(call, FILES_OF_FAX, &draft) || !read_cover(call, &draft))
        return;
    if (!draft.file_count && !draft.cover_text) {
        refuse(call, CMN_100, "attachment");
        return;
    }
    if (!read_numbers(call, SENT_FAX, NULL, owner_of, &draft))
        return;
    draft.from_number = fax_number(call);
    deliver(call, &draft);
}

/* A colleague by id or number; refuses when there is none. */
static const struct user *colleague(struct call *call, const struct node *item)
{
    int64_t id;
    const char *number = node_text(node_get(item, "extensionNumber"), NULL);
    const struct user *user = node_int(node_get(item, "extensionId"), &id)
                                  ? user_by_id(call->world, id)
                              : number ? user_by_extension(call->world, call->account->id, number)
                                       : NULL;
    if (user && !user->is_deleted && user->account_id == call->account->id)
        return user;
    refuse(call, CMN_102, "to.extensionId");
    return NULL;
}

struct readers {
    const struct user *list[MESSAGE_TO_MAX];
    size_t count;
};

/* A person, or everybody in a queue. */
static bool add_readers(struct call *call, const struct user *user, struct readers *readers)
{
    size_t before = readers->count;
    if (user->type == USER_USER) {
        if (!message_may_tell(call, user))
            return false;
        if (readers->count < MESSAGE_TO_MAX)
            readers->list[readers->count++] = user;
        return true;
    }
    if (user->type != USER_DEPARTMENT) {
        refuse(call, MSG_314, NULL);
        return false;
    }
    for (size_t i = 0; i < user->member_count && readers->count < MESSAGE_TO_MAX; i++) {
        const struct user *member = user_by_id(call->world, user->members[i]);
        if (member && !member->is_deleted && member != call->target)
            readers->list[readers->count++] = member;
    }
    if (readers->count > before)
        return true;
    refuse(call, MSG_316, NULL);
    return false;
}

static void send_pager(struct call *call)
{
    struct message_draft draft = {.kind = MESSAGE_PAGER, .sender = call->target};
    struct readers readers = {.count = 0};
    const struct node *to;
    if (!ask_body(call) || !message_is_from_self(call) || !(to = read_to(call, MESSAGE_TO_MAX)) ||
        !read_message_text(call, &draft.text))
        return;
    if (!call->target->extension_number) { /* colleagues would not know whom to answer */
        refuse(call, CMN_124, NULL);
        return;
    }
    for (const struct node *item = to->first; item; item = item->next) {
        const struct user *user = colleague(call, item);
        if (!user || !add_readers(call, user, &readers))
            return;
    }
    draft.to_users = readers.list;
    draft.to_count = readers.count;
    deliver(call, &draft);
}

#define ROW(path_, op_, scope_, permission_, rate_, run_)                                          \
    {                                                                                              \
        .method = "POST",                                                                          \
        .path = "/restapi/v1.0/account/{accountId}/extension/{extensionId}" path_, .op = op_,      \
        .layer = LAYER_REST, .auth = AUTH_BEARER, .scope = scope_, .permission = permission_,      \
        .rate = rate_, .target = TARGET_EXTENSION, .run = run_                                     \
    }

static const struct route routes[] = {
    ROW("/sms", "createSMSMessage", SCOPE_SMS, PERMISSION_OUTBOUND_SMS, RATE_MEDIUM, send_sms),
    ROW("/mms", "createMMS", SCOPE_SMS, PERMISSION_OUTBOUND_SMS, RATE_MEDIUM, send_mms),
    ROW("/fax", "createFaxMessage", SCOPE_FAXES, PERMISSION_OUTBOUND_FAXES, RATE_HEAVY, send_fax),
    ROW("/company-pager", "createInternalTextMessage", SCOPE_INTERNAL_MESSAGES,
        PERMISSION_INTERNAL_SMS, RATE_MEDIUM, send_pager),
};

struct route_family message_send_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
