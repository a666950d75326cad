#include "sip/agent_xml.h"

#include "base/buf.h"
#include "base/text.h"

#include <string.h>

enum { LINE_MAX = 16384 };

static const struct {
    const char *name;
    char letter;
} entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
enum { ENTITIES = sizeof entities / sizeof *entities };

static bool is_blank(char letter)
{
    return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
}

static const char *skip_blanks(const char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

/* The text between two quotes; entities we do not know stay as they are. */
static const char *unescape(struct arena *arena, const char *text, size_t len)
{
    char *plain = arena_alloc(arena, len + 1), *to = plain;
    for (const char *end = text + len; text < end;) {
        size_t i = 0, taken = 1;
        while (i < ENTITIES && !text_starts(text, entities[i].name))
            i++;
        *to = *text;
        if (i < ENTITIES && (taken = strlen(entities[i].name)) <= (size_t)(end - text))
            *to = entities[i].letter;
        else
            taken = 1;
        text += taken;
        to++;
    }
    *to = '\0';
    return plain;
}

/* "<Hdr a="b" .../>": what is behind it; NULL when that is not what stands there. */
static const char *read_element(struct arena *arena, const char *at, const char *name,
                                struct agent_element *ret)
{
    ret->count = 0;
    at = skip_blanks(at);
    size_t len = strlen(name);
    if (*at != '<' || strncmp(at + 1, name, len) != 0)
        return NULL;
    at += 1 + len;
    while (is_blank(*at)) {
        at = skip_blanks(at);
        size_t name_len = strcspn(at, "= \t\r\n/>\"'<");
        if (name_len == 0)
            break;
        const char *key = arena_strndup(arena, at, name_len);
        at = skip_blanks(at + name_len);
        if (*at != '=')
            return NULL;
        at = skip_blanks(at + 1);
        const char *end = *at == '"' || *at == '\'' ? strchr(at + 1, *at) : NULL;
        if (!end)
            return NULL;
        agent_add(ret, key, unescape(arena, at + 1, (size_t)(end - at - 1)));
        at = end + 1;
    }
    if (text_starts(at, "/>"))
        return at + 2;
    if (*at != '>')
        return NULL;
    at = skip_blanks(at + 1);
    return text_starts(at, "</") && strncmp(at + 2, name, len) == 0 && at[2 + len] == '>'
               ? at + 3 + len
               : NULL;
}

bool agent_read(struct arena *arena, const char *text, struct agent_message *ret)
{
    const char *at = skip_blanks(text);
    if (!text_starts(at, "<Msg>"))
        return false;
    at = read_element(arena, at + 5, "Hdr", &ret->head);
    at = at ? read_element(arena, at, "Bdy", &ret->body) : NULL;
    if (!at)
        return false;
    at = skip_blanks(at);
    return text_starts(at, "</Msg>") && !*skip_blanks(at + 6);
}

const char *agent_get(const struct agent_element *element, const char *name)
{
    for (int i = 0; i < element->count; i++)
        if (strcmp(element->pairs[i].name, name) == 0)
            return element->pairs[i].value;
    return NULL;
}

void agent_add(struct agent_element *element, const char *name, const char *value)
{
    if (element->count == AGENT_PAIRS_MAX)
        return;
    element->pairs[element->count].name = name;
    element->pairs[element->count++].value = value ? value : "";
}

/* Clients split a header line at ": " (sip.md 0, rule 7), and no line end may get into one. */
static void write_value(struct buf *out, const char *value)
{
    char last = '\0';
    for (; *value; value++) {
        bool is_control = (unsigned char)*value < ' ' || *value == 0x7f;
        char letter = is_control ? ' ' : *value;
        size_t i = 0;
        if (letter == ' ' && last == ':')
            continue;
        last = letter;
        while (i < ENTITIES && entities[i].letter != letter)
            i++;
        if (i < ENTITIES)
            buf_str(out, entities[i].name);
        else
            buf_char(out, letter);
    }
}

static void write_element(struct buf *out, const char *name, const struct agent_element *element)
{
    buf_char(out, '<');
    buf_str(out, name);
    for (int i = 0; i < element->count; i++) {
        buf_char(out, ' ');
        buf_str(out, element->pairs[i].name);
        buf_str(out, "=\"");
        write_value(out, element->pairs[i].value);
        buf_char(out, '"');
    }
    buf_str(out, "/>");
}

const char *agent_write(struct arena *arena, const struct agent_message *message)
{
    struct buf out;
    buf_init(&out, LINE_MAX);
    buf_str(&out, "<Msg>");
    write_element(&out, "Hdr", &message->head);
    write_element(&out, "Bdy", &message->body);
    buf_str(&out, "</Msg>");
    const char *line = arena_strdup(arena, buf_text(&out));
    buf_done(&out);
    return line;
}
