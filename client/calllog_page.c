/* A page of the call log; see calllog_page.h. */
#include "calllog_page.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* How many records are stored between two looks at the request made ahead. */
#define LOOK_EVERY 16

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

bool calllog_page_read(const char *text, size_t len, struct calllog_page *ret_page)
{
    struct calllog_page page = {0};
    struct walk walk = walk_begin((struct slice){text, len});
    struct slice name, value;
    while (walk_next(&walk, &name, &value)) {
        if (is_named(name, "records"))
            page.records = value;
        else if (is_named(name, "navigation"))
            parse_once(value, &page.navigation);
        else if (is_named(name, "syncInfo"))
            parse_once(value, &page.sync);
    }
    *ret_page = page;
    if (walk_is_whole(&walk) && page.records.at && *page.records.at == '[')
        return true;
    calllog_page_done(ret_page);
    return false;
}

void calllog_page_done(struct calllog_page *page)
{
    cJSON_Delete(page->navigation);
    cJSON_Delete(page->sync);
    *page = (struct calllog_page){0};
}

const char *calllog_page_next(const struct calllog_page *page)
{
    return strstr(json_text(page->navigation, "nextPage.uri", ""), "/restapi/");
}

/* What is wanted of a record beside its text. */
struct wanted {
    char id[128], start[40], recording_id[64], recording_type[32], recording_uri[600];
    int64_t duration_s;
};

static void read_recording(struct slice recording, struct wanted *wanted)
{
    slice_copy(slice_member(recording, "id"), wanted->recording_id, sizeof(wanted->recording_id));
    slice_copy(slice_member(recording, "type"), wanted->recording_type,
               sizeof(wanted->recording_type));
    slice_copy(slice_member(recording, "contentUri"), wanted->recording_uri,
               sizeof(wanted->recording_uri));
}

static void read_record(struct walk *members, struct wanted *wanted)
{
    struct slice name, value;
    wanted->id[0] = wanted->start[0] = wanted->recording_id[0] = '\0';
    wanted->recording_type[0] = wanted->recording_uri[0] = '\0';
    wanted->duration_s = 0;
    while (walk_next(members, &name, &value)) {
        if (is_named(name, "id"))
            slice_copy(value, wanted->id, sizeof(wanted->id));
        else if (is_named(name, "startTime"))
            slice_copy(value, wanted->start, sizeof(wanted->start));
        else if (is_named(name, "duration"))
            wanted->duration_s = slice_int(value, 0);
        else if (is_named(name, "recording"))
            read_recording(value, wanted);
    }
}

static bool keep_record(struct rest *rest, struct slice record, const struct wanted *wanted,
                        struct calllog_counts *counts)
{
    int64_t start_ms;
    if (wanted->id[0] == '\0' || !clock_parse(wanted->start, &start_ms))
        return true;
    bool with_recording = strcmp(rest->settings.recording, "yes") == 0;
    bool is_new = false, is_recorded = wanted->recording_id[0] != '\0';
    struct call_row row = {
        .id = wanted->id,
        .json = record.at,
        .json_len = record.len,
        .start_ms = start_ms,
        .ended_ms = start_ms + wanted->duration_s * 1000,
        .recording_id = is_recorded ? wanted->recording_id : NULL,
        .recording_type = wanted->recording_type,
        .recording_uri = wanted->recording_uri,
    };
    bool is_ok = store_call_put(rest->client->store, &row, with_recording, &is_new);
    counts->records++;
    counts->fresh += is_new;
    counts->recordings += with_recording && is_recorded;
    counts->oldest_ms = start_ms;
    return is_ok;
}

bool calllog_page_keep(struct rest *rest, const struct calllog_page *page,
                       struct calllog_counts *counts)
{
    struct walk list = walk_begin(page->records), members;
    struct slice record;
    struct wanted wanted;
    bool is_ok = true;
    for (int i = 1; is_ok && walk_enter(&list, "{", NULL, &members, &record); i++) {
        if (record.at)
            continue; /* no object: no record */
        read_record(&members, &wanted);
        is_ok = walk_leave(&list, &members, &record) && keep_record(rest, record, &wanted, counts);
        if (i % LOOK_EVERY == 0)
            web_ahead_move(rest->client->web);
    }
    return is_ok;
}
