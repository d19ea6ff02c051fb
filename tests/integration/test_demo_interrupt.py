"""Ctrl-C, whenever it comes: nothing is left behind, and nobody sees a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from demo import run

SLOW = "import signal; signal.raise_signal(signal.SIGINT)\n"


@pytest.fixture(autouse=True)
def handlers():
    before = {number: signal.getsignal(number) for number in run.SIGNALS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def interrupted(then=None):
    run._listen(run._interrupt)
    cleaned = []

    def play() -> int:
        signal.raise_signal(signal.SIGINT)
        return 0

    def leave() -> None:
        signal.raise_signal(signal.SIGINT)  # a second one, at the worst time

    def clean_up() -> None:
        signal.raise_signal(signal.SIGTERM)
        cleaned.append(True)

    return run.protected(then or play, leave, clean_up), cleaned


def test_however_often_it_is_pressed_everything_is_cleaned_up():
    assert interrupted() == (130, [True])


def test_at_the_very_end_it_is_cleaned_up_too(monkeypatch):
    listen = run._listen

    def pressed_before(handler) -> None:
        if handler is run._ignore and signal.getsignal(signal.SIGINT) is run._interrupt:
            monkeypatch.setattr(run, "_listen", listen)
            signal.raise_signal(signal.SIGINT)
        listen(handler)

    run._listen(run._interrupt)
    monkeypatch.setattr(run, "_listen", pressed_before)
    assert interrupted(lambda: 0) == (130, [True])


def test_in_the_first_second_there_is_no_traceback(tmp_path):
    """The first module that takes time to load is one that is interrupted meanwhile."""
    (tmp_path / "stack").mkdir()
    (tmp_path / "stack" / "__init__.py").write_text(SLOW)
    (tmp_path / "demo").symlink_to(Path(run.__file__).parent)
    ended = subprocess.run([sys.executable, "-B", "-m", "demo"], cwd=tmp_path, capture_output=True, text=True,
                           timeout=20, check=False, env=dict(os.environ))
    assert (ended.returncode, ended.stderr) == (130, "") and "Stopped by you." in ended.stdout
