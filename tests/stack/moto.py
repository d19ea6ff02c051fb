"""moto, the AWS stand-in, with signatures and permissions checked, N member accounts and a verified mail sender."""

import os
import sys
from pathlib import Path

from .moto_client import REGION, SENDER, Credentials, MotoClient
from .ports import LOOPBACK
from .process import Process

__all__ = ["REGION", "SENDER", "Credentials", "Moto"]
TESTS = Path(__file__).resolve().parent.parent


class Moto(Process, MotoClient):
    """Everything in it lives in memory: after kill() and start() it is a new, empty world, seeded again."""

    def __init__(self, folder: Path, accounts: int = 3, port: int | None = None):
        Process.__init__(self, "moto", folder, port)
        MotoClient.__init__(self, "", accounts)

    def begin(self) -> None:
        super().begin()
        self.url = f"http://{LOOPBACK}:{self.port}"

    def command(self) -> list[str]:
        return [sys.executable, "-m", f"{__package__}.moto_server", "--port", str(self.port)]

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MOTO_"))} | {
            "PYTHONPATH": str(TESTS), "MOTO_PORT": str(self.port)}

    def ready(self) -> bool:
        return b"listening on" in self.output()

    def finish(self, timeout: float = 60) -> None:
        super().finish(timeout)
        self.seed()
