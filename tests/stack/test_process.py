"""Children: nothing of them is left, however their parent ends."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from .process import Died, Process
from .stack import Stack
from .waiting import TimedOut, until

TESTS = Path(__file__).resolve().parent.parent
PARENT = """
import sys, time
from stack.stack import Stack
stack = Stack(accounts=1).start()
print(stack.folder, stack.kafka.pid, stack.redis.pid, stack.moto.pid, flush=True)
sys.stdin.read()
"""


class Shell(Process):
    """A shell script as a child."""

    def __init__(self, folder: Path, script: str, sign: bytes = b"here"):
        super().__init__("shell", folder, port=0)
        self.script, self.sign = script, sign

    def command(self):
        return ["sh", "-c", self.script]

    def ready(self):
        return self.sign in self.output()


def gone(pid: int) -> bool:
    """No such process, or one that only waits to be reaped by init."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_a_child_that_dies_before_it_is_ready_is_told_with_its_last_words(tmp_path):
    with pytest.raises(Died, match="ended with 3 before it was ready:\nno such thing"):
        Shell(tmp_path, "echo no such thing; exit 3").start()


def test_a_child_that_is_never_ready_is_waited_for_only_so_long(tmp_path):
    child = Shell(tmp_path, "echo not yet; exec sleep 60")
    with pytest.raises(TimedOut, match="shell ready\nnot yet"):
        child.start(timeout=0.3)
    assert child.stop() == -signal.SIGTERM


def test_a_child_that_will_not_end_is_killed(tmp_path):
    child = Shell(tmp_path, "trap '' TERM; echo here; while :; do sleep 0.05; done").start()
    assert child.stop(timeout=0.3) == -signal.SIGKILL and child.killed and gone(child.pid)


def test_grandchildren_end_with_their_group(tmp_path):
    child = Shell(tmp_path, "sleep 60 & echo pid=$! here; wait").start()
    grandchild = int(child.wait_for_line(r"pid=(\d+)", 5).group(1))
    child.stop()
    until(lambda: gone(grandchild), 5, "the grandchild to end")


def test_only_this_run_of_a_restarted_child_is_read(tmp_path):
    child = Shell(tmp_path, "echo here $$; exec sleep 60").start()
    first = child.pid
    child.restart()
    assert str(first).encode() not in child.output() and str(first) in child.log.read_text()
    child.stop()


def test_a_child_outlives_the_thread_that_asked_for_it(tmp_path):
    child = Shell(tmp_path, "echo here; exec sleep 60")
    starter = threading.Thread(target=child.start)
    starter.start()
    starter.join()
    with pytest.raises(TimedOut):
        until(lambda: not child.alive, 0.3, "the child to die with its thread")
    child.stop()


def test_a_stack_stopped_leaves_no_process_and_no_folder():
    with Stack(accounts=1) as stack:
        pids = [stack.kafka.pid, stack.redis.pid, stack.moto.pid]
        assert stack.config.exists() and not any(map(gone, pids))
    assert all(map(gone, pids)) and not stack.folder.exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_stack_ends_with_its_process_however_that_ends(number):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.DEVNULL, env=os.environ | {"PYTHONPATH": str(TESTS)})
    try:
        folder, *pids = parent.stdout.readline().split()
        assert not any(gone(int(pid)) for pid in pids)
        parent.send_signal(number)
        parent.wait(20)
        until(lambda: all(gone(int(pid)) for pid in pids), 20, f"the children of a process ended by {number!r} to end")
    finally:
        parent.kill()
        parent.wait(20)
    shutil.rmtree(folder)
