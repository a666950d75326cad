#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

int diag_set(struct diag *diag, int err, const char *file, int line, int col, const char *fmt, ...)
{
    if (!diag)
        return err;
    snprintf(diag->file, sizeof diag->file, "%s", file ? file : "");
    diag->line = line;
    diag->col = col;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(diag->text, sizeof diag->text, fmt, ap);
    va_end(ap);
    return err;
}

char *diag_text(const struct diag *diag, char *out, int out_len)
{
    if (!diag->file[0])
        snprintf(out, (size_t)out_len, "%s", diag->text);
    else if (diag->line == 0)
        snprintf(out, (size_t)out_len, "%s: %s", diag->file, diag->text);
    else
        snprintf(out, (size_t)out_len, "%s:%d:%d: %s", diag->file, diag->line, diag->col,
                 diag->text);
    return out;
}
