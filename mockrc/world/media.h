/*
 * Audio as the world knows it: a line is one phone's end of a call, a UDP port of ours. The world
 * says what it wants of a line; the carrier (mockrc/media, put in by sim) moves the packets. A world
 * without a carrier has no audio, and its session descriptions name port 9 (discard).
 *
 * Opening binds a port there and then, inside the door: the description that goes out must name it.
 * Nothing else here does I/O or waits.
 */
#ifndef MOCKRC_WORLD_MEDIA_H
#define MOCKRC_WORLD_MEDIA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct world;
struct phone_leg;
struct clip;

enum {
    MEDIA_KEY_LEN = 30,     /* SDES: 16 bytes of key, 14 of salt (RFC 4568 6.2) */
    MEDIA_ADDRESS_MAX = 46, /* of an IPv6 address in text */
    MEDIA_ICE_MAX = 32,     /* letters of a user name fragment and of a password of ours */
    MEDIA_PRINT_MAX = 64,   /* bytes of a certificate's fingerprint */
    MEDIA_PRINT_TEXT = 96,  /* of SHA-256 as text: "AB:CD:...", terminated */
    MEDIA_DIGITS_MAX = 32,  /* that wait to be sent, and that are kept of those heard */
};

/* What is done with the sound. Others than G.711 are passed through, not coded. */
enum media_codec { MEDIA_OTHER, MEDIA_PCMU, MEDIA_PCMA, MEDIA_OPUS };

/* What a phone hears. */
enum media_source {
    MEDIA_NOTHING,  /* no packets at all */
    MEDIA_ECHO,     /* itself */
    MEDIA_TONE,     /* a steady tone */
    MEDIA_SILENCE,  /* packets of silence */
    MEDIA_RINGBACK, /* the North American ringing tone */
    MEDIA_CLIP,     /* a recording */
    MEDIA_LINE,     /* another line: the two of a call */
};

/* What a fault does to the packets of one direction. */
struct media_harm {
    int loss, reorder; /* percent */
    int64_t jitter_ms; /* each is later by up to that */
};

/* ICE (RFC 8445, we are lite) and DTLS (RFC 5764) of a browser's line. */
struct media_web {
    bool is_on;     /* a browser's: keys of SDES count for nothing */
    bool is_client; /* of DTLS; else the phone is */
    char ufrag[MEDIA_ICE_MAX + 1], pwd[MEDIA_ICE_MAX + 1]; /* ours */
    char peer[64]; /* the phone's user name: another one is a restart of ICE; "": not told */
    /* Of the phone's certificate: its length names the digest, SHA-256, -384 or -512; 0: not told. */
    unsigned char print[MEDIA_PRINT_MAX];
    size_t print_len;
};

/* What is wanted of a line; zero is a line that only listens for digits and figures. */
struct media_wish {
    char address[MEDIA_ADDRESS_MAX]; /* where the phone says that it listens; "": not known yet */
    int port;
    bool is_sent_there; /* not to where its packets come from */
    enum media_codec codec;
    int payload, clock_hz; /* of the audio */
    int dtmf, dtmf_hz;     /* payload type of telephone events; 0: none. And their clock */
    bool is_secure;        /* SRTP */
    unsigned char key_in[MEDIA_KEY_LEN], key_out[MEDIA_KEY_LEN]; /* of SDES */
    struct media_web web;
    bool is_deaf; /* the phone wants nothing sent: it holds */
    enum media_source source;
    uint64_t from;     /* MEDIA_LINE: that line's id */
    struct clip *clip; /* MEDIA_CLIP: borrowed for the call that sets it */
    struct media_harm to_phone, from_phone;
};

/* A line as its leg keeps it. */
struct media_line {
    uint64_t id;                  /* 0: not open, or no port was to be had */
    int port;                     /* what a description names */
    char ours[MEDIA_ADDRESS_MAX]; /* the same: our address, as the phone reaches us */
    bool was_used;                /* audio could flow: its end is worth telling */
    unsigned described;           /* descriptions of ours so far */
    char codec[24];               /* as described: "PCMU/8000"; "" before */
    bool is_told;                 /* by a verb, what it plays while it is up: the next two */
    enum media_source told;
    struct clip *clip; /* owned */
    struct media_wish wish;
};

/* What went over a line; counts since it was opened. */
struct media_figures {
    uint64_t received, sent;           /* RTP packets of the phone, and to it */
    uint64_t lost;                     /* never came, by the gaps in its sequence numbers */
    uint64_t late;                     /* came after a later one */
    uint64_t refused;                  /* were no RTP, or failed SRTP's check */
    uint64_t harmed;                   /* a fault dropped, of both directions */
    uint64_t control;                  /* RTCP packets of the phone; nobody reads them */
    int64_t audio_ms;                  /* of sound in what was received */
    int64_t jitter_us;                 /* RFC 3550 6.4.1, as it is now */
    char digits[MEDIA_DIGITS_MAX + 1]; /* the last heard */
    const char *trouble;               /* why it cannot carry, in words; NULL: nothing */
};

/* Who carries. All but `ended` may be called at any time inside the door. */
struct media_carrier {
    void *context;
    /* False: no port is to be had. The range is that of the knobs; first 0: any. */
    bool (*open)(void *context, const char *bind, int first, int last, uint64_t seed,
                 uint64_t *ret_id, int *ret_port);
    void (*set)(void *context, uint64_t id, const struct media_wish *wish);
    /* The fingerprint of our certificate (RFC 8122), by SHA-256. False: there is none. */
    bool (*print)(void *context, char ret[MEDIA_PRINT_TEXT]);
    /* Which of our addresses packets to the phone at `peer` ("10.0.0.9:5060") come from: where we are bound
     * to any. False: it cannot be told. */
    bool (*reach)(void *context, const char *peer, char ret[MEDIA_ADDRESS_MAX]);
    /* False: too many wait, or the line takes none. */
    bool (*dial)(void *context, uint64_t id, const char *digits);
    bool (*read)(void *context, uint64_t id, struct media_figures *ret);
    void (*close)(void *context, uint64_t id);
    /* The leg whose line is about to be closed: for the journal. */
    void (*ended)(void *context, const struct phone_leg *leg, const struct media_figures *figures);
};

/* Opens the leg's line unless it is open. False: no port is to be had. */
bool media_line_open(struct world *world, struct media_line *line);
/* Tells the carrier line->wish. */
void media_line_set(struct world *world, struct media_line *line);
/* The fingerprint of our DTLS certificate; one of nobody's certificate when nobody carries. */
void media_print(const struct world *world, char ret[MEDIA_PRINT_TEXT]);
/* Our address, for who is at `peer` (NULL: it is not known); returns `ret`. Bound to any it is the one that
 * packets to him come from, and this machine's own when that cannot be told. */
const char *media_ours(const struct world *world, const char *peer, char ret[MEDIA_ADDRESS_MAX]);
bool media_line_dial(struct world *world, const struct media_line *line, const char *digits);
bool media_line_read(const struct world *world, const struct media_line *line,
                     struct media_figures *ret);
/* While it is up it plays this and not what the call would have it hear; `is_usual`: no more. */
void media_line_play(struct media_line *line, bool is_usual, enum media_source source,
                     struct clip *clip);
/* Ends the leg's line: what it did is told, its port is free. */
void media_line_close(struct world *world, struct phone_leg *leg);

/* "rtp", "srtp" (SDES) or "dtls-srtp". */
const char *media_transport_name(const struct media_wish *wish);
const char *media_source_name(enum media_source source); /* "echo" */
bool media_source_named(const char *name, enum media_source *ret);

/* "both", "from_phone", "to_phone" (one way only) or "none": which ways audio went. */
const char *media_figures_ways(const struct media_figures *figures);

#endif
