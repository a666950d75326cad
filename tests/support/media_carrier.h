/*
 * A scene of SIP whose world has a carrier of audio: the test's own, which keeps what is wished of each
 * line.
 */
#ifndef MOCKRC_TESTS_MEDIA_CARRIER_H
#define MOCKRC_TESTS_MEDIA_CARRIER_H

#include "support/sip_call_scene.h"

#include "sip/leg_media.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINES_MAX = 16 };

struct carrier {
    struct media_wish wishes[LINES_MAX]; /* of line i + 1 */
    struct media_figures figures;
    size_t opened, closed;
    bool has_no_port;
};

static inline bool fake_open(void *context, const char *bind, int first, int last, uint64_t seed,
                             uint64_t *ret_id, int *ret_port)
{
    struct carrier *carrier = context;
    if (carrier->has_no_port || carrier->opened == LINES_MAX)
        return false;
    *ret_id = ++carrier->opened;
    *ret_port = 40000 + (int)carrier->opened;
    return true;
}

static inline void fake_set(void *context, uint64_t id, const struct media_wish *wish)
{
    ((struct carrier *)context)->wishes[id - 1] = *wish;
}

static inline bool fake_print(void *context, char ret[MEDIA_PRINT_TEXT])
{
    snprintf(ret, MEDIA_PRINT_TEXT, "AA:%092d", 0);
    return true;
}

static inline bool fake_reach(void *context, const char *peer, char ret[MEDIA_ADDRESS_MAX])
{
    snprintf(ret, MEDIA_ADDRESS_MAX, "%s", strcmp(peer, "10.0.0.9:5060") == 0 ? "10.0.0.1" : "?");
    return true;
}

static inline bool fake_dial(void *context, uint64_t id, const char *digits)
{
    return true;
}

static inline bool fake_read(void *context, uint64_t id, struct media_figures *ret)
{
    *ret = ((struct carrier *)context)->figures;
    return true;
}

static inline void fake_close(void *context, uint64_t id)
{
    ((struct carrier *)context)->closed++;
}

static struct scene *told; /* whose journal hears of the end */

static inline void fake_ended(void *context, const struct phone_leg *leg,
                              const struct media_figures *figures)
{
    leg_media_ended(&told->service, leg, figures);
}

static struct carrier carrier;
static const struct media_carrier fake = {.context = &carrier,
                                          .open = fake_open,
                                          .set = fake_set,
                                          .print = fake_print,
                                          .reach = fake_reach,
                                          .dial = fake_dial,
                                          .read = fake_read,
                                          .close = fake_close,
                                          .ended = fake_ended};

static inline int given_carried(void **state)
{
    given_scene(state);
    told = *state;
    carrier = (struct carrier){0};
    told->world->media = &fake;
    scene_knob(told, "sip.party.after", "2s");
    given_registered(told);
    return 0;
}

static inline const char *body_of_183(struct scene *scene)
{
    const char *body = NULL;
    struct sip_out *out;
    while ((out = sip_out_take(scene->world))) {
        if (out->status == 183)
            body = arena_strdup(&scene->arena, out->body);
        sip_out_free(out);
    }
    return body;
}

/* The status an INVITE with that offer gets in the end. */
static inline int offers(struct scene *scene, const char *offer)
{
    given_invite(scene, "12025559999");
    scene->request.body = offer;
    scene->request.has_credentials = false;
    assert_int_equal(scene_sends(scene), 407);
    scene->request.credentials = (struct sip_credentials){0};
    sip_answer_challenge(&scene->arena, &scene->request, scene->answer.challenge, &scene->secret);
    return scene_sends(scene);
}

static inline int carried_done(void **state)
{
    told->world->media = NULL; /* its journal goes before it */
    return scene_done(state);
}

#define carried(test) cmocka_unit_test_setup_teardown(test, given_carried, carried_done)

#endif
