"""Reads a Dockerfile, as much of its language as ours speaks; anything else is an error, not a guess."""

import json
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

CONTINUED = re.compile(r"\s*\\\s*\n\s*")
VARIABLE = re.compile(r"\$\{(\w+)\}")
KNOWN = {"ARG", "CMD", "COPY", "ENV", "HEALTHCHECK", "LABEL", "RUN", "USER", "WORKDIR"}


@dataclass(frozen=True)
class Step:
    """RUN --mount=... cmake ...: instruction RUN, options {"mount": "..."}, text the rest, variables resolved outside RUN."""

    instruction: str
    options: dict
    text: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text)

    @property
    def command(self) -> list[str]:
        """Of CMD and HEALTHCHECK in their JSON form, which needs no shell."""
        return json.loads(self.text.removeprefix("CMD").strip())


@dataclass
class Stage:
    """FROM base AS name, and its steps."""

    name: str
    base: str
    steps: list[Step] = field(default_factory=list)

    def of(self, instruction: str) -> list[Step]:
        return [step for step in self.steps if step.instruction == instruction]

    @property
    def pairs(self) -> dict[str, str]:
        """Its labels and environment."""
        words = [word for step in self.of("LABEL") + self.of("ENV") for word in step.words]
        return dict(word.split("=", 1) for word in words)


def read(path: Path) -> list[Stage]:
    """The stages in their order, the last one being the image; ARGs have their defaults."""
    stages, values = [], {}
    for line in _lines(path.read_text()):
        instruction, text = line.split(None, 1)
        if instruction != "RUN":
            text = VARIABLE.sub(lambda found: values[found[1]], text)
        if instruction == "ARG":
            name, value = text.split("=", 1)
            values[name] = value
        elif instruction == "FROM":
            words = text.split()
            stages.append(Stage(words[2] if len(words) == 3 else "", words[0]))
        elif instruction in KNOWN:
            options, rest = _options(text)
            stages[-1].steps.append(Step(instruction, options, rest))
        else:
            raise ValueError(f"{path.name}: {instruction} is not understood here")
    return stages


def _lines(text: str) -> list[str]:
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return [line.strip() for line in CONTINUED.sub(" ", kept).splitlines() if line.strip()]


def _options(text: str) -> tuple[dict, str]:
    options = {}
    while text.startswith("--"):
        word, text = text.split(None, 1)
        name, value = word[2:].split("=", 1)
        options[name] = value
    return options, text
