"""A client of Server-Sent Events that reads all the time, and remembers everything that came."""

import http.client
import json
import threading
from dataclasses import dataclass
from pathlib import Path

from .ports import LOOPBACK


@dataclass(frozen=True)
class Told:
    """One event of a stream. id: where the stream stood behind it."""

    id: str
    kind: str
    data: str

    @property
    def json(self) -> dict:
        return json.loads(self.data)


class Stream:
    """GET /events, read by a thread until the server ends it or close(). What came is also written to `file`.

    status   of the answer; the rest is of a 200 only
    text     all of it, as it came
    first    the id the stream began with; last: the newest one, for Last-Event-ID
    ended    the server ended it, properly
    """

    def __init__(self, port: int, key: str, file: Path, query: str = "", after: str | None = None, timeout: float = 60):
        headers = {"X-API-Key": key} | ({"Last-Event-ID": after} if after is not None else {})
        self._connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
        self._connection.request("GET", f"/events{query}", headers=headers)
        self._answer = self._connection.getresponse()
        self.status, self.headers = self._answer.status, dict(self._answer.getheaders())
        self.first = self.last = ""
        self._lines: list[str] = []
        self.told: list[Told] = []
        self.comments = 0
        self.ended = self.broken = False
        self._began = threading.Event()
        self._file = file
        self._thread = threading.Thread(target=self._read, name="stream", daemon=True)
        if self.status == 200:
            self._thread.start()
            if not self._began.wait(timeout):
                raise TimeoutError("the stream did not say where it stands")

    def close(self) -> None:
        """Goes away, as a client does."""
        if self._connection.sock:
            self._connection.sock.shutdown(2)
        if self._thread.is_alive():
            self._thread.join(60)
        self._connection.close()

    @property
    def text(self) -> str:
        return "".join(list(self._lines))

    def of(self, user: str) -> list[Told]:
        """Those about this user."""
        return [told for told in list(self.told) if told.kind != "gap" and told.json["data"]["user"] == user]

    def kinds(self) -> list[str]:
        return [told.kind for told in list(self.told)]

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            with self._file.open("ab") as copy:
                for line in self._answer:
                    copy.write(line)
                    copy.flush()
                    self._lines.append(line.decode())
                    fields = self._take(line.decode().rstrip("\n"), fields)
            self.ended = True
        except (OSError, http.client.HTTPException, ValueError):
            self.broken = True

    def _take(self, line: str, fields: dict[str, str]) -> dict[str, str]:
        """One line, as the standard reads it; what was gathered of the block so far."""
        if line.startswith(":"):
            self.comments += 1
            return fields
        if line:
            name, _, value = line.partition(": ")
            return fields | {name: value}
        if "id" in fields:
            self.last = fields["id"]
            self.first = self.first or self.last
            self._began.set()
        if "data" in fields:
            self.told.append(Told(self.last, fields["event"], fields["data"]))
        return {}


def offsets(text: str) -> dict[int, int]:
    """An id as partition -> offset of the next message; what is not in it stands at 0."""
    return {int(partition): int(offset) for partition, offset in (each.split(":") for each in text.split(","))}
