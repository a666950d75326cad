"""Includes point one way, and each library has its one user."""
import re

from house import C_FILES, ROOT, check, files, main, read

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)

# The first row whose prefix fits a file names its floor. A file may include its own folder and
# lower floors; two folders on one floor do not know each other.
FLOORS = [
    ("mockrc/base/", 0),
    ("mockrc/world/", 1),
    ("mockrc/journal/", 2),
    ("mockrc/fault/", 3),
    ("mockrc/api/", 4),
    ("mockrc/sim/door.h", 4),
    ("mockrc/fixture/", 5),
    ("mockrc/oauth/", 5),
    ("mockrc/rest/", 5),
    ("mockrc/notify/", 5),
    ("mockrc/openapi/", 5),
    ("mockrc/dns/edge", 6),
    ("mockrc/dns/", 5),
    ("mockrc/sip/edge", 6),
    ("mockrc/sip/", 5),
    ("mockrc/front/", 6),
    ("mockrc/media/", 6),
    ("mockrc/web/", 6),
    ("mockrc/control/", 7),
    ("mockrc/sim/", 8),
    ("mockrc/include/", 9),
    ("mockrc/explain/", 8),
    ("mockrc/scenario/", 9),
    ("mockrc/cli/", 10),
    ("mockrc/main", 11),
]

# Who may include a library's headers, by the header's first word.
LIBRARIES = {
    "civetweb.h": ["mockrc/web/", "client/"],
    "cjson": ["mockrc/base/json.c", "client/"],
    "yaml.h": ["mockrc/base/yaml.c"],
    "openssl": ["mockrc/base/hash.c", "mockrc/front/", "mockrc/media/dtls.c", "client/"],
    "sofia-sip": ["mockrc/sip/edge", "client/"],
    "curl": ["mockrc/notify/edge", "client/"],
    "sqlite3.h": ["client/"],
    "lz4.h": ["client/pack.c"],
    "srtp2": ["mockrc/media/srtp"],
    "uthash.h": ["mockrc/", "client/"],
    "utlist.h": ["mockrc/", "client/"],
    "resolv.h": ["client/resolver.c", "client/dnsread.c"],
    "arpa": ["client/resolver.c"],
    "wslay": ["mockrc/front/ws.c", "client/frames.c"],
    "cmocka.h": [],
}
LIBC = set(
    """assert ctype dirent dlfcn endian errno fcntl float glob inttypes limits locale math netdb poll pthread
    semaphore setjmp signal spawn stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib
    stdnoreturn string strings termios time unistd getopt fnmatch regex arpa/inet net/if
    netinet/in netinet/tcp sys/epoll sys/eventfd sys/file sys/inotify sys/ioctl sys/mman
    sys/random sys/resource sys/select sys/signalfd sys/socket sys/stat sys/statvfs sys/time sys/timerfd
    sys/types sys/uio sys/un sys/wait malloc ftw""".split()
)


def floor(path):
    path = str(path)
    return next((n for prefix, n in FLOORS if path.startswith(prefix)), None)


def includes(path):
    for match in INCLUDE.finditer(read(path)):
        yield match.group(1) == '"', match.group(2)


@check("every file of mockrc/ has a floor")
def _():
    return [f"{p}: no row in FLOORS" for p in files("mockrc/**/*.[ch]") if floor(p) is None]


@check("includes of mockrc/ point down or stay in their folder")
def _():
    for path in files("mockrc/**/*.[ch]"):
        for is_ours, name in includes(path):
            if not is_ours:
                continue
            beside = path.parent / name
            target = beside if (ROOT / beside).exists() else path.parents[-2] / name
            if not (ROOT / target).exists():
                yield f"{path}: \"{name}\" is not in mockrc/"
            elif beside == target and "/" not in name and path.parent.name != "mockrc":
                yield f"{path}: \"{name}\": write it from mockrc/ on, as \"{path.parent.name}/{name}\""
            elif floor(target) is None or floor(path) is None:
                continue
            elif floor(target) > floor(path):
                yield f"{path}: includes \"{name}\", which stands above it"
            elif floor(target) == floor(path) and target.parent != path.parent:
                yield f"{path}: includes \"{name}\" of a neighbour on its own floor"


@check("each library is included by its own files only")
def _():
    for path in files("mockrc/**/*.[ch]", "client/**/*.[ch]"):
        for is_ours, name in includes(path):
            if is_ours or name.removesuffix(".h") in LIBC:
                continue
            users = LIBRARIES.get(name.split("/")[0])
            if users is None:
                yield f"{path}: <{name}> is in neither LIBC nor LIBRARIES"
            elif not any(str(path).startswith(user) for user in users):
                yield f"{path}: <{name}> is for {', '.join(users) or 'tests'} only"


@check("rc-client includes nothing of mockrc/")
def _():
    for path in files("client/**/*.[ch]"):
        for is_ours, name in includes(path):
            if is_ours and not any((ROOT / b / name).exists() for b in (path.parent, "client")):
                yield f"{path}: \"{name}\" is not in client/"


@check("tests of rc-client's modules include nothing of mockrc/")
def _():
    for path in files("tests/client/*.[ch]"):
        for is_ours, name in includes(path):
            places = (path.parent, "client", "tests")
            if is_ours and not any((ROOT / b / name).exists() for b in places):
                yield f"{path}: \"{name}\" is neither in client/ nor in tests/"


@check("every C file is in a folder this page knows")
def _():
    known = ("mockrc/", "client/", "tests/unit/", "tests/wire/", "tests/client/")
    known += ("tests/support/", "tools/bench.d/", "tools/fuzz.d/", "tests/interop/")
    return [f"{p}: not in {', '.join(known)}" for p in files(*C_FILES) if not str(p).startswith(known)]


main()
