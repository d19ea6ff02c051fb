"""Waiting for what can be observed, always with a bound."""

import time


class TimedOut(AssertionError):
    """What was waited for did not come in time."""


def until(predicate, timeout: float, what: str, every: float = 0.02):
    """Polls predicate() until it returns something true, and returns that; TimedOut names `what` after `timeout`
    seconds. The pause between two polls grows to ten times `every`, so a long wait does not eat a core."""
    deadline = time.monotonic() + timeout
    pause = every
    while True:
        found = predicate()
        if found:
            return found
        if time.monotonic() >= deadline:
            raise TimedOut(f"waited {timeout:g} s in vain: {what}")
        time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        pause = min(pause * 1.2, every * 10)
