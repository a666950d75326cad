/*
 * The generator of past calls. It has a stream of chance of its own: a world with no call log hands
 * out the same tokens as one with a million calls.
 */
#include "base/mem.h"
#include "world/call_hours.h"
#include "world/call_people.h"
#include "world/world.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

struct maker {
    struct world *world;
    struct call_people people;
    struct id id;
    int64_t now_ms;
    int recorded_percent;
};

/* ---- how it went ---- */

/* How long each result takes: a conversation, or something between two times. */
static const struct {
    int least_ms, most_ms;
    bool is_talk, is_recordable;
} results[CALL_RESULT_COUNT] = {
    [CALL_ACCEPTED] = {.is_talk = true, .is_recordable = true},
    [CALL_CONNECTED] = {.is_talk = true, .is_recordable = true},
    [CALL_MISSED] = {12000, 40000},
    [CALL_VOICEMAIL] = {15000, 110000},
    [CALL_HANG_UP] = {2000, 20000},
    [CALL_BUSY] = {1000, 4000},
    [CALL_NO_ANSWER] = {15000, 45000},
    [CALL_REJECTED] = {2000, 10000},
    [CALL_ABANDONED] = {8000, 240000},
    [CALL_RECEIVED] = {20000, 180000},
    [CALL_SENT] = {20000, 180000},
    [CALL_FAX_NOT_SENT] = {5000, 60000},
};

struct chance {
    int percent;
    enum call_result result;
};

/* Each ends with what takes the rest. */
static const struct chance direct_in[] = {{68, CALL_ACCEPTED},
                                          {13, CALL_MISSED},
                                          {13, CALL_VOICEMAIL},
                                          {3, CALL_HANG_UP},
                                          {100, CALL_REJECTED}};
static const struct chance out[] = {
    {75, CALL_CONNECTED}, {15, CALL_NO_ANSWER}, {4, CALL_BUSY}, {100, CALL_HANG_UP}};
static const struct chance queued[] = {
    {82, CALL_ACCEPTED}, {6, CALL_MISSED}, {100, CALL_ABANDONED}};
static const struct chance inside[] = {
    {72, CALL_ACCEPTED}, {16, CALL_MISSED}, {100, CALL_VOICEMAIL}};
static const struct chance fax_out[] = {{90, CALL_SENT}, {100, CALL_FAX_NOT_SENT}};

static enum call_result pick_result(struct maker *maker, const struct chance *row)
{
    int roll = (int)id_below(&maker->id, 100);
    while (roll >= row->percent) {
        roll -= row->percent;
        row++;
    }
    return row->result;
}

/* Log-normal: half of them under two and a quarter minutes, some long. */
static int64_t talk_ms(struct maker *maker)
{
    double a = 1.0 - id_unit(&maker->id), b = id_unit(&maker->id);
    double normal = sqrt(-2.0 * log(a)) * cos(6.283185307179586 * b);
    double seconds = 135.0 * exp(0.95 * normal);
    return (int64_t)(1000.0 * (seconds < 3 ? 3 : seconds > 7200 ? 7200 : seconds));
}

/* Duration, last change and recording of a record whose result is known. */
static void settle(struct maker *maker, struct call_record *record)
{
    int64_t length =
        results[record->result].is_talk
            ? talk_ms(maker)
            : results[record->result].least_ms +
                  (int64_t)id_below(&maker->id, (uint64_t)(results[record->result].most_ms -
                                                           results[record->result].least_ms));
    int64_t left = maker->now_ms - record->start_ms;
    record->duration_ms = (uint32_t)(length < left ? length : left);
    int64_t modified =
        record->start_ms + record->duration_ms + 1000 + (int64_t)id_below(&maker->id, 20000);
    record->modified_ms = modified < maker->now_ms ? modified : maker->now_ms;
    bool is_recorded = (int)id_below(&maker->id, 100) < maker->recorded_percent;
    bool is_on_demand = id_below(&maker->id, 100) < 15;
    record->has_recording = is_recorded && results[record->result].is_recordable;
    record->is_on_demand = record->has_recording && is_on_demand;
}

/* ---- what kind of call ---- */

static void set_caller(struct maker *maker, struct call_record *record)
{
    const struct caller *caller = call_people_caller(&maker->people);
    record->other = caller->digits;
    record->name = caller->name;
}

static void make_direct(struct maker *maker, struct call_record *record)
{
    record->user = call_people_agent(&maker->people);
    record->line = maker->people.lines[record->user];
    record->result = (uint8_t)pick_result(maker, direct_in);
    set_caller(maker, record);
}

static void make_out(struct maker *maker, struct call_record *record)
{
    make_direct(maker, record);
    record->direction = CALL_OUTBOUND;
    record->result = (uint8_t)pick_result(maker, out);
}

/* An answered or a missed one is the agent's, who came to it through the queue; one abandoned stays
 * the queue's. */
static void make_queued(struct maker *maker, struct call_record *record)
{
    if (maker->people.queue_count == 0) {
        make_direct(maker, record);
        return;
    }
    record->queue = maker->people.queues[id_below(&maker->id, maker->people.queue_count)];
    record->line = maker->people.lines[record->queue];
    record->result = (uint8_t)pick_result(maker, queued);
    record->user = record->result == CALL_ABANDONED
                       ? record->queue
                       : call_people_member(&maker->people, record->queue);
    set_caller(maker, record);
}

static void make_fax(struct maker *maker, struct call_record *record)
{
    make_direct(maker, record);
    record->kind = CALL_FAX;
    record->direction = id_below(&maker->id, 2) ? CALL_OUTBOUND : CALL_INBOUND;
    record->result =
        record->direction == CALL_INBOUND ? CALL_RECEIVED : (uint8_t)pick_result(maker, fax_out);
}

/* The called colleague's side; the caller's is made from it. */
static void make_inside(struct maker *maker, struct call_record *record)
{
    uint32_t called = call_people_agent(&maker->people), caller = call_people_agent(&maker->people);
    for (int tries = 0; tries < 20 && caller == called; tries++)
        caller = call_people_agent(&maker->people);
    if (caller == called) { /* nobody else is there */
        make_direct(maker, record);
        return;
    }
    record->user = called;
    record->other = caller;
    record->is_internal = true;
    record->result = (uint8_t)pick_result(maker, inside);
}

static const struct {
    int percent;
    void (*make)(struct maker *maker, struct call_record *record);
} traffic[] = {
    {37, make_direct}, {33, make_out}, {20, make_queued}, {7, make_inside}, {3, make_fax}};

static void append(struct maker *maker, const struct call_record *record)
{
    uint32_t number;
    call_log_append(maker->world, record, &number);
}

/* The caller's record of a call inside, before that of the called one. */
static void append_inside(struct maker *maker, struct call_record *called)
{
    struct call_record caller = *called;
    caller.user = (uint32_t)called->other;
    caller.other = called->user;
    caller.direction = CALL_OUTBOUND;
    caller.result = called->result == CALL_ACCEPTED ? CALL_CONNECTED : CALL_NO_ANSWER;
    append(maker, &caller);
    called->is_mirror = true;
    called->has_recording = called->is_on_demand = false;
    append(maker, called);
}

/* One call at `start_ms`; returns how many records it took, at most `room`. */
static size_t make_call(struct maker *maker, int64_t start_ms, size_t room)
{
    struct call_record record = {.start_ms = start_ms, .queue = CALL_NO_QUEUE};
    int roll = (int)id_below(&maker->id, 100), i = 0;
    while (roll >= traffic[i].percent)
        roll -= traffic[i++].percent;
    if (room < 2 && traffic[i].make == make_inside)
        i = 0;
    traffic[i].make(maker, &record);
    settle(maker, &record);
    if (record.is_internal) {
        append_inside(maker, &record);
        return 2;
    }
    append(maker, &record);
    return 1;
}

/* ---- when ---- */

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void fill_hour(struct maker *maker, const struct call_hour *hour)
{
    uint32_t *offsets = xcalloc(hour->calls, sizeof *offsets);
    for (size_t i = 0; i < hour->calls; i++)
        offsets[i] = (uint32_t)id_below(&maker->id, (uint64_t)(hour->to_ms - hour->from_ms));
    qsort(offsets, hour->calls, sizeof *offsets, by_value);
    for (size_t i = 0; i < hour->calls;)
        i += make_call(maker, hour->from_ms + offsets[i], hour->calls - i);
    free(offsets);
}

void call_log_generate(struct world *world, int64_t account_id,
                       const struct call_log_options *options)
{
    const struct account *account = account_by_id(world, account_id);
    struct maker maker = {
        .world = world,
        .now_ms = clock_now(world),
        .recorded_percent = options->recorded_percent,
    };
    size_t records = options->count ? options->count : 2400;
    if (records > CALL_LOG_GENERATED_MAX)
        records = CALL_LOG_GENERATED_MAX;
    assert(account && call_log_count(world) == 0);
    id_fork(&maker.id, world->seed, "call log");
    call_people_init(&maker.people, world, account, &maker.id, records);
    if (maker.people.agent_count > 0) {
        struct call_hours past;
        call_hours_init(&past, &maker.id, maker.now_ms, options->days ? options->days : 30,
                        account->utc_offset_min, records);
        for (size_t i = 0; i < past.count; i++)
            if (past.list[i].calls > 0)
                fill_hour(&maker, &past.list[i]);
        call_hours_done(&past);
    }
    call_people_done(&maker.people);
}
