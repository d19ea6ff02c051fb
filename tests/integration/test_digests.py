"""The admin's digests of real programs: once a period whoever sends it, and nothing told twice. And policies that change in the file."""

import re
from collections import Counter

import yaml
from stack.configuration import ADMIN, merged

from .ground import Ground
from .people import FAST

GROUND = {"accounts": 1, "changes": {"notify": {"digest_every": "10s"}, "policies": [FAST | {"digest": ["rotations"]}]}}
KEY = re.compile(r"\bAKIA[0-9A-Z]{12,}\b")
PERIOD = re.compile(r"from \S+ until (\S+)\.")


def digests(ground: Ground) -> list[dict]:
    return [mail for mail in ground.moto.mails() if mail["subject"].startswith("Digest of people: ")]


def test_a_digest_comes_once_though_two_notifiers_send_and_one_is_killed(ground):
    person = ground.add(ground.moto.accounts[0], "test-user-digest", read=True)
    with ground.running("worker", "notifier", "notifier", "scheduler") as (_, first, _, _):
        ground.wait(lambda: digests(ground), 90, "a digest is sent")
        first.kill()
        seen = len(digests(ground))
        ground.wait(lambda: len(digests(ground)) >= seen + 1, 120, "the other goes on")
    sent = digests(ground)
    assert {tuple(mail["to"]) for mail in sent} == {(ADMIN,)}
    assert set(Counter(PERIOD.search(mail["text"])[1] for mail in sent).values()) == {1}
    listed = Counter(key for mail in sent for key in KEY.findall(mail["text"]))
    assert listed and set(listed.values()) == {1}
    assert set(listed) <= set(ground.told(person, "key.activated"))


class File:
    """A configuration behind a link that is turned, as a ConfigMap of Kubernetes is."""

    def __init__(self, ground: Ground):
        self.path = ground.folder / "mounted.yaml"
        self._right = yaml.safe_load(ground.config.read_text())
        self._folder = ground.folder
        self._count = 0

    def turn(self, changes: dict) -> str:
        self._count += 1
        target = self._folder / f"mounted-{self._count}.yaml"
        target.write_text(yaml.safe_dump(merged(self._right, changes), sort_keys=False))
        link = self._folder / "mounted.next"
        link.symlink_to(target)
        link.replace(self.path)
        return target.read_text()


def test_a_changed_file_is_taken_without_a_signal_and_a_wrong_one_is_not(ground):
    file = File(ground)
    rare = {"policies": [FAST | {"rotate_after": "1h", "deactivate_after": "2h", "delete_after": "2h", "min_overlap": "1h"}]}
    file.turn(rare)
    person = ground.add(ground.moto.accounts[0], "test-user-waits", read=True)
    programs = [ground.program(kind) for kind in ("scheduler", "worker", "notifier")]

    def said(message: str) -> list[list[dict]]:
        return [[record for record in program.records() if record.get("message") == message] for program in programs]

    def all_say(message: str, times: int) -> None:
        ground.wait(lambda: all(len(records) == times for records in said(message)), 90, f"{times} x {message}")

    def refused(value: int) -> None:
        ground.wait(lambda: all(program.metric("keyturn_config_refused") == value for program in programs), 30,
                    "the metric says whether the file is refused")

    for program in programs:
        program.config = file.path
        program.begin()
    for program in programs:
        program.finish()
    ground.wait(lambda: ground.redis("HGET", f"kt:user:{person.account}/{person.name}", "looked"), 60, "it is looked at, and not due")
    assert not ground.proxy.calls("CreateAccessKey", subject=person.name)
    file.turn({"policies": [FAST | {"name": "renamed"}]})
    all_say("policies reloaded", 1)
    ground.wait(lambda: ground.told(person, "key.activated"), 60, "now it is due, for all programs")
    assert {event.data["policy"] for event in ground.events(person)} == {"renamed"}
    text = file.turn({"policies": [FAST | {"delete_after": "9s"}]})
    all_say("the policies in force are kept", 1)
    line = next(number for number, content in enumerate(text.splitlines(), 1) if "delete_after" in content)
    assert all(f"mounted.yaml:{line}" in str(records) for records in said("the policies in force are kept"))
    refused(1)
    file.turn({})
    all_say("policies reloaded", 2)
    refused(0)
    for program in programs:
        program.stop()
    all_say("the policies in force are kept", 1)
