/*
 * The real program behind two pipes, with a platform and two proxies of the test: start it, say a
 * line, look at the one answer.
 */
#ifndef RC_CLIENT_TESTS_RIG_H
#define RC_CLIENT_TESTS_RIG_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake_platform.h"
#include "fake_proxy.h"
#include "json.h"

#ifndef BIN_DIR
#define BIN_DIR "." /* the build names the real one */
#endif

#define START_MS 1740819600000LL /* 2025-03-01T09:00:00Z */
#define HOUR_MS  3600000LL

struct rig {
    struct fake *platform;
    struct proxy *proxies[2];
    char dir[64], db[100];
    pid_t pid;
    FILE *in, *out; /* of the program */
    int64_t now_ms;
    char said[65536]; /* everything the program wrote */
};

static inline void start_program(struct rig *rig)
{
    int in[2], out[2];
    assert_int_equal(pipe(in), 0);
    assert_int_equal(pipe(out), 0);
    rig->pid = fork();
    assert_true(rig->pid >= 0);
    if (rig->pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        dup2(out[1], 2); /* what it logs must be as discreet as what it answers */
        for (int fd = 3; fd < 64; fd++)
            close(fd);
        execl(BIN_DIR "/rc-client", "rc-client", "batch", "--db", rig->db, "--seed", "7",
              "--sip-timeout-ms", "300", (char *)NULL);
        _exit(121);
    }
    close(in[0]);
    close(out[1]);
    rig->in = fdopen(in[1], "w");
    rig->out = fdopen(out[0], "r");
}

static inline void stop_program(struct rig *rig)
{
    int status;
    char line[1024];
    fclose(rig->in);
    while (fgets(line, sizeof(line), rig->out))
        print_message("after its end: %s", line);
    fclose(rig->out);
    assert_int_equal(waitpid(rig->pid, &status, 0), rig->pid);
    assert_true(WIFEXITED(status)); /* also: no leak, no sanitizer report */
    assert_int_equal(WEXITSTATUS(status), 0);
}

static inline int given_rig(void **state)
{
    struct rig *rig = calloc(1, sizeof(*rig));
    signal(SIGPIPE, SIG_IGN);
    snprintf(rig->dir, sizeof(rig->dir), "/tmp/rc-client-flow-XXXXXX");
    assert_non_null(mkdtemp(rig->dir));
    snprintf(rig->db, sizeof(rig->db), "%s/store.db", rig->dir);
    rig->now_ms = START_MS;
    rig->platform = fake_start();
    for (int i = 0; i < 2; i++) {
        rig->proxies[i] = proxy_start();
        snprintf(rig->platform->proxies[i], sizeof(rig->platform->proxies[i]), "127.0.0.1:%d",
                 rig->proxies[i]->port);
    }
    start_program(rig);
    *state = rig;
    return 0;
}

static inline int no_rig(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".refresh"};
    struct rig *rig = *state;
    stop_program(rig);
    fake_stop(rig->platform);
    proxy_stop(rig->proxies[0]);
    proxy_stop(rig->proxies[1]);
    for (size_t i = 0; i < 4; i++) {
        char path[160];
        snprintf(path, sizeof(path), "%s%s", rig->db, ends[i]);
        unlink(path);
    }
    rmdir(rig->dir);
    free(rig);
    return 0;
}

/* What the test wrote is seen by the platform's and the proxies' threads, and what they wrote by
 * the test: the program between us is no order that a thread checker could see. */
static inline void meet(struct rig *rig)
{
    pthread_mutex_lock(&rig->platform->mutex);
    pthread_mutex_unlock(&rig->platform->mutex);
    for (int i = 0; i < 2; i++) {
        pthread_mutex_lock(&rig->proxies[i]->mutex);
        pthread_mutex_unlock(&rig->proxies[i]->mutex);
    }
}

/* Sends a line, reads the one answer; the caller deletes it. */
static inline cJSON *say_raw(struct rig *rig, const char *line)
{
    char answer[16384];
    meet(rig);
    fprintf(rig->in, "%s\n", line);
    fflush(rig->in);
    assert_non_null(fgets(answer, sizeof(answer), rig->out));
    meet(rig);
    size_t used = strlen(rig->said);
    snprintf(rig->said + used, sizeof(rig->said) - used, "%s", answer);
    cJSON *json = json_parse(answer);
    if (json == NULL)
        fail_msg("no JSON: %s", answer);
    return json;
}

/* {"cmd":CMD,"now_ms":..,ARGS}: the answer must have this exit code; returns it. */
static inline cJSON *say(struct rig *rig, const char *cmd, const char *args, int code)
{
    char line[2048];
    snprintf(line, sizeof(line), "{\"cmd\":\"%s\",\"now_ms\":%lld%s%s}", cmd,
             (long long)rig->now_ms, *args ? "," : "", args);
    cJSON *answer = say_raw(rig, line);
    if (json_int(answer, "exit", -1) != code) {
        char *text = json_line(answer);
        fail_msg("%s: wanted exit %d, was %s", cmd, code, text);
    }
    assert_int_equal(json_is_true(answer, "ok"), code == 0);
    return answer;
}

static inline void check(struct rig *rig, const char *cmd, const char *args, int code,
                         const char *path, const char *want)
{
    cJSON *answer = say(rig, cmd, args, code);
    const char *got = json_text(answer, path, "(none)");
    if (strcmp(got, want) != 0)
        fail_msg("%s: %s: wanted %s, was %s", cmd, path, want, got);
    cJSON_Delete(answer);
}

static inline void check_int(struct rig *rig, const char *cmd, const char *args, int code,
                             const char *path, int64_t want)
{
    cJSON *answer = say(rig, cmd, args, code);
    int64_t got = json_int(answer, path, -1);
    if (got != want)
        fail_msg("%s: %s: wanted %lld, was %lld", cmd, path, (long long)want, (long long)got);
    cJSON_Delete(answer);
}

#define SIGN_IN "\"username\":\"admin@acme.test\",\"password\":\"Pa55+word & more\""

static inline void given_connected(struct rig *rig, bool has_secondary)
{
    char args[900], secondary[100] = "";
    if (has_secondary)
        snprintf(secondary, sizeof(secondary), ",\"secondary\":\"127.0.0.1:%d\"",
                 rig->proxies[1]->port);
    snprintf(args, sizeof(args),
             "\"domain\":\"d.test:5060\",\"proxy\":\"127.0.0.1:%d\"%s,\"recording\":true,"
             "\"base_url\":\"http://127.0.0.1:%d\",\"client_id\":\"cid\",\"client_secret\":"
             "\"s3cret\",\"brand\":6010,\"redirect_uri\":\"http://127.0.0.1:%d/callback\"",
             rig->proxies[0]->port, secondary, rig->platform->port, rig->platform->port);
    check(rig, "connect", args, 0, "result.settings.sip_domain", "d.test:5060");
}

static inline void given_saved(struct rig *rig, bool has_secondary)
{
    given_connected(rig, has_secondary);
    cJSON_Delete(say(rig, "authenticate", SIGN_IN, 0));
    cJSON_Delete(say(rig, "save", "\"yes\":true", 0));
}

#endif
