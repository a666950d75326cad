/* Clients for those who work at once; see pool.h. */
#include "web/pool.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "clock_http.h"
#include "text.h"

struct place {
    struct client client; /* first: a client's address is its place's */
    struct clock_http clock;
    bool is_open, is_out;
};

struct pool {
    pthread_mutex_t mutex;
    pthread_cond_t came_back;
    struct client like;
    char *store_path, *clock_url;
    struct place places[POOL_MAX];
};

struct pool *pool_new(const struct client *like, const char *store_path, const char *clock_url)
{
    struct pool *pool = xcalloc(1, sizeof(*pool));
    pthread_mutex_init(&pool->mutex, NULL);
    pthread_cond_init(&pool->came_back, NULL);
    pool->like = *like;
    pool->like.has_progress = false;
    pool->store_path = xstrdup(store_path);
    pool->clock_url = clock_url ? xstrdup(clock_url) : NULL;
    return pool;
}

static void close_place(struct place *place)
{
    client_forget(&place->client);
    client_hang_up(&place->client);
    web_free(place->client.web);
    store_free(place->client.store);
    place->is_open = false;
}

void pool_free(struct pool *pool)
{
    if (pool == NULL)
        return;
    for (int i = 0; i < POOL_MAX; i++) {
        if (pool->places[i].is_open)
            close_place(&pool->places[i]);
    }
    pthread_cond_destroy(&pool->came_back);
    pthread_mutex_destroy(&pool->mutex);
    free(pool->store_path);
    free(pool->clock_url);
    free(pool);
}

static bool open_place(const struct pool *pool, struct place *place, char *why, size_t cap)
{
    struct client *client = &place->client;
    *client = pool->like;
    client->memory = NULL;
    client->sipnet = NULL;
    client->resolver = NULL;
    client->names = NULL;
    client->hook = NULL;
    client->gateway = NULL;
    client->store = store_open(pool->store_path, true, why, cap);
    client->web = client->store ? web_new(CLIENT_AGENT) : NULL;
    if (client->web == NULL) {
        if (client->store)
            snprintf(why, cap, "libcurl does not start");
        store_free(client->store);
        return false;
    }
    rnd_init(&client->rnd);
    client->clock = pool->clock_url ? clock_http(&place->clock, client->web, pool->clock_url)
                                    : pool->like.clock;
    place->is_open = true;
    return true;
}

/* One that is open, else one that could be, else NULL. */
static struct place *choose(struct pool *pool)
{
    struct place *chosen = NULL;
    for (int i = 0; i < POOL_MAX; i++) {
        struct place *place = &pool->places[i];
        if (!place->is_out && (chosen == NULL || (place->is_open && !chosen->is_open)))
            chosen = place;
    }
    return chosen;
}

struct client *pool_take(struct pool *pool, char *why, size_t cap)
{
    pthread_mutex_lock(&pool->mutex);
    struct place *place;
    while ((place = choose(pool)) == NULL)
        pthread_cond_wait(&pool->came_back, &pool->mutex);
    place->is_out = true;
    pthread_mutex_unlock(&pool->mutex);
    if (place->is_open || open_place(pool, place, why, cap))
        return &place->client;
    pool_give(pool, &place->client);
    return NULL;
}

void pool_give(struct pool *pool, struct client *client)
{
    if (client == NULL)
        return;
    pthread_mutex_lock(&pool->mutex);
    ((struct place *)client)->is_out = false;
    pthread_cond_signal(&pool->came_back);
    pthread_mutex_unlock(&pool->mutex);
}
