"""Alpaca's APIs, by the token of a connection. What the contract does not list is refused before anything is sent."""

import http.client
import re

import connections
import web
from web import Answer, Refusal

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
# The headers of Alpaca's that the page gets, and under which name. All others are dropped, such as Set-Cookie.
RELAYED = {
    "Content-Type": "Content-Type",
    "Retry-After": "Retry-After",
    "X-RateLimit-Limit": "X-RateLimit-Limit",
    "X-RateLimit-Remaining": "X-RateLimit-Remaining",
    "X-RateLimit-Reset": "X-RateLimit-Reset",
    "X-Request-ID": "X-Upstream-Request-ID",
}


def compile_operations():
    """The allow-list: for each path of the contract, a pattern of the raw path, its literal length, and its methods."""
    table = []
    for template, methods in web.CONTRACT["paths"].items():
        # An answer is read whole here, so that Alpaca's own event streams stay closed.
        operations = {name.upper(): each for name, each in methods.items() if "x-scope" in each and not takes(each, "Last-Event-ID")}
        if operations:
            parameters = next(iter(operations.values())).get("parameters", [])
            patterns = {each["name"]: each["schema"].get("pattern", "[^/]+") for each in parameters if each.get("in") == "path"}
            table.append((pattern_of(template, patterns), template.count("{"), operations))
    # A literal segment wins over a parameter: /v2/stocks/bars is no symbol.
    return sorted(table, key=lambda entry: entry[1])


def takes(operation, header):
    return any(each.get("$ref", "").endswith(f"/{header}") for each in operation.get("parameters", []))


def pattern_of(template, patterns):
    parts = []
    for segment in template.split("/")[1:]:
        name = segment[1:-1] if segment.startswith("{") else None
        if name == "environment":
            parts.append("(?:paper|live)")
        elif name is None:
            parts.append(re.escape(segment))
        else:
            # Each pattern is about one segment of the path, whole.
            parts.append(f"(?=[^/]+(?:/|$))(?:{patterns[name].removeprefix('^').removesuffix('$')})")
    return re.compile("/" + "/".join(parts), re.ASCII)


OPERATIONS = compile_operations()


def find_operation(method, path):
    """Default deny. @raises Refusal 404 or 405"""
    if method not in METHODS:
        raise Refusal(405, "method_not_allowed", "Alpaca's operations take no such method.", Allow=", ".join(METHODS))
    allowed = set()
    for pattern, _, operations in OPERATIONS:
        if pattern.fullmatch(path):
            # What moves money, or has no documented scope, is closed.
            is_open = {name: each for name, each in operations.items() if each["x-scope"] != "undocumented"}
            operation = is_open.get("GET" if method == "HEAD" else method)
            if operation:
                return operation
            allowed |= is_open.keys() if method not in operations else set()
    if allowed:
        raise Refusal(405, "method_not_allowed", "This operation takes another method.", Allow=", ".join(sorted(allowed)))
    raise Refusal(404, "operation_not_allowed", "This is no operation that the server passes on. Compare the path with Alpaca's API reference.")


def relay(request):
    """Headers are built, not filtered: nothing of the client reaches Alpaca but method, path, query, and a JSON body."""
    _, api, rest = request.path.split("/", 2)
    operation = find_operation(request.method, request.path)
    if api != "data" and api not in web.ENVIRONMENTS:
        raise Refusal(404, "operation_not_allowed", f"This server does not offer the {api} environment.")
    connection = connections.choose(request, api, operation["x-scope"])
    headers = {"Authorization": f"Bearer {connection.token}", "Accept": "application/json"}
    if request.body:
        if request.method in ("GET", "HEAD"):
            raise Refusal(400, "bad_request", f"{request.method} takes no body. Nothing was sent.")
        if not request.headers.get("Content-Type", "").lower().startswith("application/json"):
            raise Refusal(415, "bad_request", "Send JSON, with Content-Type: application/json.")
        headers["Content-Type"] = "application/json"
    if takes(operation, "Idempotency-Key"):
        key = request.headers.get_all("Idempotency-Key", [])
        if key:
            # Left out, a bad key would make a retry cost money twice: so it is refused.
            if len(key) > 1 or not re.fullmatch(r"[\x21-\x7e]{1,128}", key[0]):
                raise Refusal(400, "bad_request", "Send Idempotency-Key once, with 1 to 128 visible ASCII characters. Nothing was sent.")
            headers["Idempotency-Key"] = key[0]
    target = f"/{rest}" + (f"?{request.query}" if request.query else "")
    answer = call(api, request.method, target, headers, request.body)
    if answer.status == 401 and is_revoked(connection):
        connection.revoke()
        raise connections.revoked()
    return answer


def call(api, method, target, headers, body):
    try:
        upstream, answer = web.APIS[api].open(method, target, headers, body or None)
        try:
            content = answer.read(web.LARGEST_ANSWER + 1)
        finally:
            upstream.close()
    except TimeoutError:
        raise Refusal(504, "upstream_timeout", "Alpaca did not answer in time. An order may have been received: look before you repeat it.") from None
    except (OSError, http.client.HTTPException):
        raise Refusal(502, "upstream_unreachable", "Alpaca could not be reached. An order may have been received: look before you repeat it.") from None
    is_answer = 200 <= answer.status < 300 or 400 <= answer.status < 600
    if not is_answer or answer.headers.get("Content-Encoding", "identity") != "identity" or len(content) > web.LARGEST_ANSWER:
        raise Refusal(502, "upstream_invalid", "Alpaca gave an answer that is not one of its API. An order may have been received: look before you repeat it.")
    kept = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    for name, own in RELAYED.items():
        value = answer.headers.get(name)
        if value is not None and re.fullmatch(r"[\t\x20-\x7e]{0,1024}", value):
            kept[own] = value
    return Answer(answer.status, content, kept)


def is_revoked(connection):
    """One refusal may be about the operation. Whether the token is still good, GET /v2/account of its environment says."""
    headers = {"Authorization": f"Bearer {connection.token}", "Accept": "application/json"}
    try:
        status, answer = web.APIS[connection.environment].ask("GET", "/v2/account", headers)
    except (OSError, http.client.HTTPException):
        return False
    return status == 401 and answer is not None
