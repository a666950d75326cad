#include "rest/uri.h"

void uri_open(struct json_out *out, const char *key, const struct world *world)
{
    json_raw(out, key, "\"");
    buf_str(out->buf, world->base_url);
    buf_str(out->buf, "/restapi/v1.0");
}

void uri_close(struct json_out *out)
{
    buf_char(out->buf, '"');
}

void uri_account(struct json_out *out, const char *key, const struct world *world, int64_t id,
                 const char *tail)
{
    uri_open(out, key, world);
    buf_str(out->buf, "/account/");
    buf_int(out->buf, id);
    buf_str(out->buf, tail);
    uri_close(out);
}

void uri_user(struct json_out *out, const char *key, const struct world *world,
              const struct user *user, const char *tail)
{
    uri_open(out, key, world);
    buf_str(out->buf, "/account/");
    buf_int(out->buf, user->account_id);
    buf_str(out->buf, "/extension/");
    buf_int(out->buf, user->id);
    buf_str(out->buf, tail);
    uri_close(out);
}

void uri_dictionary(struct json_out *out, const char *key, const struct world *world,
                    const char *kind, const char *id)
{
    uri_open(out, key, world);
    buf_str(out->buf, "/dictionary/");
    buf_str(out->buf, kind);
    buf_char(out->buf, '/');
    buf_str(out->buf, id);
    uri_close(out);
}

void uri_id(struct json_out *out, const char *key, int64_t id)
{
    json_raw(out, key, "\"");
    buf_int(out->buf, id);
    uri_close(out);
}

void uri_self(struct json_out *out, const char *key, const struct call *call)
{
    json_raw(out, key, "\"");
    buf_str(out->buf, call->world->base_url);
    call_path(call, out->buf);
    uri_close(out);
}
