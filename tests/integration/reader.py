"""An application that reads its secret and uses it, over and over, while everything else happens.

It asks the AWS stand-in directly, never through the fault proxy: what it sees is what AWS would answer.
"""

import itertools
import json
import threading
import time
from dataclasses import dataclass, field

from botocore.exceptions import ClientError
from stack.moto import Credentials, Moto

from .people import Person

PAUSE = 0.05
# Somebody who holds a key longer than the overlap before using it may find it Inactive: then what is served by now works.
PATIENCE = 2.0
FAILURES_KEPT = 50


@dataclass
class Totals:
    """Of all readers of a session. late: reads that took longer than any overlap and failed, and worked when repeated
    at once; one that fails again is a failure like any other."""

    reads: int = 0
    late: int = 0
    failures: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Reader:
    """Reads every watched person's current secret, in turn, from the moment there is one."""

    def __init__(self, moto: Moto, totals: Totals, patience: float = PATIENCE):
        self._moto = moto
        self._totals = totals
        self._patience = patience
        self._watched: list[Person] = []
        self._rotated: set[Person] = set()
        self._clients = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)

    def start(self):
        self._thread.start()
        return self

    def watch(self, person: Person) -> None:
        self._watched = [*self._watched, person]

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(60)

    def _run(self):
        for turn in itertools.count():
            if self._stopping.wait(PAUSE):
                return
            if self._watched:
                self._turn(self._watched[turn % len(self._watched)])

    def _turn(self, person: Person) -> None:
        began = time.monotonic()
        failure = self._try(person)
        late = failure is not None and time.monotonic() - began > self._patience
        if late and (again := self._try(person)):
            failure, late = f"{again} (before: {failure})", False
        if person in self._rotated:
            self._count(person, failure, late)

    def _try(self, person: Person) -> str | None:
        try:
            return self._read(person)
        except Exception as error:  # whatever an application would meet
            return f"{type(error).__name__}: {error}"

    def _read(self, person: Person) -> str | None:
        """One read and its use; what went wrong."""
        secrets = self._moto.boto3_client(person.account, "secretsmanager")
        answer = secrets.get_secret_value(SecretId=person.secret_name, VersionStage="AWSCURRENT")
        value = json.loads(answer["SecretString"])
        if "AccessKeyId" not in value:
            return "the placeholder is served"
        self._rotated.add(person)
        return self._use(person, Credentials(value["AccessKeyId"], value["SecretAccessKey"]))

    def _use(self, person: Person, key: Credentials) -> str | None:
        try:
            arn = self._client(key).get_caller_identity()["Arn"]
        except ClientError as error:
            return f"{key.key_id} is refused: {error}"
        if arn != f"arn:aws:iam::{person.account}:user/{person.name}":
            return f"{key.key_id} is the key of {arn}"
        # The stand-in takes Inactive keys, AWS does not.
        status = self._moto.keys(person.account, person.name).get(key.key_id, "gone")
        return None if status == "Active" else f"{key.key_id} is {status}"

    def _client(self, key: Credentials):
        if key not in self._clients:
            self._clients[key] = self._moto.client_with(key, "sts")
        return self._clients[key]

    def _count(self, person: Person, failure: str | None, late: bool) -> None:
        with self._totals.lock:
            self._totals.reads += 1
            if late:
                self._totals.late += 1
            elif failure and len(self._totals.failures) < FAILURES_KEPT:
                self._totals.failures.append(f"{time.strftime('%H:%M:%S')} {person.account}/{person.name}: {failure}")
