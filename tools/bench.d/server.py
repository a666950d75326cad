"""Servers under measurement: started on free loopback ports, read through /proc, always stopped."""
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / "build/release/bin"
TICKS = os.sysconf("SC_CLK_TCK")


def until(what, question, limit_s=20):
    """Waits until `question()` answers with something true and returns that."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if answer := question():
            return answer
        time.sleep(0.01)
    raise RuntimeError(f"{what}: not within {limit_s} s")


def free_udp_port():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server process (and its children); a context manager that ends it."""

    def __init__(self, name, argv, **more):
        self.name = name
        self.folder = tempfile.TemporaryDirectory(prefix="mockrc-bench-")
        self.log = open(Path(self.folder.name) / "log", "w+b")
        argv = [a.replace("{folder}", self.folder.name) for a in map(str, argv)]
        self.child = subprocess.Popen(argv, stderr=self.log, start_new_session=True, **more)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.stdin:
            self.child.stdin.close()
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()
        self.log.close()
        self.folder.cleanup()

    def pids(self):
        """The server's process and its children."""
        tasks = Path(f"/proc/{self.child.pid}/task")
        children = [c for t in tasks.iterdir() for c in (t / "children").read_text().split()]
        return [str(self.child.pid), *children]

    def cpu_s(self):
        """User and system time so far, of all its processes."""
        ticks = 0
        for pid in self.pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS

    def memory_kb(self):
        """Proportional resident memory: what is shared between its processes counts once."""
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total

    def tail(self):
        self.log.flush()
        return Path(self.log.name).read_text("utf-8", "replace")[-2000:]


def bare(program, *args):
    """A bench program that prints its port and serves until its stdin ends."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    server = Server(program, [BIN / f"bench_{program}", *args], **pipes)
    server.port = int(server.child.stdout.readline())
    return server


def mockrc(*args):
    """`mockrc serve` on free ports, ready; `.env` is what it tells its clients."""
    argv = [BIN / "mockrc", "serve", "--port", "0", "--sip-port", "0", "--rate-limits", "off"]
    argv += ["--ready-file", "{folder}/ready", "--env-file", "{folder}/env.json", *args]
    server = Server("mockrc", argv, stdout=subprocess.DEVNULL)
    ready = Path(server.folder.name) / "ready"
    try:
        until("mockrc serve", lambda: ready.exists() or server.child.poll() is not None)
        if server.child.poll() is not None:
            raise RuntimeError(f"mockrc serve ended with {server.child.returncode}: {server.tail()}")
    except RuntimeError:
        server.__exit__()
        raise
    server.env = json.loads((Path(server.folder.name) / "env.json").read_text())
    return server


KAMAILIO = """#!KAMAILIO
# A registrar and nothing else: bindings in memory, digest checked against one password.
debug=0
log_stderror=yes
fork=yes
children=1
disable_tcp=yes
auto_aliases=no
dns=no
rev_dns=no
listen=udp:127.0.0.1:{port}
loadmodule "sl.so"
loadmodule "pv.so"
loadmodule "usrloc.so"
loadmodule "registrar.so"
loadmodule "auth.so"
modparam("usrloc", "db_mode", 0)
modparam("registrar", "max_expires", 7200)
modparam("auth", "nonce_expire", 300)
request_route {{
    if ($rm != "REGISTER") {{
        sl_send_reply("200", "OK");
        exit;
    }}
    if (!pv_www_authenticate("$td", "secret", "0")) {{
        www_challenge("$td", "0");
        exit;
    }}
    if (!save("location")) sl_reply_error();
    exit;
}}
"""


def udp_answers(port):
    """Whether an OPTIONS on that port is answered."""
    message = (
        f"OPTIONS sip:127.0.0.1:{port} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-b;"
        "rport\r\nMax-Forwards: 70\r\nFrom: <sip:b@127.0.0.1>;tag=1\r\nTo: <sip:127.0.0.1>\r\n"
        "Call-ID: b\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
    )
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.settimeout(0.2)
        try:
            probe.connect(("127.0.0.1", port))
            probe.send(message.encode())
            return bool(probe.recv(65536))
        except OSError:
            return False


def kamailio():
    """Kamailio with one UDP worker on a free loopback port."""
    port = free_udp_port()
    argv = ["kamailio", "-DD", "-E", "-f", "{folder}/kamailio.cfg", "-Y", "{folder}"]
    with tempfile.NamedTemporaryFile("w", suffix=".cfg") as config:
        config.write(KAMAILIO.format(port=port))
        config.flush()
        argv[4] = config.name
        server = Server("kamailio", [*argv, "-w", "{folder}", "-m", "256", "-M", "16"],
                        stdout=subprocess.DEVNULL)
        server.port = port
        try:
            until("kamailio", lambda: udp_answers(port))
        except RuntimeError as error:
            text = server.tail()
            server.__exit__()
            raise RuntimeError(f"{error}: {text}") from None
    return server
