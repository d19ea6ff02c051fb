"""The people and robots of the demo: who they are, why, and how they are made by boto3 before anything runs."""

from dataclasses import dataclass, field

from stack.moto import Credentials, Moto

from .policy import EXEMPT_GROUP, ROTATE

ROTATES = "rotates"
TWO_ACTIVE = "begins with two active keys"
FOREIGN = "somebody else gives this user a key"
EXEMPT = f"exempt: in the group {EXEMPT_GROUP}"
NO_PREFIX = "exempt: not called test-user-*"


@dataclass
class User:
    """One user. age: of its key in seconds when it is made, a little less than that at which it is rotated."""

    account_number: int
    name: str
    story: str = ROTATES
    age: float = ROTATE - 4
    email: bool = True
    account: str = ""
    user_id: str = ""
    keys: list[Credentials] = field(default_factory=list)
    foreign: Credentials | None = None

    @property
    def exempt(self) -> bool:
        return self.story in (EXEMPT, NO_PREFIX)

    @property
    def rotations(self) -> int:
        """How many rotations the demo waits for."""
        return {FOREIGN: 1}.get(self.story, 0 if self.exempt else 2)

    @property
    def address(self) -> str | None:
        """Where the user's mails go; None where only the administrator is told."""
        return f"{self.name.removeprefix('test-user-')}@example.com" if self.email else None

    @property
    def secret(self) -> str:
        """The name of the user's secret in Secrets Manager."""
        return f"keyturn/{self.account}/{self.user_id}"

    @property
    def path(self) -> str:
        return f"{self.account}/{self.name}"


def cast() -> list[User]:
    """Twelve users in three accounts, their first rotations spread over a few seconds."""
    return [
        User(0, "test-user-anna", age=ROTATE - 3),
        User(0, "test-user-ben", age=ROTATE - 5),
        User(0, "test-user-cleo", TWO_ACTIVE, age=ROTATE - 3),
        User(0, "build-robot", NO_PREFIX, age=ROTATE * 3),
        User(1, "test-user-dora", age=ROTATE - 4),
        User(1, "test-user-emil", FOREIGN, age=ROTATE - 3),
        User(1, "test-user-fay", age=ROTATE - 6, email=False),
        User(1, "test-user-batch", EXEMPT, age=ROTATE * 3),
        User(2, "test-user-gus", age=ROTATE - 6),
        User(2, "test-user-hana", age=ROTATE - 4),
        User(2, "test-user-ivo", age=ROTATE - 5),
        User(2, "payroll-export", NO_PREFIX, age=ROTATE * 3),
    ]


def create(moto: Moto, users: list[User]) -> None:
    """Makes them in moto, each key used once by its owner."""
    for user in users:
        user.account = moto.accounts[user.account_number]
        ages = (user.age + 5, user.age) if user.story == TWO_ACTIVE else (user.age,)
        tags = {"EmailID": user.address} if user.address else {}
        groups = (EXEMPT_GROUP,) if user.story == EXEMPT else ()
        user.keys = moto.add_user(user.account, user.name, ages, tags, groups)
        iam = moto.boto3_client(user.account, "iam")
        user.user_id = iam.get_user(UserName=user.name)["User"]["UserId"]
        for key in user.keys:
            moto.client_with(key, "sts").get_caller_identity()


def give_foreign_key(moto: Moto, user: User) -> None:
    """What a person with the console would do half-way through, knowing nothing of Keyturn."""
    user.foreign = moto.add_key(user.account, user.name)
