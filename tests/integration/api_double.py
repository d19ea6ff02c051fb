"""The REST API played by hand, for the client's stories: what it is asked and what it answers is as docs/openapi.json says,
or the story fails."""

import copy
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from stack.contract import SCHEMAS, check_answer, check_request

KEY = "kt_double-0123456789abcdefghijklmnopqrstuvwxyz"
ACCOUNTS = ("111111111111", "222222222222")
SENT = ("rotate", "rollback", "pause", "resume")
NOW = "2026-11-21T08:14:09Z"


def problem(status: int, name: str, title: str, **more) -> tuple:
    return status, {"Content-Type": "application/problem+json"}, {"type": f"urn:keyturn:problem:{name}", "title": title,
                                                                  "status": status} | more


def answer(body, status: int = 200, **headers) -> tuple:
    return status, {"Content-Type": "application/json", "ETag": '"1"'} | headers, body


def user(account: str, name: str, **changes) -> dict:
    """As GET /accounts/{account}/users/{user} tells it."""
    return copy.deepcopy(SCHEMAS["user_detail"]["examples"][0]) | {"account": account, "user": name} | changes


def masked(key_id: str) -> str:
    return f"{key_id[:4]}...{key_id[-4:]}"


def listed(detail: dict) -> dict:
    """The same as /users lists it."""
    item = {name: value for name, value in detail.items() if name not in ("secret", "requests", "history")}
    item["keys"] = [{name: value for name, value in key.items() if name != "last_used"} | {"id": masked(key["id"])}
                    for key in detail["keys"]]
    return item | {"current_key": masked(detail["current_key"])}


class Double:
    """users: what there is. refuse: answers to come instead of the next ones, first to last. asked: what was asked, as
    (operation, path, query, body). wrong: where somebody left the contract."""

    def __init__(self):
        self.users: list[dict] = []
        self.refuse: list[tuple] = []
        self.events: list[list[str]] = []  # one connection each: its blocks
        self.asked: list[tuple] = []
        self.resumed_at: list[str | None] = []
        self.wrong: list[str] = []
        self.page = 2
        double = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                double.serve(self)

            def do_POST(self):
                double.serve(self)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="api double", daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(30)

    def serve(self, request) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        headers = dict(request.headers.items())
        try:
            operation = check_request(request.command, request.path, headers, body)
            parts = urlsplit(request.path)
            query = dict(parse_qsl(parts.query))
            self.asked.append((operation.name, unquote(parts.path), query, json.loads(body) if body else None))
            if operation.name == "events" and not self.refuse:
                self.resumed_at.append(headers.get("Last-Event-ID"))
                self._stream(request)
                return
            status, given, value = self._answer(operation, headers, parts.path, query, body)
            sent = value.encode() if isinstance(value, str) else json.dumps(value).encode()
            check_answer(request.command, request.path, status, given, sent)
        except AssertionError as error:
            self.wrong.append(str(error))
            status, given, sent = 500, {}, b""
        request.send_response(status)
        for name, text in {**given, "Content-Length": str(len(sent))}.items():
            request.send_header(name, text)
        request.end_headers()
        request.wfile.write(sent)

    def _stream(self, request) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Connection", "close")
        request.end_headers()
        for block in self.events.pop(0) if self.events else [": nothing more\n\n"]:
            request.wfile.write(block.encode())
            request.wfile.flush()
        request.close_connection = True

    def _answer(self, operation, headers: dict, path: str, query: dict, body: bytes) -> tuple:
        if headers.get("X-API-Key") != KEY:
            return problem(401, "unauthorized", "Unauthorized")
        if self.refuse:
            return self.refuse.pop(0)
        if operation.name == "list_users":
            return self._list(query)
        if operation.name in ("pause_all", "resume_all"):
            return self._all(operation.name.removesuffix("_all"))
        words = [unquote(word) for word in path.split("/")]
        if operation.name in ("pause_account", "resume_account"):
            return answer(self._taken(words[3], words[2]), 202)
        name = words[2] if operation.name == "credentials" else words[4]
        account = query.get("account") if operation.name == "credentials" else words[2]
        found = [detail for detail in self.users if detail["user"] == name and account in (None, detail["account"])]
        if not found:
            return problem(404, "not_found", "Not found")
        if operation.name == "user":
            return answer(found[0])
        if operation.name == "credentials":
            return self._credentials(found[0], query)
        return answer(self._taken(words[-1], found[0]["account"], found[0]["user"],
                                  words[6] if operation.name == "deactivate" else found[0]["current_key"]), 202)

    def _list(self, query: dict) -> tuple:
        matches = {"account": "account", "user": "user", "state": "state", "policy": "policy"}
        fitting = [detail for detail in self.users
                   if all(detail.get(member) == query[name] for name, member in matches.items() if name in query)
                   and query.get("key_id") in (None, *(key["id"] for key in detail["keys"]))]
        start = next((at for at, detail in enumerate(self.users) if f"{detail['account']}/{detail['user']}" ==
                      query.get("after")), -1) + 1
        here = self.users[start:start + self.page]
        page = {"items": [listed(detail) for detail in here if detail in fitting]}  # a page may be empty
        if self.users[start + self.page:]:
            page["next"] = f"{here[-1]['account']}/{here[-1]['user']}"
        return answer(page)

    def _taken(self, verb: str, account: str, name: str | None = None, key_id: str | None = None) -> dict:
        taken = {"request": verb, "account": account, "at": NOW, "by": "ops", "status": f"/accounts/{account}",
                 "watch": f"/events?account={account}"}
        taken |= {"user": name} if name else {}
        taken |= {"key_id": key_id} if key_id and verb not in ("pause", "resume") else {}
        if verb == "deactivate":
            taken["waits_for"] = {"reason": "moved_lately", "until": "2026-11-21T08:40:09Z",
                                  "why": "the current key changed less than a safety floor ago"}
        return taken

    def _all(self, verb: str) -> tuple:
        first, second = ACCOUNTS
        refused = problem(409, "conflict", "Conflict", detail="it is paused already")[2]
        return answer({"items": [{"account": first, "outcome": "taken", "taken": self._taken(verb, first)},
                                 {"account": second, "outcome": "refused", "problem": refused}]}, 202)

    def _credentials(self, detail: dict, query: dict) -> tuple:
        name = "ses_smtp" if query.get("format") == "ses_smtp" else "credential"
        if query.get("format") == "env":
            return answer("AWS_ACCESS_KEY_ID=" + detail["current_key"] + "\n", **{"Content-Type": "text/x-shellscript",
                                                                               "Cache-Control": "no-store"})
        return answer(SCHEMAS[name]["examples"][0], **{"Cache-Control": "no-store"})
