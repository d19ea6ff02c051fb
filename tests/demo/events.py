"""Keyturn's events as anybody could subscribe to them: kcat on the topic, one JSON object a line."""

import json
from dataclasses import dataclass
from pathlib import Path

from stack.process import Process
from stack.topics import EVENTS

PREFIX, SUFFIX = "io.keyturn.", ".v1"


@dataclass
class Event:
    """The attributes the demo shows, and the whole document."""

    document: dict

    @property
    def type(self) -> str:
        """`key.created`"""
        return self.document["type"].removeprefix(PREFIX).removesuffix(SUFFIX)

    @property
    def id(self) -> str:
        return self.document["id"]

    @property
    def key_id(self) -> str:
        return self.document.get("subject", "")

    @property
    def path(self) -> str:
        """`account/user`"""
        return f"{self.document['data']['account']}/{self.document['data']['user']}"

    @property
    def user(self) -> str:
        return self.document["data"]["user"]

    @property
    def reason(self) -> str:
        reason = self.document["data"].get("reason", "")
        return "" if reason == "none" else reason


class EventFeed(Process):
    """take() gives the events that came since the last call."""

    def __init__(self, brokers: str, folder: Path):
        super().__init__("kcat", folder)
        self._brokers = brokers
        self._read = 0

    def command(self) -> list[str]:
        return ["kcat", "-b", self._brokers, "-C", "-q", "-u", "-J", "-t", EVENTS, "-o", "beginning",
                "-X", "fetch.wait.max.ms=50", "-X", "topic.metadata.refresh.interval.ms=2000"]

    def stop(self, timeout: float = 5) -> int | None:
        return super().stop(timeout)

    def take(self) -> list[Event]:
        whole = self.output()
        end = whole.rfind(b"\n") + 1
        lines, self._read = whole[self._read:end].splitlines(), max(end, self._read)
        return [Event(json.loads(message["payload"])) for message in map(_message, lines) if message.get("payload")]


def _message(line: bytes) -> dict:
    """kcat's own complaints are no messages."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
