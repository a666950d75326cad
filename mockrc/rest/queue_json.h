/*
 * Call queues: extensions of type Department under their other name. Here their ids are text, those
 * of their members numbers (rest.md section 9).
 */
#ifndef MOCKRC_REST_QUEUE_JSON_H
#define MOCKRC_REST_QUEUE_JSON_H

#include "api/route.h"

/* The queue of a path or a body; refuses (CMN-102 with `name`) and returns NULL when it is none of
 * the account's. */
struct user *queue_named(struct call *call, const char *name, const char *id);
/* A member of the account, who may be in a queue; refuses likewise. */
struct user *queue_person(struct call *call, const char *name, const char *id);
/* {"id","name","extensionNumber"} as text, as member `key`. */
void queue_reference(struct json_out *out, const char *key, const struct user *user);

#endif
