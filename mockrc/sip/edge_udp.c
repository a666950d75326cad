#include "sip/edge_udp.h"

#include "base/codec.h"
#include "base/descriptors.h"
#include "base/hash.h"
#include "base/text.h"

#include <errno.h>
#include <sofia-sip/msg_header.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_status.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum {
    OUT_MAX = 65535,
    LINE = 1024 /* one header; a longer one is the library's */,
    SIP_PORT = 5060,
    NOT_LOOKED = -2
};

void edge_udp_init(struct edge_udp *udp)
{
    udp->fd = NOT_LOOKED;
    hash_random(udp->tag_key, sizeof udp->tag_key);
    buf_init(&udp->out, OUT_MAX);
}

void edge_udp_done(struct edge_udp *udp)
{
    buf_done(&udp->out);
}

/* The library does not tell its socket, only what that is bound to. */
static int socket_of(const tport_t *tports)
{
    for (const tport_t *primary = tport_primaries(tports); primary; primary = tport_next(primary)) {
        const su_addrinfo_t *at = tport_get_address(primary);
        if (tport_is_udp(primary))
            return descriptor_bound(SOCK_DGRAM, at->ai_addr, (socklen_t)at->ai_addrlen);
    }
    return -1;
}

/* One header line, or several of a header that comes several times. */
static bool add_headers(struct buf *out, const sip_header_t *header)
{
    for (; header; header = header->sh_next) {
        char *room = buf_room(out, LINE);
        issize_t len = room ? msg_header_e(room, LINE, (const msg_header_t *)header, 0) : -1;
        if (len <= 0 || len >= LINE)
            return false;
        buf_commit(out, (size_t)len);
    }
    return true;
}

static void add_tag(const struct edge_udp *udp, const sip_t *sip, struct buf *out)
{
    const char *parts[] = {sip->sip_via->v_branch, sip->sip_call_id->i_id, sip->sip_from->a_tag};
    uint64_t sums[3] = {0};
    char tag[2 * sizeof sums[0] + 1];
    for (size_t i = 0; i < 3; i++)
        if (parts[i])
            sums[i] = hash_keyed(udp->tag_key, parts[i], strlen(parts[i]));
    sums[0] = hash_keyed(udp->tag_key, sums, sizeof sums);
    buf_str(out, ";tag=");
    buf_str(out, codec_hex(tag, sums, sizeof sums[0]));
}

static bool add_to(const struct edge_udp *udp, const sip_t *sip, struct buf *out)
{
    if (!add_headers(out, (const sip_header_t *)sip->sip_to))
        return false;
    if (!sip->sip_to->a_tag) {
        out->len -= strlen("\r\n");
        add_tag(udp, sip, out);
        buf_str(out, "\r\n");
    }
    return true;
}

static bool write_answer(const struct edge_udp *udp, const sip_t *sip, int status,
                         const char *phrase, const char *headers, const char *body, struct buf *out)
{
    const char *usual = phrase ? phrase : sip_status_phrase(status);
    buf_str(out, "SIP/2.0 ");
    buf_int(out, status);
    buf_char(out, ' ');
    buf_str(out, usual ? usual : "");
    buf_str(out, "\r\n");
    if (!add_headers(out, (const sip_header_t *)sip->sip_via) ||
        !add_headers(out, (const sip_header_t *)sip->sip_from) || !add_to(udp, sip, out) ||
        !add_headers(out, (const sip_header_t *)sip->sip_call_id) ||
        !add_headers(out, (const sip_header_t *)sip->sip_cseq))
        return false;
    buf_str(out, headers);
    buf_str(out, "Content-Length: ");
    buf_int(out, body ? (int64_t)strlen(body) : 0);
    buf_str(out, "\r\n\r\n");
    buf_str(out, body ? body : "");
    return !out->truncated;
}

static bool is_usual(const sip_t *sip, int status)
{
    const sip_via_t *via = sip->sip_via;
    return text_eq(via->v_protocol, "SIP/2.0/UDP") && !via->v_maddr && !via->v_comp &&
           !sip->sip_record_route && status > 100;
}

/* Where the request came from; its port only when the client asks for it (rport), else the one it
 * says. */
static void read_address(const sip_t *sip, const msg_t *request, su_sockaddr_t *ret)
{
    const sip_via_t *via = sip->sip_via;
    int64_t port;
    *ret = *msg_addr((msg_t *)request);
    if (via->v_rport && *via->v_rport)
        return;
    if (!via->v_port || !text_int64(via->v_port, &port) || port <= 0 || port > UINT16_MAX)
        port = SIP_PORT;
    ret->su_port = htons((uint16_t)port);
}

/* An error that an earlier datagram met (ICMP) is told by the next call: it goes a second time. */
static bool send_to(int fd, const struct buf *out, const su_sockaddr_t *address)
{
    for (int i = 0; i < 2; i++)
        if (sendto(fd, out->data, out->len, MSG_NOSIGNAL | MSG_DONTWAIT, &address->su_sa,
                   SU_SOCKADDR_SIZE(address)) >= 0)
            return true;
    return false;
}

bool edge_udp_answer(struct edge_udp *udp, const tport_t *tports, const msg_t *request, int status,
                     const char *phrase, const char *headers, const char *body)
{
    const sip_t *sip = sip_object((msg_t *)request);
    su_sockaddr_t address;
    if (!is_usual(sip, status))
        return false;
    if (udp->fd == NOT_LOOKED)
        udp->fd = socket_of(tports);
    buf_reset(&udp->out);
    if (udp->fd < 0 || !write_answer(udp, sip, status, phrase, headers, body, &udp->out))
        return false;
    read_address(sip, request, &address);
    return send_to(udp->fd, &udp->out, &address);
}

const char *edge_udp_peer(char out[EDGE_PEER_LEN], const msg_t *request)
{
    const su_sockaddr_t *from = msg_addr((msg_t *)request);
    if (from->su_family != AF_INET)
        return tport_hostport(out, EDGE_PEER_LEN, from, 1);
    /* What the library formats costs as much as a digest. */
    struct buf text = {.data = out, .cap = EDGE_PEER_LEN, .max = EDGE_PEER_LEN - 1};
    unsigned char bytes[4];
    memcpy(bytes, &from->su_sin.sin_addr, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        buf_int(&text, bytes[i]);
        buf_char(&text, i + 1 < sizeof bytes ? '.' : ':');
    }
    buf_int(&text, ntohs(from->su_port));
    return out;
}
