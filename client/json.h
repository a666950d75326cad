/*
 * Reading and writing JSON for the rest of the client, on cJSON.
 * Members are looked up case-sensitively; a missing or wrongly typed member reads as the default.
 */
#ifndef RC_CLIENT_JSON_H
#define RC_CLIENT_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

/* The whole text must be one JSON value; NULL otherwise. The caller frees it with cJSON_Delete. */
cJSON *json_parse(const char *text);
/* The member at a dotted path ("a.b.c"); borrowed; NULL when any step is missing. */
const cJSON *json_at(const cJSON *json, const char *path);
/* Its text, or `fallback` when it is no string. */
const char *json_text(const cJSON *json, const char *path, const char *fallback);
/* Its text whether it is a string or a whole number (platform ids come as both); "" when neither.
 */
void json_id(const cJSON *json, const char *path, char *to, int cap);
int64_t json_int(const cJSON *json, const char *path, int64_t fallback);
bool json_is_true(const cJSON *json, const char *path);
/* One line, without spaces; the caller frees it. */
char *json_line(const cJSON *json);
/* Adds a string member, or null for NULL. */
void json_put(cJSON *json, const char *name, const char *text);
/* Adds a time as clock_text writes it, or null when `at_ms` is 0. */
void json_put_time(cJSON *json, const char *name, int64_t at_ms);

#endif
