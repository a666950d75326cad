"""A day's call log through a bad line: every tenth request is answered 401, 429 or 500, not at all, or
half. The store ends with exactly the provider's records."""
import http.client
import http.server
import socket
import sys
import threading
from datetime import datetime, timedelta, timezone
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/house"), str(ROOT / "tests/support"), str(ROOT / "tests/tenant")]
from house import check, main
from mockrc import Mockrc
from tenant import Tenant, provider_calls

RECORDS, PER_PAGE, EVERY = 60000, 5, 10
TIMEOUT_MS = 400


class Line(http.server.BaseHTTPRequestHandler):
    """Passes requests on; what it does to every tenth is in FAULTS, by turns."""

    protocol_version = "HTTP/1.1"

    def answer(self, status, body, headers=()):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def pass_on(self, cut=False):
        connection = http.client.HTTPConnection(*self.server.to, timeout=30)
        length = int(self.headers.get("Content-Length") or 0)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        connection.request(self.command, self.path, self.rfile.read(length), headers)
        reply = connection.getresponse()
        body = reply.read()
        self.send_response(reply.status)
        for name, value in reply.getheaders():
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.close_connection = self.close_connection or cut
        connection.close()

    def unauthorized(self):
        self.answer(401, b'{"errorCode":"OAU-213","message":"Token not found"}')

    def too_many(self):
        self.answer(429, b'{"errorCode":"CMN-301","message":"Request rate exceeded"}',
                    [("Retry-After", "0"), ("X-Rate-Limit-Group", "heavy")])

    def broken(self):
        self.answer(500, b'{"errorCode":"CMN-201","message":"Internal server error"}')

    def silent(self):
        self.server.is_over.wait(5 * TIMEOUT_MS / 1000)  # the client gives up before
        self.close_connection = True

    def half(self):
        self.pass_on(cut=True)

    FAULTS = (unauthorized, too_many, broken, silent, half)

    def handle_any(self):
        with self.server.lock:
            self.server.count += 1
            turn = self.server.count
        if turn % EVERY:
            self.pass_on()
        else:
            fault = self.FAULTS[turn // EVERY % len(self.FAULTS)]
            self.server.done.append(fault.__name__)
            if fault is not Line.half:  # its body is read there
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
            fault(self)

    do_GET = do_POST = handle_any

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, to):
        super().__init__(("127.0.0.1", 0), Line)
        self.to, self.count, self.done = to, 0, []
        self.lock, self.is_over = threading.Lock(), threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, request, client_address):
        pass  # a client that went away

    def stop(self):
        self.is_over.set()
        self.shutdown()
        self.server_close()


def bad_day(*flags):
    """(what differs from the provider's records, faults met, sync's result)"""
    server = Mockrc("release", "--records", str(RECORDS))
    line = Server(server.address)
    tenant = Tenant(server, "--retry-ms", "5", "--http-timeout-ms", TIMEOUT_MS, "--max-wait", "5")
    tenant.connect()
    tenant.authenticate()
    tenant.connect("--base-url", f"http://127.0.0.1:{line.server_address[1]}")
    tenant.save()
    since = datetime.now(timezone.utc) - timedelta(days=1) + timedelta(minutes=1)
    code, result, said = tenant.run("sync", "--days", "1", "--per-page", PER_PAGE, *flags)
    line.stop()
    truth = provider_calls(server, since.strftime("%Y-%m-%dT%H:%M:%SZ"))
    stored = {id: record for id, record in tenant.calls().items()
              if record["startTime"] >= since.strftime("%Y-%m-%dT%H:%M:%S.000Z")}
    problems = [f"exit {code}: {said} {result}"] if code else []
    problems += [f"dropped: {id}" for id in truth.keys() - stored.keys()]
    problems += [f"not the provider's: {id}" for id in stored.keys() - truth.keys()]
    same = lambda record: {k: v for k, v in record.items() if k in ("sessionId", "startTime", "duration", "result")}
    problems += [f"differs: {id}" for id in truth.keys() & stored.keys()
                 if same(truth[id]) != same(stored[id])]
    word = server.stop()
    problems += [word] if word else []
    return problems, line.done, result, len(truth)


@check("a day's sync with a fault at every tenth request ends with exactly the provider's records")
def _():
    problems, faults, result, count = bad_day()
    kinds = {kind: faults.count(kind) for kind in sorted(set(faults))}
    print(f"#   {count} records in {result.get('pages')} pages; faults met: {kinds}")
    yield from problems[:10]
    if len(kinds) < len(Line.FAULTS):
        yield f"not every fault was met: {kinds}"
    if count < 200:
        yield f"the day has {count} records: too few to tell anything"


@check("a client that stops after a page is told from one that does not")
def _():
    problems, _, _, _ = bad_day("--weak", "first-page-only")
    if not any(problem.startswith("dropped") for problem in problems):
        yield "nothing was missed"


main()
