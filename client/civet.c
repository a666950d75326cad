/* Stopping civetweb; see civet.h. */
#include "civet.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

struct stopping {
    struct mg_context *server;
    atomic_bool is_stopped;
};

static void *stop_server(void *arg)
{
    struct stopping *stopping = arg;
    mg_stop(stopping->server);
    stopping->is_stopped = true;
    return NULL;
}

void civet_stop(struct mg_context *server, int port)
{
    struct stopping stopping = {.server = server};
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    pthread_t thread;
    if (pthread_create(&thread, NULL, stop_server, &stopping) != 0) {
        mg_stop(server);
        return;
    }
    /* mg_stop waits for a poll of its listener to end: a connection ends it at once. */
    while (!stopping.is_stopped) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
            shutdown(fd, SHUT_RDWR);
        if (fd >= 0)
            close(fd);
        poll(NULL, 0, 5);
    }
    pthread_join(thread, NULL);
}
