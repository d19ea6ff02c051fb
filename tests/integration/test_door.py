"""From the running demo to a call of AWS by the key that Keyturn hands out: the README's two lines, by the unmodified AWS CLI."""

import json
import os
import pty
import stat
import sys

import pytest
from demo import run
from demo.door import LINES
from demo.stage import PlainStage
from stack.process import Process

from .newcomer import ANNA, ROOT, Newcomer

PATIENCE = 120


class Demo(Process):
    """What `make demo` runs, without a terminal. It ends with 0 where it was over and stayed."""

    def command(self) -> list[str]:
        return [sys.executable, "-m", "demo", "--stay"]

    def environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(ROOT / "tests")}


def test_the_readme_says_what_the_demo_says():
    assert Newcomer.lines() == list(LINES)


def test_while_the_demo_runs_its_users_keys_are_handed_out(parts, tmp_path):
    newcomer = Newcomer(tmp_path)
    demo = Demo("demo", tmp_path / "log").start()
    try:
        demo.wait_for(newcomer.door.exists, PATIENCE, "open to newcomers")
        assert stat.S_IMODE(newcomer.door.stat().st_mode) == 0o600
        tries = []
        demo.wait_for(lambda: tries.append(newcomer.tries()) or tries[-1].returncode == 0, PATIENCE, "serving Anna's first key")
        assert json.loads(tries[-1].stdout)["Arn"] == ANNA
        assert not (tmp_path / ".aws").exists(), "nobody's own configuration is touched"
    finally:
        demo.stop(60)
    assert demo.exit_code in (0, 130) and "Cleaned up" in demo.output().decode()
    assert not newcomer.door.exists()


@pytest.mark.parametrize("pressed", [b"\n", b"\x03"], ids=["Enter", "Ctrl-C"])
def test_on_a_terminal_it_stays_until_a_key_is_pressed(pressed, monkeypatch, capsys):
    keyboard, terminal = pty.openpty()
    with os.fdopen(terminal) as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        if pressed == b"\x03":
            monkeypatch.setattr(run.select, "select", interrupt)
        os.write(keyboard, pressed)
        run._stay(PlainStage(sys.stdout))
    os.close(keyboard)
    assert LINES[1] in capsys.readouterr().out


def interrupt(*_):
    """What Ctrl-C does, wherever it comes."""
    raise KeyboardInterrupt
