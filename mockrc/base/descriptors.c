#include "base/descriptors.h"

#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>

void descriptors_allow_all(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static bool is_bound(int fd, int type, const struct sockaddr *address, socklen_t len)
{
    struct sockaddr_storage has;
    int has_type = 0;
    socklen_t has_len = sizeof has, type_len = sizeof has_type;
    return getsockname(fd, (struct sockaddr *)&has, &has_len) == 0 && has_len == len &&
           memcmp(&has, address, len) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &has_type, &type_len) == 0 && has_type == type;
}

int descriptor_bound(int type, const struct sockaddr *address, socklen_t len)
{
    enum { LOOKED_AT = 65536 };
    for (int fd = 0; fd < LOOKED_AT; fd++)
        if (is_bound(fd, type, address, len))
            return fd;
    return -1;
}
