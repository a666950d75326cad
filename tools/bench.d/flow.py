"""The seed flow as a person without a browser walks it: Authenticate, login, consent, Authorize, back."""
import base64
import http.client
import re
import time
import urllib.parse

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
REDIRECTS = (301, 302, 303, 307)


def attribute(html, tag, named, name):
    element = re.search(rf"<{tag}\b[^>]*{named}[^>]*>", html).group()
    return re.search(rf'\b{name}="([^"]*)"', element).group(1).replace("&amp;", "&")


class Walk:
    """Counts the requests of one walk and how long the provider was waited for in all."""

    def __init__(self, env):
        self.env = env
        self.base = env["restUrl"].rstrip("/")
        self.cookie = ""
        self.requests = 0
        self.seconds = 0.0

    def ask(self, method, path, form=None, headers=None):
        conn = http.client.HTTPConnection(urllib.parse.urlsplit(self.base).netloc, timeout=10)
        body = urllib.parse.urlencode(form) if form else None
        begun = time.perf_counter()
        conn.request(method, path, body, {"Cookie": self.cookie, **FORM, **(headers or {})})
        answer = conn.getresponse()
        text = answer.read().decode()
        self.seconds += time.perf_counter() - begun
        self.requests += 1
        conn.close()
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        return answer, text

    def follow(self, method, path, form=None):
        """To a page (path, html) of the provider, or to the client's own address."""
        while True:
            answer, text = self.ask(method, path, form)
            if answer.status not in REDIRECTS:
                if answer.status != 200:
                    raise RuntimeError(f"{method} {path}: {answer.status} {text[:200]}")
                return path, text
            url = urllib.parse.urljoin(self.base + path, answer.getheader("Location"))
            if not url.startswith(self.base):
                return url, None
            method, path, form = "GET", url[len(self.base):], None

    def submit(self, page, **fields):
        path, html = page
        action = attribute(html, "form", "", "action")
        csrf = attribute(html, "input", 'name="csrf"', "value")
        where = urllib.parse.urlsplit(urllib.parse.urljoin(self.base + path, action))
        return self.follow("POST", where.path + (f"?{where.query}" if where.query else ""),
                           {"csrf": csrf, **fields})

    def run(self):
        """From the Authenticate button to the token; the token's answer."""
        env = self.env
        page = self.follow("GET", "/restapi/oauth/authorize?" + urllib.parse.urlencode({
            "response_type": "code", "client_id": env["clientId"],
            "redirect_uri": env["redirectUri"], "state": "seed", "prompt": "consent"}))
        page = self.submit(page, username=env["username"])
        page = self.submit(page, password=env["password"])
        back, _ = self.submit(page, decision="authorize")
        code = urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0]
        pair = base64.b64encode(f"{env['clientId']}:{env['clientSecret']}".encode()).decode()
        answer, text = self.ask("POST", "/restapi/oauth/token", {
            "grant_type": "authorization_code", "code": code,
            "redirect_uri": env["redirectUri"]}, {"Authorization": f"Basic {pair}"})
        if answer.status != 200:
            raise RuntimeError(f"the token: {answer.status} {text[:200]}")
