"""The REST API as others meet it: the command line, the AWS CLI and boto3 by a profile, schemathesis by the document, and
people who mean no good. Account by account, so that nobody is in another's way."""

import csv
import io
import json
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from stack.contract import DOCS, FILES, OPERATIONS, check
from stack.ports import LOOPBACK

from .callers import AwsCli, Boto3
from .people import SLOW, policy

# A key is promised for eight seconds, so that a machine that is busy elsewhere does no harm.
APPS = policy("apps", "test-user-app", rotate=14, deactivate=25, delete=27)
GROUND = {"changes": {"policies": [SLOW, APPS]}}
NOT_TRIED = ("/events", "/openapi.json")
EVERYTHING = ("credentials:read", "users:read", "rotate", "admin", "metrics")


@pytest.fixture(scope="module")
def people(ground):
    first, second, third = ground.moto.accounts
    return {"app": ground.add(first, "test-user-app", key_ages=(3700,)),
            "cli": ground.add(second, "test-user-slow-cli", key_ages=(3700,)),
            "other": ground.add(second, "test-user-slow-other", key_ages=(3700,)),
            "fuzzed": ground.add(third, "test-user-slow-fuzzed", key_ages=(3700,))}


@pytest.fixture(scope="module")
def api(ground, people):
    """The API beside the scheduler and a worker, when everybody was rotated once."""
    api = ground.api(KEYTURN_API_RATE="0")
    api.all = api.key("all", *EVERYTHING)
    api.fuzzer = api.key("fuzzer", *EVERYTHING, accounts=(people["fuzzed"].account,))
    api.key_file = ground.folder / "all.key"
    api.key_file.write_text(api.all + "\n")
    api.key_file.chmod(0o600)
    with ground.running("worker", "scheduler"):
        api.start()
        ground.wait(lambda: all(ground.told(person, "key.activated") for person in people.values()), 90,
                    "everybody has a key of ours")
        yield api
        api.stop()


@pytest.fixture(scope="module", autouse=True)
def callers(ground, api, people):
    """They call all the while."""
    callers = [kind(ground, api, people["app"], api.key_file, region).start()
               for kind, region in ((AwsCli, "eu-west-1"), (Boto3, "eu-central-1"))]
    yield callers
    for caller in callers:
        caller.stop()


def command(ground, api, *words: str):
    return ground.cli(*words, timeout=120, KEYTURN_API_URL=api.url, KEYTURN_API_KEY_FILE=str(api.key_file))


@pytest.fixture
def keyturn(ground, api):
    """Runs a command as api.all; its output, when it did well."""
    def run(*words: str) -> str:
        done = command(ground, api, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout
    return run


# The command line.


def test_status_and_credentials_are_those_of_the_user(ground, keyturn, people):
    person = people["cli"]
    assert keyturn("status").splitlines()[-1] == f"{len(people)} users"
    detail = json.loads(keyturn("status", person.name, "--json"))
    assert detail["current_key"] == ground.current(person) and detail["policy"] == "slow"
    document = json.loads(keyturn("credentials", person.name))
    assert document["AccessKeyId"] == ground.current(person)
    assert f"AWS_ACCESS_KEY_ID='{document['AccessKeyId']}'" in keyturn("credentials", person.name, "--format", "env")


def test_the_history_of_a_user_is_told(ground, keyturn, people):
    person = people["cli"]
    [key] = ground.told(person, "key.activated")
    ground.wait(lambda: any("key.activated" in line and key in line for line in keyturn("events", person.name).splitlines()),
                60, "its new key is history")


def test_what_is_asked_for_is_done(ground, keyturn, people):
    """rotate, then rollback to the key before, then an emergency for the key that was left."""
    person = people["cli"]
    before = ground.current(person)
    asked = keyturn("rotate", person.name, "--reason", "a test")
    assert asked.startswith(f"{person.account}/{person.name}: rotate")
    ground.wait(lambda: ground.current(person) not in (None, before), 90, "another key, for it was asked for")
    after = ground.current(person)
    keyturn("rollback", person.name, "--reason", "it was better before")
    ground.wait(lambda: ground.current(person) == before, 90, "the key before is current again")
    keyturn("deactivate", after, "--user", person.name, "--account", person.account, "--reason", "on a forum")
    ground.wait(lambda: ground.keys(person).get(after) != "Active", 90, "the leaked key is off")
    assert ground.keys(person)[before] == "Active"


def test_a_pause_holds_until_it_is_ended(ground, api, keyturn, people):
    person = people["other"]

    def user_is_paused() -> bool:
        return json.loads(keyturn("status", person.name, "--json"))["state"] == "paused"

    def account_is_paused() -> bool:
        return "paused" in api.ask(f"/accounts/{person.account}", api.all).json

    before = ground.current(person)
    for words, paused in (((person.name,), user_is_paused), (("--account", person.account), account_is_paused),
                          (("--all",), account_is_paused)):
        keyturn("pause", *words, "--reason", "a test")
        try:
            ground.wait(paused, 60, f"pause {words} is told")
        finally:  # a pause lasts three seconds at least: until then it says from when on
            ground.wait(lambda: command(ground, api, "resume", *words, "--reason", "a test").returncode == 0, 60, "its end")
        ground.wait(lambda: not paused(), 60, f"resume {words} is told")
    assert ground.current(person) == before


def test_a_report_tells_of_every_key(ground, keyturn, people):
    person = people["other"]
    document = json.loads(keyturn("report", "--json"))
    check(FILES["report.v1.json"], document, "report --json")
    rows = list(csv.DictReader(io.StringIO(keyturn("report", "--csv"))))
    for told in (document["users"], rows):
        assert {(row["account"], row["user"]) for row in told} == {(each.account, each.name) for each in people.values()}
    assert {row["key_id"] for row in rows if row["user"] == person.name} == set(ground.keys(person))
    assert {row["compliant"] for row in rows if row["user"] == person.name} == {"yes"}


# Those who mean no good, and a machine that tries everything.


def test_what_is_no_good_request_is_told_so_and_harms_nobody(ground, api, people):
    person = people["fuzzed"]
    user = f"/accounts/{person.account}/users/{person.name}"
    body = {"method": "POST", "Content_Type": "application/json"}
    flood = {f"X_Flood_{number}": "x" * 500 for number in range(40)}
    asked = (
        (431, "headers_too_large", "/users", flood), (414, "uri_too_long", "/users?user=" + "x" * 9000, {}),
        (405, "method_not_allowed", user, {"method": "DELETE"}), (405, "method_not_allowed", "/health", {"method": "BREW"}),
        (404, "not_found", "/../etc/passwd", {}), (400, "bad_target", "/users/%zz", {}), (400, "bad_target", "/users%00", {}),
        (400, "bad_parameter", "/users?colour=red", {}), (400, "bad_parameter", "/users?user=", {}),
        (400, "bad_parameter", "/accounts?after=a*b", {}), (413, "body_too_large", f"{user}/rotate",
                                                            body | {"Content_Length": "100000000"}),
        (415, "not_json", f"{user}/rotate", {"method": "POST", "body": "reason=x"}),
        (400, "bad_body", f"{user}/rotate", body | {"body": '{"reason":'}),
        (400, "bad_body", f"{user}/rotate", body | {"body": '{"reason": "x", "force": true}'}))
    lines = lambda: [line for line in api.records() if line["message"] == "request" and line["status"] >= "400"]  # noqa: E731
    before, slow = len(lines()), []
    for _ in range(20):  # they begin a request and say no more, while others are served
        slow.append(socket.create_connection((LOOPBACK, api.api_port), timeout=60))
        slow[-1].sendall(b"POST /pause HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    answers = [(path, api.ask(path, api.fuzzer, **given)) for _, _, path, given in asked]
    assert api.ask(f"{user}/credentials", api.fuzzer).status == 200
    for one in slow:
        one.close()
    assert [(answer.status, answer.problem, path) for path, answer in answers] == [each[:3] for each in asked]
    ground.wait(lambda: len([line for line in lines() if line["status"] != "0"]) >= before + len(asked), 30, "all is in the log")
    assert ground.current(person) == json.loads(api.ask(f"{user}/credentials", api.fuzzer).body)["AccessKeyId"]


def test_nobody_learns_who_is_there_by_asking_for_changes(api, people):
    """Somebody of another account, and nobody at all: one answer."""
    account = people["cli"].account
    told = {str(api.ask(path, api.fuzzer, method="POST", body='{"reason": "x"}', Content_Type="application/json"))
            for person in (people["cli"].name, "nobody-at-all")
            for path in (f"/accounts/{account}/users/{person}/rotate", f"/accounts/{account}/pause",
                         f"/accounts/{account}/users/{person}/keys/AKIAIOSFODNN7EXAMPLE/deactivate")}
    assert len(told) == 1 and "status=404" in told.pop()


def test_nobody_gets_in_without_a_key_that_may(ground, api):
    """Every operation there is, as the document has them, by a key of each scope alone."""
    keys = {scope: api.key(f"{scope} alone", scope) for scope in EVERYTHING}
    ground.wait(lambda: api.ask("/metrics", keys["metrics"]).status == 200, 60, "the new keys are known")

    def answer(operation, key: str | None):
        path = re.sub(r"{(\w+)}", "111111111111", operation.path)
        return api.ask(path, key, method="HEAD" if operation.method == "get" else "POST")

    for operation in (each for each in OPERATIONS if each.described["security"]):
        ground.wait(lambda: answer(operation, None).status == 401, 60, f"{operation.name} is refused")
        [needed] = [each["api_key"] for each in operation.described["security"]]
        let_in = {scope for scope, key in keys.items() if answer(operation, key).status != 403}
        assert let_in == (set(needed) or keys.keys()), operation.name


def test_schemathesis_finds_no_difference_from_the_document(ground, api, people):
    """As a key that sees one account. A stream has no end, so it is left to its own stories; and who has no key is told 429
    when it asks as often as this, so that is left to the story above."""
    person, home = people["fuzzed"], ground.folder / "schemathesis"
    home.mkdir()
    (home / "schemathesis.toml").write_text(
        f'[auth.openapi.api_key]\napi_key = "{api.fuzzer}"\n'
        f'[parameters]\n"path.account" = "{person.account}"\n"path.user" = "{person.name}"\n')
    done = subprocess.run(
        [str(Path(sys.executable).parent / "schemathesis"), "--config-file", "schemathesis.toml", "run",
         str(DOCS / "openapi.json"), "--url", api.url, "--phases", "coverage,fuzzing", "--max-examples", "2",
         "--exclude-checks", "ignored_auth", "--generation-deterministic", "--no-shrink", "--no-color", "--request-timeout", "120",
         *(word for path in NOT_TRIED for word in ("--exclude-path", path))],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=False, cwd=home)
    assert done.returncode == 0, done.stdout + done.stderr


# Others' programs. Last, for they called all the while.


def test_others_use_a_rotated_user_and_never_notice(ground, callers):
    """Three rotations: four keys, and every call is good, by an Active key."""
    ground.wait(lambda: all(len(caller.keys()) >= 4 or caller.failure for caller in callers), 240, "they used four keys")
    for caller in callers:
        caller.stop()
    assert [caller.failure for caller in callers if caller.failure] == []
    over = {record.call.parameters["AccessKeyId"]: record.number for action in ("UpdateAccessKey", "DeleteAccessKey")
            for record in reversed(ground.proxy.calls(action)) if record.call.parameters.get("Status") != "Active"}
    for caller in callers:
        assert {record.applied for record in caller.records()} == {200}
        assert [record for record in caller.records() if record.number > over.get(record.call.key_id, record.number)] == []
