"""The whole life of keys: several users in three accounts, over two rotations and more, with nothing in the way."""

from dataclasses import dataclass

import pytest
from stack.configuration import ADMIN
from stack.kcat import read_topic
from stack.topics import EVENTS

from .ground import MAILED
from .people import EXEMPT, Person
from .told import Event, check_contract

PER_ACCOUNT = 2


@dataclass
class Life:
    """How it was when everything had come to rest."""

    people: list[Person]
    untouched: dict[Person, dict[str, str]]
    planned: Person
    guest: Person
    foreign_key: str
    events: list[Event]


@pytest.fixture(scope="module")
def life(ground) -> Life:
    first, second, third = ground.moto.accounts
    people = [ground.add(account, f"test-user-{number}-{account[0]}", read=True)
              for account in ground.moto.accounts for number in range(PER_ACCOUNT)]
    untouched = [ground.add(first, "test-user-machine", groups=(EXEMPT,)), ground.add(second, "somebody-else"),
                 ground.add(third, "another", key_ages=(90 * 86400, 60))]
    planned = ground.add(third, "test-user-plan-ahead")
    guest = ground.add(second, "test-user-slow-host", key_ages=(3 * 3600,), read=True)
    before = {person: ground.keys(person) for person in untouched}
    with ground.running("notifier"):
        with ground.running("scheduler", "worker"):
            ground.wait(lambda: ground.rotations(guest) == 1, 60, "the slow user is rotated once")
            foreign = ground.moto.add_key(guest.account, guest.name).key_id
            ground.wait(lambda: ground.told(guest, "rotation.blocked"), 30, "the foreign key is reported")
            ground.wait(lambda: ground.events(planned, "rotation.planned"), 30, "what would be done is announced")
            ground.wait(lambda: all(ground.rotations(person) >= 2 for person in people), 90,
                        "everybody is rotated twice")
        due = ground.mails_due([*people, guest])
        ground.wait(lambda: due <= ground.mails().keys(), 30, "all mails are out")
    return Life(people, before, planned, guest, foreign, ground.events())


def chain(life: Life, person: Person) -> list[tuple[str, str]]:
    """What became of the person's keys, in the order of the topic."""
    return [(event.kind, event.subject) for event in life.events if event.about(person)]


def test_each_rotation_is_told_in_the_order_it_happens(life):
    for person in life.people:
        happened = chain(life, person)
        keys = [person.key.key_id] + [key for kind, key in happened if kind == "key.created"]
        expected = [step for old, new in zip(keys, keys[1:])
                    for step in (("key.created", new), ("key.activated", new), ("key.deactivated", old),
                                 ("key.deleted", old))]
        assert len(keys) >= 3 and happened == expected[:len(happened)], person


def test_every_event_keeps_the_contract(life):
    for event in life.events:
        check_contract(event)


def test_no_change_is_told_twice_and_sequences_grow(life):
    ids = [event.json["id"] for event in life.events]
    assert len(ids) == len(set(ids))
    for person in life.people:
        numbers = [event.json["sequence"] for event in life.events if event.about(person)]
        assert len(numbers) >= 8 and numbers == sorted(set(numbers))


def test_every_change_at_aws_is_told_and_nothing_else(life, ground):
    for person in life.people:
        told = {(event.kind, event.subject) for event in life.events if event.about(person)}
        assert told == set(ground.changes(person)) and set(ground.changes(person).values()) == {1}


def test_user_and_admin_get_each_mail_once(life, ground):
    sent = ground.mails()
    assert ground.mails_due([*life.people, life.guest]) <= sent.keys()
    assert set(sent.values()) == {1}
    known = {ADMIN, *(person.address for person in [*life.people, life.guest])}
    assert {recipient for _, recipient in sent} <= known


def test_a_mail_names_the_user_and_the_key(life, ground):
    mails = ground.moto.mails()
    for event in life.events:
        if event.kind in MAILED:
            about = [mail["text"] for mail in mails if event.json["id"] in mail["text"]]
            assert len(about) == 2
            assert all(event.subject in text and event.data["user"] in text for text in about)


def test_the_current_key_works_and_older_ones_are_gone(life, ground):
    issued = {key.key_id: key for key in ground.moto.issued()}
    for person in life.people:
        current, listed = ground.current(person), ground.keys(person)
        assert listed[current] == "Active" and ground.moto.accepts(issued[current])
        assert person.key.key_id not in listed and not ground.moto.accepts(person.key)
        assert listed.keys() <= ground.stages(person).keys()


def test_an_exempt_user_and_one_without_the_prefix_are_not_touched(life, ground):
    for person, keys in life.untouched.items():
        assert ground.keys(person) == keys
        assert not ground.proxy.calls(subject=person.name) and not ground.proxy.calls(subject=person.secret_name)
        assert not ground.describe(person) and chain(life, person) == []


def test_in_plan_mode_the_step_is_announced_and_nothing_done(life, ground):
    assert list(ground.keys(life.planned)) == [life.planned.key.key_id] and not ground.describe(life.planned)
    kinds = {kind for kind, _ in chain(life, life.planned)}
    assert kinds == {"rotation.planned"}


def test_a_key_made_by_somebody_else_is_left_alone_and_reported(life, ground):
    assert ("key.foreign", life.foreign_key) in chain(life, life.guest)
    assert ground.keys(life.guest) == {life.foreign_key: "Active", ground.current(life.guest): "Active"}
    assert life.foreign_key not in ground.stages(life.guest)
    assert "foreign_key" in {event.data.get("reason") for event in life.events if event.about(life.guest)}


def test_kcat_reads_the_events(life, ground):
    """By itself, from the beginning, as a stranger to this project would."""
    seen = [Event(message) for message in read_topic(ground.kafka.brokers, EVENTS)]
    assert {event.json["id"] for event in seen} == {event.json["id"] for event in life.events}
    places = {(event.message.key, event.message.partition) for event in seen}
    assert len(places) == len({key for key, _ in places}), "a user's events are in one partition"
