"""A topic read all the time by kcat, as any subscriber would."""

from pathlib import Path

from stack.kcat import Message, parse_message
from stack.process import Process


class Tail(Process):
    """messages() are all so far, in the order kcat printed them: within a partition that of the topic."""

    def __init__(self, folder: Path, brokers: str, topic: str):
        super().__init__(f"tail-{topic}", folder)
        self._words = ["kcat", "-C", "-q", "-E", "-u", "-J", "-b", brokers, "-t", topic, "-o", "beginning",
                       "-X", "fetch.wait.max.ms=10", "-X", "reconnect.backoff.max.ms=500"]
        self._read = 0
        self._messages: list[Message] = []

    def command(self) -> list[str]:
        return self._words

    def messages(self) -> list[Message]:
        with self.log.open("rb") as log:
            log.seek(self._read)
            whole = log.read().rpartition(b"\n")[0]
        self._read += len(whole) + 1 if whole else 0
        self._messages += [parse_message(line) for line in whole.split(b"\n") if line.startswith(b"{")]
        return list(self._messages)
