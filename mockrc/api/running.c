#include "api/running.h"

#include "base/hash.h"

#include <string.h>

/* The same caller, call and body: by the sum of all that says so. A header or query that steers
 * nothing makes another request of it, which does no harm. */
static uint64_t sum_of(const struct web_request *request)
{
    const char *caller = web_header_get(request, "Authorization");
    const char *texts[] = {request->method, request->path, request->query, caller ? caller : ""};
    uint64_t key[2] = {(uint64_t)request->wsc, 0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        key[1] = hash_keyed(key, texts[i], strlen(texts[i]));
    return hash_keyed(key, request->body, request->body_len);
}

static size_t find(const struct running *running, const struct web_request *request)
{
    if (!running->count)
        return 0;
    uint64_t sum = sum_of(request);
    size_t i = 0;
    while (i < running->count && running->sums[i] != sum)
        i++;
    return i;
}

bool running_has(const struct running *running, const struct web_request *request)
{
    return find(running, request) < running->count;
}

void running_add(struct running *running, const struct web_request *request)
{
    if (running->count < RUNNING_MAX)
        running->sums[running->count++] = sum_of(request);
}

void running_drop(struct running *running, const struct web_request *request)
{
    size_t i = find(running, request);
    if (i < running->count)
        running->sums[i] = running->sums[--running->count];
}
