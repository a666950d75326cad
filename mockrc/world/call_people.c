#include "world/call_people.h"

#include "base/mem.h"
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
static uint16_t name_at(struct call_people *people, size_t i)
{
    char name[64];
    if (i < COMPANIES)
        return call_log_name(people->world, company_names[i]);
    i -= COMPANIES;
    snprintf(name, sizeof name, "%s %s", first_names[i / LASTS], last_names[i % LASTS]);
    return call_log_name(people->world, name);
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

static void make_callers(struct call_people *people, size_t records)
{
    size_t count = records / 6;
    uint16_t names[NAMES] = {0}; /* 0: not in the log yet */
    count = count < CALLERS_MIN ? CALLERS_MIN : count > CALLERS_MAX ? CALLERS_MAX : count;
    people->callers = xcalloc(count, sizeof *people->callers);
    for (size_t i = 0; i < NUMBERS && people->caller_count < count; i++) {
        if (is_inside_number(people->world, number_at(i)))
            continue;
        bool is_company = id_below(people->id, 100) < 15;
        size_t name = is_company ? id_below(people->id, COMPANIES)
                                 : COMPANIES + id_below(people->id, FIRSTS * LASTS);
        if (!names[name])
            names[name] = name_at(people, name);
        people->callers[people->caller_count++] =
            (struct caller){.digits = number_at(i), .name = names[name]};
    }
}

const struct caller *call_people_caller(struct call_people *people)
{
    double skew = pow(id_unit(people->id), 1.6);
    return &people->callers[(size_t)(skew * (double)people->caller_count)];
}

static bool is_agent(const struct call_people *people, const struct user *user)
{
    return user && user->account_id == people->account->id && user->type == USER_USER &&
           user->status == USER_ENABLED && !user->is_deleted;
}

static void find_people(struct call_people *people)
{
    struct world *world = people->world;
    for (size_t i = 0; i < world->user_count && people->agent_count < AGENTS_MAX; i++) {
        const struct user *user = world->users[i];
        size_t share = user->role == ROLE_STANDARD ? 3 : user->role == ROLE_MANAGER ? 2 : 1;
        for (size_t n = 0; is_agent(people, user) && n < share; n++) {
            xgrow(people->agents, people->agent_count, &people->agent_cap);
            people->agents[people->agent_count++] = (uint32_t)i;
        }
        bool is_staffed = false;
        for (size_t n = 0; user->type == USER_DEPARTMENT && n < user->member_count; n++)
            is_staffed |= is_agent(people, user_by_id(world, user->members[n]));
        if (is_staffed && user->account_id == people->account->id && !user->is_deleted &&
            people->queue_count < QUEUES_MAX) {
            xgrow(people->queues, people->queue_count, &people->queue_cap);
            people->queues[people->queue_count++] = (uint32_t)i;
        }
    }
}

/* Each user's own number, or the company's. */
static void find_lines(struct call_people *people)
{
    struct world *world = people->world;
    uint16_t main_line = call_log_line(world, people->account->main_number);
    people->lines = xcalloc(world->user_count, sizeof *people->lines);
    for (size_t i = 0; i < world->user_count; i++)
        people->lines[i] = main_line;
    for (size_t i = world->number_count; i-- > 0;) { /* the first one of a user wins */
        size_t user;
        const struct phone_number *number = world->numbers[i];
        if (number->user_id && user_index(world, number->user_id, &user))
            people->lines[user] = call_log_line(world, number->number);
    }
}

uint32_t call_people_agent(struct call_people *people)
{
    return people->agents[id_below(people->id, people->agent_count)];
}

uint32_t call_people_member(struct call_people *people, uint32_t index)
{
    const struct user *queue = people->world->users[index];
    size_t from = id_below(people->id, queue->member_count), user = 0;
    for (size_t i = 0; i < queue->member_count; i++) {
        int64_t member = queue->members[(from + i) % queue->member_count];
        if (is_agent(people, user_by_id(people->world, member))) {
            user_index(people->world, member, &user);
            break;
        }
    }
    return (uint32_t)user;
}

void call_people_init(struct call_people *people, struct world *world,
                      const struct account *account, struct id *id, size_t records)
{
    *people = (struct call_people){.world = world, .account = account, .id = id};
    find_people(people);
    if (people->agent_count == 0)
        return;
    find_lines(people);
    make_callers(people, records);
}

void call_people_done(struct call_people *people)
{
    free(people->agents);
    free(people->queues);
    free(people->lines);
    free(people->callers);
    *people = (struct call_people){0};
}
