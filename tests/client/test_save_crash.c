/*
 * Save is atomic: the real program is killed (SIGKILL) at its N-th system call, for N over the
 * whole of a save, and what it leaves is the old settings and grant or the new ones, never a mix.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "store.h"
#include "support/cmocka_all.h"

#define POINTS_WANTED 64
#define POINTS_MIN    50

struct place {
    char dir[64], path[100];
};

static void fill(struct settings *settings, struct grant *grant, const char *word)
{
    struct clock machine = clock_machine();
    settings_init(settings);
    snprintf(settings->sip_domain, sizeof(settings->sip_domain), "%s.example", word);
    snprintf(settings->proxy, sizeof(settings->proxy), "%s-a.example:5090", word);
    snprintf(settings->secondary, sizeof(settings->secondary), "%s-b.example:5090", word);
    snprintf(settings->client_secret, sizeof(settings->client_secret), "%s-secret", word);
    /* Authorized just now: what nobody saves for a day is forgotten. */
    *grant = (struct grant){
        .was_admin = true, .issued_ms = clock_now_ms(&machine), .access_until_ms = 1};
    snprintf(grant->access_token, sizeof(grant->access_token), "%s-access", word);
    snprintf(grant->refresh_token, sizeof(grant->refresh_token), "%s-refresh", word);
    snprintf(grant->account_id, sizeof(grant->account_id), "account");
    snprintf(grant->owner_id, sizeof(grant->owner_id), "%s-owner", word);
}

static void remove_store(const struct place *place)
{
    static const char *const ends[] = {"", "-wal", "-shm", ".refresh"};
    for (size_t i = 0; i < 4; i++) {
        char path[160];
        snprintf(path, sizeof(path), "%s%s", place->path, ends[i]);
        unlink(path);
    }
}

/* Old settings and grant live, new ones in the form. */
static void given_form(const struct place *place)
{
    struct settings settings;
    struct grant grant;
    char why[300];
    remove_store(place);
    struct store *store = store_open(place->path, true, why, sizeof(why));
    assert_non_null(store);
    fill(&settings, &grant, "old");
    assert_true(store_settings_put(store, SLOT_PENDING, &settings));
    assert_true(store_grant_put(store, SLOT_PENDING, &grant));
    assert_true(store_commit_pending(store));
    fill(&settings, &grant, "new");
    assert_true(store_settings_put(store, SLOT_PENDING, &settings));
    assert_true(store_grant_put(store, SLOT_PENDING, &grant));
    store_free(store);
}

static pid_t start_save(const struct place *place, bool is_traced)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        /* The leak check of a sanitized program does not work under ptrace. */
        char options[] = "ASAN_OPTIONS=detect_leaks=0", path[] = "PATH=/usr/bin:/bin";
        char *environment[] = {options, path, NULL};
        if (is_traced)
            ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        if (!freopen("/dev/null", "w", stdout) || !freopen("/dev/null", "w", stderr))
            _exit(120);
        execle(BIN_DIR "/rc-client", "rc-client", "save", "--yes", "--db", place->path,
               (char *)NULL, environment);
        _exit(121);
    }
    return pid;
}

/* The path a system call names in its second argument, when it is openat. */
static bool opens_store(pid_t pid, const struct place *place)
{
    struct __ptrace_syscall_info info;
    char path[128] = "";
    if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) <= 0 ||
        info.op != PTRACE_SYSCALL_INFO_ENTRY || info.entry.nr != SYS_openat)
        return false;
    for (size_t i = 0; i < sizeof(path) - sizeof(long); i += sizeof(long)) {
        long word = ptrace(PTRACE_PEEKDATA, pid, (char *)info.entry.args[1] + i, NULL);
        memcpy(path + i, &word, sizeof(word));
        if (memchr(&word, '\0', sizeof(word)))
            break;
    }
    return strcmp(path, place->path) == 0;
}

/* Runs a save and kills it at the entry of system call number `kill_at` (0: never). Returns how
 * many it made; `*ret_first` is the one that opened the store, `*ret_exit` its exit code or -1. */
static int run_save(const struct place *place, int kill_at, int *ret_first, int *ret_exit)
{
    pid_t pid = start_save(place, true);
    int status, calls = 0, first = 0;
    bool is_entry = true;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
    for (;;) {
        int signal = 0;
        if (WIFSTOPPED(status) && WSTOPSIG(status) == (SIGTRAP | 0x80)) {
            if (is_entry && first == 0 && opens_store(pid, place))
                first = calls + 1;
            if (is_entry && ++calls == kill_at)
                kill(pid, SIGKILL);
            is_entry = !is_entry;
        } else if (WIFSTOPPED(status) && WSTOPSIG(status) != SIGTRAP) {
            signal = WSTOPSIG(status);
        }
        ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)signal);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        if (!WIFSTOPPED(status))
            break;
    }
    *ret_first = first;
    *ret_exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return calls;
}

/* "old" or "new", by every value of the live slot; anything else is a mix. */
static const char *what_is_live(const struct place *place)
{
    struct settings settings, wanted;
    struct grant grant, wanted_grant;
    struct settings ignored;
    char why[300] = "";
    const char *found = "mix";
    struct store *store = store_open(place->path, true, why, sizeof(why));
    if (store == NULL)
        fail_msg("%s", why);
    bool has_all = store_settings_load(store, SLOT_LIVE, &settings) &&
                   store_grant_load(store, SLOT_LIVE, &grant);
    bool is_pending = store_settings_load(store, SLOT_PENDING, &ignored);
    static const char *const words[] = {"old", "new"};
    for (size_t i = 0; has_all && i < 2; i++) {
        fill(&wanted, &wanted_grant, words[i]);
        if (memcmp(&settings, &wanted, sizeof(settings)) == 0 &&
            strcmp(grant.access_token, wanted_grant.access_token) == 0 &&
            strcmp(grant.refresh_token, wanted_grant.refresh_token) == 0 &&
            strcmp(grant.owner_id, wanted_grant.owner_id) == 0 && is_pending == (i == 0))
            found = words[i];
    }
    store_free(store);
    return found;
}

static void killed_anywhere_in_save_leaves_old_or_new_never_a_mix(void **state)
{
    const struct place *place = *state;
    int first, code, old = 0, new = 0;
    given_form(place);
    int calls = run_save(place, 0, &first, &code);
    assert_int_equal(code, 0);
    assert_string_equal(what_is_live(place), "new");
    assert_true(first > 0 && first < calls);

    int span = calls - first + 1;
    int points = span < POINTS_WANTED ? span : POINTS_WANTED;
    assert_true(points >= POINTS_MIN);
    for (int i = 0; i < points; i++) {
        int ignored;
        int kill_at = first + (int)((long)i * span / points);
        given_form(place);
        run_save(place, kill_at, &ignored, &code);
        assert_int_equal(code, -1);
        const char *found = what_is_live(place);
        if (strcmp(found, "mix") == 0)
            fail_msg("killed at system call %d of %d (store opened at %d): a mix", kill_at, calls,
                     first);
        old += strcmp(found, "old") == 0;
        new += strcmp(found, "new") == 0;
    }
    print_message("%d kills between system calls %d and %d: %d left the old, %d the new\n", points,
                  first, calls, old, new);
    /* Both outcomes occur: the kills really lay on both sides of the commit. */
    assert_true(old > 0 && new > 0);
}

static void after_a_kill_the_next_save_completes(void **state)
{
    const struct place *place = *state;
    int first, code, status;
    given_form(place);
    int calls = run_save(place, 0, &first, &code);
    given_form(place);
    run_save(place, first + (calls - first) / 2, &first, &code);
    assert_int_equal(code, -1);
    pid_t pid = start_save(place, false);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_string_equal(what_is_live(place), "new");
}

static int given_place(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    snprintf(place->dir, sizeof(place->dir), "/tmp/rc-client-save-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    snprintf(place->path, sizeof(place->path), "%s/store.db", place->dir);
    *state = place;
    return 0;
}

static int no_place(void **state)
{
    struct place *place = *state;
    remove_store(place);
    rmdir(place->dir);
    free(place);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(killed_anywhere_in_save_leaves_old_or_new_never_a_mix,
                                        given_place, no_place),
        cmocka_unit_test_setup_teardown(after_a_kill_the_next_save_completes, given_place,
                                        no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
