"""Apache Kafka itself, one KRaft node on plain Java: what proves durability, commits and rebalances."""

import os
import subprocess
from pathlib import Path

from . import kcat
from .cache import prepared
from .ports import LOOPBACK, connects, free_port
from .process import Process
from .topics import CONTRACT, create_topics

CLUSTER_ID = "a2V5dHVybi1zdGFjay0wMA"
FORMAT_TIMEOUT = 60

# The short session lets a killed broker register again at once instead of after nine seconds.
PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://{host}:{port},CONTROLLER://{host}:{controller}
advertised.listeners=PLAINTEXT://{host}:{port}
inter.broker.listener.name=PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
default.replication.factor=1
min.insync.replicas=1
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""


class Kafka(Process):
    """restart() and kill() with start() keep the data and the port."""

    def __init__(self, folder: Path, topics: dict[str, int] | None = None, port: int | None = None):
        """topics: name -> partitions, created when it first answers; the contract's five by default."""
        super().__init__("kafka", folder, port)
        self.topics = CONTRACT if topics is None else topics
        self._jars = None
        self._controller = None

    @property
    def brokers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def _java(self, *words: str) -> list[str]:
        return ["java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{self._jars}/lib/*",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", *words]

    def command(self) -> list[str]:
        return self._java("kafka.Kafka", str(self._properties))

    def environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(("KAFKA_", "JAVA_TOOL"))}

    def properties(self) -> str:
        """server.properties; the last of several lines with one name counts."""
        return PROPERTIES.format(host=LOOPBACK, port=self.port, controller=self._controller, data=self.folder / "data")

    def format_words(self) -> list[str]:
        """What else StorageTool is told when the data folder is made."""
        return []

    @property
    def _properties(self) -> Path:
        return self.folder / "server.properties"

    def begin(self) -> None:
        self._jars = self._jars or prepared("kafka")
        self.port = self.port or free_port()
        self._controller = self._controller or free_port()
        self._properties.write_text(self.properties())
        if not (self.folder / "data/meta.properties").exists():
            self._format()
        super().begin()

    def _format(self) -> None:
        with self.log.open("ab") as log:
            subprocess.run(self._java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c",
                                      str(self._properties), *self.format_words()), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                           timeout=FORMAT_TIMEOUT, check=True, env=self.environment())

    def finish(self, timeout: float = 90) -> None:
        super().finish(timeout)
        create_topics(self.port, self.topics)
        self.wait_for(lambda: self.topics.keys() <= kcat.list_topics(self.brokers).keys() and self.ready(), 20,
                      "seen to have its topics")

    def ready(self) -> bool:
        if not connects(self.port):
            return False
        try:
            return kcat.all_led(self.brokers, timeout=5)
        except (RuntimeError, subprocess.TimeoutExpired, ValueError):
            return False
