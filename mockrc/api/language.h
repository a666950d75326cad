/*
 * Which language an answer is in: the platform knows a list, and says in Content-Language what it
 * took from Accept-Language (rest.md 1.2). Our messages are English whatever it says: clients must
 * go by codes (rest.md 2.1).
 */
#ifndef MOCKRC_API_LANGUAGE_H
#define MOCKRC_API_LANGUAGE_H

/* The supported tag a client likes best (RFC 9110 section 12.5.4), else `otherwise`. Static text or
 * `otherwise`. */
const char *language_choose(const char *accept, const char *otherwise);

#endif
