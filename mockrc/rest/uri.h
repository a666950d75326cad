/*
 * The canonical URIs in answers: absolute, with real ids where the request said "~" (rest.md 1.1).
 * Written piece by piece straight into the answer: nothing in them needs escaping, since paths and
 * arguments are percent-encoded here.
 */
#ifndef MOCKRC_REST_URI_H
#define MOCKRC_REST_URI_H

#include "api/route.h"

/* A member whose value starts "<base>/restapi/v1.0"; add to out->buf what follows, then close. */
void uri_open(struct json_out *out, const char *key, const struct world *world);
void uri_close(struct json_out *out);

/* .../account/{id} and `tail` ("" or "/service-info"). */
void uri_account(struct json_out *out, const char *key, const struct world *world, int64_t id,
                 const char *tail);
/* .../account/{id}/extension/{id} and `tail`. */
void uri_user(struct json_out *out, const char *key, const struct world *world,
              const struct user *user, const char *tail);
/* .../dictionary/{kind}/{id} */
void uri_dictionary(struct json_out *out, const char *key, const struct world *world,
                    const char *kind, const char *id);

/* An id where the platform writes it as text ("7001", rest.md section 9). */
void uri_id(struct json_out *out, const char *key, int64_t id);

/* The called resource itself, without its query. */
void uri_self(struct json_out *out, const char *key, const struct call *call);

#endif
