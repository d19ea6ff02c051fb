"""Ctrl-C, whenever it comes: nothing is left behind, and nobody sees a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from demo import ending, run

SLOW = "import signal; signal.raise_signal(signal.SIGINT)\n"


@pytest.fixture(autouse=True)
def handlers():
    before = {number: signal.getsignal(number) for number in ending.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def interrupted(then=None):
    ending.listen(ending.interrupt)
    cleaned = []

    def play() -> int:
        signal.raise_signal(signal.SIGINT)
        return 0

    def leave() -> None:
        signal.raise_signal(signal.SIGINT)  # a second one, at the worst time

    def clean_up() -> None:
        signal.raise_signal(signal.SIGTERM)
        cleaned.append(True)

    return ending.protected(then or play, leave, clean_up), cleaned


def test_however_often_it_is_pressed_everything_is_cleaned_up():
    assert interrupted() == (130, [True])


def test_at_the_very_end_it_is_cleaned_up_too(monkeypatch):
    listen = ending.listen

    def pressed_before(handler) -> None:
        if handler is ending.ignore and signal.getsignal(signal.SIGINT) is ending.interrupt:
            monkeypatch.setattr(ending, "listen", listen)
            signal.raise_signal(signal.SIGINT)
        listen(handler)

    ending.listen(ending.interrupt)
    monkeypatch.setattr(ending, "listen", pressed_before)
    assert interrupted(lambda: 0) == (130, [True])


def test_in_the_first_second_there_is_no_traceback(tmp_path):
    """The first module that takes time to load is one that is interrupted meanwhile."""
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack" / "__init__.py").write_text(SLOW)
    (tmp_path / "demo").symlink_to(Path(run.__file__).parent)
    ended = subprocess.run([sys.executable, "-B", "-m", "demo"], cwd=tmp_path, capture_output=True, text=True,
                           timeout=20, check=False, env=dict(os.environ))
    assert (ended.returncode, ended.stderr) == (130, "") and "Stopped by you." in ended.stdout


# a terminal whose only program is CLOSED, until its first line is whole; then nobody holds it any more
TERMINAL = """
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.executable, [sys.executable, "-B", "-c", *sys.argv[1:]])
while os.read(terminal, 1) != b"\\n":
    pass
os.close(terminal)
os.waitpid(pid, 0)
"""
CLOSED = """
import pathlib, signal, sys, time
signal.signal(signal.SIGHUP, signal.{heard})
from demo import ending

def play():
    print("up", flush=True)
    time.sleep({seconds})
    pathlib.Path(sys.argv[1], "played").touch()
    return 0

ending.hold()
ending.protected(play, lambda: None, pathlib.Path(sys.argv[1], "cleaned").touch)
"""


@pytest.mark.parametrize(("heard", "seconds", "left"), [
    ("SIG_DFL", 60, {"cleaned"}),
    ("SIG_IGN", 0.5, {"cleaned", "played"}),  # as nohup leaves it
])
def test_when_the_terminal_is_closed_it_is_cleaned_up_unless_nohup_was_asked_to_go_on(tmp_path, heard, seconds, left):
    subprocess.run([sys.executable, "-B", "-c", TERMINAL, CLOSED.format(heard=heard, seconds=seconds), tmp_path], check=True, timeout=120,
                   cwd=Path(ending.__file__).parents[1])
    assert {path.name for path in tmp_path.iterdir()} == left
