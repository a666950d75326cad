/*
 * From a text key (an e-mail, a number, a SIP user) to the noun that has it, in constant time. The
 * world's nouns keep one of these per key that clients look things up by. Keys are copied; values
 * are borrowed. A struct lookup * starts as NULL.
 */
#ifndef MOCKRC_WORLD_LOOKUP_H
#define MOCKRC_WORLD_LOOKUP_H

struct lookup;

/* NULL when nobody has that key; a NULL key is nobody's. */
void *lookup_get(struct lookup *lookup, const char *key);
/* `key` now leads to `value`: the last one to take a key has it. A NULL key does nothing. */
void lookup_put(struct lookup **lookup, const char *key, void *value);
/* `key` leads nowhere any more, if it led to `value`. */
void lookup_drop(struct lookup **lookup, const char *key, const void *value);

void lookup_done(struct lookup **lookup);

#endif
