/* The audio of calls and the sim: the media edge, started when the first line is opened, and its
 * way through the door. The door is held when the world calls in here; the edge's own thread comes
 * without it, and without the edge's lock. */
#include "sim/internal.h"

#include "media/edge_socket.h"
#include "sip/leg_media.h"

struct digit_visit {
    uint64_t line;
    char digit;
};

static void digit_inside(struct sim *sim, void *arg)
{
    const struct digit_visit *visit = arg;
    leg_media_digit(&sim->sip, visit->line, visit->digit);
}

static void digit_heard(void *context, uint64_t line, char digit)
{
    struct digit_visit visit = {line, digit};
    door_call_inner(context, digit_inside, &visit);
}

static bool open_line(void *context, const char *bind, int first, int last, uint64_t seed,
                      uint64_t *ret_id, int *ret_port)
{
    struct sim *sim = context;
    if (!sim->media)
        sim->media = media_start(digit_heard, sim);
    return sim->media && media_open(sim->media, bind, first, last, seed, ret_id, ret_port);
}

static void set_line(void *context, uint64_t id, const struct media_wish *wish)
{
    struct sim *sim = context;
    media_set(sim->media, id, wish);
}

/* A line is open, and with it the edge. */
static bool tell_print(void *context, char ret[MEDIA_PRINT_TEXT])
{
    struct sim *sim = context;
    return sim->media && media_print_of(sim->media, ret);
}

static bool reach(void *context, const char *peer, char ret[MEDIA_ADDRESS_MAX])
{
    return edge_socket_ours(peer, ret, MEDIA_ADDRESS_MAX);
}

static bool dial(void *context, uint64_t id, const char *digits)
{
    struct sim *sim = context;
    return media_dial(sim->media, id, digits);
}

static bool read_line(void *context, uint64_t id, struct media_figures *ret)
{
    struct sim *sim = context;
    return media_read(sim->media, id, ret);
}

static void close_line(void *context, uint64_t id)
{
    struct sim *sim = context;
    media_close(sim->media, id);
}

static void ended(void *context, const struct phone_leg *leg, const struct media_figures *figures)
{
    struct sim *sim = context;
    leg_media_ended(&sim->sip, leg, figures);
}

struct media_carrier sim_carrier(struct sim *sim)
{
    return (struct media_carrier){
        .context = sim,
        .open = open_line,
        .set = set_line,
        .print = tell_print,
        .reach = reach,
        .dial = dial,
        .read = read_line,
        .close = close_line,
        .ended = ended,
    };
}
