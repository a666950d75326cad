#include "base/descriptors.h"

#include "base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum { LOOKED_AT = 65536 };

void descriptors_allow_all(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static int option(int fd, int name)
{
    int value = 0;
    socklen_t len = sizeof value;
    getsockopt(fd, SOL_SOCKET, name, &value, &len);
    return value;
}

static bool is_bound(int fd, int type, const struct sockaddr *address, socklen_t len)
{
    struct sockaddr_storage has;
    socklen_t has_len = sizeof has;
    return getsockname(fd, (struct sockaddr *)&has, &has_len) == 0 && has_len == len &&
           memcmp(&has, address, len) == 0 && option(fd, SO_TYPE) == type &&
           (type != SOCK_STREAM || option(fd, SO_ACCEPTCONN));
}

int descriptor_bound(int type, const struct sockaddr *address, socklen_t len)
{
    for (int fd = 0; fd < LOOKED_AT; fd++)
        if (is_bound(fd, type, address, len))
            return fd;
    return -1;
}

/* It must not block: a library that was told of a connection to the old one accepts on this. */
static int quiet_socket(int *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, len) == 0 && listen(fd, 1) == 0 &&
        getsockname(fd, (struct sockaddr *)&address, &len) == 0) {
        *ret_port = ntohs(address.sin_port);
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

/* A set is left by number and socket together, so this comes before the number has another one. What is no
 * set says no. */
static void leave_sets(int fd)
{
    DIR *all = opendir("/proc/self/fd");
    int64_t set;
    for (struct dirent *one; all && (one = readdir(all));)
        if (text_int64(one->d_name, &set) && epoll_ctl((int)set, EPOLL_CTL_DEL, fd, NULL) == 0)
            break;
    if (all)
        closedir(all);
}

int descriptor_take_over(int fd, int *ret_quiet)
{
    int quiet = quiet_socket(ret_quiet);
    int taken = quiet >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (taken >= 0) {
        leave_sets(fd);
        fcntl(taken, F_SETFL, O_NONBLOCK);
        dup3(quiet, fd, O_CLOEXEC);
    }
    if (quiet >= 0)
        close(quiet);
    return taken;
}
