#include "cli/cli.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PORT_MAX = 65535, HTTPS_AFTER = 1, WS_AFTER = 2 };

int cli_refuse(int err, const struct diag *diag)
{
    char text[900];
    diag_text(diag, text, sizeof text);
    fprintf(stderr, "%s%s\n", text_starts(text, "mockrc ") ? "" : "mockrc: ", text);
    return err;
}

int cli_refuse_start(int err, const struct diag *diag)
{
    struct diag told = *diag;
    size_t len = strlen(told.text);
    if (strstr(told.text, strerror(EADDRINUSE)))
        snprintf(told.text + len, sizeof told.text - len,
                 "; is another mockrc running? --port 0 --sip-port 0 take any free ports");
    return cli_refuse(err, &told);
}

int cli_fail(int err, const char *fmt, ...)
{
    va_list ap;
    fputs("mockrc: ", stderr);
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    return err;
}

/* "real", "frozen", "offset", "scaled", "scaled:60" */
static int read_clock(const char *text, struct sim_options *sim, struct diag *diag)
{
    char mode[16];
    const char *colon = strchr(text, ':');
    size_t len = colon ? (size_t)(colon - text) : strlen(text);
    snprintf(mode, sizeof mode, "%.*s", (int)(len < 15 ? len : 15), text);
    if (!clock_mode_named(mode, &sim->clock) || (colon && sim->clock != CLOCK_SCALED))
        return diag_set(diag, ERR_USAGE, NULL, 0, 0,
                        "--clock wants real, frozen, offset or scaled:N, not \"%s\"", text);
    if (!colon)
        return ERR_OK;
    char *end;
    sim->clock_scale = strtod(colon + 1, &end);
    if (!colon[1] || *end || !(sim->clock_scale > 0) || sim->clock_scale > 1e6)
        return diag_set(diag, ERR_USAGE, NULL, 0, 0,
                        "--clock scaled:N wants N above 0, at most 1000000, not \"%s\"", colon + 1);
    return ERR_OK;
}

static bool is_loopback(const char *address)
{
    return !address || text_starts(address, "127.") || text_eq(address, "localhost");
}

/* What was said, else the HTTP port's neighbour. */
static int port_after(int64_t said, int port, int distance)
{
    if (said >= 0)
        return (int)said;
    return port && port + distance <= PORT_MAX ? port + distance : 0;
}

static int read_where(const struct options *options, int port, int sip_port,
                      struct sim_options *sim, struct diag *diag)
{
    sim->bind = text_eq(options->bind, "localhost") ? "127.0.0.1" : options->bind;
    sim->port = options->port >= 0 ? (int)options->port : port;
    sim->fixture_ports = options->sip_port < 0;
    sim->sip_port = options->sip_port >= 0 ? (int)options->sip_port : sip_port;
    sim->https_port = port_after(options->https_port, sim->port, HTTPS_AFTER);
    sim->ws_port = port_after(options->ws_port, sim->port, WS_AFTER);
    sim->serves_names = options->dns_port >= 0;
    sim->dns_port = sim->serves_names ? (int)options->dns_port : 0;
    sim->ca_file = options->ca_file;
    sim->hook_ca = options->hook_ca;
    sim->keylog = options->keylog;
    for (size_t i = 0; i < options->tls_names.count; i++)
        sim->tls_names[i] = options->tls_names.list[i];
    sim->admin_token = options->admin_token;
    sim->names_resolve = options->names_resolve;
    if (!is_loopback(options->bind) && !options->admin_token)
        return diag_set(diag, ERR_USAGE, NULL, 0, 0,
                        "--bind %s is not loopback: others could reach /__admin/; give "
                        "--admin-token",
                        options->bind);
    return ERR_OK;
}

int cli_sim_options(const struct options *options, int port, int sip_port, struct sim_options *ret,
                    struct diag *diag)
{
    struct sim_options sim = {
        .fixture = options->fixture,
        .openapi = options->openapi,
        .seed = (uint64_t)options->seed,
        .clock = CLOCK_REAL,
        .tells_ca = options->env_file != NULL,
        .call_log_records = (size_t)options->records,
        .journal_events = (size_t)options->journal_events,
        .web_threads = (int)(options->threads > 1000 ? 1000 : options->threads),
    };
    size_t count = 0;
    int err = read_where(options, port, sip_port, &sim, diag);
    if (!err && options->clock)
        err = read_clock(options->clock, &sim, diag);
    if (!err && options->start && !text_time_ms(options->start, &sim.start_ms))
        err = diag_set(diag, ERR_USAGE, NULL, 0, 0,
                       "--start wants a time (2026-01-05T09:00:00Z), not \"%s\"", options->start);
    if (!err && options->records > 1000000)
        err = diag_set(diag, ERR_USAGE, NULL, 0, 0, "--records wants at most 1000000, not %lld",
                       (long long)options->records);
    if (err)
        return err;
    /* With a start of its own, real time would jump back at the first look. */
    if (sim.start_ms && sim.clock == CLOCK_REAL)
        sim.clock = CLOCK_OFFSET;
    for (size_t i = 0; i < options->sets.count; i++)
        sim.sets[count++] = options->sets.list[i];
    if (options->rate_limits)
        sim.sets[count++] =
            text_eq(options->rate_limits, "off") ? "rest.rate.limits=off" : "rest.rate.limits=real";
    *ret = sim;
    return ERR_OK;
}

int cli_join_scenario(const struct options *options, const struct sim_options *theirs,
                      struct sim_options *sim, struct diag *diag)
{
    size_t count = 0, kept = 0;
    const char *flags[SIM_SETS_MAX];
    while (sim->sets[kept]) {
        flags[kept] = sim->sets[kept];
        kept++;
    }
    while (theirs->sets[count]) {
        sim->sets[count] = theirs->sets[count];
        count++;
    }
    if (count + kept >= SIM_SETS_MAX)
        return diag_set(diag, ERR_USAGE, NULL, 0, 0, "too many knobs");
    memcpy(sim->sets + count, flags, kept * sizeof *flags);
    sim->sets[count + kept] = NULL;
    if (!options->fixture)
        sim->fixture = theirs->fixture;
    if (!options->seed)
        sim->seed = theirs->seed;
    if (!options->records)
        sim->call_log_records = theirs->call_log_records;
    sim->serves_names = sim->serves_names || theirs->serves_names;
    sim->names_resolve = sim->names_resolve || theirs->names_resolve;
    if (!options->start && theirs->start_ms) {
        sim->start_ms = theirs->start_ms;
        if (sim->clock == CLOCK_REAL)
            sim->clock = CLOCK_OFFSET;
    }
    return ERR_OK;
}

/* A device, a pipe or a link is written to, never replaced. */
static bool is_special(const char *path)
{
    struct stat at;
    return lstat(path, &at) == 0 && !S_ISREG(at.st_mode);
}

int cli_write_file(const char *path, mode_t mode, const char *text, size_t len, struct diag *diag)
{
    char temporary[4096];
    bool is_in_place = is_special(path);
    snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    int fd = is_in_place ? open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
                         : open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    bool is_good = fd >= 0;
    for (size_t wrote = 0; is_good && wrote < len;) {
        ssize_t more = write(fd, text + wrote, len - wrote);
        is_good = more > 0 || (more < 0 && errno == EINTR);
        wrote += more > 0 ? (size_t)more : 0;
    }
    int failed = is_good ? 0 : errno;
    if (fd >= 0 && close(fd) && !failed)
        failed = errno;
    if (!failed && !is_in_place && rename(temporary, path))
        failed = errno;
    if (!failed)
        return ERR_OK;
    if (fd >= 0 && !is_in_place)
        unlink(temporary);
    return diag_set(diag, ERR_ENV, path, 0, 0, "cannot be written: %s", strerror(failed));
}

int cli_check_writable(const char *path, struct diag *diag)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    if (access(is_special(path) ? path : folder, W_OK) == 0)
        return ERR_OK;
    return diag_set(diag, ERR_ENV, path, 0, 0, "cannot be written: %s", strerror(errno));
}

int cli_write_env(struct sim *sim, const char *path, struct diag *diag)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    sim_env(sim, &text);
    buf_char(&text, '\n');
    int err = cli_write_file(path, 0600, buf_text(&text), text.len, diag);
    buf_done(&text);
    return err;
}

bool cli_has_color(int fd)
{
    const char *none = getenv("NO_COLOR");
    return !(none && *none) && isatty(fd);
}

bool cli_is_nobody_reading(void)
{
    struct pollfd fd = {.fd = STDOUT_FILENO};
    return poll(&fd, 1, 0) > 0 && fd.revents & (POLLERR | POLLHUP);
}

int cli_signals(void *ret_old)
{
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGINT);
    sigaddset(&mask, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &mask, ret_old);
    return signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
}
