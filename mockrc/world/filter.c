#include "world/filter.h"

#include "base/mem.h"
#include "base/params.h"
#include "base/text.h"
#include "world/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SESSION_QUERY                                                                              \
    "direction missedCall phoneNumber sipData statusCode withRecordings telephonySessionId"
#define PRESENCE_QUERY "detailedTelephonyState sipData"

/* Which permission an account-wide filter of telephony asks for is not documented: the one for the
 * company's call log is chosen. */
static const struct filter_kind kinds[] = {
    {"telephony/sessions", SCOPE_CALL_CONTROL, PERMISSION_FULL_COMPANY_CALL_LOG, true, NULL, false,
     SESSION_QUERY},
    {"extension/{e}/telephony/sessions", SCOPE_CALL_CONTROL, PERMISSION_FULL_COMPANY_CALL_LOG, true,
     NULL, false, SESSION_QUERY},
    {"presence", SCOPE_READ_PRESENCE, PERMISSION_READ_PRESENCE_STATUS, false, NULL, false,
     PRESENCE_QUERY},
    {"extension/{e}/presence", SCOPE_READ_PRESENCE, PERMISSION_READ_PRESENCE_STATUS, false, NULL,
     false, PRESENCE_QUERY},
    {"extension/{e}/presence/line", SCOPE_READ_PRESENCE, PERMISSION_READ_PRESENCE_STATUS, false,
     NULL, false, ""},
    {"extension/{e}/presence/line/presence", SCOPE_READ_PRESENCE, PERMISSION_READ_PRESENCE_STATUS,
     false, NULL, false, ""},
    {"extension/{e}/presence/dnd", SCOPE_READ_PRESENCE, PERMISSION_READ_PRESENCE_STATUS, false,
     NULL, false, ""},
    {"call-queues/{e}/presence", SCOPE_READ_PRESENCE, PERMISSION_READ_PRESENCE_STATUS, false, NULL,
     false, ""},
    {"extension", SCOPE_READ_ACCOUNTS, PERMISSION_READ_EXTENSIONS, false, NULL, false, ""},
    {"extension/{e}", SCOPE_READ_ACCOUNTS, PERMISSION_READ_EXTENSIONS, false, NULL, false, "hint"},
    {"extension/{e}/message-store", SCOPE_READ_MESSAGES, PERMISSION_READ_MESSAGES, true, "SUB-405",
     false, "type direction"},
    {"extension/{e}/message-store/instant", SCOPE_READ_MESSAGES, PERMISSION_READ_MESSAGES, true,
     "SUB-405", false, "type direction"},
    {"extension/{e}/fax", SCOPE_READ_MESSAGES, PERMISSION_READ_MESSAGES, true, "SUB-405", false,
     "direction"},
    {"extension/{e}/voicemail", SCOPE_READ_MESSAGES, PERMISSION_READ_MESSAGES, true, "SUB-405",
     false, ""},
    {"extension/{e}/missed-calls", SCOPE_READ_CALL_LOG, PERMISSION_READ_CALL_LOG, true, "SUB-527",
     false, ""},
    {"extension/{e}/incoming-call-pickup", SCOPE_READ_ACCOUNTS, PERMISSION_READ_EXTENSIONS, true,
     "SUB-404", false, ""},
    {"extension/{e}/favorite", SCOPE_READ_CONTACTS, PERMISSION_READ_PERSONAL_CONTACTS, true, NULL,
     false, ""},
    {"extension/{e}/grant", SCOPE_READ_ACCOUNTS, PERMISSION_READ_EXTENSIONS, true, NULL, false,
     "type"},
    {"phone-number", SCOPE_READ_ACCOUNTS, PERMISSION_READ_COMPANY_PHONE_NUMBERS, true, NULL, false,
     "usageType"},
    {"directory/entries", SCOPE_READ_ACCOUNTS, PERMISSION_READ_EXTENSIONS, false, NULL, false, ""},
    {"/restapi/v1.0/subscription/~", SCOPE_NONE, PERMISSION_NONE, false, NULL, true,
     "threshold interval"},
};

uint64_t filter_sum(const char *path, size_t len)
{
    uint64_t sum =
        14695981039346656037u; /* FNV-1a: spreads paths; nobody gains by colliding them */
    for (size_t i = 0; i < len; i++)
        sum = (sum ^ (unsigned char)path[i]) * 1099511628211u;
    return sum;
}

bool filter_hears(const struct filter *filter, const char *path, size_t len, uint64_t sum)
{
    return !filter->disabled && filter->path_sum == sum && filter->path_len == len &&
           memcmp(filter->text, path, len) == 0;
}

static bool holds_all(const struct filter *list, size_t count, const struct filter *of,
                      size_t of_count)
{
    for (size_t i = 0; i < of_count; i++) {
        bool is_there = false;
        for (size_t j = 0; j < count && !is_there; j++)
            is_there = list[j].path_sum == of[i].path_sum && text_eq(list[j].text, of[i].text);
        if (!is_there)
            return false;
    }
    return true;
}

bool filters_are_same(const struct filter *a, size_t a_count, const struct filter *b,
                      size_t b_count)
{
    return holds_all(a, a_count, b, b_count) && holds_all(b, b_count, a, a_count);
}

void filter_done(struct filter *filter)
{
    free(filter->text);
    *filter = (struct filter){0};
}

/* Does a word stand in a list parted by blanks? */
static bool lists(const char *words, const char *word)
{
    size_t len = strlen(word);
    for (const char *at = words; len && (at = strstr(at, word)); at += len)
        if ((at == words || at[-1] == ' ') && (at[len] == ' ' || !at[len]))
            return true;
    return false;
}

/* Finds the row whose path `rest` is; where it says {e}, the segment goes to `id`. */
static const struct filter_kind *find(const char *rest, size_t len, char id[32], size_t *ret_at)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *path = kinds[i].path, *hole = strstr(path, "{e}");
        size_t head = hole ? (size_t)(hole - path) : strlen(path);
        if (len < head || strncmp(rest, path, head) != 0)
            continue;
        if (!hole) {
            if (len == head)
                return &kinds[i];
            continue;
        }
        size_t segment = strcspn(rest + head, "/?"), tail = strlen(hole + 3);
        if (segment > 0 && segment < 32 && len == head + segment + tail &&
            strncmp(rest + head + segment, hole + 3, tail) == 0) {
            snprintf(id, 32, "%.*s", (int)segment, rest + head);
            *ret_at = head;
            return &kinds[i];
        }
    }
    return NULL;
}

/* rest.md 6.4: the threshold is at most half of the life, the interval at most half of that. */
static enum filter_fault read_reminder(const struct params *query, int64_t ttl_ms,
                                       struct filter *ret)
{
    int64_t threshold = 60, interval = 15; /* chosen: when not said */
    const char *said = params_get(query, "threshold"), *every = params_get(query, "interval");
    if ((said && !text_int64(said, &threshold)) || (every && !text_int64(every, &interval)) ||
        interval < 1 || threshold > ttl_ms / 2000 || interval > threshold / 2)
        return FILTER_BAD_REMINDER;
    ret->threshold_ms = threshold * 1000;
    ret->interval_ms = interval * 1000;
    return FILTER_OK;
}

static enum filter_fault read_query(const struct filter_kind *kind, const char *text,
                                    int64_t ttl_ms, struct filter *ret)
{
    struct arena arena;
    struct params query = {0};
    arena_init(&arena);
    enum filter_fault fault = FILTER_OK;
    if (params_parse(&query, &arena, text, strlen(text)) != PARAMS_OK)
        fault = FILTER_BAD;
    for (size_t i = 0; !fault && i < query.count; i++)
        if (!lists(kind->query, query.list[i].name))
            fault = FILTER_BAD;
    if (!fault && kind->is_reminder)
        fault = read_reminder(&query, ttl_ms, ret);
    arena_done(&arena);
    return fault;
}

/* "~" or an id of the subscriber's account. */
static enum filter_fault read_account(const struct user *user, const char **rest)
{
    size_t len = strcspn(*rest, "/?");
    char id[32];
    snprintf(id, sizeof id, "%.*s", (int)(len < 31 ? len : 31), *rest);
    *rest += len;
    if (**rest == '/')
        ++*rest;
    int64_t number;
    if (text_eq(id, "~") || (text_int64(id, &number) && number == user->account_id))
        return FILTER_OK;
    return text_int64(id, &number) ? FILTER_OTHER_ACCOUNT : FILTER_BAD;
}

static enum filter_fault read_user(const struct world *world, const struct user *user,
                                   const char *id, int64_t *ret)
{
    int64_t number = user->id;
    if (!text_eq(id, "~") && !text_int64(id, &number))
        return FILTER_BAD;
    const struct user *about = user_by_id(world, number);
    if (!about || about->is_deleted)
        return FILTER_UNKNOWN_USER;
    if (about->account_id != user->account_id)
        return FILTER_OTHER_ACCOUNT;
    *ret = number;
    return FILTER_OK;
}

/* Who has none cannot be watched (rest.md 2.2; what of it which code is for is chosen). A queue's is
 * its members' (rest.md 5.13). */
static enum filter_fault read_presence(const struct world *world, const struct user *user,
                                       const struct filter *filter)
{
    const struct user *about = filter->user_id ? user_by_id(world, filter->user_id) : user;
    bool is_queues = text_starts(filter->kind->path, "call-queues/");
    if (about->type != USER_USER && !is_queues)
        return FILTER_NO_PRESENCE;
    bool is_off = account_lacks(account_by_id(world, user->account_id), "Presence");
    return is_off ? FILTER_PRESENCE_OFF : FILTER_OK;
}

static char *expand(const struct user *user, const struct filter *filter, const char *rest,
                    size_t hole, const char *id, const char *subscription_id)
{
    struct buf out;
    buf_init(&out, 2 * FILTER_TEXT_MAX);
    if (filter->kind->is_reminder) {
        buf_printf(&out, "/restapi/v1.0/subscription/%s%s", subscription_id,
                   rest + strlen(filter->kind->path));
        return buf_take(&out);
    }
    buf_printf(&out, "/restapi/v1.0/account/%lld/", (long long)user->account_id);
    if (!filter->user_id) {
        buf_str(&out, rest);
        return buf_take(&out);
    }
    buf_add(&out, rest, hole);
    buf_int(&out, filter->user_id);
    buf_str(&out, rest + hole + strlen(id));
    return buf_take(&out);
}

/* What the platform switches off rather than refuses: the user lacks a permission (SUB-412). */
void filter_judge(const struct user *user, struct filter *ret)
{
    const struct filter_kind *kind = ret->kind;
    enum reach reach = user_reach(user, kind->permission);
    bool is_own = ret->user_id == user->id;
    ret->disabled = ret->permission = NULL;
    if (kind->permission == PERMISSION_NONE || is_own || reach == REACH_ACCOUNT ||
        (reach == REACH_SELF && !kind->needs_account))
        return;
    ret->disabled = "SUB-412";
    ret->permission = permission_name(kind->permission);
}

enum filter_fault filter_read(const struct world *world, const struct user *user, const char *text,
                              int64_t ttl_ms, const char *subscription_id, struct filter *ret)
{
    static const char account[] = "/restapi/v1.0/account/";
    char id[32] = "";
    size_t hole = 0;
    struct filter filter = {0};
    const char *rest = text;
    if (strlen(text) > FILTER_TEXT_MAX)
        return FILTER_BAD;
    enum filter_fault fault = FILTER_OK;
    if (text_starts(text, account)) {
        rest = text + strlen(account);
        fault = read_account(user, &rest);
    }
    if (fault)
        return fault;
    filter.kind = find(rest, strcspn(rest, "?"), id, &hole);
    if (!filter.kind || (rest == text) != filter.kind->is_reminder)
        return FILTER_BAD;
    if (*id)
        fault = read_user(world, user, id, &filter.user_id);
    const char *query = strchr(rest, '?');
    if (!fault && filter.kind->scope == SCOPE_READ_PRESENCE)
        fault = read_presence(world, user, &filter);
    if (!fault)
        fault = read_query(filter.kind, query ? query + 1 : "", ttl_ms, &filter);
    if (fault)
        return fault;
    filter_judge(user, &filter);
    filter.text = expand(user, &filter, rest, hole, id, subscription_id);
    filter.path_len = strcspn(filter.text, "?");
    filter.path_sum = filter_sum(filter.text, filter.path_len);
    *ret = filter;
    return FILTER_OK;
}
