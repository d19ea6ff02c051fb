"""python -m demo.local [--kafka embedded|real]: the local stack, up until Ctrl-C."""

import argparse
import collections
import sys
import time

from stack.local import LocalStack
from stack.process import Process

from .door import LINES, Door
from .ending import hold, protected

KAFKA = {"embedded": "an embedded broker", "real": "Apache Kafka"}
GRIP = 0.5
REVIVALS = 20  # of one process: one that cannot live is told, not started for ever


def main() -> int:
    arguments = argparse.ArgumentParser(prog="demo.local", description=__doc__)
    arguments.add_argument("--kafka", choices=KAFKA, default="embedded", help="which broker (default: embedded)")
    kafka = arguments.parse_args().kafka
    hold()
    stack = LocalStack(kafka, say=lambda name: print(f"* {name}", flush=True))
    return protected(lambda: _stay(stack), lambda: None, lambda: _end(stack))


def _stay(stack: LocalStack) -> int:
    stack.start()
    door = door_of(stack)
    door.open()
    try:
        for line in addresses(stack):
            print(line, flush=True)
        revivals = Revivals(stack)
        while True:
            revivals.look()
            time.sleep(GRIP)
    finally:
        door.close()


class Revivals:
    """What died, or was killed by somebody curious, is started again, as compose does; AWS's stand-in alone cannot be: it kept everything in memory.
    counts: of each, by its name."""

    def __init__(self, stack: LocalStack):
        self._stack, self.counts = stack, collections.Counter()

    def look(self) -> None:
        for process in (self._stack.kafka, self._stack.redis, self._stack.aws, self._stack.mail, *self._stack.programs):
            if not process.alive:
                self._revive(process)

    def _revive(self, process: Process) -> None:
        self.counts[process.name] += 1
        if process is self._stack.aws or self.counts[process.name] > REVIVALS:
            raise RuntimeError(f"{process.name} ended with {process.exit_code}:\n{process.tail(8)}")
        print(f"* {process.name} ended with {process.exit_code}, and is started again", flush=True)
        process.begin()


def door_of(stack: LocalStack) -> Door:
    return Door(stack.folder, stack.api, stack.secrets / "api_key", stack.aws.url)


def addresses(stack: LocalStack) -> list[str]:
    """Where everything is, and what to try."""
    health = [f"  {program.name:12} http://127.0.0.1:{program.port}/metrics" for program in stack.programs]
    return ["", f"Kafka          {stack.kafka.brokers}        kcat -b {stack.kafka.brokers} -C -t keyturn.events.v1",
            f"Redis          {stack.redis.address}        user keyturn, password in {stack.secrets}/redis_password",
            f"AWS            {stack.aws.url}        AWS_SHARED_CREDENTIALS_FILE={stack.credentials}/admin",
            f"mails          {stack.mail.url}", f"API            {stack.api}        X-API-Key in {stack.secrets}/api_key", *health, f"configuration  {stack.config}", f"logs           {stack.folder}/programs",
            "", "Be Anna by the key that the API hands out, in another terminal, in this folder:", "", *(f"  {line}" for line in LINES),
            "", "A key lives for minutes here: the first mails come at once. Ctrl-C ends everything."]


def _end(stack: LocalStack) -> None:
    for complaint in stack.close():
        print(complaint, file=sys.stderr)
    print(f"Cleaned up: everything has ended, {stack.folder} is removed.", flush=True)


if __name__ == "__main__":
    sys.exit(main())
