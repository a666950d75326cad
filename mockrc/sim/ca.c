/* The certificate of the sim's authority in a file, for clients to trust: written when somebody asks
 * where it is. */
#include "sim/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PEM_MAX = 16 << 10 };

static void number_inside(struct sim *sim, void *arg)
{
    *(uint64_t *)arg = sim->api.world->authority;
}

static void tell_inside(struct sim *sim, void *arg)
{
    sim_tell_urls(sim, sim->api.world);
}

/* The file, opened; its name in sim->ca_file. Another user must not have put one there. */
static int open_file(struct sim *sim)
{
    const char *folder = getenv("TMPDIR");
    int flags = O_WRONLY | O_TRUNC | O_CREAT | O_CLOEXEC;
    if (sim->options.ca_file)
        snprintf(sim->ca_file, sizeof sim->ca_file, "%s", sim->options.ca_file);
    if (sim->ca_file[0])
        return open(sim->ca_file, flags, 0644);
    snprintf(sim->ca_file, sizeof sim->ca_file, "%s/mockrc-ca-XXXXXX.pem",
             folder && *folder ? folder : "/tmp");
    sim->is_ca_temporary = true;
    return mkostemps(sim->ca_file, (int)strlen(".pem"), O_CLOEXEC);
}

static int write_file(struct sim *sim, const struct buf *pem, struct diag *diag)
{
    int fd = open_file(sim);
    bool is_good = fd >= 0 && write(fd, buf_text(pem), pem->len) == (ssize_t)pem->len;
    int failed = errno;
    if (fd >= 0)
        close(fd);
    if (is_good) {
        /* Whoever is told need not be in our folder. */
        char *whole = realpath(sim->ca_file, NULL);
        if (whole && strlen(whole) < sizeof sim->ca_file)
            snprintf(sim->ca_file, sizeof sim->ca_file, "%s", whole);
        free(whole);
        return ERR_OK;
    }
    diag_set(diag, ERR_ENV, sim->ca_file, 0, 0, "cannot be written: %s", strerror(failed));
    if (sim->is_ca_temporary && fd >= 0)
        unlink(sim->ca_file);
    sim->ca_file[0] = '\0';
    return ERR_ENV;
}

int sim_write_ca(struct sim *sim, struct diag *diag)
{
    uint64_t number = 0;
    int err = ERR_OK;
    if (!sim->front)
        return ERR_OK;
    pthread_mutex_lock(&sim->edges);
    door_call_inner(sim, number_inside, &number);
    if (!sim->ca_file[0] || sim->ca_number != number) {
        struct buf pem;
        buf_init(&pem, PEM_MAX);
        front_ca_pem(sim->front, number, &pem);
        err = write_file(sim, &pem, diag);
        buf_done(&pem);
        sim->ca_number = number;
        door_call_inner(sim, tell_inside, NULL);
    }
    pthread_mutex_unlock(&sim->edges);
    return err;
}

void sim_remove_ca(struct sim *sim)
{
    if (sim->is_ca_temporary && sim->ca_file[0])
        unlink(sim->ca_file);
}
