#include "media/srtp.h"

#include "base/mem.h"

#include <dlfcn.h>
#include <pthread.h>
#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>
#include <stdlib.h>
#include <string.h>

struct srtp_library {
    srtp_err_status_t (*init)(void);
    srtp_err_status_t (*create)(srtp_t *session, const srtp_policy_t *policy);
    srtp_err_status_t (*dealloc)(srtp_t session);
    srtp_err_status_t (*protect)(srtp_t session, void *packet, int *len);
    srtp_err_status_t (*unprotect)(srtp_t session, void *packet, int *len);
};

struct srtp_line {
    const struct srtp_library *library;
    srtp_t in, out;
};

/* The library starts once in a process, and not for two threads at once. */
static struct {
    pthread_mutex_t lock;
    bool has_started;
} srtp_process = {.lock = PTHREAD_MUTEX_INITIALIZER};

static const struct {
    const char *name;
    size_t offset;
} functions[] = {
    {"srtp_init", offsetof(struct srtp_library, init)},
    {"srtp_create", offsetof(struct srtp_library, create)},
    {"srtp_dealloc", offsetof(struct srtp_library, dealloc)},
    {"srtp_protect", offsetof(struct srtp_library, protect)},
    {"srtp_unprotect", offsetof(struct srtp_library, unprotect)},
};

struct srtp_library *srtp_library_open(const char **ret_why)
{
    struct srtp_library library;
    void *handle = dlopen("libsrtp2.so.1", RTLD_NOW | RTLD_LOCAL); /* stays for the process */
    *ret_why = "libsrtp2.so.1 is not installed";
    if (!handle)
        return NULL;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *function = dlsym(handle, functions[i].name);
        *ret_why = "libsrtp2.so.1 is too old";
        if (!function)
            return NULL;
        memcpy((char *)&library + functions[i].offset, &function, sizeof function);
    }
    pthread_mutex_lock(&srtp_process.lock);
    if (!srtp_process.has_started)
        srtp_process.has_started = library.init() == srtp_err_status_ok;
    bool has_started = srtp_process.has_started;
    pthread_mutex_unlock(&srtp_process.lock);
    *ret_why = "libsrtp2 does not start";
    if (!has_started)
        return NULL;
    struct srtp_library *kept = xmalloc(sizeof *kept);
    *kept = library;
    *ret_why = NULL;
    return kept;
}

void srtp_library_close(struct srtp_library *library)
{
    free(library);
}

static bool create(const struct srtp_library *library, srtp_ssrc_type_t which,
                   const unsigned char key[MEDIA_KEY_LEN], srtp_t *ret)
{
    unsigned char copy[MEDIA_KEY_LEN];
    memcpy(copy, key, sizeof copy);
    const srtp_crypto_policy_t suite = {
        .cipher_type = SRTP_AES_ICM_128,
        .cipher_key_len = MEDIA_KEY_LEN,
        .auth_type = SRTP_HMAC_SHA1,
        .auth_key_len = 20,
        .auth_tag_len = 10,
        .sec_serv = sec_serv_conf_and_auth,
    };
    const srtp_policy_t policy = {
        .ssrc = {.type = which},
        .rtp = suite,
        .rtcp = suite,
        .key = copy,
        .window_size = 128,
        .allow_repeat_tx = 1, /* a fault may turn two packets around, an echo repeat one */
    };
    return library->create(ret, &policy) == srtp_err_status_ok;
}

struct srtp_line *srtp_line_new(const struct srtp_library *library,
                                const unsigned char key_in[MEDIA_KEY_LEN],
                                const unsigned char key_out[MEDIA_KEY_LEN])
{
    struct srtp_line *line = xcalloc(1, sizeof *line);
    line->library = library;
    bool is_made = create(library, ssrc_any_inbound, key_in, &line->in) &&
                   create(library, ssrc_any_outbound, key_out, &line->out);
    if (is_made)
        return line;
    srtp_line_free(line);
    return NULL;
}

void srtp_line_free(struct srtp_line *line)
{
    if (!line)
        return;
    if (line->in)
        line->library->dealloc(line->in);
    if (line->out)
        line->library->dealloc(line->out);
    free(line);
}

bool srtp_line_unseal(struct srtp_line *line, uint8_t *bytes, size_t *len)
{
    int now = (int)*len;
    if (line->library->unprotect(line->in, bytes, &now) != srtp_err_status_ok)
        return false;
    *len = (size_t)now;
    return true;
}

bool srtp_line_seal(struct srtp_line *line, uint8_t *bytes, size_t *len)
{
    int now = (int)*len;
    if (line->library->protect(line->out, bytes, &now) != srtp_err_status_ok)
        return false;
    *len = (size_t)now;
    return true;
}
