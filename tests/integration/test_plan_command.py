"""`keyturn plan`: read credentials and a file with policies are all it needs; it changes nothing and guesses nothing."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from demo.planned import POLICY, TABLE, World, populate
from stack.broker import program_path
from stack.faultproxy import FaultProxy
from stack.moto import REGION, Credentials, Moto
from stack.program import program_environment

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs/schemas/plan.v1.json").read_text())
READS = {"AssumeRole", "GetCallerIdentity", "GetAccountAuthorizationDetails", "ListAccessKeys", "DescribeSecret"}
INVENTORY = "GetAccountAuthorizationDetails"


def readme_policy() -> dict:
    """The IAM policy the README prints."""
    blocks = re.findall(r"```json\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    return next(document for block in blocks if "Statement" in (document := json.loads(block)))


class Account:
    """moto with the fifty users in its first account, a proxy that counts, and credentials that may only read."""

    def __init__(self, folder: Path):
        self.moto = Moto(folder, accounts=2).start()
        self.proxy = FaultProxy(self.moto.port)
        self.id, self.other = self.moto.accounts
        self.expected = populate(World(self.moto, self.id))
        self.reader = self._make_reader()
        self.total = len(self.expected) + 1  # and the reader itself

    def _make_reader(self) -> Credentials:
        iam = self.moto.boto3_client(self.id, "iam")
        iam.create_user(UserName="plan-reader")
        iam.put_user_policy(UserName="plan-reader", PolicyName="read", PolicyDocument=json.dumps(readme_policy()))
        key = iam.create_access_key(UserName="plan-reader")["AccessKey"]
        return Credentials(key["AccessKeyId"], key["SecretAccessKey"])

    def plan(self, *words: str, credentials: Credentials | None = None, policy: Path = POLICY, stdout=subprocess.PIPE,
             stderr=subprocess.PIPE, **environment: str):
        """Runs the command with nothing but credentials, region and endpoint in its environment; what it said, and the
        calls it made."""
        before = len(self.proxy.calls())
        environment |= {"AWS_ENDPOINT_URL": self.proxy.url, "AWS_REGION": REGION}
        done = subprocess.run(
            [str(program_path("keyturn")), "plan", "--policy", str(policy), "--rate", "200", *words],
            stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr, text=True, timeout=120, check=False,
            env=program_environment(environment | (credentials or self.reader).environment()))
        done.calls = self.proxy.calls()[before:]
        return done

    def close(self):
        self.proxy.close()
        self.moto.stop()


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    made = Account(tmp_path_factory.mktemp("moto"))
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_rules(account):
    yield
    account.proxy.clear()


def document_of(done) -> dict:
    """What --json printed, checked against its schema."""
    document = json.loads(done.stdout)
    jsonschema.validate(document, SCHEMA)
    return document


def actions(done) -> list[str]:
    return [record.action for record in done.calls]


def test_fifty_users_of_all_kinds_are_each_told_what_comes_next(account):
    done = account.plan("--json", "--detailed-exitcode")
    assert done.returncode == 2, done.stderr
    document = document_of(done)
    assert sum(count for _, count, _, _ in TABLE) == 50
    told = {user["user"]: user for user in document["users"]}
    wanted = {name: row for name, row in account.expected.items() if row[0]}
    assert told.keys() == wanted.keys()
    for name, (action, reason) in wanted.items():
        assert told[name]["action"] == action, told[name]
        assert reason in (None, told[name].get("reason")), told[name]
    assert document["accounts"] == [
        {"id": account.id, "users": account.total, "under_a_policy": 45, "under_none": account.total - 45}]
    assert told["person-overlapping-1"]["next"]["action"] == "deactivate"
    assert told["person-two-active-retire-1"]["if_used"]["action"] == "deactivate"
    assert told["person-two-active-retire-1"]["if_never_used"]["action"] == "blocked"
    assert told["person-service-overdue-1"]["overdue"] is True


def test_nothing_is_changed_and_two_reads_a_user_is_all(account):
    done = account.plan()
    assert done.returncode == 0, done.stderr
    assert set(actions(done)) <= READS, "a plan only reads"
    assert actions(done).count("ListAccessKeys") == 45 and actions(done).count("DescribeSecret") == 45
    pages = actions(done).count(INVENTORY)
    assert len(actions(done)) == 2 * 45 + pages + 1, "and one question: whose credentials are these?"
    assert pages <= 1 + account.total // 100 + 1
    assert re.search(r"^Plan: 6 to create, 2 to deactivate, 2 to delete, .*5 blocked, 16 waiting, .*8 left alone\.$",
                     done.stdout, re.MULTILINE)
    assert "\033" not in done.stdout and done.stderr == "", "colour and progress are for terminals"


def test_the_policy_document_of_the_readme_is_what_it_calls(account):
    """The reader has no right but those, so that none is missing is seen by the other stories."""
    document = readme_policy()
    allowed = {action for statement in document["Statement"] for action in statement["Action"]}
    assert all(statement["Effect"] == "Allow" for statement in document["Statement"])
    called = {f"{record.call.service}:{record.action}" for record in account.plan().calls}
    assert called - {"sts:GetCallerIdentity"} == allowed, "asking who one is needs no permission"


def test_an_account_is_read_through_a_role(account):
    world = World(account.moto, account.other)
    world.user("person-elsewhere", 80)
    done = account.plan("--role-arn", account.moto.role_arn(account.id),
                        "--account", f"{account.other}={account.moto.role_arn(account.other)}", "--json",
                        credentials=account.moto.programs)
    assert done.returncode == 0, done.stderr
    document = document_of(done)
    assert [one["id"] for one in document["accounts"]] == [account.id, account.other]
    assert [user["action"] for user in document["users"] if user["account"] == account.other] == ["create"]
    assert set(actions(done)) <= READS


def test_one_user_is_read_alone_and_one_that_is_not_there_is_said(account):
    done = account.plan("--user", "person-due-1", "--user=robot-outsider-1", "--color", "always")
    assert done.returncode == 0, done.stderr
    assert actions(done).count("ListAccessKeys") == 1
    assert "person-due-1" in done.stdout and "no policy selects this user" in done.stdout and "\033[32m" in done.stdout
    missing = account.plan("--user", "nobody")
    assert missing.returncode == 1 and 'no account read has a user "nobody"' in missing.stderr and not missing.stdout


def test_how_far_it_is_is_shown_on_a_terminal(account):
    ours, its = os.openpty()
    try:
        done = account.plan("--user", "person-fresh-1", stderr=its)
        shown = os.read(ours, 4096).decode()
    finally:
        os.close(ours)
        os.close(its)
    assert done.returncode == 0 and "\033" not in done.stdout
    assert f"account {account.id}: reading the inventory" in shown and "1 of 1 users read" in shown
    assert shown.endswith("\r\033[K"), "and taken away at the end"


@pytest.mark.parametrize("environment, colour", [({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False)], ids=["as usual", "NO_COLOR"])
def test_a_terminal_gets_colour_unless_it_is_not_wanted(account, environment, colour):
    ours, its = os.openpty()
    try:
        done = account.plan("--user", "person-due-1", stdout=its, **environment)
        shown = os.read(ours, 65536).decode()
    finally:
        os.close(ours)
        os.close(its)
    assert done.returncode == 0 and "person-due-1" in shown and ("\033[" in shown) == colour


def test_nothing_to_do_is_zero(account):
    assert account.plan("--user", "person-fresh-1", "--detailed-exitcode").returncode == 0


@pytest.mark.parametrize("action", ["ListAccessKeys", "DescribeSecret"])
def test_a_throttled_look_up_is_unreadable_and_never_no_keys(account, action):
    def of_the_victim(parameters):
        return parameters.get("UserName") == "person-due-2" or parameters.get("SecretId", "").endswith(victim)

    iam = account.moto.boto3_client(account.id, "iam")
    victim = iam.get_user(UserName="person-due-2")["User"]["UserId"]
    account.proxy.rule(action, fault="throttle", when="before", match=of_the_victim, times="forever")
    done = account.plan("--json", "--detailed-exitcode")
    assert done.returncode == 1, "an answer that is missing is a fault, not a plan"
    document = document_of(done)
    bad = [user for user in document["users"] if user["action"] == "unreadable"]
    assert [user["user"] for user in bad] == ["person-due-2"] and "throttled" in bad[0]["error"] and "keys" not in bad[0]
    assert document["summary"]["unreadable"] == 1 and document["summary"]["create"] == 5
    shown = account.plan("--user", "person-due-2")
    assert shown.returncode == 1 and re.search(r"\? unreadable +person-due-2 +.*throttled", shown.stdout)


def test_a_failed_page_of_the_inventory_shows_nothing(account):
    account.proxy.rule(INVENTORY, fault="refuse", when="before", times="forever", code="ServiceFailure", status=500)
    done = account.plan()
    assert done.returncode == 1 and done.stdout == "" and INVENTORY in done.stderr


def test_every_page_of_the_inventory_is_read(account):
    account.proxy.page_users = 20
    done = account.plan("--json")
    assert done.returncode == 0, done.stderr
    assert actions(done).count(INVENTORY) == -(-account.total // 20) >= 3
    assert actions(done).count("ListAccessKeys") == 45 and actions(done).count("DescribeSecret") == 45
    assert {user["user"] for user in document_of(done)["users"]} == {
        name for name, row in account.expected.items() if row[0]}


def test_a_failed_second_page_shows_nothing(account):
    account.proxy.page_users = 20
    rule = account.proxy.rule(INVENTORY, fault="refuse", when="before", times="forever", code="ServiceFailure", status=500,
                              match=lambda parameters: "Marker" in parameters)
    done = account.plan("--detailed-exitcode")
    assert done.returncode == 1 and done.stdout == "" and INVENTORY in done.stderr
    assert rule.fired and actions(done).count("ListAccessKeys") == 0, "half of an account is no account"


def test_tags_of_a_user_show_in_its_plan(account, tmp_path):
    policy = tmp_path / "policies.yaml"
    policy.write_text(
        "policies:\n- name: people\n  mode: apply\n  select: {name_prefix: [tagged-]}\n  jitter: 1h\n"
        "  overrides: {rotate_after: {min: 60d, max: 90d}, exempt: true}\n")
    world = World(account.moto, account.other)
    for name, tags in {"tagged-sooner": {"keyturn:rotate_after": "60d"}, "tagged-exempt": {"keyturn:exempt": "true"},
                       "tagged-wrong": {"keyturn:rotate_after": "1d"}, "tagged-not": {"team": "blue"}}.items():
        world.user(name, 70, **tags)
    role = ("--account", f"{account.other}={account.moto.role_arn(account.other)}")
    done = account.plan(*role, "--json", credentials=account.moto.programs, policy=policy)
    assert done.returncode == 0, done.stderr
    told = {user["user"]: user for user in document_of(done)["users"]}
    assert {name: user["action"] for name, user in told.items()} == {
        "tagged-sooner": "create", "tagged-exempt": "leave", "tagged-wrong": "wait", "tagged-not": "wait"}
    assert told["tagged-sooner"]["override"] == {"rotate_after": "60d"}
    assert told["tagged-exempt"]["reason"] == "exempt"
    assert told["tagged-wrong"]["override_refused"] == "rotate_after 1d is not between 60d and 90d"
    shown = account.plan(*role, credentials=account.moto.programs, policy=policy).stdout
    for words in ("by its own tags: rotate_after 60d", "its tags are ignored: rotate_after 1d is not between 60d and 90d",
                  "a tag of the user exempts it, as the policy allows", "by jitter", "jitter 1h"):
        assert words in shown
    assert {action for action in actions(done)} <= READS


def test_without_permission_it_says_so(account):
    nobody = Credentials("AKIAIOSFODNN7EXAMPLE", "made-up")
    done = account.plan(credentials=nobody)
    assert done.returncode == 1 and done.stdout == "" and done.stderr.startswith("keyturn: ")


def test_a_refused_policy_makes_no_call(account, tmp_path):
    refused = tmp_path / "policies.yaml"
    refused.write_text("policies:\n- name: people\n  rotate_after: 90d\n  deactivate_after: 76d\n")
    done = account.plan(policy=refused)
    assert done.returncode == 1 and "policies.yaml:4" in done.stderr and not done.calls


def test_reads_keep_the_pace(account):
    began = time.monotonic()
    done = account.plan("--rate", "60")
    assert done.returncode == 0
    assert time.monotonic() - began >= (len(done.calls) - 4) / 60, "no faster than asked"
    times = [record.time for record in done.calls if record.action in ("ListAccessKeys", "DescribeSecret")]
    for start in times:
        assert sum(start <= moment < start + 1 for moment in times) <= 60 * 1.3


def test_the_command_of_the_readme_plans_the_fifty():
    """`make plan-demo`, but for building."""
    done = subprocess.run([sys.executable, "-m", "demo.planned"], cwd=ROOT / "tests", capture_output=True, text=True,
                          timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "Account 111111111111: 50 users" in done.stdout and "\nPlan: 6 to create" in done.stdout
