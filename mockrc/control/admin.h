/*
 * The admin family: reads of the simulator (health, ready, journal, clock, world, faults, verbs,
 * env ...) and one POST per verb, under /__admin/. Never journalled as traffic.
 *
 * `wait` is special: it may last, and nothing blocks inside the door. So the sim asks first whether
 * a request is a wait, and then tries it inside the door after every event until it is answered.
 *
 * Every answer is JSON (the index, metrics and `?format=jsonl` excepted); a refusal is
 * {"error": what is wrong, with what was wanted and, where there is one, the nearest right word}
 * with 400 (a wrong query or verb), 401 (no token), 403 (a web page of elsewhere), 404 or 405.
 */
#ifndef MOCKRC_CONTROL_ADMIN_H
#define MOCKRC_CONTROL_ADMIN_H

#include "api/serve.h"

struct route_family admin_routes(void);

/* GET /__admin/wait?<terms>&timeout=<duration>&from=<seq> */
bool admin_is_wait(const struct web_request *request);
/* Does it ask for the endpoints, among them the file that sim writes? */
bool admin_is_env(const struct web_request *request);
/* Machine time to wait at most (default 10 s, at most 10 min). */
int64_t admin_wait_timeout_ms(const struct web_request *request);
/* Inside the door: true when the reply is filled (found, or the request is wrong). With `is_last`
 * always true: 408 with the near misses. */
bool admin_wait_try(struct api *api, struct arena *arena, const struct web_request *request,
                    struct web_reply *reply, bool is_last);

/* Off loopback a token is wanted: "Authorization: Bearer <token>" or "X-Mockrc-Token: <token>".
 * True when `token` is NULL, the path is not under /__admin/, or it was given; else the reply is a
 * 401. A browser's request from another origin's page is refused (403) with or without a token: a
 * web page must not be able to reach into a simulator on its reader's machine. So are other methods
 * than GET and POST (405). */
bool admin_may(const struct web_request *request, struct web_reply *reply, const char *token);

/* Is this path of the admin family? */
bool admin_is_path(const char *path);

#endif
