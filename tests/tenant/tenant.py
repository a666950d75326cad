"""rc-client as a program for tests: a store of its own, its commands, what its store holds."""
import json
import os
import signal
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RC_CLIENT = ROOT / "build/release/bin/rc-client"
LIMIT_S = 120


class Tenant:
    """One tenant's store against one simulator."""

    def __init__(self, server, *flags):
        self.folder = tempfile.TemporaryDirectory(prefix="rc-client-test-")
        self.db = Path(self.folder.name) / "store.db"
        self.env_file = Path(self.folder.name) / "env.json"
        self.env_file.write_text(json.dumps(server.env))
        self.flags = ["--db", str(self.db), "--durable", "no", "--json", "--quiet", *map(str, flags)]

    def argv(self, command, *flags):
        return [str(RC_CLIENT), command, *self.flags, *map(str, flags)]

    def run(self, command, *flags):
        """(exit status, result); nothing else of the machine's environment counts."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("RC_CLIENT_")}
        done = subprocess.run(self.argv(command, *flags), capture_output=True, text=True,
                              timeout=LIMIT_S, env=env)
        return done.returncode, json.loads(done.stdout or "{}"), done.stderr

    def must(self, command, *flags):
        code, result, said = self.run(command, *flags)
        if code != 0:
            raise RuntimeError(f"rc-client {command}: exit {code}: {said}{result}")
        return result

    def connect(self, *flags):
        return self.must("connect", "--env-file", self.env_file, *flags)

    def authenticate(self):
        return self.must("authenticate", "--env-file", self.env_file)

    def save(self):
        return self.must("save", "--yes")

    def killed(self, command, after_s, *flags):
        """Starts it and kills it `after_s` later; whether it was still running then."""
        child = subprocess.Popen(self.argv(command, *flags), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        try:
            child.wait(timeout=after_s)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
        return child.wait() == -signal.SIGKILL

    def batch(self, zone="UTC", *flags):
        """The same tenant as one program that is told the time; `zone` is the machine's."""
        return Batch(self, zone, *flags)

    def timed(self, command, *flags):
        started = time.monotonic()
        self.must(command, *flags)
        return time.monotonic() - started

    def ask(self, sql, *values):
        db = sqlite3.connect(f"file:{self.db}?mode=ro", uri=True)
        rows = db.execute(sql, values).fetchall()
        db.close()
        return rows

    def calls(self):
        """Call id -> record, as stored (a long log is packed: the client unpacks it)."""
        file = Path(self.folder.name) / "calls.jsonl"
        self.must("calls", "--file", file)
        return {record["id"]: record for record in map(json.loads, file.read_text().splitlines())}


class Batch:
    """`rc-client batch`: one answer for each command, at the time it is told; `last` is the last one."""

    last = {}

    def __init__(self, tenant, zone, *flags):
        argv = [str(RC_CLIENT), "batch", "--db", str(tenant.db), "--durable", "no", *map(str, flags)]
        self.child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                      env={**os.environ, "TZ": zone})

    def say(self, command, now_ms, **args):
        """The result; RuntimeError when the command did not do."""
        self.child.stdin.write(json.dumps({"cmd": command, "now_ms": now_ms, **args}) + "\n")
        self.child.stdin.flush()
        self.last = answer = json.loads(self.child.stdout.readline())
        if not answer["ok"]:
            raise RuntimeError(f"rc-client {command}: {answer}")
        return answer["result"]

    def end(self):
        self.child.stdin.close()
        self.child.stdout.close()
        return self.child.wait(timeout=LIMIT_S)


def provider_calls(server, since):
    """Call id -> record, straight from the provider, of calls that began at or after `since` (ISO)."""
    bearer = {"Authorization": "Bearer " + server.token()}
    found, path = {}, f"/restapi/v1.0/account/~/call-log?view=Detailed&perPage=1000&dateFrom={since}"
    while path:
        status, page = server.ask("GET", path, headers=bearer)[:2]
        if status != 200:
            raise RuntimeError(f"call log: {status} {page}")
        found.update({record["id"]: record for record in page["records"]})
        following = page["navigation"].get("nextPage", {}).get("uri", "")
        path = following[following.find("/restapi/"):] if following else ""
    return found
