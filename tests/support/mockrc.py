"""`mockrc serve` for tests written in Python, and as much of an HTTP client as they need."""
import atexit
import base64
import http.client
import json
import signal
import subprocess
import tempfile
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 20
FORM = "application/x-www-form-urlencoded"


class Mockrc:
    """One simulator on free ports: ready when made, ended by stop(), its complaints kept."""

    def __init__(self, preset, *flags):
        self.folder = tempfile.TemporaryDirectory(prefix="mockrc-test-")
        ready, env = (Path(self.folder.name) / name for name in ("ready", "env.json"))
        self.log = open(Path(self.folder.name) / "log", "w+")
        argv = [ROOT / "build" / preset / "bin/mockrc", "serve", "--port", "0", "--sip-port", "0"]
        argv += ["--rate-limits", "off", "--ready-file", ready, "--env-file", env, *flags]
        self.child = subprocess.Popen(list(map(str, argv)), stdin=subprocess.DEVNULL,
                                      stdout=self.log, stderr=self.log)
        atexit.register(self.child.kill)  # a test that breaks before stop() leaves nothing behind
        end = time.monotonic() + LIMIT_S
        while not ready.exists():
            if self.child.poll() is not None or time.monotonic() > end:
                self.child.kill()
                raise RuntimeError("mockrc serve did not become ready:\n" + self.said())
            time.sleep(0.01)
        self.env = json.loads(env.read_text())
        self.address = ("127.0.0.1", urllib.parse.urlsplit(self.env["restUrl"]).port)

    def said(self):
        self.log.flush()
        return Path(self.log.name).read_text("utf-8", "replace")[-4000:]

    def stop(self):
        """Why it did not stop well, or ""; a sanitizer's word makes the exit status non-zero."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        try:
            code = self.child.wait(timeout=LIMIT_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            return "did not stop after SIGTERM"
        finally:
            self.log.close()
        return f"exit status {code}\n{Path(self.log.name).read_text()[-4000:]}" if code else ""

    def basic(self):
        pair = f"{self.env['clientId']}:{self.env['clientSecret']}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def ask(self, method, path, body=None, headers=None):
        """(status, body as JSON or text) of one request on a connection of its own."""
        conn = http.client.HTTPConnection(*self.address, timeout=LIMIT_S)
        try:
            conn.request(method, path, body, headers or {})
            answer = conn.getresponse()
            text = answer.read()
        finally:
            conn.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text

    def token(self):
        """An access token of the Super Admin."""
        grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
        form = urllib.parse.urlencode({"grant_type": grant, "assertion": self.env["jwt"]})
        headers = {"Authorization": self.basic(), "Content-Type": FORM}
        return self.ask("POST", "/restapi/oauth/token", form, headers)[1]["access_token"]

    def verb(self, name, /, **args):
        headers = {"Content-Type": "application/json"}
        return self.ask("POST", f"/__admin/{name}", json.dumps(args), headers)
