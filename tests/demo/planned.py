"""Fifty made-up users in every state a plan can meet, in one account; `python -m demo.planned` plans them with keyturn.

Each is a row of TABLE: a name, what the plan should say of it, and how it came about. No program of ours has run: the
secrets are written here as Keyturn would have left them.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stack.broker import program_path
from stack.moto import REGION, Moto
from stack.program import program_environment

from .ending import hold, protected

DAY = 86400
PLACEHOLDER = "keyturn-placeholder-000000000000"
SERVICE_GROUP = "IAM_SERVICE_USER"
POLICY = Path(__file__).with_name("planned.yaml")
ROOT = Path(__file__).resolve().parents[2]


class World:
    """One account of moto, and how its users come to be."""

    def __init__(self, moto: Moto, account: str):
        self.moto, self.account = moto, account
        self.iam = moto.boto3_client(account, "iam")
        self.secrets = moto.boto3_client(account, "secretsmanager")

    def user(self, name: str, *ages: float, inactive: tuple = (), groups: tuple = (), **tags: str) -> list[str]:
        """A user with one key for each age in days, those at the places of `inactive` turned off; returns the ids."""
        keys = [key.key_id for key in self.moto.add_user(self.account, name, tuple(age * DAY for age in ages),
                                                         tags=tags, groups=groups)]
        for place in inactive:
            self.iam.update_access_key(UserName=name, AccessKeyId=keys[place], Status="Inactive")
        return keys

    def secret(self, name: str, stored: list[str], current: str, tags: dict[str, str]) -> None:
        """The user's secret: the placeholder, a version for each stored key (oldest first, the newest AWSPENDING),
        AWSCURRENT moved along up to `current`; `now` in a tag's value becomes this second."""
        user_id = self.iam.get_user(UserName=name)["User"]["UserId"]
        secret = f"keyturn/{self.account}/{user_id}"
        self.secrets.create_secret(Name=secret, ClientRequestToken=PLACEHOLDER, SecretString='{"keyturn":"none"}',
                                   Tags=[{"Key": key, "Value": value} for key, value in tags.items()])
        holder = PLACEHOLDER
        for key in stored:
            version = f"keyturn-key-{key}"
            self.secrets.put_secret_value(SecretId=secret, ClientRequestToken=version, VersionStages=["AWSPENDING"],
                                          SecretString=json.dumps({"AccessKeyId": key, "SecretAccessKey": "made-up"}))
            if holder != f"keyturn-key-{current}":
                self.secrets.update_secret_version_stage(SecretId=secret, VersionStage="AWSCURRENT",
                                                         MoveToVersionId=version, RemoveFromVersionId=holder)
                holder = version


def ago(days: float) -> str:
    return str(int(time.time() - days * DAY))


def fresh(world, name):
    world.user(name, 10)


def due(world, name):
    world.user(name, 80)


def settled(world, name):
    keys = world.user(name, 20)
    world.secret(name, keys, keys[0], {"keyturn:promoted": f"{keys[0]} {ago(20)}"})


def overlapping(world, name):
    keys = world.user(name, 82, 6)
    world.secret(name, keys, keys[1], {"keyturn:promoted": f"{keys[1]} {ago(6)}"})


def overlapped(world, name):
    keys = world.user(name, 91, 15)
    world.secret(name, keys, keys[1], {"keyturn:promoted": f"{keys[1]} {ago(15)}"})


def retired(world, name):
    keys = world.user(name, 105, 29, inactive=(0,))
    world.secret(name, keys, keys[1], {"keyturn:promoted": f"{keys[1]} {ago(29)}",
                                       "keyturn:inactive": f"{keys[0]} {ago(14)}"})


def candidate(world, name):
    keys = world.user(name, 76.1, 0.1)
    world.secret(name, keys, keys[0], {"keyturn:promoted": f"{keys[0]} {ago(76)}"})


def foreign(world, name):
    keys = world.user(name, 30, 2)
    world.secret(name, keys[:1], keys[0], {"keyturn:promoted": f"{keys[0]} {ago(30)}"})


def current_dead(world, name):
    keys = world.user(name, 30, inactive=(0,))
    world.secret(name, keys, keys[0], {"keyturn:promoted": f"{keys[0]} {ago(30)}"})


def paused(world, name):
    keys = world.user(name, 80)
    world.secret(name, keys, keys[0], {"keyturn:promoted": f"{keys[0]} {ago(80)}",
                                       "keyturn:paused": f"paused {ago(1)} by someone"})


def two_active(world, name):
    world.user(name, 200, 100)


def two_active_retire(world, name):
    world.user(name, 200, 100, groups=("RETIRE_OLDEST",))


def spare(world, name):
    world.user(name, 120, 80, inactive=(0,))


def two_inactive(world, name):
    world.user(name, 200, 100, inactive=(0, 1))


def no_key(world, name):
    world.user(name)


def service(world, name):
    world.user(name, 310, groups=(SERVICE_GROUP,))


def service_overdue(world, name):
    world.user(name, 400, groups=(SERVICE_GROUP,))


def outsider(world, name):
    world.user(name, 500)


# how it came about, how many, what the plan says: action and reason (None: in no policy, so not told about).
TABLE = [
    (fresh, 8, "wait", "not_due"), (due, 6, "create", "due"), (settled, 4, "wait", "not_due"),
    (overlapping, 4, "wait", None), (overlapped, 2, "deactivate", "overlap_over"),
    (retired, 2, "delete", "inactive_long_enough"), (candidate, 1, "finish", "settling"),
    (foreign, 2, "blocked", "foreign_key"), (current_dead, 1, "blocked", "current_dead"),
    (paused, 1, "leave", "paused"), (two_active, 3, "leave", "two_active"), (two_active_retire, 2, "ask", "retire_oldest"),
    (spare, 2, "blocked", "no_free_slot"), (two_inactive, 2, "leave", "two_inactive_left"), (no_key, 2, "leave", "no_key"),
    (service, 2, "watch", None), (service_overdue, 1, "watch", None), (outsider, 5, None, None),
]


def populate(world: World) -> dict[str, tuple]:
    """Makes them all; returns name -> (action, reason)."""
    expected = {}
    for make, count, action, reason in TABLE:
        for number in range(1, count + 1):
            kind = make.__name__.replace("_", "-")
            name = f"{'robot' if make is outsider else 'person'}-{kind}-{number}"
            make(world, name)
            expected[name] = (action, reason)
    return expected


def main() -> int:
    arguments = argparse.ArgumentParser(prog="demo.planned", description="fifty made-up users, planned by keyturn")
    arguments.add_argument("words", nargs="*", help="more arguments for keyturn plan")
    known, others = arguments.parse_known_args()
    hold()
    return protected(lambda: _plan([*known.words, *others]), lambda: None, lambda: None)


def _plan(words: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="keyturn-planned-") as folder, Moto(Path(folder), accounts=1) as moto:
        account = moto.accounts[0]
        print(f"making 50 users in account {account} of a stand-in for AWS on loopback", flush=True)
        populate(World(moto, account))
        environment = {"AWS_ENDPOINT_URL": moto.url, "AWS_REGION": REGION} | moto.programs.environment()
        command = ["keyturn", "plan", "--policy", str(POLICY.relative_to(ROOT)), "--role-arn", moto.role_arn(account),
                   *words]
        print("$ " + " ".join(command) + "\n", flush=True)
        return subprocess.run([str(program_path("keyturn")), *command[1:], "--rate", "100"], cwd=ROOT, check=False,
                              env=program_environment(environment)).returncode


if __name__ == "__main__":
    sys.exit(main())
