"""
From the click to the grant: the launch page starts an attempt, Alpaca sends the browser back to the callback, and the page
that started it collects the grant.

The Node server seals attempts and grants with AES. Python's standard library has no cipher, and the contract does not ask for
one: here a cookie and a grant are random names of what this process keeps in memory. Alpaca's code never leaves it.
"""

import base64
import hashlib
import hmac
import html
import json
import os
import secrets
import threading
import time
from urllib.parse import parse_qs, urlencode

import web
from web import Answer, Refusal

ATTEMPT_LIFETIME = 600  # seconds between the click and Alpaca's redirect back
GRANT_LIFETIME = 120
MOST_ATTEMPTS = 10_000
PREFIX = web.COOKIE_PREFIX + "alpaca.attempt."
REDIRECT_URI = web.PUBLIC_URL + web.MOUNT + "/callback"
CLIENT_ID = os.environ.get("ALPACA_CLIENT_ID", "")

_changed = threading.Condition()  # guards the three tables, and wakes the pages that wait for a grant
_attempts = {}  # attempt id -> Attempt
_grants = {}  # the random grant -> Grant
_mailbox = {}  # attempt id -> the random grant that was left there


def sha256_base64url(value):
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()).rstrip(b"=").decode()


class Attempt:
    def __init__(self, body):
        self.state = secrets.token_urlsafe(32)
        self.id = sha256_base64url(self.state)  # its public name
        self.secret = secrets.token_urlsafe(32)  # the cookie of the browser that started it
        self.challenge = body["codeChallenge"]
        self.environment = body["environment"]
        self.scope = " ".join(dict.fromkeys(body["scope"].split() if "scope" in body else web.SCOPES))
        self.origin = body["origin"]
        # The exchange then wants the cookie, too. A page of another site cannot send it.
        self.same_site = body.get("sameSite", False) or self.origin == web.PUBLIC_URL
        self.expires = time.monotonic() + ATTEMPT_LIFETIME
        self.is_used = False

    def is_of(self, headers):
        return hmac.compare_digest(web.read_cookies(headers).get(PREFIX + self.id, "").encode(), self.secret.encode())

    def is_proved_by(self, verifier):
        return hmac.compare_digest(sha256_base64url(verifier), self.challenge)

    def use(self):
        """Whether this is the first use. An attempt makes one token call, whatever comes of it."""
        with _changed:
            is_first, self.is_used = not self.is_used, True
        return is_first


class Grant:
    """What came of an attempt: Alpaca's code, or why there is none."""

    def __init__(self, attempt, code, refusal):
        self.attempt, self.code, self.refusal = attempt, code, refusal
        self.expires = time.monotonic() + GRANT_LIFETIME


def find_grant(name):
    with _changed:
        return _grants.get(name)


VERIFIER = web.text(r"[\w\-.~]{43,128}")
GRANT = web.text(r"[\w-]{1,8192}")


def launch(request):
    """`GET /launch?origin=…`: the popup's first page, for an origin on the allow-list alone."""
    if not web.is_person_navigation(request.method, request.headers):
        raise Refusal(400, "bad_request", "This is a page. Press the connect button to open it.")
    [origin] = parse_qs(request.query).get("origin", [""])[:1]
    if origin not in web.ORIGINS:
        return page("This website may not connect through this server.", status=403)
    same_site = request.headers.get("Sec-Fetch-Site") == "same-site"
    return page("Opening Alpaca…", "launch-page.js", {"origin": origin, "mount": web.MOUNT, "sameSite": same_site})


def start(request):
    """`POST /attempts`, by the launch page."""
    request.require_own_page()
    body = request.json(
        {
            "environment": web.text("paper|live|both"),
            "codeChallenge": web.text(r"[\w-]{43}"),
            "origin": web.text(r"[\x21-\x7e]{1,300}"),
        },
        {
            "provider": web.text("alpaca"),
            "scope": web.text(r"[\x20-\x7e]{0,200}"),
            "sameSite": lambda value: isinstance(value, bool),
            "disclosure": web.text(r"[\w-]{43}"),
        },
    )
    if body["origin"] not in web.ORIGINS:
        raise web.origin_refused()
    attempt = Attempt(body)
    wanted = ["paper", "live"] if attempt.environment == "both" else [attempt.environment]
    if not set(wanted) <= set(web.ENVIRONMENTS):
        raise Refusal(403, "live_not_allowed", "This server does not offer that environment. Connect a paper account instead.")
    if not set(attempt.scope.split()) <= set(web.SCOPES):
        raise Refusal(400, "config_invalid", "This site asked for a permission that its server does not offer. See ALPACA_SCOPES.")
    with _changed:
        forget_old()
        if len(_attempts) >= MOST_ATTEMPTS:
            raise Refusal(429, "rate_limited", "Too many people are connecting at once. Try again in a minute.", Retry_After="60")
        _attempts[attempt.id] = attempt
    asked = {"response_type": "code", "client_id": CLIENT_ID, "redirect_uri": REDIRECT_URI, "state": attempt.state}
    if attempt.scope:
        asked["scope"] = attempt.scope
    if attempt.environment != "both":
        asked["env"] = attempt.environment
    asked |= {"code_challenge": attempt.challenge, "code_challenge_method": "S256"}
    # Lax: the browser comes back by a navigation from Alpaca's site, which a Strict cookie would not go with.
    line = web.cookie(PREFIX + attempt.id, attempt.secret, "Lax", ATTEMPT_LIFETIME)
    return Answer(200, {"authorizationUrl": f"{web.AUTHORIZE_URL}?{urlencode(asked)}", "state": attempt.state}, cookies=[line])


def forget_old():
    now = time.monotonic()
    for attempt in [each for each in _attempts.values() if each.expires + GRANT_LIFETIME < now]:
        del _attempts[attempt.id]
        _mailbox.pop(attempt.id, None)
    for name in [name for name, grant in _grants.items() if grant.expires + GRANT_LIFETIME < now]:
        del _grants[name]


def callback(request):
    """
    `GET /callback`: where Alpaca sends the browser back to. It wants the cookie of this very state, and uses nothing up: a
    person may reload the page.
    """
    if not web.is_person_navigation(request.method, request.headers):
        return Answer(503, headers={"Cache-Control": "no-store"})
    asked = parse_qs(request.query, keep_blank_values=True)
    attempt = attempt_of(request, asked)
    if attempt is None or attempt.expires < time.monotonic():
        return page("This connection was not started in this browser, or it is too old. Nothing was connected. Go back and try again.", status=400)
    codes, errors = asked.get("code", []), asked.get("error", [])
    code = codes[0] if len(codes) == 1 and codes[0] and not errors else None
    refusal = None
    if errors == ["access_denied"]:
        refusal = {"code": "access_denied", "message": "You did not allow access at Alpaca. Nothing was connected."}
    elif code is None:
        refusal = {"code": "provider_error", "message": "Alpaca could not complete the connection. Nothing was connected. Try again in a moment."}
    name = secrets.token_urlsafe(32)
    with _changed:
        _grants[name] = Grant(attempt, code, refusal)
    data = {"origin": attempt.origin, "mount": web.MOUNT, "attempt": attempt.id, "grant": name}
    if refusal:
        data["error"] = refusal
    return page(refusal["message"] if refusal else "Connecting your account…", "callback-page.js", data)


def attempt_of(request, asked):
    """The attempt of the `state`. Alpaca may refuse without one: that ends the attempt that this browser started last."""
    states = asked.get("state", [])
    with _changed:
        if states:
            candidates = [_attempts.get(sha256_base64url(states[0]))] if len(states) == 1 else []
        else:
            names = [name[len(PREFIX) :] for name in web.read_cookies(request.headers) if name.startswith(PREFIX)]
            candidates = [_attempts.get(name) for name in names] if "error" in asked else []
    own = [each for each in candidates if each and each.is_of(request.headers)]
    return max(own, key=lambda each: each.expires, default=None)


def deposit(request, attempt_id):
    """`POST /mailbox/{attempt}`: the callback page leaves the grant for a page that it was cut off from."""
    request.require_own_page()
    name = request.json({"grant": GRANT})["grant"]
    with _changed:
        grant = _grants.get(name)
        if grant is None or grant.attempt.id != attempt_id or grant.expires < time.monotonic():
            raise Refusal(400, "attempt_expired", "This grant is not of this attempt, or it has expired.")
        _mailbox[attempt_id] = name
        _changed.notify_all()
    return Answer(204)


def collect(request, attempt_id):
    """`GET /mailbox/{attempt}`: waits up to 25 s for the grant. The verifier stands in a header, never in a URL."""
    verifier = request.headers.get("X-Alpaca-Connect-Verifier", "")
    if not VERIFIER(verifier):
        raise Refusal(400, "bad_request", "X-Alpaca-Connect-Verifier has to hold the code verifier of this attempt.")
    with _changed:
        _changed.wait_for(lambda: attempt_id in _mailbox, timeout=25)
        name = _mailbox.get(attempt_id)
        grant = _grants.get(name)
    if grant is None or grant.expires < time.monotonic():
        return Answer(204)
    if grant.attempt.origin != request.origin or not grant.attempt.is_proved_by(verifier):
        raise Refusal(403, "exchange_failed", "This grant belongs to another attempt. Press the connect button again.")
    if grant.refusal:
        return Answer(200, {"error": grant.refusal["code"], "message": grant.refusal["message"]})
    return Answer(200, {"grant": name})


def page(message, script=None, data=None, status=200):
    """
    A page of the popup: a sentence, data as JSON, and the widget's script, inline and allowed by its hash. No frame may hold
    it, nothing may store it, and it must not cut itself off from the page that opened it.
    """
    code, rest = "", ""
    if script:
        code = (web.ROOT / "server/public" / script).read_text().strip()
        written = json.dumps(data).replace("<", "\\u003c")
        rest = f'<script type="application/json" id="alpaca-connect-data">{written}</script><script type="module">{code}</script>'
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    allowed = f"'sha256-{digest}'" if script else "'none'"
    policy = f"default-src 'none'; script-src {allowed}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    body = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Connect with Alpaca</title><p id="message" role="status">{html.escape(message)}</p>{rest}</html>'
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": policy,
        "Cross-Origin-Opener-Policy": "unsafe-none",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return Answer(status, body.encode(), headers)
