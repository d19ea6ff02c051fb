"""The topics of the contract, and CreateTopics as Kafka's protocol has it (API 19, version 2)."""

import socket
import struct

from .ports import LOOPBACK

JOBS, EVENTS, AUDIT = "keyturn.jobs.v1", "keyturn.events.v1", "keyturn.audit.v1"
JOBS_DLQ, EVENTS_DLQ = "keyturn.jobs.dlq.v1", "keyturn.events.dlq.v1"
PARTITIONS = 8
CONTRACT = {name: PARTITIONS for name in (JOBS, EVENTS, AUDIT, JOBS_DLQ, EVENTS_DLQ)}

CREATE_TOPICS, VERSION, CORRELATION = 19, 2, 1
CREATE_PARTITIONS = 37
ALREADY_EXISTS = 36


def _string(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def create_topics(port: int, topics: dict[str, int], timeout: float = 15) -> None:
    """Creates topics with so many partitions and one replica each; one that exists already stays as it is."""
    body = struct.pack(">i", len(topics))
    for name, partitions in topics.items():
        body += _string(name) + struct.pack(">ihii", partitions, 1, 0, 0)
    body += struct.pack(">i?", int(timeout * 1000), False)
    request = struct.pack(">hhi", CREATE_TOPICS, VERSION, CORRELATION) + _string("ground") + body
    with socket.create_connection((LOOPBACK, port), timeout) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        with connection.makefile("rb") as stream:
            answer = stream.read(struct.unpack(">i", stream.read(4))[0])
    for name, error in _errors(answer).items():
        if error not in (0, ALREADY_EXISTS):
            raise RuntimeError(f"Kafka refused to create the topic {name}: error {error}")


def add_partitions(port: int, topic: str, total: int, timeout: float = 15) -> None:
    """Gives a topic so many partitions: CreatePartitions (API 37, version 0)."""
    body = struct.pack(">i", 1) + _string(topic) + struct.pack(">ii", total, -1)
    body += struct.pack(">i?", int(timeout * 1000), False)
    request = struct.pack(">hhi", CREATE_PARTITIONS, 0, CORRELATION) + _string("ground") + body
    with socket.create_connection((LOOPBACK, port), timeout) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        with connection.makefile("rb") as stream:
            answer = stream.read(struct.unpack(">i", stream.read(4))[0])
    for name, error in _errors(answer).items():
        if error:
            raise RuntimeError(f"Kafka refused to add partitions to the topic {name}: error {error}")


def _errors(answer: bytes) -> dict[str, int]:
    """The error code of each topic: correlation id and throttle time, then (name, code, message or null)."""
    count, at, errors = struct.unpack_from(">i", answer, 8)[0], 12, {}
    for _ in range(count):
        length = struct.unpack_from(">h", answer, at)[0]
        name = answer[at + 2:at + 2 + length].decode()
        code, message = struct.unpack_from(">hh", answer, at + 2 + length)
        at += 6 + length + max(message, 0)
        errors[name] = code
    return errors
