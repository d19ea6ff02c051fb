"""The local stack without containers: what docker/compose.yaml starts, with what it says there, on free loopback ports.

Kafka, Redis, AWS and the mail viewer have their places taken by the same things run here; the programs' words, environment and order, the
configuration file, Redis's settings, the users and the secrets are those of compose.
"""

import shutil
import subprocess
import tempfile
import urllib.request
from pathlib import Path

from demo.seed import ACCOUNTS, seed

from . import compose
from .broker import Broker, program_path
from .cache import prepared
from .kafka import Kafka
from .moto import Moto
from .ports import LOOPBACK, free_port
from .process import Process
from .program import Program, program_environment
from .redis import Redis
from .resp import RedisClient, RedisError

BROKERS = {"embedded": Broker, "real": Kafka}
DOCKER = compose.FILE.parent
JOB_SECONDS = 120


class LocalRedis(Redis):
    """With the settings and the users of compose, whose `health` may ask whether it lives."""

    def __init__(self, folder: Path, users: Path):
        super().__init__(folder)
        self._users = users

    def command(self) -> list[str]:
        return ["redis-server", str(DOCKER / "config/redis.conf"), "--aclfile", str(self._users), "--bind", LOOPBACK,
                "--port", str(self.port), "--dir", str(self.folder)]

    def ready(self) -> bool:
        try:
            client = RedisClient(self.port)
            client("AUTH", "health", "none")
            return client("PING") == "PONG"
        except (OSError, EOFError, RedisError):
            return False


class LocalMoto(Moto):
    """Seeded by the stack's own seed."""

    def finish(self, timeout: float = 60) -> None:
        Process.finish(self, timeout)


class MailViewer(Process):
    """Takes SESv2's SendEmail; GET /store is every mail, / shows them."""

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def command(self) -> list[str]:
        viewer = prepared("mail") / "node_modules/.bin/aws-ses-v2-local"
        return [str(viewer), "--host", LOOPBACK, "--port", str(self.port)]

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health-check", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


class LocalProgram(Program):
    """A program with the words compose gives it."""

    def __init__(self, service: compose.Service, folder: Path, config: Path, environment: dict, label: str):
        super().__init__(service.program.removeprefix("keyturn-"), folder, config, environment, label)
        self._words = service.words

    def command(self) -> list[str]:
        return [str(program_path(f"keyturn-{self.kind}")), *self._words]


class LocalStack:
    """with LocalStack() as stack: stays up until it is left. kafka redis aws mail: the servers; api: its URL; programs: ours."""

    def __init__(self, broker: str = "embedded", say=lambda text: None):
        self.folder = Path(tempfile.mkdtemp(prefix="keyturn-stack-"))
        self.secrets, self.credentials, self.audit = (self.folder / name for name in ("secrets", "aws", "audit"))
        self.kafka = BROKERS[broker](self.folder / "kafka", {} if broker == "real" else None)
        self.redis = LocalRedis(self.folder / "redis", self.secrets / "users.acl")
        self.aws = LocalMoto(self.folder / "moto", ACCOUNTS)
        self.mail = MailViewer("mail", self.folder / "mail")
        self.api = None
        self.programs: list[LocalProgram] = []
        self._services = {name: one for name, one in compose.services().items() if "profiles" not in one.written}
        self._say = say

    # Starting, in compose's order.

    def start(self):
        try:
            self._make_secrets()
            for server in (self.kafka, self.aws, self.redis, self.mail):  # side by side; finished at their places
                server.begin()
            for service in self._services.values():
                self._start(service)
            for program in self.programs:
                program.finish()
        except BaseException:
            self.close()
            raise
        return self

    def _start(self, service: compose.Service) -> None:
        self._say(f"{service.name}")
        by_name = {"kafka": self.kafka.finish, "redis": self.redis.finish, "aws": self.aws.finish, "mail": self.mail.finish,
                   "seed": self._seed, "secrets": lambda: None}
        if service.name in by_name:
            by_name[service.name]()
        elif service.ends:
            self._run_once(service)
        else:
            self._begin(service)

    def _make_secrets(self) -> None:
        self.secrets.mkdir()
        self.audit.mkdir()
        subprocess.run([DOCKER / "make-secrets", self.secrets], check=True, timeout=JOB_SECONDS)

    def _seed(self) -> None:
        self.credentials.mkdir()
        made = seed(self.aws.url, self.credentials)
        self.aws.admin, self.aws.programs = made.admin, made.programs

    def _run_once(self, service: compose.Service) -> None:
        done = subprocess.run([program_path(service.program), *service.words], timeout=JOB_SECONDS, check=False,
                              env=program_environment(self.environment(service)), capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(f"{service.name} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _begin(self, service: compose.Service) -> None:
        for number in range(service.scale):
            environment = self.environment(service)
            self.api = f"http://{environment['KEYTURN_API_LISTEN']}" if service.name == "api" else self.api
            program = LocalProgram(service, self.folder / "programs", self.config, environment, f"{service.name}-{number + 1}")
            program.begin()
            self.programs.append(program)

    # What is elsewhere here.

    @property
    def config(self) -> Path:
        """The file compose mounts for the programs."""
        service = next(one for one in self._services.values() if one.is_ours)
        return DOCKER / service.mounts["/etc/keyturn/keyturn.yaml"]

    def environment(self, service: compose.Service) -> dict[str, str]:
        """What compose says, with this stack's places for the containers'."""
        return {name: self.place(value, service) for name, value in service.environment.items()}

    def place(self, value: str, service: compose.Service) -> str:
        """An address or a path of compose, as it is here; anything else as it is."""
        addresses = {"kafka:9092": self.kafka.brokers, "redis": LOOPBACK, "6379": str(self.redis.port),
                     "http://aws:5000": self.aws.url, "http://mail:8005": self.mail.url}
        if value in addresses:
            return addresses[value]
        if value.startswith("0.0.0.0:"):
            return f"{LOOPBACK}:{free_port()}"
        for path, source in service.mounts.items():
            if value == path or value.startswith(path + "/"):
                return str(self._source(source)) + value[len(path):]
        return value

    def _source(self, source: str) -> Path:
        return {"secrets": self.secrets, "aws": self.credentials, "audit": self.audit}.get(source) or DOCKER / source

    # Ending.

    def close(self) -> list[str]:
        """Ends everything, the programs first; what went wrong with one of them."""
        complaints = []
        for program in reversed(self.programs):
            try:
                program.stop()
            except AssertionError as complaint:
                complaints.append(str(complaint))
        for server in (self.mail, self.aws, self.redis, self.kafka):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        return complaints

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, trace):
        complaints = self.close()
        if complaints and kind is None:
            raise AssertionError("\n".join(complaints))
