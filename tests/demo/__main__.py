"""python -m demo [--kafka embedded|real]: a minute of Keyturn. Exit 0 if every check at the end passed, 1 if one
failed or a program died, 130 after Ctrl-C."""

import argparse
import signal
import sys
import time

from stack.stack import Stack

from . import policy
from .demo import Demo
from .stage import LiveStage, PlainStage
from .terminal import is_live

KAFKA = {"embedded": "an embedded Kafka broker", "real": "Apache Kafka"}


def main() -> int:
    arguments = argparse.ArgumentParser(prog="demo", description="a minute of Keyturn on this machine")
    arguments.add_argument("--kafka", choices=KAFKA, default="embedded", help="which broker (default: embedded)")
    kafka = arguments.parse_args().kafka
    signal.signal(signal.SIGTERM, _interrupt)
    stage = LiveStage() if is_live() else PlainStage()
    began = time.monotonic()
    stack = Stack(broker=kafka, accounts=3, proxy=False, changes=policy.changes())
    try:
        stage.say(f"starting {KAFKA[kafka]}, Redis and AWS's stand-in (moto) on loopback")
        return _perform(stack.start(), stage, began)
    except KeyboardInterrupt:
        stage.leave()
        print("\nStopped by you.", flush=True)
        return 130
    except Exception as error:  # whatever it is, it is said in one place, and everything is cleaned up
        stage.leave()
        print(f"\nThe demo could not go on: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return 1
    finally:
        _clean_up(stack)


def _perform(stack: Stack, stage, began: float) -> int:
    demo = Demo(stack, stage)
    try:
        checks = demo.run()
    finally:
        demo.feed.stop()
    stage.end(checks, demo.tally(checks) + f" ({time.monotonic() - began:.0f} s)")
    return 0 if all(check.passed for check in checks) else 1


def _clean_up(stack: Stack) -> None:
    """Ends every process by its pid and removes the folder, whatever else happens; a second Ctrl-C waits too."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    started = [process for process in (*stack.programs, stack.kafka, stack.redis, stack.moto)
               if process.alive or process.exit_code is not None]
    try:
        stack.close()
    except AssertionError as complaint:
        print(complaint, file=sys.stderr)
    print(f"Cleaned up: all {len(started)} processes have ended, {stack.folder} is "
          f"{'kept' if stack.folder.exists() else 'removed'}.", flush=True)


def _interrupt(*_) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
