"""A wrong configuration is refused by every program, before it does anything, with file, line and reason."""

import json
import os
import subprocess
from types import SimpleNamespace

import pytest
import yaml
from stack.broker import program_path
from stack.configuration import configuration, merged
from stack.program import program_environment

from .people import FAST

PROGRAMS = {name: [f"keyturn-{name}", "--config"] for name in ("scheduler", "worker", "notifier", "api")}
PROGRAMS["config check"] = ["keyturn", "config", "check", "--config"]


@pytest.fixture(scope="module")
def right(parts) -> dict:
    """A configuration that is fine, of servers that nobody has started: a refusal comes before any connection."""
    moto = SimpleNamespace(accounts=["111111111111"], role_arn=lambda account: f"arn:aws:iam::{account}:role/Any")
    return configuration(SimpleNamespace(kafka=SimpleNamespace(brokers="127.0.0.1:9"), redis=SimpleNamespace(port=9),
                                         moto=moto, endpoint="http://127.0.0.1:9"))


# What is wrong, and a word of the reason. The line is found in the file by the text that is wrong there.
MISTAKES = {
    "an unknown section": ({"wroker": {"threads": 4}}, "wroker:", "wroker"),
    "an unknown key": ({"worker": {"thread_count": 4}}, "thread_count:", "thread_count"),
    "a number out of range": ({"worker": {"threads": 5000}}, "threads:", "1024"),
    "a wrong unit": ({"scheduler": {"inventory_every": "5 parsecs"}}, "inventory_every:", "duration"),
    "a role of another account": (
        {"accounts": [{"id": "111111111111", "role_arn": "arn:aws:iam::222222222222:role/R"}]}, "role_arn:", "account"),
    "deletion before deactivation": ({"policies": [FAST | {"delete_after": "9s"}]}, "delete_after:", "delete_after"),
    "rotation that is always late": ({"policies": [FAST | {"min_overlap": "40s"}]}, "rotate_after:", "late for ever"),
    "plain http to anybody": ({"aws": {"endpoint": "http://moto.example:5000"}}, "endpoint:", "plain http"),
    "mail without a sender": ({"notify": {"from": ""}}, "mail:", "notify.from"),
}


def run(words: list[str], path) -> subprocess.CompletedProcess:
    command = [str(program_path(words[0])), *words[1:], str(path)]
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20, check=False,
                          env=program_environment({"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
                                                   "AWS_SECRET_ACCESS_KEY": "unused", "AWS_REGION": "us-east-1"}))


def line_of(text: str, wrong: str) -> int:
    """The last line that names it: mistakes are laid over what comes first."""
    return max(number for number, line in enumerate(text.splitlines(), 1)
               if line.strip().lstrip("- ").startswith(wrong))


@pytest.mark.parametrize("words", PROGRAMS.values(), ids=PROGRAMS.keys())
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_refused_with_its_line(right, tmp_path, words, mistake):
    changes, wrong, reason = mistake
    path = tmp_path / "keyturn.yaml"
    path.write_text(yaml.safe_dump(merged(right, changes), sort_keys=False))
    refused = run(words, path)
    said = refused.stdout + refused.stderr
    assert refused.returncode == 2, said
    assert f"{path.name}:{line_of(path.read_text(), wrong)}" in said and reason in said, said


@pytest.mark.parametrize("kind", ["scheduler", "worker", "notifier"])
def test_a_test_clock_is_refused_where_aws_itself_is_meant(right, tmp_path, kind):
    path = tmp_path / "keyturn.yaml"
    path.write_text(yaml.safe_dump(merged(right, {"aws": {"endpoint": "https://iam.amazonaws.com"}})))
    refused = run(PROGRAMS[kind], path)
    assert refused.returncode == 2 and "unsafe_test_clock" in refused.stderr


def test_a_test_clock_without_any_endpoint_is_refused_by_the_check_too(right, tmp_path):
    path = tmp_path / "keyturn.yaml"
    path.write_text(yaml.safe_dump(merged(right, {"aws": {"endpoint": ""}}), sort_keys=False))
    for words in PROGRAMS.values():
        refused = run(words, path)
        said = refused.stdout + refused.stderr
        assert refused.returncode == 2 and f"{path.name}:" in said and "AWS_ENDPOINT_URL" in said, said


CHECKS = {"config check": PROGRAMS["config check"], "--check": ["keyturn-worker", "--check", "--config"],
          "start": PROGRAMS["worker"]}


@pytest.mark.parametrize("words", CHECKS.values(), ids=CHECKS.keys())
@pytest.mark.parametrize("property", [{"linger.mss": "5"}, {"linger.ms": "abc"}, {"acks": "1"}])
def test_a_wrong_property_of_kafka_is_refused(right, tmp_path, words, property):
    path = tmp_path / "keyturn.yaml"
    path.write_text(yaml.safe_dump(merged(right, {"kafka": {"properties": property}})))
    refused = run(words, path)
    said = refused.stdout + refused.stderr
    assert refused.returncode == 2 and next(iter(property)) in said, said


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    path = tmp_path / "keyturn.yaml"
    os.mkfifo(path)
    refused = run(PROGRAMS["config check"], path)
    assert refused.returncode == 2 and "is not a regular file" in refused.stderr


def test_what_is_no_yaml_is_refused_with_its_line(right, tmp_path):
    path = tmp_path / "keyturn.yaml"
    path.write_text("kafka:\n  brokers: [\nredis: }\n")
    for words in PROGRAMS.values():
        refused = run(words, path)
        assert refused.returncode == 2 and f"{path.name}:3" in refused.stdout + refused.stderr


def test_a_file_that_is_not_there_is_refused(right, tmp_path):
    for words in PROGRAMS.values():
        refused = run(words, tmp_path / "nowhere.yaml")
        assert refused.returncode == 2 and "nowhere.yaml" in refused.stdout + refused.stderr


def test_the_right_one_is_fine(right, tmp_path):
    path = tmp_path / "keyturn.yaml"
    path.write_text(yaml.safe_dump(right, sort_keys=False))
    checked = run(PROGRAMS["config check"], path)
    assert checked.returncode == 0 and "policies: 1" in checked.stdout, checked.stderr


@pytest.mark.parametrize("mail", ["inline", "reference"])
def test_a_secret_by_mail_is_fine_but_warned_of(right, tmp_path, mail):
    path = tmp_path / "keyturn.yaml"
    path.write_text(yaml.safe_dump(merged(right, {"policies": [FAST | {"deliver": FAST["deliver"] | {"mail": mail}}]})))
    checked = run(PROGRAMS["config check"], path)
    assert checked.returncode == 0, checked.stderr
    assert ("warning: policies[0].deliver.mail: inline" in checked.stdout) == (mail == "inline")
    document = json.loads(run([*PROGRAMS["config check"][:3], "--json", "--config"], path).stdout)
    assert document["fine"] and (document["accounts"], document["policies"]) == (1, 1)
    assert [finding["severity"] for finding in document["findings"]] == (["warning"] if mail == "inline" else [])


def test_what_is_refused_is_told_as_json_where_that_is_asked_for(right, tmp_path):
    path = tmp_path / "keyturn.yaml"
    path.write_text("kafka:\n  brokers: [\nredis: }\n")
    refused = run([*PROGRAMS["config check"][:3], "--json", "--config"], path)
    document = json.loads(refused.stdout)
    assert refused.returncode == 2 and refused.stderr == "" and not document["fine"]
    [finding] = document["findings"]
    assert finding["severity"] == "error" and finding["where"].endswith(f"{path.name}:3") and finding["message"]
