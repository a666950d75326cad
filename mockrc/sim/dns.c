/* The name service and the sim: the way through the door, start. */
#include "sim/internal.h"

#include "base/text.h"
#include "dns/serve.h"

#include <stdio.h>
#include <string.h>

struct question {
    bool is_udp;
    const uint8_t *bytes;
    size_t len;
    struct buf *out;
    int64_t delay_ms;
};

static void answer_inside(struct sim *sim, void *arg)
{
    struct question *question = arg;
    question->delay_ms = dns_serve(sim->api.world, sim->api.journal, sim->api.faults,
                                   question->is_udp, question->bytes, question->len, question->out);
}

static int64_t answer(void *context, bool is_udp, const uint8_t *bytes, size_t len, struct buf *out)
{
    struct question question = {is_udp, bytes, len, out, 0};
    door_call_inner(context, answer_inside, &question);
    return question.delay_ms;
}

int sim_start_dns(struct sim *sim, struct diag *diag)
{
    const char *bind = sim->options.bind;
    if (!sim->options.serves_names)
        return ERR_OK;
    int err = dns_edge_start(bind, sim->options.dns_port, answer, sim, &sim->dns, diag);
    if (err)
        return err;
    const char *host = text_eq(bind, "0.0.0.0") ? "127.0.0.1" : bind;
    door_enter(sim);
    snprintf(sim->dns_address, sizeof sim->dns_address, strchr(host, ':') ? "[%s]:%d" : "%s:%d",
             host, dns_edge_port(sim->dns));
    sim_tell_urls(sim, sim->api.world);
    door_leave(sim);
    return ERR_OK;
}
