"""As much of a REST client as the measurements need, and wrk."""
import base64
import http.client
import json
import re
import subprocess
import tempfile
import urllib.parse

EXTENSION = "/restapi/v1.0/account/~/extension/~"
TOKEN = "/restapi/oauth/token"
FORM = "Content-Type: application/x-www-form-urlencoded"


class Rest:
    """A client with a token of the Super Admin, on one keep-alive connection."""

    def __init__(self, env):
        self.env = env
        self.netloc = urllib.parse.urlsplit(env["restUrl"]).netloc
        self.conn = http.client.HTTPConnection(self.netloc, timeout=30)
        pair = f"{env['clientId']}:{env['clientSecret']}".encode()
        self.basic = "Basic " + base64.b64encode(pair).decode()
        self.token = self.grant(self.jwt_form())["access_token"]

    def jwt_form(self):
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        return urllib.parse.urlencode({"grant_type": grant, "assertion": self.env["jwt"]})

    def grant(self, form):
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", TOKEN, form, {"Authorization": self.basic, "Content-Type": kind})

    def ask(self, method, path, body=None, headers=None):
        self.conn.close()  # a run lasts longer than the server keeps an idle connection
        self.conn.request(method, path, body, headers or self.bearer())
        answer = self.conn.getresponse()
        data = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{method} {path}: {answer.status} {data[:300]}")
        return json.loads(data) if data else None

    def get(self, path):
        return self.ask("GET", path)

    def bearer(self):
        return {"Authorization": "Bearer " + self.token}

    def raw(self, path, form=None):
        """The whole answer as bytes, as it comes on a keep-alive connection."""
        conn = http.client.HTTPConnection(self.netloc, timeout=30)
        conn.connect()
        if form is None:
            head = f"GET {path} HTTP/1.1\r\nAuthorization: Bearer {self.token}\r\n"
        else:
            head = f"POST {path} HTTP/1.1\r\nAuthorization: {self.basic}\r\n{FORM}\r\n"
            head += f"Content-Length: {len(form)}\r\n"
        conn.sock.sendall(f"{head}Host: {self.netloc}\r\n\r\n{form or ''}".encode())
        data = b""
        while b"\r\n\r\n" not in data:
            data += conn.sock.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        length = int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head).group(1))
        while len(body) < length:
            body += conn.sock.recv(65536)
        conn.close()
        return head + b"\r\n\r\n" + body

    def sip_users(self):
        """(user name, authorization id, password, domain) of every device with SIP credentials."""
        users, page = [], 1
        while page:
            devices = self.get(f"/restapi/v1.0/account/~/device?perPage=100&page={page}")
            for device in devices["records"]:
                if device.get("type") == "OtherPhone":
                    info = self.get(f"/restapi/v1.0/account/~/device/{device['id']}/sip-info")
                    users.append((info["userName"], info["authorizationId"], info["password"],
                                  info["domain"]))
            page = page + 1 if page < devices["paging"]["totalPages"] else 0
        return users


WRK_POST = """wrk.method = "POST"
wrk.body = "{body}"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
"""

# Each thread has one connection and one grant, and refreshes with what the answer before gave.
WRK_REFRESH = """local tokens, count = {{{tokens}}}, 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
function setup(thread)
    count = count + 1
    thread:set("token", tokens[count])
end
function request()
    return wrk.format(nil, nil, nil, "grant_type=refresh_token&refresh_token=" .. token)
end
function response(status, headers, body)
    token = body:match('"refresh_token":"([^"]+)"') or token
end
"""


def wrk_refresh(tokens):
    return WRK_REFRESH.format(tokens=",".join(f'"{t}"' for t in tokens))


def wrk(url, seconds, headers=None, lua=None, threads=1, connections=16):
    """Requests and seconds of a bounded run of keep-alive connections; all must be answered 2xx."""
    argv = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s"]
    for name, value in (headers or {}).items():
        argv += ["-H", f"{name}: {value}"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if lua is not None:
            script.write(lua)
            script.flush()
            argv += ["-s", script.name]
        argv.append(url)
        text = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    count, unit = re.search(r"(\d+) requests in ([\d.]+)", text).groups()
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    errors = re.search(r"Socket errors: .*", text)
    if bad or errors:
        raise RuntimeError(f"{url}: {(bad or errors).group()}")
    return int(count), float(unit)
