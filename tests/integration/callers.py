"""Programs of others, as they are, that use a rotated user by one line of their AWS configuration."""

import os
import subprocess
import sys
import threading
from pathlib import Path

from stack.broker import program_path
from stack.program import program_environment

from .people import Person

PAUSE = 0.2
CALL = 120  # seconds that one call may take
# One client for all calls: that it asks for another key in time is boto3's own doing.
BOTO3 = """
import sys
import boto3
sts = boto3.session.Session().client("sts")
for line in sys.stdin:
    print(sts.get_caller_identity()["Arn"], flush=True)
"""
PROFILE = """[profile {name}]
credential_process = keyturn credentials {user}
region = {region}
endpoint_url = {endpoint}
max_attempts = 1
"""


class Caller:
    """Asks STS who it is, over and over, from start() on, and ends at its first failure. No key of it is anywhere but in
    what `keyturn credentials` prints. region: of its calls and of nobody else's, by which they are told apart."""

    def __init__(self, ground, api, person: Person, key_file: Path, region: str):
        self.person, self.region, self.calls = person, region, 0
        self.failure: str | None = None
        self._ground = ground
        profiles = ground.folder / f"{self.name}.config"
        profiles.write_text(PROFILE.format(name="app", user=person.name, region=region, endpoint=ground.endpoint))
        self.environment = program_environment({
            "AWS_CONFIG_FILE": str(profiles), "AWS_PROFILE": "app", "KEYTURN_API_URL": api.url,
            "KEYTURN_API_KEY_FILE": str(key_file), "PATH": f"{program_path('keyturn').parent}:{os.environ['PATH']}"})
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    @property
    def name(self) -> str:
        return type(self).__name__

    def start(self):
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(CALL + 30)

    def records(self) -> list:
        """Its calls, as the proxy saw them."""
        return [record for record in self._ground.proxy.calls("GetCallerIdentity") if record.call.region == self.region]

    def keys(self) -> list[str]:
        """The keys it used, in their order, each once."""
        return list(dict.fromkeys(record.call.key_id for record in self.records()))

    def _run(self):
        try:
            while not self._stopping.wait(PAUSE):
                who = self.call()
                assert who.endswith(f":user/{self.person.name}"), f"it is {who!r}"
                self.calls += 1
        except Exception as error:  # whatever went wrong is the story's
            self.failure = f"{self.name}, call {self.calls + 1}: {error}"
        self.end()

    def call(self) -> str:
        """Whom STS takes it for."""
        raise NotImplementedError

    def end(self) -> None:
        """After the last call."""


class AwsCli(Caller):
    """A run of the AWS CLI for each call."""

    def call(self) -> str:
        done = subprocess.run([str(Path(sys.executable).parent / "aws"), "sts", "get-caller-identity", "--query", "Arn",
                               "--output", "text"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=CALL,
                              check=False, env=self.environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


class Boto3(Caller):
    """One program that lives as long as the story, with one client."""

    def __init__(self, *given):
        super().__init__(*given)
        self._process = subprocess.Popen([sys.executable, "-c", BOTO3], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                         stderr=subprocess.PIPE, text=True, env=self.environment)

    def call(self) -> str:
        try:
            self._process.stdin.write("\n")
            self._process.stdin.flush()
        except OSError:
            pass  # it ended: said below
        who = self._process.stdout.readline().strip()
        assert who, self._process.stderr.read()
        return who

    def end(self) -> None:
        self._process.kill()
        self._process.communicate(timeout=CALL)
