"""
Trade updates: Alpaca's WebSocket in, server-sent events out. Each page that listens has a WebSocket of its own at Alpaca. No
update is remembered: a page that comes back is told that it may have missed some, and asks for its orders.
"""

import base64
import hashlib
import json
import os
import re
import secrets
import select
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

import connections
from web import TIMEOUT

URLS = {
    "paper": os.environ.get("ALPACA_PAPER_STREAM_URL", "wss://paper-api.alpaca.markets/stream"),
    "live": os.environ.get("ALPACA_LIVE_STREAM_URL", "wss://api.alpaca.markets/stream"),
}
HEARTBEAT = 15  # seconds; a comment keeps what stands in between from closing the socket
LARGEST_MESSAGE = 512 * 1024


class Closed(Exception):
    """The WebSocket is closed, or broke."""


class WebSocket:
    """The client's side of RFC 6455, as far as Alpaca needs it."""

    def __init__(self, url, on_socket):
        parts = urlsplit(url)
        secure = parts.scheme == "wss"
        self.socket = socket.create_connection((parts.hostname, parts.port or (443 if secure else 80)), TIMEOUT)
        self.buffer = b""
        on_socket(self.socket)
        if secure:
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=parts.hostname)
            on_socket(self.socket)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
        self.socket.sendall("\r\n".join(lines).encode())
        while b"\r\n\r\n" not in self.buffer:
            self.read()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
        accepted = re.search(rb"\r\nsec-websocket-accept:\s*(\S+)", head, re.IGNORECASE)
        if not head.startswith(b"HTTP/1.1 101 ") or accepted is None or accepted[1].decode("latin-1") != accept:
            raise Closed

    def read(self):
        """Waits for more bytes. TLS may hold back some that select() does not see."""
        read = self.socket.recv(65536)
        while read and isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            read += self.socket.recv(65536)
        if not read or len(self.buffer) > LARGEST_MESSAGE:
            raise Closed
        self.buffer += read

    def send(self, payload, opcode=1):
        """One frame. A client masks what it sends (section 5.3)."""
        mask = os.urandom(4)
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + size.to_bytes(2, "big")
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def frames(self):
        """The messages that have arrived whole, as JSON. Answers pings. @raises Closed"""
        while len(self.buffer) >= 2:
            size, begin = self.buffer[1] & 0x7F, 2
            if size >= 126:
                begin = 4 if size == 126 else 10
                if len(self.buffer) < begin:
                    return
                size = int.from_bytes(self.buffer[2:begin], "big")
            if size > LARGEST_MESSAGE:
                raise Closed
            if len(self.buffer) < begin + size:
                return
            final, opcode = self.buffer[0] & 0x80, self.buffer[0] & 0x0F
            payload, self.buffer = self.buffer[begin : begin + size], self.buffer[begin + size :]
            if opcode == 9:
                self.send(payload, opcode=10)
            elif opcode == 8 or not final:
                raise Closed  # Alpaca sends no fragments.
            elif opcode in (1, 2):
                try:
                    message = json.loads(payload)
                except (ValueError, RecursionError):
                    raise Closed from None
                if isinstance(message, dict):
                    yield message


class Stream:
    """One page that listens."""

    def __init__(self, connection, request):
        self.connection, self.request = connection, request
        self.epoch, self.number = secrets.token_hex(8), 0
        self.socket, self.refusal = None, None
        self.ended = threading.Event()

    def end(self, refusal):
        """From any thread: the connection was forgotten, or Alpaca no longer accepts it."""
        self.refusal = refusal
        self.ended.set()
        self.cut()

    def cut(self):
        try:
            if self.socket:
                self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # It is closed already.

    def on_socket(self, opened):
        self.socket = opened
        if self.ended.is_set():
            raise Closed

    def send(self, event, data, identified=False):
        line = f"event: {event}\ndata: {json.dumps(data)}\n\n"
        if identified:
            self.number += 1
            line = f"id: {self.epoch}-{self.number}\n{line}"
        self.request.write(line.encode())

    def run(self):
        """Until the connection or the page is gone. @raises OSError when the page is gone"""
        self.send("status", {"state": "connecting"})
        if self.request.headers.get("Last-Event-ID"):
            self.send("gap", {"reason": "buffer"})
        delay = 1.0
        while not self.ended.is_set():
            was_open = False
            try:
                for was_open in self.listen():
                    delay = 1.0
            except (Closed, OSError):
                pass  # If it was the page that left, the next line that is sent there says so.
            if self.ended.is_set():
                break
            if was_open:
                self.send("gap", {"reason": "upstream"})
            self.send("status", {"state": "retrying", "retryIn": int(delay * 1000)})
            self.ended.wait(delay)
            delay = min(delay * 2, 30)
        if self.refusal:
            self.send("end", {"code": self.refusal.code, "message": self.refusal.message})

    def listen(self):
        """Hears Alpaca until it is lost. Yields True once it is open, and with each sign of life."""
        alpaca = WebSocket(URLS[self.connection.environment], self.on_socket)
        try:
            say = lambda value: alpaca.send(json.dumps(value).encode())
            say({"action": "authenticate", "data": {"oauth_token": self.connection.token}})
            is_open = False
            heard = time.monotonic()
            while True:
                for message in alpaca.frames():
                    kind, data = message.get("stream"), message.get("data")
                    if not isinstance(data, dict):
                        continue  # Alpaca may add to its protocol.
                    if kind == "authorization" and data.get("action") == "authenticate":
                        if data.get("status") != "authorized":
                            self.refuse()
                        say({"action": "listen", "data": {"streams": ["trade_updates"]}})
                    elif kind == "listening" and "trade_updates" in (data.get("streams") or ()):
                        is_open = True
                        self.send("status", {"state": "open"})
                        yield True
                    elif kind == "trade_updates" and is_open:
                        self.relay(data)
                readable, _, _ = select.select([alpaca.socket, self.request.socket], [], [], HEARTBEAT)
                if self.request.socket in readable and not self.request.socket.recv(1024):
                    self.end(None)
                    raise Closed
                if alpaca.socket in readable:
                    alpaca.read()
                    heard = time.monotonic()
                elif time.monotonic() - heard > 3 * HEARTBEAT:
                    raise Closed  # Not even a pong came.
                else:
                    alpaca.send(b"", opcode=9)
                    self.request.write(b":\n\n")
        finally:
            alpaca.socket.close()

    def relay(self, data):
        if self.connection.token in json.dumps(data):
            raise Closed  # It must reach no page, which is then told that it missed an update.
        name = str(data.get("event", ""))
        is_plain = re.fullmatch("[a-z_]{1,40}", name) and name not in ("status", "gap", "end")
        self.send(name if is_plain else "message", data, identified=True)

    def refuse(self):
        """Alpaca does not accept the token."""
        self.connection.revoke()
        raise Closed


def subscribe(request, environment):
    """`GET /paper/stream` and `GET /live/stream`."""
    connection = connections.choose(request, environment, "none")
    stream = Stream(connection, request)
    if not connection.keep_stream(stream):
        raise connections.not_connected()
    try:
        request.begin_stream()
        request.write(b"retry: 1000\n\n")
        stream.run()
    except OSError:
        pass  # The page left.
    finally:
        connection.drop_stream(stream)
