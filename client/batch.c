/*
 * batch: one JSON object per line on stdin, exactly one per line on stdout. One process, one HTTP
 * connection, one SIP endpoint and one open store play a whole scenario.
 *
 *   {"cmd":"connect","now_ms":1740819600000,"proxy":"127.0.0.1:5090"}
 *   {"ok":true,"exit":0,"cmd":"connect","result":{...}}
 *
 * `now_ms` sets the client's clock from then on. {"cmd":"open","db":"...","seed":N} closes everything
 * and goes on as a new process with these options would. {"cmd":"quit"} answers and ends; so does
 * the end of stdin. A line that is no command gets exit 2 and does not end the batch.
 */
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "text.h"

static void answer(FILE *out, const char *name, int code, cJSON *result, const char *error)
{
    cJSON *line = cJSON_CreateObject();
    cJSON_AddBoolToObject(line, "ok", code == EXIT_OK);
    cJSON_AddNumberToObject(line, "exit", code);
    json_put(line, "cmd", name);
    cJSON_AddItemToObject(line, "result", result ? result : cJSON_CreateObject());
    if (*error)
        json_put(line, "error", error);
    char *text = json_line(line);
    fprintf(out, "%s\n", text);
    fflush(out);
    cJSON_free(text);
    cJSON_Delete(line);
}

/* The batch's own options, then the line's, which win. The values are shared, not copied. */
static void join(struct args *to, const struct args *base, const struct args *line)
{
    to->count = 0;
    for (int i = 0; i < base->count && to->count < ARGS_MAX; i++)
        to->list[to->count++] = base->list[i];
    for (int i = 0; i < line->count && to->count < ARGS_MAX; i++)
        to->list[to->count++] = line->list[i];
}

/* As a new process; the options of this line lie over those of the batch. */
static void reopen(struct client *client, struct clock_http *http_clock, const struct args *base,
                   const cJSON *json, FILE *out)
{
    static const char *const own[] = {"cmd", "now_ms", NULL};
    const struct option *const tables[] = {common_options, NULL};
    struct args line = {0}, args = {0};
    char error[512] = "";
    int code = EXIT_USAGE;
    if (args_read_json(&line, json, tables, own, error, sizeof(error))) {
        join(&args, base, &line);
        run_close(client);
        *client = (struct client){.new_store = client->new_store};
        code =
            run_open(client, http_clock, &args, error, sizeof(error)) ? EXIT_OK : EXIT_ENVIRONMENT;
    }
    answer(out, "open", code, NULL, error);
    args_done(&line);
}

static void play(struct client *client, const struct args *base, const cJSON *json, FILE *out)
{
    static const char *const own[] = {"cmd", "now_ms", NULL};
    const char *name = json_text(json, "cmd", "");
    const struct command *command = command_find(name);
    struct args line = {0}, args = {0};
    cJSON *result = NULL;
    char error[512] = "";
    int code = EXIT_USAGE;
    if (command == NULL) {
        char near[80];
        snprintf(error, sizeof(error), "unknown command \"%.60s\"%s", name,
                 command_hint(name, near, sizeof(near)));
    } else {
        const struct option *const tables[] = {command->options, common_options, NULL};
        if (args_read_json(&line, json, tables, own, error, sizeof(error))) {
            join(&args, base, &line);
            code = run_one(client, command, &args, true, &result, error, sizeof(error));
        }
    }
    answer(out, name, code, result, error);
    args_done(&line);
}

int run_batch(struct client *client, struct clock_http *http_clock, struct args *base, FILE *in,
              FILE *out)
{
    char *line = NULL;
    size_t cap = 0;
    int64_t now_ms = 0;
    bool goes_on = true;
    while (goes_on && getline(&line, &cap, in) > 0) {
        if (line[strspn(line, " \t\r\n")] == '\0')
            continue;
        cJSON *json = json_parse(line);
        int64_t told_ms = json_int(json, "now_ms", 0);
        if (told_ms > 0) {
            now_ms = told_ms;
            client->clock = clock_told(&now_ms);
        }
        if (!cJSON_IsObject(json)) {
            answer(out, "", EXIT_USAGE, NULL, "the line is no JSON object");
        } else if (strcmp(json_text(json, "cmd", ""), "quit") == 0) {
            answer(out, "quit", EXIT_OK, NULL, "");
            goes_on = false;
        } else if (strcmp(json_text(json, "cmd", ""), "open") == 0) {
            reopen(client, http_clock, base, json, out);
            goes_on = client->store && client->web;
        } else {
            play(client, base, json, out);
        }
        cJSON_Delete(json);
    }
    free(line);
    return EXIT_OK;
}
