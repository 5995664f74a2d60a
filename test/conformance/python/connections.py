"""The exchange of a grant for a connection, and the sessions that hold connections. A token stays in this process."""

import hashlib
import http.client
import os
import re
import secrets
import threading
import time
import uuid
from datetime import datetime, timezone
from urllib.parse import urlencode

import attempts
import web
from web import Answer, Refusal

SESSION_COOKIE = web.COOKIE_PREFIX + "alpaca.sid"
SESSION_LIFETIME = 12 * 3600  # seconds, whether it is used or not
IDLE_LIFETIME = 30 * 60  # seconds without a request
MOST_CONNECTIONS = 10
_CONNECTION_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What a header can carry (RFC 6750 section 2.1).
_BEARER = web.text(r"[\w.~+/-]{1,4096}=*")

_lock = threading.Lock()
_sessions = {}  # SHA-256 of the session id -> Session


class Connection:
    def __init__(self, environment, account, token, scope, attempt_id):
        self.id = str(uuid.uuid4())
        self.environment, self.account, self.token, self.scope = environment, account, token, scope
        self.attempt_id = attempt_id
        self.connected_at, self.revoked_at = now(), None
        self.streams = set()  # each is ended with the connection

    def public(self):
        """Built field by field, so that the token is in no answer."""
        fields = {
            "id": self.id,
            "provider": "alpaca",
            "environment": self.environment,
            "account": self.account,
            "scope": self.scope,
            "connectedAt": self.connected_at,
        }
        return {**fields, "revokedAt": self.revoked_at} if self.revoked_at else fields

    def end_streams(self, refusal):
        with _lock:
            streams, self.streams = self.streams, None
        for stream in streams or ():
            stream.end(refusal)

    def keep_stream(self, stream):
        """Whether the stream may begin: not of a connection that was forgotten a moment ago."""
        with _lock:
            if self.streams is not None:
                self.streams.add(stream)
            return self.streams is not None

    def drop_stream(self, stream):
        with _lock:
            if self.streams is not None:
                self.streams.discard(stream)

    def revoke(self):
        self.revoked_at = self.revoked_at or now()
        self.end_streams(revoked())


class Session:
    def __init__(self, connections):
        self.connections = connections
        self.ends = time.monotonic() + SESSION_LIFETIME
        self.used = time.monotonic()

    def is_over(self):
        return self.ends < time.monotonic() or self.used + IDLE_LIFETIME < time.monotonic()


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def not_connected():
    return Refusal(401, "not_connected", "No such account is connected here. Connect one with the button, then try again.")


def revoked():
    return Refusal(401, "connection_revoked", "Alpaca no longer accepts this connection. Reconnect with the button, then try again.")


def session_key(request):
    """What a session is kept under: who reads this table cannot make a cookie of it."""
    return hashlib.sha256(web.read_cookies(request.headers).get(SESSION_COOKIE, "").encode()).digest()


def connections_of(request):
    with _lock:
        session = _sessions.get(session_key(request))
        if session is None or session.is_over():
            return []
        session.used = time.monotonic()
        return list(session.connections)


def choose(request, api, scope):
    """
    The connection whose token a request may use: the one that X-Alpaca-Connection names, or the only one. An order must never
    go to an account that nobody chose. Market data is the same with every token: there, paper comes first.
    """
    names = request.headers.get_all("X-Alpaca-Connection", [])
    named = ", ".join(names) if names else None  # Sent twice, it names nothing.
    found = [each for each in connections_of(request) if api in ("data", each.environment)]
    if named is not None:
        found = [each for each in found if each.id == named]
    elif api == "data":
        found.sort(key=lambda each: (each.revoked_at is not None, not covers(each, scope), each.environment != "paper"))
        found = found[:1]
    if not found:
        raise not_connected()
    if len(found) > 1:
        raise Refusal(409, "connection_ambiguous", "Several accounts are connected. Name one in X-Alpaca-Connection. Nothing was sent to Alpaca.")
    if found[0].revoked_at:
        raise revoked()
    if not covers(found[0], scope):
        raise Refusal(403, "insufficient_scope", f'This needs the scope "{scope}", which was not granted. Reconnect with it.')
    return found[0]


def covers(connection, scope):
    return scope == "none" or scope in connection.scope.split()


def list_connections(request):
    """`GET /connections`: what this server offers, and what this browser has connected."""
    offered = {"environments": web.ENVIRONMENTS, "scopes": web.SCOPES}
    answer = {
        "app": os.environ.get("APP_NAME", "This app"),
        **offered,
        "disclosure": None,
        "appUrl": None,
        "returnPages": [],  # no redirect mode
        "providers": [{"id": "alpaca", "name": "Alpaca", **offered}],
        "connectionsPerSession": MOST_CONNECTIONS,
        "awayDays": 0,
        "connections": [each.public() for each in connections_of(request)],
        "away": [],
    }
    return Answer(200, answer)


def exchange(request):
    """`POST /connections`: a grant for a connection. Every check comes before the token call, in this order."""
    is_boolean = lambda value: isinstance(value, bool)
    body = request.json({"code": attempts.GRANT, "codeVerifier": attempts.VERIFIER}, {"keep": is_boolean})
    grant = attempts.find_grant(body["code"])
    if grant is None:
        raise Refusal(400, "exchange_failed", "This is not a grant of this server. Press the connect button again.")
    attempt, keep = grant.attempt, body.get("keep", False)
    if attempt.origin != request.origin:
        raise Refusal(403, "origin_not_allowed", "This grant belongs to a page of another site. Press the connect button again.")
    if not attempt.is_proved_by(body["codeVerifier"]):
        raise Refusal(403, "exchange_failed", "This grant belongs to another attempt. Press the connect button again.")
    if grant.expires < time.monotonic():
        raise Refusal(410, "attempt_expired", "This attempt took too long and has expired. Press the connect button again.")
    if grant.refusal:
        raise Refusal(403, grant.refusal["code"], grant.refusal["message"])
    own = connections_of(request)
    for connection in own:
        if connection.attempt_id == attempt.id:  # The first answer was lost on its way.
            return Answer(201, connection.public())
    if attempt.same_site and not attempt.is_of(request.headers):
        raise Refusal(403, "cookies_blocked", "This connection was started in another browser, or this one sends no cookies from this page.")
    environments = ["paper", "live"] if attempt.environment == "both" else [attempt.environment]
    stay = [each for each in own if keep or each.environment not in environments]
    if len(stay) + len(environments) > MOST_CONNECTIONS:
        raise Refusal(409, "too_many_connections", "Too many accounts are connected. Disconnect one, then connect again.")
    if not attempt.use():
        raise Refusal(409, "exchange_failed", "This connection was already completed. Reload the page; if it shows no account, connect again.")
    token, scope = request_token(grant.code, body["codeVerifier"], attempt.scope)
    accounts = [(each, read_account(each, token)) for each in environments]
    made = [Connection(each, account, token, scope, attempt.id) for each, account in accounts if account]
    if not made:
        raise Refusal(424, "exchange_failed", "Alpaca did not give access to such an account. Nothing was connected. Connect again and choose one.")
    gone = replace_session(request, made, keep, session_id := secrets.token_urlsafe(32))
    for connection in gone:
        connection.end_streams(not_connected())
    same_site = "None" if request.is_cross_site else "Strict"
    lines = [
        web.cookie(SESSION_COOKIE, session_id, same_site, SESSION_LIFETIME),
        web.cookie(attempts.PREFIX + attempt.id, "", "Lax", 0),
    ]
    return Answer(201, made[0].public(), cookies=lines)


def replace_session(request, made, keep, session_id):
    """A new session id with each connect, so that nobody can plant one. Returns the connections that had to go."""
    with _lock:
        for key in [key for key, session in _sessions.items() if session.is_over()]:
            del _sessions[key]
        old = _sessions.pop(session_key(request), None)
        had = old.connections if old else []
        new = {(each.environment, each.account["id"]) for each in made}
        environments = {each.environment for each in made}
        goes = lambda each: (each.environment, each.account["id"]) in new or (not keep and each.environment in environments)
        stay = [each for each in had if not goes(each)]
        _sessions[hashlib.sha256(session_id.encode()).digest()] = Session(stay + made)
        return [each for each in had if goes(each)]


def request_token(code, verifier, asked):
    """
    The token call (RFC 6749 section 4.1.3). A failure is a 424: edges replace 502 and 504 by pages of their own, without
    CORS, so that the page would learn nothing.
    """
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": attempts.REDIRECT_URI,
        "client_id": attempts.CLIENT_ID,
        "client_secret": os.environ.get("ALPACA_CLIENT_SECRET", ""),
        "code_verifier": verifier,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    status, answer = ask(web.TOKEN, "POST", "", headers, urlencode(fields))
    answer = answer if isinstance(answer, dict) else {}
    if answer.get("error") in ("invalid_client", "unauthorized_client"):
        raise Refusal(500, "config_invalid", "Alpaca does not know this site's app or its secret. The site's owner has to check both.")
    if answer.get("error") == "invalid_grant":
        raise Refusal(424, "exchange_failed", "Alpaca did not accept its own code: it may have expired. Press the connect button again.")
    token, kind, scope = answer.get("access_token"), answer.get("token_type"), answer.get("scope", asked)
    if status != 200 or not _BEARER(token) or str(kind).lower() != "bearer" or not isinstance(scope, str):
        raise alpaca_failed()
    return token, scope


def read_account(environment, token):
    """The account behind a token, or None when the token covers none of this environment."""
    status, answer = ask(web.APIS[environment], "GET", "/v2/account", {"Authorization": f"Bearer {token}"})
    if status in (401, 403) and answer is not None:
        return None
    if status != 200 or not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
        raise alpaca_failed()
    blocked = any(answer.get(name) is True for name in ("account_blocked", "trading_blocked", "trade_suspended_by_user"))
    status = str(answer.get("status", ""))
    return {
        "id": answer["id"],
        "number": str(answer.get("account_number") or ""),
        "status": status,
        "currency": str(answer.get("currency") or "USD"),
        "tradingBlocked": blocked or not (status == "ACTIVE" or (environment == "paper" and status == "PAPER_ONLY")),
    }


def ask(upstream, *request):
    try:
        return upstream.ask(*request)
    except (OSError, http.client.HTTPException):
        raise alpaca_failed() from None


def alpaca_failed():
    return Refusal(424, "provider_error", "Alpaca did not answer as expected. Nothing was connected. Try again in a moment.")


def disconnect(request, which):
    """`DELETE /connections/{which}`, by an id or an environment: 204, whether there was one or not."""
    if which not in ("paper", "live") and not _CONNECTION_ID.fullmatch(which):
        raise Refusal(404, "not_found", "Name a connection by its id, or all of an environment by paper or live.")
    with _lock:
        session = _sessions.get(session_key(request))
        gone = [each for each in session.connections if which in (each.id, each.environment)] if session else []
        if session:
            session.connections = [each for each in session.connections if each not in gone]
    for connection in gone:
        connection.end_streams(not_connected())
    return Answer(204)
