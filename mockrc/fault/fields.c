/* What a rule can say: one row per argument. */
#include "fault/rule.h"

#include "base/text.h"

#include <arpa/inet.h>
#include <string.h>

static int read_text(struct rule *rule, const struct node *value, const char **slot)
{
    const char *text = node_text(value, NULL);
    if (!text)
        return -1;
    *slot = arena_strdup(&rule->arena, text);
    return 0;
}

static int read_name(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->name);
}

static int read_status(struct rule *rule, const struct node *value)
{
    int64_t status;
    if (!node_int(value, &status) || status < 100 || status > 699)
        return -1;
    rule->plan.status = (int)status;
    return 0;
}

static int read_code(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->plan.code);
}

static int read_message(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->plan.message);
}

static int read_body(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->plan.body);
}

static int read_retry_after(struct rule *rule, const struct node *value)
{
    int64_t ms;
    if (!text_duration_ms(node_text(value, NULL), &ms) || ms > 86400000)
        return -1;
    rule->plan.retry_after_s = (int)(ms / 1000);
    return 0;
}

static int read_delay(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->plan.delay_ms) &&
                   rule->plan.delay_ms <= 600000
               ? 0
               : -1;
}

static int read_times(struct rule *rule, const struct node *value)
{
    return node_int(value, &rule->times) && rule->times > 0 ? 0 : -1;
}

static int read_from(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->from_ms) ? 0 : -1;
}

static int read_until(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->until_ms) ? 0 : -1;
}

static int read_every(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->every_ms) && rule->every_ms ? 0 : -1;
}

static int read_lasts(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->lasts_ms) && rule->lasts_ms ? 0 : -1;
}

static int read_to(struct rule *rule, const struct node *value)
{
    return read_text(rule, value, &rule->plan.to);
}

static int read_gives(struct rule *rule, const struct node *value)
{
    static const char *const words[] = {"nxdomain", "servfail", "refused", "empty", "truncated"};
    const char *text = node_text(value, "");
    unsigned char address[16];
    bool is_known =
        inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        is_known |= text_eq(text, words[i]);
    return is_known ? read_text(rule, value, &rule->plan.gives) : -1;
}

static bool is_percent(const struct node *value, int *slot)
{
    int64_t percent;
    if (!node_int(value, &percent) || percent < 0 || percent > 100)
        return false;
    *slot = (int)percent;
    return true;
}

static int read_loss(struct rule *rule, const struct node *value)
{
    return is_percent(value, &rule->plan.loss) ? 0 : -1;
}

static int read_reorder(struct rule *rule, const struct node *value)
{
    return is_percent(value, &rule->plan.reorder) ? 0 : -1;
}

static int read_jitter(struct rule *rule, const struct node *value)
{
    return text_duration_ms(node_text(value, NULL), &rule->plan.jitter_ms) &&
                   rule->plan.jitter_ms <= 1000
               ? 0
               : -1;
}

static int read_direction(struct rule *rule, const struct node *value)
{
    static const char *const names[] = {[FAULT_BOTH_WAYS] = "both",
                                        [FAULT_TO_PHONE] = "to_phone",
                                        [FAULT_FROM_PHONE] = "from_phone"};
    for (int i = FAULT_BOTH_WAYS; i <= FAULT_FROM_PHONE; i++)
        if (text_eq(node_text(value, NULL), names[i])) {
            rule->plan.direction = (enum fault_direction)i;
            return 0;
        }
    return -1;
}

static bool is_count(const struct node *value, int64_t from, int64_t *slot)
{
    int64_t count;
    if (!node_int(value, &count) || count < from || count > (64 << 20))
        return false;
    *slot = count;
    return true;
}

static int read_after(struct rule *rule, const struct node *value)
{
    return is_count(value, 0, &rule->plan.after) ? 0 : -1;
}

static int read_bytes(struct rule *rule, const struct node *value)
{
    return is_count(value, 1, &rule->plan.piece) && rule->plan.piece <= 65536 ? 0 : -1;
}

static int read_is(struct rule *rule, const struct node *value)
{
    static const char *const names[FAULT_CERT_COUNT] = {
        [FAULT_CERT_EXPIRED] = "expired",       [FAULT_CERT_NOT_YET] = "not-yet-valid",
        [FAULT_CERT_WRONG_HOST] = "wrong-host", [FAULT_CERT_SELF_SIGNED] = "self-signed",
        [FAULT_CERT_UNKNOWN_CA] = "unknown-ca",
    };
    for (int i = FAULT_CERT_NONE + 1; i < FAULT_CERT_COUNT; i++)
        if (text_eq(node_text(value, NULL), names[i])) {
            rule->plan.certificate = (enum fault_certificate)i;
            return 0;
        }
    return -1;
}

static int read_alert(struct rule *rule, const struct node *value)
{
    static const struct {
        const char *name;
        int number;
    } alerts[] = {
        {"close_notify", 0},        {"unexpected_message", 10},  {"handshake_failure", 40},
        {"bad_certificate", 42},    {"certificate_expired", 45}, {"unknown_ca", 48},
        {"decode_error", 50},       {"protocol_version", 70},    {"internal_error", 80},
        {"unrecognized_name", 112},
    };
    for (size_t i = 0; i < sizeof alerts / sizeof *alerts; i++)
        if (text_eq(node_text(value, NULL), alerts[i].name)) {
            rule->plan.alert = alerts[i].number;
            return 0;
        }
    return -1;
}

static const struct field {
    const char *name, *wants;
    int (*read)(struct rule *rule, const struct node *value);
    bool is_common; /* every kind takes it */
} fields[] = {
    {"name", "text", read_name, true},
    {"times", "a count from 1", read_times, true},
    {"from", "a duration from now in world time", read_from, true},
    {"until", "a duration from now in world time", read_until, true},
    {"every", "a duration in world time", read_every, true},
    {"lasts", "a duration in world time", read_lasts, true},
    {"status", "a status from 100 to 699", read_status, false},
    {"code", "an error code", read_code, false},
    {"message", "text", read_message, false},
    {"body", "text", read_body, false},
    {"retry_after", "a duration up to 24h", read_retry_after, false},
    {"delay", "a duration up to 10m", read_delay, false},
    {"to", "a SIP proxy's name or an address", read_to, false},
    {"gives", "nxdomain, servfail, refused, empty, truncated or an address", read_gives, false},
    {"after", "a count of bytes", read_after, false},
    {"bytes", "a count of bytes from 1 to 65536", read_bytes, false},
    {"is", "expired, not-yet-valid, wrong-host, self-signed or unknown-ca", read_is, false},
    {"alert", "an alert of TLS: handshake_failure, internal_error, unknown_ca, ...", read_alert,
     false},
    {"loss", "a percentage from 0 to 100", read_loss, false},
    {"reorder", "a percentage from 0 to 100", read_reorder, false},
    {"jitter", "a duration up to 1s", read_jitter, false},
    {"direction", "to_phone, from_phone or both", read_direction, false},
};
enum { FIELDS = sizeof fields / sizeof *fields };

const char *fault_field_name(size_t i)
{
    return i < FIELDS ? fields[i].name : NULL;
}

const char *fault_field_wants(size_t i)
{
    return i < FIELDS ? fields[i].wants : NULL;
}

static bool takes(const struct fault_kind *kind, const struct field *field)
{
    if (field->is_common)
        return !kind->is_uncountable || !text_eq(field->name, "times");
    for (size_t i = 0; i < KIND_ARGS_MAX && kind->args[i]; i++)
        if (text_eq(kind->args[i], field->name))
            return true;
    return false;
}

int rule_read_field(struct rule *rule, const struct node *value, const char *file,
                    struct diag *diag)
{
    const char *names[FIELDS + 2] = {"match", "kind"};
    for (size_t i = 0; i < FIELDS; i++) {
        names[i + 2] = fields[i].name;
        if (!text_eq(value->key, fields[i].name))
            continue;
        if (!takes(rule->kind, &fields[i]))
            return diag_set(diag, ERR_USAGE, file, value->key_line, value->key_col,
                            "a fault of kind %s takes no `%s`", rule->kind->name, value->key);
        if (fields[i].read(rule, value))
            return diag_set(diag, ERR_USAGE, file, value->line, value->col, "%s: wanted %s, saw %s",
                            value->key, fields[i].wants, node_text(value, node_kind_name(value)));
        return 0;
    }
    const char *near = text_nearest(value->key, names, FIELDS + 2);
    return diag_set(diag, ERR_USAGE, file, value->key_line, value->key_col,
                    "unknown key \"%s\" in a fault%s%s%s", value->key,
                    near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}
