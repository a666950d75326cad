/*
 * Every id, token, nonce, tag and jitter: one stream of numbers from one seed, so that the same
 * seed gives the same run. Not cryptography: a simulator's tokens are meant to be reproducible.
 */
#ifndef MOCKRC_BASE_ID_H
#define MOCKRC_BASE_ID_H

#include <stddef.h>
#include <stdint.h>

struct id {
    uint64_t state[4]; /* xoshiro256** (Blackman and Vigna) */
};

void id_init(struct id *id, uint64_t seed);

/* A stream of its own, named: what is made from it does not move when other streams are used. */
void id_fork(struct id *fork, uint64_t seed, const char *name);

uint64_t id_next(struct id *id);
/* 0 <= result < below. */
uint64_t id_below(struct id *id, uint64_t below);
/* 0.0 <= result < 1.0 */
double id_unit(struct id *id);

enum { ID_UUID_LEN = 37 };
char *id_uuid(struct id *id, char out[ID_UUID_LEN]);

/* `len` characters and a NUL; return `out`. */
char *id_hex(struct id *id, char *out, size_t len);
char *id_word(struct id *id, char *out, size_t len); /* A-Z a-z 0-9 - _ */

#endif
