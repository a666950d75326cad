/* GET /__admin/media: the audio of every phone that is in a call or rings one, right now. */
#include "control/admin_parts.h"

#include "api/refuse.h"

static void line(const struct world *world, const struct phone_leg *leg, struct json_out *out)
{
    const struct media_wish *wish = &leg->line.wish;
    struct media_figures figures;
    if (!media_line_read(world, &leg->line, &figures))
        return;
    json_open(out, NULL);
    json_int(out, "call", (int64_t)leg->call->id);
    json_str(out, "aor", leg->aor);
    json_str(out, "device", leg->device_id);
    json_int(out, "port", leg->line.port);
    json_str(out, "transport", media_transport_name(wish));
    json_str(out, "codec", leg->line.codec);
    json_str(out, "plays", media_source_name(wish->source));
    json_str(out, "audio", media_figures_ways(&figures));
    json_int(out, "received", (int64_t)figures.received);
    json_int(out, "sent", (int64_t)figures.sent);
    json_int(out, "lost", (int64_t)figures.lost);
    json_int(out, "late", (int64_t)figures.late);
    json_int(out, "refused", (int64_t)figures.refused);
    json_int(out, "rtcp", (int64_t)figures.control);
    json_int(out, "dropped_by_fault", (int64_t)figures.harmed);
    json_num(out, "jitter_ms", (double)figures.jitter_us / 1000);
    json_num(out, "audio_s", (double)figures.audio_ms / 1000);
    json_str(out, "digits", figures.digits);
    json_str(out, "trouble", figures.trouble);
    json_close(out);
}

void admin_media(struct call *call)
{
    const struct world *world = call->world;
    struct json_out out = reply_json(call, 200);
    json_open(&out, NULL);
    json_list(&out, "lines");
    for (const struct phone_call *at = world->phone_calls; at; at = at->next)
        for (const struct phone_leg *leg = at->legs; leg; leg = leg->next)
            line(world, leg, &out);
    json_list_end(&out);
    json_close(&out);
}
