"""The fail-over table: every way a proxy can be down, met while a handset registers, calls, is in a
call, or is idle; how long until the secondary has it. One TAP point per cell.

usage: failover.py [--table FILE] [WAY...]

A real `mockrc serve` and a real `rc-client batch` per cell, in real time with short timers: no
answer within 400 ms is silence, a quiet proxy is asked every 300 ms. Needs the release build.
"""
import concurrent.futures
import json
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from mockrc import LIMIT_S, Mockrc

TIMEOUT_MS, KEEPALIVE_MS, RETRY_MS = 400, 300, 500
AT_ONCE = 4  # cells wait more than they work
NUMBER = "+12025550143"
# Whatever is asked and silent once, then asked elsewhere; the margin is for a busy machine.
BOUND_MS = 3 * (TIMEOUT_MS + 1000) + KEEPALIVE_MS + 5000


def verb(name, /, **args):
    def breaks(server):
        status, answer = server.verb(name, **args)
        if status != 200:
            raise RuntimeError(f"{name}: {status} {answer}")

    return breaks


def fault(kind, **args):
    match = {"layer": "sip", "proxy": "a"}
    return verb("fault", name="down", match=match, kind=kind, **args)


def connections(kind, **args):
    """New connections to the proxy suffer, and those there are end."""
    def breaks(server):
        match = {"op": "net.connect", "proxy": "a"}
        verb("fault", name="down", match=match, kind=kind, **args)(server)
        verb("close-connections")(server)

    return breaks


def flaps(server):
    verb("stop-proxy", proxy="a")(server)

    def comes_back():
        try:
            verb("start-proxy", proxy="a")(server)
        except OSError:
            pass  # the cell is over and its simulator gone

    later = threading.Timer(1.5, comes_back)
    later.daemon = True
    later.start()


# name, transport, what breaks it
WAYS = (
    ("stopped", "udp", verb("stop-proxy", proxy="a")),
    ("stopped (TCP)", "tcp", verb("stop-proxy", proxy="a")),
    ("stopped (TLS)", "tls", verb("stop-proxy", proxy="a")),
    ("black hole", "udp", fault("drop")),
    ("black hole (TCP)", "tcp", fault("drop")),
    ("closes connections (TCP)", "tcp", fault("close")),
    ("moved away", "udp", verb("move-proxy", proxy="a")),
    ("draining, Retry-After", "udp", verb("drain-proxy", proxy="a")),
    ("408", "udp", fault("answer", status=408)),
    ("500", "udp", fault("answer", status=500)),
    ("502", "udp", fault("answer", status=502)),
    ("503", "udp", fault("answer", status=503)),
    ("503, Retry-After", "udp", fault("answer", status=503, retry_after="30s")),
    ("504", "udp", fault("answer", status=504)),
    ("slow beyond the time-out", "udp", fault("delay", delay="5s")),
    ("302 to the secondary", "udp", fault("answer", status=302, to="b")),
    ("accepting, then silent (TCP)", "tcp", connections("silence")),
    ("refusing connections (TCP)", "tcp", connections("refuse")),
    ("sending garbage (TCP)", "tcp", connections("garbage")),
    ("accepting, then silent (TLS)", "tls", connections("silence")),
    ("stalled in the handshake (TLS)", "tls", connections("stall")),
    ("resetting connections (TLS)", "tls", connections("reset")),
    ("sending garbage (TLS)", "tls", connections("garbage")),
    ("certified until yesterday (TLS)", "tls", connections("certificate", **{"is": "expired"})),
    ("flapping", "udp", flaps),
)


class Client:
    """`rc-client batch`: one line of JSON a command."""

    def __init__(self, server, folder, transport):
        argv = [ROOT / "build/release/bin/rc-client", "batch", "--db", Path(folder) / "store.db"]
        argv += ["--env-file", Path(server.folder.name) / "env.json", "--durable", "no", "--quiet"]
        argv += ["--sip-timeout-ms", str(TIMEOUT_MS)]
        self.child = subprocess.Popen(list(map(str, argv)), stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True)
        for command in ({"cmd": "connect", "transport": transport}, {"cmd": "authenticate"},
                        {"cmd": "save", "yes": True}, {"cmd": "handsets"}):
            answer = self.ask(**command)
            if not answer["ok"]:
                raise RuntimeError(f"{command}: {answer}")

    def ask(self, **command):
        self.child.stdin.write(json.dumps(command) + "\n")
        self.child.stdin.flush()
        return json.loads(self.child.stdout.readline())

    def phone(self, do, **more):
        answer = self.ask(cmd="phone", do=do, to=NUMBER, keepalive_ms=KEEPALIVE_MS,
                          retry_ms=RETRY_MS, limit=LIMIT_S, **more)
        if "steps" not in answer["result"]:
            raise RuntimeError(f"phone {do}: {answer}")
        return answer["result"]["steps"]

    def stop(self):
        self.child.stdin.close()
        return self.child.wait(timeout=LIMIT_S)


def reached(steps, do):
    """When the last step was reached; a step that was not ends the row with what was tried."""
    for step in steps:
        if not step["reached"]:
            raise AssertionError(f"{do}: {step['step']} not reached: {step['tries'][-5:]}")
    return steps[-1]["took_ms"]


def registering(client, breaks):
    breaks()
    return reached(client.phone("register"), "register")


def calling(client, breaks):
    reached(client.phone("register"), "register")
    breaks()
    return reached(client.phone("call"), "call")


def in_a_call(client, breaks):
    # A round trip behind the ACK: the proxy has it when it is broken.
    reached(client.phone("register,call,keep", **{"for": 1}), "call")
    breaks()
    took = reached(client.phone("hold"), "hold")
    reached(client.phone("resume,hangup"), "hang up")
    return took


def idle(client, breaks):
    """Until a REGISTER is answered 200 by another proxy than before; or by the same, when it came
    back before it was missed."""
    before = client.phone("register")[-1]["proxy"]
    breaks()
    for _ in range(4):
        step = client.phone("keep", **{"for": 2})[-1]
        gone = False
        for one in step["tries"]:
            good = one["answer"] == "SIP 200"
            if good and one["request"] == "REGISTER" and (gone or one["proxy"] != before):
                return one["at_ms"]
            gone = gone or not good
    raise AssertionError(f"idle: nobody has it: {step['tries'][-5:]}")


CELLS = (("REGISTER", registering), ("INVITE", calling), ("in-dialog", in_a_call), ("idle", idle))


def play(way, situation):
    """Milliseconds to recover; AssertionError says why not."""
    _, transport, breaks = way
    server = Mockrc("release", "--set", "sip.party.after=50ms", "--seed", "5")
    try:
        with tempfile.TemporaryDirectory(prefix="mockrc-failover-") as folder:
            client = Client(server, folder, transport)
            try:
                took = situation(client, lambda: breaks(server))
                for rule in server.ask("GET", "/__admin/faults")[1]["faults"]:
                    if not rule["hits"]:
                        raise RuntimeError(f"{way[0]}: the fault was never met: {rule}")
                return took
            finally:
                client.stop()
    finally:
        server.stop()


def judge(way, situation):
    """(milliseconds or None, what is wrong or "")"""
    try:
        ms = play(way, situation)
        return ms, "" if ms <= BOUND_MS else f"took {ms} ms, more than {BOUND_MS}"
    except AssertionError as error:
        return None, str(error)


def usage(text):
    print(f"failover.py: {text}; see failover.py --help", file=sys.stderr)
    sys.exit(2)


def main(argv):
    table, names, words = None, [], iter(argv)
    for word in words:
        if word in ("-h", "--help"):
            print(__doc__.strip())
            return 0
        if word == "--table":
            table = next(words, None) or usage("--table wants a file")
        elif word in (way[0] for way in WAYS):
            names.append(word)
        else:
            usage(f'"{word}" is none of {", ".join(way[0] for way in WAYS)}')
    ways = [way for way in WAYS if not names or way[0] in names]
    lines = ["| a proxy that is | " + " | ".join(f"{name}, ms" for name, _ in CELLS) + " |",
             "| --- |" + " ---: |" * len(CELLS)]
    number = bad = 0
    print(f"1..{len(ways) * len(CELLS)}")
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        played = [[pool.submit(judge, way, cell) for _, cell in CELLS] for way in ways]
        for way, row in zip(ways, played):
            for (name, _), cell in zip(CELLS, row):
                number += 1
                problem = cell.result()[1]
                bad += bool(problem)
                print(f"{'not ' if problem else ''}ok {number} - a proxy that is {way[0]}: {name}",
                      flush=True)
                if problem:
                    print(f"# {problem}")
            took = ("never" if cell.result()[0] is None else str(cell.result()[0]) for cell in row)
            lines.append(f"| {way[0]} | " + " | ".join(took) + " |")
    for line in lines:
        print("# " + line)
    if table:
        Path(table).write_text("\n".join(lines) + "\n")
    return 1 if bad else 0


sys.exit(main(sys.argv[1:]))
