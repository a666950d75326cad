/* Sessions of the page; see session.h. */
#include "web/session.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "text.h"
#include "web/secret.h"

#define LONGEST_MS (12 * 3600 * 1000LL)

struct sessions {
    pthread_mutex_t mutex;
    int64_t life_ms;
    struct row {
        struct session session; /* id "" = free */
        int64_t used_ms, opened_ms;
    } rows[SESSIONS_MAX];
};

struct sessions *sessions_new(int life_s)
{
    struct sessions *sessions = xcalloc(1, sizeof(*sessions));
    pthread_mutex_init(&sessions->mutex, NULL);
    sessions->life_ms = (int64_t)life_s * 1000;
    return sessions;
}

void sessions_free(struct sessions *sessions)
{
    if (sessions == NULL)
        return;
    pthread_mutex_destroy(&sessions->mutex);
    explicit_bzero(sessions, sizeof(*sessions));
    free(sessions);
}

void sessions_open(struct sessions *sessions, const char *user, struct session *ret_session)
{
    struct session session;
    struct rnd rnd;
    rnd_init(&rnd);
    rnd_hex(&rnd, session.id, 64);
    rnd_hex(&rnd, session.csrf, 32);
    text_copy(session.user, sizeof(session.user), user);
    pthread_mutex_lock(&sessions->mutex);
    struct row *row = &sessions->rows[0];
    for (int i = 0; i < SESSIONS_MAX; i++) {
        if (sessions->rows[i].used_ms < row->used_ms)
            row = &sessions->rows[i]; /* free rows have 0 */
    }
    *row = (struct row){session, clock_steady_ms(), clock_steady_ms()};
    pthread_mutex_unlock(&sessions->mutex);
    *ret_session = session;
}

static struct row *find(struct sessions *sessions, const char *id)
{
    for (int i = 0; i < SESSIONS_MAX; i++) {
        if (sessions->rows[i].session.id[0] && secret_same(sessions->rows[i].session.id, id))
            return &sessions->rows[i];
    }
    return NULL;
}

bool sessions_find(struct sessions *sessions, const char *id, struct session *ret_session)
{
    int64_t now_ms = clock_steady_ms();
    pthread_mutex_lock(&sessions->mutex);
    struct row *row = find(sessions, id);
    if (row &&
        (now_ms - row->used_ms >= sessions->life_ms || now_ms - row->opened_ms >= LONGEST_MS)) {
        explicit_bzero(row, sizeof(*row));
        row = NULL;
    }
    if (row) {
        row->used_ms = now_ms;
        *ret_session = row->session;
    }
    pthread_mutex_unlock(&sessions->mutex);
    return row != NULL;
}

void sessions_close(struct sessions *sessions, const char *id)
{
    pthread_mutex_lock(&sessions->mutex);
    struct row *row = find(sessions, id);
    if (row)
        explicit_bzero(row, sizeof(*row));
    pthread_mutex_unlock(&sessions->mutex);
}
