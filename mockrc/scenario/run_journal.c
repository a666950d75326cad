/* A run's journal as a file. */
#include "scenario/run.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct writing {
    FILE *file;
    uint64_t next;
    bool is_done;
};

/* Some thousand events a door call, so that nobody waits long. */
static void write_some(struct sim *sim, void *arg)
{
    enum { AT_ONCE = 2000 };
    struct writing *writing = arg;
    struct journal *journal = sim_journal(sim);
    struct event event;
    struct buf text;
    struct json_out out;
    buf_init(&text, 16 << 20);
    if (writing->next < journal_first(journal))
        writing->next = journal_first(journal);
    for (size_t i = 0; i < AT_ONCE && writing->next <= journal_last(journal); i++)
        if (journal_get(journal, writing->next++, &event)) {
            json_out_init(&out, &text);
            json_open(&out, NULL);
            event_json(&event, &out);
            json_close(&out);
            buf_char(&text, '\n');
        }
    writing->is_done = writing->next > journal_last(journal);
    fwrite(buf_text(&text), 1, text.len, writing->file);
    buf_done(&text);
}

int run_write_journal(struct sim *sim, const char *path, struct diag *diag)
{
    struct writing writing = {.file = fopen(path, "we"), .next = 1};
    if (!writing.file)
        return diag_set(diag, ERR_ENV, path, 0, 0, "cannot be written: %s", strerror(errno));
    while (!writing.is_done)
        door_call(sim, write_some, &writing);
    bool has_failed = ferror(writing.file) != 0;
    if (fclose(writing.file) || has_failed)
        return diag_set(diag, ERR_ENV, path, 0, 0, "cannot be written: %s", strerror(errno));
    return ERR_OK;
}
