"""How a demo or a stack ends when it is told to: Ctrl-C, SIGTERM or a closed terminal, once, and never without its clean-up."""

import signal
import sys

# nohup asks that a closed terminal end nothing
SIGNALS = (signal.SIGINT, signal.SIGTERM, *([] if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else [signal.SIGHUP]))


def listen(handler) -> None:
    for number in SIGNALS:
        signal.signal(number, handler)


def hold() -> None:
    """From here to protected() a signal waits: until there is something to clean up."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    listen(interrupt)


def interrupt(*_) -> None:
    """Once: a second Ctrl-C waits for the clean-up too."""
    listen(ignore)
    raise KeyboardInterrupt


def ignore(*_) -> None:
    """Not SIG_IGN, which processes started later would inherit."""


def protected(play, leave, clean_up) -> int:
    """The exit code of play(); clean_up() follows whatever ends it, whenever Ctrl-C comes."""
    try:
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            return play()
        finally:
            listen(ignore)
    except KeyboardInterrupt:
        leave()
        print("\nStopped by you.", flush=True)
        return 130
    except Exception as error:  # whatever it is, it is said in one place, and everything is cleaned up
        leave()
        print(f"\nThe demo could not go on: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        return 1
    finally:
        clean_up()
