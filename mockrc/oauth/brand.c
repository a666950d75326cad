#include "oauth/brand.h"

#include "base/text.h"

#include <stddef.h>

/* A ring of arcs, as of something ringing. */
#define MARK_RINGS                                                                                 \
    "<rect x=\"2\" y=\"2\" width=\"44\" height=\"44\" rx=\"12\" fill=\"currentColor\"/>"           \
    "<circle cx=\"18\" cy=\"30\" r=\"5\" fill=\"#fff\"/>"                                          \
    "<path d=\"M18 17a13 13 0 0 1 13 13M18 9a21 21 0 0 1 21 21\" fill=\"none\" stroke=\"#fff\" "   \
    "stroke-width=\"4\" stroke-linecap=\"round\"/>"

/* A cloud with a voice in it. */
#define MARK_CLOUD                                                                                 \
    "<path d=\"M14 40a11 11 0 0 1-1.6-21.9A13.5 13.5 0 0 1 38.6 21 9.7 9.7 0 0 1 37 40z\" "        \
    "fill=\"currentColor\"/><path d=\"M18 26v6M24 22v14M30 25v8\" stroke=\"#fff\" "                \
    "stroke-width=\"3.4\" stroke-linecap=\"round\"/>"

/* Two people's sides of a talk. */
#define MARK_TALK                                                                                  \
    "<path d=\"M4 8h26v18H16l-7 6v-6H4z\" fill=\"currentColor\"/>"                                 \
    "<path d=\"M34 18h10v18h-4v6l-7-6H20v-6h14z\" fill=\"currentColor\" opacity=\".55\"/>"

static const struct brand brands[] = {
    {"1210", "RingCentral", "#0a5fb4", "#084a8d", "#e87500", "#eef4fa", MARK_RINGS},
    {"6010", "Avaya Cloud Office", "#b8122b", "#8f0e21", "#b8122b", "#f1f1f2", MARK_CLOUD},
    {"3420", "AT&T Office@Hand", "#00618f", "#004a6e", "#0077ad", "#eef5f8", MARK_TALK},
    {"2020", "Unify Office", "#00696e", "#004f53", "#00838a", "#eef6f6", MARK_TALK},
    {"2110", "Rainbow Office", "#5b3a96", "#452c72", "#6b489d", "#f4f1f9", MARK_TALK},
    {"2210", "RingCentral with Verizon", "#a11a12", "#7c140e", "#c3241a", "#f6f2f1", MARK_TALK},
    {"4210", "ecotel", "#1d5c8a", "#15466a", "#2a78b2", "#eff5f9", MARK_TALK},
    {"4710", "1&1", "#12437f", "#0d3261", "#1c5cab", "#eff3f9", MARK_TALK},
    {"4810", "Symphony", "#46526b", "#333d51", "#5d6c8a", "#f2f3f6", MARK_TALK},
    {"4910", "Frontier", "#9c1f2e", "#771723", "#bb2f40", "#f8f1f2", MARK_TALK},
    {"7010", "Vodafone Business", "#b00000", "#8a0000", "#d20000", "#f7f1f1", MARK_TALK},
    {"7310", "TELUS Business Connect", "#4b286d", "#371d50", "#2b8000", "#f4f2f6", MARK_TALK},
    {"7710", "BT Cloud Work", "#4d12ad", "#390d82", "#5514b4", "#f4f0fb", MARK_TALK},
};

const struct brand *brand_by_id(const char *id)
{
    for (size_t i = 0; i < sizeof brands / sizeof *brands; i++)
        if (text_eq(brands[i].id, id))
            return &brands[i];
    return NULL;
}

const struct brand *brand_default(void)
{
    return &brands[0];
}
