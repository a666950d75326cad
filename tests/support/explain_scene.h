/*
 * A journal written event by event, and its explanation.
 */
#ifndef MOCKRC_TESTS_EXPLAIN_SCENE_H
#define MOCKRC_TESTS_EXPLAIN_SCENE_H

#include "explain/explain.h"
#include "explain/failure.h"
#include "journal/journal.h"
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

enum { START_MS = 1000000 };

/* A journal that is written line by line, and then explained. */
struct scene {
    struct journal *journal;
    int64_t now_ms;
    struct explanation *explanation;
};

static inline struct scene given_journal(void)
{
    return (struct scene){.journal = journal_new(NULL), .now_ms = START_MS};
}

static inline void scene_done(struct scene *scene)
{
    explain_free(scene->explanation);
    journal_free(scene->journal);
}

/* "status=400 code=OAU-213 reason=the_password_is_wrong": values have _ for spaces. */
static inline void set_all(struct event *event, const char *values)
{
    while (*values) {
        char name[40], value[200];
        enum event_key key;
        size_t name_len = strcspn(values, "="), len = strcspn(values, " ");
        snprintf(name, sizeof name, "%.*s", (int)name_len, values);
        snprintf(value, sizeof value, "%.*s", (int)(len - name_len - 1), values + name_len + 1);
        for (char *at = value; *at; at++)
            *at = *at == '_' ? ' ' : *at;
        assert_true(event_key_named(name, &key));
        event_set(event, key, value);
        values += len + (values[len] == ' ');
    }
}

/* The number it got. */
static inline uint64_t happens(struct scene *scene, enum layer layer, const char *op,
                               const char *values, uint64_t cause)
{
    struct event event;
    event_init(&event, layer, op);
    event.time_ms = scene->now_ms;
    event.cause = cause;
    set_all(&event, values);
    return journal_append(scene->journal, &event);
}

static inline void explains(struct scene *scene)
{
    struct explain_source source = explain_of_journal(scene->journal);
    explain_free(scene->explanation);
    scene->explanation = explain_new(&source);
}

static inline const struct finding *first_of(const struct scene *scene)
{
    assert_true(explain_count(scene->explanation) > 0);
    return explain_at(scene->explanation, 0);
}

static inline void wants_first(const struct scene *scene, const char *failure)
{
    assert_string_equal(failure_id(first_of(scene)->failure), failure);
}

static inline void wants_none(const struct scene *scene)
{
    for (size_t i = 0; i < explain_count(scene->explanation); i++)
        if (!explain_at(scene->explanation, i)->mended)
            fail_msg("%s", explain_at(scene->explanation, i)->says);
    assert_false(explain_is_broken(scene->explanation));
}

static inline void wants_text(const struct scene *scene, const char *part)
{
    struct buf out;
    buf_init(&out, 1 << 16);
    explain_text(scene->explanation, &out);
    if (!strstr(buf_text(&out), part))
        fail_msg("\"%s\" is not in:\n%s", part, buf_text(&out));
    buf_done(&out);
}

static inline uint64_t token_given(struct scene *scene)
{
    return happens(scene, LAYER_OAUTH, "oauth.token",
                   "status=200 grant_type=authorization_code user=anna session=s1", 0);
}

static inline uint64_t call_log_read(struct scene *scene)
{
    return happens(scene, LAYER_REST, "readCompanyCallLog", "status=200 user=anna session=s1", 0);
}

static inline uint64_t refused_for_password(struct scene *scene, uint64_t cause)
{
    return happens(scene, LAYER_OAUTH, "oauth.token",
                   "status=400 code=OAU-213 error=invalid_grant grant_type=refresh_token user=anna "
                   "session=s1 reason=password-changed",
                   cause);
}

#endif
