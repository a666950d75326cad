#include "notify/edge_curl.h"

#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

/* Where each function's pointer is in the table. */
static const struct {
    const char *name;
    size_t offset;
} functions[] = {
#define FUNCTION(member)                                                                           \
    {                                                                                              \
        "curl_" #member, offsetof(struct curl_table, member)                                       \
    }
    FUNCTION(global_init),   FUNCTION(easy_init),        FUNCTION(easy_setopt),
    FUNCTION(easy_getinfo),  FUNCTION(easy_reset),       FUNCTION(easy_cleanup),
    FUNCTION(slist_append),  FUNCTION(slist_free_all),   FUNCTION(multi_init),
    FUNCTION(multi_setopt),  FUNCTION(multi_add_handle), FUNCTION(multi_remove_handle),
    FUNCTION(multi_perform), FUNCTION(multi_poll),       FUNCTION(multi_wakeup),
    FUNCTION(multi_cleanup), FUNCTION(multi_info_read),
#undef FUNCTION
};

const char *curl_table_load(struct curl_table *table)
{
    struct curl_table loaded = {.library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL)};
    if (!loaded.library)
        return "libcurl.so.4 is not installed";
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(loaded.library, functions[i].name);
        if (!function)
            return "libcurl.so.4 is too old";
        memcpy((char *)&loaded + functions[i].offset, &function, sizeof function);
    }
    if (loaded.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return "libcurl does not start";
    *table = loaded;
    return NULL;
}
