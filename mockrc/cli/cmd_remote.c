/* mockrc env, fault, clock, journal: a running simulator, asked over its /__admin/. */
#include "cli/cli.h"

#include "base/codec.h"
#include "base/json.h"
#include "base/text.h"
#include "base/yaml.h"
#include "cli/http.h"
#include "journal/event_read.h"
#include "journal/story.h"
#include "scenario/scenario.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 15000, BODY_MAX = 1 << 20 };

int cli_ask(const struct options *options, const char *path, const char *body, struct buf *answer)
{
    struct http_server server = {.token = options->admin_token};
    struct diag diag;
    struct arena arena;
    int status = 0;
    const char *url = options->admin_url ? options->admin_url : "http://127.0.0.1:5880";
    int err = http_server_read(url, &server, &diag);
    if (!err)
        err = http_ask(&server, path, body, TIMEOUT_MS, &status, answer, &diag);
    if (err)
        return cli_refuse(err, &diag);
    if (status < 400)
        return ERR_OK;
    if (status == 408)
        return ERR_TIMEOUT;
    arena_init(&arena);
    const struct node *said = json_parse(&arena, buf_text(answer), answer->len, NULL);
    err = cli_fail(ERR_USAGE, "%s", node_text(node_get(said, "error"), buf_text(answer)));
    arena_done(&arena);
    return err;
}

static void print(const struct buf *text)
{
    fwrite(buf_text(text), 1, text->len, stdout);
    if (text->len && text->data[text->len - 1] != '\n')
        putchar('\n');
}

/* Writes an answer for people. */
typedef void words_fn(const struct node *said, struct buf *out);

/* As it is with --json or without `words`. */
static int ask_and_print(const struct options *options, const char *path, const char *body,
                         words_fn *words)
{
    struct buf answer, text;
    struct arena arena;
    buf_init(&answer, HTTP_ANSWER_MAX);
    buf_init(&text, HTTP_ANSWER_MAX);
    arena_init(&arena);
    int err = cli_ask(options, path, body, &answer);
    const struct node *said =
        words && !options->is_json ? json_parse(&arena, buf_text(&answer), answer.len, NULL) : NULL;
    if (!err && said)
        words(said, &text);
    if (!err)
        print(said ? &text : &answer);
    arena_done(&arena);
    buf_done(&text);
    buf_done(&answer);
    return err;
}

/* "2026-01-05T09:00:00.000Z frozen", "2026-01-05T09:00:00.000Z scaled:60" */
static void clock_words(const struct node *said, struct buf *out)
{
    const char *mode = node_text(node_get(said, "mode"), "");
    buf_printf(out, "%s%s%s", node_text(node_get(said, "now"), "?"), *mode ? " " : "", mode);
    if (text_eq(mode, "scaled"))
        buf_printf(out, ":%s", node_text(node_get(said, "scale"), "?"));
}

static void armed_words(const struct node *said, struct buf *out)
{
    buf_printf(out, "armed: %s", node_text(node_get(said, "fault"), "?"));
}

static void cleared_words(const struct node *said, struct buf *out)
{
    buf_printf(out, "cleared: %s", node_text(node_get(said, "cleared"), "?"));
}

/* "busy: answer on {layer: rest}, hits 1 of 2" */
static void fault_words(const struct node *said, struct buf *out)
{
    const struct node *all = node_get(said, "faults");
    for (const struct node *one = all->first; one; one = one->next) {
        const char *times = node_text(node_get(one, "times"), NULL);
        bool is_spent = node_bool(node_get(one, "spent"), false);
        buf_printf(out, "%s: %s on {%s}, hits %s%s%s%s\n", node_text(node_get(one, "name"), "?"),
                   node_text(node_get(one, "kind"), "?"), node_text(node_get(one, "match"), ""),
                   node_text(node_get(one, "hits"), "?"), times ? " of " : "", times ? times : "",
                   is_spent ? ", spent" : "");
    }
    if (!all->first)
        buf_str(out, "no fault is armed\n");
}

static void fault_and_kind_words(const struct node *said, struct buf *out)
{
    fault_words(said, out);
    buf_str(out, "\nkinds:\n");
    for (const struct node *kind = node_get(said, "kinds")->first; kind; kind = kind->next)
        buf_printf(out, "  %-7s %s\n", node_text(node_get(kind, "kind"), "?"),
                   node_text(node_get(kind, "help"), ""));
}

int cmd_env(struct options *options)
{
    if (options->word_count)
        return cli_fail(ERR_USAGE, "env takes no words, only flags; mockrc env --help");
    return ask_and_print(options, options->is_json ? "/__admin/env" : "/__admin/env?format=shell",
                         NULL, NULL);
}

/* The words as one YAML map, with or without its braces, as JSON. */
static int read_rule(const struct options *options, struct buf *body)
{
    struct buf text;
    struct arena arena;
    struct diag diag;
    struct json_out out;
    const struct node *root;
    arena_init(&arena);
    buf_init(&text, BODY_MAX);
    bool is_bare = options->words[0][strspn(options->words[0], " \n")] != '{';
    buf_str(&text, is_bare ? "{" : "");
    for (size_t i = 0; i < options->word_count; i++)
        buf_printf(&text, "%s%s", i ? " " : "", options->words[i]);
    buf_str(&text, is_bare ? "}" : "");
    int err = yaml_parse(&arena, "rule", buf_text(&text), text.len, &root, &diag);
    json_out_init(&out, body);
    if (err)
        cli_refuse(err, &diag);
    else
        json_node(&out, NULL, root);
    buf_done(&text);
    arena_done(&arena);
    return err;
}

static int clear_fault(const struct options *options)
{
    struct buf body;
    struct json_out out;
    buf_init(&body, 4096);
    json_out_init(&out, &body);
    json_open(&out, NULL);
    if (!text_eq(options->clear, "all"))
        json_str(&out, "name", options->clear);
    json_close(&out);
    int err = ask_and_print(options, "/__admin/clear-fault", buf_text(&body), cleared_words);
    buf_done(&body);
    return err;
}

int cmd_fault(struct options *options)
{
    struct buf body;
    if (options->clear)
        return clear_fault(options);
    if (options->is_listing || options->word_count == 0)
        return ask_and_print(options, "/__admin/faults", NULL,
                             options->is_listing ? fault_words : fault_and_kind_words);
    buf_init(&body, BODY_MAX);
    int err = read_rule(options, &body);
    if (!err)
        err = ask_and_print(options, "/__admin/fault", buf_text(&body), armed_words);
    buf_done(&body);
    return err;
}

/* "advance 61m", "frozen", "scaled:60" */
int cmd_clock(struct options *options)
{
    struct buf body;
    struct json_out out;
    const char *path = "/__admin/clock", *word = options->words[0];
    bool is_advance = text_eq(word, "advance");
    if (options->word_count == 0)
        return ask_and_print(options, path, NULL, clock_words);
    if (options->word_count != (is_advance ? 2 : 1))
        return cli_fail(ERR_USAGE, "clock wants nothing, a mode, or advance DURATION; mockrc clock "
                                   "--help");
    buf_init(&body, 4096);
    json_out_init(&out, &body);
    json_open(&out, NULL);
    if (is_advance) {
        path = "/__admin/advance";
        json_str(&out, "by", options->words[1]);
    } else if (text_starts(word, "scaled:")) {
        const char *scale = word + strlen("scaled:");
        char *end;
        double number = strtod(scale, &end);
        if (*scale && !*end && isfinite(number))
            json_num(&out, "scale", number);
        else
            json_str(&out, "scale", scale); /* refused there, in its words */
    } else {
        json_str(&out, "mode", word);
    }
    json_close(&out);
    int err = ask_and_print(options, path, buf_text(&body), clock_words);
    buf_done(&body);
    return err;
}

/* --- journal --- */

/* A name of ours, or one of the operations it serves from a document (--openapi). */
static int check_op(const struct options *options, const char *op)
{
    struct node value = {.kind = NODE_STRING, .text = op};
    struct diag diag;
    struct buf answer;
    struct arena arena;
    bool is_served = false;
    if (!op_check(&value, NULL, &diag))
        return ERR_OK;
    buf_init(&answer, HTTP_ANSWER_MAX);
    arena_init(&arena);
    int err = cli_ask(options, "/__admin/routes", NULL, &answer);
    const struct node *said = err ? NULL : json_parse(&arena, buf_text(&answer), answer.len, NULL);
    for (const struct node *row = node_first(node_get(said, "routes")); row; row = row->next)
        is_served = is_served || text_glob(op + (*op == '!'), node_text(node_get(row, "op"), ""));
    arena_done(&arena);
    buf_done(&answer);
    return err || is_served ? err : cli_refuse(ERR_USAGE, &diag);
}

static int read_terms(const struct options *options, struct buf *query)
{
    for (size_t i = 0; i < options->word_count; i++) {
        const char *word = options->words[i], *equals = strchr(word, '=');
        if (!equals || equals == word)
            return cli_fail(ERR_USAGE,
                            "journal: wanted key=value (status=400, op=oauth.*), not "
                            "\"%s\"",
                            word);
        int err = text_starts(word, "op=") ? check_op(options, equals + 1) : ERR_OK;
        if (err)
            return err;
        buf_printf(query, "&%.*s=", (int)(equals - word), word);
        codec_percent(query, equals + 1);
    }
    return ERR_OK;
}

/* How far the journal has been told. */
struct telling {
    int64_t next; /* the number to go on with */
    int64_t day;  /* of the last event, since 1970; -1: none yet */
};

/* A story has the time of day: a line says when it is another day. */
static void tell_day(struct telling *telling, const struct event *event, struct buf *out)
{
    char text[TEXT_TIME_LEN];
    int64_t day = event->time_ms / 86400000;
    if (telling->day >= 0 && day != telling->day)
        buf_printf(out, "-- %.10s\n", text_time(event->time_ms, text));
    telling->day = day;
}

/* Prints JSON lines as they are, or as stories. */
static void print_lines(const struct options *options, const struct buf *lines,
                        struct telling *telling)
{
    struct arena arena;
    struct event event;
    struct buf story;
    arena_init(&arena);
    buf_init(&story, 64 << 20);
    for (const char *at = buf_text(lines); *at;) {
        size_t len = strcspn(at, "\n");
        const struct node *json = json_parse(&arena, at, len, NULL);
        bool is_event = json && !event_read(json, &event);
        if (is_event)
            telling->next = (int64_t)event.seq + 1;
        if (is_event && !options->is_json) {
            tell_day(telling, &event, &story);
            story_event(&event, &story);
        } else if (is_event)
            buf_printf(&story, "%.*s\n", (int)len, at);
        at += len + (at[len] == '\n');
        arena_reset(&arena);
    }
    print(&story);
    fflush(stdout);
    buf_done(&story);
    arena_done(&arena);
}

static int read_page(const struct options *options, const struct buf *query,
                     struct telling *telling, bool is_first)
{
    struct buf path, answer;
    buf_init(&path, 1 << 16);
    buf_init(&answer, HTTP_ANSWER_MAX);
    buf_printf(&path, "/__admin/journal?format=jsonl&from=%lld", (long long)telling->next);
    if (is_first && options->last >= 0)
        buf_printf(&path, "&last=%lld", (long long)options->last);
    else if (is_first && options->limit >= 0)
        buf_printf(&path, "&limit=%lld", (long long)options->limit);
    buf_str(&path, buf_text(query));
    int err = cli_ask(options, buf_text(&path), NULL, &answer);
    if (!err)
        print_lines(options, &answer, telling);
    buf_done(&path);
    buf_done(&answer);
    return err;
}

/* Until there is another one, or nobody to tell. */
static int wait_for_more(const struct options *options, const struct buf *query, int64_t next)
{
    struct buf path, answer;
    int err;
    do {
        buf_init(&path, 1 << 16);
        buf_init(&answer, HTTP_ANSWER_MAX);
        buf_printf(&path, "/__admin/wait?timeout=1s&from=%lld%s", (long long)next, buf_text(query));
        err = cli_ask(options, buf_text(&path), NULL, &answer);
        buf_done(&path);
        buf_done(&answer);
    } while (err == ERR_TIMEOUT && !cli_is_nobody_reading());
    return err;
}

int cmd_journal(struct options *options)
{
    struct buf query;
    struct telling telling = {.next = 1, .day = -1};
    buf_init(&query, 1 << 15);
    int err = read_terms(options, &query);
    for (bool is_first = true; !err; is_first = false) {
        err = read_page(options, &query, &telling, is_first);
        if (err || !options->follows || ferror(stdout) || cli_is_nobody_reading())
            break;
        err = wait_for_more(options, &query, telling.next);
    }
    err = err == ERR_TIMEOUT ? ERR_OK : err; /* nobody reads any longer */
    buf_done(&query);
    return err;
}
