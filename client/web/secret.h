/*
 * Passwords of the page's own users, kept as scrypt (RFC 7914, N 16384, r 8, p 1: some 16 MiB and
 * a few tens of milliseconds a guess), and short keyed sums for forms that have no session yet.
 */
#ifndef RC_CLIENT_WEB_SECRET_H
#define RC_CLIENT_WEB_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "rnd.h"

#define SECRET_TEXT 128

/* "scrypt$N$r$p$salt$hash" into `to`. */
void secret_hash(const char *password, struct rnd *rnd, char to[SECRET_TEXT]);
/* False also when `stored` is no such text; takes the same time then. */
bool secret_is(const char *password, const char *stored);

/* 32 hex digits of HMAC-SHA-256. */
void secret_sum(const unsigned char key[32], const char *text, char to[33]);
/* Compares in a time that does not depend on where they differ. */
bool secret_same(const char *a, const char *b);

#endif
