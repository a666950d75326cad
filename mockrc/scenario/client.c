#include "scenario/client.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "world/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* One `rc-client batch`. */
struct process {
    struct process *next; /* of the pool */
    pid_t pid;
    int in, out;     /* its stdin and stdout: ours to write and to read */
    FILE *log;       /* its stderr: a file without a name */
    struct buf read; /* what came of the next line */
};

struct client_pool {
    struct process *idle;
};

struct client {
    struct process *process;
    struct client_pool *pool; /* where it goes afterwards; NULL: it is ended */
    bool is_unwell;           /* it was late or ended: not to be used again */
    char dir[128];
    bool is_guest; /* in another's folder, which is not ours to remove */
};

static bool beside_us(char *path, size_t path_len)
{
    char self[512];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0)
        return false;
    self[len] = '\0';
    char *slash = strrchr(self, '/');
    snprintf(path, path_len, "%.*s/rc-client", (int)(slash - self), self);
    return true;
}

int client_find(const char *wish, char *path, size_t path_len, struct diag *diag)
{
    const char *named = wish ? wish : getenv("MOCKRC_CLIENT");
    if (named && *named)
        snprintf(path, path_len, "%s", named);
    else if (!beside_us(path, path_len))
        return diag_set(diag, ERR_ENV, NULL, 0, 0, "cannot tell where this program is: %s",
                        strerror(errno));
    if (access(path, X_OK) == 0)
        return ERR_OK;
    return diag_set(diag, ERR_ENV, NULL, 0, 0,
                    "%s: %s; the scenario's client steps need rc-client: build it, or name it with "
                    "--client or MOCKRC_CLIENT",
                    path, strerror(errno));
}

/* Ours without RC_CLIENT_*, which would change what the steps say. */
static char **environment(void)
{
    extern char **environ;
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **env = xcalloc(count + 1, sizeof *env);
    for (size_t i = 0; i < count; i++)
        if (!text_starts(environ[i], "RC_CLIENT_"))
            env[kept++] = environ[i];
    return env;
}

/* --- processes --- */

static int spawn(struct process *process, const char *path, int in, int out)
{
    char *argv[] = {(char *)"rc-client",
                    (char *)"batch",
                    (char *)"--db",
                    (char *)":memory:",
                    (char *)"--durable",
                    (char *)"no",
                    NULL};
    char **env = environment();
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, fileno(process->log), STDERR_FILENO);
    /* sofia-sip's sockets are not close-on-exec: inherited, a closed proxy would not be closed. */
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    int failed = posix_spawn(&process->pid, path, &files, NULL, argv, env);
    posix_spawn_file_actions_destroy(&files);
    free(env);
    return failed;
}

/* The end of its input ends it; one that does not is killed. */
static void reap(pid_t pid)
{
    int status;
    int64_t deadline_ms = clock_machine_ms() + 2000;
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (clock_machine_ms() >= deadline_ms) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return;
        }
        poll(NULL, 0, 1);
    }
}

static void process_end(struct process *process)
{
    if (process->in >= 0)
        close(process->in);
    if (process->pid > 0)
        reap(process->pid);
    if (process->out >= 0)
        close(process->out);
    if (process->log)
        fclose(process->log);
    buf_done(&process->read);
    free(process);
}

/* NULL with errno. */
static struct process *process_new(const char *path)
{
    int to[2] = {-1, -1}, from[2] = {-1, -1}, failed = 0;
    struct process *process = xcalloc(1, sizeof *process);
    process->in = process->out = -1;
    buf_init(&process->read, CLIENT_LINE_MAX);
    process->log = tmpfile();
    if (!process->log || pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
        failed = errno;
    else
        failed = spawn(process, path, to[0], from[1]);
    if (to[0] >= 0)
        close(to[0]);
    if (from[1] >= 0)
        close(from[1]);
    process->in = to[1];
    process->out = from[0];
    if (!failed)
        return process;
    process_end(process);
    errno = failed;
    return NULL;
}

struct client_pool *client_pool_new(void)
{
    return xcalloc(1, sizeof(struct client_pool));
}

void client_pool_fill(struct client_pool *pool, const char *path)
{
    if (!pool->idle)
        pool->idle = process_new(path);
}

static struct process *pool_take(struct client_pool *pool)
{
    struct process *process = pool->idle;
    if (process)
        pool->idle = process->next;
    return process;
}

static void pool_give(struct client_pool *pool, struct process *process)
{
    process->next = pool->idle;
    pool->idle = process;
}

void client_pool_free(struct client_pool *pool)
{
    if (!pool)
        return;
    while (pool->idle) {
        struct process *process = pool->idle;
        pool->idle = process->next;
        process_end(process);
    }
    free(pool);
}

/* The last line of its stderr, or "". */
static void last_words(const struct client *client, char *out, size_t out_len)
{
    char line[300];
    FILE *log = client->process->log;
    *out = '\0';
    rewind(log);
    while (fgets(line, sizeof line, log)) {
        line[strcspn(line, "\n")] = '\0';
        if (*line)
            snprintf(out, out_len, ": %s", line);
    }
}

static int refuse(struct client *client, int err, const char *what, struct diag *diag)
{
    char words[310];
    client->is_unwell = true;
    last_words(client, words, sizeof words);
    return diag_set(diag, err, NULL, 0, 0, "rc-client %s%s", what, words);
}

/* Waits until `fd` is ready; false at the deadline. */
static bool is_ready(int fd, short wanted, int64_t deadline_ms)
{
    for (;;) {
        struct pollfd poll_fd = {.fd = fd, .events = wanted};
        int64_t left = deadline_ms - clock_machine_ms();
        int count = left > 0 ? poll(&poll_fd, 1, left > 60000 ? 60000 : (int)left) : 0;
        if (count > 0)
            return true;
        if (left <= 0)
            return false;
    }
}

static int send_line(struct client *client, const char *line, int64_t deadline_ms,
                     struct diag *diag)
{
    size_t len = strlen(line), sent = 0;
    char *text = xmalloc(len + 1);
    int err = ERR_OK;
    memcpy(text, line, len);
    text[len++] = '\n';
    while (sent < len && !err) {
        if (!is_ready(client->process->in, POLLOUT, deadline_ms)) {
            err = refuse(client, ERR_TIMEOUT, "takes no command", diag);
            break;
        }
        ssize_t wrote = write(client->process->in, text + sent, len - sent);
        if (wrote > 0)
            sent += (size_t)wrote;
        else if (errno != EINTR)
            err = refuse(client, ERR_BUG, "has ended", diag);
    }
    free(text);
    return err;
}

int client_ask(struct client *client, const char *line, struct arena *arena, int64_t deadline_ms,
               const struct node **ret_answer, struct diag *diag)
{
    const char *end, *why = "";
    int err = send_line(client, line, deadline_ms, diag);
    if (err)
        return err;
    while (!(end = strchr(buf_text(&client->process->read), '\n'))) {
        if (!is_ready(client->process->out, POLLIN, deadline_ms))
            return refuse(client, ERR_TIMEOUT, "does not answer", diag);
        char block[8192];
        ssize_t got = read(client->process->out, block, sizeof block);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return refuse(client, ERR_BUG, "has ended", diag);
        buf_add(&client->process->read, block, (size_t)got);
        if (client->process->read.truncated)
            return refuse(client, ERR_BUG, "answers too much", diag);
    }
    size_t len = (size_t)(end - client->process->read.data);
    *ret_answer = json_parse(arena, client->process->read.data, len, &why);
    buf_reset(&client->process->read); /* one line a command: nothing can follow */
    if (!*ret_answer)
        return diag_set(diag, ERR_BUG, NULL, 0, 0, "rc-client answers what is %s", why);
    return ERR_OK;
}

/* --- a client --- */

static int open_store(struct client *client, uint64_t seed, int64_t deadline_ms, struct diag *diag)
{
    char line[300];
    struct arena arena;
    const struct node *answer;
    snprintf(line, sizeof line, "{\"cmd\":\"open\",\"db\":\"%s/store.db\",\"seed\":\"%llu\"}",
             client->dir, (unsigned long long)seed);
    arena_init(&arena);
    int err = client_ask(client, line, &arena, deadline_ms, &answer, diag);
    if (!err && !node_bool(node_get(answer, "ok"), false)) {
        client->is_unwell = true;
        err = diag_set(diag, ERR_ENV, NULL, 0, 0, "rc-client: %s",
                       node_text(node_get(answer, "error"), ""));
    }
    arena_done(&arena);
    return err;
}

int client_start(const char *path, const char *folder, uint64_t seed, const struct client *beside,
                 struct client_pool *pool, int64_t deadline_ms, struct client **ret,
                 struct diag *diag)
{
    const char *tmp = folder ? folder : getenv("TMPDIR");
    struct client *client = xcalloc(1, sizeof *client);
    client->pool = pool;
    client->is_guest = beside != NULL;
    snprintf(client->dir, sizeof client->dir, "%s/mockrc-XXXXXX",
             tmp && *tmp && strlen(tmp) < 100 ? tmp : "/tmp");
    if (beside)
        snprintf(client->dir, sizeof client->dir, "%s", beside->dir);
    else if (!mkdtemp(client->dir))
        client->dir[0] = '\0';
    if (client->dir[0] && pool)
        client->process = pool_take(pool);
    if (client->dir[0] && !client->process)
        client->process = process_new(path);
    int err;
    if (!client->dir[0])
        err = diag_set(diag, ERR_ENV, tmp && *tmp ? tmp : "/tmp", 0, 0,
                       "no folder for rc-client's store can be made there (TMPDIR): %s",
                       strerror(errno));
    else
        err = client->process ? open_store(client, seed, deadline_ms, diag)
                              : diag_set(diag, ERR_ENV, NULL, 0, 0, "rc-client does not start: %s",
                                         strerror(errno));
    if (err) {
        client_stop(client);
        return err;
    }
    *ret = client;
    return ERR_OK;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
    (void)about, (void)kind, (void)where;
    remove(path);
    return 0;
}

void client_stop(struct client *client)
{
    if (!client)
        return;
    if (client->process && client->pool && !client->is_unwell)
        pool_give(client->pool, client->process);
    else if (client->process)
        process_end(client->process);
    if (client->dir[0] && !client->is_guest)
        nftw(client->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(client);
}
