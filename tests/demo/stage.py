"""Who shows the demo: a live table on a terminal, plain lines anywhere else."""

import collections
import sys
import time

from . import lines, table
from .checks import Check
from .door import LINES
from .policy import DEACTIVATE, DELETE, ROTATE
from .terminal import ESCAPE, Screen, colour, speakable

FEED = 200


class PlainStage:
    """One line for each change, event and mail, without colours."""

    def __init__(self, stream=sys.stdout):
        self._stream = stream
        self._began = None

    def say(self, text: str) -> None:
        self._print(f"* {text}")

    def begin(self, demo) -> None:
        self._began = time.monotonic()
        for line in introduction(demo):
            self._print(line)

    def show(self, changes, events, mails) -> None:
        told = [lines.change_line(change) for change in changes]
        told += [lines.event_line(event) for event in events] + [lines.mail_line(mail) for mail in mails]
        for line in told:
            self._print(lines.stamped(time.monotonic() - self._began, line))

    def end(self, checks: list[Check], tally: str) -> None:
        for line in verdict(checks, tally):
            self._print(line)

    def stay(self, minutes: int) -> None:
        for line in invitation(minutes):
            self._print(line)

    def leave(self) -> None:
        """Nothing to put back."""

    def _print(self, line: str) -> None:
        print(speakable(ESCAPE.sub("", line).rstrip(), self._stream), file=self._stream, flush=True)


class LiveStage:
    """The table, drawn over itself, and under it the feed."""

    def __init__(self, stream=sys.stdout):
        self._stream = stream
        self._screen = Screen(stream)
        self._feed = collections.deque(maxlen=FEED)
        self._counts = collections.Counter()
        self._demo = None
        self._began = time.monotonic()

    def say(self, text: str) -> None:
        if self._demo is None:
            self._print(f"{colour('▸', 'cyan')} {text}")
        else:
            self._note(colour(text, "bold"))
            self._draw()

    def begin(self, demo) -> None:
        self._demo, self._began = demo, time.monotonic()
        self._print("")
        self._draw()

    def show(self, changes, events, mails) -> None:
        for event in events:
            self._note(lines.event_line(event))
        for mail in mails:
            self._note(lines.mail_line(mail))
        self._counts.update(events=len(events), mails=len(mails))
        self._draw()

    def end(self, checks: list[Check], tally: str) -> None:
        self.leave()
        for line in ["", *verdict(checks, tally)]:
            self._print(line)

    def stay(self, minutes: int) -> None:
        for line in invitation(minutes):
            self._print(line)

    def leave(self) -> None:
        self._screen.leave()

    def _note(self, line: str) -> None:
        self._feed.append(lines.stamped(time.monotonic() - self._began, line))

    def _draw(self) -> None:
        columns, most = self._screen.size
        seconds = int(time.monotonic() - self._began)
        clock = colour(f"{seconds // 60:02d}:{seconds % 60:02d}", "bold")
        top = [*introduction(self._demo), ""]
        rows = table.table(self._demo.watch.facts, columns)
        title = f"events and mails as they come ({self._counts['events']} and {self._counts['mails']})"
        frame = [f"{clock}  {top[0]}", *top[1:], *rows, "", *table.legend(columns), "", table.rule(title, columns)]
        room = max(0, most - len(frame))
        frame += list(self._feed)[-room:] if room else []
        self._screen.draw(frame + [""] * (min(most, len(frame) + room) - len(frame)))

    def _print(self, line: str) -> None:
        print(speakable(line, self._stream), file=self._stream, flush=True)


def introduction(demo) -> list[str]:
    """What is being watched, and how to watch along."""
    brokers = demo.stack.kafka.brokers
    return [f"{colour('Keyturn', 'bold', 'cyan')} rotates the access keys of {len(demo.users)} users in "
            f"{len(demo.stack.moto.accounts)} accounts, nobody ever locked out",
            colour(f"       seconds for months: a new key at age {ROTATE} s, the old one off at {DEACTIVATE} s, "
                   f"deleted at {DELETE} s", "dim"),
            colour(f"       watch along: kcat -b {brokers} -C -t keyturn.events.v1", "dim"),
            colour("       be one of them: the two lines in README.md, \"Be one of its users\"", "dim")]


def invitation(minutes: int) -> list[str]:
    """What can be tried while everything is up, and how to end it."""
    return ["", colour("The API and AWS's stand-in stay up. In another terminal, in this folder, be Anna by the key that the API hands out:", "bold"),
            "", *(f"  {line}" for line in LINES), "", f"Enter or Ctrl-C ends everything, and so do {minutes} minutes."]


def verdict(checks: list[Check], tally: str) -> list[str]:
    """The checks, one line each, what is wrong beneath, and the tally."""
    told = [colour("Asked of AWS's stand-in by boto3, signatures checked:", "bold")]
    for check in checks:
        sign = colour("✓", "green") if check.passed else colour("✗", "red", "bold")
        told.append(f"  {sign} {check.asked:3}  {check.sentence}")
        told += [f"         {colour(failure, 'red')}" for failure in check.failures]
    good = all(check.passed for check in checks)
    return [*told, "", colour(tally, "bold", "green" if good else "red")]
