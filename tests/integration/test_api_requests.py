"""What people ask the API for, and what becomes of it. First nobody works: what is asked is written down, or refused, and that is all. Then
Redis is emptied and the programs begin."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from stack.moto import Credentials

from .ground import Ground
from .people import EXEMPT, FAST, PLANNED, SLOW, Person

TOLD = {"name": "told", "select": {"accounts": ["*"], "name_prefix": ["test-user-told-"]},
        "notify_only": {"at": ["1h"], "overdue": "2h"}, "deliver": {"mail": "reference", "recipient_tags": ["EmailID"], "missing": "fallback_admin"}}
# Whoever is called slow is an hour from being due, so nothing is done to them but what is asked for.
GROUND = {"changes": {"policies": [SLOW, PLANNED, TOLD, FAST]}}
SLOW_PEOPLE = ("crowd", "lost", "asked", "leaked", "paused", "unwoken", "held")
WHY = '{"reason": "the laptop is gone"}'
LATER = 90


@pytest.fixture(scope="module")
def people(ground) -> dict[str, Person]:
    first, second, third = ground.moto.accounts[:3]
    made = {name: ground.add(third if name == "held" else first, f"test-user-slow-{name}", read=True) for name in SLOW_PEOPLE}
    made["planned"] = ground.add(second, "test-user-plan-eve")
    made["told"] = ground.add(second, "test-user-told-tom")
    made["exempt"] = ground.add(second, "test-user-slow-exempt", groups=(EXEMPT,))
    made["keyless"] = ground.add(second, "test-user-slow-keyless", key_ages=())
    return made


@pytest.fixture(scope="module")
def api(ground, people):
    api = ground.api()
    api.ops = api.key("ops", "rotate", "users:read", "admin")
    api.reads = api.key("reads", "users:read", "credentials:read")
    api.asks = api.key("asks", "rotate")
    api.second = api.key("second", "rotate", "users:read", "admin", accounts=(ground.moto.accounts[1],))
    api.lost = api.key("lost", "rotate", users=("test-user-slow-lost",))
    api.narrow = api.key("narrow", "admin", "users:read", users=("test-user-slow-lost",))
    api.start()
    yield api
    api.stop()


@pytest.fixture(scope="module")
def programs(ground, api):
    """Those that do what was asked, from the first story on that wants them."""
    with ground.running("worker", "scheduler"):
        yield


def path_of(person: Person) -> str:
    return f"/accounts/{person.account}/users/{person.name}"


def post(api, path: str, key: str | None = None, body: str | bytes = WHY, **headers: str):
    sent = body if isinstance(body, bytes) else body.encode()
    return api.ask(path, key or api.ops, method="POST", body=sent, **({"Content_Type": "application/json"} | headers))


def ask(api, person: Person, what: str, key: str | None = None):
    return post(api, f"{path_of(person)}/{what}", key)


def leak(api, person: Person, key_id: str):
    return ask(api, person, f"keys/{key_id}/deactivate")


def user(api, person: Person) -> dict:
    return api.ask(path_of(person), api.ops).json


def requests(api, person: Person) -> list[str]:
    return [request["request"] for request in user(api, person)["requests"]]


def rotated(ground: Ground, person: Person, before: str) -> bool:
    return ground.current(person) not in (None, before)


# While nobody works.


def test_a_request_is_written_down_before_it_is_answered(ground, api, people):
    asked = people["asked"]
    answer = ask(api, asked, "rotate")
    assert answer.status == 202, answer
    taken = answer.json
    assert taken.pop("at").endswith("Z")
    assert taken == {"request": "rotate", "key_id": asked.key.key_id, "by": "ops", "account": asked.account, "user": asked.name,
                     "status": path_of(asked), "watch": f"/events?account={asked.account}"}
    assert ground.tags(asked)["keyturn:asked"].startswith(f"rotate:{asked.key.key_id} ")
    record = api.audit()[-1]
    assert (record["action"], record["key_name"], record["from"]) == ("user.rotate", "ops", "127.0.0.1")
    assert (record["account"], record["user"], record["reason"]) == (asked.account, asked.name, "the laptop is gone")


def test_a_second_one_is_told_of_the_first(api, people):
    first = user(api, people["asked"])["requests"]
    for what in ("rotate", "rollback"):
        answer = ask(api, people["asked"], what)
        assert (answer.status, answer.problem, [answer.json["open"]]) == (409, "request_open", first)
    assert first[0]["request"] == "rotate" and first[0]["by"] == "ops"


def test_of_several_at_once_one_is_taken(ground, api, people):
    crowd = people["crowd"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ask(api, crowd, "rotate"), range(8)))
    assert sorted(answer.status for answer in answers) == [202] + 7 * [409]
    assert {answer.problem for answer in answers if answer.status == 409} <= {"request_open", "being_asked"}


def test_a_user_is_shown_with_what_stands(ground, api, people):
    seen = api.ask(path_of(people["asked"]), api.ops)
    document = seen.json
    assert document["state"] == "rotating" and document["policy"] == "slow" and document["next"]["step"] == "create"
    key, = document["keys"]
    assert (key["id"], key["state"], key["active"]) == (people["asked"].key.key_id, "own", True)
    assert document["secret"]["name"] == people["asked"].secret_name

    def again():
        """Nothing changed, unless a worker looked in between: that is shown."""
        before = api.ask(path_of(people["asked"]), api.ops)
        return api.ask(path_of(people["asked"]), api.ops, If_None_Match=before.headers["ETag"])

    ground.wait(lambda: (answer := again()).status == 304 and answer.body == b"", LATER, "nothing changed")
    ask(api, people["asked"], "pause")
    changed = api.ask(path_of(people["asked"]), api.ops, If_None_Match=seen.headers["ETag"])
    assert changed.status == 200 and [request["request"] for request in changed.json["requests"]] == ["rotate", "pause"]
    assert changed.json["state"] == "paused"


def test_a_pause_lasts_a_moment_and_is_told_once(ground, api, people):
    paused = people["paused"]
    first, second = ask(api, paused, "pause"), ask(api, paused, "pause", api.asks)
    assert first.status == second.status == 202 and first.json == second.json and first.json["by"] == "ops"
    assert requests(api, paused) == ["pause"]
    refused = ask(api, paused, "rotate")
    assert (refused.status, refused.problem) == (409, "paused")
    answers = []
    ground.wait(lambda: answers.append(ask(api, paused, "resume")) or answers[-1].status != 409, LATER, "it can be resumed")
    assert {answer.problem for answer in answers[:-1]} <= {"paused_lately"}
    again = ask(api, paused, "resume", api.asks)
    assert answers[-1].status == again.status == 202 and answers[-1].json == again.json
    assert ask(api, people["asked"], "resume").status == 202  # paused by the story before, longer ago


def test_an_emergency_is_told_once_and_of_the_users_own_keys_only(ground, api, people):
    leaked = people["leaked"]
    before = ground.tags(leaked)
    refused = {str(leak(api, leaked, key)) for key in (people["lost"].key.key_id, "AKIANOSUCHKEY0000000")}
    assert len(refused) == 1 and "status=404" in refused.pop() and ground.tags(leaked) == before
    first = leak(api, leaked, leaked.key.key_id)
    assert first.status == 202 and first.json["request"] == "deactivate" and first.json["key_id"] == leaked.key.key_id
    assert api.audit()[-1]["access_key_id"] == leaked.key.key_id
    assert leak(api, leaked, leaked.key.key_id).json == first.json
    assert requests(api, leaked) == ["deactivate"]


def test_what_will_not_be_done_is_refused_at_once(ground, api, people):
    for name, problem in (("planned", "mode_plan"), ("told", "notify_only"), ("exempt", "out_of_scope")):
        person = people[name]
        for answer in (ask(api, person, "rotate"), ask(api, person, "rollback"), leak(api, person, person.key.key_id)):
            assert (answer.status, answer.problem) == (409, problem)
        assert ground.tags(person) == {}
    assert ask(api, people["keyless"], "rotate").problem == "no_key"
    assert ask(api, people["held"], "rollback").problem == "nothing_to_roll_back"


def test_bad_bodies(api, people):
    path = f"{path_of(people['held'])}/rotate"
    before = len(api.audit())
    assert post(api, path, Content_Type="text/plain").problem == "not_json"
    assert post(api, path, Content_Type="application/jsonp").status == 415
    assert api.ask(path, api.ops, method="POST").status == 415
    for body in ("", "[]", '"x"', "{}", "{", '{"reason": 1}', '{"reason": ""}', '{"reason": "x", "force": true}',
                 '{"reason": "x", "reason": "y"}', '{"reason": "a\\nb"}', '{"reason": "a\\u202eb"}',
                 '{"reason": "a\\u009bb"}', '{"reason": "\u2028"}', '{"reason": "' + "x" * 201 + '"}', b"\xff", WHY + WHY):
        answer = post(api, path, body=body)
        assert (answer.status, answer.problem) == (400, "bad_body"), body
    large = '{"reason": "x"' + " " * 65536 + "}"
    assert post(api, path, body=large).status == 413
    assert post(api, path + "?force=1").status == 400
    assert api.ask(path, api.ops).status == 405
    assert len(api.audit()) == before
    assert requests(api, people["held"]) == []


def test_a_reason_may_have_two_hundred_characters(api, people):
    reason = "\N{SNOWMAN}" * 200
    body = '{"reason": "' + reason + '"}'
    assert post(api, f"{path_of(people['paused'])}/resume", body=body, Content_Type="Application/JSON; charset=utf-8").status == 202
    assert api.audit()[-1]["reason"] == reason


def test_scopes_and_patterns_are_asked_for_first(ground, api, people):
    asked, second = people["asked"], ground.moto.accounts[1]
    before = len(api.audit())
    for path in (f"{path_of(asked)}/rotate", f"{path_of(asked)}/keys/{asked.key.key_id}/deactivate"):
        answer = post(api, path, api.reads)
        assert answer.status == 403 and "rotate" in answer.json["detail"]
    for path in (f"/accounts/{second}/pause", "/pause", "/resume"):
        answer = post(api, path, api.asks)
        assert answer.status == 403 and "admin" in answer.json["detail"]
        assert post(api, path, api.narrow).json["type"] == "urn:keyturn:problem:narrow_key"  # it would hold users it may not see
    nobody = path_of(asked).replace(asked.name, "nobody")
    refused = {str(answer) for answer in (
        ask(api, asked, "rotate", api.lost), ask(api, asked, "pause", api.second), post(api, f"{nobody}/rotate"),
        post(api, f"{nobody}/rotate", api.lost), leak(api, people["lost"], asked.key.key_id),
        post(api, f"/accounts/{asked.account}/pause", api.second), post(api, "/accounts/999999999999/pause"),
        api.ask(nobody, api.ops), api.ask(path_of(asked), api.second), api.ask(f"/accounts/{asked.account}", api.second),
        api.ask("/accounts/999999999999", api.ops)) if answer.status != 409}
    assert len(refused) == 1 and "status=404" in refused.pop()
    assert all(record["user"] != asked.name or record["key_name"] == "ops" for record in api.audit()[before:])


def test_what_cannot_be_a_key_is_not_found_and_not_written_down(api, people):
    before = api.audit()
    nobody = post(api, f"{path_of(people['asked'])}/keys/{'A' * 20}/deactivate")
    assert nobody.status == 404 and len(api.audit()) == len(before) + 1  # one that could be is looked for, and that is on record
    for strange in ("%C2%84", "A" * 15, "A" * 129, "akiaiosfodnn7example", "AKIAIOSFODNN7%20XAMPLE", "..", "%22"):
        answer = post(api, f"{path_of(people['asked'])}/keys/{strange}/deactivate")
        assert (answer.status, answer.problem) == (nobody.status, nobody.problem), strange
    assert len(api.audit()) == len(before) + 1


def test_what_cannot_be_a_name_is_in_no_line_of_the_log(ground, api, people):
    """Whatever the path held: a terminal that shows the log must not be steered, and a line is about whom it names."""
    asked = people["asked"]
    lines = lambda: [line for line in api.records() if line["message"] == "request" and line["status"] == "404"]  # noqa: E731
    last = "whoever-was-asked-for-before"  # lines keep their order: with this one, those of earlier tests are there
    assert api.ask(f"/accounts/{asked.account}/users/{last}", api.ops).status == 404
    ground.wait(lambda: any(line.get("user") == last for line in lines()), 60, "all before is in the log")
    known = len(lines())
    for strange in ("%C2%9B31m", "%E2%80%AE", "a%20b", "%1f%C3%A9"):
        for path in (f"/accounts/{strange}/users/{asked.name}", f"/accounts/{asked.account}/users/{strange}"):
            assert api.ask(path, api.ops).status == (400 if "%1f" in strange else 404), path
    ground.wait(lambda: len(lines()) >= known + 6, 60, "all are in the log")
    shown = {(line.get("account"), line.get("user")) for line in lines()[known:]}
    assert shown == {(None, asked.name), (asked.account, None)}


def test_an_account_is_paused_and_resumed(ground, api, people):
    held = people["held"]
    path = f"/accounts/{held.account}"
    before = api.ask(path, api.ops)
    assert before.json["reachable"] and "paused" not in before.json
    taken = post(api, f"{path}/pause")
    assert taken.status == 202 and "user" not in taken.json and taken.json["status"] == path
    assert api.audit()[-1]["action"] == "account.pause" and "user" not in api.audit()[-1]
    assert post(api, f"{path}/pause").json == taken.json
    shown = api.ask(path, api.ops, If_None_Match=before.headers["ETag"])
    assert shown.status == 200 and shown.json["paused"] == {"at": taken.json["at"], "by": "ops"}
    assert api.ask(path, api.ops, If_None_Match=shown.headers["ETag"]).status == 304
    waits = ask(api, held, "rotate").json["waits_for"]
    assert waits["reason"] == "account_paused" and waits["until"].endswith("Z") and waits["why"]
    ground.wait(lambda: "account.paused" in [event.kind for event in ground.events()], LATER, "it is told")
    assert post(api, f"{path}/resume").status == 202
    assert post(api, f"{path}/resume").status == 202
    assert "paused" not in api.ask(path, api.ops).json


def test_all_accounts_answer_for_themselves(ground, api, people):
    first, second = ground.moto.accounts[:2]
    answer = post(api, "/pause", api.second)
    assert answer.status == 202
    item, = answer.json["items"]  # what the key may see
    assert (item["account"], item["outcome"], item["taken"]["request"]) == (second, "taken", "pause")
    rule = ground.proxy.rule("AssumeRole", fault="refuse", when="before", times="forever", code="AccessDenied", status=403,
                             match=lambda parameters: first in parameters.get("RoleArn", ""))
    described = ground.proxy.rule("DescribeSecret", fault="refuse", when="before", times="forever", code="AccessDeniedException",
                                  status=400, match=lambda parameters: f"/{first}/" in parameters.get("SecretId", ""))
    items = {item["account"]: item for item in post(api, "/resume").json["items"]}
    ground.proxy.remove(rule)
    ground.proxy.remove(described)
    assert sorted(items) == sorted(ground.moto.accounts)
    assert {account: item["outcome"] for account, item in items.items()} == {
        account: "failed" if account == first else "taken" for account in items}
    assert items[first]["problem"]["status"] == 503 and items[second]["taken"]["request"] == "resume"
    assert {item["outcome"] for item in post(api, "/resume").json["items"]} == {"taken"}


def test_who_asks_for_too_much_is_told_to_wait(ground, api, people):
    strict = ground.api("api-strict", KEYTURN_API_REQUEST_RATE="1")
    often, seldom = strict.key("often", "rotate", "users:read"), strict.key("seldom", "rotate")
    strict.start()
    path = f"{path_of(people['told'])}/rotate"
    refused = []
    ground.wait(lambda: refused.append(post(strict, path, often, body="{}")) or refused[-1].status == 429, LATER, "it is too much")
    assert int(refused[-1].headers["Retry-After"]) >= 1 and refused[-1].problem == "too_many_requests"
    assert strict.ask(path_of(people["told"]), often).status == 200  # to look is another matter
    assert post(strict, path, seldom, body="{}").status == 400
    strict.stop()


def test_pages_stay_right_while_users_come_and_go(ground, api):
    """Whoever is there all the while comes once, even where the one a page ended with is gone."""
    first, second = ground.moto.accounts[:2]

    def come(account: str, *names: str) -> None:
        for name in names:
            ground.redis("HSET", f"kt:user:{account}/{name}", "user_id", "AIDAPAGEPAGEPAGEPAGE1")
            ground.redis("ZADD", f"kt:users:{account}", "0", name)

    def go(account: str, *names: str) -> None:
        for name in names:
            ground.redis("ZREM", f"kt:users:{account}", name)
            ground.redis("DEL", f"kt:user:{account}/{name}")

    def page(after: str | None) -> tuple[list[str], str | None]:
        answer = api.ask("/users?limit=3" + (f"&after={after}" if after else ""), api.ops).json
        return [item["user"] for item in answer["items"]], answer.get("next")

    come(first, "p10", "p20", "p30", "p40", "p50")
    come(second, "p10", "p60")
    one, after = page(None)
    go(first, "p20", "p30")
    come(first, "p05", "p35")
    two, after = page(after)
    go(first, "p50")
    go(second, "p10")
    come(second, "p05")
    three, end = page(after)
    go(first, "p05", "p10", "p35", "p40")
    go(second, "p05", "p60")
    assert (one, two, three, end) == (["p10", "p20", "p30"], ["p35", "p40", "p50"], ["p05", "p60"], None)


# Then the programs begin.


def test_redis_flushed_before_anybody_works_loses_nothing(request, ground, api, people):
    lost = people["lost"]
    assert ask(api, lost, "rotate", api.lost).status == 202
    ground.redis("FLUSHALL")
    request.getfixturevalue("programs")
    ground.wait(lambda: rotated(ground, lost, lost.key.key_id), LATER, "what was asked for is done")
    ground.wait(lambda: requests(api, lost) == [], LATER, "and stands no more")
    assert ground.moto.accepts(Credentials(lost.key.key_id, lost.key.secret)), "the old key is not due"


def test_all_that_was_asked_for_is_done(programs, ground, api, people):
    asked = people["asked"]
    ground.wait(lambda: rotated(ground, asked, asked.key.key_id), LATER, "it is rotated")
    ground.wait(lambda: requests(api, asked) == [], LATER, "it stands no more")
    document = user(api, asked)
    assert document["current_key"] == ground.current(asked)
    assert {key["id"]: key["state"] for key in document["keys"]} == {
        asked.key.key_id: "superseded", ground.current(asked): "current"}
    assert rotated(ground, people["held"], people["held"].key.key_id) or requests(api, people["held"]) == ["rotate"]


def test_the_leaked_key_is_replaced_and_then_off(programs, ground, api, people):
    leaked = people["leaked"]
    ground.wait(lambda: rotated(ground, leaked, leaked.key.key_id), LATER, "it is replaced")
    ground.wait(lambda: ground.keys(leaked).get(leaked.key.key_id) != "Active", LATER, "and turned off")
    ground.wait(lambda: requests(api, leaked) == [], LATER, "it is told as done")


def test_a_superseded_key_that_leaked_is_turned_off(programs, ground, api, people):
    lost = people["lost"]
    current = ground.current(lost)
    assert leak(api, lost, lost.key.key_id).status == 202
    ground.wait(lambda: ground.keys(lost).get(lost.key.key_id) != "Active", LATER, "it is off")
    assert ground.current(lost) == current and ground.keys(lost)[current] == "Active"
    assert ask(api, lost, "rollback").problem == "nothing_to_roll_back"


def test_a_rollback_says_until_when_it_waits_and_is_done(programs, ground, api, people):
    asked = people["asked"]
    second = ground.current(asked)
    assert ask(api, asked, "rotate").status == 202
    ground.wait(lambda: rotated(ground, asked, second), LATER, "a second rotation, whose old key is stored")
    ground.wait(lambda: requests(api, asked) == [], LATER, "it is over")
    answer = ask(api, asked, "rollback")
    assert answer.status == 202 and answer.json["waits_for"]["reason"] == "rollback" and answer.json["waits_for"]["until"]
    ground.wait(lambda: ground.current(asked) == second, LATER, "the key before is current again")
    assert ground.keys(asked)[second] == "Active"
    ground.wait(lambda: requests(api, asked) == ["pause"], LATER, "the rollback is met, its pause stands")


def test_accounts_tell_their_users_by_state(programs, ground, api, people):
    second = ground.moto.accounts[1]
    ground.wait(lambda: "watched" in api.ask(f"/accounts/{second}", api.ops).json["states"], LATER, "all were looked at")
    page = api.ask("/accounts?limit=2", api.ops)
    assert [item["account"] for item in page.json["items"]] == sorted(ground.moto.accounts)[:2]
    rest = api.ask(f"/accounts?after={page.json['next']}", api.ops).json
    assert [item["account"] for item in rest["items"]] == sorted(ground.moto.accounts)[2:] and "next" not in rest
    shown = api.ask("/accounts", api.second).json["items"]
    assert [item["account"] for item in shown] == [second] and shown[0]["users"] == sum(shown[0]["states"].values())
    assert api.ask("/accounts?limit=0", api.ops).status == 400
    narrow = {item["account"]: item["users"] for item in api.ask("/accounts", api.narrow).json["items"]}
    assert narrow[people["lost"].account] == 1 and narrow[second] == 0  # no more than the key may see


def test_without_redis_a_request_is_written_down_and_asked_again_is_done(programs, ground, api, people):
    unwoken = people["unwoken"]
    ground.redis.kill()
    try:
        for _ in range(2):
            answer = ask(api, unwoken, "rotate")
            assert (answer.status, answer.problem) == (503, "not_woken") and "written down" in answer.json["detail"]
            assert int(answer.headers["Retry-After"]) >= 1
        assert ground.tags(unwoken)["keyturn:asked"].startswith(f"rotate:{unwoken.key.key_id} ")
        assert requests(api, unwoken) == ["rotate"]
    finally:
        ground.redis.restart()
    ground.wait(lambda: ask(api, unwoken, "rotate").status != 503, LATER, "Redis is back, and the user is woken")
    ground.wait(lambda: rotated(ground, unwoken, unwoken.key.key_id), LATER, "and what was asked for is done")
