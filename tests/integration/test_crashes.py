"""The worker dies at the worst moments: after AWS has done what was asked, before the answer came.

Everybody here was rotated once before and is read all the time: whatever happens, the secret served must work.
"""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from stack.faultproxy import FaultProxy

from .ground import Ground
from .people import Person

STORIES = ("create", "store", "promote", "lost", "refused")


@pytest.fixture(scope="module")
def people(ground) -> dict[str, Person]:
    """One person a story, each rotated once."""
    made = {story: ground.add(ground.moto.accounts[number % 3], f"test-user-{story}", read=True)
            for number, story in enumerate(STORIES)}
    with ground.running("worker", "scheduler"):
        ground.wait(lambda: all(ground.rotations(person) for person in made.values()), 60, "everybody is rotated once")
    return made


@pytest.fixture(scope="module")
def scheduler(ground, people):
    with ground.running("scheduler", "notifier"):
        yield


@contextlib.contextmanager
def killed_in(ground: Ground, action: str, person: Person):
    """The body looks at the world while the worker waits for the answer of a call that was applied; then the worker is
    killed and another one started, which runs on until the story has ended."""
    rule = ground.proxy.rule(action, fault="hold", when="after", match=person.is_meant)
    worker = ground.program("worker").start()
    ground.wait(lambda: rule.held, 40, f"{action} for {person.name}")
    yield rule.held[0].record
    worker.kill()
    rule.held[0].drop()


def newest(ground: Ground, person: Person) -> str:
    """The key that is listed and not current."""
    other, = ground.keys(person).keys() - {ground.current(person)}
    return other


def stands_well(ground: Ground, person: Person, current: str | None = None) -> bool:
    """A current key that is Active, no key nobody holds, no creation left open."""
    named, listed = ground.current(person), ground.keys(person)
    return (named == (current or named) and listed.get(named) == "Active"
            and listed.keys() <= ground.stages(person).keys()
            and not any(tag.startswith("keyturn:intent:") for tag in ground.tags(person)))


def creates(ground: Ground, person: Person) -> int:
    return len(ground.proxy.calls("CreateAccessKey", subject=person.name))


def test_killed_after_the_key_was_made_and_before_it_was_stored(ground, people, scheduler):
    person = people["create"]
    with killed_in(ground, "CreateAccessKey", person):
        current, orphan = ground.current(person), newest(ground, person)
        assert set(ground.keys(person).values()) == {"Active"}
        assert orphan not in ground.stages(person), "nobody holds its secret"
    made = creates(ground, person)
    with ground.running("worker"):
        ground.wait(lambda: orphan not in ground.keys(person), 60, "the orphan is removed")
        assert creates(ground, person) == made and ground.current(person) == current, "nothing new beside an orphan"
        ground.wait(lambda: ground.current(person) not in (current, orphan) and stands_well(ground, person), 60,
                    "the rotation is made after all")
        ground.wait(lambda: orphan in ground.told(person, "key.discarded"), 20, "the orphan's end is told")
    assert orphan not in ground.told(person, "key.created")


def test_killed_after_the_key_was_stored(ground, people, scheduler):
    person = people["store"]
    with killed_in(ground, "PutSecretValue", person):
        current, candidate = ground.current(person), newest(ground, person)
        assert ground.stages(person)[candidate] == {"AWSPENDING"}
    made = creates(ground, person)
    with ground.running("worker"):
        ground.wait(lambda: stands_well(ground, person, candidate), 60, "the stored key is promoted")
        assert creates(ground, person) == made, "no second key was made"
        ground.wait(lambda: candidate in ground.told(person, "key.activated"), 20, "it is told")
    assert ground.told(person, "key.created").count(candidate) == 1
    assert current in ground.stages(person)


def test_killed_after_the_key_became_current(ground, people, scheduler):
    person = people["promote"]
    with killed_in(ground, "UpdateSecretVersionStage", person) as call:
        promoted = ground.current(person)
        assert call.call.parameters["MoveToVersionId"].endswith(promoted)
        assert promoted not in ground.tags(person)["keyturn:promoted"], "not noted yet"
        old = newest(ground, person)
        assert ground.keys(person)[old] == "Active"
    with ground.running("worker"):
        ground.wait(lambda: promoted in ground.told(person, "key.activated"), 40, "the promotion is told")
        ground.wait(lambda: old in ground.told(person, "key.deactivated"), 40, "and the one before is turned off")
    moves = [record for record in ground.proxy.calls("UpdateSecretVersionStage", subject=person.secret_name)
             if record.call.parameters["MoveToVersionId"].endswith(promoted)]
    assert len(moves) == 1 and ground.told(person, "key.activated").count(promoted) == 1


def test_an_answer_that_never_came(ground, people, scheduler):
    """Nobody dies: the connection does, after the key was made."""
    person = people["lost"]
    rule = ground.proxy.rule("CreateAccessKey", fault="cut", when="after", match=person.is_meant)
    with ground.running("worker"):
        ground.wait(lambda: rule.fired and rule.fired[0].applied, 40, "the answer is lost")
        current, orphan = ground.current(person), newest(ground, person)
        assert orphan not in ground.stages(person)
        ground.wait(lambda: orphan not in ground.keys(person), 60, "the orphan is removed")
        ground.wait(lambda: ground.current(person) != current and stands_well(ground, person), 60,
                    "the rotation is made")


def test_a_store_that_is_refused_leaves_no_key_behind(ground, people, scheduler):
    person = people["refused"]
    rule = ground.proxy.rule("PutSecretValue", fault="refuse", when="before", match=person.is_meant,
                             code="AccessDeniedException", status=400)
    with ground.running("worker"):
        ground.wait(lambda: rule.fired, 40, "the store is refused")
        taken = rule.fired[0].call.parameters["ClientRequestToken"].removeprefix("keyturn-key-")
        ground.wait(lambda: taken not in ground.keys(person), 20, "the key made for it is taken back")
        assert not [record for record in ground.proxy.calls("UpdateAccessKey", subject=person.name)
                    if record.call.parameters["AccessKeyId"] == taken], \
            "by the look that made it, not as an orphan later"
        current = ground.current(person)
        ground.wait(lambda: ground.current(person) != current and stands_well(ground, person), 60,
                    "the next one is stored")


def test_the_worker_that_owns_the_job_is_killed_and_the_other_goes_on(ground, people, scheduler):
    """Each worker has a proxy of its own, so that it is seen who asked. Who is left rotates all three accounts."""
    crew = list(people.values())
    with FaultProxy(ground.moto.port) as beside:
        doors = (ground.proxy, beside)
        rules = [door.rule("CreateAccessKey", fault="hold", when="after") for door in doors]
        workers = [ground.program("worker", KEYTURN_AWS_ENDPOINT=door.url, AWS_ENDPOINT_URL=door.url)
                   for door in doors]
        for worker in workers:
            worker.begin()
        for worker in workers:
            worker.finish()
        ground.wait(lambda: any(rule.held for rule in rules), 40, "somebody makes a key")
        owner = 0 if rules[0].held else 1
        orphaned = rules[owner].held[0]
        person = next(person for person in crew if person.is_meant(orphaned.record.call.parameters))
        orphan = newest(ground, person)
        doors[1 - owner].remove(rules[1 - owner])
        workers[owner].kill()
        orphaned.drop()
        before = {person: ground.current(person) for person in crew}
        ground.wait(lambda: orphan not in ground.keys(person), 60, "the survivor removes the orphan")
        ground.wait(lambda: all(ground.current(one) != before[one] for one in crew), 60,
                    "the survivor rotates everybody")
        assert workers[1 - owner].alive and not workers[owner].alive
        workers[1 - owner].stop()


def test_a_worker_told_to_stop_finishes_what_it_began(ground, people, scheduler):
    person = people["store"]
    rule = ground.proxy.rule("CreateAccessKey", fault="hold", when="after", match=person.is_meant)
    worker = ground.program("worker").start()
    ground.wait(lambda: rule.held, 40, "a key is being made")
    made = newest(ground, person)
    with ThreadPoolExecutor() as beside:
        stopped = beside.submit(worker.stop)
        worker.wait_for_line("stopping", 10)
        assert worker.alive, "it waits for the answer"
        ground.proxy.remove(rule)
        assert stopped.result() == 0
    assert made in ground.stages(person), "the key that was being made is stored, not lost"
    assert not any(tag.startswith("keyturn:intent:") for tag in ground.tags(person))


def test_nothing_is_left_half_way(ground, people, scheduler):
    """After all this: every change was told, every mail sent once, nobody's key is unknown."""
    with ground.running("worker"):
        for person in people.values():
            ground.wait(lambda person=person: stands_well(ground, person), 60, f"{person.name} stands well")
            ground.wait(lambda person=person: not untold(ground, person), 30, f"all of {person.name} is told")
    assert set(ground.mails().values()) == {1}


def untold(ground: Ground, person: Person) -> set:
    """Changes that AWS accepted and no event names. A key that was taken back at once, never stored, is none."""
    told = {(event.kind, event.subject) for event in ground.events(person)}
    stored = ground.stages(person).keys()
    return {(kind, key) for kind, key in ground.changes(person).keys() - told
            if kind != "key.deleted" or key in stored or ("key.created", key) in told}
