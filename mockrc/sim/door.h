/*
 * The door: the one way into a simulator's world. One caller at a time; nothing in here blocks, and
 * no pointer into the world leaves.
 */
#ifndef MOCKRC_SIM_DOOR_H
#define MOCKRC_SIM_DOOR_H

#include <stdbool.h>
#include <stdint.h>

struct sim;

typedef void door_fn(struct sim *sim, void *arg);

/* Runs `fn` alone in the world, then lets the edges do what the world asked to leave (outbox):
 * returns when they have. Not to be called from inside a door call. */
void door_call(struct sim *sim, door_fn *fn, void *arg);

/* Without waiting for the edges: for the edges themselves. */
void door_call_inner(struct sim *sim, door_fn *fn, void *arg);

/* Runs `fn` again after every journal event until it returns true or `timeout_ms` of machine time
 * have passed; true when it did. */
typedef bool door_wait_fn(struct sim *sim, void *arg);
bool door_wait(struct sim *sim, door_wait_fn *fn, void *arg, int64_t timeout_ms);

#endif
