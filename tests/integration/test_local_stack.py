"""The local stack without containers, and the examples of docs/subscribers.md against it, taken from the document."""

import collections
import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from demo.local import REVIVALS, Revivals, door_of
from image.dockerfile import read
from stack import compose
from stack.broker import program_path
from stack.cache import prepared
from stack.kcat import list_topics, read_topic
from stack.local import LocalStack
from stack.ports import free_port
from stack.process import Process
from stack.program import program_environment
from stack.topics import EVENTS
from stack.waiting import until

from .newcomer import ANNA, Newcomer

DOCUMENT = compose.ROOT / "docs" / "subscribers.md"
PATIENCE = 120


@pytest.fixture(scope="module")
def stack(parts):
    with LocalStack("real") as made:
        yield made


@pytest.fixture(scope="module")
def events(stack) -> list[dict]:
    """Some events, as kcat of the ground reads them."""
    def activated():
        read = [message.json for message in read_topic(stack.kafka.brokers, EVENTS)]
        return read if any(event["type"] == "io.keyturn.key.activated.v1" for event in read) else None
    return until(activated, PATIENCE, "a key is activated", every=1)


def mails(stack) -> list[dict]:
    with urllib.request.urlopen(f"{stack.mail.url}/store", timeout=30) as answer:
        return json.load(answer)["emails"]


def test_every_service_of_compose_runs_as_often_as_it_says(stack):
    running = collections.Counter(program.name.rsplit("-", 1)[0] for program in stack.programs if program.alive)
    wanted = {name: one.scale for name, one in compose.services().items() if one.is_ours and not one.ends}
    assert wanted == dict(running) and running["worker"] == 2
    assert all(program.get("/readyz")[0] == 200 for program in stack.programs)
    assert {name: count for name, count in list_topics(stack.kafka.brokers).items() if name.startswith("keyturn.")}[EVENTS] == 64


def test_each_program_is_healthy_by_the_images_own_health_check(stack):
    """And by it alone: a program that is not there would be told."""
    command = read(compose.ROOT / compose.IMAGE)[-1].of("HEALTHCHECK")[0].text.split("CMD", 1)[1]

    def asked(environment: dict) -> int:
        return subprocess.run([program_path("keyturn"), *json.loads(command)[1:]], env=environment, capture_output=True, timeout=60,
                              check=False).returncode

    for program in stack.programs:
        assert asked(program.environment()) == 0, program.name
    assert asked(stack.programs[0].environment() | {"KEYTURN_METRICS_LISTEN": f"127.0.0.1:{free_port()}"}) == 1


def test_no_program_leaves_a_core(stack):
    """Its memory holds secrets."""
    for program in stack.programs:
        assert re.search(r"^Max core file size +0 +0 ", Path(f"/proc/{program.pid}/limits").read_text(), re.MULTILINE), program.name


def test_mails_come_and_the_owner_gets_one(stack, events):
    until(lambda: any(mail["destination"]["to"][0].startswith("test-user-anna.") for mail in mails(stack)), PATIENCE,
          "anna is told of her new key", every=1)


def test_redis_lets_nobody_in_without_a_password_and_keyturn_touch_nothing_but_its_own(stack):
    password = (stack.secrets / "redis_password").read_text()

    def ask(*words: str, user: str | None = "keyturn") -> str:
        login = ["--user", user, "--pass", password, "--no-auth-warning"] if user else []
        return subprocess.run(["redis-cli", "-p", str(stack.redis.port), *login, *words], capture_output=True, text=True, timeout=30,
                              check=False).stdout.strip()

    assert "NOAUTH" in ask("PING", user=None) and "NOAUTH" in ask("GET", "kt:next", user=None)
    assert ask("PING", user="health") == "PONG" and "NOPERM" in ask("GET", "kt:next", user="health")
    assert ask("CONFIG", "GET", "appendonly").split() == ["appendonly", "yes"]
    for refused in (("GET", "other"), ("FLUSHALL",), ("CONFIG", "SET", "appendonly", "no"), ("ACL", "LIST"), ("KEYS", "*")):
        assert "NOPERM" in ask(*refused), refused


def example(heading: str, language: str) -> str:
    """The code under a heading of the document."""
    section = DOCUMENT.read_text().split(f"### {heading}\n", 1)[1].split("\n#", 1)[0]
    return re.search(rf"```{language}\n(.*?)```", section, re.DOTALL)[1]


class Example(Process):
    """An example as it stands, until it is stopped."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]):
        super().__init__("example", folder)
        self._command, self._environment = command, environment

    def command(self) -> list[str]:
        return self._command

    def environment(self) -> dict[str, str]:
        return dict(os.environ) | self._environment

    def shows(self, words: set[str]) -> None:
        """Waits until some line holds all of these."""
        with self:
            until(lambda: any(all(word in line for word in words) for line in self.output().decode(errors="replace").splitlines()),
                  PATIENCE, f"{words} shown; the example said: {self.tail(5)}")


def facts(event: dict) -> set[str]:
    return {event["type"], event["id"], event["data"]["user"], event["data"]["account"]}


def test_kcat_reads_events(stack, events, tmp_path):
    command = ["sh", "-c", "exec " + example("kcat", "sh")]
    Example(tmp_path, command, {"BROKERS": stack.kafka.brokers}).shows(facts(events[0]))


def test_python_reads_events(stack, events, tmp_path):
    script = tmp_path / "example.py"
    script.write_text(example("Python", "python"))
    Example(tmp_path, [sys.executable, str(script)], {"BROKERS": stack.kafka.brokers}).shows(facts(events[0]))


def test_node_reads_events(stack, events, tmp_path):
    script = tmp_path / "example.js"
    script.write_text(example("Node", "js"))
    given = {"BROKERS": stack.kafka.brokers, "NODE_PATH": str(prepared("node") / "node_modules"), "KAFKAJS_NO_PARTITIONER_WARNING": "1"}
    Example(tmp_path, ["node", str(script)], given).shows(facts(events[0]))


def test_boto3_reads_the_current_key_from_secrets_manager(stack, events, tmp_path):
    told = next(event for event in events if event["type"] == "io.keyturn.key.activated.v1")["data"]
    script = tmp_path / "example.py"
    script.write_text(example("boto3, from Secrets Manager", "python"))
    given = {"AWS_SHARED_CREDENTIALS_FILE": str(stack.credentials / "admin"), "AWS_PROFILE": told["account"], "AWS_ENDPOINT_URL": stack.aws.url,
             "KEYTURN_USER": told["user"]}
    done = subprocess.run([sys.executable, script], env=program_environment(given), capture_output=True, text=True, timeout=60,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"arn:aws:iam::{told['account']}:user/{told['user']}"


@pytest.fixture(scope="module")
def served(stack, events) -> dict[str, str]:
    """Somebody whose key is current, and what the examples need to ask the API."""
    assert stack.api, "the API was not built"
    told = next(event for event in events if event["type"] == "io.keyturn.key.activated.v1")["data"]
    return {"API": stack.api, "API_KEY": (stack.secrets / "api_key").read_text(), "ACCOUNT": told["account"],
            "KEYTURN_USER": told["user"]}


def test_the_two_lines_of_the_readme_work_here_too(stack, tmp_path):
    newcomer, tries = Newcomer(tmp_path), []
    door = door_of(stack)
    door.open()
    try:
        until(lambda: tries.append(newcomer.tries()) or tries[-1].returncode == 0, PATIENCE, "Anna's key is handed out", every=1)
    finally:
        door.close()
    assert json.loads(tries[-1].stdout)["Arn"] == ANNA


def test_curl_reads_the_current_key_from_the_api(served):
    done = subprocess.run(["sh", "-c", example("curl", "sh")], env=dict(os.environ) | served, capture_output=True, text=True,
                          timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["Version"] == 1 and answer["AccessKeyId"].startswith("AKIA") and answer["SecretAccessKey"]


def test_boto3_works_with_the_key_from_the_api(stack, served, tmp_path):
    script = tmp_path / "example.py"
    script.write_text(example("boto3, through the API", "python"))
    given = program_environment({"AWS_ENDPOINT_URL": stack.aws.url, "AWS_DEFAULT_REGION": "us-east-1"}) | served
    done = subprocess.run([sys.executable, script], env=given, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"arn:aws:iam::{served['ACCOUNT']}:user/{served['KEYTURN_USER']}"
    audited = (stack.audit / "audit.jsonl").read_text()
    assert served["KEYTURN_USER"] in audited and served["API_KEY"] not in audited


def test_what_is_killed_is_started_again_as_compose_does_it(stack):
    """The last story here, since a killed worker leaves users in its hold."""
    revivals = Revivals(stack)
    victims = (stack.programs[1], stack.redis)
    for victim in victims:
        os.kill(victim.pid, signal.SIGKILL)
        until(lambda one=victim: not one.alive, PATIENCE, f"{victim.name} is dead")
    revivals.look()
    for victim in victims:
        assert victim.alive
        victim.wait_for(victim.ready, PATIENCE, "ready again")


def test_one_that_cannot_live_is_told(stack):
    """Rather than started for ever."""
    revivals = Revivals(stack)
    victim = stack.mail
    revivals.counts[victim.name] = REVIVALS
    victim.kill()
    with pytest.raises(RuntimeError, match="mail ended with -9"):
        revivals.look()
    victim.start()
