/*
 * Retransmissions over UDP (RFC 3261 17.2): a request of the same method, branch, Call-ID and CSeq
 * at the same proxy is the same request. It gets the answer it had and is no event of its own; what
 * a fault left unanswered stays so. The proxies answer without transactions, so this memory stands
 * in: of the latest REPEATS_MAX requests, for REPEAT_LIFE_MS of world time.
 */
#ifndef MOCKRC_SIP_REPEAT_H
#define MOCKRC_SIP_REPEAT_H

#include "sip/wire.h"

enum { REPEATS_MAX = 4096, REPEAT_LIFE_MS = 32000 /* 64 times T1 */ };

/* True: `answer` is what the request got before (status 0: nothing), memory from the arena. False:
 * `*ret_key` is what repeat_keep wants. */
bool repeat_find(struct world *world, struct arena *arena, const struct sip_request *request,
                 struct sip_answer *answer, uint64_t *ret_key);
/* Remembers what a request got; `is_sent` false: the plan was not to answer, or later. */
void repeat_keep(struct world *world, uint64_t key, const struct sip_answer *answer, bool is_sent);

#endif
