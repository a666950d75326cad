#include "oauth/refuse.h"

#include "api/refuse.h"

#include <string.h>

enum { SHOWN_MAX = 128 /* bytes of a client's own text in an answer */ };

static const struct oauth_error_row table[OAUTH_ERROR_COUNT] = {
#define OAUTH_ERROR(name, code, status, word, message, provenance)                                 \
    [name] = {#name, code, status, word, message, provenance},
#include "oauth/errors.def"
#undef OAUTH_ERROR
};

const struct oauth_error_row *oauth_error_row(enum oauth_error error)
{
    return &table[error];
}

/* Not past SHOWN_MAX, nor in the middle of a character. */
static const char *shown(struct call *call, const char *value)
{
    size_t len = strnlen(value, SHOWN_MAX + 1);
    if (len > SHOWN_MAX)
        for (len = SHOWN_MAX; len > 0 && ((unsigned char)value[len] & 0xc0) == 0x80;)
            len--;
    return arena_strndup(call->arena, value, len);
}

static const char *message_of(struct call *call, const struct oauth_error_row *row,
                              const char *value)
{
    const char *hole = strstr(row->message, "%s");
    if (!hole)
        return row->message;
    return arena_printf(call->arena, "%.*s%s%s", (int)(hole - row->message), row->message,
                        value ? value : "", hole + 2);
}

/* A quoted-string of RFC 9110 section 5.6.4 must not end early. */
static void add_quoted(struct buf *out, const char *text)
{
    for (; *text; text++)
        buf_char(out, *text == '"' || *text == '\\' || (unsigned char)*text < ' ' ? '\'' : *text);
}

static void challenge(struct call *call, const struct oauth_error_row *row, const char *message)
{
    struct buf value;
    buf_init(&value, 1024);
    buf_printf(&value, "Bearer realm=\"RingCentral REST API\", error=\"%s\", error_description=\"",
               row->word);
    add_quoted(&value, message);
    buf_char(&value, '"');
    web_reply_header(call->reply, "WWW-Authenticate", buf_text(&value));
    buf_done(&value);
}

void oauth_note(struct call *call, enum oauth_error error, uint64_t cause)
{
    const struct oauth_error_row *row = &table[error];
    if (row->code[0])
        event_set(call->event, EVENT_CODE, row->code);
    event_set(call->event, EVENT_ERROR, row->word);
    if (cause)
        call->event->cause = cause;
}

static const struct oauth_error_row *row_coded(const char *code)
{
    for (size_t i = 0; i < OAUTH_ERROR_COUNT; i++)
        if (strcmp(table[i].code, code) == 0)
            return &table[i];
    return NULL;
}

void oauth_refuse_planned(struct call *call, int status, const char *code, const char *message)
{
    bool is_numbered = strncmp(code, "OAU-", 4) == 0;
    bool is_word = !is_numbered && !strchr(code, '-'); /* RFC 6749 section 5.2 */
    const struct oauth_error_row *row = is_numbered ? row_coded(code) : NULL;
    if (!is_numbered && !is_word) {
        refuse_raw(call->reply, status, code, message);
        event_set(call->event, EVENT_CODE, code);
        return;
    }
    const char *word = is_word ? code : row ? row->word : "invalid_grant";
    if (!message)
        message = row ? message_of(call, row, NULL) : word;
    struct json_out json = reply_json(call, status);
    json_open(&json, NULL);
    json_str(&json, "error", word);
    json_str(&json, "error_description", message);
    if (is_numbered) {
        json_list(&json, "errors");
        json_open(&json, NULL);
        json_str(&json, "errorCode", code);
        json_str(&json, "message", message);
        json_close(&json);
        json_list_end(&json);
        event_set(call->event, EVENT_CODE, code);
    }
    json_close(&json);
    web_reply_header(call->reply, "Cache-Control", "no-store");
    web_reply_header(call->reply, "Pragma", "no-cache");
    event_set(call->event, EVENT_ERROR, word);
}

void oauth_refuse_value(struct call *call, enum oauth_error error, const char *parameter,
                        const char *value)
{
    const struct oauth_error_row *row = &table[error];
    if (value)
        value = event_is_secret_name(parameter, strlen(parameter)) ? NULL : shown(call, value);
    const char *message = message_of(call, row, value);
    struct json_out json = reply_json(call, row->status);
    json_open(&json, NULL);
    json_str(&json, "error", row->word);
    json_str(&json, "error_description", message);
    if (row->code[0]) {
        json_list(&json, "errors");
        json_open(&json, NULL);
        json_str(&json, "errorCode", row->code);
        json_str(&json, "message", message);
        if (parameter) {
            json_list(&json, "parameters");
            json_open(&json, NULL);
            json_str(&json, "parameterName", shown(call, parameter));
            json_str(&json, "parameterValue", value);
            json_close(&json);
            json_list_end(&json);
        }
        json_close(&json);
        json_list_end(&json);
    }
    json_close(&json);
    web_reply_header(call->reply, "Cache-Control", "no-store");
    web_reply_header(call->reply, "Pragma", "no-cache");
    if (row->status == 401 || error == OAUTH_UNKNOWN_CLIENT)
        challenge(call, row, message);
    if (parameter)
        event_set(call->event, EVENT_PARAMETER, shown(call, parameter));
    oauth_note(call, error, 0);
}

void oauth_refuse(struct call *call, enum oauth_error error)
{
    oauth_refuse_value(call, error, NULL, NULL);
}

void oauth_refuse_because(struct call *call, enum oauth_error error, uint64_t cause)
{
    oauth_refuse_value(call, error, NULL, NULL);
    if (cause)
        call->event->cause = cause;
}
