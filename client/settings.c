/* Platform Settings; see settings.h. */
#include "settings.h"

#include <stdio.h>
#include <string.h>

#include "text.h"
#include "web.h"

/* A checker may write a word of up to three letters into any value it accepts as such a word. */
#define SHORTEST 4

static bool check_hostport(char *value, char *why, size_t cap)
{
    struct hostport hp;
    if (!hostport_parse(value, &hp, why, cap))
        return false;
    if (hp.port == 0)
        snprintf(
            why, cap,
            hostport_is_address(&hp)
                ? "no port; the transport's default is used, %d, over TLS %d"
                : "no port; DNS is asked (SRV), else the transport's default is used, %d, over "
                  "TLS %d",
            SETTINGS_SIP_PORT, SETTINGS_SIP_PORT + 1);
    return true;
}

/* The domain is an identity, not an address: without a port it is complete. */
static bool check_domain(char *value, char *why, size_t cap)
{
    struct hostport hp;
    return hostport_parse(value, &hp, why, cap);
}

static bool check_optional_hostport(char *value, char *why, size_t cap)
{
    return *value == '\0' || check_hostport(value, why, cap);
}

/* Who could look its name up? */
static bool check_dns(char *value, char *why, size_t cap)
{
    struct hostport hp;
    if (*value == '\0')
        return true;
    if (!hostport_parse(value, &hp, why, cap))
        return false;
    if (hostport_is_address(&hp))
        return true;
    snprintf(why, cap, "\"%.60s\" is no address, such as 192.0.2.53 or 127.0.0.1:5053", hp.host);
    return false;
}

static bool check_recording(char *value, char *why, size_t cap)
{
    bool yes = text_same_nocase(value, "yes") || text_same_nocase(value, "true") ||
               text_same_nocase(value, "on");
    bool no = text_same_nocase(value, "no") || text_same_nocase(value, "false") ||
              text_same_nocase(value, "off");
    if (!yes && !no) {
        snprintf(why, cap, "\"%.20s\" is neither yes nor no", value);
        return false;
    }
    text_copy(value, SHORTEST, yes ? "yes" : "no");
    return true;
}

static bool check_transport(char *value, char *why, size_t cap)
{
    static const char *const known[] = {"udp", "tcp", "tls"};
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
        if (text_same_nocase(value, known[i])) {
            text_copy(value, SHORTEST, known[i]);
            return true;
        }
    }
    snprintf(why, cap, "\"%.20s\" is none of udp, tcp and tls", value);
    return false;
}

static bool check_url(char *value, char *why, size_t cap)
{
    size_t len = strlen(value);
    while (len > 0 && value[len - 1] == '/')
        value[--len] = '\0';
    if (web_is_url(value, NULL, 0))
        return true;
    snprintf(why, cap, "\"%.80s\" is no http or https URL", value);
    return false;
}

static bool check_redirect(char *value, char *why, size_t cap)
{
    if (web_is_url(value, NULL, 0))
        return true;
    snprintf(why, cap, "\"%.80s\" is no http or https URL", value);
    return false;
}

static bool check_brand(char *value, char *why, size_t cap)
{
    if (*value && value[strspn(value, "0123456789")] == '\0')
        return true;
    snprintf(why, cap,
             "\"%.20s\" is no brand id, such as 1210 (RingCentral) or 6010 (Avaya "
             "Cloud Office)",
             value);
    return false;
}

static bool check_any(char *value, char *why, size_t cap)
{
    return true;
}

#define FIELD(member, shown, secret, checker)                                                      \
    {                                                                                              \
        .key = #member, .label = shown, .offset = offsetof(struct settings, member),               \
        .cap = sizeof(((struct settings *)0)->member), .is_secret = secret, .check = checker       \
    }

const struct settings_field settings_fields[] = {
    FIELD(sip_domain, "SIP Domain", false, check_domain),
    FIELD(proxy, "Outbound Proxy", false, check_hostport),
    FIELD(secondary, "Secondary Outbound Proxy", false, check_optional_hostport),
    FIELD(recording, "Enable Recording", false, check_recording),
    FIELD(transport, "SIP Transport", false, check_transport),
    FIELD(base_url, "Platform URL", false, check_url),
    FIELD(client_id, "Client ID", false, check_any),
    FIELD(client_secret, "Client Secret", true, check_any),
    FIELD(redirect_uri, "Redirect URI", false, check_redirect),
    FIELD(brand, "Brand", false, check_brand),
    FIELD(ca_file, "CA File", false, check_any),
    FIELD(dns, "Name Server", false, check_dns),
};
const size_t settings_field_count = sizeof(settings_fields) / sizeof(settings_fields[0]);

char *settings_value(struct settings *settings, const struct settings_field *field)
{
    return (char *)settings + field->offset;
}

const char *settings_read(const struct settings *settings, const struct settings_field *field)
{
    return (const char *)settings + field->offset;
}

const struct settings_field *settings_find(const char *key)
{
    for (size_t i = 0; i < settings_field_count; i++) {
        if (strcmp(settings_fields[i].key, key) == 0)
            return &settings_fields[i];
    }
    return NULL;
}

bool settings_set(struct settings *settings, const struct settings_field *field, const char *value,
                  char *why, size_t cap)
{
    char checked[512];
    why[0] = '\0';
    while (*value == ' ' || *value == '\t')
        value++;
    if (!text_copy(checked, sizeof(checked), value) || strlen(checked) >= field->cap) {
        snprintf(why, cap, "longer than %zu characters", field->cap - 1);
        return false;
    }
    for (size_t len = strlen(checked); len > 0 && strchr(" \t", checked[len - 1]); len--)
        checked[len - 1] = '\0';
    if (!field->check(checked, why, cap))
        return false;
    text_copy(settings_value(settings, field), field->cap, checked);
    return true;
}

void settings_init(struct settings *settings)
{
    *settings = (struct settings){.recording = "no", .transport = "udp", .brand = "1210"};
}

bool settings_secondary_is_idle(const struct settings *settings)
{
    struct hostport primary, secondary;
    char why[200];
    if (settings->secondary[0] == '\0')
        return true;
    if (!hostport_parse(settings->secondary, &secondary, why, sizeof(why)) ||
        !hostport_parse(settings->proxy, &primary, why, sizeof(why)))
        return false;
    return hostport_same(&primary, &secondary, SETTINGS_SIP_PORT);
}
