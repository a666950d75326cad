/*
 * Pages of other origins calling the API (Fetch standard, section 3.3 "CORS protocol"): the platform
 * serves browsers (rest.md 1.2). Every origin may. The vendor's SDK asks for the browser's credentials to
 * be sent along, so each origin is named back; the API reads no cookie, so they give nothing. What is
 * shown to people (the sign-in pages) and the control interface stay closed.
 * Retry-After is not among the headers a page may read, as on the platform.
 */
#ifndef MOCKRC_API_CORS_H
#define MOCKRC_API_CORS_H

#include "api/route.h"

#define CORS_OP "preflight" /* the event of a browser's asking */

/* A browser asks whether a page may send what it is about to: answered, 204, and true; false when the
 * request is none of those. `allow` are the resource's methods, "": of a path that is none, so that the
 * page can read the 404. */
bool cors_preflight(struct call *call, const char *allow);
/* Lets the page read the reply that is begun, when another origin's page asked. */
void cors_expose(struct call *call);

#endif
