"""The end: what really is, asked of AWS's stand-in by boto3 with signatures checked, not by our code."""

from dataclasses import dataclass

from botocore.exceptions import ClientError
from stack.moto import Credentials, Moto

from . import facts
from .users import FOREIGN, User
from .values import secret_value

REFUSALS = ("InvalidClientTokenId", "SignatureDoesNotMatch")


@dataclass
class Check:
    """What was asked of how many, and what came out wrong."""

    sentence: str
    asked: int
    failures: list[str]

    @property
    def passed(self) -> bool:
        return not self.failures and self.asked > 0


class Checks:
    """Asks moto about the users the demo watched."""

    def __init__(self, moto: Moto, known: dict[str, facts.Facts], served):
        """served(user): the status and the document of the API for a user's credential."""
        self._moto = moto
        self._served = served
        self._known = list(known.values())
        self._rotated = [one for one in self._known if not one.user.exempt]
        self._exempt = [one for one in self._known if one.user.exempt]
        self._foreign = [one for one in self._known if one.user.story == FOREIGN]
        self._current = {}

    def run(self) -> list[Check]:
        return [
            self._each("current key: Active, held by Secrets Manager as AWSCURRENT, and it signs for its user",
                       self._rotated, self._current_works),
            self._each("the API serves that key, and it signs for its user", self._rotated, self._served_works),
            self._each("users that are left alone: the API has no credential for them", self._exempt, self._not_served),
            self._each("the same check with one letter of the secret changed is refused", self._rotated,
                       self._wrong_fails),
            self._each("as many rotations as there was time for, nothing left half-way", self._rotated, self._complete),
            self._each("old keys: gone from IAM, and refused when they sign", self._retired(), self._gone),
            self._each("exempt users: the same keys, still working, and no secret was made", self._exempt,
                       self._untouched),
            self._each("foreign key: still Active, still working, and the current one beside it", self._foreign,
                       self._foreign_stays),
        ]

    def _each(self, sentence: str, subjects: list, ask) -> Check:
        """ask() says what is wrong, or nothing."""
        said = [(subject, ask(subject)) for subject in subjects]
        return Check(sentence, len(said), [f"{_named(subject)}: {wrong}" for subject, wrong in said if wrong])

    # The questions.

    def _current_works(self, one: facts.Facts) -> str | None:
        user = one.user
        credentials = secret_value(self._moto, user, stage="AWSCURRENT")
        if credentials is None:
            return "Secrets Manager holds no key as AWSCURRENT"
        self._current[user.path] = credentials
        holders = [version for version, labels in facts.look(self._moto, user)[1].items() if "AWSCURRENT" in labels]
        if holders != [facts.VERSION + credentials.key_id]:
            return f"AWSCURRENT is on {', '.join(holders)}"
        if self._moto.keys(user.account, user.name).get(credentials.key_id) != "Active":
            return f"IAM does not list {credentials.key_id} as Active"
        if credentials.key_id in {key.key_id for key in user.keys}:
            return "it is still the key the user began with"
        return self._signs_for(user, credentials)

    def _signs_for(self, user: User, credentials: Credentials) -> str | None:
        try:
            caller = self._moto.client_with(credentials, "sts").get_caller_identity()
        except ClientError as error:
            return f"{credentials.key_id} is refused: {error.response['Error']['Code']}"
        if caller["UserId"] != user.user_id or not caller["Arn"].endswith(f":user/{user.name}"):
            return f"{credentials.key_id} belongs to {caller['Arn']}"
        return None

    def _served_works(self, one: facts.Facts) -> str | None:
        status, document = self._served(one.user)
        if status != 200:
            return f"the API answers {status}"
        held = self._current.get(one.user.path)
        if held is None or document["AccessKeyId"] != held.key_id:
            return f"the API serves {document['AccessKeyId']}"
        return self._signs_for(one.user, Credentials(document["AccessKeyId"], document["SecretAccessKey"]))

    def _not_served(self, one: facts.Facts) -> str | None:
        status, _ = self._served(one.user)
        return None if status == 404 else f"the API answers {status}"

    def _wrong_fails(self, one: facts.Facts) -> str | None:
        right = self._current.get(one.user.path)
        if right is None:
            return "there is no current key to change a letter of"
        letter = "A" if right.secret[-1] != "A" else "B"
        wrong = Credentials(right.key_id, right.secret[:-1] + letter)
        return None if self._signs_for(one.user, wrong) else "a wrong secret was accepted"

    def _complete(self, one: facts.Facts) -> str | None:
        if len(one.promoted) < one.user.rotations:
            return f"{len(one.promoted)} of {one.user.rotations} rotations"
        return None if one.finished else "a rotation is under way"

    def _retired(self) -> list[tuple[User, str]]:
        """Every key that was to go: the ones users began with, and each that was succeeded."""
        return [(one.user, key) for one in self._rotated
                for key in [own.key_id for own in one.user.keys] + one.promoted[:-1]]

    def _gone(self, subject: tuple[User, str]) -> str | None:
        user, key_id = subject
        status = self._moto.keys(user.account, user.name).get(key_id)
        if status is not None:
            return f"still listed as {status}"
        credentials = next((own for own in user.keys if own.key_id == key_id), None) or \
            secret_value(self._moto, user, version=facts.VERSION + key_id)
        if credentials is None:
            return "its secret is not known any more, so nobody can try it"
        return "still accepted" if self._moto.accepts(credentials) else None

    def _untouched(self, one: facts.Facts) -> str | None:
        user = one.user
        if self._moto.keys(user.account, user.name) != {key.key_id: "Active" for key in user.keys}:
            return "its keys are not those it had"
        if secret_value(self._moto, user, stage="AWSCURRENT"):
            return "it has a secret"
        return next((wrong for key in user.keys if (wrong := self._signs_for(user, key))), None)

    def _foreign_stays(self, one: facts.Facts) -> str | None:
        user = one.user
        if user.foreign is None:
            return "nobody gave this user a key"
        if self._moto.keys(user.account, user.name).get(user.foreign.key_id) != "Active":
            return f"{user.foreign.key_id} is not Active any more"
        return self._signs_for(user, user.foreign)


def _named(subject) -> str:
    if isinstance(subject, tuple):
        return f"{subject[0].path} {subject[1]}"
    return subject.user.path
