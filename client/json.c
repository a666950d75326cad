/* JSON; see json.h. */
#include "json.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "text.h"

cJSON *json_parse(const char *text)
{
    return cJSON_ParseWithOpts(text, NULL, 1);
}

const cJSON *json_at(const cJSON *json, const char *path)
{
    char name[64];
    while (json != NULL && *path) {
        size_t len = strcspn(path, ".");
        if (len >= sizeof(name))
            return NULL;
        memcpy(name, path, len);
        name[len] = '\0';
        json = cJSON_GetObjectItemCaseSensitive(json, name);
        path += len + (path[len] == '.');
    }
    return json;
}

const char *json_text(const cJSON *json, const char *path, const char *fallback)
{
    const cJSON *at = json_at(json, path);
    return cJSON_IsString(at) ? at->valuestring : fallback;
}

void json_id(const cJSON *json, const char *path, char *to, int cap)
{
    const cJSON *at = json_at(json, path);
    if (cJSON_IsNumber(at))
        snprintf(to, (size_t)cap, "%.0f", at->valuedouble);
    else
        text_copy(to, (size_t)cap, cJSON_IsString(at) ? at->valuestring : "");
}

int64_t json_int(const cJSON *json, const char *path, int64_t fallback)
{
    const cJSON *at = json_at(json, path);
    /* Beyond 2^53 a double names no whole number for sure, and the cast would be undefined. */
    if (!cJSON_IsNumber(at) || at->valuedouble > 9e15 || at->valuedouble < -9e15)
        return fallback;
    return (int64_t)at->valuedouble;
}

bool json_is_true(const cJSON *json, const char *path)
{
    return cJSON_IsTrue(json_at(json, path));
}

char *json_line(const cJSON *json)
{
    return cJSON_PrintUnformatted(json);
}

void json_put(cJSON *json, const char *name, const char *text)
{
    if (text)
        cJSON_AddStringToObject(json, name, text);
    else
        cJSON_AddNullToObject(json, name);
}

void json_put_time(cJSON *json, const char *name, int64_t at_ms)
{
    char text[32];
    if (at_ms != 0)
        clock_text(at_ms, text);
    json_put(json, name, at_ms != 0 ? text : NULL);
}
