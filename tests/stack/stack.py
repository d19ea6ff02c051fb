"""The whole ground: a broker, Redis, moto behind the fault proxy, a configuration file, and our programs on it."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import yaml

from .api import Api
from .broker import Broker, program_path
from .configuration import configuration, merged
from .faultproxy import FaultProxy
from .kafka import Kafka
from .moto import Moto
from .program import Program, program_environment
from .redis import Redis

BROKERS = {"embedded": Broker, "real": Kafka}


class Stack:
    """with Stack(broker="real") as stack: worker = stack.program("worker").start() ...

    kafka redis moto proxy   the servers (proxy is None without one)
    folder                   everything they write, removed at the end unless KEYTURN_KEEP=1
    config                   the configuration file; configure(...) rewrites it
    """

    def __init__(self, broker: str = "embedded", accounts: int = 3, proxy: bool = True,
                 topics: dict[str, int] | None = None, changes: dict | None = None):
        """topics: name -> partitions, by default the contract's five. changes: laid over configuration()."""
        self.folder = Path(tempfile.mkdtemp(prefix="keyturn-stack-"))
        self.config = self.folder / "keyturn.yaml"
        self.kafka = BROKERS[broker](self.folder / "kafka", topics)
        self.redis = Redis(self.folder / "redis")
        self.moto = Moto(self.folder / "moto", accounts)
        self.proxy = None
        self.programs: list[Program] = []
        self._with_proxy = proxy
        self._changes = changes or {}

    def start(self):
        """Starts the servers side by side; nothing is left running if one of them fails."""
        try:
            servers = (self.kafka, self.moto, self.redis)
            for server in servers:
                server.begin()
            for server in servers:
                server.finish()
            if self._with_proxy:
                self.proxy = FaultProxy(self.moto.port)
            self.configure(self._changes)
        except BaseException:
            self.close()
            raise
        return self

    @property
    def endpoint(self) -> str:
        """Where the programs find AWS: the proxy, or moto itself."""
        return self.proxy.url if self.proxy else self.moto.url

    @property
    def environment(self) -> dict[str, str]:
        """What the programs need beside the file: their AWS credentials and the endpoint."""
        return self.moto.programs.environment() | {"AWS_ENDPOINT_URL": self.endpoint}

    def configure(self, changes: dict | None = None) -> dict:
        """Writes the configuration file, `changes` laid over the default; programs read it at their next start."""
        written = merged(configuration(self), changes or {})
        self.config.write_text(yaml.safe_dump(written, sort_keys=False))
        return written

    def program(self, kind: str, **environment: str) -> Program:
        """A program of ours, not yet started: `scheduler`, `worker` or `notifier`. Stopped with the stack."""
        number = 1 + sum(program.kind == kind for program in self.programs)
        program = Program(kind, self.folder / "programs", self.config, self.environment | environment,
                          f"{kind}-{number}")
        self.programs.append(program)
        return program

    def api(self, label: str = "api", **environment: str) -> Api:
        """The REST API, not yet started, with keys and an audit log of its own. Stopped with the stack."""
        program = Api(self.folder / "programs", self.config, self.environment, label, **environment)
        self.programs.append(program)
        return program

    def cli(self, *words: str, timeout: float = 60, **environment: str) -> subprocess.CompletedProcess:
        """Runs `keyturn WORDS` with this stack's configuration; exit code, stdout and stderr as text."""
        given = self.environment | {"KEYTURN_CONFIG": str(self.config)} | environment
        return subprocess.run([str(program_path("keyturn")), *words], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=timeout, check=False, env=program_environment(given), cwd=self.folder)

    def close(self) -> None:
        """Stops everything, the programs first, last started first. A program that did not end well is told after
        everything is down and the folder is gone (or kept, with KEYTURN_KEEP=1)."""
        if self.proxy:
            self.proxy.clear()
        complaints = [complaint for program in reversed(self.programs) if (complaint := _complaint(program))]
        if self.proxy:
            self.proxy.close()
        for server in (self.kafka, self.redis, self.moto):
            server.stop()
        if os.environ.get("KEYTURN_KEEP") == "1":
            print(f"kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)
        if complaints:
            raise AssertionError("\n".join(complaints))

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, trace):
        try:
            self.close()
        except AssertionError as complaint:
            if kind is None:
                raise
            print(complaint)


def _complaint(program: Program) -> str | None:
    """What went wrong when the program was stopped, or before."""
    try:
        program.stop()
    except AssertionError as error:
        return str(error)
    return None
