"""A child process with a log, that is stopped by pid and never outlives this process.

A subclass says its command line and how it is seen to be ready. `setpriv --pdeathsig` asks the kernel to kill the child
when the thread that started it ends, so all children are started by one thread that lives as long as the process.
"""

import os
import queue
import re
import signal
import subprocess
import threading
from pathlib import Path

from .ports import free_port
from .waiting import TimedOut, until

CONFLICT = re.compile(rb"address already in use|could not bind|cannot bind", re.IGNORECASE)
PORTS_TRIED = 5


class Died(AssertionError):
    """A process ended before it was ready."""


class _Spawner:
    """The one thread that starts children: the kernel ties a child's life to the thread that made it."""

    def __init__(self):
        self._orders = queue.Queue()
        self._lock = threading.Lock()
        self._pid = None

    def spawn(self, *args, **options) -> subprocess.Popen:
        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._serve, name="spawner", daemon=True).start()
        answer = queue.Queue()
        self._orders.put((args, options, answer))
        child, error = answer.get()
        if error:
            raise error
        return child

    def _serve(self):
        while True:
            args, options, answer = self._orders.get()
            try:
                answer.put((subprocess.Popen(*args, **options), None))
            except Exception as error:  # handed to the caller, who asked
                answer.put((None, error))


_spawner = _Spawner()


class Process:
    """One child process: begin() starts it, finish() waits until it is ready, start() does both."""

    def __init__(self, name: str, folder: Path, port: int | None = None):
        """folder holds the log `<name>.log` (kept over restarts); a port of None is chosen at the first start and kept
        over restarts."""
        self.name = name
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / f"{name}.log"
        self.port = port
        self.exit_code = None
        self.killed = False
        self._child = None
        self._port_settled = port is not None
        self._log_start = 0

    # What a subclass says.

    def command(self) -> list[str]:
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        return dict(os.environ)

    def ready(self) -> bool:
        """Whether it can be used now; asked repeatedly while the process lives."""
        return True

    # Life.

    def begin(self) -> None:
        assert not self.alive, f"{self.name} is already running"
        if self.port is None:
            self.port = free_port()
        self._log_start = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._child = _spawner.spawn(["setpriv", "--pdeathsig", "KILL", "--", *self.command()],
                                         stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                                         env=self.environment(), cwd=self.folder, process_group=0)
        self.exit_code, self.killed = None, False

    def finish(self, timeout: float = 90) -> None:
        for _ in range(PORTS_TRIED):
            try:
                self.wait_for(self.ready, timeout, "ready")
                self._port_settled = True
                return
            except Died:
                if self._port_settled or not CONFLICT.search(self.output()):
                    raise
            self.port = None
            self.begin()
        raise Died(f"{self.name}: {PORTS_TRIED} ports were all taken")

    def start(self, timeout: float = 90):
        self.begin()
        self.finish(timeout)
        return self

    def stop(self, timeout: float = 15) -> int | None:
        """SIGTERM, and SIGKILL after `timeout` seconds. Returns the exit code (negative: the signal); None if it was
        never started."""
        if not self.alive:
            return self.exit_code
        self._signal(signal.SIGTERM)
        try:
            self.exit_code = self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
        return self.exit_code

    def kill(self) -> None:
        """SIGKILL, and waits until it is gone."""
        if self.alive:
            self.killed = True
            self._signal(signal.SIGKILL)
            self.exit_code = self._child.wait(30)

    def restart(self, timeout: float = 90) -> None:
        """Stops it if it runs and starts it again on the same port with the same data."""
        self.stop()
        self.start(timeout)

    def pause(self) -> None:
        """Freezes it (SIGSTOP) until resume(): a machine that hangs."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    @property
    def alive(self) -> bool:
        if self._child is None:
            return False
        code = self._child.poll()
        if code is not None:
            self.exit_code = code
        return code is None

    @property
    def pid(self) -> int:
        return self._child.pid

    # Observing.

    def wait_for(self, predicate, timeout: float, what: str):
        """Polls predicate() while the process lives; Died with the end of the log when it does not."""
        def seen():
            found = predicate()
            if not found and not self.alive:
                raise Died(f"{self.name} ended with {self.exit_code} before it was {what}:\n{self.tail()}")
            return found
        try:
            return until(seen, timeout, f"{self.name} {what}")
        except TimedOut as error:
            raise TimedOut(f"{error}\n{self.tail()}") from None

    def wait_for_line(self, pattern: str, timeout: float) -> re.Match:
        """Waits for a log line of this run that matches the regular expression."""
        compiled = re.compile(pattern.encode(), re.MULTILINE)
        return self.wait_for(lambda: compiled.search(self.output()), timeout, f"seen to print {pattern!r}")

    def output(self) -> bytes:
        """What this run has logged so far."""
        if not self.log.exists():
            return b""
        with self.log.open("rb") as log:
            log.seek(self._log_start)
            return log.read()

    def tail(self, lines: int = 30) -> str:
        return "\n".join(self.output().decode(errors="replace").splitlines()[-lines:])

    def _signal(self, number: int) -> None:
        if self.alive:
            os.killpg(self._child.pid, number)

    def __enter__(self):
        return self if self.alive else self.start()

    def __exit__(self, *_):
        self.stop()
