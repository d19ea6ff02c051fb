"""How a program of ours is run and judged, seen on small programs in its place."""

import json
import os
import sys

import pytest
import yaml

from .process import Died
from .program import Program
from .stack import Stack

SERVES = """#!{python}
import http.server, json, os, signal, sys
signal.signal(signal.SIGTERM, lambda *_: os._exit({code}))
answers = {{"/readyz": b"ok", "/metrics": b'keyturn_jobs_total{{result="done"}} 7\\n',
           "/environment": json.dumps(dict(os.environ)).encode()}}
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        known = self.path in answers
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(answers.get(self.path, b""))
    def log_message(self, *_):
        pass
print(json.dumps({{"level": "info", "message": "ready", "arguments": sys.argv[1:]}}), file=sys.stderr, flush=True)
print("no JSON", file=sys.stderr, flush=True)
host, port = os.environ["KEYTURN_METRICS_LISTEN"].split(":")
http.server.HTTPServer((host, int(port)), Handler).serve_forever()
"""


@pytest.fixture
def built(tmp_path, monkeypatch):
    """built(text): a build folder whose keyturn-worker is this script."""
    def build(text: str):
        path = tmp_path / "bin" / "keyturn-worker"
        path.parent.mkdir()
        path.write_text(text)
        path.chmod(0o755)
        monkeypatch.setenv("KEYTURN_BUILD", str(tmp_path))
        monkeypatch.setenv("AWS_PROFILE", "of-the-person-who-tests")
        return Program("worker", tmp_path / "logs", tmp_path / "keyturn.yaml", {"AWS_ACCESS_KEY_ID": "AKIAGIVEN"})
    return build


def serving(code: int) -> str:
    return SERVES.format(python=sys.executable, code=code)


def test_a_ready_program_is_asked_and_read(built):
    with built(serving(0)) as worker:
        assert worker.metric("keyturn_jobs_total", result="done") == 7
        first, second = worker.records()
        assert first["arguments"] == ["--config", str(worker.config)] and second == {"unparsed": "no JSON"}
        assert worker.get("/nothing")[0] == 404
    assert worker.exit_code == 0 and worker.get("/readyz")[0] == 0


def test_a_program_gets_its_own_credentials_and_nobody_elses(built):
    with built(serving(0)) as worker:
        environment = json.loads(worker.get("/environment")[1])
    assert environment["AWS_ACCESS_KEY_ID"] == "AKIAGIVEN" and "AWS_PROFILE" not in environment
    assert environment["AWS_SHARED_CREDENTIALS_FILE"] == os.devnull and "KEYTURN_BUILD" not in environment


def test_a_program_that_does_not_end_with_0_fails_the_test(built):
    worker = built(serving(3)).start()
    with pytest.raises(AssertionError, match="worker ended with 3, not with 0"):
        worker.stop()


def test_a_program_that_was_killed_on_purpose_does_not(built):
    worker = built(serving(3)).start()
    worker.kill()
    assert worker.stop() == -9


def test_a_program_that_refuses_its_configuration_is_told(built):
    with pytest.raises(Died, match="(?s)ended with 2.*keyturn.yaml:3: unknown key"):
        built("#!/bin/sh\necho \"$2:3: unknown key\" >&2\nexit 2\n").start()


def test_a_program_that_is_not_built_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("KEYTURN_BUILD", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="keyturn-notifier is not built"):
        Program("notifier", tmp_path, tmp_path / "keyturn.yaml", {}).start()


def test_a_stack_writes_a_configuration_for_its_servers():
    with Stack(accounts=2, changes={"worker": {"threads": 3}}) as stack:
        written = yaml.safe_load(stack.config.read_text())
        assert written["kafka"]["brokers"] == stack.kafka.brokers and written["redis"]["port"] == stack.redis.port
        assert written["aws"]["endpoint"] == stack.proxy.url == stack.environment["AWS_ENDPOINT_URL"]
        assert [account["id"] for account in written["accounts"]] == stack.moto.accounts
        assert written["worker"]["threads"] == 3
        assert stack.moto.programs.secret not in stack.config.read_text()
