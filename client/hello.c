/* The opening handshake of a WebSocket client; see frames.h. */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "frames.h"

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" /* RFC 6455 section 1.3 */

void hello_init(struct hello *ret_hello, struct rnd *rnd)
{
    unsigned char bytes[16];
    rnd_bytes(rnd, bytes, sizeof(bytes));
    EVP_EncodeBlock((unsigned char *)ret_hello->key, bytes, sizeof(bytes));
}

void hello_write(const struct hello *hello, const char *host, const char *target, const char *agent,
                 struct sb *out)
{
    sb_addf(out,
            "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n",
            target, host, agent, hello->key);
}

/* base64(SHA-1(key and GUID)). */
static void accept_of(const struct hello *hello, char to[29])
{
    char text[sizeof(hello->key) + sizeof(GUID)];
    unsigned char hash[20];
    snprintf(text, sizeof(text), "%s" GUID, hello->key);
    if (EVP_Digest(text, strlen(text), hash, NULL, EVP_sha1(), NULL) != 1)
        abort();
    EVP_EncodeBlock((unsigned char *)to, hash, sizeof(hash));
}

/* The first value of a header in the NUL-terminated `head`; false when it is not there. */
static bool header(const char *head, const char *name, char *to, size_t cap)
{
    size_t len = strlen(name);
    for (const char *line = strstr(head, "\r\n"); line; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, len) != 0 || line[len] != ':')
            continue;
        const char *from = line + len + 1;
        from += strspn(from, " \t");
        size_t value = strcspn(from, "\r");
        while (value > 0 && strchr(" \t", from[value - 1]))
            value--;
        snprintf(to, cap, "%.*s", (int)(value < cap ? value : cap - 1), from);
        return true;
    }
    return false;
}

static const char *trouble_of(const char *head, const struct hello *hello)
{
    char value[256], accept[29];
    accept_of(hello, accept);
    if (!header(head, "Upgrade", value, sizeof(value)) || !text_same_nocase(value, "websocket"))
        return "the answer does not upgrade to websocket";
    if (!header(head, "Connection", value, sizeof(value)) || !text_has_nocase(value, "upgrade"))
        return "the answer's Connection is no upgrade";
    if (!header(head, "Sec-WebSocket-Accept", value, sizeof(value)) || !text_same(value, accept))
        return "the answer is to another key";
    if (header(head, "Sec-WebSocket-Extensions", value, sizeof(value)) ||
        header(head, "Sec-WebSocket-Protocol", value, sizeof(value)))
        return "the answer agrees on what was not asked for";
    return NULL;
}

int hello_read(const char *bytes, size_t len, const struct hello *hello, size_t *ret_len,
               const char **ret_why)
{
    int status = 0;
    const char *end = memmem(bytes, len, "\r\n\r\n", 4);
    *ret_why = NULL;
    if (end == NULL && len < FRAMES_HEAD_MAX)
        return 0;
    *ret_len = end ? (size_t)(end - bytes) + 4 : 0;
    if (*ret_len == 0 || *ret_len > FRAMES_HEAD_MAX) {
        *ret_why = "the answer's head is too long";
        return -1;
    }
    char *head = xstrndup(bytes, *ret_len);
    if (strlen(head) != *ret_len || sscanf(head, "HTTP/1.%*1[01] %3d ", &status) != 1 ||
        status < 100)
        *ret_why = "the answer is no HTTP";
    else if (status == 101)
        *ret_why = trouble_of(head, hello);
    free(head);
    return *ret_why ? -1 : status;
}
