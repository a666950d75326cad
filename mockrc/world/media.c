#include "world/media.h"

#include "base/text.h"
#include "world/clip.h"
#include "world/world.h"

#include <stdio.h>

enum { PORT_DISCARD = 9 };

static const char *const sources[] = {
    [MEDIA_NOTHING] = "nothing", [MEDIA_ECHO] = "echo",         [MEDIA_TONE] = "tone",
    [MEDIA_SILENCE] = "silence", [MEDIA_RINGBACK] = "ringback", [MEDIA_CLIP] = "clip",
    [MEDIA_LINE] = "line",
};

bool media_line_open(struct world *world, struct media_line *line)
{
    const struct media_carrier *carrier = world->media;
    const struct knobs *knobs = &world->knobs;
    if (line->id)
        return true;
    line->port = PORT_DISCARD;
    return !carrier || carrier->open(carrier->context, world->bind, (int)knobs->rtp_port_first,
                                     (int)knobs->rtp_port_last, id_next(&world->sip_ids), &line->id,
                                     &line->port);
}

void media_line_set(struct world *world, struct media_line *line)
{
    if (world->media && line->id)
        world->media->set(world->media->context, line->id, &line->wish);
}

void media_print(const struct world *world, char ret[MEDIA_PRINT_TEXT])
{
    const struct media_carrier *carrier = world->media;
    if (carrier && carrier->print(carrier->context, ret))
        return;
    for (size_t i = 0; i + 1 < MEDIA_PRINT_TEXT; i++)
        ret[i] = i % 3 == 2 ? ':' : '0';
    ret[MEDIA_PRINT_TEXT - 1] = '\0';
}

const char *media_ours(const struct world *world, const char *peer, char ret[MEDIA_ADDRESS_MAX])
{
    const struct media_carrier *carrier = world->media;
    bool is_ipv6 = text_eq(world->bind, "::");
    if (!is_ipv6 && !text_eq(world->bind, "0.0.0.0"))
        snprintf(ret, MEDIA_ADDRESS_MAX, "%s", world->bind);
    else if (!peer || !carrier || !carrier->reach(carrier->context, peer, ret))
        snprintf(ret, MEDIA_ADDRESS_MAX, is_ipv6 ? "::1" : "127.0.0.1");
    return ret;
}

bool media_line_dial(struct world *world, const struct media_line *line, const char *digits)
{
    return world->media && line->id && world->media->dial(world->media->context, line->id, digits);
}

bool media_line_read(const struct world *world, const struct media_line *line,
                     struct media_figures *ret)
{
    return world->media && line->id && world->media->read(world->media->context, line->id, ret);
}

void media_line_play(struct media_line *line, bool is_usual, enum media_source source,
                     struct clip *clip)
{
    struct clip *before = line->clip;
    line->is_told = !is_usual;
    line->told = source;
    line->clip = clip_keep(clip);
    clip_drop(before);
}

void media_line_close(struct world *world, struct phone_leg *leg)
{
    struct media_line *line = &leg->line;
    const struct media_carrier *carrier = world->media;
    struct media_figures figures;
    if (carrier && line->id) {
        if (line->was_used && media_line_read(world, line, &figures))
            carrier->ended(carrier->context, leg, &figures);
        carrier->close(carrier->context, line->id);
        line->id = 0;
    }
    clip_drop(line->clip);
    line->clip = NULL;
}

const char *media_transport_name(const struct media_wish *wish)
{
    return wish->web.is_on ? "dtls-srtp" : wish->is_secure ? "srtp" : "rtp";
}

const char *media_source_name(enum media_source source)
{
    return sources[source];
}

bool media_source_named(const char *name, enum media_source *ret)
{
    for (int i = 0; i < (int)(sizeof sources / sizeof *sources); i++)
        if (text_eq(name, sources[i])) {
            *ret = (enum media_source)i;
            return true;
        }
    return false;
}

const char *media_figures_ways(const struct media_figures *figures)
{
    if (figures->received)
        return figures->sent ? "both" : "from_phone";
    return figures->sent ? "to_phone" : "none";
}
