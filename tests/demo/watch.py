"""Looks at every user again and again, in a thread of its own, by boto3 only."""

import threading
import time

from stack.moto import Moto

from . import facts
from .users import User

EVERY = 0.6
EXEMPT_EVERY = 8  # rounds: nobody touches them, which is looked at all the same


class Watch:
    """facts: what is known of each user; take() gives the changes since the last call, in their order."""

    def __init__(self, moto: Moto, users: list[User]):
        self.facts = {user.path: facts.Facts(user) for user in users}
        self.error = None
        self._moto = moto
        self._changes = []
        self._rounds = 0
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    def start(self):
        self._thread.start()
        return self

    def round(self) -> None:
        """One look at every user; at exempt ones now and then."""
        self._rounds += 1
        for known in self.facts.values():
            if known.user.exempt and self._rounds % EXEMPT_EVERY != 1:
                continue
            listed, stages = facts.look(self._moto, known.user)
            with self._lock:
                self._changes += facts.update(known, listed, stages)

    def take(self) -> list[facts.Change]:
        """Raises what the thread died of, if it did."""
        if self.error:
            raise self.error
        with self._lock:
            taken, self._changes = self._changes, []
        return taken

    @property
    def finished(self) -> bool:
        return all(known.finished for known in self.facts.values())

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._ended.is_set():
                began = time.monotonic()
                self.round()
                self._ended.wait(max(0.05, EVERY - (time.monotonic() - began)))
        except Exception as error:  # handed to whoever calls take()
            self.error = error
