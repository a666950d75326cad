/* Reading the redirect that ends an authorization; see signin.h. */
#include <string.h>

#include "signin.h"
#include "text.h"

bool landing_is_ours(const char *url, const char *redirect_uri)
{
    size_t len = strcspn(redirect_uri, "?#");
    return strncmp(url, redirect_uri, len) == 0 && strchr("?#", url[len]) != NULL;
}

void landing_read(const char *url, struct landing *ret_landing)
{
    struct landing landing = {.has_landed = true, .http_status = 302};
    const char *query = strpbrk(url, "?#");
    char text[8192];
    text_copy(text, sizeof(text), query ? query + 1 : "");
    /* Errors may come in the fragment (oauth.md section 12). */
    for (char *p = text; *p; p++) {
        if (*p == '#')
            *p = '&';
    }
    text_query(text, "code", landing.code, sizeof(landing.code));
    text_query(text, "state", landing.state, sizeof(landing.state));
    text_query(text, "error", landing.error, sizeof(landing.error));
    text_query(text, "error_description", landing.description, sizeof(landing.description));
    *ret_landing = landing;
}
