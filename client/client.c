/* The client's context; see client.h. */
#include "client.h"

#include <stdarg.h>
#include <stdio.h>

int64_t client_now_ms(const struct client *client)
{
    return clock_now_ms(&client->clock);
}

void client_log(const struct client *client, const char *fmt, ...)
{
    if (client->is_quiet)
        return;
    va_list args;
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
}
