/*
 * What the OAuth handlers read of a request: parameters of query and form alike, an empty one
 * counting as absent (the vendor's SDKs send `prompt=` and the like), and who the app is.
 */
#ifndef MOCKRC_OAUTH_REQUEST_H
#define MOCKRC_OAUTH_REQUEST_H

#include "api/route.h"

#include <stdbool.h>

/* Refuses a repeated parameter (OAU-111) and one that query and body tell differently (OAU-150). */
bool oauth_params_good(struct call *call);

/* Of the form, else of the query; NULL when absent or empty. */
const char *oauth_param(const struct call *call, const char *name);

/* Is the blank-separated list `words` holding `word`? NULL holds nothing. */
bool oauth_has_word(const char *words, const char *word);

/* Authenticates the app of a token or revoke request (oauth.md 5) and sets call->app; refuses and
 * returns false when it cannot, or when the app is suspended or of the sandbox. */
bool oauth_client(struct call *call);

/* Refuses when the app as such may not be used: OAU-127, OAU-165. */
bool oauth_app_open(struct call *call, const struct app *app);

/* Absolute URLs of this server. In the call's arena. */
const char *oauth_url(struct call *call, const char *path);

#endif
