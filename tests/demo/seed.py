"""python -m demo.seed --url URL --into FOLDER: makes the world of the local stack in a fresh AWS stand-in, by boto3.

Eight accounts, and in each a user of every kind, their keys old enough for something to happen at once. The programs' credentials
go into FOLDER/credentials, those of somebody who may do everything into FOLDER/admin, with a profile for each account, named by its id. A second run
finds the first one's work and changes nothing.
"""

import argparse
import configparser
import sys
from pathlib import Path

from stack.accounts import ADMIN_ROLE, role_arn
from stack.moto_client import REGION, Credentials, MotoClient

ACCOUNTS = 8
EXEMPT_GROUP, SERVICE_GROUP = "IAM_SERVICE_USER", "service-accounts"
# The policy of docker/config/stack.yaml rotates at 2, deactivates at 4 and deletes at 6 minutes.
DUE, YOUNG, SECOND, OLD = 150, 30, 180, 360
MAILED = "{name}.{account}@example.com"

# name, ages of its keys in seconds (oldest first), places of those that are Inactive, group, has an address
PEOPLE = [
    ("test-user-anna", (DUE,), (), None, True),
    ("test-user-ben", (YOUNG,), (), None, True),
    ("test-user-cleo", (SECOND, DUE), (), None, True),
    ("test-user-dora", (SECOND, DUE), (0,), None, True),
    ("test-user-emil", (SECOND, DUE), (0, 1), None, True),
    ("test-user-fay", (DUE,), (), None, False),
    ("test-user-gus", (), (), None, True),
    ("test-user-hana", (DUE,), (), EXEMPT_GROUP, True),
    ("report-service", (OLD,), (), SERVICE_GROUP, True),
    ("build-robot", (OLD,), (), None, False),
]


def create(moto: MotoClient, account: str) -> None:
    """The people of one account."""
    for name, ages, inactive, group, mailed in PEOPLE:
        tags = {"EmailID": MAILED.format(name=name, account=account)} if mailed else {}
        keys = moto.add_user(account, name, ages, tags, (group,) if group else ())
        for key in keys:  # each was used by its owner: an unused one tells nothing about which is in use
            moto.client_with(key, "sts").get_caller_identity()
        for place in inactive:
            moto.boto3_client(account, "iam").update_access_key(UserName=name, AccessKeyId=keys[place].key_id,
                                                               Status="Inactive")


def write_profile(path: Path, credentials: Credentials, accounts: tuple | list = ()) -> None:
    """As the AWS SDKs read them; in place only when whole. Those of `accounts` have a profile each, which may do everything there."""
    profile = configparser.ConfigParser()
    profile["default"] = {"aws_access_key_id": credentials.key_id, "aws_secret_access_key": credentials.secret,
                          "region": REGION}
    for account in accounts:
        profile[account] = {"role_arn": role_arn(account, ADMIN_ROLE), "source_profile": "default", "region": REGION}
    part = path.with_suffix(".part")
    part.touch(mode=0o600)
    with part.open("w") as file:
        profile.write(file)
    part.rename(path)


def read_profile(path: Path) -> Credentials | None:
    profile = configparser.ConfigParser()
    if not profile.read(path):
        return None
    return Credentials(profile["default"]["aws_access_key_id"], profile["default"]["aws_secret_access_key"])


def seed(url: str, folder: Path) -> MotoClient | None:
    """None if an earlier run did it for this very server."""
    moto = MotoClient(url, ACCOUNTS)
    known = read_profile(folder / "credentials")
    if known and moto.checks_signatures() and moto.accepts(known):
        return None
    moto.seed()
    for account in moto.accounts:
        create(moto, account)
    write_profile(folder / "admin", moto.admin, moto.accounts)
    write_profile(folder / "credentials", moto.programs)
    return moto


def main() -> int:
    arguments = argparse.ArgumentParser(prog="demo.seed", description=__doc__.splitlines()[0])
    arguments.add_argument("--url", required=True, help="where moto listens")
    arguments.add_argument("--into", required=True, type=Path, help="folder of the credentials")
    given = arguments.parse_args()
    moto = seed(given.url, given.into)
    print(f"{len(PEOPLE) * ACCOUNTS} users in {ACCOUNTS} accounts" if moto else "the users are there already", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
