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

static bool is_ipv4_like(const char *host)
{
    return host[strspn(host, "0123456789.")] == '\0';
}

/* RFC 1123 labels: letters, digits, '-' inside, 1 to 63 of them. An underscore is no host name but
 * occurs in container networks, so it passes. */
static bool check_name(const char *host, char *why, size_t cap)
{
    if (is_ipv4_like(host)) {
        struct in_addr address;
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
            return refuse(why, cap, "'%c' cannot stand in a host name", isprint(*p) ? *p : '?');
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
