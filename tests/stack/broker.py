"""The embedded broker: our own small program around librdkafka's mock cluster. Starts at once, keeps nothing."""

import os
from pathlib import Path

from .ports import LOOPBACK
from .process import Process
from .topics import CONTRACT

REPOSITORY = Path(__file__).resolve().parents[2]


def build_folder() -> Path:
    """Where our programs were built: KEYTURN_BUILD, or build/ of the repository."""
    return Path(os.environ.get("KEYTURN_BUILD", REPOSITORY / "build")).resolve()


def program_path(name: str) -> Path:
    """The executable of that name in the build folder: in its bin/, or at its top."""
    candidates = [build_folder() / "bin" / name, build_folder() / name]
    for path in candidates:
        if path.exists():
            return path
    raise FileNotFoundError(f"{name} is not built: none of {', '.join(map(str, candidates))} exists")


class Broker(Process):
    """After restart() it is on the same port with the same topics, and empty."""

    def __init__(self, folder: Path, topics: dict[str, int] | None = None, port: int | None = None):
        """topics: name -> partitions; the contract's five by default."""
        super().__init__("broker", folder, port)
        self.topics = CONTRACT if topics is None else topics

    @property
    def brokers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def command(self) -> list[str]:
        topics = [word for name, count in self.topics.items() for word in ("--topic", f"{name}:{count}")]
        return [str(program_path("keyturn-broker")), "--port", str(self.port), *topics]

    def ready(self) -> bool:
        return b"listening on" in self.output()
