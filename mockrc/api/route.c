/* The router: a tree with one node per path segment, built once. A look-up walks the segments of
 * the path; a literal is preferred to a {parameter}, which is tried when the literal led nowhere.
 */
#include "api/route.h"

#include "base/codec.h"
#include "base/mem.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENTS_MAX = 24 };

struct segment {
    const char *text;
    size_t len;
};

struct stop {
    struct segment literal; /* borrowed from the row's path */
    struct stop **children; /* literals, sorted */
    size_t child_count, child_cap;
    struct stop *parameter;      /* {anything}, or NULL */
    const struct route **routes; /* that end here */
    size_t route_count, route_cap;
};

struct router {
    struct stop root;
    const struct route **rows;
    size_t row_count, row_cap;
};

static int compare(struct segment a, struct segment b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return memcmp(a.text, b.text, a.len);
}

/* Where `wanted` is among the children, or where it would go. */
static size_t place(const struct stop *stop, struct segment wanted, bool *ret_is_there)
{
    size_t low = 0, high = stop->child_count;
    *ret_is_there = false;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(stop->children[middle]->literal, wanted);
        if (order == 0) {
            *ret_is_there = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct stop *child_of(struct stop *stop, struct segment segment)
{
    if (segment.text[0] == '{') {
        if (!stop->parameter)
            stop->parameter = xcalloc(1, sizeof *stop->parameter);
        return stop->parameter;
    }
    bool is_there;
    size_t at = place(stop, segment, &is_there);
    if (is_there)
        return stop->children[at];
    xgrow(stop->children, stop->child_count, &stop->child_cap);
    memmove(stop->children + at + 1, stop->children + at,
            (stop->child_count - at) * sizeof *stop->children);
    stop->child_count++;
    stop->children[at] = xcalloc(1, sizeof **stop->children);
    stop->children[at]->literal = segment;
    return stop->children[at];
}

/* Splits at '/'. One slash at the end is tolerated, as the guide's own samples need. SIZE_MAX: too
 * many segments, or an empty one. */
static size_t split(const char *path, struct segment out[SEGMENTS_MAX])
{
    size_t count = 0;
    if (*path != '/')
        return SIZE_MAX;
    while (*path == '/' && path[1]) {
        path++;
        size_t len = strcspn(path, "/");
        if (len == 0 || count == SEGMENTS_MAX)
            return SIZE_MAX;
        out[count++] = (struct segment){path, len};
        path += len;
    }
    return count;
}

static void add(struct router *router, const struct route *row)
{
    struct segment segments[SEGMENTS_MAX];
    size_t count = split(row->path, segments), args = 0;
    assert(count != SIZE_MAX);
    struct stop *stop = &router->root;
    for (size_t i = 0; i < count; i++) {
        args += segments[i].text[0] == '{';
        stop = child_of(stop, segments[i]);
    }
    assert(args <= ROUTE_ARGS_MAX);
    xgrow(stop->routes, stop->route_count, &stop->route_cap);
    stop->routes[stop->route_count++] = row;
    xgrow(router->rows, router->row_count, &router->row_cap);
    router->rows[router->row_count++] = row;
}

struct router *router_new(const struct route_family *families, size_t count)
{
    struct router *router = xcalloc(1, sizeof *router);
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < families[i].count; j++)
            add(router, &families[i].routes[j]);
    return router;
}

static void stop_done(struct stop *stop)
{
    for (size_t i = 0; i < stop->child_count; i++) {
        stop_done(stop->children[i]);
        free(stop->children[i]);
    }
    if (stop->parameter)
        stop_done(stop->parameter);
    free(stop->parameter);
    free(stop->children);
    free(stop->routes);
}

void router_free(struct router *router)
{
    if (!router)
        return;
    stop_done(&router->root);
    free(router->rows);
    free(router);
}

size_t router_count(const struct router *router)
{
    return router->row_count;
}

const struct route *router_at(const struct router *router, size_t i)
{
    return router->rows[i];
}

/* Percent-decoded, in the arena when that changes anything. */
static bool decode(struct segment *segment, struct arena *arena)
{
    if (!memchr(segment->text, '%', segment->len))
        return text_is_utf8(segment->text, segment->len);
    struct buf plain;
    buf_init(&plain, segment->len);
    bool is_good = codec_unpercent(&plain, segment->text, segment->len, false) &&
                   text_is_utf8(buf_text(&plain), plain.len) && plain.len > 0;
    if (is_good)
        *segment = (struct segment){arena_strndup(arena, buf_text(&plain), plain.len), plain.len};
    buf_done(&plain);
    return is_good;
}

struct walk {
    struct segment *segments;
    size_t count;
    struct segment args[ROUTE_ARGS_MAX];
    size_t arg_count;
};

static const struct stop *walk_from(const struct stop *stop, struct walk *walk, size_t at)
{
    if (at == walk->count)
        return stop->route_count ? stop : NULL;
    bool is_there;
    size_t i = place(stop, walk->segments[at], &is_there);
    const struct stop *end = is_there ? walk_from(stop->children[i], walk, at + 1) : NULL;
    if (end || !stop->parameter)
        return end;
    walk->args[walk->arg_count++] = walk->segments[at];
    end = walk_from(stop->parameter, walk, at + 1);
    if (!end)
        walk->arg_count--;
    return end;
}

enum route_result router_find(const struct router *router, const char *method, const char *path,
                              struct call *call, struct buf *allow)
{
    struct segment segments[SEGMENTS_MAX];
    struct walk walk = {.segments = segments, .count = split(path, segments)};
    if (walk.count == SIZE_MAX)
        return ROUTE_UNKNOWN;
    for (size_t i = 0; i < walk.count; i++)
        if (!decode(&segments[i], call->arena))
            return ROUTE_UNKNOWN;
    const struct stop *stop = walk_from(&router->root, &walk, 0);
    if (!stop)
        return ROUTE_UNKNOWN;
    for (size_t i = 0; i < stop->route_count; i++) {
        if (strcmp(stop->routes[i]->method, method) != 0)
            continue;
        call->route = stop->routes[i];
        for (size_t arg = 0; arg < walk.arg_count; arg++)
            call->args[arg] = arena_strndup(call->arena, walk.args[arg].text, walk.args[arg].len);
        return ROUTE_FOUND;
    }
    for (size_t i = 0; i < stop->route_count; i++) {
        if (i > 0)
            buf_str(allow, ", ");
        buf_str(allow, stop->routes[i]->method);
    }
    return ROUTE_WRONG_METHOD;
}

const char *call_arg(const struct call *call, const char *name)
{
    size_t len = strlen(name), arg = 0;
    for (const char *at = call->route->path; (at = strchr(at, '{')); at++, arg++)
        if (strncmp(at + 1, name, len) == 0 && at[1 + len] == '}')
            return call->args[arg];
    return NULL;
}

void call_path(const struct call *call, struct buf *out)
{
    size_t arg = 0;
    for (const char *at = call->route->path; *at; arg++) {
        size_t len = strcspn(at, "{");
        buf_add(out, at, len);
        at += len;
        if (!*at)
            break;
        if (strncmp(at, "{accountId}", strlen("{accountId}")) == 0 && call->account)
            buf_int(out, call->account->id);
        else if (strncmp(at, "{extensionId}", strlen("{extensionId}")) == 0 && call->target)
            buf_int(out, call->target->id);
        else
            codec_percent(out, call->args[arg]);
        at += strcspn(at, "}") + 1;
    }
}

uint64_t call_seq(const struct call *call)
{
    return journal_next(call->journal);
}
