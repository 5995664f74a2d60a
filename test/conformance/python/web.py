"""What every route needs: settings, refusals, the checks that come before any route, cookies, and calls to Alpaca."""

import http.client
import json
import os
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

ROOT = Path(__file__).resolve().parents[3]
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://localhost:8000").rstrip("/")
MOUNT = "/alpaca"
SECURE = PUBLIC_URL.startswith("https:")
COOKIE_PREFIX = "__Host-" if SECURE else ""
ORIGINS = {PUBLIC_URL, *os.environ.get("EMBED_ORIGINS", "").replace(",", " ").split()}
SCOPES = os.environ.get("ALPACA_SCOPES", "account:write trading data").replace(",", " ").split()
# Real money only where the owner says that Alpaca approved the app.
ENVIRONMENTS = [
    name
    for name in os.environ.get("ALPACA_ENVIRONMENTS", "paper").replace(",", " ").split()
    if name == "paper" or (name == "live" and os.environ.get("ALPACA_LIVE") == "approved")
]
TIMEOUT = 30  # seconds, for each step of a call to Alpaca
LARGEST_BODY = 1024 * 1024
LARGEST_ANSWER = 16 * 1024 * 1024
# What OpenAPI says of each route and of each operation of Alpaca: the one source that the other backend is made from, too.
CONTRACT = json.loads((ROOT / "dist/openapi.json").read_text())


class Refusal(Exception):
    """An error that the page may see: a status, a stable code, and a sentence that says what to do next."""

    def __init__(self, status, code, message, **headers):
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


class Answer:
    """What a route answers. A dict or list as `body` is sent as JSON."""

    def __init__(self, status=200, body=None, headers=None, cookies=()):
        self.status, self.headers, self.cookies = status, dict(headers or {}), list(cookies)
        if isinstance(body, (dict, list)):
            self.headers["Content-Type"] = "application/json; charset=utf-8"
            body = json.dumps(body).encode()
        self.body = body or b""


def origin_refused():
    return Refusal(403, "origin_not_allowed", "This page may not do that. The site's owner has to add its exact origin to EMBED_ORIGINS.")


def not_found():
    return Refusal(404, "not_found", "There is nothing here. Compare the path with openapi.json.")


# A segment has none of "%", ";", "\" and "#". "%2F" counts as a separator, so that "..%2F.." is two dot segments.
_SEGMENT = r"(?!\.{1,2}(?:/|%2F|$))[\w\-.~!$&'()*+,=:@]+"
_PATH = re.compile(rf"/{_SEGMENT}(?:(?:/|%2F){_SEGMENT})*", re.ASCII | re.IGNORECASE)
_QUERY = re.compile(r"(?:[!\"$&-~]|%(?:[2-6][\dA-F]|7[\dA-E]|[89A-F][\dA-F]))*", re.ASCII | re.IGNORECASE)


def check_target(path, query):
    """Judges the raw path and query once, before anything decodes them: two parsers must not read them differently."""
    if len(path) > 2048 or len(query) > 8192 or not _PATH.fullmatch(path) or not _QUERY.fullmatch(query):
        raise Refusal(400, "bad_path", "Send the path exactly as documented: no empty or dot segments, and no escapes but %2F in a symbol.")
    names = {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)}
    if names & {"access_token", "token"}:
        raise Refusal(400, "bad_path", "Never put a token into a URL. The server adds the authorization by itself: leave it out.")


def check_caller(headers):
    """
    Only a script of an allowed page passes. No other site can send the header without a preflight, and no script can forge
    Origin and Sec-Fetch-Site. Returns the origin, and whether the browser counts the page as another site.
    """
    origin, site = headers.get("Origin"), headers.get("Sec-Fetch-Site")
    if headers.get("X-Alpaca-Connect") != "1":
        raise Refusal(403, "header_missing", 'This route wants the header "X-Alpaca-Connect: 1". The <alpaca-connect> element sends it.')
    if origin is not None and origin not in ORIGINS:
        raise origin_refused()
    if site == "same-origin":  # Such a page sends no Origin with GET.
        return origin or PUBLIC_URL, False
    if origin is None or site not in ("same-site", "cross-site", None):
        raise origin_refused()
    return origin, site == "cross-site" or (site is None and origin != PUBLIC_URL)


def is_person_navigation(method, headers):
    """Whether a person goes to this page now. Any site can make a browser ask for a picture, or load a page ahead of time."""
    purposes = " ".join(headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"))
    ahead = re.search("prefetch|prerender|preview", purposes, re.IGNORECASE)
    return method == "GET" and headers.get("Sec-Fetch-Dest", "document") == "document" and not ahead


def cors_headers(origin):
    headers = {"Vary": "Origin, Sec-Fetch-Site"}
    if origin in ORIGINS:
        headers["Access-Control-Allow-Origin"] = origin
        headers["Access-Control-Allow-Credentials"] = "true"
        headers["Access-Control-Expose-Headers"] = (
            "X-Request-ID, X-Upstream-Request-ID, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"
        )
    return headers


def read_cookies(headers):
    cookies = {}
    for part in headers.get("Cookie", "").split(";"):
        name, mark, value = part.strip().partition("=")
        if mark and name not in cookies:
            cookies[name] = value
    return cookies


def cookie(name, value, same_site, max_age):
    """One Set-Cookie line. A page of another site gets a cookie of its own partition, which browsers want to be Secure."""
    line = f"{name}={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={max_age}"
    if SECURE or same_site == "None":
        line += "; Secure"
    return line + ("; Partitioned" if same_site == "None" else "")


def read_json(body, headers, required, optional=()):
    """
    The JSON object of a request, of the documented shape and nothing else. `required` and `optional` map a field to what
    its value has to pass.
    """
    wrong = Refusal(400, "bad_request", "The request needs a JSON body (Content-Type: application/json) of the documented shape.")
    optional = dict(optional)
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise wrong from None
    if not headers.get("Content-Type", "").lower().startswith("application/json") or not isinstance(value, dict):
        raise wrong
    if required.keys() - value.keys() or value.keys() - required.keys() - optional.keys():
        raise wrong
    if not all({**optional, **required}[name](each) for name, each in value.items()):
        raise wrong
    return value


def text(pattern):
    """A check for `read_json`: a text that this pattern describes whole."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


class Upstream:
    """A base address of Alpaca's, from the settings. `open` sends one request there and follows no redirect."""

    def __init__(self, variable, default):
        self.url = urlsplit(os.environ.get(variable, default).rstrip("/"))

    def open(self, method, target, headers, body=None):
        kind = http.client.HTTPSConnection if self.url.scheme == "https" else http.client.HTTPConnection
        connection = kind(self.url.hostname, self.url.port, timeout=TIMEOUT)
        try:
            connection.request(method, self.url.path + target, body, {"User-Agent": "connect-with-alpaca", "Accept-Encoding": "identity", **headers})
            return connection, connection.getresponse()
        except BaseException:
            connection.close()
            raise

    def ask(self, method, target, headers, body=None):
        """Returns the status, the headers and the JSON of an answer; None where it is no JSON. @raises OSError, HTTPException"""
        connection, answer = self.open(method, target, headers, body)
        try:
            read = answer.read(LARGEST_ANSWER)
            is_json = answer.headers.get("Content-Type", "").lower().startswith("application/json")
            return answer.status, json.loads(read) if is_json else None
        except ValueError:
            return answer.status, None
        finally:
            connection.close()


AUTHORIZE_URL = os.environ.get("ALPACA_AUTHORIZE_URL", "https://app.alpaca.markets/oauth/authorize")
TOKEN = Upstream("ALPACA_TOKEN_URL", "https://api.alpaca.markets/oauth/token")
APIS = {
    "paper": Upstream("ALPACA_PAPER_URL", "https://paper-api.alpaca.markets"),
    "live": Upstream("ALPACA_LIVE_URL", "https://api.alpaca.markets"),
    "data": Upstream("ALPACA_DATA_URL", "https://data.alpaca.markets"),
}
