/*
 * Subscribers of the small world, without sockets: the test is the edge that takes what is for them and
 * says what became of it.
 */
#ifndef TESTS_SUPPORT_SUBSCRIBER_H
#define TESTS_SUPPORT_SUBSCRIBER_H

#include "support/rest_world.h"

#include "notify/tell.h"
#include "notify/webhook.h"

#define P "/restapi/v1.0/account/7001"

static inline int subscriber_setup(void **state)
{
    struct rest *rest = *state = rest_new();
    notice_listen(rest->world, notify_hear, NULL);
    return 0;
}

static inline struct subscription *given(struct rest *rest, const char *filter, int64_t ttl_ms)
{
    struct subscription_draft draft = {.session = rest->session,
                                       .address = "http://cc.test/",
                                       .filters = xcalloc(1, sizeof(struct filter)),
                                       .filter_count = 1,
                                       .ttl_ms = ttl_ms};
    id_uuid(&rest->world->ids, draft.id);
    const struct user *owner = user_by_id(rest->world, rest->session->user_id);
    assert_int_equal(filter_read(rest->world, owner, filter, ttl_ms, draft.id, draft.filters),
                     FILTER_OK);
    return subscription_add(rest->world, &draft);
}

static inline bool take(struct rest *rest, int64_t number, struct parcel *ret)
{
    struct judge judge = {rest->world, rest->api.journal, rest->api.faults};
    return webhook_take(&judge, number, ret);
}

/* The edge: takes the next parcel of a subscription and brings this outcome back. */
static inline bool deliver(struct rest *rest, const struct subscription *one, struct errand outcome)
{
    struct parcel parcel;
    if (!take(rest, one->number, &parcel))
        return false;
    outcome.max_bytes = parcel.errand.max_bytes;
    parcel.errand = outcome;
    webhook_done(rest->world, rest->api.journal, &parcel);
    parcel_done(&parcel);
    journal_get(rest->api.journal, journal_last(rest->api.journal), &rest->event);
    return true;
}

static const struct errand ok = {.result = ERRAND_ANSWERED, .status = 200, .has_token = true};
static const struct errand dead = {.result = ERRAND_UNREACHABLE, .reason = "Read timed out"};

static inline size_t tell(struct rest *rest, const char *path)
{
    struct notify_event event = {.path = path, .body = "{\"x\":1}"};
    return notify_tell(rest->world, &event);
}

#endif
