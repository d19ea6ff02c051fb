"""What must not be believed, and what must not be done on a failed look-up."""

import json
import time

import pytest
from botocore.exceptions import ClientError
from stack.kcat import produce, read_topic
from stack.topics import JOBS, JOBS_DLQ

from .ground import Ground
from .people import Person

CHANGING = ("CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey", "CreateSecret", "PutSecretValue",
            "UpdateSecretVersionStage", "TagResource")


@pytest.fixture(scope="module")
def host(ground) -> Person:
    """Rotated once, and then nobody is due: whatever happens to it is the story's doing."""
    person = ground.add(ground.moto.accounts[0], "test-user-slow-host", key_ages=(3 * 3600,), read=True)
    with ground.running("scheduler", "worker"):
        ground.wait(lambda: ground.rotations(person) == 1, 60, "the host is rotated once")
    return person


def changes_of(ground: Ground, person: Person) -> list:
    return [record for action in CHANGING for record in ground.proxy.calls(action)
            if person.is_meant(record.call.parameters) or record.call.parameters.get("Name") == person.secret_name]


UNREADABLE = {
    "no JSON": b"\x00\xff{ not a job \x80",
    "another version": json.dumps({"v": 2, "id": "1" * 32, "account": "111111111111", "user": "x", "hold": 1}).encode(),
    "no account": json.dumps({"v": 1, "id": "2" * 32, "account": "everybody", "user": "x", "hold": 1}).encode(),
    "empty": b" ",
}


def test_an_unreadable_job_goes_to_the_dead_letters_untouched(ground, host):
    calls = len(ground.proxy.calls())
    with ground.running("worker") as worker:
        for key, value in UNREADABLE.items():
            produce(ground.kafka.brokers, JOBS, value, key=key, headers={"trace": key})
        ground.wait(lambda: worker.metric("keyturn_dlq_messages_total") == len(UNREADABLE), 30, "all are buried")
        assert worker.metric("keyturn_jobs_total") == 0
    written = {message.key: message for message in read_topic(ground.kafka.brokers, JOBS)}
    buried = {message.key: message for message in read_topic(ground.kafka.brokers, JOBS_DLQ)}
    assert {key.decode(): message.value for key, message in buried.items()} == UNREADABLE
    for key, message in buried.items():
        said = message.headers
        assert said["trace"] == key.decode(), "its own headers stay"
        assert (said["__keyturn.errors.topic"], int(said["__keyturn.errors.partition"]),
                int(said["__keyturn.errors.offset"])) == (JOBS, written[key].partition, written[key].offset)
        assert said["__keyturn.errors.code"] and said["__keyturn.errors.message"] and said["__keyturn.errors.time"]
    assert len(ground.proxy.calls()) == calls


def test_a_dead_letter_is_shown_and_goes_back_byte_for_byte(ground, host):
    listed = json.loads(ground.cli("dlq", "list", "--json").stdout)["letters"]
    assert {letter["key"] for letter in listed} == UNREADABLE.keys()
    letter = next(letter for letter in listed if letter["key"] == "no JSON")
    assert letter["from"]["topic"] == JOBS and letter["code"] and letter["message"] and letter["bytes"] == len(UNREADABLE["no JSON"])
    [whole] = json.loads(ground.cli("dlq", "show", letter["id"], "--json").stdout)["letters"]
    assert bytes.fromhex(whole["hex"]) == UNREADABLE["no JSON"]
    assert {"name": "trace", "value": "no JSON"} in whole["headers"]
    assert ground.cli("dlq", "show", letter["id"]).stdout.startswith(f"{letter['id']}  ")
    before = read_topic(ground.kafka.brokers, JOBS)
    done = ground.cli("dlq", "retry", letter["id"])
    assert (done.returncode, done.stderr) == (0, "")
    [again] = [message for message in read_topic(ground.kafka.brokers, JOBS) if message not in before]
    assert (again.key, again.value, again.headers) == (b"no JSON", UNREADABLE["no JSON"], {"trace": "no JSON"})
    some = ground.cli("dlq", "retry", "--all", "--limit", "2", "--json")
    assert some.returncode == 0 and len(json.loads(some.stdout)["letters"]) == 2
    nobody = ground.cli("dlq", "show", "events/0/99")
    assert nobody.returncode == 1 and "no such dead letter" in nobody.stderr
    with ground.running("worker") as worker:
        ground.wait(lambda: worker.metric("keyturn_dlq_messages_total") == 3, 60, "nobody can read them now either")
        asked = {"KEYTURN_METRICS_LISTEN": f"127.0.0.1:{worker.port}"}
        assert ground.cli("healthcheck", **asked).stdout == "healthy\n"
    assert ground.cli("healthcheck", **asked).returncode == 1
    assert "names no port" in ground.cli("healthcheck").stderr


def forged(person: Person, **changes) -> bytes:
    now = int(time.time() * 1000)
    return json.dumps({"v": 1, "id": "f" * 32, "account": person.account, "user": person.name,
                       "user_id": person.user_id, "policy": "slow", "reason": "asked", "hold": now, "attempt": 0,
                       "sent_at": now} | changes).encode()


def test_a_job_whose_hold_is_not_current_reaches_nobody(ground, host):
    calls, keys = len(ground.proxy.calls()), ground.keys(host)
    others = forged(host, account=ground.moto.accounts[1], user="nobody-at-all", user_id="AIDA" + "X" * 16)
    with ground.running("worker") as worker:
        for value in (forged(host), forged(host, hold=1), others):
            produce(ground.kafka.brokers, JOBS, value, key=host.account)
        ground.wait(lambda: worker.metric("keyturn_jobs_total", result="stale") == 3, 30, "all three are dropped")
    assert len(ground.proxy.calls()) == calls, "not one call"
    assert ground.keys(host) == keys


def known(ground: Ground, account: str) -> set[str]:
    return set(ground.redis("ZRANGE", f"kt:users:{account}", "0", "-1"))


def test_a_failed_page_of_the_inventory_changes_nothing(ground, host):
    """Somebody is gone and somebody new, but as long as the page cannot be read, neither is believed."""
    account = ground.moto.accounts[2]
    leaver = ground.add(account, "test-user-slow-leaver", key_ages=(60,))
    iam = ground.moto.boto3_client(account, "iam")
    with ground.running("scheduler"):
        ground.wait(lambda: leaver.name in known(ground, account), 20, "the leaver is known")
        rule = ground.proxy.rule("GetAccountAuthorizationDetails", fault="refuse", when="before", times="forever",
                                 code="ServiceFailure", status=500)
        iam.delete_access_key(UserName=leaver.name, AccessKeyId=leaver.key.key_id)
        iam.delete_user(UserName=leaver.name)
        newcomer = ground.add(account, "test-user-slow-newcomer", key_ages=(60,))
        before = {account: known(ground, account) for account in ground.moto.accounts}
        ground.wait(lambda: len(rule.fired) >= 3 * len(ground.moto.accounts), 60, "three inventories of each failed")
        assert {account: known(ground, account) for account in ground.moto.accounts} == before
        assert leaver.name in before[account] and newcomer.name not in before[account]
        ground.proxy.remove(rule)
        ground.wait(lambda: known(ground, account) == {newcomer.name}, 60, "a whole inventory is believed")


def test_a_user_whose_exemption_cannot_be_looked_up_is_left_alone(ground, host):
    person = ground.add(ground.moto.accounts[1], "test-user-doubtful", read=True)
    rule = ground.proxy.rule("ListGroupsForUser", fault="refuse", when="before", times="forever", match=person.is_meant,
                             code="AccessDenied", status=403)
    with ground.running("scheduler", "worker"):
        ground.wait(lambda: len(rule.fired) >= 3, 60, "it was tried several times")
        ground.wait(lambda: ground.events(person, "rotation.failed"), 20, "an event says so")
        assert not changes_of(ground, person)
        assert list(ground.keys(person).values()) == ["Active"] and not ground.describe(person)
        told = ground.events(person, "rotation.failed")[0]
        assert told.data["reason"] == "denied" and "ListGroupsForUser" in told.data["message"]
        ground.proxy.remove(rule)
        ground.wait(lambda: ground.current(person), 60, "once it can be looked up, it is rotated")


def test_a_user_made_exempt_since_the_inventory_is_left_alone(ground, host):
    """The inventory said it is in scope; the look-up just before the first change says otherwise."""
    person = ground.add(ground.moto.accounts[1], "test-user-late", key_ages=(60,))
    iam = ground.moto.boto3_client(person.account, "iam")
    with ground.running("scheduler"):
        ground.wait(lambda: person.name in known(ground, person.account), 20, "it is known, in scope")
    try:
        iam.create_group(GroupName="IAM_SERVICE_USER")
    except ClientError:
        pass
    iam.add_user_to_group(GroupName="IAM_SERVICE_USER", UserName=person.name)
    ground.proxy.rule("GetAccountAuthorizationDetails", fault="refuse", when="before", times="forever",
                      code="ServiceFailure", status=500)
    scheduler = ground.program("scheduler")
    scheduler.begin()  # it is not ready without any inventory, and need not be
    with ground.running("worker"):
        ground.wait(lambda: [record for record in ground.proxy.calls("ListGroupsForUser", subject=person.name)
                             if record.status == 200], 40, "its groups are looked up")
    scheduler.stop()
    assert not changes_of(ground, person) and list(ground.keys(person).values()) == ["Active"]


def test_an_account_out_of_reach_is_reported_and_holds_up_nobody_else(ground, host):
    lost, fine = ground.moto.accounts[0], ground.moto.accounts[1]
    stuck = ground.add(lost, "test-user-stuck", read=True)
    with ground.running("scheduler"):
        ground.wait(lambda: stuck.name in known(ground, lost), 20, "it is known")
    ground.proxy.rule("AssumeRole", fault="refuse", when="before", times="forever", code="AccessDenied", status=403,
                      match=lambda given: given.get("RoleArn") == ground.moto.role_arn(lost))
    person = ground.add(fine, "test-user-elsewhere", read=True)
    with ground.running("scheduler", "worker"):
        ground.wait(lambda: ground.rotations(person), 60, "the other account's user is rotated")
        ground.wait(lambda: [event for event in ground.events(kind="account.unreachable")
                             if event.data["account"] == lost], 30, "the lost account is reported")
        assert list(ground.keys(stuck)) == [stuck.key.key_id]
        ground.proxy.clear()
        ground.wait(lambda: ground.current(stuck), 60, "when it can be reached again, its user is rotated")


def test_a_key_somebody_turned_off_is_not_served_any_more(ground, host):
    """Nobody reads this one: it is a person who takes the working key away."""
    person = ground.add(ground.moto.accounts[1], "test-user-slow-dead", key_ages=(3 * 3600,))
    served = f"kt:current:{person.account}/{person.name}"
    with ground.running("scheduler", "worker"):
        ground.wait(lambda: ground.rotations(person) == 1, 60, "it is rotated once")
    current = ground.current(person)
    assert ground.redis("GET", served) == current
    ground.moto.boto3_client(person.account, "iam").update_access_key(
        UserName=person.name, AccessKeyId=current, Status="Inactive")
    ground.redis("ZREM", f"kt:due:{person.account}", person.name)
    ground.redis("ZADD", f"kt:started:{person.account}", "1", person.name)
    ground.redis("ZADD", "kt:next", "1", person.account)
    with ground.running("scheduler", "worker"):
        ground.wait(lambda: ground.events(person, "rotation.blocked"), 60, "it is seen, and said")
    assert {event.data["reason"] for event in ground.events(person, "rotation.blocked")} == {"current_dead"}
    assert ground.redis("GET", served) is None
    assert ground.keys(person) == {current: "Inactive"}, "a person did that, so a person undoes it"
