/*
 * What became of a call to a receiver, in the platform's terms. Reasons hold no address: ports are of
 * the machine. Source: rest.md 6.2, 6.4; the words of TLS failures are chosen.
 */
#ifndef MOCKRC_NOTIFY_EDGE_OUTCOME_H
#define MOCKRC_NOTIFY_EDGE_OUTCOME_H

#include "api/errand.h"
#include "notify/edge_curl.h"

/* Fills result, status and reason of `errand`; one that is ERRAND_TOO_LARGE already stays so.
 * `phrase` is of the answer's status line. */
void edge_outcome(const struct curl_table *curl, CURL *easy, CURLcode code, const char *phrase,
                  struct errand *errand);

#endif
