"""Bad input, row by row: tables beside this file, one TAP point per row, against the dev build.

usage: bad.py http|ws|sip|cli
"""
import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))
from mockrc import FORM, LIMIT_S, Mockrc

BIN = ROOT / "build/dev/bin"


def point(number, name, problem):
    print(f"{'not ' if problem else ''}ok {number} - {name}", flush=True)
    for line in problem.splitlines():
        print("# " + line)


def fill(text, names):
    """{fill:N}: N letters; {nest:N}: N open lists; {lines:N}, {fields:N}: N headers, N form fields;
    {ids:N}: N ids joined by commas; {members:N}: a JSON object of N members."""
    makers = {
        "fill": lambda n: "A" * n,
        "nest": lambda n: "[" * n + "]" * n,
        "lines": lambda n: "".join(f"X-{i}: {i}\r\n" for i in range(n)),
        "fields": lambda n: "&".join(f"f{i}=1" for i in range(n)),
        "ids": lambda n: ",".join(str(i) for i in range(n)),
        "members": lambda n: "{" + ",".join(f'"m{i}":0' for i in range(n)) + "}",
    }
    text = re.sub(r"\{(fill|nest|lines|fields|ids|members):(\d+)\}",
                  lambda m: makers[m.group(1)](int(m.group(2))), text)
    return re.sub(r"\{(\w+)\}", lambda m: names.get(m.group(1), m.group(0)), text)


def raw_bytes(text):
    """YAML's \\xNN are bytes to us."""
    return text.encode("latin-1")


# ---- HTTP -----------------------------------------------------------------------------------


def request_bytes(row, names, server):
    if "raw" in row:
        return raw_bytes(fill(row["raw"], names))
    headers = {"Host": "mockrc.test", "Connection": "close"}
    body = b""
    for key, kind in (("form", FORM), ("json", "application/json"),
                      ("body", "")):
        if key in row:
            body = raw_bytes(fill(row[key], names))
            headers["Content-Type"] = kind
    if row.get("auth") == "bearer":
        headers["Authorization"] = "Bearer " + names["bearer"]
    elif row.get("auth") == "client":
        headers["Authorization"] = server.basic()
    headers.update({k: fill(v, names) for k, v in row.get("headers", {}).items()})
    if body or row["request"].startswith("POST"):
        headers["Content-Length"] = str(len(body))
    head = fill(row["request"], names) + " HTTP/1.1\r\n"
    head += "".join(f"{k}: {v}\r\n" for k, v in headers.items())
    return head.encode("latin-1") + b"\r\n" + body


def exchange(address, data, ends):
    """What comes back until the peer closes, or until one whole answer is there."""
    answer = b""
    with socket.create_connection(address, timeout=LIMIT_S) as conn:
        try:
            conn.sendall(data)
            if ends:
                conn.shutdown(socket.SHUT_WR)
            while part := conn.recv(65536):
                answer += part
                head, found, body = answer.partition(b"\r\n\r\n")
                length = re.search(rb"(?i)\r\nContent-Length: *(\d+)", head)
                if found and length and len(body) >= int(length.group(1)):
                    break
        except (ConnectionResetError, BrokenPipeError):
            pass
    return answer


def trickle(address, data):
    """Sends the bytes, then one now and then that ends nothing, until the peer answers or closes."""
    with socket.create_connection(address, timeout=LIMIT_S) as conn:
        conn.sendall(data)
        conn.settimeout(0.2)
        end = time.monotonic() + LIMIT_S
        while time.monotonic() < end:
            try:
                return conn.recv(65536)
            except TimeoutError:
                conn.sendall(b"x")
            except ConnectionResetError:
                return b""
    raise OSError("a sender that never ends was waited for")


def http_seen(answer):
    """("400", {"CMN-104"}) of an answer; ("closed", {}) of none."""
    if not answer:
        return "closed", set()
    match = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    if not match:
        return "not HTTP", set()
    body = answer.partition(b"\r\n\r\n")[2]
    try:
        whole = json.loads(body)
    except ValueError:
        return match.group(1).decode(), set()
    codes = {whole.get("errorCode")} | {e.get("errorCode") for e in whole.get("errors", [])}
    return match.group(1).decode(), codes


def fits(want, status, codes):
    for one in str(want).split("|"):
        wanted_status, _, wanted_code = one.strip().partition(" ")
        if wanted_status == status and (not wanted_code or wanted_code in codes):
            return True
    return False


def run_http(rows):
    server = Mockrc("dev")
    names = {"bearer": server.token(), "clientId": server.env["clientId"]}
    for number, row in enumerate(rows, 1):
        try:
            data = request_bytes(row, names, server)
            answer = (trickle(server.address, data) if row.get("slow")
                      else exchange(server.address, data, row.get("ends")))
            status, codes = http_seen(answer)
            problem = ""
            if not fits(row["want"], status, codes):
                problem = f"want {row['want']}, saw {status} {sorted(filter(None, codes))}\n"
                problem += answer[:600].decode("utf-8", "replace")
            alive = exchange(server.address, b"GET /restapi HTTP/1.0\r\n\r\n", False)
            if not alive.startswith(b"HTTP/1.1 200"):
                problem += f"afterwards GET /restapi: {alive[:80]!r}\n{server.said()}"
        except OSError as error:
            problem = f"{error}\n{server.said()}"
        point(number, row["name"], problem)
    point(len(rows) + 1, "the server stops well after all that", server.stop())


# ---- WebSocket ------------------------------------------------------------------------------

UPGRADE = (
    "Host: mockrc.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
)


def ws_frame(conn):
    """(opcode, payload) of the next frame; None at the end of the connection."""
    try:
        head = ws_bytes(conn, 2)
        length = head[1]
        if length >= 126:
            length = int.from_bytes(ws_bytes(conn, 2 if length == 126 else 8), "big")
        return head[0] & 15, ws_bytes(conn, length)
    except (EOFError, ConnectionResetError):
        return None


def ws_bytes(conn, length):
    data = b""
    while len(data) < length:
        part = conn.recv(length - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def ws_open(address, names):
    conn = socket.create_connection(address, timeout=LIMIT_S)
    conn.sendall(f"GET /ws?access_token={names['token']} HTTP/1.1\r\n{UPGRADE}\r\n".encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += ws_bytes(conn, 1)
    if not head.startswith(b"HTTP/1.1 101") or b"ConnectionDetails" not in ws_frame(conn)[1]:
        raise OSError(f"a right handshake was answered {head[:200]}")
    return conn


def ws_say(conn, text):
    data = text.encode()
    long = len(data) > 125
    conn.sendall(b"\x81" + (b"\xfe" + len(data).to_bytes(2, "big") if long else bytes([0x80 + len(data)]))
                 + bytes(4) + data)
    frame = ws_frame(conn)
    if not frame or frame[0] != 1:
        return f"no text: {frame}"
    meta, body = (json.loads(frame[1]) + [{}])[:2]
    return body["errorCode"] if meta["type"] == "Error" else str(meta["status"])


def ws_seen(address, row, names):
    if "open" in row:
        return http_seen(exchange(address, raw_bytes(fill(row["open"], names)), False))[0]
    with ws_open(address, names) as conn:
        if "say" in row:
            return ws_say(conn, fill(row["say"], names))
        conn.sendall(raw_bytes(fill(row["frames"], names)))
        while frame := ws_frame(conn):
            if frame[0] == 8:
                return str(int.from_bytes(frame[1][:2], "big"))
        return "closed"


def run_ws(rows):
    server = Mockrc("dev")
    bearer = {"Authorization": "Bearer " + server.token()}
    told = server.ask("POST", "/restapi/oauth/wstoken", headers=bearer)[1]
    port = urllib.parse.urlsplit(told["uri"]).port
    address = ("127.0.0.1", port)
    names = {"token": told["ws_access_token"], "upgrade": UPGRADE, "m": "\0" * 4}
    for number, row in enumerate(rows, 1):
        try:
            seen = ws_seen(address, row, names)
            problem = "" if fits(row["want"], seen, set()) else f"want {row['want']}, saw {seen}"
            ws_open(address, names).close()
            if server.ask("GET", "/restapi")[0] != 200:
                problem += "\nafterwards HTTP is not served"
        except (OSError, EOFError) as error:
            problem = f"{error!r}\n{server.said()}"
        point(number, row["name"], problem)
    point(len(rows) + 1, "the server stops well after all that", server.stop())


# ---- SIP ------------------------------------------------------------------------------------


def sip_names(server, port, number):
    env = server.env
    domain = env["sip"]["domain"]
    return {
        # A branch per row: the same one again would be a retransmission and get the same answer.
        "top": f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-bad{number};rport\r\n",
        "dialog": f"From: <sip:bad@{domain}>;tag=1\r\nTo: <sip:bad@{domain}>\r\nCall-ID: bad\r\n",
        "end": "Content-Length: 0\r\n\r\n",
        "domain": domain,
        "authId": "800000001",
    }


def sip_ping(conn, port, number):
    conn.send(
        f"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK-p{number}"
        f";rport\r\nMax-Forwards: 70\r\nFrom: <sip:p@127.0.0.1>;tag=1\r\nTo: <sip:127.0.0.1>\r\n"
        f"Call-ID: p{number}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n".encode()
    )


def sip_answer(conn, port, data, number):
    """The final status that came for `data`, "nothing" when the OPTIONS behind it overtook it."""
    status = "nothing"
    conn.send(data)
    sip_ping(conn, port, number)
    try:
        while True:
            answer = conn.recv(65536)
            code = answer[8:11].decode("latin-1")
            if f"z9hG4bK-p{number};".encode() in answer + b";" or f"Call-ID: p{number}\r".encode() in answer:
                return status
            if code >= "200":
                status = code
    except OSError as error:
        return f"no answer to an OPTIONS afterwards ({error})"


def run_sip(rows):
    server = Mockrc("dev")
    proxy = server.env["sip"]["udp"].rpartition(":")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as conn:
        conn.settimeout(5)
        conn.connect((proxy[0], int(proxy[2])))
        port = conn.getsockname()[1]
        for number, row in enumerate(rows, 1):
            data = raw_bytes(fill(row["send"], sip_names(server, port, number)))
            status = sip_answer(conn, port, data, number)
            problem = "" if fits(row["want"], status, set()) else f"want {row['want']}, saw {status}"
            if server.child.poll() is not None:
                problem += "\n" + server.said()
            point(number, row["name"], problem)
    point(len(rows) + 1, "the server stops well after all that", server.stop())


# ---- command lines --------------------------------------------------------------------------


def run_cli(rows):
    for number, row in enumerate(rows, 1):
        with tempfile.TemporaryDirectory(prefix="mockrc-bad-") as folder, ports(row) as names:
            names["folder"] = folder
            for name, text in row.get("files", {}).items():
                (Path(folder) / name).write_bytes(raw_bytes(fill(text, {})))
            point(number, row["name"], cli_problem(row, names))


@contextlib.contextmanager
def ports(row):
    """{closed}: a port nobody listens on; {port}: one that is taken while `hold: tcp` runs."""
    with socket.create_server(("127.0.0.1", 0)) as held, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and never listened on: refused
        if row.get("hold"):
            yield {"port": str(held.getsockname()[1]), "closed": str(closed.getsockname()[1])}
        else:
            yield {"closed": str(closed.getsockname()[1])}


def cli_problem(row, names):
    program, *words = row["run"]
    argv = [str(BIN / program), *(fill(str(w), names) for w in words)]
    env = {**os.environ, "NO_COLOR": "1", "HOME": names["folder"], **row.get("env", {})}
    try:
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, env=env,
                              cwd=names["folder"], timeout=LIMIT_S)
        # What lint finds is its data: it goes to stdout.
        code, said = done.returncode, (done.stderr or done.stdout).decode("utf-8", "replace")
    except subprocess.TimeoutExpired as late:
        code, said = "none: it did not end", (late.stderr or b"").decode("utf-8", "replace")
    problem = ""
    if code != row["exit"]:
        problem += f"want exit status {row['exit']}, saw {code}\n"
    if not re.search(fill(row["says"], names), said):
        problem += f"want: {row['says']}\n"
    lines = len(said.strip().splitlines())
    if lines != row.get("lines", 1) and row.get("lines") != "any":
        problem += f"want {row.get('lines', 1)} lines, saw {lines}\n"
    return problem and f"{problem}{' '.join(argv[1:])}\nit said:\n{said[:1500]}"


def main():
    kind = sys.argv[1]
    rows = yaml.safe_load((Path(__file__).parent / f"{kind}.yaml").read_text("utf-8"))
    print(f"1..{len(rows) + (kind != 'cli')}", flush=True)
    {"http": run_http, "ws": run_ws, "sip": run_sip, "cli": run_cli}[kind](rows)


main()
