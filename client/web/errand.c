/* Authorizations under way; see errand.h. */
#include "web/errand.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

#define LIFE_MS (30 * 60 * 1000)

/*
 *   FREE --start--> AWAY --take--> BACK --finish--> DONE --(life over)--> FREE
 */
enum stage { STAGE_FREE, STAGE_AWAY, STAGE_BACK, STAGE_DONE };

struct errands {
    pthread_mutex_t mutex;
    pthread_cond_t finished;
    struct errand {
        enum stage stage;
        int64_t started_ms;
        struct pkce pkce;
        struct settings settings;
        struct errand_outcome outcome;
    } rows[ERRANDS_MAX];
};

struct errands *errands_new(void)
{
    struct errands *errands = xcalloc(1, sizeof(*errands));
    pthread_mutex_init(&errands->mutex, NULL);
    pthread_cond_init(&errands->finished, NULL);
    return errands;
}

void errands_free(struct errands *errands)
{
    if (errands == NULL)
        return;
    pthread_cond_destroy(&errands->finished);
    pthread_mutex_destroy(&errands->mutex);
    explicit_bzero(errands, sizeof(*errands));
    free(errands);
}

/* By state, among those that live; clears the others on its way. */
static struct errand *find(struct errands *errands, const char *state)
{
    int64_t now_ms = clock_steady_ms();
    struct errand *found = NULL;
    for (int i = 0; i < ERRANDS_MAX; i++) {
        struct errand *errand = &errands->rows[i];
        if (errand->stage != STAGE_FREE && errand->stage != STAGE_BACK &&
            now_ms - errand->started_ms >= LIFE_MS)
            explicit_bzero(errand, sizeof(*errand));
        if (errand->stage != STAGE_FREE && strcmp(errand->pkce.state, state) == 0)
            found = errand;
    }
    return found;
}

void errands_start(struct errands *errands, const struct pkce *pkce,
                   const struct settings *settings)
{
    pthread_mutex_lock(&errands->mutex);
    struct errand *row = NULL;
    find(errands, "");
    for (int i = 0; i < ERRANDS_MAX; i++) {
        struct errand *errand = &errands->rows[i];
        if (errand->stage == STAGE_BACK)
            continue; /* somebody works on it */
        if (row == NULL || errand->started_ms < row->started_ms)
            row = errand; /* a free one, else the oldest */
    }
    if (row)
        *row = (struct errand){.stage = STAGE_AWAY,
                               .started_ms = clock_steady_ms(),
                               .pkce = *pkce,
                               .settings = *settings};
    pthread_mutex_unlock(&errands->mutex);
}

enum errand_found errands_take(struct errands *errands, const char *state, struct pkce *ret_pkce,
                               struct settings *ret_settings, struct errand_outcome *ret_outcome)
{
    enum errand_found found = ERRAND_UNKNOWN;
    pthread_mutex_lock(&errands->mutex);
    struct errand *errand = find(errands, state);
    while (errand && errand->stage == STAGE_BACK) {
        pthread_cond_wait(&errands->finished, &errands->mutex);
        errand = find(errands, state);
    }
    if (errand && errand->stage == STAGE_AWAY) {
        errand->stage = STAGE_BACK;
        *ret_pkce = errand->pkce;
        *ret_settings = errand->settings;
        found = ERRAND_MINE;
    } else if (errand) {
        *ret_outcome = errand->outcome;
        found = ERRAND_DONE;
    }
    pthread_mutex_unlock(&errands->mutex);
    return found;
}

void errands_finish(struct errands *errands, const char *state,
                    const struct errand_outcome *outcome)
{
    pthread_mutex_lock(&errands->mutex);
    struct errand *errand = find(errands, state);
    if (errand) {
        errand->stage = STAGE_DONE;
        errand->outcome = *outcome;
        explicit_bzero(errand->pkce.verifier, sizeof(errand->pkce.verifier));
        explicit_bzero(&errand->settings, sizeof(errand->settings));
    }
    pthread_cond_broadcast(&errands->finished);
    pthread_mutex_unlock(&errands->mutex);
}

bool errands_outcome(struct errands *errands, const char *state, struct errand_outcome *ret_outcome)
{
    pthread_mutex_lock(&errands->mutex);
    struct errand *errand = find(errands, state);
    bool is_done = errand && errand->stage == STAGE_DONE;
    if (is_done)
        *ret_outcome = errand->outcome;
    pthread_mutex_unlock(&errands->mutex);
    return is_done;
}
