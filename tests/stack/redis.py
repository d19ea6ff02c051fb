"""redis-server with its own folder: append-only file on, nothing evicted."""

from pathlib import Path

from .ports import LOOPBACK
from .process import Process
from .resp import RedisClient, RedisError


class Redis(Process):
    """`redis("GET", key)` sends a command; restart() keeps the data, flush() drops it."""

    def __init__(self, folder: Path, port: int | None = None):
        super().__init__("redis", folder, port)
        self._client = None

    @property
    def url(self) -> str:
        return f"redis://{LOOPBACK}:{self.port}"

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def command(self) -> list[str]:
        return ["redis-server", "--bind", LOOPBACK, "--port", str(self.port), "--dir", str(self.folder), "--save", "",
                "--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction",
                "--daemonize", "no"]

    def begin(self) -> None:
        super().begin()
        self.close()
        self._client = RedisClient(self.port)

    def ready(self) -> bool:
        """Its own pid in the answer: another server on the same port is not taken for it."""
        try:
            return f"process_id:{self.pid}\r\n" in self("INFO", "server") and self("PING") == "PONG"
        except (OSError, EOFError, RedisError):
            return False

    def __call__(self, *words):
        return self._client(*words)

    def client(self) -> RedisClient:
        """A connection of one's own, for another thread."""
        return RedisClient(self.port)

    def flush(self) -> None:
        self("FLUSHALL")

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
