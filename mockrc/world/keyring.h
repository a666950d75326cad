/*
 * What the provider signs with: one RSA key, the same in every world and known to everybody, so
 * that signatures are the same in every run. It protects nothing and must protect nothing.
 * Besides it: which JWT assertions were found good already, since checking a signature costs more
 * than a whole grant.
 */
#ifndef MOCKRC_WORLD_KEYRING_H
#define MOCKRC_WORLD_KEYRING_H

#include "base/hash.h"

#include <stdint.h>

struct world;
struct jwt_credential;

enum { KEYRING_ASSERTIONS_MAX = 1024 };

/* Parsed on first use. Borrowed. */
const struct rsa_key *keyring_key(struct world *world);
const char *keyring_key_id(void); /* the `kid` */

/* Whose credential a good assertion is and until when it holds; NULL: not seen before. */
struct jwt_credential *keyring_recall(const struct world *world, const char *assertion,
                                      int64_t *ret_expires_ms);
void keyring_note(struct world *world, const char *assertion, struct jwt_credential *credential,
                  int64_t expires_ms);

void keyring_done(struct world *world);

#endif
