"""The proxy's rules: which call of which action meets which fault."""

import json
import threading
from dataclasses import dataclass, field
from email.utils import formatdate
from xml.sax.saxutils import escape

from .aws_call import AwsCall
from .http_wire import answer_bytes

FAULTS = ("hold", "cut", "refuse", "throttle")
FOREVER = float("inf")
# AWS's own words for "too fast", by service: code and HTTP status.
THROTTLE = {"iam": ("Throttling", 400), "sts": ("Throttling", 400), "secretsmanager": ("ThrottlingException", 400),
            "ses": ("TooManyRequestsException", 429)}


class Held:
    """A call kept back by a rule: `after` it was applied its answer waits, `before` the request itself does."""

    def __init__(self, record):
        self.record = record
        self._let_go = threading.Event()
        self._dropped = False

    def release(self) -> None:
        """Lets the request or the answer go on, even if its client has died meanwhile."""
        self._let_go.set()

    def drop(self) -> None:
        """Closes the connection instead; a request held before is then never applied."""
        self._dropped = True
        self._let_go.set()

    @property
    def open(self) -> bool:
        return not self._let_go.is_set()

    def wait(self) -> bool:
        """Blocks until released (True) or dropped (False)."""
        self._let_go.wait()
        return not self._dropped


@dataclass
class Rule:
    """Fires at the nth to (nth + times - 1)th call, counted from the rule's making, that it matches."""

    action: str
    nth: int
    fault: str
    when: str
    match: object
    times: float
    code: str
    status: int
    seen: int = 0
    held: list[Held] = field(default_factory=list)
    fired: list = field(default_factory=list)

    def __post_init__(self):
        assert self.fault in FAULTS, f"fault is one of {FAULTS}, not {self.fault!r}"
        assert self.when in ("before", "after"), f"when is before or after, not {self.when!r}"

    def fires(self, call: AwsCall) -> bool:
        """Counts the call if it matches; whether it is one that meets the fault. The caller holds the proxy's lock."""
        if self.action not in ("*", call.action) or (self.match and not self.match(call.parameters)):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times

    def release(self) -> None:
        """Releases everything this rule holds."""
        for held in self.held:
            held.release()


def error_document(call: AwsCall, code: str, status: int, close: bool) -> bytes:
    """A refusal as the service itself would word it: XML for Query, JSON for JSON 1.1 and REST."""
    message = f"{code} by order of the test"
    if call.protocol == "query":
        body = ("<ErrorResponse><Error><Type>Sender</Type>"
                f"<Code>{escape(code)}</Code><Message>{escape(message)}</Message></Error>"
                "<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>").encode()
        headers = {"Content-Type": "text/xml"}
    elif call.protocol == "json":
        body = json.dumps({"__type": code, "message": message}).encode()
        headers = {"Content-Type": "application/x-amz-json-1.1"}
    else:
        body = json.dumps({"message": message}).encode()
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": code}
    return answer_bytes(status, "Refused", _dated(headers), body, close)


def _dated(headers: dict[str, str]) -> dict[str, str]:
    """With the Date that AWS puts on every answer."""
    return headers | {"Date": formatdate(usegmt=True)}
