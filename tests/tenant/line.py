"""A bad line between a client and its platform: an HTTP proxy that passes requests on, and now and then
does to one what FAULTS says."""
import http.client
import http.server
import json
import threading


class Line(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self, status, body, headers=()):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def ask(self):
        """(status, headers worth passing on, body) of the platform."""
        connection = http.client.HTTPConnection(*self.server.to, timeout=30)
        length = int(self.headers.get("Content-Length") or 0)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
        connection.request(self.command, self.path, self.rfile.read(length), headers)
        reply = connection.getresponse()
        body = reply.read()
        connection.close()
        drop = ("connection", "content-length", "transfer-encoding")
        return reply.status, [(k, v) for k, v in reply.getheaders() if k.lower() not in drop], body

    def pass_on(self):
        status, headers, body = self.ask()
        self.answer(status, body, headers)

    def begin(self, status, headers):
        """A head for a body that will not be what it promises; the connection ends with it."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True

    def refuse(self, status, body, *headers):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(status, body, headers)

    # --- the faults ---

    def unauthorized(self):
        self.refuse(401, b'{"errorCode":"OAU-213","message":"Token not found"}')

    def too_many(self):
        self.refuse(429, b'{"errorCode":"CMN-301","message":"Request rate exceeded"}',
                    ("Retry-After", "0"), ("X-Rate-Limit-Group", "heavy"))

    def broken(self):
        self.refuse(500, b'{"errorCode":"CMN-201","message":"Internal server error"}')

    def unavailable(self):
        self.refuse(503, b"<html>503 Service Unavailable</html>", ("Content-Type", "text/html"))

    def silent(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.is_over.wait(5 * self.server.timeout_ms / 1000)  # the client gives up before
        self.close_connection = True

    def half(self):
        status, headers, body = self.ask()
        self.begin(status, [*headers, ("Content-Length", str(len(body)))])
        self.wfile.write(body[: len(body) // 2])

    def within_a_chunk_header(self):
        status, headers, body = self.ask()
        self.begin(status, [*headers, ("Transfer-Encoding", "chunked")])
        part = body[: len(body) // 2]
        self.wfile.write(b"%x\r\n%s\r\n%x" % (len(part), part, len(body) - len(part)))

    def within_a_character(self):
        """As long as it says, and not all of the JSON: it ends in the first half of an e with accent."""
        status, headers, body = self.ask()
        self.answer(status, body[: len(body) * 2 // 3] + "é".encode()[:1], headers)

    def too_long(self):
        """All of the body; the line dies where more was promised."""
        status, headers, body = self.ask()
        self.begin(status, [*headers, ("Content-Length", str(len(body) + 7))])
        self.wfile.write(body)

    def web_page(self):
        self.refuse(200, b"<html><body>Please accept our terms</body></html>", ("Content-Type", "text/html"))

    def valid_but_less(self):
        """JSON still: half of its records, and what stood behind them is gone."""
        status, headers, body = self.ask()
        try:
            page = json.loads(body)
            body = json.dumps({"records": page["records"][: len(page["records"]) // 2]}).encode()
        except (ValueError, KeyError, TypeError):
            status, headers, body = 200, [("Content-Type", "application/json")], b"{}"
        self.answer(status, body, headers)

    FAULTS = (unauthorized, too_many, broken, silent, half, unavailable, within_a_chunk_header,
              within_a_character, too_long, web_page, valid_but_less)

    def handle_any(self):
        with self.server.lock:
            self.server.count += 1
            fault = self.server.choose(self.server.count, self.path)
            if fault:
                self.server.done.append(fault.__name__)
        if self.server.before:
            self.server.before(self.path)
        if fault:
            fault(self)
        else:
            self.pass_on()

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """The line to the address `to`. `choose(n, path)` says what is done to the n-th request: a fault or
    None; `before(path)` is called first."""

    daemon_threads = True

    def __init__(self, to, choose, timeout_ms, before=None):
        super().__init__(("127.0.0.1", 0), Line)
        self.to, self.choose, self.timeout_ms, self.before = to, choose, timeout_ms, before
        self.count, self.done = 0, []
        self.lock, self.is_over = threading.Lock(), threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address):
        pass  # a client that went away

    def stop(self):
        self.is_over.set()
        self.shutdown()
        self.server_close()
