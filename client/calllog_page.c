/* A page of the call log; see calllog_page.h. */
#include "calllog_page.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* How many records are stored between two looks at the request made ahead. */
#define LOOK_EVERY 16
/* A page of so many bytes is one of a log that is worth packing: some 150 records. */
#define LARGE (256u * 1024)

static bool is_named(struct slice name, const char *wanted)
{
    return name.len == strlen(wanted) && memcmp(name.at, wanted, name.len) == 0;
}

static void parse_once(struct slice value, cJSON **to)
{
    if (*to)
        return;
    char *part = xstrndup(value.at, value.len);
    *to = json_parse(part);
    free(part);
}

static void read_record(struct walk *members, struct calllog_record *record)
{
    struct slice name, value;
    while (walk_next(members, &name, &value)) {
        if (is_named(name, "id"))
            record->id = value;
        else if (is_named(name, "startTime"))
            record->start = value;
        else if (is_named(name, "duration"))
            record->duration = value;
        else if (is_named(name, "recording"))
            record->recording = value;
        else if (is_named(name, "deleted"))
            record->deleted = value;
    }
}

static void add_record(struct calllog_page *page, const struct calllog_record *record)
{
    if (page->count == page->room) {
        page->room = page->room ? 2 * page->room : 128;
        page->list = realloc(page->list, page->room * sizeof(*page->list));
        if (page->list == NULL)
            abort();
    }
    page->list[page->count++] = *record;
}

/* The elements of the array; what is no object is no record. False when there are too many. */
static bool read_records(struct walk *list, struct calllog_page *page)
{
    struct walk members;
    struct slice other;
    page->count = 0;
    while (walk_enter(list, "{", NULL, &members, &other)) {
        struct calllog_record record = {0};
        if (other.at)
            continue;
        read_record(&members, &record);
        if (!walk_leave(list, &members, &record.json))
            break;
        if (page->count == CALLLOG_RECORDS_MAX)
            return false;
        add_record(page, &record);
    }
    return true;
}

bool calllog_page_read(const char *text, size_t len, struct calllog_page *ret_page)
{
    struct calllog_page page = {0};
    struct walk walk = walk_begin((struct slice){text, len}), list;
    struct slice name, value;
    bool is_ok = true;
    while (is_ok && walk_enter(&walk, "[", &name, &list, &value)) {
        bool is_records = is_named(name, "records");
        if (value.at == NULL) { /* an array */
            struct slice other;
            while (!is_records && walk_next(&list, NULL, &other))
                continue;
            is_ok = !is_records || read_records(&list, &page);
            if (walk_leave(&walk, &list, &value) && is_records)
                page.records = value;
        } else if (is_records) {
            page.records = (struct slice){0};
        } else if (is_named(name, "navigation")) {
            parse_once(value, &page.navigation);
        } else if (is_named(name, "syncInfo")) {
            parse_once(value, &page.sync);
        }
    }
    *ret_page = page;
    if (is_ok && walk_is_whole(&walk) && walk.close == '}' && page.records.at)
        return true;
    calllog_page_done(ret_page);
    return false;
}

void calllog_page_done(struct calllog_page *page)
{
    free(page->list);
    cJSON_Delete(page->navigation);
    cJSON_Delete(page->sync);
    *page = (struct calllog_page){0};
}

const char *calllog_page_next(const struct calllog_page *page)
{
    return strstr(json_text(page->navigation, "nextPage.uri", ""), "/restapi/");
}

/* A text with or without escapes, or a number's digits, as they are: what a call is known by. */
static bool copy_id(struct slice value, char *to, size_t cap)
{
    if (slice_copy(value, to, cap))
        return true;
    if (value.at == NULL)
        return false;
    cJSON *text = NULL;
    parse_once(value, &text);
    bool is_ok = cJSON_IsString(text) && text_copy(to, cap, text->valuestring);
    cJSON_Delete(text);
    return is_ok;
}

/* A record with what is wanted of it beside its text. */
struct wanted {
    char id[128], start[40], recording_id[64], recording_type[32], recording_uri[600];
    struct call_row row;
};

/* False when it has no id or start. */
static bool read_row(const struct calllog_record *record, struct wanted *wanted)
{
    struct call_row *row = &wanted->row;
    *row =
        (struct call_row){.id = wanted->id, .json = record->json.at, .json_len = record->json.len};
    if (!copy_id(record->id, wanted->id, sizeof(wanted->id)) || wanted->id[0] == '\0' ||
        !slice_copy(record->start, wanted->start, sizeof(wanted->start)) ||
        !clock_parse(wanted->start, &row->start_ms))
        return false;
    row->ended_ms = row->start_ms + slice_int(record->duration, 0) * 1000;
    if (record->recording.at && copy_id(slice_member(record->recording, "id"), wanted->recording_id,
                                        sizeof(wanted->recording_id))) {
        wanted->recording_type[0] = wanted->recording_uri[0] = '\0';
        slice_copy(slice_member(record->recording, "type"), wanted->recording_type,
                   sizeof(wanted->recording_type));
        copy_id(slice_member(record->recording, "contentUri"), wanted->recording_uri,
                sizeof(wanted->recording_uri));
        row->recording_id = wanted->recording_id;
        row->recording_type = wanted->recording_type;
        row->recording_uri = wanted->recording_uri;
    }
    return true;
}

static bool keep_record(struct rest *rest, const struct calllog_record *record,
                        struct calllog_counts *counts)
{
    struct wanted wanted;
    struct store *store = rest->client->store;
    bool is_new = false, was_there = false,
         with_recording = strcmp(rest->settings.recording, "yes") == 0;
    if (!read_row(record, &wanted))
        return true;
    counts->oldest_ms = wanted.row.start_ms;
    counts->records++;
    if (is_named(record->deleted, "true")) {
        bool is_dropped = store_call_drop(store, wanted.id, wanted.row.start_ms, &was_there);
        counts->deleted += was_there;
        return is_dropped;
    }
    bool is_ok = store_call_put(store, &wanted.row, with_recording, &is_new);
    counts->fresh += is_new;
    counts->recordings += with_recording && wanted.row.recording_id;
    return is_ok;
}

bool calllog_page_keep(struct rest *rest, const struct calllog_page *page,
                       struct calllog_counts *counts)
{
    bool is_ok = page->records.len < LARGE ||
                 store_sample(rest->client->store, page->records.at + 1, page->records.len - 1);
    for (size_t i = 0; is_ok && i < page->count; i++) {
        is_ok = keep_record(rest, &page->list[i], counts);
        if (i % LOOK_EVERY == 0)
            web_ahead_move(rest->client->web);
    }
    return is_ok;
}
