"""The demo from its first line to its clean-up, which nothing keeps from happening."""

import argparse
import select
import sys
import time

from stack.stack import Stack

from . import policy
from .demo import Demo
from .ending import hold, protected
from .stage import LiveStage, PlainStage
from .terminal import is_live

KAFKA = {"embedded": "an embedded Kafka broker", "real": "Apache Kafka"}
STAY_MINUTES = 10


def main() -> int:
    arguments = argparse.ArgumentParser(prog="demo", description="a minute of Keyturn on this machine")
    arguments.add_argument("--kafka", choices=KAFKA, default="embedded", help="which broker (default: embedded)")
    arguments.add_argument("--stay", action="store_true", help="stay up at the end without a terminal too")
    given = arguments.parse_args()
    kafka = given.kafka
    stage = LiveStage() if is_live() else PlainStage()
    began = time.monotonic()
    hold()
    stack = Stack(broker=kafka, accounts=3, proxy=False, changes=policy.changes())
    return protected(lambda: _play(stack, stage, kafka, began, given.stay), stage.leave, lambda: _clean_up(stack))


def _play(stack: Stack, stage, kafka: str, began: float, stay: bool) -> int:
    if policy.PACE > 1:
        stage.say(f"this machine is busy, so everything takes {policy.PACE} times as long as it would alone")
    stage.say(f"starting {KAFKA[kafka]}, Redis and AWS's stand-in (moto) on loopback")
    return _perform(stack.start(), stage, began, stay)


def _perform(stack: Stack, stage, began: float, stay: bool) -> int:
    demo = Demo(stack, stage)
    try:
        try:
            checks = demo.run()
        finally:
            demo.feed.stop()
        stage.end(checks, demo.tally(checks) + f" ({time.monotonic() - began:.0f} s)")
        if stay or (sys.stdin.isatty() and sys.stdout.isatty()):
            _stay(stage)
    finally:
        if demo.door:
            demo.door.close()
    return 0 if all(check.passed for check in checks) else 1


def _stay(stage) -> None:
    """Until Enter is pressed, or nobody was there for long; Ctrl-C is as good, for all was seen."""
    stage.stay(STAY_MINUTES)
    try:
        select.select([sys.stdin] if sys.stdin.isatty() else [], [], [], STAY_MINUTES * 60)
    except KeyboardInterrupt:
        print()


def _clean_up(stack: Stack) -> None:
    """Ends every process by its pid and removes the folder, whatever else happens."""
    started = [process for process in (*stack.programs, stack.kafka, stack.redis, stack.moto)
               if process.alive or process.exit_code is not None]
    try:
        stack.close()
    except AssertionError as complaint:
        print(complaint, file=sys.stderr)
    print(f"Cleaned up: all {len(started)} processes have ended, {stack.folder} is "
          f"{'kept' if stack.folder.exists() else 'removed'}.", flush=True)
