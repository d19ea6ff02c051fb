"""Reading and writing topics with kcat, which knows nothing of our code."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple


class Message(NamedTuple):
    partition: int
    offset: int
    key: bytes | None
    headers: dict[str, str]
    value: bytes | None

    @property
    def json(self):
        return json.loads(self.value)


_forged: set[tuple[str, bytes]] = set()


def was_forged(topic: str, message: Message) -> bool:
    """Whether a story of this run wrote it, by produce()."""
    return (topic, message.value) in _forged


def _kcat(brokers: str, *words: str, timeout: float) -> bytes:
    run = subprocess.run(["kcat", "-b", brokers, "-q", *words], stdin=subprocess.DEVNULL, capture_output=True,
                         timeout=timeout, check=False)
    if run.returncode:
        raise RuntimeError(f"kcat {' '.join(words)}: {run.stderr.decode(errors='replace').strip()}")
    return run.stdout


def read_topic(brokers: str, topic: str, timeout: float = 30) -> list[Message]:
    """Every message from the beginning to the end the topic has now, by partition and offset. subprocess's
    TimeoutExpired if the broker does not answer in time."""
    listed = _kcat(brokers, "-C", "-t", topic, "-o", "beginning", "-e", "-J", "-X", "fetch.wait.max.ms=10",
                   timeout=timeout)
    return sorted(parse_message(line) for line in listed.split(b"\n") if line)


def parse_message(line: bytes) -> Message:
    """One line of kcat -J. Bytes that are no UTF-8 it writes as they are; surrogate escapes carry them through the JSON
    reader."""
    seen = json.loads(line.decode(errors="surrogateescape"))
    names_and_values = iter(seen.get("headers") or [])
    return Message(seen["partition"], seen["offset"], _bytes(seen["key"]), dict(zip(names_and_values, names_and_values)),
                   _bytes(seen["payload"]))


def _bytes(text: str | None) -> bytes | None:
    return None if text is None else text.encode(errors="surrogateescape")


def produce(brokers: str, topic: str, value: bytes, key: str = "", headers: dict[str, str] | None = None,
            partition: int | None = None, timeout: float = 30) -> None:
    """Writes one message, value exactly as given, to the partition or where Java's partitioner puts the key."""
    _forged.add((topic, value))
    words = ["-P", "-t", topic, "-X", "topic.partitioner=murmur2_random"]
    words += ["-k", key] if key else []
    words += ["-p", str(partition)] if partition is not None else []
    for name, text in (headers or {}).items():
        words += ["-H", f"{name}={text}"]
    with tempfile.TemporaryDirectory(prefix="keyturn-kcat-") as folder:
        file = Path(folder, "value")
        file.write_bytes(value)
        _kcat(brokers, *words, str(file), timeout=timeout)


def produce_lines(brokers: str, topic: str, lines: list[bytes], key: str = "", partition: int | None = None,
                  timeout: float = 60) -> None:
    """Writes one message a line, all with this key."""
    _forged.update((topic, line) for line in lines)
    words = ["-P", "-l", "-t", topic, "-X", "topic.partitioner=murmur2_random"]
    words += ["-p", str(partition)] if partition is not None else []
    if key:
        words += ["-K", "\t"]
        lines = [key.encode() + b"\t" + line for line in lines]
    with tempfile.TemporaryDirectory(prefix="keyturn-kcat-") as folder:
        file = Path(folder, "lines")
        file.write_bytes(b"\n".join(lines) + b"\n")
        _kcat(brokers, *words, str(file), timeout=timeout)


def _topics(brokers: str, timeout: float) -> list[dict]:
    return json.loads(_kcat(brokers, "-L", "-J", "-m", str(max(1, int(timeout) - 1)), timeout=timeout))["topics"]


def list_topics(brokers: str, timeout: float = 10) -> dict[str, int]:
    """Topic names with their partition counts."""
    return {topic["topic"]: len(topic["partitions"]) for topic in _topics(brokers, timeout)}


def all_led(brokers: str, timeout: float = 10) -> bool:
    """Whether every partition of every topic has a leader, so that it can be written and read."""
    return all(partition["leader"] >= 0 for topic in _topics(brokers, timeout) for partition in topic["partitions"])
