"""One of our own programs, run from the build folder with a configuration file."""

import json
import os
import urllib.error
import urllib.request
from pathlib import Path

from . import prometheus
from .broker import program_path
from .ports import LOOPBACK
from .process import Process


def program_environment(given: dict[str, str]) -> dict[str, str]:
    """This process's environment without anything that configures AWS or Keyturn, then what is given. No profile of the
    person who runs the tests is ever read."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "KEYTURN_"))}
    return inherited | {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                        "AWS_EC2_METADATA_DISABLED": "true"} | given


class Program(Process):
    """keyturn-scheduler, keyturn-worker or keyturn-notifier; ready when its /readyz answers 200."""

    def __init__(self, kind: str, folder: Path, config: Path, environment: dict[str, str], label: str | None = None):
        """label tells several of a kind apart; it names the log."""
        super().__init__(label or kind, folder)
        self.kind = kind
        self.config = config
        self._given = environment

    def command(self) -> list[str]:
        return [str(program_path(f"keyturn-{self.kind}")), "--config", str(self.config)]

    def environment(self) -> dict[str, str]:
        return program_environment(self._given) | {"KEYTURN_METRICS_LISTEN": f"{LOOPBACK}:{self.port}"}

    def ready(self) -> bool:
        return self.get("/readyz")[0] == 200

    def stop(self, timeout: float = 20) -> int | None:
        """SIGTERM; AssertionError unless it drains and ends with 0 in time. One that was killed is left as it is."""
        if self.killed:
            return self.exit_code
        code = super().stop(timeout)
        if code:
            raise AssertionError(f"{self.name} ended with {code}, not with 0 within {timeout:g} s:\n{self.tail()}")
        return code

    def get(self, path: str) -> tuple[int, str]:
        """Status and body of its metrics server; status 0 if nobody answers."""
        try:
            with urllib.request.urlopen(f"http://{LOOPBACK}:{self.port}{path}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")
        except OSError:
            return 0, ""

    def metrics(self) -> list[prometheus.Sample]:
        return prometheus.parse(self.get("/metrics")[1])

    def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples with these labels."""
        return prometheus.total(self.metrics(), name, **labels)

    def records(self) -> list[dict]:
        """Its log of this run, one JSON object a line. A line that is none (a sanitizer's report) comes as
        {"unparsed": line}."""
        return [_record(line) for line in self.output().decode(errors="replace").splitlines() if line.strip()]


def _record(line: str) -> dict:
    try:
        value = json.loads(line)
    except ValueError:
        value = None
    return value if isinstance(value, dict) else {"unparsed": line}
