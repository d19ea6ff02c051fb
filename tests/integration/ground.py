"""The ground of some stories: the stack on real Kafka, people on it, and everything a story watches."""

import contextlib
import os
import re
from collections import Counter

from stack import topics
from stack.configuration import ADMIN, merged
from stack.process import Died
from stack.stack import Stack
from stack.waiting import TimedOut, until

from .leaks import Samples, Search, look_for_leaks
from .people import POLICIES, Person
from .reader import Reader, Totals
from .tail import Tail
from .told import Event, change_of

OURS = "keyturn-key-"
EVENT_ID = re.compile(r"\bEvent ([0-9a-f]{32})\b")
# A new key is mailed when it is proven and current: before that nobody could fetch it.
MAILED = ("key.activated", "key.deactivated", "key.deleted")
# A killed program's partitions go to the next one after three seconds, a dead worker's users after five.
CHANGES = {
    "kafka": {"properties": {"session.timeout.ms": "3000", "heartbeat.interval.ms": "500",
                             "reconnect.backoff.max.ms": "500"}},
    "worker": {"hold": "5s"},
    "policies": POLICIES,
}


class Ground(Stack):
    """A stack whose events are followed, whose people are read, and which is searched for secrets at its end."""

    def __init__(self, totals: Totals, search: Search, changes: dict | None = None,
                 mailed: set[str] = frozenset(), **options):
        super().__init__(broker=os.environ.get("KEYTURN_TEST_BROKER", "real"), **options)
        self._changes = merged(CHANGES, changes or {})
        self.mailed = mailed  # the addresses that get a secret by mail, their own
        self._totals = totals
        self._search = search
        self._watches = []

    def start(self):
        super().start()
        self.events_tail = Tail(self.folder / "tail", self.kafka.brokers, topics.EVENTS).start()
        self.reader = Reader(self.moto, self._totals).start()
        self._watches = [self.events_tail, self.reader, Samples(self).start()]
        return self

    def close(self) -> None:
        if self.proxy:
            self.proxy.clear()
        for program in reversed(self.programs):
            with contextlib.suppress(AssertionError):  # super().close() tells it again, when everything is down
                program.stop()
        for watch in self._watches:
            watch.stop()
        try:
            if self._watches:
                look_for_leaks(self, self._search)
        finally:
            super().close()

    # People.

    def add(self, account: str, name: str, key_ages: tuple = (60,), groups: tuple = (), read: bool = False) -> Person:
        """A user with a mail address and keys so many seconds old. read: a reader uses its secret from now on."""
        address = f"{name}@example.com"
        keys = self.moto.add_user(account, name, key_ages=key_ages, tags={"EmailID": address}, groups=groups)
        user = self.moto.boto3_client(account, "iam").get_user(UserName=name)["User"]
        person = Person(account, name, user["UserId"], address, keys[0] if keys else None)
        if read:
            self.reader.watch(person)
        return person

    def keys(self, person: Person) -> dict[str, str]:
        """Key ids with their status, as IAM has them."""
        return self.moto.keys(person.account, person.name)

    def describe(self, person: Person) -> dict:
        """DescribeSecret, {} if there is none."""
        secrets = self.moto.boto3_client(person.account, "secretsmanager")
        try:
            return secrets.describe_secret(SecretId=person.secret_name)
        except secrets.exceptions.ResourceNotFoundException:
            return {}

    def stages(self, person: Person) -> dict[str, set[str]]:
        """The stored keys with their stages."""
        versions = self.describe(person).get("VersionIdsToStages", {})
        return {version.removeprefix(OURS): set(names) for version, names in versions.items()
                if version.startswith(OURS)}

    def current(self, person: Person) -> str | None:
        """The key AWSCURRENT names."""
        return next((key for key, names in self.stages(person).items() if "AWSCURRENT" in names), None)

    def tags(self, person: Person) -> dict[str, str]:
        return {tag["Key"]: tag["Value"] for tag in self.describe(person).get("Tags", [])}

    # Events and mails.

    def events(self, person: Person | None = None, kind: str | None = None) -> list[Event]:
        """What kcat read so far, about this person and of this kind ("key.created") only where given."""
        seen = [Event(message) for message in self.events_tail.messages()]
        return [event for event in seen
                if (person is None or event.about(person)) and (kind is None or event.kind == kind)]

    def told(self, person: Person, kind: str) -> list[str]:
        """Key ids of the events of this kind."""
        return [event.subject for event in self.events(person, kind)]

    def rotations(self, person: Person) -> int:
        """Whole ones: another key was made current and the one before it was deleted."""
        return min(len(set(self.told(person, "key.activated"))), len(set(self.told(person, "key.deleted"))))

    def changes(self, person: Person) -> Counter:
        """(event kind, key id) of each change the programs made to this user, by the calls that were applied."""
        made = Counter()
        for record in self.proxy.calls():
            if record.applied == 200 and person.is_meant(record.call.parameters):
                made.update(change_of(record.call))
        return made

    def mails(self) -> Counter:
        """(event id, recipient) of every mail; each letter but the digest names its one event."""
        return Counter((named[1], recipient) for mail in self.moto.mails() if (named := EVENT_ID.search(mail["text"]))
                       for recipient in mail["to"])

    def mails_due(self, people: list[Person]) -> set[tuple[str, str]]:
        """(event id, recipient) of the mails that the events about these people ask for."""
        return {(event.json["id"], recipient) for person in people for event in self.events(person)
                if event.kind in MAILED for recipient in (person.address, ADMIN)}

    # Waiting.

    def wait(self, predicate, timeout: float, what: str):
        """Polls until true; ends at once if a program of ours died by itself. What a story needs to be understood comes
        with the failure."""
        def seen():
            for program in self.programs:
                if not program.alive and program.exit_code not in (None, 0) and not program.killed:
                    raise Died(f"{program.name} ended with {program.exit_code}:\n{program.tail()}")
            return predicate()
        try:
            return until(seen, timeout, what, every=0.05)
        except TimedOut as error:
            raise TimedOut(f"{error}\n{self.account_of_it()}") from None

    def account_of_it(self) -> str:
        """The last events, and what the programs warned of."""
        lines = [str(event) for event in self.events()[-25:]]
        for program in self.programs:
            grave = [record for record in program.records() if record.get("level") not in ("debug", "info")]
            lines += [f"{program.name}: {record}" for record in grave[-10:]]
        return "\n".join(lines)

    @contextlib.contextmanager
    def running(self, *kinds: str):
        """Programs of these kinds, started side by side and stopped in reverse; each must drain and end with 0."""
        programs = [self.program(kind) for kind in kinds]
        try:
            for program in programs:
                program.begin()
            for program in programs:
                program.finish()
            yield programs[0] if len(programs) == 1 else programs
        except BaseException:
            for program in programs:
                program.kill()
            raise
        for program in reversed(programs):
            program.stop()
