"""The people whose keys are rotated, and the policies that do it, in seconds."""

from dataclasses import dataclass

from stack.configuration import seconds_policy
from stack.moto import Credentials

EXEMPT = "IAM_SERVICE_USER"


@dataclass(frozen=True)
class Person:
    """An IAM user as the story made it. key: its first one; address: where its mail goes."""

    account: str
    name: str
    user_id: str
    address: str
    key: Credentials | None

    @property
    def secret_name(self) -> str:
        return f"keyturn/{self.account}/{self.user_id}"

    def is_meant(self, parameters: dict) -> bool:
        """Whether an AWS call is about this user or its secret: for the proxy's rules."""
        return self.name == parameters.get("UserName") or self.secret_name == parameters.get("SecretId")


def policy(name: str, prefix: str, **changes) -> dict:
    """A policy for the users whose names begin so, but for those in the exempt group."""
    select = {"accounts": ["*"], "groups_none": [EXEMPT], "name_prefix": [prefix]}
    return seconds_policy(name=name, select=select, **changes)


# First come, first served: the slow ones are rotated once, for being an hour old, and then rest for an hour.
SLOW = policy("slow", "test-user-slow-", rotate=3600, deactivate=3605, delete=3610, min_overlap="5s")
PLANNED = policy("planned", "test-user-plan-", mode="plan")
FAST = policy("people", "test-user-", rotate=7, deactivate=11, delete=14)
POLICIES = [SLOW, PLANNED, FAST]
