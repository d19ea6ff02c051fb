"""The few words of Redis's protocol that tests need: send a command, read its answer."""

import socket

from .ports import LOOPBACK


class RedisError(Exception):
    """Redis answered with an error."""


class RedisClient:
    """One connection; opened at the first command and again after it broke. Not for several threads at once."""

    def __init__(self, port: int, timeout: float = 5):
        self._port = port
        self._timeout = timeout
        self._socket = None
        self._reader = None

    def __call__(self, *words):
        """redis("HGET", key, field): bulk answers as str (bytes that are not UTF-8 stay bytes), integers as int."""
        try:
            return self._exchange(words)
        except (OSError, EOFError):
            self.close()
            raise

    def _exchange(self, words):
        if self._socket is None:
            self._socket = socket.create_connection((LOOPBACK, self._port), self._timeout)
            self._reader = self._socket.makefile("rb")
        encoded = [word if isinstance(word, bytes) else str(word).encode() for word in words]
        self._socket.sendall(b"*%d\r\n" % len(encoded) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in encoded))
        answer = self._read()
        if isinstance(answer, RedisError):
            raise answer
        return answer

    def _read(self):
        line = self._reader.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError("Redis closed the connection")
        kind, rest = line[:1], line[1:-2]
        return self._KINDS[kind](self, rest)

    def _bulk(self, rest):
        if int(rest) < 0:
            return None
        data = self._reader.read(int(rest) + 2)[:-2]
        try:
            return data.decode()
        except UnicodeDecodeError:
            return data

    def _array(self, rest):
        return None if int(rest) < 0 else [self._read() for _ in range(int(rest))]

    _KINDS = {b"+": lambda self, rest: rest.decode(), b"-": lambda self, rest: RedisError(rest.decode()),
              b":": lambda self, rest: int(rest), b"$": _bulk, b"*": _array}

    def close(self) -> None:
        if self._socket is not None:
            self._reader.close()
            self._socket.close()
            self._socket = self._reader = None
