#include "rest/message_rules.h"

#include "api/refuse.h"
#include "base/text.h"

#include <stdio.h>
#include <string.h>

enum { SHORT_DIGITS = 6, NUMBER_DIGITS_MAX = 15 };

/* Brands that offer no SMS to or from direct numbers (oauth.md 2). */
static bool is_brand_without_sms(const struct account *account)
{
    static const char *const brands[] = {"6010", "7710", "2110", "2020"};
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (text_eq(account->brand_id, brands[i]))
            return true;
    return false;
}

/* In E.164 with another country's code than the account's. */
static bool is_abroad(const struct account *account, const char *number)
{
    return *number == '+' && account->calling_code &&
           !text_starts(number + 1, account->calling_code);
}

static bool is_sms_offered(struct call *call)
{
    bool is_billed = call->world->knobs.sms_refusal == KNOB_SMS_BIL_103;
    if (is_brand_without_sms(call->account)) /* which of the two is not known (rest.md 5.12) */
        refuse(call, is_billed ? BIL_103 : MSG_242, NULL);
    else if (account_lacks(call->account, "SMS"))
        refuse(call, MSG_242, NULL);
    else
        return true;
    return false;
}

static bool is_in_time(struct call *call)
{
    if (!rate_count_wide(call->world, RATE_SMS, call->target->id))
        return true;
    refuse(call, MSG_305, NULL);
    return false;
}

bool message_may_send(struct call *call, const char *from, enum sent sent)
{
    const struct phone_number *number = from ? phone_number_find(call->world, from) : NULL;
    bool is_ours = number && number->account_id == call->account->id;
    if (!from)
        refuse(call, CMN_100, "from.phoneNumber");
    else if (!is_ours)
        refuse(call, MSG_245, NULL);
    else if (number->user_id != call->target->id)
        refuse(call, MSG_304, NULL);
    else if (!is_sms_offered(call))
        return false;
    else if (!number->can_sms)
        refuse(call, MSG_367, NULL);
    else if (sent == SENT_MMS && account_lacks(call->account, "MMS"))
        refuse(call, MSG_380, NULL);
    else
        return is_in_time(call);
    return false;
}

/* What keeps this from a number abroad; API_ERROR_COUNT: nothing. */
static enum api_error error_abroad(const struct call *call, const char *from, enum sent sent)
{
    const struct phone_number *number = from ? phone_number_find(call->world, from) : NULL;
    if (sent == SENT_FAX)
        return account_lacks(call->account, "InternationalCalling") ? MSG_341 : API_ERROR_COUNT;
    if (sent == SENT_MMS)
        return MSG_381;
    if (number && number_is_toll_free(number))
        return MSG_397;
    return account_lacks(call->account, "InternationalSMS") ? MSG_240 : API_ERROR_COUNT;
}

bool message_may_reach(struct call *call, const char *from, const char *to, enum sent sent)
{
    const char *digits = to + (*to == '+');
    size_t len = strlen(digits);
    enum api_error error = API_ERROR_COUNT;
    if (!len || strspn(digits, "0123456789") != len)
        error = MSG_310;
    else if (len > NUMBER_DIGITS_MAX)
        error = MSG_309;
    else if (*to != '+' && user_by_extension(call->world, call->account->id, to))
        error = MSG_246;
    else if (len <= SHORT_DIGITS)
        error = MSG_247;
    else if (is_abroad(call->account, to))
        error = error_abroad(call, from, sent);
    if (error != API_ERROR_COUNT)
        refuse(call, error, NULL);
    return error == API_ERROR_COUNT;
}

bool message_is_from_self(struct call *call)
{
    const struct node *from = node_get(call->body, "from");
    const struct user *sender = call->target;
    const char *id = node_text(node_get(from, "extensionId"), NULL);
    const char *number = node_text(node_get(from, "extensionNumber"), NULL);
    char own[24];
    snprintf(own, sizeof own, "%lld", (long long)sender->id);
    if (sender->type == USER_DEPARTMENT)
        refuse(call, MSG_330, NULL);
    else if (id && !text_eq(id, own))
        refuse(call, MSG_331, NULL);
    else if (number && !text_eq(number, sender->extension_number))
        refuse(call, MSG_332, NULL);
    else
        return true;
    return false;
}

static bool is_of_thread(const struct message *message, int64_t user_id)
{
    bool is_in = message->from.user_id == user_id;
    for (size_t i = 0; i < message->to_count; i++)
        is_in = is_in || message->to[i].user_id == user_id;
    return is_in;
}

bool message_may_tell(struct call *call, const struct user *colleague)
{
    const struct node *reply = node_get(call->body, "replyOn");
    int64_t id;
    if (colleague->status != USER_ENABLED) {
        refuse(call, MSG_324, NULL);
        return false;
    }
    if (!reply || reply->kind == NODE_NULL)
        return true;
    const struct message *old = node_int(reply, &id) ? message_by_id(call->world, id) : NULL;
    bool is_own = old && old->user_id == call->target->id && old->kind == MESSAGE_PAGER;
    if (is_own && is_of_thread(old, colleague->id))
        return true;
    refuse(call, is_own ? MSG_326 : MSG_325, NULL);
    return false;
}
