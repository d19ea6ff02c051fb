"""A policy that mails the secret itself: the user's mail about a new key has it, and no other, whatever is asked of the notifier."""

import json
import re
import time

import pytest
from stack.configuration import ADMIN
from stack.kcat import produce
from stack.moto import Credentials
from stack.topics import EVENTS

from .people import policy
from .told import Event, id_of

INLINE = {"mail": "inline", "recipient_tags": ["EmailID"], "missing": "fallback_admin"}
GROUND = {"accounts": 1, "changes": {"policies": [
    policy("inline", "test-user-inline-", rotate=3600, deactivate=3605, delete=3610, min_overlap="5s", deliver=INLINE),
    policy("careful", "test-user-careful-", rotate=3600, deactivate=3605, delete=3610, min_overlap="5s")]},
    "mailed": {"test-user-inline-ann@example.com"}}
SECRET = re.compile(r"^  Secret access key:  (\S+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def people(ground):
    account, = ground.moto.accounts
    ann = ground.add(account, "test-user-inline-ann", key_ages=(2 * 3600,))
    bob = ground.add(account, "test-user-careful-bob", key_ages=(2 * 3600,))
    with ground.running("notifier"), ground.running("scheduler", "worker"):
        ground.wait(lambda: ground.rotations(ann) == 1 and ground.rotations(bob) == 1, 90, "both are rotated")
        due = ground.mails_due([ann, bob])
        ground.wait(lambda: due <= ground.mails().keys(), 60, "all mails are out")
    return ann, bob


def mails_of(ground, event) -> dict[str, dict]:
    """By recipient."""
    return {mail["to"][0]: mail for mail in ground.moto.mails() if event.json["id"] in mail["text"]}


def test_the_users_mail_holds_a_secret_that_works(ground, people):
    ann, _ = people
    event, = ground.events(ann, "key.activated")
    mail = mails_of(ground, event)[ann.address]
    secret = SECRET.search(mail["text"])[1]
    assert ground.moto.accepts(Credentials(event.subject, secret))
    assert secret in mail["html"] and "delete this mail" in mail["text"]


def test_nobody_elses_mail_holds_any(ground, people):
    ann, bob = people
    (created,), (other,) = ground.events(ann, "key.activated"), ground.events(bob, "key.activated")
    assert "carries no secret" in mails_of(ground, created)[ADMIN]["text"]
    assert "carries no secret" in mails_of(ground, other)[bob.address]["text"]
    assert sum(bool(SECRET.search(mail["text"])) for mail in ground.moto.mails()) == 1


def test_a_forged_event_brings_no_other_secret_to_anybody(ground, people):
    """It names a user under `reference` as one under `inline`, and the secret of another."""
    ann, bob = people
    event, = ground.events(bob, "key.activated")
    forged = json.loads(json.dumps(event.json))
    forged["data"]["policy"] = "inline"
    forged["data"]["secret_arn"] = ground.describe(ann)["ARN"]
    forged["time"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    forged["id"] = id_of(Event(event.message._replace(value=json.dumps(forged).encode())))
    before = len(ground.moto.mails())
    with ground.running("notifier"):
        produce(ground.kafka.brokers, EVENTS, json.dumps(forged).encode(), event.message.key.decode())
        ground.wait(lambda: len(ground.moto.mails()) >= before + 2, 60, "the forged event is mailed")
    sent = ground.moto.mails()[before:]
    assert {mail["to"][0] for mail in sent} == {bob.address, ADMIN}
    assert not any(SECRET.search(mail["text"]) for mail in sent)
