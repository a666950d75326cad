/* Telling how far it has come; see progress.h. */
#include "progress.h"

#include <stdlib.h>

#include "clock.h"

#define BAR_CELLS 40
#define LINE_MS   5000

struct progress progress_begin(FILE *out, bool is_terminal)
{
    const char *no_color = getenv("NO_COLOR");
    int64_t now_ms = clock_steady_ms();
    return (struct progress){.out = out,
                             .has_bar = is_terminal && !(no_color && *no_color),
                             .line_ms = LINE_MS,
                             .began_ms = now_ms,
                             .told_ms = now_ms};
}

double progress_seconds(const struct progress *progress)
{
    return (double)(clock_steady_ms() - progress->began_ms) / 1000.0;
}

static void draw(struct progress *progress, double done, int64_t records)
{
    char bar[BAR_CELLS + 1];
    for (int i = 0; i < BAR_CELLS; i++)
        bar[i] = i < (int)(done * BAR_CELLS) ? '#' : '.';
    bar[BAR_CELLS] = '\0';
    fprintf(progress->out, "\r\x1b[32m[%s]\x1b[0m %3d%%  %lld records, %.0f s\x1b[K", bar,
            (int)(done * 100.0), (long long)records, progress_seconds(progress));
    fflush(progress->out);
    progress->is_drawn = true;
}

void progress_tell(struct progress *progress, double done, int64_t records)
{
    if (progress->out == NULL)
        return;
    if (progress->has_bar) {
        draw(progress, done, records);
        return;
    }
    int64_t now_ms = clock_steady_ms();
    if (now_ms - progress->told_ms < progress->line_ms)
        return;
    progress->told_ms = now_ms;
    fprintf(progress->out, "%d%%, %lld records, %.0f s\n", (int)(done * 100.0), (long long)records,
            progress_seconds(progress));
}

void progress_end(struct progress *progress)
{
    if (progress->is_drawn)
        fputc('\n', progress->out);
    progress->is_drawn = false;
}
