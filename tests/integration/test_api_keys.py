"""`keyturn apikey`: a key is shown once and kept as its hash, in a file or a secret; whoever changes it at the same time loses nothing."""

import base64
import hashlib
import json
import os
import re
import subprocess
from types import SimpleNamespace

import pytest
import yaml
from stack.accounts import BASE_ACCOUNT
from stack.broker import program_path
from stack.configuration import configuration, merged
from stack.faultproxy import FaultProxy
from stack.moto import Moto
from stack.program import program_environment

SECRET = "keyturn/api-keys"
MOVE = "UpdateSecretVersionStage"
KEY = re.compile(r"keyturn_[0-9a-f]{12}_[A-Za-z0-9_-]{43}")


class Keys:
    """The command, with the keys in one place."""

    def __init__(self, words: list[str], environment: dict):
        self.words, self.environment = words, program_environment(environment)

    def start(self, *words: str) -> subprocess.Popen:
        return subprocess.Popen([str(program_path("keyturn")), "apikey", *words, *self.words], env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, *words: str) -> SimpleNamespace:
        return finished(self.start(*words))

    def create(self, name: str, *words: str) -> str:
        done = self.run("create", name, "--scope", "metrics", *words)
        assert done.code == 0, done.err
        return done.out.strip()

    def list(self) -> list[dict]:
        done = self.run("list", "--json")
        assert done.code == 0, done.err
        return json.loads(done.out)

    def names(self) -> set[str]:
        return {key["name"] for key in self.list()}


def finished(process: subprocess.Popen) -> SimpleNamespace:
    out, err = process.communicate(timeout=120)
    return SimpleNamespace(code=process.returncode, out=out, err=err)


@pytest.fixture
def in_file(tmp_path) -> Keys:
    return Keys(["--file", str(tmp_path / "api-keys.json")], {})


@pytest.fixture(scope="module")
def aws(parts, tmp_path_factory):
    moto = Moto(tmp_path_factory.mktemp("moto"), accounts=1).start()
    proxy = FaultProxy(moto.port)
    yield SimpleNamespace(moto=moto, proxy=proxy)
    proxy.close()
    moto.stop()


@pytest.fixture(scope="module")
def in_secret(aws, tmp_path_factory) -> Keys:
    base = configuration(SimpleNamespace(kafka=SimpleNamespace(brokers="127.0.0.1:9"), redis=SimpleNamespace(port=9),
                                         moto=aws.moto, endpoint=aws.proxy.url))
    path = tmp_path_factory.mktemp("configuration") / "keyturn.yaml"
    path.write_text(yaml.safe_dump(merged(base, {"api": {"keys_secret": SECRET}}), sort_keys=False))
    return Keys(["--config", str(path)], aws.moto.programs.environment())


def test_a_key_is_printed_alone_and_kept_as_its_hash(in_file, tmp_path):
    done = in_file.run("create", "deploy", "--scope", "credentials:read", "--scope", "users:read", "--user", "ci-*",
                       "--account", "1111*", "--expires", "90d")
    key = done.out.removesuffix("\n")
    assert done.code == 0 and KEY.fullmatch(key), done.err
    assert key not in done.err and key.split("_")[1] in done.err, "its id may be seen anywhere, itself only on stdout"
    kept = (tmp_path / "api-keys.json").read_text()
    secret = key.split("_", 2)[2]
    assert secret not in kept
    entry, = json.loads(kept)["keys"]
    assert entry["sha256"] == hashlib.sha256(base64.urlsafe_b64decode(secret + "=")).hexdigest()
    assert (entry["scopes"], entry["accounts"], entry["users"]) == (["credentials:read", "users:read"], ["1111*"], ["ci-*"])
    assert entry["created"] < entry["expires"]
    assert os.stat(tmp_path / "api-keys.json").st_mode & 0o777 == 0o600
    shown, = in_file.list()
    assert shown == {name: value for name, value in entry.items() if name != "sha256"}
    text = in_file.run("list")
    assert entry["id"] in text.out and "deploy" in text.out and entry["sha256"] not in text.out


def test_json_holds_the_key_and_all_that_is_known_of_it(in_file):
    done = in_file.run("create", "monitor", "--scope", "metrics", "--json")
    made = json.loads(done.out)
    assert KEY.fullmatch(made["key"]) and made["accounts"] == made["users"] == ["*"] and "expires" not in made
    assert done.err == ""


def test_a_revoked_key_is_gone_and_a_name_is_there_once(in_file):
    first = in_file.create("one").split("_")[1]
    in_file.create("two")
    again = in_file.run("create", "two", "--scope", "metrics")
    assert again.code == 1 and "already" in again.err and again.out == ""
    assert in_file.run("revoke", first).code == 0
    assert in_file.names() == {"two"}
    twice = in_file.run("revoke", first)
    assert twice.code == 1 and first in twice.err


@pytest.mark.parametrize("words, said", [
    (["create"], "NAME"), (["create", "x"], "--scope"), (["create", "x", "--scope", "root"], "--scope"),
    (["create", "x", "--scope", "rotate", "--user", "a b"], "--user"),
    (["create", "x", "--scope", "rotate", "--expires", "never"], "--expires"),
    (["create", "x", "--scope", "rotate", "--expires", "0"], "--expires"),
    (["create", "x" * 65, "--scope", "rotate"], "NAME"), (["revoke"], "ID"), (["list", "--scope", "rotate"], "--scope"),
])
def test_a_wrong_wish_is_refused_and_nothing_is_written(in_file, tmp_path, words, said):
    done = in_file.run(*words)
    assert done.code == 2 and said in done.err and done.out == ""
    assert not list(tmp_path.iterdir())


def test_many_at_once_lose_nothing_in_a_file(in_file):
    kept = [in_file.create(f"old {number}").split("_")[1] for number in range(2)]
    running = [in_file.start("create", f"new {number}", "--scope", "metrics") for number in range(4)]
    running += [in_file.start("revoke", key_id) for key_id in kept]
    for process in running:
        done = finished(process)
        assert done.code == 0, done.err
    assert in_file.names() == {f"new {number}" for number in range(4)}


def test_a_secret_is_made_with_the_first_key_and_changed_from_then_on(in_secret, aws):
    assert in_secret.names() == set(), "no secret is no keys"
    first = in_secret.create("first").split("_")[1]
    in_secret.create("second")
    assert in_secret.run("revoke", first).code == 0
    client = aws.moto.boto3_client(BASE_ACCOUNT, "secretsmanager")
    kept = client.get_secret_value(SecretId=SECRET, VersionStage="AWSCURRENT")
    assert [entry["name"] for entry in json.loads(kept["SecretString"])["keys"]] == ["second"]
    assert in_secret.names() == {"second"}


def test_who_was_overtaken_reads_again(in_secret, aws):
    """The first has stored its version and is held just before it makes it current; the second is done meanwhile."""
    gone = in_secret.create("to be revoked").split("_")[1]
    before = in_secret.names()
    rule = aws.proxy.rule(MOVE, fault="hold", when="before")
    first = in_secret.start("create", "overtaken", "--scope", "metrics")
    held = aws.proxy.wait_held(60)
    try:
        in_secret.create("overtaking")
        assert in_secret.run("revoke", gone).code == 0
    finally:
        aws.proxy.remove(rule)
    done = finished(first)
    assert done.code == 0, done.err
    assert not held.open
    assert in_secret.names() == before - {"to be revoked"} | {"overtaken", "overtaking"}


def test_an_answer_that_never_came_is_looked_up(in_secret, aws):
    """The version became current, and the answer was lost: the key is made once."""
    rule = aws.proxy.rule(MOVE, fault="cut", when="after")
    key = in_secret.create("unheard")
    aws.proxy.remove(rule)
    assert [entry["id"] for entry in in_secret.list() if entry["name"] == "unheard"] == [key.split("_")[1]]
