"""What AWS's stand-in says about a user, read by boto3: its keys, and which of them Secrets Manager holds as what."""

import time
from dataclasses import dataclass, field

from botocore.exceptions import ClientError
from stack.moto import Moto

from .users import User

OWN, CREATED, NEW, CURRENT, OLD, OFF, FOREIGN, GONE = (
    "own", "created", "new", "current", "old", "off", "foreign", "deleted")
VERSION = "keyturn-key-"
MOURNING = 3.0


@dataclass
class Key:
    """A key as last seen. state: one of the words above; since: when it came into that state, monotonic."""

    id: str
    state: str
    created: float
    since: float

    @property
    def short(self) -> str:
        return self.id[-4:]


@dataclass
class Change:
    """A key came into a state."""

    user: User
    key: Key
    before: str | None


@dataclass
class Facts:
    """A user's keys over time. slots: the two places of AWS, each a Key or None; retired: ids of keys seen deleted;
    made: ids of Keyturn's keys; promoted: those that became current, in order."""

    user: User
    slots: list[Key | None] = field(default_factory=lambda: [None, None])
    retired: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    promoted: list[str] = field(default_factory=list)

    def key(self, state: str) -> Key | None:
        """The key in that state, if there is one."""
        return next((key for key in self.slots if key and key.state == state), None)

    @property
    def finished(self) -> bool:
        """All the rotations the demo waits for are done, and every key they replaced is gone."""
        listed = [key for key in self.slots if key and key.state != GONE]
        done = len(self.promoted) >= self.user.rotations and self.promoted[-1:] == self.made[-1:]
        return done and len(listed) <= (2 if self.user.foreign or self.user.exempt else 1)


def look(moto: Moto, user: User) -> tuple[list[dict], dict[str, list[str]]]:
    """The keys IAM lists and the stages of the versions Secrets Manager holds."""
    iam, secrets = (moto.boto3_client(user.account, service) for service in ("iam", "secretsmanager"))
    keys = iam.list_access_keys(UserName=user.name)["AccessKeyMetadata"]
    try:
        return keys, secrets.describe_secret(SecretId=user.secret).get("VersionIdsToStages", {})
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise
        return keys, {}


def state_of(user: User, key: dict, stages: dict[str, list[str]]) -> str:
    """What a listed key is, by its status and by the stages of the version that holds its secret."""
    labels = stages.get(VERSION + key["AccessKeyId"], [])
    if user.foreign and key["AccessKeyId"] == user.foreign.key_id:
        return FOREIGN
    if key["Status"] != "Active":
        return OFF
    if "AWSCURRENT" in labels:
        return CURRENT
    if "AWSPREVIOUS" in labels:
        return OLD
    if "AWSPENDING" in labels:
        return NEW
    if key["AccessKeyId"] not in {own.key_id for own in user.keys}:
        return OLD if labels else CREATED
    return OLD if any("AWSCURRENT" in held and version.startswith(VERSION) for version, held in stages.items()) else OWN


def update(facts: Facts, listed: list[dict], stages: dict[str, list[str]]) -> list[Change]:
    """Puts what was seen into the slots; returns what changed, promotions first, for they are the cause of the rest. A
    deleted key stays visible for a moment."""
    now, changes = time.monotonic(), []
    ids = {key["AccessKeyId"] for key in listed}
    for place, key in enumerate(facts.slots):
        if key and key.state == GONE and now - key.since > MOURNING:
            facts.slots[place] = None
        elif key and key.state != GONE and key.id not in ids:
            changes.append(_move(facts, key, GONE, now))
    for seen in sorted(listed, key=lambda one: (one["CreateDate"], one["AccessKeyId"])):
        state = state_of(facts.user, seen, stages)
        key = next((one for one in facts.slots if one and one.id == seen["AccessKeyId"]), None)
        if key is None:
            key = Key(seen["AccessKeyId"], "", seen["CreateDate"].timestamp(), now)
            _place(facts, key)
        if key.state != state:
            changes.append(_move(facts, key, state, now))
    return sorted(changes, key=lambda change: change.key.state != CURRENT)


def _place(facts: Facts, key: Key) -> None:
    """Into the free slot, else over a deleted key."""
    free = [place for place, other in enumerate(facts.slots) if other is None] or \
           [place for place, other in enumerate(facts.slots) if other.state == GONE]
    if free:
        facts.slots[free[0]] = key


def _move(facts: Facts, key: Key, state: str, now: float) -> Change:
    change = Change(facts.user, key, key.state or None)
    key.state, key.since = state, now
    if state in (CREATED, NEW, CURRENT) and key.id not in facts.made:
        facts.made.append(key.id)
    if state == CURRENT and key.id not in facts.promoted:
        facts.promoted.append(key.id)
    if state == GONE:
        facts.retired.append(key.id)
    return change
