"""Events as a subscriber sees them, and the contract they keep."""

import calendar
import hashlib
import json
import time
from collections import Counter
from pathlib import Path

import jsonschema
from stack.aws_call import AwsCall
from stack.kcat import Message

from .people import Person

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "docs/schemas/event.v1.json").read_text())
PREFIX, SUFFIX = "io.keyturn.", ".v1"
CHANGES = {"UpdateAccessKey": "key.deactivated", "DeleteAccessKey": "key.deleted"}


class Event:
    """One message of the topic, and what it says."""

    def __init__(self, message: Message):
        self.message = message
        self.json = message.json
        self.kind = self.json["type"].removeprefix(PREFIX).removesuffix(SUFFIX)
        self.subject = self.json.get("subject")
        self.data = self.json["data"]

    def about(self, person: Person) -> bool:
        return (self.data["account"], self.data["user"]) == (person.account, person.name)

    def __str__(self):
        user = f"{self.data['account']}/{self.data['user']}"
        words = (self.json["time"][11:19], user, self.kind, self.subject, *map(self.data.get, ("reason", "message")))
        return " ".join(word for word in words if word)


def id_of(event: Event) -> str:
    """The id that what the event says must have, computed apart from the programs."""
    data = event.data
    seconds = calendar.timegm(time.strptime(event.json["time"][:19], "%Y-%m-%dT%H:%M:%S"))
    said = (data["account"], data["user_id"], data.get("key_id", ""), event.kind, data.get("reason", ""), str(seconds))
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def check_contract(event: Event) -> None:
    """A CloudEvent as the schema says, its attributes as headers, its key the user, its id its own."""
    jsonschema.validate(event.json, SCHEMA)
    data = event.data
    attributes = {f"ce_{name}": value for name, value in event.json.items()
                  if name not in ("data", "datacontenttype")}
    assert attributes.items() <= event.message.headers.items()
    assert event.message.headers["content-type"].split(";")[0] == "application/cloudevents+json"
    assert event.message.key.decode() == f"{data['account']}/{data['user']}"
    assert event.json["source"] == f"/aws/aws/{data['account']}/iam/user/{data['user']}"
    assert event.json["id"] == id_of(event)


def change_of(call: AwsCall) -> Counter:
    """The (event kind, key id) a call that was applied must be told as; empty for one that changes no key."""
    if call.action == "PutSecretValue":
        return Counter({("key.created", call.parameters["ClientRequestToken"].removeprefix("keyturn-key-")): 1})
    if call.action == "UpdateSecretVersionStage":
        return Counter({("key.activated", call.parameters["MoveToVersionId"].removeprefix("keyturn-key-")): 1})
    if call.action in CHANGES:
        return Counter({(CHANGES[call.action], call.parameters["AccessKeyId"]): 1})
    return Counter()
