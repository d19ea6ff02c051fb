"""`GET /credentials/{user}` with a read of Redis and an unsealing each, beside a FastAPI server that does the same: requests a second of the
server's CPU, and how long the slowest of a hundred waits at 64 connections. The two take turns for three rounds; the median counts.
The audit log is written before each answer and put on disk within a second: what a disk takes is not compared."""

import base64
import hashlib
import http.client
import json
import os
import secrets
import statistics
import subprocess
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import yaml
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from stack.api import Api
from stack.broker import Broker
from stack.cache import prepared
from stack.ports import LOOPBACK
from stack.process import Process
from stack.redis import Redis

HERE = Path(__file__).parent
USERS, CONNECTIONS, ROUNDS, SECONDS, WARM_SECONDS = 1000, 64, 3, 8, 2
LEAST_TIMES, MOST_SHARE = 15, 0.1
ACCOUNT, POLICY, OVERLAP_DAYS = "123456789012", "people", 7
DAY = 86400
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figure:
    """One run: requests answered, seconds of the server's CPU, latencies."""

    requests: int
    cpu_seconds: float
    seconds: float
    p50_ms: float
    p99_ms: float

    @property
    def per_cpu_second(self) -> float:
        return self.requests / self.cpu_seconds


class FastApi(Process):
    """fastapi/server.py under uvicorn with uvloop and httptools, one process, without its access log."""

    def __init__(self, folder: Path, settings: dict):
        super().__init__("fastapi", folder)
        self._settings = settings
        self._python = prepared("bench") / "bin" / "python"

    def command(self) -> list[str]:
        return [str(self._python), "-m", "uvicorn", "--app-dir", str(HERE / "fastapi"), "--host", LOOPBACK, "--port", str(self.port),
                "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning", "server:app"]

    def environment(self) -> dict[str, str]:
        return super().environment() | {"BENCH_SETTINGS": json.dumps(self._settings)}

    def ready(self) -> bool:
        try:
            return ask(self.port, "/credentials/nobody", "")[0] == 401
        except OSError:
            return False


def ask(port: int, path: str, key: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=30)
    try:
        connection.request("GET", path, headers={"X-API-Key": key})
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    finally:
        connection.close()


# What both read.

def seal(key: bytes, user: str, key_id: str, expires: int) -> str:
    """As docs/contracts.md has it."""
    plain = json.dumps({"AccessKeyId": key_id, "SecretAccessKey": secrets.token_urlsafe(30), "CreatedDate": "2026-01-01T00:00:00Z",
                        "UserName": user, "Account": ACCOUNT}).encode()
    bound = "\0".join(("keyturn credential v1", "k1", ACCOUNT, user, key_id, str(expires), "")).encode()
    nonce = os.urandom(12)
    packed = nonce + AESGCM(key).encrypt(nonce, plain, bound)
    return f"v1.k1.{expires}.{key_id}.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"


def fill(redis: Redis, ring_key: bytes) -> None:
    """Users as a worker leaves them behind, with their current key sealed for an hour."""
    now = int(time.time())
    for i in range(USERS):
        name, key_id = f"bench-user-{i:04d}", f"AKIABENCH{i:011d}"
        seen = {"user_id": f"AIDABENCH{i:011d}", "path": "/", "policy": POLICY, "fingerprint": "0123456789abcdef",
                "email": f"{name}@example.com", "inventoried": now - 600, "announced": "", "sequence": 12, "attempt": 0, "step": "wait",
                "reason": "not_due", "step_key": key_id, "next_look": now + DAY, "looked": now - 600}
        redis("HSET", f"kt:user:{ACCOUNT}/{name}", *(word for pair in seen.items() for word in pair))
        redis("SET", f"kt:current:{ACCOUNT}/{name}", key_id)
        redis("SET", f"kt:cred:{ACCOUNT}/{name}", seal(ring_key, name, key_id, now + 3600))


def write_config(path: Path, redis: Redis, broker: Broker) -> Path:
    path.write_text(yaml.safe_dump({
        "kafka": {"brokers": broker.brokers},
        "redis": {"host": LOOPBACK, "port": redis.port, "prefix": "kt:"},
        "aws": {"region": "eu-central-1"},
        "accounts": [{"id": ACCOUNT, "role_arn": f"arn:aws:iam::{ACCOUNT}:role/keyturn"}],
        "policies": [{"name": POLICY, "mode": "apply", "select": {"name_prefix": ["bench-"]}, "min_overlap": f"{OVERLAP_DAYS}d",
                      "deliver": {"mail": "none"}}],
        "api": {"rate": 0, "audit_sync": "second"},
    }))
    return path


# Measuring.

def cpu_seconds(pid: int) -> float:
    """Of the process with all its threads."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / TICKS


def load(port: int, key: str, seconds: int) -> dict:
    done = subprocess.run(["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--timeout", "30s",
                           "--script", HERE / "credentials.lua", f"http://{LOOPBACK}:{port}"],
                          capture_output=True, text=True, check=True, timeout=seconds + 60,
                          env=os.environ | {"BENCH_KEY": key, "BENCH_USERS": str(USERS)})
    return json.loads(done.stdout.splitlines()[-1])


def measure(pid: int, port: int, key: str) -> Figure:
    load(port, key, WARM_SECONDS)
    before = cpu_seconds(pid)
    seen = load(port, key, SECONDS)
    used = cpu_seconds(pid) - before
    assert seen["wrong"] == 0, f"{seen['wrong']} answers were none, or not 200"
    return Figure(seen["requests"], used, seen["seconds"], seen["p50_ms"], seen["p99_ms"])


def same_answer(ours: int, theirs: int, key: str) -> None:
    """Both give the same credential with the same tag and the same members, and refuse the same key."""
    path = "/credentials/bench-user-0007"
    (status, headers, body), (their_status, their_headers, their_body) = ask(ours, path, key), ask(theirs, path, key)
    assert status == their_status == 200, (status, their_status)
    assert headers["etag"] == their_headers["etag"] and headers["cache-control"] == their_headers["cache-control"] == "no-store"
    document, their_document = json.loads(body), json.loads(their_body)
    for each in (document, their_document):
        each["Expiration"] = each["Expiration"][:-len("0:00Z")]  # the clock may tick between the two
    assert document == their_document, (document.keys(), their_document.keys())
    other = key[:-2] + ("AA" if key[-2:] != "AA" else "BA")
    assert ask(ours, path, other)[0] == ask(theirs, path, other)[0] == 401


def run_rounds(api: Api, other: FastApi, key: str) -> dict[str, list[Figure]]:
    figures: dict[str, list[Figure]] = {"keyturn": [], "fastapi": []}
    for number in range(1, ROUNDS + 1):
        for name, pid, port in (("keyturn", api.pid, api.api_port), ("fastapi", other.pid, other.port)):
            figure = measure(pid, port, key)
            figures[name].append(figure)
            print(f"      {name:8s} round {number}  {figure.per_cpu_second:8.0f} /CPU-s  {figure.requests / figure.seconds:8.0f} /s  "
                  f"p50 {figure.p50_ms:7.2f} ms  p99 {figure.p99_ms:7.2f} ms", flush=True)
    return figures


def say(name: str, value: float) -> None:
    """For machines."""
    print(f"figure {name} {value:.3f}", flush=True)


def judge(figures: dict[str, list[Figure]]) -> tuple[bool, str]:
    rate = {name: statistics.median(figure.per_cpu_second for figure in runs) for name, runs in figures.items()}
    p99 = {name: statistics.median(figure.p99_ms for figure in runs) for name, runs in figures.items()}
    times, share = rate["keyturn"] / rate["fastapi"], p99["keyturn"] / p99["fastapi"]
    for name in figures:
        say(f"api.{name}.requests_per_cpu_second", rate[name])
        say(f"api.{name}.p99_ms", p99[name])
    say("api.requests_per_cpu_second.times", times)
    say("api.p99.share", share)
    return times >= LEAST_TIMES and share <= MOST_SHARE, (
        f"{rate['keyturn']:.0f} credentials a CPU-second, {times:.1f} times FastAPI's (at least {LEAST_TIMES}); p99 at {CONNECTIONS} connections "
        f"{p99['keyturn']:.2f} ms, {share:.3f} of FastAPI's (at most {MOST_SHARE})")


def row() -> tuple[bool, str]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as running:
        folder = Path(name)
        redis = running.enter_context(Redis(folder / "redis"))
        broker = running.enter_context(Broker(folder / "broker"))
        api = Api(folder, write_config(folder / "keyturn.yaml", redis, broker), {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"})
        key = api.key("bench", "credentials:read")
        running.enter_context(api)
        ring_key = base64.b64decode((folder / "api" / "ring").read_text().strip().partition(":")[2])
        fill(redis, ring_key)
        other = running.enter_context(FastApi(folder / "fastapi", {
            "redis_port": redis.port, "account": ACCOUNT, "overlaps": {POLICY: OVERLAP_DAYS * DAY},
            "ring": {"k1": base64.b64encode(ring_key).decode()}, "keys": json.loads(api.keys_file.read_text())["keys"]}))
        same_answer(api.api_port, other.port, key)
        return judge(run_rounds(api, other, key))
