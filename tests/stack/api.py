"""The REST API of a stack: the program with keys, sealing keys and an audit log of its own, and a client that hides nothing."""

import base64
import hashlib
import http.client
import json
import os
import secrets
import ssl
from dataclasses import dataclass
from pathlib import Path

from .contract import check_answer
from .ports import LOOPBACK, free_port
from .program import Program
from .sse import Stream


@dataclass(frozen=True)
class Answer:
    """A whole answer. headers: as they came, but for Date."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)

    @property
    def problem(self) -> str:
        """The word for the kind of problem; "" if it is none."""
        kind = self.json["type"] if self.headers.get("Content-Type") == "application/problem+json" else ""
        return kind.removeprefix("urn:keyturn:problem:")


class Api(Program):
    """keyturn-api; ready when its /readyz answers 200 and it listens."""

    def __init__(self, folder: Path, config: Path, environment: dict[str, str], label: str = "api", **given: str):
        super().__init__("api", folder, config, {}, label)
        home = folder / label
        home.mkdir(parents=True, exist_ok=True)
        self.api_port = free_port()
        self.keys_file, self.audit_log, self._ring = home / "keys.json", home / "audit.jsonl", home / "ring"
        self._rows: list[dict] = []
        self._sealing: dict[str, str] = {}
        self.seal_with("k1")
        self._save()
        self._given = environment | {
            "KEYTURN_API_LISTEN": f"{LOOPBACK}:{self.api_port}",
            "KEYTURN_API_KEYS_FILE": str(self.keys_file),
            "KEYTURN_API_SEALING_KEYS_FILE": str(self._ring),
            "KEYTURN_API_AUDIT_LOG": str(self.audit_log),
        } | given

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.api_port}"

    @staticmethod
    def _write(path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.write_text(text)

    def _save(self) -> None:
        self._write(self.keys_file, json.dumps({"version": 1, "keys": self._rows}))

    def seal_with(self, *ids: str) -> None:
        """The sealing keys of these names are the ring, known within 10 s; each is drawn when it is first named."""
        for name in ids:
            self._sealing.setdefault(name, base64.b64encode(os.urandom(32)).decode())
        self._write(self._ring, "".join(f"{name}:{self._sealing[name]}\n" for name in ids))

    def key(self, name: str, *scopes: str, accounts: tuple = ("*",), users: tuple = ("*",)) -> str:
        """A new API key. One made after the start is known within 10 s."""
        raw, key_id = secrets.token_bytes(32), secrets.token_hex(6)
        self._rows.append({"id": key_id, "name": name, "sha256": hashlib.sha256(raw).hexdigest(), "scopes": list(scopes),
                           "accounts": list(accounts), "users": list(users), "created": "2026-01-01T00:00:00Z"})
        self._save()
        return f"keyturn_{key_id}_{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"

    def take(self, name: str) -> None:
        """Revokes the key of that name, within 10 s."""
        self._rows = [row for row in self._rows if row["name"] != name]
        self._save()

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.api_port}"

    def ask(self, path: str, key: str | None = None, method: str = "GET", timeout: float = 120, body: bytes | str | None = None,
            trust: ssl.SSLContext | None = None, **headers: str) -> Answer:
        """One request on a connection of its own, by TLS where something is trusted; headers by their name with '_' for '-'.
        AssertionError if docs/openapi.json describes no such answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if key is not None:
            sent["X-API-Key"] = key
        connection = (http.client.HTTPSConnection(LOOPBACK, self.api_port, timeout=timeout, context=trust) if trust
                      else http.client.HTTPConnection(LOOPBACK, self.api_port, timeout=timeout))
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            got = {name: value for name, value in answer.getheaders() if name != "Date"}
            whole = Answer(answer.status, got, answer.read())
            check_answer(method, path, whole.status, whole.headers, whole.body)
            return whole
        finally:
            connection.close()

    def follow(self, key: str, query: str = "", after: str | None = None) -> Stream:
        """A stream of events; what comes is kept beside the keys."""
        return Stream(self.api_port, key, self.keys_file.with_name("streams"), query, after)

    def audit(self) -> list[dict]:
        """The records of the audit log."""
        return [json.loads(line) for line in self.audit_log.read_text().splitlines()] if self.audit_log.exists() else []
