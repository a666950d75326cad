/*
 * One HTTP request inside the door: route -> event -> fault? -> gate -> handler -> event. Pure: the
 * web edge calls it through the door and then performs the plan.
 */
#ifndef MOCKRC_API_SERVE_H
#define MOCKRC_API_SERVE_H

#include "api/route.h"
#include "api/running.h"
#include "fault/fault.h"

struct api {
    struct world *world;
    struct journal *journal;
    struct faults *faults;
    struct router *router;
    struct running running;
};

/* What the edge does with the reply; text is copied into the call's arena. */
void api_serve(struct api *api, struct arena *arena, const struct web_request *request,
               struct web_reply *reply, struct plan *ret_plan);

/* The second half of a call that left with reply->errand set: the edge has performed it. Same
 * request, reply and plan. */
void api_resume(struct api *api, struct arena *arena, const struct web_request *request,
                struct web_reply *reply, struct plan *plan);

/* Bytes that were no HTTP request: the platform's 400, and an event. */
void api_serve_malformed(struct api *api, struct web_reply *reply);

#endif
