"""Kafka over TLS with SASL, Redis with an ACL user and over TLS: what a company runs.

TLS to Redis needs a build with hiredis_ssl (Debian 13). Where the build has none, the story is that it says so and does not start.
SCRAM against Kafka 4 needs librdkafka 2.6.1: before, it sent the client's nonce twice, and Kafka looks since. There it is PLAIN.
`make test-trixie` runs this file with the programs of the image, which can do both.
"""

import ctypes
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest
from stack import topics
from stack.broker import program_path
from stack.certificates import Authority
from stack.secure import PASSWORD, USER, SecureKafka, SecureRedis
from stack.stack import Stack
from stack.waiting import until

from .people import policy
from .tail import Tail
from .told import Event

SCRAM_SINCE = 0x020601FF


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"), "authority")


class SecureStack(Stack):
    """The programs know the secure addresses only; the ground uses the plain ones."""

    def __init__(self, authority: Authority):
        super().__init__(broker="real", accounts=1, proxy=False)
        self.authority = authority
        self.kafka = SecureKafka(self.folder / "kafka", authority.server("kafka"))
        self.redis = SecureRedis(self.folder / "redis", authority.server("localhost", address=None))
        self.password = self.folder / "kafka_password"
        self.password.write_text(PASSWORD)
        self.password.chmod(0o600)

    def changes(self, able: set[str], tls: bool, kafka: dict | None = None, redis: dict | None = None) -> dict:
        ca = str(self.authority.ca)
        secure = {"security.protocol": "SASL_SSL", "sasl.mechanism": "SCRAM-SHA-512" if "scram" in able else "PLAIN", "sasl.username": USER,
                  "sasl.password_file": str(self.password), "ssl.ca.location": ca}
        user = {"username": USER, "password_file": str(self.redis.secrets / "redis_password")}
        over_tls = {"host": "localhost", "port": self.redis.tls_port, "tls": True, "ca_file": ca} if tls else {}
        return {"kafka": {"brokers": self.kafka.secure, "properties": secure | (kafka or {})},
                "redis": user | over_tls | (redis or {}),
                "policies": [policy("people", "test-user-", rotate=30, deactivate=35, delete=40)]}


@pytest.fixture(scope="module")
def stack(parts, authority):
    with SecureStack(authority) as made:
        yield made


@pytest.fixture(scope="module")
def able() -> set[str]:
    """What the programs' libraries can: `redis_tls`, `scram`. KEYTURN_ABLE says it of programs from elsewhere."""
    told = os.environ.get("KEYTURN_ABLE")
    if told is not None:
        return set(told.split(","))
    listed = subprocess.run(["ldd", program_path("keyturn-worker")], capture_output=True, text=True, check=True).stdout
    librdkafka = ctypes.CDLL(re.search(r"librdkafka\S* => (\S+)", listed)[1])
    return {name for name, there in (("redis_tls", "hiredis_ssl" in listed),
                                     ("scram", librdkafka.rd_kafka_version() >= SCRAM_SINCE)) if there}


def rotate(stack: Stack, name: str) -> None:
    """A user whose key is due is rotated, told of, and mailed."""
    account = stack.moto.accounts[0]
    stack.moto.add_user(account, name, key_ages=(60,), tags={"EmailID": f"{name}@example.com"})
    tail = Tail(stack.folder / f"tail-{name}", stack.kafka.brokers, topics.EVENTS).start()
    programs = [stack.program(kind) for kind in ("notifier", "worker", "scheduler")]
    try:
        for program in programs:
            program.begin()
        for program in programs:
            program.finish()
        until(lambda: any(event.kind == "key.activated" and event.json["data"]["user"] == name
                          for event in map(Event, tail.messages())), 60, "the new key is announced")
        until(lambda: any(f"{name}@example.com" in mail["to"] for mail in stack.moto.mails()), 60, "the mail is sent")
    finally:
        tail.stop()
    for program in reversed(programs):
        program.stop()
        stack.programs.remove(program)


def test_a_user_is_rotated_over_kafka_with_tls_and_a_password_and_redis_with_an_acl_user(stack, able):
    stack.configure(stack.changes(able, tls=False))
    rotate(stack, "test-user-anna")


def test_kafka_is_not_reached_with_a_wrong_password_or_an_unknown_authority(stack, able, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong")
    wrong.chmod(0o600)
    stranger = Authority(tmp_path, "stranger")
    bads = ({"sasl.password_file": str(wrong)}, {"ssl.ca.location": str(stranger.ca)}, {})
    files = [tmp_path / f"{number}.yaml" for number in range(len(bads))]
    for bad, file in zip(bads, files):
        stack.configure(stack.changes(able, tls=False, kafka=bad))
        shutil.copy(stack.config, file)
    with ThreadPoolExecutor() as side_by_side:
        done = list(side_by_side.map(lambda file: stack.cli("topics", "plan", KEYTURN_CONFIG=str(file)), files))
    assert [one.returncode for one in done] == [1, 1, 0], done
    assert "refused the login" in done[0].stderr and "certificate verify failed" in done[1].stderr, done


def test_a_worker_says_which_broker_refused_it_and_what_to_check(stack, able, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("wrong")
    wrong.chmod(0o600)
    stack.configure(stack.changes(able, tls=False, kafka={"sasl.password_file": str(wrong)}))
    worker = stack.program("worker")
    worker.begin()
    said = until(lambda: next((line for line in worker.output().decode().splitlines() if "refused the login" in line), None), 60,
                 "the refusal is told")
    assert stack.kafka.secure in said and f"by {'SCRAM-SHA-512' if 'scram' in able else 'PLAIN'}: check sasl.mechanism" in said
    worker.kill()


def test_redis_over_tls_or_a_clear_refusal(stack, able):
    stack.configure(stack.changes(able, tls=True))
    if "redis_tls" in able:
        rotate(stack, "test-user-ben")
        return
    done = subprocess.run([program_path("keyturn-worker"), "--config", stack.config], env=stack.environment, capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 2 and "hiredis_ssl" in done.stderr, done.stderr


def test_redis_is_not_taken_for_another(stack, able, tmp_path):
    """An unknown authority, a certificate of another host, a wrong password."""
    if "redis_tls" not in able:
        return
    stranger = Authority(tmp_path, "stranger")
    for bad, said in (({"ca_file": str(stranger.ca)}, "certificate"), ({"host": "127.0.0.1"}, "mismatch"), ({"password_file": str(wrong_password(tmp_path))}, "WRONGPASS")):
        stack.configure(stack.changes(able, tls=True, redis=bad))
        worker = stack.program("worker")
        worker.begin()
        until(lambda: said in worker.get("/readyz")[1] or said in worker.output().decode(), 60, f"{said} is told")
        assert worker.get("/readyz")[0] != 200
        worker.kill()


def wrong_password(folder):
    path = folder / "password"
    path.write_text("wrong")
    path.chmod(0o600)
    return path
