/* host[:port]; see hostport.h. */
#include "hostport.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static bool refuse(char *why, size_t cap, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool refuse(char *why, size_t cap, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(why, cap, fmt, args);
    va_end(args);
    return false;
}

/* What some resolvers take for an address: its last part is a number, decimal or hexadecimal. */
static bool is_ipv4_like(const char *host)
{
    const char *dot = strrchr(host, '.'), *last = dot ? dot + 1 : host;
    bool is_hex = strncasecmp(last, "0x", 2) == 0;
    const char *digits = is_hex ? "0123456789abcdefABCDEF" : "0123456789";
    last += is_hex ? 2 : 0;
    return last[strspn(last, digits)] == '\0' && (*last || is_hex);
}

/* The first character of UTF-8 text; U+FFFD when it is none. */
static unsigned read_character(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;
    int more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : *p >= 0xc2 ? 1 : 0;
    unsigned c = *p & (0x3fu >> more);
    if (*p < 0x80)
        return *p;
    for (int i = 1; i <= more; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0xfffd;
        c = c << 6 | (p[i] & 0x3f);
    }
    return more ? c : 0xfffd;
}

/* Blanks, and what turns or joins the text around it: nobody sees it in the field. */
static bool is_invisible(unsigned c)
{
    static const struct {
        unsigned first, last;
    } ranges[] = {{0, 0x20},        {0x7f, 0xa0},     {0xad, 0xad},      {0x200b, 0x200f},
                  {0x2000, 0x200a}, {0x2028, 0x202f}, {0x205f, 0x206f},  {0x3000, 0x3000},
                  {0xfeff, 0xfeff}, {0xfff0, 0xfffb}, {0xe0000, 0xe0fff}};
    for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

/* `at`: what no host name has. */
static bool refuse_character(const char *at, char *why, size_t cap)
{
    unsigned c = read_character(at);
    if (c > 0x20 && c < 0x7f)
        return refuse(why, cap, "'%c' cannot stand in a host name", *at);
    if (c == 0xfffd)
        return refuse(why, cap, "a character that is none (U+FFFD) cannot stand in a host name");
    if (is_invisible(c))
        return refuse(why, cap,
                      "an invisible character (U+%04X) cannot stand in a host name; type it again "
                      "by hand",
                      c);
    int len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    return refuse(why, cap,
                  "\"%.*s\" (U+%04X) cannot stand in a host name; enter its ASCII form (xn--...)",
                  len, at, c);
}

/* RFC 1123 labels: letters, digits, '-' inside, 1 to 63 of them. An underscore is no host name but
 * occurs in container networks, so it passes. */
static bool check_name(const char *host, char *why, size_t cap)
{
    if (is_ipv4_like(host)) {
        struct in_addr address;
        if (host[strspn(host, "0123456789.")] != '\0')
            return refuse(why, cap,
                          "\"%s\" ends in a number, as an IPv4 address does; a port "
                          "follows ':'",
                          host);
        if (inet_pton(AF_INET, host, &address) != 1)
            return refuse(why, cap, "\"%s\" is not an IPv4 address", host);
        return true;
    }
    size_t label = 0;
    for (const char *p = host;; p++) {
        if (*p == '.' || *p == '\0') {
            bool is_root_dot = *p == '\0' && label == 0 && p > host;
            if (label == 0 && !is_root_dot)
                return refuse(why, cap, "\"%s\" has an empty part between dots", host);
            if (label > 63)
                return refuse(why, cap, "\"%.60s...\" has a part of more than 63 letters", host);
            if (label > 0 && (p[-1] == '-' || p[-(long)label] == '-'))
                return refuse(why, cap, "\"%s\" has a part that starts or ends with '-'", host);
            if (*p == '\0')
                return true;
            label = 0;
        } else if (isalnum((unsigned char)*p) || *p == '-' || *p == '_') {
            label++;
        } else {
            return refuse_character(p, why, cap);
        }
    }
}

static bool read_port(const char *text, int *ret_port, char *why, size_t cap)
{
    if (*text == '\0')
        return refuse(why, cap, "nothing after ':'; write host:port, such as proxy.example:5090");
    if (text[strspn(text, "0123456789")] != '\0')
        return refuse(why, cap, "port \"%.20s\" is not a number", text);
    long port = strlen(text) <= 6 ? strtol(text, NULL, 10) : 1000000;
    if (port < 1 || port > 65535)
        return refuse(why, cap, "port %.20s is not between 1 and 65535", text);
    *ret_port = (int)port;
    return true;
}

/* What is no host[:port] at all gets its own sentence, before any look at the parts. */
static bool check_shape(const char *text, char *why, size_t cap)
{
    if (*text == '\0')
        return refuse(why, cap, "empty");
    const char *parameter = strchr(text, ';');
    if (parameter && strchr(parameter, '=') && !strpbrk(text, ",|"))
        return refuse(why, cap, "parameters; leave \"%.40s\" away", parameter);
    if (strpbrk(text, ",;|"))
        return refuse(why, cap, "several values; one field takes one host[:port]");
    if (strstr(text, "://"))
        return refuse(why, cap, "a URL; leave \"%.*s\" and what follows the port away",
                      (int)(strstr(text, "://") + 3 - text), text);
    static const char *const schemes[] = {"sip:", "sips:", "udp:", "tcp:", "tls:"};
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
        size_t len = strlen(schemes[i]);
        if (strncasecmp(text, schemes[i], len) == 0 && !isdigit((unsigned char)text[len]))
            return refuse(why, cap, "starts with \"%s\"; only host[:port] belongs here",
                          schemes[i]);
    }
    if (strpbrk(text, " \t\r\n"))
        return refuse(why, cap, "a space inside; one field takes one host[:port]");
    if (strchr(text, '@'))
        return refuse(why, cap, "'@' belongs to a user address; only host[:port] belongs here");
    if (strchr(text, '/'))
        return refuse(why, cap, "'/' cannot stand here; only host[:port] belongs here");
    return true;
}

bool hostport_parse(const char *given, struct hostport *ret_hp, char *why, size_t cap)
{
    while (isspace((unsigned char)*given))
        given++;
    size_t len = strlen(given);
    while (len > 0 && isspace((unsigned char)given[len - 1]))
        len--;
    char text[400];
    if (len >= sizeof(text))
        return refuse(why, cap, "longer than a host name can be");
    memcpy(text, given, len);
    text[len] = '\0';
    if (!check_shape(text, why, cap))
        return false;

    struct hostport hp = {0};
    char *port = NULL;
    if (text[0] == '[') {
        char *close = strchr(text, ']');
        struct in6_addr address;
        if (close == NULL)
            return refuse(why, cap, "'[' without ']'");
        *close = '\0';
        if (inet_pton(AF_INET6, text + 1, &address) != 1)
            return refuse(why, cap, "\"%.60s\" is not an IPv6 address", text + 1);
        if (close[1] != '\0' && close[1] != ':')
            return refuse(why, cap, "only \":port\" can follow ']'");
        hp.is_ipv6 = true;
        text_copy(hp.host, sizeof(hp.host), text + 1);
        port = close[1] == ':' ? close + 2 : NULL;
    } else {
        port = strchr(text, ':');
        if (port && strchr(port + 1, ':') && text[strspn(text, "0123456789abcdefABCDEF:.")] != '\0')
            return refuse(why, cap,
                          "more than one ':'; write host:port, such as "
                          "proxy.example:5090");
        if (port && strchr(port + 1, ':'))
            return refuse(why, cap, "an IPv6 address stands in brackets: [2001:db8::1]:5090");
        if (port)
            *port++ = '\0';
        if (text[0] == '\0')
            return refuse(why, cap, "no host before ':'");
        if (!text_copy(hp.host, sizeof(hp.host), text))
            return refuse(why, cap, "longer than a host name can be");
        if (!check_name(hp.host, why, cap))
            return false;
        size_t end = strlen(hp.host) - 1;
        if (end > 0 && hp.host[end] == '.')
            hp.host[end] = '\0'; /* the root's: a name is the same with and without it */
    }
    if (port && !read_port(port, &hp.port, why, cap))
        return false;
    for (char *p = hp.host; *p; p++)
        *p = (char)tolower((unsigned char)*p);
    *ret_hp = hp;
    return true;
}

bool hostport_same(const struct hostport *a, const struct hostport *b, int default_port)
{
    int a_port = a->port ? a->port : default_port, b_port = b->port ? b->port : default_port;
    return a_port == b_port && text_same_nocase(a->host, b->host);
}

bool hostport_is_address(const struct hostport *hp)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(hp->is_ipv6 ? AF_INET6 : AF_INET, hp->host, bytes) == 1;
}

const char *hostport_text(const struct hostport *hp, char *to, size_t cap)
{
    const char *open = hp->is_ipv6 ? "[" : "", *close = hp->is_ipv6 ? "]" : "";
    if (hp->port)
        snprintf(to, cap, "%s%s%s:%d", open, hp->host, close, hp->port);
    else
        snprintf(to, cap, "%s%s%s", open, hp->host, close);
    return to;
}
