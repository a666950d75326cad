/*
 * The floor for HTTP: civetweb answering every request with the bytes of a file, written at once.
 *
 *   bench_http_bare FILE    prints its port, serves on loopback until stdin ends
 *
 * FILE holds a whole answer, status line and headers included, as recorded from the server that is
 * compared with this one.
 */
#include <civetweb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct answer {
    char *bytes;
    size_t len;
};

static int answer_request(struct mg_connection *conn, void *data)
{
    const struct answer *answer = data;
    mg_write(conn, answer->bytes, answer->len);
    return 200;
}

static int answer_read(struct answer *answer, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return -1;
    enum { LARGEST = 1 << 20 };
    answer->bytes = malloc(LARGEST);
    answer->len = answer->bytes ? fread(answer->bytes, 1, LARGEST, file) : 0;
    fclose(file);
    return answer->len ? 0 : -1;
}

int main(int argc, char **argv)
{
    struct answer answer = {0};
    if (argc != 2 || answer_read(&answer, argv[1]) != 0) {
        fprintf(stderr, "usage: bench_http_bare FILE (a whole HTTP answer)\n");
        return 2;
    }
    const char *options[] = {"listening_ports",
                             "127.0.0.1:0",
                             "num_threads",
                             "32",
                             "enable_keep_alive",
                             "yes",
                             "keep_alive_timeout_ms",
                             "5000",
                             "tcp_nodelay",
                             "1",
                             NULL};
    mg_init_library(0);
    struct mg_context *ctx = mg_start(NULL, NULL, options);
    if (!ctx) {
        fprintf(stderr, "bench_http_bare: civetweb did not start\n");
        return 3;
    }
    mg_set_request_handler(ctx, "/", answer_request, &answer);
    struct mg_server_port port;
    if (mg_get_server_ports(ctx, 1, &port) != 1)
        return 3;
    printf("%d\n", port.port);
    fflush(stdout);
    char byte;
    while (read(STDIN_FILENO, &byte, 1) > 0)
        ;
    /* mg_stop waits for a poll of two seconds; nothing here is worth that wait. */
    _exit(0);
}
