/*
 * Simulated parties: who answers when a phone calls a number that nobody registered. Numbers are
 * digits or patterns ("1202555*"); what matches none behaves as the knobs sip.party.* say.
 */
#ifndef MOCKRC_WORLD_PARTY_H
#define MOCKRC_WORLD_PARTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;

/* In the order of knob sip.party.does. */
enum party_does {
    PARTY_ANSWERS,
    PARTY_BUSY,
    PARTY_REJECTS,
    PARTY_RINGS,
    PARTY_VOICEMAIL, /* rings as long as it may; then its mailbox answers */
    PARTY_DOES_COUNT
};

/* What it has phones hear; but for the first in the order of knob rtp.party.plays. */
enum party_plays {
    PARTY_PLAYS_USUAL, /* what the knob says */
    PARTY_PLAYS_ECHO,
    PARTY_PLAYS_TONE,
    PARTY_PLAYS_SILENCE,
    PARTY_PLAYS_NOTHING,
    PARTY_PLAYS_COUNT
};

struct party {
    enum party_does does;
    int64_t after_ms; /* ringing before it does */
    int64_t lasts_ms; /* hangs up that long after answering; 0: never by itself */
    enum party_plays plays;
};

enum { PARTIES_MAX = 1000 };

/* Sets, or replaces, what a number or pattern does. False when there are too many. */
bool party_set(struct world *world, const char *pattern, const struct party *party);
/* The latest set whose pattern fits; false when none does. */
bool party_is_set(const struct world *world, const char *number, struct party *ret);
/* The same, or what the knobs say; `number` with or without '+'. */
struct party party_of(const struct world *world, const char *number);
const char *party_does_name(enum party_does does); /* "answer" */
bool party_does_named(const char *name, enum party_does *ret);
const char *party_plays_name(enum party_plays plays); /* "echo" */
bool party_plays_named(const char *name, enum party_plays *ret);

void parties_done(struct world *world);

#endif
