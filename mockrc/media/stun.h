/*
 * STUN messages (RFC 8489): read, checked and written, as far as an ICE agent needs them. Pure;
 * bytes in, bytes out.
 *
 * A message that was read has the length it says, a FINGERPRINT where it has one is right, and what
 * stands behind MESSAGE-INTEGRITY is left unread (RFC 8489 14.5). Who it is from only
 * stun_is_signed says.
 */
#ifndef MOCKRC_MEDIA_STUN_H
#define MOCKRC_MEDIA_STUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STUN_HEADER = 20,
    STUN_TRANSACTION = 12,
    STUN_UNKNOWN_MAX = 8, /* attributes that are told to be unknown */
    STUN_WRITTEN_MAX = 256,
};

enum { STUN_BINDING = 1 }; /* the method */

enum stun_class { STUN_REQUEST, STUN_INDICATION, STUN_SUCCESS, STUN_ERROR };

enum stun_attribute {
    STUN_USERNAME = 0x0006,
    STUN_INTEGRITY = 0x0008,
    STUN_ERROR_CODE = 0x0009,
    STUN_UNKNOWN = 0x000a,
    STUN_XOR_MAPPED_ADDRESS = 0x0020,
    STUN_PRIORITY = 0x0024,
    STUN_USE_CANDIDATE = 0x0025,
    STUN_FINGERPRINT = 0x8028,
    STUN_ICE_CONTROLLED = 0x8029,
    STUN_ICE_CONTROLLING = 0x802a,
};

struct stun_address {
    bool is_v6;
    uint16_t port;
    uint8_t bytes[16]; /* the first 4 of an IPv4 address */
};

struct stun {
    const uint8_t *bytes; /* borrowed */
    size_t len;
    enum stun_class class;
    int method;
    const uint8_t *transaction;
    const char *username; /* NULL: none; not terminated */
    size_t username_len;
    size_t integrity; /* where MESSAGE-INTEGRITY begins; 0: there is none */
    bool has_fingerprint, is_nominating, is_controlled;
    bool has_address; /* XOR-MAPPED-ADDRESS: the next one */
    struct stun_address address;
    int error;                          /* of an answer that refuses: 400; 0: none */
    uint16_t unknown[STUN_UNKNOWN_MAX]; /* that must be understood, and are not */
    size_t unknown_count;
};

/* False: no STUN, or broken; nobody answers that. */
bool stun_read(const uint8_t *bytes, size_t len, struct stun *ret);
/* It has MESSAGE-INTEGRITY, of that password. */
bool stun_is_signed(const struct stun *stun, const char *password);

/* A message under way: begin, add, sign, end. What does not fit any more is left out. */
struct stun_out {
    uint8_t bytes[STUN_WRITTEN_MAX];
    size_t len;
};
void stun_begin(struct stun_out *out, enum stun_class class,
                const uint8_t transaction[STUN_TRANSACTION]);
void stun_add(struct stun_out *out, int attribute, const void *value, size_t len);
void stun_add_address(struct stun_out *out, const struct stun_address *address);
void stun_add_error(struct stun_out *out, int code, const char *reason);
void stun_sign(struct stun_out *out, const char *password);
void stun_end(struct stun_out *out); /* FINGERPRINT */

#endif
