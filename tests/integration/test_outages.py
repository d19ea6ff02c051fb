"""What everything rests on goes away and comes back: nobody restarts anything, and nobody loses a key."""

import pytest

from .ground import Ground
from .people import Person


@pytest.fixture(scope="module")
def people(ground) -> list[Person]:
    return [ground.add(account, f"test-user-{account[0]}", read=True) for account in ground.moto.accounts]


@pytest.fixture(scope="module")
def programs(ground, people):
    """Started once; every story ends with them still alive."""
    with ground.running("worker", "notifier", "scheduler") as started:
        ground.wait(lambda: all(ground.rotations(person) for person in people), 60, "everybody is rotated once")
        yield started


def goes_on(ground: Ground, people: list[Person], programs) -> None:
    """Everybody has two more rotations begun and ended from here on, by the same processes as before."""
    pids = [program.pid for program in programs]
    before = {person: ground.rotations(person) for person in people}
    ground.wait(lambda: all(ground.rotations(person) >= before[person] + 2 for person in people), 90,
                "everybody is rotated twice more")
    assert [program.pid for program in programs] == pids and all(program.alive for program in programs)
    ground.wait(lambda: all(program.get("/readyz")[0] == 200 for program in programs), 20, "all are ready again")


def in_the_middle(ground: Ground, people: list[Person]) -> None:
    """Returns while somebody's new key is stored and not yet current."""
    ground.wait(lambda: any({"AWSPENDING"} in ground.stages(person).values() for person in people), 40,
                "a rotation is in the middle")


def everything_is_told(ground: Ground, people: list[Person]) -> None:
    """Each change that AWS accepted is an event, whatever was down when it happened."""
    for person in people:
        def told(person=person) -> bool:
            return ground.changes(person).keys() <= {(event.kind, event.subject) for event in ground.events(person)}
        ground.wait(told, 30, f"all of {person.name} is told")


def all_mails_are_out(ground: Ground, people: list[Person]) -> None:
    due = ground.mails_due(people)
    ground.wait(lambda: due <= ground.mails().keys(), 40, "all mails are out")
    no_mail_twice(ground)


def no_mail_twice(ground: Ground) -> None:
    assert set(ground.mails().values()) == {1}


def test_the_broker_is_restarted(ground, people, programs):
    in_the_middle(ground, people)
    ground.kafka.restart()
    goes_on(ground, people, programs)
    everything_is_told(ground, people)
    all_mails_are_out(ground, people)


def test_the_broker_dies_and_comes_back(ground, people, programs):
    in_the_middle(ground, people)
    ground.kafka.kill()
    programs[0].wait_for(lambda: programs[0].get("/readyz")[0] == 503, 60, "seen to miss its broker")
    ground.kafka.start()
    goes_on(ground, people, programs)
    everything_is_told(ground, people)
    all_mails_are_out(ground, people)


def test_redis_is_restarted(ground, people, programs):
    in_the_middle(ground, people)
    ground.redis.stop()
    programs[0].wait_for(lambda: programs[0].get("/readyz")[0] == 503, 20, "seen to miss Redis")
    ground.redis.start()
    goes_on(ground, people, programs)
    everything_is_told(ground, people)
    all_mails_are_out(ground, people)


def test_redis_forgets_everything(ground, people, programs):
    """Due times, leases, what was announced, the mail ledger: the inventory and the next looks bring back all but the
    ledger. What that leaves in doubt is not mailed again."""
    in_the_middle(ground, people)
    ground.redis.flush()
    goes_on(ground, people, programs)
    everything_is_told(ground, people)
    ids_of = {}
    for event in ground.events():
        if event.subject and event.kind.startswith("key."):
            ids_of.setdefault((event.kind, event.subject), set()).add(event.json["id"])
    assert all(len(ids) == 1 for ids in ids_of.values()), "the same change told again has the same id"
    no_mail_twice(ground)


def test_nothing_worse_than_a_delay_was_caused(ground, people, programs):
    """No creation but the one a rotation needs, nothing discarded, no orphan."""
    for person in people:
        made = [record for record in ground.proxy.calls("CreateAccessKey", subject=person.name)]
        assert len(made) == len(set(ground.told(person, "key.created")))
        assert not ground.told(person, "key.discarded")
