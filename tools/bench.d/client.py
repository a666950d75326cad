"""rc-client's sync beside a reader that throws the same pages away: the simulator's part and ours."""
import http.client
import json
import os
import re
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

from rest import Rest
from server import BIN, mockrc

NEXT = re.compile(rb'"nextPage":\{"uri":"[^"]*?(/restapi/[^"]*)"')
PATH = "/restapi/v1.0/account/~/call-log?view=Detailed&perPage=1000&dateFrom=2016-01-01T00:00:00Z"


def serve_all(ours):
    """Reads every page over one connection and keeps nothing; (pages, bytes, seconds, server CPU)."""
    bearer = Rest(ours.env).bearer()
    before, started = ours.cpu_s(), time.monotonic()
    port = urllib.parse.urlsplit(ours.env["restUrl"]).port
    connection, path, pages, size = http.client.HTTPConnection("127.0.0.1", port), PATH, 0, 0
    while path:
        connection.request("GET", path, headers=bearer)
        body = connection.getresponse().read()
        pages, size = pages + 1, size + len(body)
        found = NEXT.search(body[-3000:]) or NEXT.search(body)
        path = found and found.group(1).decode()
    connection.close()
    return pages, size, time.monotonic() - started, ours.cpu_s() - before


def sync_all(ours, folder):
    """(records, seconds, client CPU, its peak memory in KB) of a first sync into a new store."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("RC_CLIENT_")}
    file = Path(folder) / "env.json"
    file.write_text(json.dumps(ours.env))
    common = ["--db", f"{folder}/store.db", "--quiet", "--json"]

    def run(command, *flags):
        argv = [str(BIN / "rc-client"), command, *common, *flags]
        child = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=env)
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise RuntimeError(f"rc-client {command}: exit {child.returncode}: {said}")
        return json.loads(said), usage

    run("connect", "--env-file", str(file))
    run("authenticate", "--env-file", str(file))
    run("save", "--yes")
    started = time.monotonic()
    said, usage = run("sync", "--days", "3650")
    seconds = time.monotonic() - started
    return said["stored"], seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def client(bench):
    """A first sync of the whole call log: time and memory, beside what serving it takes."""
    count = 100000 if bench.quick else 1000000
    with mockrc("--records", str(count), "--rate-limits", "off") as ours:
        pages, size, serve_s, server_cpu = serve_all(ours)
        bench.row("client", f"{count} records read and thrown away", pages=pages, mb=size / 1e6,
                  seconds=serve_s, server_cpu_s=server_cpu)
        with tempfile.TemporaryDirectory(prefix="rc-client-bench-") as folder:
            records, seconds, cpu, peak_kb = sync_all(ours, folder)
        bench.row("client", f"{records} records synced into a new store", seconds=seconds,
                  client_cpu_s=cpu, peak_mb=peak_kb / 1024, time_ratio=seconds / serve_s)
