/*
 * The one source of chance: state, PKCE verifier, Call-IDs, tags, branches, instance ids.
 *
 * Seeded, the draws are SHA-256 of (seed, run, counter): the same seed and the same history of the
 * store give the same bytes on the wire. Unseeded they come from the kernel (getrandom).
 */
#ifndef RC_CLIENT_RND_H
#define RC_CLIENT_RND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rnd {
    bool is_seeded;
    uint64_t seed, run, counter;
};

void rnd_init(struct rnd *rnd); /* unseeded */
/* `run` tells two runs of the program with one seed apart: their Call-IDs must differ. */
void rnd_init_seeded(struct rnd *rnd, uint64_t seed, uint64_t run);
void rnd_bytes(struct rnd *rnd, unsigned char *to, size_t len);
/* A number below `limit`, which is not 0. */
uint64_t rnd_below(struct rnd *rnd, uint64_t limit);
/* `len` lower-case hex digits and a NUL. */
void rnd_hex(struct rnd *rnd, char *to, size_t len);
/* An RFC 4122 version 4 UUID, 36 characters and a NUL. */
void rnd_uuid(struct rnd *rnd, char to[37]);

#endif
