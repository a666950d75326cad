/*
 * The tenant's ear alone (web/hearing.h), with a platform of the test that keeps subscriptions and refuses
 * them when told to, and ways to wait for what is meant.
 */
#ifndef RC_CLIENT_TESTS_EAR_STAGE_H
#define RC_CLIENT_TESTS_EAR_STAGE_H

#include <signal.h>

#include "fake_platform.h"
#include "json.h"
#include "web/hearing.h"

#define ADDRESS "http://127.0.0.1:9/hook" /* nobody calls it: the test speaks to the hook itself */

struct stage {
    struct fake *platform;
    char dir[64], db[100];
    struct client like;
    struct pool *pool;
    struct client *client;
    struct store *store; /* another view of the same one */
    struct hearing *hearing;
    struct hearing_options options;
    atomic_int calls_news, health_news;
    /* the platform's side, under its mutex */
    int created, read, renewed, deleted;
    int refusals, refuse_status; /* how many subscriptions are refused yet, and how */
    const char *refuse_body, *filters;
    bool is_gone;
    void (*on_create)(struct stage *stage);
    char wanted[2000], answer[2000];
    int64_t note_ms; /* what was noted when the subscription was read back */
};

/* --- the platform's subscriptions --- */

static inline const char *create(struct stage *stage, const char *body, int *ret_status)
{
    stage->created++;
    snprintf(stage->wanted, sizeof(stage->wanted), "%s", body);
    if (stage->on_create)
        stage->on_create(stage);
    if (stage->refusals > 0) {
        stage->refusals--;
        *ret_status = stage->refuse_status;
        return stage->refuse_body;
    }
    stage->is_gone = false;
    return stage->answer;
}

static inline const char *on_subscription(void *arg, const char *method, const char *path,
                                          const char *body, int *ret_status)
{
    struct stage *stage = arg;
    struct events_note note;
    snprintf(stage->answer, sizeof(stage->answer),
             "{\"id\":\"sub-%d\",\"status\":\"Active\",\"expirationTime\":"
             "\"2099-01-01T00:00:00.000Z\",%s}",
             stage->created + (strcmp(method, "POST") == 0), stage->filters);
    if (strcmp(method, "POST") == 0 && strstr(path, "/renew") == NULL)
        return create(stage, body, ret_status);
    if (strcmp(method, "DELETE") == 0) {
        stage->deleted++;
        *ret_status = stage->is_gone ? 404 : 204;
        return "";
    }
    stage->renewed += strcmp(method, "POST") == 0;
    stage->read += strcmp(method, "GET") == 0;
    events_note_load(stage->store, &note);
    stage->note_ms = note.at_ms;
    *ret_status = stage->is_gone ? 404 : 200;
    return stage->is_gone ? "{\"errorCode\":\"CMN-102\"}" : stage->answer;
}

/* --- the stage --- */

static inline void on_news(void *arg, int news)
{
    struct stage *stage = arg;
    stage->calls_news += (news & HEARING_CALLS) != 0;
    stage->health_news += (news & HEARING_HEALTH) != 0;
}

static inline void given_grant(struct stage *stage)
{
    struct grant grant = {.access_token = "access-0-xyz", .owner_id = "101001"};
    grant.issued_ms = client_now_ms(stage->client);
    grant.access_until_ms = grant.issued_ms + 3600000;
    assert_true(store_grant_put(stage->store, SLOT_LIVE, &grant));
}

static inline void begin(struct stage *stage)
{
    char why[200] = "";
    stage->hearing = hearing_start(stage->client, &stage->options, why, sizeof(why));
    if (stage->hearing == NULL)
        fail_msg("%s", why);
}

static inline int given_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof(*stage));
    struct settings live;
    char why[300] = "";
    signal(SIGPIPE, SIG_IGN);
    snprintf(stage->dir, sizeof(stage->dir), "/tmp/rc-client-ear-XXXXXX");
    assert_non_null(mkdtemp(stage->dir));
    snprintf(stage->db, sizeof(stage->db), "%s/store.db", stage->dir);
    stage->platform = fake_start();
    stage->platform->on_subscription = on_subscription;
    stage->platform->on_subscription_arg = stage;
    stage->filters = "\"eventFilters\":[\"/restapi/v1.0/account/7001/telephony/sessions\"]";
    stage->store = store_open(stage->db, false, why, sizeof(why));
    assert_non_null(stage->store);
    settings_init(&live);
    snprintf(live.base_url, sizeof(live.base_url), "http://127.0.0.1:%d", stage->platform->port);
    assert_true(store_settings_put(stage->store, SLOT_LIVE, &live));
    stage->like = (struct client){.clock = clock_machine(), .retry_ms = 1, .is_quiet = true};
    stage->pool = pool_new(&stage->like, stage->db, NULL);
    stage->client = pool_take(stage->pool, why, sizeof(why));
    assert_non_null(stage->client);
    stage->options = (struct hearing_options){.by = HEARING_WEBHOOK,
                                              .hook_url = ADDRESS,
                                              .look_s = 3600, /* never by itself */
                                              .on_news = on_news,
                                              .arg = stage};
    given_grant(stage);
    *state = stage;
    return 0;
}

static inline int no_stage(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".refresh"};
    struct stage *stage = *state;
    hearing_stop(stage->hearing);
    pool_give(stage->pool, stage->client);
    pool_free(stage->pool);
    store_free(stage->store);
    fake_stop(stage->platform);
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
        char path[160];
        snprintf(path, sizeof(path), "%s%s", stage->db, ends[i]);
        unlink(path);
    }
    rmdir(stage->dir);
    free(stage);
    return 0;
}

static inline void stop(struct stage *stage)
{
    hearing_stop(stage->hearing);
    stage->hearing = NULL;
}

/* --- waiting for what is meant --- */

typedef bool holds_fn(struct stage *stage, const struct hearing_state *state);

static inline struct hearing_state await(struct stage *stage, holds_fn *holds, const char *what)
{
    int64_t until_ms = clock_steady_ms() + 20000;
    struct hearing_state state;
    for (hearing_look(stage->hearing, &state); !holds(stage, &state);
         hearing_look(stage->hearing, &state)) {
        if (clock_steady_ms() > until_ms)
            fail_msg("never came to: %s (trouble \"%s\")", what, state.trouble);
        poll(NULL, 0, 5);
    }
    return state;
}
#define AWAIT(stage, holds) await(stage, holds, #holds)

static inline bool is_subscribed(struct stage *stage, const struct hearing_state *state)
{
    return state->is_subscribed && stage->health_news > 0;
}

static inline bool is_known(struct stage *stage, const struct hearing_state *state)
{
    return state->is_known;
}

static inline bool is_in_trouble(struct stage *stage, const struct hearing_state *state)
{
    return state->trouble[0] != '\0' && stage->health_news > 0;
}

static inline bool has_lost_one(struct stage *stage, const struct hearing_state *state)
{
    return state->lost[0] != '\0' && state->is_subscribed;
}

static inline bool has_one(struct stage *stage, const struct hearing_state *state)
{
    return state->received == 1;
}

static inline bool has_two(struct stage *stage, const struct hearing_state *state)
{
    return state->received == 2 && stage->calls_news > 0;
}

static inline bool has_four(struct stage *stage, const struct hearing_state *state)
{
    return state->received == 4;
}

static inline struct events_note noted(struct stage *stage)
{
    struct events_note note;
    events_note_load(stage->store, &note);
    return note;
}

static inline bool is_noted(struct stage *stage, const struct hearing_state *state)
{
    return noted(stage).at_ms > 0;
}

static inline bool has_read_back(struct stage *stage, const struct hearing_state *state)
{
    pthread_mutex_lock(&stage->platform->mutex);
    int read = stage->read;
    pthread_mutex_unlock(&stage->platform->mutex);
    return read > 0 && state->is_known;
}

/* What the platform was asked; not while it is asked. */
static inline int asked(struct stage *stage, const int *count)
{
    pthread_mutex_lock(&stage->platform->mutex);
    int value = *count;
    pthread_mutex_unlock(&stage->platform->mutex);
    return value;
}

/* One notification of a call, as the platform sends it. */
static inline void tell(struct stage *stage, const char *session, int sequence, const char *code)
{
    char secret[64] = "", body[600], bytes[1200], answer[200];
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)hook_port(stage->client->hook)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    store_fact_get(stage->store, "events.secret", secret, sizeof(secret));
    int len = snprintf(body, sizeof(body),
                       "{\"uuid\":\"%s-%d\",\"event\":\"/restapi/v1.0/account/7001/telephony/"
                       "sessions\",\"subscriptionId\":\"sub-1\",\"body\":{\"telephonySessionId\":"
                       "\"%s\",\"sequence\":%d,\"parties\":[{\"id\":\"p-1\",\"status\":{\"code\":"
                       "\"%s\"}}]}}",
                       session, sequence, session, sequence, code);
    snprintf(bytes, sizeof(bytes),
             "POST /hook HTTP/1.1\r\nHost: x\r\nVerification-Token: %s\r\nConnection: close\r\n"
             "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
             secret, len, body);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL), (ssize_t)strlen(bytes));
    ssize_t got = recv(fd, answer, sizeof(answer) - 1, 0);
    assert_true(got > 0);
    answer[got] = '\0';
    assert_non_null(strstr(answer, " 200 "));
    close(fd);
}

#endif
