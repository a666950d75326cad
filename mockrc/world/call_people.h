/*
 * Who calls whom in the generated past: the account's people and queues, and callers from outside,
 * made up, some of whom call again and again. Lives while calls are generated.
 */
#ifndef MOCKRC_WORLD_CALL_PEOPLE_H
#define MOCKRC_WORLD_CALL_PEOPLE_H

#include "base/id.h"

struct account;
struct world;

struct caller {
    uint64_t digits; /* of a block kept for fiction */
    uint16_t name;   /* of call_log_name */
};

struct call_people {
    struct world *world;
    const struct account *account;
    struct id *id;    /* the generator's */
    uint32_t *agents; /* user indexes; the busier ones stand there more often */
    size_t agent_count, agent_cap;
    uint32_t *queues; /* that have somebody to answer */
    size_t queue_count, queue_cap;
    uint16_t *lines; /* by user index: their own number's, or the company's */
    struct caller *callers;
    size_t caller_count;
};

/* Enough callers for `records` records. Nobody when the account has no enabled user. */
void call_people_init(struct call_people *people, struct world *world,
                      const struct account *account, struct id *id, size_t records);
void call_people_done(struct call_people *people);

/* By chance: somebody, a member of a queue who is there, somebody outside. */
uint32_t call_people_agent(struct call_people *people);
uint32_t call_people_member(struct call_people *people, uint32_t queue);
const struct caller *call_people_caller(struct call_people *people);

#endif
