"""The REST API on real Redis and moto, with a worker that rotates: who gets what, and who learns nothing."""

import http.client
import ssl
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from stack.contract import OPENAPI
from stack.moto import Credentials

from .ground import Ground
from .people import Person

READ = ("credentials:read", "users:read")


@pytest.fixture(scope="module")
def people(ground) -> dict[str, Person]:
    first, second = ground.moto.accounts[:2]
    people = {
        "slow": ground.add(first, "test-user-slow-ann", key_ages=(3700,)),
        "twin": ground.add(first, "test-user-slow-twin", key_ages=(3700,)),
        "other twin": ground.add(second, "test-user-slow-twin", key_ages=(3700,)),
        "fast": ground.add(second, "test-user-fast"),
        "planned": ground.add(second, "test-user-plan-eve"),
    }
    # Somebody whose secret was made and holds no key yet.
    planned = people["planned"]
    ground.moto.boto3_client(planned.account, "secretsmanager").create_secret(
        Name=planned.secret_name, SecretString='{"keyturn":"none"}')
    return people


@pytest.fixture(scope="module")
def api(ground, people):
    """The API beside the scheduler and a worker, when everybody who is to be rotated was."""
    api = ground.api()
    api.all = api.key("all", *READ, "metrics")
    api.users = api.key("lists", "users:read")
    api.first = api.key("first", *READ, accounts=(ground.moto.accounts[0],))
    api.ann = api.key("ann", *READ, users=("test-user-slow-ann",))
    with ground.running("worker", "scheduler"):
        api.start()
        ground.wait(lambda: all(ground.rotations(people[name]) for name in ("slow", "twin", "other twin")), 90,
                    "those who rest for an hour are rotated")
        ground.wait(lambda: api.ask("/users", api.all).json["items"][-1]["state"] != "new", 60, "all were looked at")
        yield api
        api.stop()


def path_of(person: Person) -> str:
    return f"/accounts/{person.account}/users/{person.name}/credentials"


def works(ground: Ground, document: dict) -> bool:
    return ground.moto.accepts(Credentials(document["AccessKeyId"], document["SecretAccessKey"]))


def names(answer) -> list[tuple[str, str]]:
    return [(item["account"], item["user"]) for item in answer.json["items"]]


def test_health_needs_no_key(api):
    assert api.ask("/health").json == {"status": "healthy"}
    assert api.ask("/healthz").status == 200
    assert api.ask("/readyz").json["checks"].keys() == {"kafka", "redis", "aws", "audit"}
    assert api.ask("/health", method="HEAD").body == b""


def test_it_serves_its_own_contract(api):
    answer = api.ask("/openapi.json", api.ann)
    assert answer.status == 200 and answer.json == OPENAPI
    assert api.ask("/openapi.json").status == 401


def test_a_credential_works_and_says_what_it_is(ground, api, people):
    ann = people["slow"]
    answer = api.ask(f"/credentials/{ann.name}", api.all)
    document = answer.json
    assert answer.status == 200 and works(ground, document)
    assert document["AccessKeyId"] == ground.current(ann) != ann.key.key_id
    assert document["account"] == ann.account and document["user"] == ann.name and document["Version"] == 1
    assert "Guaranteed" not in document
    assert answer.headers["Cache-Control"] == "no-store"
    assert api.ask(path_of(ann), api.ann).json["AccessKeyId"] == document["AccessKeyId"]


def test_it_was_written_down_before_it_left(api, people):
    ann = people["slow"]
    before = len(api.audit())
    document = api.ask(f"/credentials/{ann.name}", api.ann).json
    record = api.audit()[before]
    assert record["action"] == "credentials.read" and record["key_name"] == "ann" and record["from"] == "127.0.0.1"
    assert (record["account"], record["user"]) == (ann.account, ann.name)
    assert record["access_key_id"] == document["AccessKeyId"]
    assert document["SecretAccessKey"] not in api.audit_log.read_text()


def test_what_is_cached_costs_aws_nothing(ground, api, people):
    ann = people["slow"]
    api.ask(path_of(ann), api.all)
    before = len(ground.proxy.calls("GetSecretValue", subject=ann.secret_name))
    answers = [api.ask(path_of(ann), api.all) for _ in range(20)]
    assert {answer.status for answer in answers} == {200}
    assert len(ground.proxy.calls("GetSecretValue", subject=ann.secret_name)) == before
    assert ground.redis("EXISTS", f"kt:cred:{ann.account}/{ann.name}") == 1


def cached(ground: Ground, api, person: Person) -> str:
    """What Redis holds of a user, whose credential is asked for until it is there."""
    def filled():
        assert api.ask(path_of(person), api.all).status == 200
        return ground.redis("GET", f"kt:cred:{person.account}/{person.name}")
    return ground.wait(filled, 60, f"{person.name} is cached")


def looks(api) -> dict[str, float]:
    """The looks into the cache by what came of them."""
    return {sample.labels["result"]: sample.value for sample in api.metrics() if sample.name == "keyturn_cache_requests_total"}


def made_of(ground: Ground, api, person: Person, entry: str) -> str:
    """What is made of an entry that somebody put into Redis, as it is counted, once. The right key is served anyway."""
    before = looks(api)
    ground.redis("SET", f"kt:cred:{person.account}/{person.name}", entry)
    answer = api.ask(path_of(person), api.all)
    assert answer.status == 200 and answer.json["AccessKeyId"] == ground.current(person) and works(ground, answer.json)
    [(result, count)] = [(name, value - before.get(name, 0)) for name, value in looks(api).items() if value != before.get(name)]
    assert count == 1
    return result


def test_what_redis_is_made_to_say_is_refused_and_read_from_the_source(ground, api, people):
    ann, twin = people["slow"], people["twin"]
    own, anothers, abroad = (cached(ground, api, person) for person in (ann, twin, people["other twin"]))
    version, ring, expires, key_id, sealed = own.split(".")
    ground.wait(lambda: not ground.redis("EXISTS", f"kt:cred:{ann.account}/{ann.name}"), 60, "its time is over")
    for person, entry, result in (
            (ann, own, "expired"), (ann, anothers, "forged"), (twin, abroad, "forged"),
            (ann, f"{version}.{ring}.{int(expires) + 3600}.{key_id}.{sealed}", "forged"),
            (ann, f"{version}.nobody.{expires}.{key_id}.{sealed}", "unknown_key"), (ann, f"v2.{ring}", "malformed")):
        before = len(ground.proxy.calls("GetSecretValue", subject=person.secret_name))
        assert made_of(ground, api, person, entry) == result
        assert len(ground.proxy.calls("GetSecretValue", subject=person.secret_name)) > before


def test_many_who_ask_at_once_are_one_look(ground, api, people):
    """Only the first goes to Secrets Manager, where it is held until all have asked."""
    ann, many = people["slow"], 8
    calls = lambda: len(ground.proxy.calls("GetSecretValue", subject=ann.secret_name))  # noqa: E731
    rule = ground.proxy.rule("GetSecretValue", fault="hold", when="before", times="forever", match=ann.is_meant)
    ground.redis("DEL", f"kt:cred:{ann.account}/{ann.name}")
    before, missed = calls(), looks(api).get("miss", 0)
    with ThreadPoolExecutor(many) as pool:
        asked = [pool.submit(api.ask, path_of(ann), api.all) for _ in range(many)]
        try:
            ground.proxy.wait_held(60)
            ground.wait(lambda: looks(api).get("miss", 0) == missed + many, 60, "all have asked")
        finally:
            ground.proxy.remove(rule)
        answers = [each.result() for each in asked]
    assert {answer.status for answer in answers} == {200}
    assert {answer.json["AccessKeyId"] for answer in answers} == {ground.current(ann)}
    assert 1 <= calls() - before <= 3  # whoever comes as the first one lands may be another


def test_sealing_keys_are_exchanged_while_it_serves(ground, api, people):
    ann = people["slow"]
    old = cached(ground, api, ann)
    assert old.startswith("v1.k1.")
    api.seal_with("k2", "k1")
    ground.wait(lambda: cached(ground, api, ann).startswith("v1.k2."), 60, "the new key seals")
    assert made_of(ground, api, ann, old) in ("expired", "hit"), "what the old one sealed is opened"
    api.seal_with("k2")
    ground.wait(lambda: made_of(ground, api, ann, old) == "unknown_key", 60, "the old key is gone")


def test_a_tag_spares_the_secret(api, people):
    path = path_of(people["slow"])
    tag = api.ask(path, api.all).headers["ETag"]
    before = len(api.audit())
    for asked in (tag, f'"x", W/{tag}', "*"):
        answer = api.ask(path, api.all, If_None_Match=asked)
        assert answer.status == 304 and answer.body == b"" and answer.headers["ETag"] == tag
    assert api.ask(path, api.all, If_None_Match='"x"').status == 200
    assert len(api.audit()) == before + 1
    assert api.ask(path + "?wait=1s", api.all, If_None_Match=tag).status == 304


def test_who_waits_gets_the_next_key(ground, api, people):
    path = path_of(people["fast"])
    first = api.ask(path, api.all)
    answer = api.ask(path + "?wait=60s", api.all, If_None_Match=first.headers["ETag"])
    assert answer.status == 200 and answer.json["AccessKeyId"] != first.json["AccessKeyId"]
    assert works(ground, answer.json)


def test_a_name_in_two_accounts_must_be_told_apart(api, people):
    twin, other = people["twin"], people["other twin"]
    answer = api.ask(f"/credentials/{twin.name}", api.all)
    assert answer.status == 409 and twin.account in answer.json["detail"] and other.account in answer.json["detail"]
    assert api.ask(f"/credentials/{twin.name}?account={other.account}", api.all).json["account"] == other.account
    alone = api.ask(f"/credentials/{twin.name}", api.first)  # whoever sees one of them learns nothing of the other
    assert alone.status == 200 and alone.json["account"] == twin.account


def test_who_may_not_see_learns_nothing(api, people):
    fast, planned = people["fast"], people["planned"]
    refused = {str(api.ask(path, key)) for path, key in (
        ("/credentials/nobody-at-all", api.ann), (f"/credentials/{fast.name}", api.ann), (path_of(fast), api.first),
        (path_of(fast).replace(fast.name, "nobody"), api.first), (path_of(planned), api.all),
        ("/accounts/999999999999/users/x/credentials", api.all), ("/credentials/no%20name", api.all),
        (f"/credentials/{fast.name}?account=111111111119", api.all))}
    assert len(refused) == 1 and "status=404" in refused.pop()


def test_keys_and_scopes_are_asked_for_first(api, people):
    path = path_of(people["slow"])
    for key in (None, "", "x", api.all[:-1], api.all + "x", api.all.replace("keyturn_", "keyturn-"), "k" * 5000):
        answer = api.ask(path + "?format=rubbish", key)
        assert answer.status == 401 and answer.problem == "unauthorized" and "WWW-Authenticate" in answer.headers
    answer = api.ask(path, api.users)
    assert answer.status == 403 and "credentials:read" in answer.json["detail"]
    assert api.ask("/metrics", api.users).status == 403
    assert "keyturn_api_requests_total" in api.ask("/metrics", api.all).body.decode()


def test_bad_parameters_are_named(api, people):
    path = path_of(people["slow"])
    for query in ("format=xml", "wait=0s", "wait=61s", "wait=5", "region=no_region", "frmat=env", "format=env&format=env",
                  "account=1"):
        assert api.ask(f"{path}?{query}", api.all).status == 400, query
    for query in ("limit=0", "limit=1001", "limit=x", "state=odd", "after=", "after=1111111111111111/x", "page=2"):
        assert api.ask(f"/users?{query}", api.all).status == 400, query


def test_formats(api, people):
    path = path_of(people["slow"])
    assert "AWS_SECRET_ACCESS_KEY" in api.ask(path + "?format=env", api.all).body.decode()
    assert api.ask(path + "?format=credential_process", api.all).json["Version"] == 1
    assert "aws_secret_access_key" in api.ask(path + "?format=credentials_file", api.all).body.decode()
    assert api.ask(path + "?format=ses_smtp&region=eu-west-1", api.all).status == 200
    assert api.audit()[-1]["format"] == "ses_smtp"


def test_users_come_page_by_page(api, people):
    everybody = sorted((person.account, person.name) for person in people.values())
    assert names(api.ask("/users", api.all)) == everybody
    seen, after = [], ""
    while after is not None:
        page = api.ask(f"/users?limit=2{after and '&after=' + after}", api.all)
        seen += names(page)
        after = page.json.get("next")
    assert seen == everybody
    item = next(item for item in api.ask("/users?state=steady", api.all).json["items"] if item["user"] == people["slow"].name)
    assert item["policy"] == "slow" and item["next"]["reason"] == "not_due" and item["owner"] == people["slow"].address
    assert all("..." in key["id"] and key["age_seconds"] >= 0 for key in item["keys"]) and item["keys"]


def test_lists_hold_what_is_asked_and_allowed(ground, api, people):
    first = ground.moto.accounts[0]
    assert {account for account, _ in names(api.ask("/users", api.first))} == {first}
    assert names(api.ask("/users", api.ann)) == [(people["slow"].account, people["slow"].name)]
    assert names(api.ask(f"/users?account={people['fast'].account}", api.first)) == []
    assert {user for _, user in names(api.ask(f"/users?user={people['twin'].name}", api.all))} == {people["twin"].name}
    assert names(api.ask("/users?policy=planned", api.all)) == [(people["planned"].account, people["planned"].name)]
    key = ground.current(people["slow"])
    assert names(api.ask(f"/users?key_id={key}", api.all)) == [(people["slow"].account, people["slow"].name)]
    page = api.ask(f"/users?user={people['slow'].name}", api.all)
    assert api.ask(f"/users?user={people['slow'].name}", api.all, If_None_Match=page.headers["ETag"]).status == 304


def test_pages_tell_nothing_of_who_may_not_be_seen(ground, api, people):
    ann = people["slow"]
    index = f"kt:users:{ann.account}"
    crowd = [f"{side}-hidden-{number}" for side, most in (("aa", 2100), ("zz", 10)) for number in range(most)]
    ground.redis("ZADD", index, *[word for name in crowd for word in ("0", name)])
    try:
        for path in ("/users", "/users?limit=1", f"/users?after={ann.account}/aa", f"/users?account={ann.account}"):
            page = api.ask(path, api.ann)
            assert names(page) == [(ann.account, ann.name)] and "next" not in page.json and b"hidden" not in page.body
        assert api.ask(f"/users?after={ann.account}/zz", api.ann).json == {"items": []}
    finally:
        ground.redis("ZREM", index, *crowd)


def test_without_redis_it_is_slower_and_never_wrong(ground, api, people):
    ann = people["slow"]
    ground.redis.kill()
    try:
        answer = api.ask(f"/credentials/{ann.name}?account={ann.account}", api.all)
        assert answer.status == 200 and works(ground, answer.json)
        assert answer.json["AccessKeyId"] == ground.current(ann)
        assert api.ask(f"/credentials/nobody?account={ann.account}", api.all).status == 404
        listing = api.ask("/users", api.all)
        assert listing.status == 503 and int(listing.headers["Retry-After"]) >= 1
    finally:
        ground.redis.restart()
    ground.wait(lambda: api.ask("/users", api.all).status == 200, 60, "Redis is back")


def test_what_cannot_be_written_down_does_not_leave(ground, api, people):
    second = ground.api("api-full", KEYTURN_API_AUDIT_LOG="/dev/full")
    key = second.key("all", *READ)
    second.start()
    answer = second.ask(path_of(people["slow"]), key)
    assert answer.status == 503 and b"SecretAccessKey" not in answer.body and "ETag" not in answer.headers
    assert second.ask("/users", key).status == 200
    ground.wait(lambda: second.ask("/readyz").status == 503, 60, "whoever shares the work out is told")
    assert not second.ask("/readyz").json["checks"]["audit"]["ready"]
    second.stop()


def test_who_asks_too_often_is_told_to_wait(ground, api):
    strict = ground.api("api-strict", KEYTURN_API_RATE="1", KEYTURN_API_AUDIT_SYNC="always")
    key, other = strict.key("often", *READ), strict.key("seldom", *READ)
    strict.start()
    answers = [strict.ask("/users?limit=1", key) for _ in range(40)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused and {answer.status for answer in answers} == {200, 429}
    assert all(int(answer.headers["Retry-After"]) >= 1 for answer in refused)
    assert strict.ask("/users?limit=1", other).status == 200
    strangers = [strict.ask("/users", "nonsense").status for _ in range(200)]
    assert set(strangers) == {401, 429}
    strict.stop()


def test_it_speaks_tls_where_it_has_a_certificate(ground, api):
    certificate, private_key = ground.folder / "api.crt", ground.folder / "api.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "1",
                    "-keyout", str(private_key), "-out", str(certificate)], check=True, capture_output=True, timeout=60)
    private_key.chmod(0o600)
    secure = ground.api("api-tls", KEYTURN_API_CERTIFICATE_FILE=str(certificate),
                        KEYTURN_API_PRIVATE_KEY_FILE=str(private_key))
    key = secure.key("lists", "users:read")
    secure.start()
    trust = ssl.create_default_context(cafile=str(certificate))
    assert secure.ask("/users?limit=1", key, trust=trust).status == 200
    with pytest.raises((OSError, http.client.HTTPException)):
        secure.ask("/health")
    secure.stop()


def test_a_key_that_is_taken_away_ends(ground, api, people):
    """Also for one who waits: not with 304 when the minute is over."""
    key, path = api.key("short", *READ), path_of(people["slow"])
    ground.wait(lambda: api.ask("/users", key).status == 200, 60, "the new key is known")
    tag = api.ask(path, key).headers["ETag"]
    with ThreadPoolExecutor(1) as pool:
        waits = pool.submit(api.ask, f"{path}?wait=60s", key, If_None_Match=tag)
        api.take("short")
        ground.wait(lambda: api.ask("/users", key).status == 401, 60, "the key is gone")
        assert waits.result().status == 401


def test_keys_in_a_secret_come_and_go_without_a_restart(ground, people):
    """Made and revoked by the command line; the first one before the API was there."""
    home = {"KEYTURN_API_KEYS_FILE": "", "KEYTURN_API_KEYS_SECRET": "keyturn/api-keys"}

    def apikey(*words: str) -> str:
        done = ground.cli("apikey", *words, **home)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    first = apikey("create", "first", "--scope", "users:read")
    other = ground.api("api-secret", **home)
    other.start()
    assert other.ask("/users", first).status == 200
    second = apikey("create", "second", "--scope", "users:read")
    apikey("revoke", first.split("_")[1])
    ground.wait(lambda: other.ask("/users", first).status == 401, 60, "the first is gone")
    assert other.ask("/users", second).status == 200
    other.stop()


def test_each_request_is_one_line_without_a_secret(ground, api):
    def lines():
        return [record for record in api.records() if record["message"] == "request"]

    api.ask("/credentials/" + api.all, api.all)  # a key in the wrong place
    api.ask("/nowhere?" + api.all)
    ground.wait(lambda: lines()[-1]["route"] == "none", 60, "the line of the last request")
    text = api.output().decode()
    assert api.all not in text and api.all.rsplit("_", 1)[1] not in text
    assert lines()[-1]["status"] == "404" and lines()[-2]["key_name"] == "all"
