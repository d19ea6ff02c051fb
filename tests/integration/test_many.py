"""A thousand users, three schedulers, one killed in the middle: one live job a user, counted in Kafka."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from stack.kcat import read_topic
from stack.topics import JOBS

from .ground import Ground

USERS = 1000
# Long enough that all are out at the same time, short enough that those the dead scheduler took come back soon.
HOLD = 15
GROUND = {"changes": {"worker": {"hold": f"{HOLD}s"}, "scheduler": {"inventory_every": "10m"}}}
# A hold is named after its moment in milliseconds, but for the few by which names run ahead to differ.
LEAST_APART = HOLD * 1000 - 100


@pytest.fixture(scope="module")
def names(ground) -> dict[str, list[str]]:
    """User names by account. They need no keys: a scheduler does not look at any."""
    made = {account: [f"test-user-{number:04d}" for number in range(index, USERS, len(ground.moto.accounts))]
            for index, account in enumerate(ground.moto.accounts)}
    with ThreadPoolExecutor(8) as crew:
        for account, users in made.items():
            iam = ground.moto.boto3_client(account, "iam")
            list(crew.map(lambda name, iam=iam: iam.create_user(UserName=name), users))
    return made


def held(ground: Ground) -> dict[tuple[str, str], int]:
    """The hold that is current for each user that is handed out."""
    found = {}
    for account in ground.moto.accounts:
        flat = ground.redis("HGETALL", f"kt:held:{account}")
        found |= {(account, user): int(text.split()[0]) for user, text in zip(flat[::2], flat[1::2]) if user}
    return found


def jobs_by_user(ground: Ground) -> dict[tuple[str, str], list[int]]:
    """The holds of all jobs that were ever written."""
    found = defaultdict(list)
    for message in read_topic(ground.kafka.brokers, JOBS):
        found[message.json["account"], message.json["user"]].append(message.json["hold"])
    return found


def live_jobs(ground: Ground) -> set[tuple[str, str]]:
    """The users of whom a worker would take a job, had it read the topic now. The holds are read last: a job counts
    only if its hold is current after all these jobs were written."""
    jobs = jobs_by_user(ground)
    current = held(ground)
    return {user for user, holds in jobs.items() if current.get(user) in holds}


def too_early(jobs: dict[tuple[str, str], list[int]]) -> dict[tuple[str, str], list[int]]:
    """The users of whom two jobs were live at once: one was handed out before the hold of the one before had expired.
    Nobody works here, so nothing but time ends a hold."""
    return {user: sorted(holds) for user, holds in jobs.items()
            if any(after - before < LEAST_APART for before, after in pairwise(sorted(holds)))}


def test_every_due_user_has_one_live_job(ground, names):
    everybody = {(account, user) for account, users in names.items() for user in users}
    schedulers = [ground.program("scheduler") for _ in range(3)]
    for scheduler in schedulers:
        scheduler.begin()
    for scheduler in schedulers:
        scheduler.finish()
    ground.wait(lambda: 0 < len(held(ground)), 60, "the first users are handed out")
    schedulers[0].kill()
    ground.wait(lambda: live_jobs(ground) == everybody, 90, "everybody has a live job")
    assert not too_early(jobs_by_user(ground)), "nobody ever has two"
    assert sum(scheduler.alive for scheduler in schedulers) == 2
    for scheduler in schedulers[1:]:
        scheduler.stop()


def test_a_user_handed_out_twice_would_be_seen():
    """Else the story above would say nothing."""
    length = HOLD * 1000
    fine = {("1", "once"): [5], ("1", "again"): [5 + length, 5], ("2", "thrice"): [5, 6 + 2 * length, 5 + length]}
    twice = {("1", "twice"): [5, 9], ("2", "the same job"): [7, 7], ("2", "late"): [5 + 2 * length, 5, 2 + 2 * length]}
    assert too_early(fine | twice).keys() == twice.keys()
