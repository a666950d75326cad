#include "control/dashboard.h"

#include "base/text.h"

/* The files beside this one, as they are. */
#define EMBED(name, ending)                                                                        \
    __asm__(".pushsection .rodata\n.global " #name "\n" #name ":\n"                                \
            ".incbin \"" DASHBOARD ending "\"\n.byte 0\n.popsection\n");                           \
    extern const char name[]

EMBED(dashboard_html, ".html");
EMBED(dashboard_js, ".js");
EMBED(dashboard_css, ".css");

static const char policy[] = "default-src 'none'; script-src 'self'; style-src 'self'; "
                             "connect-src 'self'; base-uri 'none'; form-action 'none'; "
                             "frame-ancestors 'none'";

static void answer(struct call *call, const char *type, const char *text)
{
    call->reply->status = 200;
    call->reply->content_type = type;
    web_reply_header(call->reply, "Content-Security-Policy", policy);
    web_reply_header(call->reply, "X-Content-Type-Options", "nosniff");
    web_reply_header(call->reply, "Cache-Control", "no-cache");
    buf_str(&call->reply->body, text);
}

void dashboard_head(struct call *call)
{
    answer(call, "text/html;charset=UTF-8", dashboard_html);
}

void dashboard_foot(struct call *call)
{
    buf_str(&call->reply->body, "</details></section>\n</body></html>\n");
}

void dashboard_script(struct call *call)
{
    answer(call, "text/javascript;charset=UTF-8", dashboard_js);
}

void dashboard_style(struct call *call)
{
    answer(call, "text/css;charset=UTF-8", dashboard_css);
}

bool dashboard_is_path(const char *path)
{
    static const char *const paths[] = {"/__admin", "/__admin/", "/__admin/dashboard.js",
                                        "/__admin/dashboard.css"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (text_eq(path, paths[i]))
            return true;
    return false;
}
