/* calls: what is stored of the call log, into a file. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "command.h"

/* Records read from the store at a time. */
#define STEP 250

const struct option calls_options[] = {
    {"file", NULL, "FILE", "where to (needed; /dev/stdout for a pipe)"},
    {0},
};

const char calls_help[] =
    "Writes the stored call log to a file: one JSON record a line, as the platform gave it,\n"
    "newest first. The store itself keeps a long log packed. Nobody is asked; see sync.\n"
    "\n"
    "  rc-client calls --file calls.jsonl\n"
    "\n"
    "Exit: 0 written, 3 the file or the store refuses.\n";

/* How many there were; -1: the store or the file refuses. */
static int64_t write_calls(struct store *store, FILE *file)
{
    int64_t written = 0;
    struct call_filter filter = {.limit = STEP};
    char after[sizeof(((struct stored_call *)0)->id)] = "";
    for (int count = STEP; count == STEP;) {
        struct stored_call *list;
        filter.after_id = after;
        count = store_call_list(store, &filter, &list);
        for (int i = 0; i < count; i++)
            fprintf(file, "%s\n", list[i].json);
        if (count > 0) {
            filter.until_ms = list[count - 1].start_ms;
            memcpy(after, list[count - 1].id, sizeof(after));
        }
        store_calls_free(list, count > 0 ? count : 0);
        if (count < 0 || ferror(file))
            return -1;
        written += count;
    }
    return written;
}

int cmd_calls(struct call *call)
{
    const char *path = call_value(call, "file");
    if (path == NULL || *path == '\0')
        return call_fail(call, EXIT_USAGE, "file: say where to, --file FILE");
    /* What people said to whom is for this user only. */
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (file == NULL)
        return call_fail(call, EXIT_ENVIRONMENT, "%s: %s", path, strerror(errno));
    int64_t count = write_calls(call->client->store, file);
    bool is_written = fclose(file) == 0 && count >= 0;
    cJSON_AddNumberToObject(call->result, "calls", (double)(count > 0 ? count : 0));
    if (!is_written)
        return call_fail(call, EXIT_ENVIRONMENT, "%s: not all of it could be written", path);
    return EXIT_OK;
}

void show_calls(const cJSON *result, FILE *out)
{
    (void)result; /* the calls themselves are what was asked for */
    (void)out;
}
