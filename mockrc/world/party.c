#include "world/party.h"

#include "base/mem.h"
#include "base/text.h"
#include "world/world.h"

#include <stdlib.h>
#include <string.h>

struct party_rule {
    char *pattern; /* without '+' */
    struct party party;
};

static const char *const does_names[PARTY_DOES_COUNT] = {[PARTY_ANSWERS] = "answer",
                                                         [PARTY_BUSY] = "busy",
                                                         [PARTY_REJECTS] = "reject",
                                                         [PARTY_RINGS] = "ring",
                                                         [PARTY_VOICEMAIL] = "voicemail"};

static const char *const plays_names[PARTY_PLAYS_COUNT] = {
    [PARTY_PLAYS_USUAL] = "usual",     [PARTY_PLAYS_ECHO] = "echo",
    [PARTY_PLAYS_TONE] = "tone",       [PARTY_PLAYS_SILENCE] = "silence",
    [PARTY_PLAYS_NOTHING] = "nothing",
};

static const char *plain(const char *number)
{
    return *number == '+' ? number + 1 : number;
}

bool party_set(struct world *world, const char *pattern, const struct party *party)
{
    pattern = plain(pattern);
    size_t kept = 0;
    for (size_t i = 0; i < world->party_count; i++)
        if (strcmp(world->parties[i].pattern, pattern) == 0)
            free(world->parties[i].pattern);
        else
            world->parties[kept++] = world->parties[i];
    world->party_count = kept;
    if (world->party_count == PARTIES_MAX)
        return false;
    xgrow(world->parties, world->party_count, &world->party_cap);
    world->parties[world->party_count++] = (struct party_rule){xstrdup(pattern), *party};
    return true;
}

bool party_is_set(const struct world *world, const char *number, struct party *ret)
{
    for (size_t i = world->party_count; i-- > 0;)
        if (text_glob(world->parties[i].pattern, plain(number))) {
            *ret = world->parties[i].party;
            return true;
        }
    return false;
}

struct party party_of(const struct world *world, const char *number)
{
    struct party party;
    if (party_is_set(world, number, &party))
        return party;
    return (struct party){
        .does = (enum party_does)world->knobs.sip_party_does,
        .after_ms = world->knobs.sip_party_after_ms,
        .lasts_ms = world->knobs.sip_party_lasts_ms,
    };
}

const char *party_does_name(enum party_does does)
{
    return does_names[does];
}

bool party_does_named(const char *name, enum party_does *ret)
{
    for (int i = 0; i < PARTY_DOES_COUNT; i++)
        if (text_eq(name, does_names[i])) {
            *ret = (enum party_does)i;
            return true;
        }
    return false;
}

const char *party_plays_name(enum party_plays plays)
{
    return plays_names[plays];
}

bool party_plays_named(const char *name, enum party_plays *ret)
{
    for (int i = 0; i < PARTY_PLAYS_COUNT; i++)
        if (text_eq(name, plays_names[i])) {
            *ret = (enum party_plays)i;
            return true;
        }
    return false;
}

void parties_done(struct world *world)
{
    for (size_t i = 0; i < world->party_count; i++)
        free(world->parties[i].pattern);
    free(world->parties);
    world->parties = NULL;
    world->party_count = world->party_cap = 0;
}
