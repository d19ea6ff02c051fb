"""The minute itself: servers up, users made, programs running, the foreign hand half-way, programs down, checks."""

import time

from stack.configuration import ADMIN
from stack.stack import Stack

from . import facts, policy, users
from .checks import Check, Checks
from .door import Door
from .events import Event, EventFeed
from .mails import MailFeed
from .secrecy import leaks
from .watch import Watch

PATIENCE = 110 * policy.PACE
TICK = 0.2
LAST_GIFT = policy.ROTATE - 4  # seconds: see _foreign_hand
MAILED = ("key.activated", "key.deactivated", "key.deleted", "rotation.blocked", "key.foreign")


class Demo:
    """stage: who shows it. The stack is closed by whoever opened it."""

    def __init__(self, stack: Stack, stage):
        self.stack = stack
        self.stage = stage
        self.users = users.cast()
        self.watch = Watch(stack.moto, self.users)
        self.feed = EventFeed(stack.kafka.brokers, stack.folder / "events")
        self.mails = MailFeed(stack.moto)
        self.api = stack.api()
        # It may not ask for rotations: the users' months run side by side, and one rotated between would never rest when the others do
        self._key = self.api.key("demo", "credentials:read", "users:read")
        self.door: Door | None = None
        self.events: list[Event] = []

    def run(self) -> list[Check]:
        """All of it; returns what the checks found."""
        self._set_up()
        self._perform()
        self._bring_down()
        return self._check()

    def _set_up(self) -> None:
        self.stage.say("starting keyturn-notifier, keyturn-worker, keyturn-scheduler and keyturn-api")
        programs = [*(self.stack.program(kind) for kind in ("notifier", "worker", "scheduler")), self.api]
        for program in programs:
            program.begin()
        self.feed.start()
        for program in programs:
            program.finish()
        self._open_door()
        self.stage.say(f"making {len(self.users)} users in {len(self.stack.moto.accounts)} accounts, by boto3")
        users.create(self.stack.moto, self.users)
        self.watch.round()
        self.watch.start()
        self.stage.begin(self)

    def _open_door(self) -> None:
        key_file = self.stack.folder / "api_key"
        key_file.touch(mode=0o600)
        key_file.write_text(self._key)
        self.door = Door(self.stack.folder, self.api.url, key_file, self.stack.moto.url)
        self.door.open()

    def _perform(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while not (self.watch.finished and self._all_told()):
            if time.monotonic() >= deadline:
                self.stage.say(f"not finished after {PATIENCE} s: months are seconds here, and this machine has too much else to do for that")
                return
            self._look()
            self._foreign_hand()
            time.sleep(TICK)

    def _look(self) -> None:
        """Takes what is new and shows it."""
        changes, events, mails = self.watch.take(), self.feed.take(), self.mails.take()
        self.events += events
        self.stage.show(changes, events, mails)
        self._programs_live()

    def _programs_live(self) -> None:
        for program in self.stack.programs:
            if not program.alive:
                raise RuntimeError(f"{program.name} ended with {program.exit_code}:\n{program.tail(8)}")

    def _foreign_hand(self) -> None:
        """Gives a key to the user of that story as soon as a rotation is over and a slot is free; but not when the next is near: a key that
        comes while Keyturn is making one may be taken for its own, lost on the way (docs/rotation.md, orphan)."""
        for known in self.watch.facts.values():
            listed = [key for key in known.slots if key and key.state != facts.GONE]
            waits = known.user.story == users.FOREIGN and not known.user.foreign and known.promoted
            if waits and len(listed) == 1 and time.time() - listed[0].created < LAST_GIFT:
                users.give_foreign_key(self.stack.moto, known.user)
                self.stage.say(f"somebody gives {known.user.name} a key by hand")

    def _all_told(self) -> bool:
        """Whether every change of a key has its event, every such event its mail to the administrator, and the foreign
        key its own event: then the notifier has nothing left to send."""
        told = {(event.type, event.key_id) for event in self.events}
        changes = {("key.created", key) for known in self.watch.facts.values() for key in known.made}
        changes |= {("key.deleted", key) for known in self.watch.facts.values() for key in known.retired}
        mailed = sum(mail.to == ADMIN for mail in self.mails.all)
        due = len({event.id for event in self.events if event.type in MAILED})
        foreign = all(user.foreign and ("key.foreign", user.foreign.key_id) in told for user in self.users if user.story == users.FOREIGN)
        return changes <= told and foreign and mailed >= due

    def _bring_down(self) -> None:
        """The programs drain, so that nothing moves while it is checked. The API changes nothing, and stays."""
        self.stage.say("all programs but the API are told to end (SIGTERM) and drain")
        for program in reversed(self.stack.programs):
            if program is not self.api:
                program.stop()
        self.watch.stop()
        self.watch.round()
        self._last_look()
        self.feed.stop()

    def _last_look(self) -> None:
        changes, events, mails = self.watch.take(), self.feed.take(), self.mails.take()
        self.events += events
        self.stage.show(changes, events, mails)

    def _check(self) -> list[Check]:
        found = Checks(self.stack.moto, self.watch.facts, self._served).run()
        mails = [(mail.to, mail.subject, mail.text) for mail in self.mails.all]
        twice = sorted({f"to {mail[0]}: {mail[1]}" for mail in mails if mails.count(mail) > 1})
        found.append(Check("mails: each of them once", len(mails), twice))
        secrets = self.stack.moto.issued()
        found.append(Check("secrets looked for in events, logs, mails and Redis: none is there", len(secrets),
                           leaks(self.stack.folder, self.mails.all, secrets)))
        return found

    def _served(self, user: users.User) -> tuple[int, dict]:
        answer = self.api.ask(f"/accounts/{user.account}/users/{user.name}/credentials", self._key)
        return answer.status, answer.json

    def tally(self, checks: list[Check]) -> str:
        known = self.watch.facts.values()
        rotated = sum(bool(one.promoted) for one in known)
        made, deleted = sum(len(one.made) for one in known), sum(len(one.retired) for one in known)
        failures = sum(len(check.failures) or (0 if check.passed else 1) for check in checks)
        return (f"{rotated} users rotated, {made} keys made, {deleted} old keys deleted, {len(self.mails.all)} mails, "
                f"{failures} failures")
