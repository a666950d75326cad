#include "notify/edge.h"

#include "base/mem.h"
#include "base/text.h"
#include "notify/edge_outcome.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { TRANSFERS_MAX = 64, IDLE_MS = 60000, PHRASE_MAX = 64 };

/* One call to a receiver. */
struct transfer {
    struct transfer *next;
    struct hooks *hooks;
    CURL *easy;
    struct curl_slist *headers;
    struct errand *errand; /* the parcel's or a waiter's */
    struct parcel parcel;  /* of a delivery; else empty */
    hooks_errand_fn *told; /* of a waiter that does not wait; NULL: one that does */
    void *told_context;
    bool is_delivery, is_done;
    size_t received;
    char phrase[PHRASE_MAX]; /* of the status line */
};

struct hooks {
    struct hooks_options options;
    struct curl_table curl;
    const char *missing; /* why there is no libcurl; NULL: there is */
    CURLM *multi;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct transfer *asked; /* errands waiting for the thread, under the lock */
    bool is_halting, is_ending, has_mail;
    struct transfer *running; /* the thread's own */
    size_t running_count;
};

/* "Not Found" of "HTTP/1.1 404 Not Found"; a later status line (after 100) takes the place of one before.
 * It ends up in answers and the journal: printable only. */
static void read_phrase(struct transfer *transfer, const char *line, size_t len)
{
    size_t at = sizeof "HTTP/1.1 404 " - 1, kept = 0;
    if (len < 5 || memcmp(line, "HTTP/", 5) != 0)
        return;
    for (; at < len && kept + 1 < sizeof transfer->phrase; at++)
        if (line[at] >= ' ' && line[at] <= '~')
            transfer->phrase[kept++] = line[at];
    transfer->phrase[kept] = '\0';
}

static size_t on_header(char *bytes, size_t size, size_t count, void *context)
{
    static const char name[] = "Validation-Token:";
    struct transfer *transfer = context;
    size_t len = size * count, token = strlen(transfer->errand->token);
    transfer->received += len;
    if (transfer->received > transfer->errand->max_bytes) {
        transfer->errand->result = ERRAND_TOO_LARGE;
        return 0;
    }
    read_phrase(transfer, bytes, len);
    if (token && len > strlen(name) && strncasecmp(bytes, name, strlen(name)) == 0) {
        const char *value = bytes + strlen(name), *end = bytes + len;
        while (value < end && (*value == ' ' || *value == '\t'))
            value++;
        while (end > value && (unsigned char)end[-1] <= ' ')
            end--;
        transfer->errand->has_token =
            (size_t)(end - value) == token && memcmp(value, transfer->errand->token, token) == 0;
    }
    return len;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    struct transfer *transfer = context;
    transfer->received += size * count;
    if (transfer->received <= transfer->errand->max_bytes)
        return size * count;
    transfer->errand->result = ERRAND_TOO_LARGE;
    return 0;
}

static void add_header(struct transfer *transfer, const char *name, const char *value)
{
    char line[512];
    snprintf(line, sizeof line, *value ? "%s: %s" : "%s;", name, value);
    transfer->headers = transfer->hooks->curl.slist_append(transfer->headers, line);
}

/* The headers a receiver of the platform's sees (rest.md 6.2, 6.3). */
static void add_headers(struct transfer *transfer)
{
    struct hooks *hooks = transfer->hooks;
    add_header(transfer, "Accept", "application/json");
    add_header(transfer, "Accept-Encoding", "UTF-8");
    add_header(transfer, "Content-Type", "application/json; charset=UTF-8");
    add_header(transfer, "User-Agent", "RingCentral-Webhook/8.3");
    transfer->headers = hooks->curl.slist_append(transfer->headers, "Expect:");
    if (transfer->errand->token[0])
        add_header(transfer, "Validation-Token", transfer->errand->token);
    else if (transfer->parcel.verification_token)
        add_header(transfer, transfer->parcel.token_header, transfer->parcel.verification_token);
}

/* Whom a receiver's certificate may be signed by besides the system's authorities. The blob takes the
 * place of the system's one file, not of its folder (CURLOPT_CAPATH as libcurl was built). */
static void trust(struct hooks *hooks, CURL *easy)
{
    struct buf pem;
    buf_init(&pem, HOOKS_TRUST_MAX);
    hooks->options.trust(hooks->options.context, &pem);
    struct curl_blob blob = {(void *)buf_text(&pem), pem.len, CURL_BLOB_COPY};
    if (pem.len)
        hooks->curl.easy_setopt(easy, CURLOPT_CAINFO_BLOB, &blob);
    buf_done(&pem);
}

static void start(struct hooks *hooks, struct transfer *transfer, const char *url,
                  int64_t timeout_ms, bool verifies_tls)
{
    const struct curl_table *curl = &hooks->curl;
    CURL *easy = transfer->easy = curl->easy_init();
    transfer->hooks = hooks;
    transfer->errand->result = ERRAND_ANSWERED; /* until something says otherwise */
    add_headers(transfer);
    curl->easy_setopt(easy, CURLOPT_URL, url);
    curl->easy_setopt(easy, CURLOPT_POST, 1L);
    curl->easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->parcel.body ? transfer->parcel.body : "");
    curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE, (long)transfer->parcel.len);
    curl->easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl->easy_setopt(easy, CURLOPT_NOPROXY, "*");
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(timeout_ms > 0 ? timeout_ms : 1));
    curl->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, verifies_tls ? 1L : 0L);
    curl->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, verifies_tls ? 2L : 0L);
    curl->easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (verifies_tls && hooks->options.trust && text_starts_nocase(url, "https:"))
        trust(hooks, easy);
    curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl->easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl->easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    transfer->next = hooks->running;
    hooks->running = transfer;
    hooks->running_count++;
    curl->multi_add_handle(hooks->multi, easy);
}

/* A delivery goes back to the world; an errand to who waits for it. */
static void hand_back(struct hooks *hooks, struct transfer *transfer)
{
    if (transfer->is_delivery) {
        hooks->options.done(hooks->options.context, &transfer->parcel);
        parcel_done(&transfer->parcel);
        free(transfer);
        pthread_mutex_lock(&hooks->lock);
        hooks->has_mail = true; /* there may be a next one for the same receiver */
        pthread_mutex_unlock(&hooks->lock);
        return;
    }
    if (transfer->told) {
        transfer->told(transfer->told_context);
        free(transfer);
        return;
    }
    pthread_mutex_lock(&hooks->lock);
    transfer->is_done = true;
    pthread_cond_broadcast(&hooks->changed);
    pthread_mutex_unlock(&hooks->lock);
}

static void end(struct hooks *hooks, struct transfer *transfer)
{
    const struct curl_table *curl = &hooks->curl;
    curl->multi_remove_handle(hooks->multi, transfer->easy);
    curl->easy_cleanup(transfer->easy);
    curl->slist_free_all(transfer->headers);
    for (struct transfer **at = &hooks->running; *at; at = &(*at)->next)
        if (*at == transfer) {
            *at = transfer->next;
            hooks->running_count--;
            break;
        }
    hand_back(hooks, transfer);
}

static void fail(struct hooks *hooks, struct transfer *transfer, const char *reason)
{
    transfer->errand->result = ERRAND_UNREACHABLE;
    snprintf(transfer->errand->reason, sizeof transfer->errand->reason, "%s", reason);
    hand_back(hooks, transfer);
}

static void start_errand(struct hooks *hooks, struct transfer *transfer)
{
    struct errand *errand = transfer->errand;
    if (hooks->missing)
        fail(hooks, transfer, hooks->missing);
    else
        start(hooks, transfer, errand->url, errand->timeout_ms, errand->verifies_tls);
}

static void start_delivery(struct hooks *hooks, const struct parcel *parcel)
{
    struct transfer *transfer = xcalloc(1, sizeof *transfer);
    transfer->is_delivery = true;
    transfer->parcel = *parcel;
    transfer->errand = &transfer->parcel.errand;
    if (hooks->missing)
        fail(hooks, transfer, hooks->missing);
    else
        start(hooks, transfer, transfer->parcel.url, parcel->timeout_ms, parcel->verifies_tls);
}

static void collect(struct hooks *hooks)
{
    int left, running;
    CURLMsg *message;
    hooks->curl.multi_perform(hooks->multi, &running);
    while ((message = hooks->curl.multi_info_read(hooks->multi, &left))) {
        char *private = NULL;
        CURLcode code = message->data.result;
        hooks->curl.easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
        struct transfer *transfer = (struct transfer *)private;
        edge_outcome(&hooks->curl, transfer->easy, code, transfer->phrase, transfer->errand);
        end(hooks, transfer);
    }
}

/* True while it is to go on. */
static bool take_work(struct hooks *hooks)
{
    pthread_mutex_lock(&hooks->lock);
    while (hooks->missing && !hooks->is_ending && !hooks->asked && !hooks->has_mail)
        pthread_cond_wait(&hooks->changed, &hooks->lock);
    struct transfer *asked = hooks->asked;
    bool is_ending = hooks->is_ending, is_halting = hooks->is_halting, has_mail = hooks->has_mail;
    hooks->asked = NULL;
    hooks->has_mail = false;
    pthread_mutex_unlock(&hooks->lock);

    while (asked) {
        struct transfer *one = asked;
        asked = one->next;
        if (is_halting)
            fail(hooks, one, "Simulator stops");
        else
            start_errand(hooks, one);
    }
    struct parcel parcel;
    while (has_mail && !is_halting && hooks->running_count < TRANSFERS_MAX &&
           hooks->options.take(hooks->options.context, &parcel))
        start_delivery(hooks, &parcel);
    while (is_halting && hooks->running) {
        struct transfer *one = hooks->running;
        one->errand->result = ERRAND_UNREACHABLE;
        end(hooks, one);
    }
    return !is_ending;
}

static void *run(void *context)
{
    struct hooks *hooks = context;
    while (take_work(hooks)) {
        if (hooks->missing)
            continue;
        collect(hooks);
        pthread_mutex_lock(&hooks->lock);
        bool has_work = hooks->has_mail || hooks->asked || hooks->is_ending;
        pthread_mutex_unlock(&hooks->lock);
        if (!has_work)
            hooks->curl.multi_poll(hooks->multi, NULL, 0, IDLE_MS, NULL);
    }
    return NULL;
}

struct hooks *hooks_start(const struct hooks_options *options)
{
    struct hooks *hooks = xcalloc(1, sizeof *hooks);
    hooks->options = *options;
    pthread_mutex_init(&hooks->lock, NULL);
    pthread_cond_init(&hooks->changed, NULL);
    hooks->missing = curl_table_load(&hooks->curl);
    if (!hooks->missing)
        hooks->multi = hooks->curl.multi_init();
    if (pthread_create(&hooks->thread, NULL, run, hooks) != 0)
        abort(); /* as when memory ends: nothing can be promised any more */
    return hooks;
}

/* Sets a flag, or hands over an errand, and sees to it that the thread looks. */
static void nudge(struct hooks *hooks)
{
    pthread_cond_broadcast(&hooks->changed);
    pthread_mutex_unlock(&hooks->lock);
    if (hooks->multi)
        hooks->curl.multi_wakeup(hooks->multi);
}

void hooks_wake(struct hooks *hooks)
{
    pthread_mutex_lock(&hooks->lock);
    hooks->has_mail = true;
    nudge(hooks);
}

void hooks_validate(struct hooks *hooks, struct errand *errand)
{
    struct transfer transfer = {.errand = errand};
    pthread_mutex_lock(&hooks->lock);
    transfer.next = hooks->asked;
    hooks->asked = &transfer;
    nudge(hooks);
    pthread_mutex_lock(&hooks->lock);
    while (!transfer.is_done)
        pthread_cond_wait(&hooks->changed, &hooks->lock);
    pthread_mutex_unlock(&hooks->lock);
}

void hooks_perform(struct hooks *hooks, struct errand *errand, hooks_errand_fn *done, void *context)
{
    struct transfer *transfer = xcalloc(1, sizeof *transfer);
    transfer->errand = errand;
    transfer->told = done;
    transfer->told_context = context;
    pthread_mutex_lock(&hooks->lock);
    transfer->next = hooks->asked;
    hooks->asked = transfer;
    nudge(hooks);
}

void hooks_halt(struct hooks *hooks)
{
    if (!hooks)
        return;
    pthread_mutex_lock(&hooks->lock);
    hooks->is_halting = true;
    nudge(hooks);
}

void hooks_free(struct hooks *hooks)
{
    if (!hooks)
        return;
    pthread_mutex_lock(&hooks->lock);
    hooks->is_halting = hooks->is_ending = true;
    nudge(hooks);
    pthread_join(hooks->thread, NULL);
    if (hooks->multi)
        hooks->curl.multi_cleanup(hooks->multi);
    pthread_cond_destroy(&hooks->changed);
    pthread_mutex_destroy(&hooks->lock);
    free(hooks);
}
