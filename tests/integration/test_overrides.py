"""Tags of a user that set something of the policy for it alone, over an inventory of several pages; and that a look-up which fails is never
read as "no such tags" or "no such users"."""

import pytest

from .ground import Ground
from .people import FAST, Person

OVERRIDES = {"rotate_after": {"min": "5s", "max": "1h"}, "deactivate_after": {"min": "5s", "max": "2h"},
             "delete_after": {"min": "5s", "max": "3h"}, "exempt": True}
GROUND = {"changes": {"policies": [FAST | {"overrides": OVERRIDES}], "scheduler": {"inventory_every": "2s"}}}
INVENTORY = "GetAccountAuthorizationDetails"
LATER = {"keyturn:rotate_after": "1h", "keyturn:deactivate_after": "2h", "keyturn:delete_after": "3h"}
IDLE = {"ListAccessKeys", "DescribeSecret"}


def tag(ground: Ground, person: Person, **tags: str) -> None:
    ground.moto.boto3_client(person.account, "iam").tag_user(
        UserName=person.name, Tags=[{"Key": key, "Value": value} for key, value in tags.items()])


def untag(ground: Ground, person: Person, *names: str) -> None:
    ground.moto.boto3_client(person.account, "iam").untag_user(UserName=person.name, TagKeys=list(names))


@pytest.fixture(scope="module")
def people(ground) -> dict[str, Person]:
    """Two a page, so that they stand on several."""
    account = ground.moto.accounts[0]
    made = {name: ground.add(account, f"test-user-{name}", read=True)
            for name in ("plain", "later", "exempt", "wrong", "unread")}
    tag(ground, made["later"], **LATER)
    tag(ground, made["wrong"], **{"keyturn:rotate_after": "2h"})
    for name in ("exempt", "unread"):
        tag(ground, made[name], **{"keyturn:exempt": "true"})
    return made


def reasons(ground: Ground, person: Person) -> list[str]:
    return [event.data.get("reason") for event in ground.events(person, "rotation.skipped")]


def asked_about(ground: Ground, person: Person) -> set[str]:
    return {record.action for record in ground.proxy.calls() if person.is_meant(record.call.parameters)}


def known(ground: Ground, account: str) -> set[str]:
    return {name for name in ground.redis("ZRANGE", f"kt:users:{account}", "0", "-1")}


def test_a_failed_second_page_keeps_what_was_read_and_removes_nobody(ground, people):
    account = people["plain"].account
    ground.proxy.page_users = 2
    rule = ground.proxy.rule(INVENTORY, fault="refuse", when="before", times="forever", code="ServiceFailure", status=500,
                             match=lambda parameters: "Marker" in parameters)
    names = {person.name for person in people.values()}
    with ground.running("scheduler"):
        ground.wait(lambda: rule.fired, 60, "a second page fails")
        half = known(ground, account)
        assert half < names, "the users of the first page, at most"
        ground.redis("HSET", f"kt:user:{account}/test-user-long-known", "policy", "people", "inventoried", "1")
        ground.redis("ZADD", f"kt:users:{account}", "0", "test-user-long-known")
        seen = len(rule.fired)
        ground.wait(lambda: len(rule.fired) > seen + 3, 60, "and goes on failing")
        assert "test-user-long-known" in known(ground, account), "whom an unread page may hold is not gone"
        ground.proxy.remove(rule)
        ground.wait(lambda: names <= known(ground, account), 60, "it goes on to the end")
        ground.wait(lambda: "test-user-long-known" not in known(ground, account), 60, "and who is gone now is gone")


def test_tags_say_whose_keys_are_rotated_when(ground, people):
    ground.proxy.page_users = 2
    with ground.running("scheduler", "worker"):
        ground.wait(lambda: all(ground.rotations(people[name]) >= 1 for name in ("plain", "wrong")), 90,
                    "those without tags that count are rotated")
        ground.wait(lambda: all("exempt" in reasons(ground, people[name]) for name in ("exempt", "unread")), 30,
                    "the exempt are told of")
        assert reasons(ground, people["wrong"]) == ["override_refused"], "once"
        said = ground.events(people["wrong"], "rotation.skipped")[0].data["message"]
        assert said == "the user's tags are ignored: rotate_after 2h is not between 5s and 1h"
        for name in ("later", "exempt", "unread"):
            assert not ground.changes(people[name]) and len(ground.keys(people[name])) == 1
            assert asked_about(ground, people[name]) == IDLE, "an idle look reads nothing else"
        untag(ground, people["exempt"], "keyturn:exempt")
        untag(ground, people["later"], *LATER)
        ground.wait(lambda: all(ground.rotations(people[name]) >= 1 for name in ("exempt", "later")), 90,
                    "the next inventory sees that their tags are gone")


def test_tags_nobody_could_read_are_not_no_tags(ground, people):
    """As after a reload that the worker made and the inventory did not yet: what it saw was judged by another policy."""
    person = people["unread"]
    before = ground.keys(person)
    ground.proxy.rule(INVENTORY, fault="refuse", when="before", times="forever", code="ServiceFailure", status=500)
    unread = ground.proxy.rule("GetUser", fault="refuse", when="before", times="forever", code="ServiceFailure", status=500,
                               match=person.is_meant)
    ground.redis("HSET", f"kt:user:{person.account}/{person.name}", "fingerprint", "of-another",
                 "step", "unknown")
    ground.redis("ZREM", f"kt:due:{person.account}", person.name)
    ground.redis("ZADD", f"kt:started:{person.account}", "1", person.name)
    ground.redis("ZADD", "kt:next", "1", person.account)
    with ground.running("scheduler", "worker"):
        ground.wait(lambda: ground.events(person, "rotation.failed"), 60, "the failed look-up is told")
        assert unread.fired and not ground.changes(person) and ground.keys(person) == before
        told = len(ground.events(person, "rotation.failed"))
        ground.proxy.remove(unread)
        ground.wait(lambda: any(record.status == 200 for record in ground.proxy.calls("GetUser")
                                if person.is_meant(record.call.parameters)), 60, "the tags can be read again")
        ground.wait(lambda: ground.redis("HGET", f"kt:user:{person.account}/{person.name}", "step") == "skip", 60,
                    "and the user is exempt as before")
        assert not ground.changes(person) and ground.keys(person) == before and told >= 1
