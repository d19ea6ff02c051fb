"""Redis, the embedded broker and Apache Kafka: what each keeps, and over what."""

import os
import shutil
import subprocess

import pytest

from . import kcat
from .broker import Broker, program_path
from .kafka import Kafka
from .local import DOCKER, LocalRedis
from .ports import free_port
from .process import Died
from .redis import Redis
from .resp import RedisClient, RedisError
from .topics import CONTRACT, EVENTS, JOBS

EVERY_BYTE = bytes(range(256))
REQUIRED = os.environ.get("CI") == "true" or os.environ.get("KEYTURN_REQUIRE") == "all"
needs_java = pytest.mark.skipif(not REQUIRED and not (shutil.which("java") and shutil.which("mvn")),
                                reason="Apache Kafka needs the Debian packages maven and openjdk-17-jre-headless")


@pytest.fixture
def redis(tmp_path):
    with Redis(tmp_path) as server:
        yield server


@pytest.fixture
def broker(tmp_path):
    with Broker(tmp_path, {JOBS: 3, EVENTS: 1}) as server:
        yield server


def test_redis_keeps_its_data_over_a_restart_on_the_same_port(redis):
    port = redis.port
    redis("HSET", "user:1", "state", "settled")
    redis.restart()
    assert (redis("HGET", "user:1", "state"), redis.port) == ("settled", port)


def test_redis_evicts_nothing_and_writes_a_log(redis):
    assert redis("CONFIG", "GET", "maxmemory-policy") == ["maxmemory-policy", "noeviction"]
    assert redis("CONFIG", "GET", "appendonly") == ["appendonly", "yes"]


def test_redis_flushed_is_empty(redis):
    redis("SET", "epoch", "1")
    redis.flush()
    assert redis("GET", "epoch") is None and redis("DBSIZE") == 0


def test_redis_killed_comes_back(redis):
    redis.kill()
    assert not redis.alive and redis.exit_code == -9
    redis.start()
    assert redis("PING") == "PONG"


def test_the_users_of_compose_lose_nothing_of_a_script_over_a_restart(tmp_path):
    """Redis reads its file as the user `default`, and drops what that one may not do of a script that writes twice."""
    subprocess.run([DOCKER / "make-secrets", tmp_path], check=True, timeout=60)
    with LocalRedis(tmp_path / "redis", tmp_path / "users.acl") as server:
        assert _as_keyturn(server, tmp_path)("EVAL", "redis.call('SET', KEYS[1], 1) redis.call('SET', KEYS[2], 2)", 2, "kt:a", "kt:b") is None
        server.stop()
        server.start()
        assert _as_keyturn(server, tmp_path)("MGET", "kt:a", "kt:b") == ["1", "2"]
        for user in ("default", "health"):
            with pytest.raises(RedisError):
                _log_in(server, user, "none")("GET", "kt:a")
        with pytest.raises(RedisError, match="NOAUTH"):
            RedisClient(server.port)("GET", "kt:a")


def _as_keyturn(server, secrets):
    return _log_in(server, "keyturn", (secrets / "redis_password").read_text())


def _log_in(server, user, password):
    client = RedisClient(server.port)
    client("AUTH", user, password)
    return client


def test_a_taken_port_is_given_up_for_another(redis, tmp_path):
    other = Redis(tmp_path / "other")
    other.port = redis.port
    other.start()
    assert other.port != redis.port and other("PING") == redis("PING") == "PONG"
    other.stop()


def test_a_port_asked_for_is_not_given_up(redis, tmp_path):
    with pytest.raises(Died, match="(?i)address already in use"):
        Redis(tmp_path / "other", port=redis.port).start()


def test_what_is_written_to_the_broker_is_read_back_byte_by_byte(broker):
    kcat.produce(broker.brokers, JOBS, EVERY_BYTE, key="111111111111", headers={"ce_id": "a,b=c"})
    kcat.produce(broker.brokers, JOBS, b"second", key="111111111111")
    first, second = kcat.read_topic(broker.brokers, JOBS)
    assert (first.value, first.key, first.headers) == (EVERY_BYTE, b"111111111111", {"ce_id": "a,b=c"})
    assert (second.value, second.offset, second.partition) == (b"second", 1, first.partition)


def test_the_broker_has_the_topics_it_was_told(broker):
    assert kcat.list_topics(broker.brokers) == {JOBS: 3, EVENTS: 1}


def test_the_broker_has_the_topics_of_the_contract_unless_told(tmp_path):
    with Broker(tmp_path) as broker:
        assert kcat.list_topics(broker.brokers) == CONTRACT


def test_the_broker_comes_back_empty_on_its_port(broker):
    port = broker.port
    kcat.produce(broker.brokers, EVENTS, b"gone")
    broker.restart()
    assert broker.port == port and broker.exit_code is None
    assert kcat.read_topic(broker.brokers, EVENTS) == []


def test_the_broker_ends_well_when_asked_to(broker):
    assert broker.stop() == 0


@pytest.mark.parametrize("arguments, complaint", [
    (["--port", "70000"], "--port 70000: must be a number from 0 to 65535"),
    (["--port"], "--port : needs a value"),
    (["--topic", "a:0"], "--topic a:0: the partition count after ':'"),
    (["--topic", "a/b"], "--topic a/b: a topic name has"),
    (["--topic", "a", "--topic", "a:2"], "--topic a: named twice"),
    (["--verbose", "1"], "argument --verbose: unknown"),
])
def test_the_broker_names_the_argument_it_cannot_take(arguments, complaint):
    run = subprocess.run([program_path("keyturn-broker"), *arguments], capture_output=True, text=True, timeout=10)
    assert run.returncode == 2 and complaint in run.stderr


def test_the_broker_says_when_its_port_is_taken(broker):
    run = subprocess.run([program_path("keyturn-broker"), "--port", str(broker.port)], capture_output=True, text=True,
                         timeout=10)
    assert run.returncode == 1 and f"127.0.0.1:{broker.port}: Address already in use" in run.stderr


@needs_java
def test_kafka_keeps_its_data_over_a_restart_and_over_a_kill(tmp_path):
    with Kafka(tmp_path, {EVENTS: 4}) as kafka:
        assert kcat.list_topics(kafka.brokers) == {EVENTS: 4}
        kcat.produce(kafka.brokers, EVENTS, EVERY_BYTE, key="111111111111/test-user-anna", headers={"ce_type": "t"})
        kafka.restart()
        once = kcat.read_topic(kafka.brokers, EVENTS)
        kafka.kill()
        kafka.start()
        assert kcat.read_topic(kafka.brokers, EVENTS) == once
        assert [(m.key, m.headers, m.value) for m in once] == \
            [(b"111111111111/test-user-anna", {"ce_type": "t"}, EVERY_BYTE)]


def test_free_ports_are_below_the_range_of_outgoing_connections():
    lowest_outgoing = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
    assert all(port < lowest_outgoing for port in (free_port() for _ in range(20)))
