#include "rest/uri.h"

#include "base/codec.h"

#include <string.h>

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

void uri_self_path(struct buf *out, const struct call *call, const char *base)
{
    size_t arg = 0;
    buf_str(out, base);
    for (const char *at = call->route->path; *at;) {
        size_t len = strcspn(at, "{");
        buf_add(out, at, len);
        at += len;
        if (!*at)
            break;
        if (strncmp(at, "{accountId}", 11) == 0 && call->account)
            buf_int(out, call->account->id);
        else if (strncmp(at, "{extensionId}", 13) == 0 && call->target)
            buf_int(out, call->target->id);
        else
            codec_percent(out, call->args[arg]);
        arg++;
        at += strcspn(at, "}") + 1;
    }
}

void uri_self(struct json_out *out, const char *key, const struct call *call)
{
    json_raw(out, key, "\"");
    uri_self_path(out->buf, call, call->world->base_url);
    uri_close(out);
}
