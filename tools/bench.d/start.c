/*
 * How fast a server starts and stops: runs a command some times and prints one JSON object.
 *
 *   bench_start RUNS READY_FILE ENV_FILE -- CMD...
 *
 * CMD must write READY_FILE when it serves and ENV_FILE with its endpoints ("host:port" in quotes
 * or URLs; "udp" keys are UDP, the rest TCP; a redirect URI is the client's own and left out). A run is timed from just before the exec to the ready
 * file, and to the moment every endpoint has been connected to (UDP: has answered an OPTIONS). Then
 * the idle memory is read, SIGTERM sent, and the exit waited for. Times are medians, in ms.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { RUNS_MAX = 200, ENDPOINTS_MAX = 64, LIMIT_MS = 10000 };

struct run {
    double ready_ms, serving_ms, stop_ms, rss_kb;
    int endpoints;
};

static double start_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static pid_t start_running; /* the command, while it runs: it must not outlive us */

static void start_end(void)
{
    if (start_running > 0)
        kill(start_running, SIGKILL);
}

static void start_fail(const char *what)
{
    fprintf(stderr, "bench_start: %s\n", what);
    exit(1);
}

/* Waits until `path` exists; `watch` is an inotify descriptor on its folder. */
static void start_await(int watch, const char *path, pid_t child)
{
    double end = start_now_ms() + LIMIT_MS;
    while (access(path, F_OK) != 0) {
        if (start_now_ms() > end || waitpid(child, NULL, WNOHANG) == child)
            start_fail("the command did not become ready");
        struct pollfd wait = {.fd = watch, .events = POLLIN};
        char events[4096];
        if (poll(&wait, 1, 200) > 0 && read(watch, events, sizeof events) < 0)
            start_fail("inotify");
    }
}

static bool start_udp_answers(int fd, int port)
{
    struct sockaddr_in me;
    socklen_t me_len = sizeof me;
    if (getsockname(fd, (struct sockaddr *)&me, &me_len) != 0)
        return false;
    char message[512];
    int len = snprintf(message, sizeof message,
                       "OPTIONS sip:127.0.0.1:%d SIP/2.0\r\n"
                       "Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bK-start;rport\r\n"
                       "Max-Forwards: 70\r\nFrom: <sip:start@127.0.0.1>;tag=1\r\n"
                       "To: <sip:127.0.0.1>\r\nCall-ID: start\r\nCSeq: 1 OPTIONS\r\n"
                       "Content-Length: 0\r\n\r\n",
                       port, ntohs(me.sin_port));
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    return send(fd, message, (size_t)len, 0) == len && poll(&wait, 1, 1000) == 1 &&
           recv(fd, message, sizeof message, 0) > 0;
}

/* Connects to one endpoint; ends the program when it does not serve. */
static void start_connect(bool is_udp, int port)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, is_udp ? SOCK_DGRAM : SOCK_STREAM, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0 ||
        (is_udp && !start_udp_answers(fd, port))) {
        fprintf(stderr, "bench_start: %s port %d does not serve\n", is_udp ? "UDP" : "TCP", port);
        exit(1);
    }
    close(fd);
}

/* Connects to everything the environment file names on 127.0.0.1; returns how many that were. */
static int start_connect_all(const char *env_file)
{
    static const char host[] = "127.0.0.1:";
    char text[65536];
    int fd = open(env_file, O_RDONLY);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (len <= 0)
        start_fail("no environment file");
    close(fd);
    text[len] = 0;
    int seen[ENDPOINTS_MAX], count = 0;
    for (char *at = text; (at = strstr(at, host)) && count < ENDPOINTS_MAX;) {
        char *line = at;
        at += strlen(host);
        while (line > text && line[-1] != ',' && line[-1] != '{' && line[-1] != '\n')
            line--;
        line += strspn(line, " \t");
        bool is_udp = strncmp(line, "\"udp\"", 5) == 0;
        bool is_clients = memmem(line, (size_t)(at - line), "edirect", 7) != NULL;
        int port = (int)strtol(at, NULL, 10), key = is_udp ? -port : port, i = 0;
        while (i < count && seen[i] != key)
            i++;
        if (i < count || port <= 0 || is_clients)
            continue;
        seen[count++] = key;
        start_connect(is_udp, port);
    }
    return count;
}

static double start_rss_kb(pid_t pid)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "r");
    double kb = 0;
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmRSS:", 6) == 0)
            kb = strtod(line + 6, NULL);
    if (file)
        fclose(file);
    return kb;
}

static struct run start_once(int watch, const char *ready, const char *env_file, char **command)
{
    extern char **environ;
    struct run run;
    pid_t child;
    unlink(ready);
    unlink(env_file);
    double started = start_now_ms();
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&child, command[0], &quiet, NULL, command, environ) != 0)
        start_fail("the command cannot be run");
    posix_spawn_file_actions_destroy(&quiet);
    start_running = child;
    start_await(watch, ready, child);
    run.ready_ms = start_now_ms() - started;
    run.endpoints = start_connect_all(env_file);
    run.serving_ms = start_now_ms() - started;
    if (!run.endpoints)
        start_fail("the environment file names no endpoint on 127.0.0.1");
    /* Idle means that what start-up left to do is done. */
    poll(NULL, 0, 100);
    run.rss_kb = start_rss_kb(child);
    double stopping = start_now_ms();
    int status;
    kill(child, SIGTERM);
    alarm(LIMIT_MS / 1000); /* SIGALRM ends us; the waiting must have an end */
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        start_fail("the command did not exit with 0 after SIGTERM");
    alarm(0);
    start_running = 0;
    run.stop_ms = start_now_ms() - stopping;
    return run;
}

static int start_compare(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Prints `"name": median` with `"name_best"` and `"name_worst"` of a column of `runs`. */
static void start_print(const char *name, const struct run *runs, int count, size_t offset)
{
    double values[RUNS_MAX];
    for (int i = 0; i < count; i++)
        memcpy(&values[i], (const char *)&runs[i] + offset, sizeof values[i]);
    qsort(values, (size_t)count, sizeof values[0], start_compare);
    printf("\"%s\": %.2f, \"%s_best\": %.2f, \"%s_worst\": %.2f, ", name, values[count / 2], name,
           values[0], name, values[count - 1]);
}

int main(int argc, char **argv)
{
    long runs = argc > 1 ? strtol(argv[1], NULL, 10) : 0;
    if (argc < 6 || runs < 1 || runs > RUNS_MAX || strcmp(argv[4], "--") != 0) {
        fprintf(stderr, "usage: bench_start RUNS READY_FILE ENV_FILE -- CMD...\n");
        return 2;
    }
    atexit(start_end);
    char folder[4096];
    snprintf(folder, sizeof folder, "%s", argv[2]);
    int watch = inotify_init1(IN_CLOEXEC);
    if (inotify_add_watch(watch, dirname(folder), IN_CREATE | IN_MOVED_TO) < 0)
        start_fail("the ready file's folder cannot be watched");
    struct run all[RUNS_MAX];
    for (int i = 0; i < runs; i++)
        all[i] = start_once(watch, argv[2], argv[3], argv + 5);
    printf("{");
    start_print("ready_ms", all, (int)runs, offsetof(struct run, ready_ms));
    start_print("serving_ms", all, (int)runs, offsetof(struct run, serving_ms));
    start_print("stop_ms", all, (int)runs, offsetof(struct run, stop_ms));
    start_print("rss_kb", all, (int)runs, offsetof(struct run, rss_kb));
    printf("\"endpoints\": %d, \"runs\": %ld}\n", all[0].endpoints, runs);
    return 0;
}
