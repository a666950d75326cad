/*
 * The generator of past calls. It has a stream of chance of its own: a world with no call log hands
 * out the same tokens as one with a million calls.
 */
#include "world/call_log_store.h"

#include "base/mem.h"
#include "world/call_hours.h"
#include "world/world.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CALLERS_MIN = 60,
    CALLERS_MAX = 7000,
    AGENTS_MAX = 30000,
    QUEUES_MAX = 1000,
};

struct caller {
    uint64_t digits;
    uint16_t name;
};

struct maker {
    struct world *world;
    const struct account *account;
    struct id id;
    int64_t now_ms;
    int recorded_percent;
    uint32_t *agents; /* user indexes; the busier ones stand there more often */
    size_t agent_count, agent_cap;
    uint32_t *queues; /* that have somebody to answer */
    size_t queue_count, queue_cap;
    uint16_t *lines; /* by user index */
    uint16_t main_line;
    struct caller *callers;
    size_t caller_count;
};

/* ---- who ---- */

static const char *const first_names[] = {
    "Ada",   "Bea",  "Cyril", "Dora", "Edwin", "Faye",  "Gil",  "Hester", "Ivo",   "June",
    "Karim", "Lena", "Milo",  "Nina", "Orin",  "Petra", "Quin", "Rosa",   "Silas", "Tess",
    "Uma",   "Vito", "Wanda", "Xeno", "Yara",  "Zane",  "Alma", "Boris",  "Clara", "Desmond",
};
static const char *const last_names[] = {
    "Abernathy",  "Birdwell",  "Colfax",     "Drummond",  "Eastlake", "Farrow",       "Goodspeed",
    "Hathaway",   "Inglewood", "Jessup",     "Kettering", "Lockhart", "Merriweather", "Northrop",
    "Oakhurst",   "Pickering", "Quimby",     "Rathbone",  "Stanhope", "Thistlewood",  "Underhill",
    "Vandermeer", "Westbrook", "Yarborough", "Zeller",
};
static const char *const company_names[] = {
    "Bluebird Dental",    "Canyon Freight",    "Delta Print Shop", "Evergreen Realty",
    "Fourth Street Deli", "Gateway Storage",   "Harborview Hotel", "Ironwood Builders",
    "Juniper Optics",     "Keystone Plumbing",
};
/* Of the plan; the seven digits that follow are of the block kept for fiction. */
static const uint16_t area_codes[] = {
    202, 203, 206, 207, 209, 212, 213, 214, 215, 216, 217, 219, 224, 225, 228, 229,
    231, 234, 239, 240, 248, 251, 252, 253, 254, 256, 260, 262, 267, 269, 270, 272,
    276, 281, 301, 302, 303, 304, 305, 307, 308, 309, 310, 312, 313, 314, 315, 316,
    317, 318, 319, 320, 321, 323, 325, 330, 334, 336, 337, 339, 347, 351, 352, 360,
    361, 385, 386, 401, 402, 404, 405, 406, 407, 408, 409, 410, 412, 413, 414, 415,
};
#define COUNT(list) (sizeof(list) / sizeof *(list))

enum {
    FIRSTS = COUNT(first_names),
    LASTS = COUNT(last_names),
    COMPANIES = COUNT(company_names),
    NAMES = COMPANIES + FIRSTS * LASTS,
    NUMBERS = COUNT(area_codes) * 100,
};
static_assert((int)CALLERS_MAX < (int)NUMBERS, "each caller has a number of its own");

/* The i-th of all names there are: companies, then persons. */
static uint16_t name_at(struct maker *maker, size_t i)
{
    char name[64];
    if (i < COMPANIES)
        return call_log_name(maker->world, company_names[i]);
    i -= COMPANIES;
    snprintf(name, sizeof name, "%s %s", first_names[i / LASTS], last_names[i % LASTS]);
    return call_log_name(maker->world, name);
}

/* The i-th of all numbers there are, spread over the areas. */
static uint64_t number_at(size_t i)
{
    uint64_t area = area_codes[i % COUNT(area_codes)];
    uint64_t last = 100 + i / COUNT(area_codes) * 37 % 100;
    return 10000000000u + area * 10000000u + 5550000u + last;
}

static bool is_inside_number(const struct world *world, uint64_t digits)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, digits);
    return phone_number_find(world, text);
}

static void make_callers(struct maker *maker, size_t records)
{
    size_t count = records / 6;
    uint16_t names[NAMES] = {0}; /* 0: not in the log yet */
    count = count < CALLERS_MIN ? CALLERS_MIN : count > CALLERS_MAX ? CALLERS_MAX : count;
    maker->callers = xcalloc(count, sizeof *maker->callers);
    for (size_t i = 0; i < NUMBERS && maker->caller_count < count; i++) {
        if (is_inside_number(maker->world, number_at(i)))
            continue;
        bool is_company = id_below(&maker->id, 100) < 15;
        size_t name = is_company ? id_below(&maker->id, COMPANIES)
                                 : COMPANIES + id_below(&maker->id, FIRSTS * LASTS);
        if (!names[name])
            names[name] = name_at(maker, name);
        maker->callers[maker->caller_count++] =
            (struct caller){.digits = number_at(i), .name = names[name]};
    }
}

/* The first ones call again and again, most of them seldom. */
static const struct caller *pick_caller(struct maker *maker)
{
    double skew = pow(id_unit(&maker->id), 1.6);
    return &maker->callers[(size_t)(skew * (double)maker->caller_count)];
}

static bool is_agent(const struct maker *maker, const struct user *user)
{
    return user && user->account_id == maker->account->id && user->type == USER_USER &&
           user->status == USER_ENABLED && !user->is_deleted;
}

static void find_people(struct maker *maker)
{
    struct world *world = maker->world;
    for (size_t i = 0; i < world->user_count && maker->agent_count < AGENTS_MAX; i++) {
        const struct user *user = world->users[i];
        size_t share = user->role == ROLE_STANDARD ? 3 : user->role == ROLE_MANAGER ? 2 : 1;
        for (size_t n = 0; is_agent(maker, user) && n < share; n++) {
            xgrow(maker->agents, maker->agent_count, &maker->agent_cap);
            maker->agents[maker->agent_count++] = (uint32_t)i;
        }
        bool is_staffed = false;
        for (size_t n = 0; user->type == USER_DEPARTMENT && n < user->member_count; n++)
            is_staffed |= is_agent(maker, user_by_id(world, user->members[n]));
        if (is_staffed && user->account_id == maker->account->id && !user->is_deleted &&
            maker->queue_count < QUEUES_MAX) {
            xgrow(maker->queues, maker->queue_count, &maker->queue_cap);
            maker->queues[maker->queue_count++] = (uint32_t)i;
        }
    }
}

/* Each user's own number, or the company's. */
static void find_lines(struct maker *maker)
{
    struct world *world = maker->world;
    maker->main_line = call_log_line(world, maker->account->main_number);
    maker->lines = xcalloc(world->user_count, sizeof *maker->lines);
    for (size_t i = 0; i < world->user_count; i++)
        maker->lines[i] = maker->main_line;
    for (size_t i = world->number_count; i-- > 0;) { /* the first one of a user wins */
        size_t user;
        const struct phone_number *number = world->numbers[i];
        if (number->user_id && user_index(world, number->user_id, &user))
            maker->lines[user] = call_log_line(world, number->number);
    }
}

static uint32_t pick_agent(struct maker *maker)
{
    return maker->agents[id_below(&maker->id, maker->agent_count)];
}

/* A member of the queue who is there; the queue has one. */
static uint32_t pick_member(struct maker *maker, const struct user *queue)
{
    size_t from = id_below(&maker->id, queue->member_count), user = 0;
    for (size_t i = 0; i < queue->member_count; i++) {
        int64_t member = queue->members[(from + i) % queue->member_count];
        if (is_agent(maker, user_by_id(maker->world, member))) {
            user_index(maker->world, member, &user);
            break;
        }
    }
    return (uint32_t)user;
}

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
    const struct caller *caller = pick_caller(maker);
    record->other = caller->digits;
    record->name = caller->name;
}

static void make_direct(struct maker *maker, struct call_record *record)
{
    record->user = pick_agent(maker);
    record->line = maker->lines[record->user];
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
    if (maker->queue_count == 0) {
        make_direct(maker, record);
        return;
    }
    record->queue = maker->queues[id_below(&maker->id, maker->queue_count)];
    record->line = maker->lines[record->queue];
    record->result = (uint8_t)pick_result(maker, queued);
    record->user = record->result == CALL_ABANDONED
                       ? record->queue
                       : pick_member(maker, maker->world->users[record->queue]);
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
    uint32_t called = pick_agent(maker), caller = pick_agent(maker);
    for (int tries = 0; tries < 20 && caller == called; tries++)
        caller = pick_agent(maker);
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
    struct maker maker = {
        .world = world,
        .account = account_by_id(world, account_id),
        .now_ms = clock_now(world),
        .recorded_percent = options->recorded_percent,
    };
    size_t records = options->count ? options->count : 2400;
    if (records > CALL_LOG_GENERATED_MAX)
        records = CALL_LOG_GENERATED_MAX;
    assert(maker.account && call_log_count(world) == 0);
    id_fork(&maker.id, world->seed, "call log");
    find_people(&maker);
    if (maker.agent_count > 0) {
        struct call_hours past;
        call_hours_init(&past, &maker.id, maker.now_ms, options->days ? options->days : 30,
                        maker.account->utc_offset_min, records);
        find_lines(&maker);
        make_callers(&maker, records);
        for (size_t i = 0; i < past.count; i++)
            if (past.list[i].calls > 0)
                fill_hour(&maker, &past.list[i]);
        call_hours_done(&past);
    }
    free(maker.agents);
    free(maker.queues);
    free(maker.lines);
    free(maker.callers);
}
