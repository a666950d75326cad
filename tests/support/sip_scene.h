/*
 * A small world with a journal and faults, and a phone in front of it, for tests of sip_serve:
 * requests are plain structs, no socket is involved.
 */
#ifndef MOCKRC_TESTS_SIP_SCENE_H
#define MOCKRC_TESTS_SIP_SCENE_H

#include "support/cmocka_all.h"

#include "base/yaml.h"
#include "notify/tell.h"
#include "sip/calls.h"
#include "sip/wire.h"
#include "support/sip_digest.h"
#include "support/sip_world.h"

struct scene {
    struct world *world;
    struct journal *journal;
    struct faults *faults;
    struct arena arena;
    struct sip_service service;
    struct sip_secret secret;
    struct sip_request request; /* the next one; `sends` counts its CSeq on */
    struct sip_answer answer;   /* the last one's */
    struct plan plan;
    struct event event; /* the last one; seq 0 when there was none */
};

static inline struct sip_contact *scene_contact(struct scene *scene, const char *uri,
                                                const char *instance, int64_t expires_s)
{
    struct sip_contact *contact = &scene->request.contacts[scene->request.contact_count++];
    *contact = (struct sip_contact){.uri = uri, .instance = instance, .expires_s = expires_s};
    return contact;
}

static inline struct sip_request scene_register(struct scene *scene)
{
    return (struct sip_request){
        .proxy = proxy_named(scene->world, "a"),
        .transport = "tcp",
        .method = "REGISTER",
        .uri_scheme = "sip",
        .uri_host = "d.test",
        .from_user = SIP_WORLD_AOR,
        .from_host = "d.test",
        .to_user = SIP_WORLD_AOR,
        .to_host = "d.test",
        .branch = "z9hG4bK-1",
        .call_id = "c1",
        .expires_s = -1,
        .max_forwards = 70,
        .user_agent = "phone/1",
    };
}

/* The request as it stands, once. */
static inline int scene_sends(struct scene *scene)
{
    uint64_t last = journal_last(scene->journal);
    scene->request.cseq++;
    sip_serve(&scene->service, &scene->arena, &scene->request, &scene->answer, &scene->plan);
    scene->event.seq = 0;
    if (journal_last(scene->journal) != last)
        journal_get(scene->journal, journal_last(scene->journal), &scene->event);
    return scene->answer.status;
}

/* Without credentials, then with: what phones do for each registration. The status of the second.
 */
static inline int scene_registers(struct scene *scene)
{
    scene->request.has_credentials = false;
    scene->request.credentials = (struct sip_credentials){0};
    int status = scene_sends(scene);
    if (status != 401)
        return status;
    sip_answer_challenge(&scene->arena, &scene->request, scene->answer.challenge, &scene->secret);
    return scene_sends(scene);
}

static inline const char *scene_saw(const struct scene *scene, enum event_key key)
{
    const char *value = scene->event.seq ? event_get(&scene->event, key) : NULL;
    return value ? value : "";
}

static inline void scene_knob(struct scene *scene, const char *name, const char *value)
{
    assert_true(knobs_set(&scene->world->knobs, name, value, NULL));
}

static inline void scene_arm(struct scene *scene, const char *rule)
{
    const struct node *map;
    struct diag diag = {0};
    assert_int_equal(yaml_parse(&scene->arena, "rule", rule, strlen(rule), &map, &diag), 0);
    if (fault_arm(scene->faults, map, "rule", clock_now(scene->world), 3, NULL, &diag))
        fail_msg("%s", diag.text);
}

static inline int given_scene(void **state)
{
    struct scene *scene = xcalloc(1, sizeof *scene);
    scene->world = sip_world_new();
    scene->journal = journal_new(NULL);
    scene->faults = faults_new();
    scene->service = (struct sip_service){scene->world, scene->journal, scene->faults};
    scene->world->sip = &scene->service;
    scene->world->knobs.calllog_delay_ms = 0;
    scene->world->phones = &calls_phones;
    notice_listen(scene->world, notify_hear, scene->journal);
    scene->secret = (struct sip_secret){.username = "802001", .password = "pw"};
    scene->request = scene_register(scene);
    *state = scene;
    return 0;
}

static inline int scene_done(void **state)
{
    struct scene *scene = *state;
    arena_done(&scene->arena);
    faults_free(scene->faults);
    journal_free(scene->journal);
    world_free(scene->world);
    free(scene);
    return 0;
}

#define in_scene(test) cmocka_unit_test_setup_teardown(test, given_scene, scene_done)

#endif
