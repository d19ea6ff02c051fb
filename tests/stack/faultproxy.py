"""A proxy between our programs and AWS's stand-in that records every call and, by rule, holds, cuts or refuses some.

It runs in the test's process, one thread a connection. Requests go on byte for byte, Host header included, so their
signatures stay valid. A client's connection is kept alive though the stand-in closes after every answer, so that
connection reuse is met as with AWS.
"""

import collections
import contextlib
import socket
import threading
import time
from dataclasses import dataclass, field

from .aws_call import AwsCall, name_call
from .fault_rule import FOREVER, THROTTLE, Held, Rule, error_document
from .http_wire import BrokenMessage, HttpMessage, read_body, read_head, reframed
from .paging import page_of
from .ports import LOOPBACK
from .waiting import until

UPSTREAM_TIMEOUT = 60
BACKLOG = 512


@dataclass
class Record:
    """One call as the proxy saw it. status: what the client was answered, None if nothing (yet). applied: the
    stand-in's own status, None if it was not asked. fault: of the rule it met, or None."""

    number: int
    call: AwsCall
    time: float
    status: int | None = None
    applied: int | None = None
    fault: str | None = None
    account: str = field(init=False)
    action: str = field(init=False)
    subject: str = field(init=False)

    def __post_init__(self):
        self.account, self.action, self.subject = self.call.account, self.call.action, self.call.subject


class FaultProxy:
    """with FaultProxy(moto.port) as proxy: ... proxy.url"""

    def __init__(self, upstream_port: int, port: int = 0):
        self._upstream = upstream_port
        self.page_users: int | None = None  # of one page of an account's users; None: all, as moto does
        self._lock = threading.Lock()
        self._rules: list[Rule] = []
        self._records: list[Record] = []
        self._held: list[Held] = []
        self._taken = 0
        self._open: set[socket.socket] = set()
        self._closing = False
        self._server = socket.create_server((LOOPBACK, port), backlog=BACKLOG)
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._accept, name="faultproxy", daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    # Rules.

    def rule(self, action: str, nth: int = 1, fault: str = "hold", when: str = "after", match=None,
             times: int | float | str = 1, code: str = "ServiceUnavailable", status: int = 503) -> Rule:
        """At the nth matching call of `action` ("*": of any) from now on, and times - 1 more ("forever": all):

        hold       keeps the answer (after) or the request (before) until its release() or close()
        cut        closes the connection without an answer, after or before the call was applied
        refuse     answers with an error document of `code` and HTTP `status`
        throttle   the same with the service's own throttling error
        match      a predicate over the call's parameters (form fields or JSON members)
        """
        rule = Rule(action, nth, fault, when, match, FOREVER if times == "forever" else times, code, status)
        with self._lock:
            self._rules.append(rule)
        return rule

    def remove(self, rule: Rule) -> None:
        """The rule meets no further call; what it holds is released."""
        with self._lock:
            self._rules = [other for other in self._rules if other is not rule]
        rule.release()

    def clear(self) -> None:
        """No rules any more, nothing held, no pages."""
        self.page_users = None
        for rule in list(self._rules):
            self.remove(rule)

    def wait_held(self, timeout: float = 30) -> Held:
        """The next call a `hold` rule keeps back, each once, in their order; TimedOut if none comes."""
        def next_held():
            with self._lock:
                if len(self._held) == self._taken:
                    return None
                self._taken += 1
                return self._held[self._taken - 1]
        return until(next_held, timeout, "a call held by the proxy")

    # Records.

    def calls(self, action: str | None = None, account: str | None = None, subject: str | None = None) -> list[Record]:
        """The recorded calls, oldest first, of these only where given."""
        with self._lock:
            return [record for record in self._records
                    if action in (None, record.action) and account in (None, record.account)
                    and subject in (None, record.subject)]

    def counts(self) -> collections.Counter:
        """How many calls of each action."""
        return collections.Counter(record.action for record in self.calls())

    def wait_calls(self, action: str, count: int, timeout: float = 30, **filters) -> list[Record]:
        """Blocks until so many calls of the action were answered; returns them."""
        def answered():
            found = [record for record in self.calls(action, **filters) if record.status is not None]
            return found if len(found) >= count else None
        return until(answered, timeout, f"{count} answered calls of {action}")

    # Serving.

    def _accept(self):
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            with self._lock:
                if self._closing:
                    client.close()
                    return
                self._open.add(client)
            threading.Thread(target=self._serve, args=(client,), name="faultproxy-client", daemon=True).start()

    def _serve(self, client: socket.socket):
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with client.makefile("rb") as stream:
                while self._serve_one(client, stream):
                    pass
        except (OSError, BrokenMessage, ValueError):
            pass  # the client or the stand-in went away: the connection ends, as it would with AWS
        finally:
            with self._lock:
                self._open.discard(client)
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()

    def _serve_one(self, client, stream) -> bool:
        """One request; whether another may follow on this connection."""
        request = read_head(stream)
        if request is None:
            return False
        if request.headers.get("expect", "").lower() == "100-continue":
            client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        read_body(stream, request, until_close=False)
        method, target, _ = request.first.split(" ", 2)
        record, rule = self._note(name_call(method, target, request.headers, request.body))
        answer = self._answer(request, record, rule)
        if answer is None:
            return False
        client.sendall(answer)
        return request.keeps_alive

    def _note(self, call: AwsCall) -> tuple[Record, Rule | None]:
        """Records the call; the first rule that fires at it, though every rule counts it."""
        with self._lock:
            record = Record(len(self._records) + 1, call, time.time())
            self._records.append(record)
            firing = [rule for rule in self._rules if rule.fires(call)]
            if not firing:
                return record, None
            record.fault = firing[0].fault
            firing[0].fired.append(record)
            return record, firing[0]

    def _answer(self, request: HttpMessage, record: Record, rule: Rule | None) -> bytes | None:
        """The bytes for the client; None closes its connection without any."""
        close = not request.keeps_alive
        if rule and rule.when == "before":
            faulty = self._fault(rule, record, close)
            if faulty is not _PASSES:
                return faulty
        answer = self._forward(request)
        record.applied = int(answer.first.split(" ")[1])
        if self.page_users and record.action == "GetAccountAuthorizationDetails" and record.applied == 200:
            answer.body = page_of(answer.body, record.call.parameters.get("Marker"), self.page_users)
        if rule and rule.when == "after":
            faulty = self._fault(rule, record, close)
            if faulty is not _PASSES:
                return faulty
        record.status = record.applied
        return reframed(answer, close)

    def _fault(self, rule: Rule, record: Record, close: bool):
        """Does what the rule says: an answer, None to cut, or _PASSES to go on."""
        if rule.fault == "cut":
            return None
        if rule.fault == "hold":
            return _PASSES if self._hold(rule, record) else None
        code, record.status = rule.code, rule.status
        if rule.fault == "throttle":
            code, record.status = THROTTLE.get(record.call.service, ("ThrottlingException", 400))
        return error_document(record.call, code, record.status, close)

    def _hold(self, rule: Rule, record: Record) -> bool:
        held = Held(record)
        with self._lock:
            if self._closing:
                return False
            rule.held.append(held)
            self._held.append(held)
        return held.wait()

    def _forward(self, request: HttpMessage) -> HttpMessage:
        with socket.create_connection((LOOPBACK, self._upstream), UPSTREAM_TIMEOUT) as upstream:
            upstream.sendall(request.head + request.framed)
            with upstream.makefile("rb") as stream:
                answer = read_head(stream)
                if answer is None:
                    raise BrokenMessage("the stand-in closed the connection without an answer")
                read_body(stream, answer, until_close=True)
                return answer

    def close(self) -> None:
        """Closes every connection; what is held is dropped."""
        with self._lock:
            self._closing = True
            clients, held = list(self._open), list(self._held)
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for one in held:
            if one.open:
                one.drop()
        for client in clients:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


_PASSES = object()
