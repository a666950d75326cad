"""What every source file keeps to: length, format, functions not used, headers that stand alone."""
import concurrent.futures
import os
import re
import subprocess

from house import C_FILES, ROOT, c_code, check, files, main, read

LONGEST = 450

# Function, who may use it all the same, and what to use instead.
BANNED = [
    ("strcpy|strcat|stpcpy|strncpy|strncat", [], "buf_* or snprintf"),
    ("sprintf|vsprintf", [], "snprintf"),
    ("gets|scanf", [], "fgets and a parser"),
    ("strtok|asctime|ctime|gmtime|localtime", [], "the _r form"),
    ("atoi|atol|atof|atoll", [], "strtol with its end looked at"),
    ("system|popen", [], "posix_spawn or fork and exec"),
    ("rand|random|srand|drand48|lrand48|rand_r", [], "id_*, which is seeded"),
    ("alloca", [], "the arena"),
    ("setenv|putenv", [], "an environment made for the child"),
    (
        "time|gettimeofday|clock_gettime|clock|timespec_get",
        # World time comes from clock.c; what waits for a wire waits in machine time.
        ["mockrc/world/clock.c", "mockrc/web/listener.c", "mockrc/sim/door.c", "client/clock.c",
         "mockrc/media/edge_line.c"],
        "clock_now",
    ),
]


def program_files():
    return files("mockrc/**/*.[ch]", "client/**/*.[ch]")


@check(f"no file is longer than {LONGEST} lines")
def _():
    for path in files(*C_FILES, "tools/**/*.py", "tests/**/*.py"):
        lines = read(path).count("\n")
        if lines > LONGEST:
            yield f"{path}: {lines} lines"


@check("no banned function is called")
def _():
    for path in program_files():
        code = c_code(read(path))
        for names, users, instead in BANNED:
            if str(path) in users:
                continue
            for match in re.finditer(rf"(?<![\w.>])({names})\s*\(", code):
                line = code.count("\n", 0, match.start()) + 1
                yield f"{path}:{line}: {match.group(1)}() is banned: use {instead}"


@check("no file keeps unfinished markers")
def _():
    for path in files(*C_FILES, "tools/*", "tools/**/*.py"):
        for number, line in enumerate(read(path).splitlines(), 1):
            if re.search(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b", line):
                yield f"{path}:{number}: {line.strip()}"


@check("unit tests use no thread, socket or sleep")
def _():
    for path in files("tests/unit/*.c"):
        code = c_code(read(path))
        for match in re.finditer(r"\b(pthread_create|socket|sleep|usleep|nanosleep)\s*\(", code):
            yield f"{path}:{code.count(chr(10), 0, match.start()) + 1}: {match.group(1)}()"


@check("no test sleeps")
def _():
    for path in files("tests/**/*.c"):
        code = c_code(read(path))
        for match in re.finditer(r"\b(sleep|usleep)\s*\(", code):
            yield f"{path}:{code.count(chr(10), 0, match.start()) + 1}: {match.group(1)}()"


def compiler_flags():
    packages = "libcjson sofia-sip-ua libcurl yaml-0.1 sqlite3 libcrypto cmocka".split()
    flags = subprocess.run(["pkg-config", "--cflags", *packages], capture_output=True, text=True)
    own = "-std=gnu17 -D_GNU_SOURCE -DSOURCE_DIR=\"\" -DBIN_DIR=\"\" -fsyntax-only -x c -Wall -Werror"
    return own.split() + [
        f.replace("-I", "-isystem", 1) if f.startswith("-I") else f for f in flags.stdout.split()
    ]


@check("every header compiles alone, and twice")
def _():
    flags = compiler_flags()

    def compile_alone(path):
        folder = {"mockrc": "mockrc", "client": "client"}.get(path.parts[0])
        roots = [folder] if folder else ["mockrc", "tests", "tools"]
        if path.parts[:2] == ("tests", "client"):
            roots = ["client", "tests"]
        twice = f'#include "{ROOT / path}"\n' * 2
        argv = ["gcc", *flags, *(f"-I{ROOT / r}" for r in roots), "-"]
        done = subprocess.run(argv, input=twice, capture_output=True, text=True)
        return f"{path}:\n{done.stderr}" if done.returncode else None

    headers = [p for p in files(*C_FILES) if p.suffix == ".h"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return [problem for problem in pool.map(compile_alone, headers) if problem]


@check("C files are laid out as .clang-format says")
def _():
    sources = [str(p) for p in files(*C_FILES)]
    argv = ["clang-format-14", "--dry-run", "--Werror", *sources]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True)
    wrong = re.findall(r"^(\S+):\d+:\d+: error: code should be clang-formatted", done.stderr, re.M)
    counts = {path: wrong.count(path) for path in wrong}
    if not counts and done.returncode:
        yield done.stderr
    for path, count in sorted(counts.items()):
        yield f"{path}: {count} places; clang-format-14 -i {path} mends them"


@check("scripts parse and are executable")
def _():
    for path in files("tools/*", ".ci/*", "tests/interop/run"):
        first = (ROOT / path).read_bytes()[:30].splitlines()[:1]
        if not first or not first[0].startswith(b"#!"):
            continue
        if not os.access(ROOT / path, os.X_OK):
            yield f"{path}: not executable"
        if b"bash" in first[0]:
            done = subprocess.run(["bash", "-n", ROOT / path], capture_output=True, text=True)
            if done.returncode:
                yield done.stderr


main()
