#include "rest/message_files.h"

#include "api/refuse.h"
#include "base/text.h"

#include <string.h>
#include <strings.h>

enum { FIELD_MAX = 4096, MMS_BYTES_MAX = 1500000 };

static bool is_type(const struct multipart_part *part, const char *type)
{
    size_t len = strlen(type);
    return part->type && strncasecmp(part->type, type, len) == 0 && strchr("; \t", part->type[len]);
}

/* What has a file's name, or a type and no field's name; the JSON is neither. */
static bool is_file(const struct multipart_part *part)
{
    if (is_type(part, "application/json"))
        return false;
    return part->file_name || !part->name || (part->type && !is_type(part, "text/plain"));
}

static struct node *add_child(struct call *call, struct node *parent, const char *key,
                              enum node_kind kind)
{
    struct node *child = arena_alloc(call->arena, sizeof *child), **tail = &parent->first;
    while (*tail)
        tail = (struct node **)&(*tail)->next;
    child->key = key;
    child->kind = kind;
    parent->count++;
    return *tail = child;
}

static struct node *member(struct call *call, struct node *map, const char *key,
                           enum node_kind kind)
{
    struct node *found = (struct node *)node_get(map, key);
    return found ? found : add_child(call, map, key, kind);
}

/* A number may be written as itself or as the JSON's {"phoneNumber": ...}. */
static void add_party(struct call *call, struct node *party, const char *value)
{
    const struct node *json =
        *value == '{' ? json_parse(call->arena, value, strlen(value), NULL) : NULL;
    const char *number = json ? node_text(node_get(json, "phoneNumber"), "") : value;
    if (!node_get(party, "phoneNumber"))
        add_child(call, party, "phoneNumber", NODE_STRING)->text = number;
}

static void add_field(struct call *call, struct node *body, const char *name, const char *value)
{
    static const char *const texts[] = {"text", "faxResolution", "coverIndex", "coverPageText"};
    if (text_eq(name, "from"))
        add_party(call, member(call, body, "from", NODE_MAP), value);
    else if (text_eq(name, "to"))
        add_party(call, add_child(call, member(call, body, "to", NODE_LIST), NULL, NODE_MAP),
                  value);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (text_eq(name, texts[i]) && !node_get(body, texts[i]))
            add_child(call, body, texts[i], NODE_STRING)->text = value;
}

bool message_form(struct call *call)
{
    if (call->body || !call->parts.count)
        return true;
    struct node *body = arena_alloc(call->arena, sizeof *body);
    body->kind = NODE_MAP;
    for (size_t i = 0; i < call->parts.count; i++) {
        const struct multipart_part *part = &call->parts.parts[i];
        if (is_file(part))
            continue;
        if (part->len > FIELD_MAX || !text_is_utf8(part->data, part->len)) {
            refuse(call, CMN_101, part->name);
            return false;
        }
        add_field(call, body, part->name, arena_strndup(call->arena, part->data, part->len));
    }
    call->body = body;
    return true;
}

/* Top levels and single types each kind takes (chosen: the platform's own list is longer). */
static const char *const taken[][12] = {
    [FILES_OF_MMS] = {"image/", "video/", "audio/", "text/", "application/pdf", "application/zip",
                      "application/gzip", "application/rtf", NULL},
    [FILES_OF_FAX] = {"image/", "text/", "application/pdf", "application/rtf", "application/msword",
                      "application/vnd.", NULL},
};

/* "Image/PNG; charset=x" as "Image/PNG", when it is a type and taken; else NULL. */
static const char *type_of(struct call *call, enum message_files kind,
                           const struct multipart_part *part)
{
    static const char token[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                "!#$&^_.+-";
    const char *type = part->type ? part->type : "text/plain"; /* RFC 7578 section 4.4 */
    size_t top = strspn(type, token);
    size_t sub = type[top] == '/' ? strspn(type + top + 1, token) : 0;
    if (!top || !sub || !strchr("; \t", type[top + 1 + sub]))
        return NULL;
    for (size_t i = 0; taken[kind][i]; i++)
        if (text_starts_nocase(type, taken[kind][i]))
            return arena_strndup(call->arena, type, top + 1 + sub);
    return NULL;
}

bool message_files_read(struct call *call, enum message_files kind, struct message_draft *draft)
{
    struct message_file *files = arena_alloc(call->arena, MESSAGE_FILES_MAX * sizeof *files);
    size_t count = 0, bytes = 0;
    for (size_t i = 0; i < call->parts.count; i++) {
        const struct multipart_part *part = &call->parts.parts[i];
        if (!is_file(part))
            continue;
        const char *type = type_of(call, kind, part);
        bytes += part->len;
        if (count == MESSAGE_FILES_MAX)
            refuse(call, MSG_348, NULL);
        else if (kind == FILES_OF_MMS && bytes > MMS_BYTES_MAX)
            refuse(call, MSG_338, NULL);
        else if (!part->len)
            refuse(call, MSG_347, NULL);
        else if (!type)
            refuse_value(call, MSG_349, NULL, part->type);
        else {
            files[count++] = (struct message_file){.type = (char *)type,
                                                   .name = (char *)part->file_name,
                                                   .bytes = (char *)part->data,
                                                   .size = part->len};
            continue;
        }
        return false;
    }
    draft->files = files;
    draft->file_count = count;
    return true;
}
