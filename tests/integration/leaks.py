"""Where a secret must not be: a search of everything the programs wrote, said or showed.

grep does the search, so that nothing of ours decides what is found.
"""

import base64
import json
import os
import re
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from stack.contract import check_messages
from stack.kcat import Message, read_topic
from stack.topics import CONTRACT

SAMPLE_EVERY = 1.0
CREATED = "New access key for "
KEY_ID = re.compile(r"^  Key id:   (\S+)$", re.MULTILINE)
READABLE = {"string": ("GET",), "hash": ("HGETALL",), "set": ("SMEMBERS",), "list": ("LRANGE", 0, -1),
            "zset": ("ZRANGE", 0, -1, "WITHSCORES")}


@dataclass
class Search:
    """What was searched in a session, and found."""

    secrets: int = 0
    files: int = 0
    size: int = 0
    hits: list[str] = field(default_factory=list)
    messages: dict[str, int] = field(default_factory=dict)  # checked against the contract, by topic
    broken: list[str] = field(default_factory=list)


def spellings(secret: str) -> set[bytes]:
    """A secret as it is, in hex, in a URL, in JSON that escapes slashes, and in base64 of anything around it."""
    raw = secret.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(), quote(secret, safe="").encode(),
             quote(secret, safe="").lower().encode() if "%" in quote(secret, safe="") else raw,
             secret.replace("/", "\\/").encode()}
    for before in range(3):
        shifted = base64.b64encode(b"\0" * before + raw)
        whole = shifted[(0, 2, 3)[before]:len(shifted) // 4 * 4 - 4]
        found |= {whole, whole.replace(b"+", b"-").replace(b"/", b"_")}
    return found


def search(files: list[Path], secrets: list[str], patterns: Path) -> list[str]:
    """The files that hold any of the secrets, as `path:count of lines`."""
    patterns.write_bytes(b"\n".join(sorted(set().union(*map(spellings, secrets)))) + b"\n")
    run = subprocess.run(["grep", "-H", "-a", "-c", "-F", "-f", str(patterns), *map(str, files)],
                         stdin=subprocess.DEVNULL, capture_output=True, check=False, env=os.environ | {"LC_ALL": "C"})
    patterns.unlink()
    if run.returncode > 1:
        raise RuntimeError(f"grep: {run.stderr.decode(errors='replace')}")
    return [line for line in run.stdout.decode().splitlines() if not line.endswith(":0")]


class Samples:
    """What the living programs show to others, asked for every second: /metrics, arguments, environment."""

    def __init__(self, ground):
        self._ground = ground
        self.folder = ground.folder / "evidence"
        self.folder.mkdir()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="samples", daemon=True)

    def start(self):
        self._thread.start()
        return self

    def _run(self):
        while not self._stopping.wait(SAMPLE_EVERY):
            for program in list(self._ground.programs):
                if program.alive:
                    self._sample(program)

    def _sample(self, program) -> None:
        with (self.folder / f"{program.name}.shown").open("ab") as file:
            file.write(program.get("/metrics")[1].encode() + _proc(program.pid, "cmdline"))
            file.write(b"\n".join(entry for entry in _proc(program.pid, "environ").split(b"\0")
                                  if not entry.startswith(b"AWS_SECRET_ACCESS_KEY=")) + b"\n")

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(30)


def _proc(pid: int, what: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes()
    except OSError:
        return b""


def judge(topic: str, messages: list[Message], search: Search) -> None:
    """Every message that Keyturn wrote is one that the contract describes."""
    try:
        search.messages[topic] = search.messages.get(topic, 0) + check_messages(topic, messages)
    except AssertionError as error:
        search.broken.append(str(error))


def collect(ground, search: Search) -> None:
    """Topics, mails and Redis into the evidence folder; logs, Redis' journal and Kafka's segments are files already."""
    evidence = ground.folder / "evidence"
    for topic in CONTRACT:
        messages = read_topic(ground.kafka.brokers, topic)
        judge(topic, messages, search)
        with (evidence / topic).open("wb") as file:
            for message in messages:
                headers = json.dumps(message.headers).encode()
                file.write(b"\n".join([message.key or b"", headers, message.value or b"", b""]))
    mails = ("\n".join(map(str, without_own_secret(ground, mail).values())) for mail in ground.moto.mails())
    (evidence / "mails").write_text("\n".join(mails))
    (evidence / "redis").write_text("\n".join(map(repr, _redis(ground.redis))))


def without_own_secret(ground, mail: dict) -> dict:
    """A mail as it is searched. One about a new key, to one of those who are mailed the secret and to nobody else, may hold it once in its text
    and once in its HTML, for the key it names; every other secret is still found in it."""
    named = KEY_ID.search(mail["text"])
    if len(mail["to"]) != 1 or mail["to"][0] not in ground.mailed or not mail["subject"].startswith(CREATED) or not named:
        return mail
    own = [key.secret for key in ground.moto.issued() if key.key_id == named[1]]
    return mail | {part: mail[part].replace(secret, "", 1) for secret in own for part in ("text", "html")}


def _redis(redis):
    """Every key with its value."""
    cursor = None
    while cursor != "0":
        cursor, keys = redis("SCAN", cursor or "0", "COUNT", 1000)
        for key in keys:
            word, *rest = READABLE[redis("TYPE", key)]
            yield key, redis(word, key, *rest)


def _files(folder: Path) -> list[Path]:
    """The evidence, every program's log, what Redis and Kafka keep on disk (its indexes hold offsets only)."""
    places = [("evidence", "*"), ("programs", "*"), ("redis", "*"), ("kafka", "*.log")]
    found = [file for place, names in places for file in (folder / place).rglob(names) if file.is_file()]
    return [*found, folder / "keyturn.yaml"]


def look_for_leaks(ground, found: Search) -> None:
    """Searches all a ground has for every secret it ever gave out."""
    collect(ground, found)
    secrets = [key.secret for key in ground.moto.issued()]
    files = _files(ground.folder)
    found.secrets += len(secrets)
    found.files += len(files)
    found.size += sum(file.stat().st_size for file in files)
    found.hits += search(files, secrets, ground.folder / "patterns")
