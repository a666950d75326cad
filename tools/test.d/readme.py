"""Runs every command of the README's ```sh blocks, in a copy of the tree that has only its files.

The copy is build/clean; it is kept, so that only the first run there is a cold one. Commands of one
section (from one heading to the next) share nothing but what `export`, `eval` and `cd` set up. A
command that serves is started, waited for, stays up for the rest of its section, and must then stop
cleanly. It serves on free ports, told to the others in the environment.
"""
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import time
import urllib.request

import result
from result import FAILED, PASSED, Result

COLD_LIMIT_S = 900  # the first command of the README installs and builds
LIMIT_S = 60
READY_LIMIT_S = 60
STOP_LIMIT_S = 5


def commands_of(block):
    """The commands of a block; a line that ends in a backslash goes on."""
    lines = re.sub(r"\\\n", "\0", block).splitlines()
    return [
        line.replace("\0", "\\\n").strip()
        for line in lines
        if line.strip() and not line.lstrip().startswith("#")
    ]


def sections(text):
    """The commands of each section that has any."""
    for section in re.split(r"^## ", text, flags=re.M):
        blocks = re.findall(r"^```sh\n(.*?)^```$", section, re.S | re.M)
        if commands := [command for block in blocks for command in commands_of(block)]:
            yield commands


def tree_files(root):
    """What a clone would hold: what git knows or would take; without git all but what is built."""
    if not (root / ".git").exists() or not shutil.which("git"):
        built = {"build", "node_modules", "__pycache__"}
        paths = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
        return {str(p) for p in paths if not built & set(p.parts)}
    argv = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(argv, check=True, capture_output=True)
    return {name for name in done.stdout.decode().split("\0") if name and (root / name).is_file()}


def make_copy(root, copy):
    """Brings `copy` to the tree's files; its build folder stays."""
    copy.mkdir(parents=True, exist_ok=True)
    wanted = tree_files(root)
    for folder, names, there in os.walk(copy):
        if folder == str(copy) and "build" in names:
            names.remove("build")
        for name in there:
            path = os.path.join(folder, name)
            if os.path.relpath(path, copy) not in wanted:
                os.unlink(path)
    for name in sorted(wanted):
        source, target = root / name, copy / name
        if target.exists() and target.read_bytes() == source.read_bytes():
            shutil.copymode(source, target)
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


class Server:
    """A command that serves: up from its ready file to SIGTERM."""

    def __init__(self, command, cwd):
        self.ready, self.env_file = cwd / "build/readme.ready", cwd / "build/readme.env.json"
        for path in (self.ready, self.env_file):
            path.unlink(missing_ok=True)
        self.log = open(cwd / "build/readme.log", "w+b")
        told = {"MOCKRC_READY_FILE": str(self.ready), "MOCKRC_ENV_FILE": str(self.env_file)}
        told |= {"MOCKRC_PORT": "0", "MOCKRC_SIP_PORT": "0"}
        self.child = subprocess.Popen(
            ["bash", "-c", command],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, **told},
            start_new_session=True,
        )

    def wait_ready(self):
        """Why it is not ready, or "" once it answers."""
        end = time.monotonic() + READY_LIMIT_S
        while not self.ready.exists():
            if self.child.poll() is not None:
                return f"ended with {self.child.returncode} before it was ready"
            if time.monotonic() > end:
                return "was not ready in time"
            time.sleep(0.02)
        url = self.admin_url()
        with urllib.request.urlopen(url.rstrip("/") + "/ready", timeout=5) as answer:
            return "" if answer.status == 200 else f"{url}/ready answered {answer.status}"

    def admin_url(self):
        return json.loads(self.env_file.read_text())["adminUrl"]

    def stop(self):
        """Why it did not stop cleanly, or ""."""
        try:
            os.killpg(self.child.pid, signal.SIGTERM)
            code = self.child.wait(timeout=STOP_LIMIT_S)
            return "" if code == 0 else f"exit status {code} after SIGTERM"
        except (ProcessLookupError, subprocess.TimeoutExpired) as error:
            return f"{type(error).__name__} at SIGTERM"
        finally:
            if self.child.poll() is None:
                os.killpg(self.child.pid, signal.SIGKILL)
                self.child.wait()

    def printed(self):
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")


def serves(command):
    words = shlex.split(command, comments=True)
    return "serve" in words[1:] and "--help" not in words


def run_section(commands, copy, limit_s):
    """One result per command; what `export`, `eval` and `cd` lines say goes in front of the rest."""
    prelude, servers = "set -eo pipefail\n", []
    env = {"XDG_STATE_HOME": str(copy / "build/state")}
    shutil.rmtree(copy / "build/state", ignore_errors=True)
    for command in commands:
        name = "readme: " + re.sub(r"\s*\\\n\s*", " ", command)
        script = prelude + command
        if re.match(r"(export|eval|cd)\s", command):
            prelude += command + "\n"
        elif command.split()[0] == "tools/test":
            # This is the command that runs now; the copy shows that it starts there.
            script = prelude + f"{command} --list"
        started = time.monotonic()
        if serves(command):
            server = Server(script, copy)
            servers.append((name, server))
            problem = server.wait_ready()
            text = f"{problem}\n{result.last_lines(server.printed())}"
            yield Result(name, FAILED if problem else PASSED, time.monotonic() - started, text)
            if not problem:
                env["MOCKRC_ADMIN_URL"] = server.admin_url()
            continue
        ended = result.run_program(["bash", "-c", script], limit_s, env, copy)
        text = f"{ended.told()}\n{result.last_lines(ended.out)}"
        yield Result(name, FAILED if ended.code != 0 else PASSED, ended.seconds, text)
    for name, server in servers:
        problem = server.stop()
        text = f"{problem}\n{result.last_lines(server.printed())}"
        yield Result(name + " (stop)", FAILED if problem else PASSED, 0.0, text)


def run_again(copy):
    """A second tools/run calls no installer and no build tool: here they all fail."""
    shims = copy / "build/shims"
    shims.mkdir(parents=True, exist_ok=True)
    for tool in ("apt-get", "cmake", "ninja", "gcc", "sudo"):
        (shims / tool).write_text(f"#!/bin/sh\necho {tool} was called >&2\nexit 99\n")
        (shims / tool).chmod(0o755)
    env = {"PATH": f"{shims}:{os.environ['PATH']}"}
    ended = result.run_program(["tools/run"], LIMIT_S, env, copy)
    text = f"{ended.told()}\n{result.last_lines(ended.out)}"
    name = "readme: a second tools/run installs and builds nothing"
    return Result(name, FAILED if ended.code != 0 else PASSED, ended.seconds, text)


def run(root):
    copy = root / "build" / "clean"
    make_copy(root, copy)
    (copy / "build").mkdir(exist_ok=True)
    results, limit_s = [], COLD_LIMIT_S
    for commands in sections((root / "README.md").read_text("utf-8")):
        results += run_section(commands, copy, limit_s)
        limit_s = LIMIT_S
    if not results:
        return [Result("readme: it has commands", FAILED, 0.0, "no ```sh block")]
    return results + [run_again(copy)]
