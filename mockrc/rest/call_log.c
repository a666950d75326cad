/* The call log: pages of it, one record, and the calls in progress. Source: rest.md 5.7. */
#include "rest/families.h"

#include "api/refuse.h"
#include "base/text.h"
#include "rest/call_view.h"
#include "rest/page.h"

#include <stdlib.h>
#include <string.h>

static const char *const directions[] = {"Inbound", "Outbound"};
static const char *const kinds[] = {"Voice", "Fax"};
static const char *const transports[] = {"PSTN", "VoIP"};

/* sessionId stands alone (CLG-110): the documented filters it must not be combined with. */
static bool is_session_alone(struct call *call)
{
    static const char *const filters[] = {
        "extensionNumber", "phoneNumber", "direction",          "type",          "dateFrom",
        "dateTo",          "transport",   "telephonySessionId", "recordingType", "withRecording",
    };
    if (!params_get(&call->query, "sessionId"))
        return true;
    for (size_t i = 0; i < sizeof filters / sizeof *filters; i++)
        if (params_get(&call->query, filters[i])) {
            refuse(call, CLG_110, NULL);
            return false;
        }
    return true;
}

static bool ask_window(struct call *call, struct call_filter *filter)
{
    int64_t now = clock_now(call->world);
    if (!ask_time(call, "dateTo", now + 1, &filter->to_ms))
        return false;
    int64_t otherwise = filter->to_ms - call->world->knobs.calllog_default_window_ms;
    if (!params_get(&call->query, "dateTo"))
        otherwise--;
    if (!ask_time(call, "dateFrom", otherwise, &filter->from_ms))
        return false;
    if (filter->from_ms <= filter->to_ms)
        return true;
    refuse_value(call, CMN_101, "dateFrom", params_get(&call->query, "dateFrom"));
    return false;
}

/* Digits, without '+' (documented: the one place that takes no E.164). */
static bool ask_number(struct call *call, struct call_filter *filter)
{
    const char *number = params_get(&call->query, "phoneNumber");
    if (number && (!*number || strspn(number, "0123456789") != strlen(number))) {
        refuse_value(call, CMN_101, "phoneNumber", number);
        return false;
    }
    filter->number = number;
    return true;
}

/* The other extension of an inside call, or the one of the account's log. */
static bool ask_extension(struct call *call, struct call_filter *filter, bool *ret_is_nobody)
{
    const char *number = params_get(&call->query, "extensionNumber");
    *ret_is_nobody = false;
    if (!number)
        return true;
    if (filter->number) {
        refuse_value(call, CMN_101, "extensionNumber", number);
        return false;
    }
    const struct user *user = user_by_extension(call->world, call->account->id, number);
    *ret_is_nobody = !user;
    if (user)
        filter->party_user_id = user->id;
    return true;
}

/* A filter from the query. `*ret_is_empty`: it can match nothing. */
static bool ask_filter(struct call *call, struct call_filter *filter, bool *ret_is_empty)
{
    int transport;
    bool shows_blocked, shows_deleted;
    *filter = (struct call_filter){
        .user_id = call_is_of_extension(call) ? call->target->id : 0,
    };
    if (!is_session_alone(call) || !ask_window(call, filter) || !ask_number(call, filter) ||
        !ask_extension(call, filter, ret_is_empty) ||
        !ask_one_of_two(call, "direction", WORDS(directions), &filter->direction) ||
        !ask_one_of_two(call, "type", WORDS(kinds), &filter->kind) ||
        !ask_one_of_two(call, "transport", WORDS(transports), &transport) ||
        !ask_recording(call, &filter->recording) ||
        !ask_bool(call, "showBlocked", true, &shows_blocked) ||
        !ask_bool(call, "showDeleted", false, &shows_deleted))
        return false;
    filter->transport = transport;
    filter->with_deleted = shows_deleted;
    return true;
}

enum { SESSION_RECORDS_MAX = 100 };

/* The records of the session that sessionId or telephonySessionId names: one, or one for each of
 * ours that was in the call. Newest first. False when the query names none. */
static bool find_session(const struct call *call, bool with_deleted,
                         uint32_t numbers[SESSION_RECORDS_MAX], size_t *ret_count)
{
    const struct world *world = call->world;
    const char *session = params_get(&call->query, "sessionId");
    const char *telephony = params_get(&call->query, "telephonySessionId");
    uint32_t first;
    *ret_count = 0;
    if (!session && !telephony)
        return false;
    if (session ? !call_by_session_id(world, session, &first)
                : !call_by_telephony_id(world, telephony, &first))
        return true;
    uint32_t found[SESSION_RECORDS_MAX];
    for (size_t i = call_log_session(world, first, found, SESSION_RECORDS_MAX); i-- > 0;) {
        const struct call_record *record = call_log_at(world, found[i]);
        if (call_is_in_reach(call, record) && (with_deleted || !record->is_deleted))
            numbers[(*ret_count)++] = found[i];
    }
    return true;
}

static void answer_page(struct call *call, const struct page *page, struct call_view view,
                        const struct call_filter *filter, const uint32_t *numbers, size_t count,
                        bool has_more)
{
    char from[TEXT_TIME_LEN];
    const struct page_default defaults[] = {
        {"view", view_name(view)},
        {"dateFrom", text_time(filter->from_ms, from)},
    };
    size_t default_count = params_get(&call->query, "sessionId") ? 1 : 2;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    page_uri(&out, call, page, defaults, default_count);
    json_list(&out, "records");
    for (size_t i = 0; i < count; i++)
        call_write(&out, call, call_log_at(call->world, numbers[i]), view);
    json_list_end(&out);
    page_write_open(&out, call, page, count, has_more, defaults, default_count);
    json_close(&out);
    event_set_int(call->event, EVENT_RECORDS, (int64_t)count);
}

static void read_log(struct call *call)
{
    struct page page;
    struct call_view view;
    struct call_filter filter;
    bool is_empty, has_more = false;
    size_t count;
    uint32_t session[SESSION_RECORDS_MAX];
    if (!page_read(call, &page) || !ask_view(call, &view) || !ask_filter(call, &filter, &is_empty))
        return;
    if (find_session(call, filter.with_deleted, session, &count)) {
        answer_page(call, &page, view, &filter, session, page.number == 1 ? count : 0, false);
        return;
    }
    uint32_t *numbers = arena_alloc(call->arena, (size_t)page.per_page * sizeof *numbers);
    count = 0;
    if (!is_empty && call_has_log(call))
        count = call_log_page(call->world, &filter, page_first(&page), (size_t)page.per_page,
                              numbers, &has_more);
    answer_page(call, &page, view, &filter, numbers, count, has_more);
}

static void read_record(struct call *call)
{
    const char *id = call_arg(call, "callRecordId");
    struct call_view view;
    uint32_t number;
    if (!ask_view(call, &view))
        return;
    const struct call_record *record =
        call_log_by_id(call->world, id, &number) ? call_log_at(call->world, number) : NULL;
    if (!record || record->is_deleted || !call_is_in_reach(call, record)) {
        refuse_value(call, CMN_102, "callRecordId", id);
        return;
    }
    struct json_out out = reply_json(call, 200);
    call_write(&out, call, record, view);
}

/* Which calls in progress the query asks for; none of them are faxes. */
struct active_filter {
    int direction, kind, transport;
};

static bool is_asked(const struct call *call, const struct call_record *record,
                     const struct active_filter *filter)
{
    return call_is_in_reach(call, record) &&
           (filter->direction < 0 || filter->direction == record->direction) &&
           (filter->kind < 0 || filter->kind == record->kind) &&
           (filter->transport < 0 || filter->transport == record->is_internal);
}

static void answer_active(struct call *call, const struct page *page, struct call_view view,
                          const struct active_filter *filter)
{
    struct call_record *records;
    size_t count = switch_active_records(call->world, &records), first = page_first(page);
    size_t matched = 0, shown = 0;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    page_uri(&out, call, page, NULL, 0);
    json_list(&out, "records");
    for (size_t i = 0; i < count; i++) {
        if (!is_asked(call, &records[i], filter))
            continue;
        if (matched >= first && shown < (size_t)page->per_page) {
            call_write(&out, call, &records[i], view);
            shown++;
        }
        matched++;
    }
    free(records);
    json_list_end(&out);
    page_write_open(&out, call, page, shown, matched > first + shown, NULL, 0);
    json_close(&out);
    event_set_int(call->event, EVENT_RECORDS, (int64_t)shown);
}

static void list_active(struct call *call)
{
    struct page page;
    struct call_view view;
    struct active_filter filter;
    static const char *const conferences[] = {"AudioConferencing", "Meetings"};
    uint64_t conference;
    if (!page_read(call, &page) || !ask_view(call, &view) ||
        !ask_one_of_two(call, "direction", WORDS(directions), &filter.direction) ||
        !ask_one_of_two(call, "type", WORDS(kinds), &filter.kind) ||
        !ask_one_of_two(call, "transport", WORDS(transports), &filter.transport) ||
        !ask_words(call, "conferenceType", WORDS(conferences), &conference))
        return;
    answer_active(call, &page, view, &filter);
}

#define A "/restapi/v1.0/account/{accountId}"
#define E "/restapi/v1.0/account/{accountId}/extension/{extensionId}"
#define ROW(path_, op_, permission_, target_, run_, ...)                                           \
    {                                                                                              \
        .method = "GET", .path = path_, .op = op_, .layer = LAYER_REST, .auth = AUTH_BEARER,       \
        .scope = SCOPE_READ_CALL_LOG, .permission = permission_, .rate = RATE_HEAVY,               \
        .target = target_, .run = run_, __VA_ARGS__                                                \
    }
#define BULK .bulk = "callRecordId", .bulk_max = 50

static const struct route routes[] = {
    ROW(A "/call-log", "readCompanyCallLog", PERMISSION_FULL_COMPANY_CALL_LOG, TARGET_ACCOUNT,
        read_log),
    ROW(A "/call-log/{callRecordId}", "readCompanyCallRecord", PERMISSION_FULL_COMPANY_CALL_LOG,
        TARGET_ACCOUNT, read_record, BULK),
    ROW(E "/call-log", "readUserCallLog", PERMISSION_READ_CALL_LOG, TARGET_EXTENSION, read_log),
    ROW(E "/call-log/{callRecordId}", "readUserCallRecord", PERMISSION_READ_CALL_LOG,
        TARGET_EXTENSION, read_record, BULK),
    ROW(A "/active-calls", "listCompanyActiveCalls", PERMISSION_READ_CALL_LOG, TARGET_ACCOUNT,
        list_active),
    ROW(E "/active-calls", "listExtensionActiveCalls", PERMISSION_READ_CALL_LOG, TARGET_EXTENSION,
        list_active),
};

struct route_family call_log_routes(void)
{
    return (struct route_family){routes, sizeof routes / sizeof *routes};
}
