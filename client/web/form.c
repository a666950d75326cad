/* Form fields; see form.h. */
#include "web/form.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *decode(const char *text, size_t len)
{
    struct sb sb = SB_MAX(3 * len + 2); /* a NUL byte grows to three */
    for (size_t i = 0; i < len; i++) {
        char c = text[i] == '+' ? ' ' : text[i];
        if (c == '%' && i + 2 < len && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
            c = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        }
        if (c == '\0')
            sb_add(&sb, "\xef\xbf\xbd");
        else
            sb_add_n(&sb, &c, 1);
    }
    return sb.text ? sb.text : xstrdup("");
}

void form_read(struct form_data *data, const char *text, size_t len)
{
    const char *end = text + len;
    for (const char *p = text; p < end && data->count < FORM_FIELDS;) {
        const char *stop = memchr(p, '&', (size_t)(end - p));
        if (stop == NULL)
            stop = end;
        const char *equals = memchr(p, '=', (size_t)(stop - p));
        const char *name_end = equals ? equals : stop;
        const char *value = equals ? equals + 1 : stop;
        if (name_end > p)
            data->fields[data->count++] = (struct form_field){
                decode(p, (size_t)(name_end - p)), decode(value, (size_t)(stop - value))};
        p = stop + 1;
    }
}

void form_done(struct form_data *data)
{
    for (int i = 0; i < data->count; i++) {
        explicit_bzero(data->fields[i].value, strlen(data->fields[i].value)); /* a password */
        free(data->fields[i].name);
        free(data->fields[i].value);
    }
    data->count = 0;
}

const char *form_get(const struct form_data *data, const char *name)
{
    for (int i = 0; i < data->count; i++) {
        if (strcmp(data->fields[i].name, name) == 0)
            return data->fields[i].value;
    }
    return NULL;
}

const char *form_text(const struct form_data *data, const char *name)
{
    const char *value = form_get(data, name);
    return value ? value : "";
}
