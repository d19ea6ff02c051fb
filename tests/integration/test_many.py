"""A thousand users, three schedulers, one killed in the middle: one live job a user, counted in Kafka."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from stack.kcat import read_topic
from stack.topics import JOBS

from .ground import Ground

USERS = 1000
# Long enough that all are out at the same time, short enough that those the dead scheduler took come back soon.
GROUND = {"changes": {"worker": {"hold": "15s"}, "scheduler": {"inventory_every": "10m"}}}


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


def live_jobs(ground: Ground) -> Counter:
    """How many jobs of each user a worker would take, had it read the topic now. The holds are read last: a job counts
    only if its hold is current after all these jobs were written."""
    jobs = [message.json for message in read_topic(ground.kafka.brokers, JOBS)]
    current = held(ground)
    return Counter((job["account"], job["user"]) for job in jobs
                   if current.get((job["account"], job["user"])) == job["hold"])


def test_every_due_user_has_one_live_job(ground, names):
    everybody = {(account, user) for account, users in names.items() for user in users}
    schedulers = [ground.program("scheduler") for _ in range(3)]
    for scheduler in schedulers:
        scheduler.begin()
    for scheduler in schedulers:
        scheduler.finish()
    ground.wait(lambda: 0 < len(held(ground)), 60, "the first users are handed out")
    schedulers[0].kill()
    counts = []

    def all_live():
        counts.append(live_jobs(ground))
        return counts[-1].keys() == everybody
    ground.wait(all_live, 90, "everybody has a live job")
    assert all(set(count.values()) <= {1} for count in counts), "nobody ever has two"
    assert sum(scheduler.alive for scheduler in schedulers) == 2
    for scheduler in schedulers[1:]:
        scheduler.stop()
