"""
A second backend for the <alpaca-connect> button, in Python's standard library. It serves the same widget by the same contract
as the Node server, and passes the same conformance kit: read it to write one in another language.

    web.py          settings, the checks before every route, cookies, calls to Alpaca
    attempts.py     from the click to the grant
    connections.py  from the grant to the session
    proxy.py        Alpaca's operations
    stream.py       trade updates

It keeps everything in memory and in one process, has no rate limits, no redirect mode, no broker partners and no event streams
but the trade updates, and does not act while people are away. A page whose answer to the exchange was lost before its cookie
came has to connect again. For real accounts use the Node server, or add what is missing.

    PORT=8000 PUBLIC_URL=http://localhost:8000 … python3 backend.py

The variables are named as the Node server's. With PORT=0 the system chooses a port; the first line of the output tells it.
"""

import json
import os
import re
import sys
import traceback
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import attempts
import connections
import proxy
import stream
import web
from web import Answer, Refusal

SECURITY = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
    "Access-Control-Allow-Headers": "content-type, last-event-id, x-alpaca-connect, x-alpaca-connection, x-alpaca-connect-verifier, idempotency-key",
    "Access-Control-Max-Age": "600",
}
# Files that are the same for everybody, read at start, so that no path of a request reaches the file system.
PUBLIC = web.ROOT / "server/public"
CONTRACT = {**web.CONTRACT, "servers": [{"url": web.MOUNT}]}
FILES = {
    "/connect.js": ("text/javascript; charset=utf-8", (PUBLIC / "connect.js").read_bytes()),
    "/event-parser.js": ("text/javascript; charset=utf-8", (PUBLIC / "event-parser.js").read_bytes()),
    "/openapi.json": ("application/json; charset=utf-8", json.dumps(CONTRACT).encode()),
    **{f"/messages/{file.name}": ("application/json; charset=utf-8", file.read_bytes()) for file in (PUBLIC / "messages").glob("*.json")},
}
# The pages and files that browsers load without a script: no check of the caller, because there is none.
PAGES = {"/launch": attempts.launch, "/callback": attempts.callback}
# What scripts of pages call, behind the checks: a pattern of the path, and what answers each method.
ROUTES = [
    (r"/attempts", {"POST": attempts.start}),
    (r"/mailbox/([\w-]{43})", {"GET": attempts.collect, "POST": attempts.deposit}),
    (r"/connections", {"GET": connections.list_connections, "POST": connections.exchange}),
    (r"/connections/([^/]+)", {"DELETE": connections.disconnect}),
    (r"/(paper|live)/stream", {"GET": stream.subscribe}),
]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60  # seconds that a client may take to send or read something

    def __getattr__(self, name):
        # http.server looks for do_GET, do_POST and so on: one method answers all, also those that nobody has heard of.
        if name.startswith("do_"):
            return self.answer_request
        raise AttributeError(name)

    def answer_request(self):
        # One request for each connection: what a refused body leaves behind can then not be read as a request.
        self.close_connection = True
        self.request_id, self.has_begun = str(uuid.uuid4()), False
        try:
            answer = self.route()
            if answer is None:
                return  # It was a stream.
        except Refusal as refusal:
            answer = self.refusal_answer(refusal)
        except OSError:
            return  # The client is gone.
        except Exception:
            # Only where it happened: the message of an exception may quote what must not be logged.
            print(self.request_id, "".join(traceback.format_tb(sys.exc_info()[2])), file=sys.stderr)
            if self.has_begun:
                return
            answer = self.refusal_answer(Refusal(500, "internal", "Something went wrong on the server. Try again in a moment."))
        self.send(answer)

    def route(self):
        # The raw target, because http.server changes some.
        target = self.requestline.split(" ")[1]
        self.method = self.command
        whole, _, self.query = target.partition("?")
        if not whole.startswith(web.MOUNT + "/"):
            raise web.not_found() if whole.startswith("/") else Refusal(400, "bad_path", "Send the path alone, starting with a slash.")
        self.path = whole[len(web.MOUNT) :]
        self.body = self.read_body()
        if self.path in PAGES or self.path in FILES:
            if self.method not in ("GET", "HEAD"):
                raise Refusal(405, "method_not_allowed", "This takes only GET.", Allow="GET")
            return PAGES[self.path](self) if self.path in PAGES else self.file(*FILES[self.path])
        # The order is a part of the contract: path, header, origin, route, session.
        web.check_target(whole, self.query)
        if self.method == "OPTIONS" and self.headers.get("Access-Control-Request-Method"):
            return Answer(204, headers=PREFLIGHT) if self.headers.get("Origin") in web.ORIGINS else Answer(403)
        self.origin, self.is_cross_site = web.check_caller(self.headers)
        for pattern, methods in ROUTES:
            match = re.fullmatch(pattern, self.path, re.ASCII)
            if match:
                if self.method not in methods:
                    raise Refusal(405, "method_not_allowed", "This path takes another method.", Allow=", ".join(methods))
                return methods[self.method](self, *match.groups())
        if re.match("/(?:paper|live|data)/", self.path):
            return proxy.relay(self)
        raise web.not_found()

    def read_body(self):
        """All of it, also when the request is refused: a socket that is closed with unread bytes may lose the answer."""
        lengths = self.headers.get_all("Content-Length", [])
        if self.headers.get("Transfer-Encoding") is not None or len(lengths) > 1:
            raise Refusal(400, "bad_request", "Send a body with one Content-Length.")
        if not lengths:
            return b""
        if not re.fullmatch(r"\d{1,12}", lengths[0], re.ASCII):
            raise Refusal(400, "bad_request", "Content-Length has to be a number.")
        if int(lengths[0]) > web.LARGEST_BODY:
            raise Refusal(413, "body_too_large", "The body is too large: at most 1 MiB.")
        body = self.rfile.read(int(lengths[0]))
        if len(body) < int(lengths[0]):
            raise ConnectionError
        return body

    def file(self, kind, content):
        headers = {"Content-Type": kind, "Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        return Answer(200, content, headers)

    # What routes ask of a request, besides method, path, query, headers, body, origin and is_cross_site.

    def json(self, required, optional=()):
        return web.read_json(self.body, self.headers, required, optional)

    def require_own_page(self):
        if self.origin != web.PUBLIC_URL:
            raise Refusal(403, "origin_not_allowed", "Only the pages of this server itself may send this.")

    @property
    def socket(self):
        return self.connection

    def begin_stream(self):
        self.head(Answer(200, headers={"Content-Type": "text/event-stream; charset=utf-8"}))

    def write(self, content):
        self.wfile.write(content)

    # How answers are written.

    def refusal_answer(self, refusal):
        body = {"code": refusal.code, "message": refusal.message, "requestId": self.request_id}
        return Answer(refusal.status, body, refusal.headers)

    def send(self, answer):
        if answer.status not in (204, 304):
            answer.headers["Content-Length"] = str(len(answer.body))
        try:
            self.head(answer)
            if self.command != "HEAD" and answer.status not in (204, 304):
                self.wfile.write(answer.body)
        except OSError:
            pass  # The client is gone.

    def head(self, answer):
        self.has_begun = True
        self.send_response_only(answer.status)
        own = {**SECURITY, "X-Request-ID": self.request_id, "Connection": "close"}
        if "Access-Control-Allow-Origin" not in answer.headers:
            own |= web.cors_headers(self.headers.get("Origin"))
        for name, value in {**own, **answer.headers}.items():
            self.send_header(name, value)
        for line in answer.cookies:
            self.send_header("Set-Cookie", line)
        self.end_headers()

    def send_error(self, code, message=None, explain=None):
        """http.server's own refusals, of what is no HTTP, in the one shape of errors."""
        self.request_id, self.close_connection = str(uuid.uuid4()), True
        self.command = getattr(self, "command", None) or "GET"
        if not hasattr(self, "headers"):
            self.headers = {}
        self.request_version = "HTTP/1.1"
        self.send(self.refusal_answer(Refusal(code, "bad_request", "The request cannot be read. Send plain HTTP/1.1.")))

    def log_message(self, format, *values):
        """Nothing: a target may hold Alpaca's code."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    server = Server(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Handler)
    print(f"Listening on port {server.server_address[1]}", flush=True)
    server.serve_forever()
