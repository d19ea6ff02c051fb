"""How far a user's rotation is, in words a stranger understands."""

import time
from dataclasses import dataclass

from . import facts
from .policy import DEACTIVATE, DELETE, OVERLAP, ROTATE
from .users import EXEMPT, NO_PREFIX, TWO_ACTIVE

STEPS = ("create", "verify", "promote", "deactivate", "delete")
LEFT_ALONE = {EXEMPT: "left alone: group IAM_SERVICE_USER", NO_PREFIX: "left alone: not test-user-*"}


@dataclass
class Progress:
    """done: how many of STEPS are; doing: the index of the one under way, None while nothing is; sentence: what now."""

    done: int
    doing: int | None
    sentence: str


def progress(known: facts.Facts) -> Progress:
    """Of the rotation under way, or of the rest between two."""
    if known.user.exempt:
        return Progress(0, None, LEFT_ALONE[known.user.story])
    candidate = known.key(facts.NEW) or known.key(facts.CREATED)
    if candidate:
        return Progress(1, 1, f"trying the new key {candidate.short}")
    return _around(known, known.key(facts.CURRENT))


def _around(known: facts.Facts, current: facts.Key | None) -> Progress:
    if known.key(facts.FOREIGN):
        return Progress(0, None, "foreign key: a person decides")
    if current is None:
        return _first(known)
    if known.key(facts.OLD):
        wait = OVERLAP - (time.monotonic() - current.since)
        return Progress(3, 3, f"both keys work{_in(wait)}")
    if known.key(facts.OFF):
        wait = DELETE - (time.time() - known.key(facts.OFF).created)
        return Progress(4, 4, f"only {current.short} works{_in(wait)}")
    if known.key(facts.GONE):
        return Progress(5, None, f"rotated: only {current.short} is left")
    return Progress(0, None, f"at rest, next rotation{_in(ROTATE - (time.time() - current.created))}")


def _first(known: facts.Facts) -> Progress:
    own = known.key(facts.OWN)
    if known.user.story == TWO_ACTIVE:
        return Progress(0, None, "two active keys: the oldest goes first")
    return Progress(0, 0, f"first rotation{_in(ROTATE - (time.time() - own.created)) if own else ''}")


def _in(seconds: float) -> str:
    return f", {seconds:.0f} s" if seconds >= 1 else ""


assert ROTATE < DEACTIVATE < DELETE
