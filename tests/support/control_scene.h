/* A world of acme-rc with an empty journal, and verbs played on it: no threads, no sockets. */
#ifndef MOCKRC_TESTS_CONTROL_SCENE_H
#define MOCKRC_TESTS_CONTROL_SCENE_H

#include "control/control.h"
#include "fixture/fixture.h"
#include "notify/tell.h"
#include "sip/calls.h"
#include "sip/wire.h"
#include "support/cmocka_all.h"

#include <string.h>

struct scene {
    struct world *world;
    struct journal *journal;
    struct faults *faults;
    struct sip_service sip;
    struct arena arena;
    struct buf said;
    struct diag diag;
};

static inline void scene_init(struct scene *scene)
{
    struct fixture_options options = {.call_log_records = 50};
    *scene = (struct scene){0};
    scene->world = world_new(1, CLOCK_FROZEN, 1767603600000);
    char path[4096];
    assert_int_equal(fixture_find("acme-rc", path, sizeof path, &scene->diag), 0);
    assert_int_equal(fixture_load(scene->world, path, &options, &scene->diag), 0);
    scene->journal = journal_new(&(struct journal_limits){0});
    scene->faults = faults_new();
    scene->sip = (struct sip_service){scene->world, scene->journal, scene->faults};
    scene->world->sip = &scene->sip;
    scene->world->phones = &calls_phones;
    notice_listen(scene->world, notify_hear, scene->journal);
    arena_init(&scene->arena);
    buf_init(&scene->said, 1 << 20);
}

static inline void scene_done(struct scene *scene)
{
    buf_done(&scene->said);
    arena_done(&scene->arena);
    faults_free(scene->faults);
    journal_free(scene->journal);
    world_free(scene->world);
}

/* Plays a verb with JSON arguments (NULL: none); what it says is in scene->said. */
static inline int scene_verb(struct scene *scene, const char *verb, const char *json)
{
    struct json_out out;
    const char *why = "";
    buf_reset(&scene->said);
    json_out_init(&out, &scene->said);
    struct verb_call call = {
        .world = scene->world,
        .journal = scene->journal,
        .faults = scene->faults,
        .arena = &scene->arena,
        .args = json ? json_parse(&scene->arena, json, strlen(json), &why) : NULL,
        .out = &out,
        .diag = &scene->diag,
    };
    if (json && !call.args)
        fail_msg("%s: %s", json, why);
    assert_non_null(verb_named(verb, NULL));
    json_open(&out, NULL);
    int err = verb_run(verb_named(verb, NULL), &call);
    json_close(&out);
    return err;
}

static inline struct event scene_last(const struct scene *scene)
{
    struct event event;
    assert_true(journal_get(scene->journal, journal_last(scene->journal), &event));
    return event;
}

/* A live session of the Super Admin with the confidential app. */
static inline struct session *scene_session(struct scene *scene)
{
    struct user *admin = user_named(scene->world, "superadmin");
    struct app *app = scene->world->apps[0];
    return session_start(scene->world, app, admin, app->scopes, 3600000, 604800000, true, NULL, 0);
}

#endif
