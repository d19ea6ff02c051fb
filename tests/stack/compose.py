"""docker/compose.yaml, read for what it tells our programs: which of them run, in what order, with which words and environment."""

import graphlib
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
FILE = ROOT / "docker" / "compose.yaml"
IMAGE = "docker/Dockerfile"


@dataclass(frozen=True)
class Service:
    """One service as the file has it, anchors resolved."""

    name: str
    written: dict

    @property
    def is_ours(self) -> bool:
        """Whether it runs in the image of Keyturn's programs."""
        return self.written.get("build", {}).get("dockerfile") == IMAGE

    @property
    def program(self) -> str:
        return self.written["command"][0]

    @property
    def words(self) -> list[str]:
        return self.written["command"][1:]

    @property
    def environment(self) -> dict[str, str]:
        return self.written.get("environment", {})

    @property
    def needs(self) -> dict[str, str]:
        """The services that come before it, each with its condition."""
        return {name: need["condition"] for name, need in self.written.get("depends_on", {}).items()}

    @property
    def ends(self) -> bool:
        """Whether it does its work once and ends."""
        return self.written.get("restart") == "no"

    @property
    def scale(self) -> int:
        return self.written.get("scale", 1)

    @property
    def mounts(self) -> dict[str, str]:
        """Path in the container -> volume, or path beside the file (`./...`)."""
        parts = [mount.split(":") for mount in self.written.get("volumes", [])]
        return {part[1]: part[0] for part in parts}


def services(file: Path = FILE) -> dict[str, Service]:
    """All of them, each after those it needs."""
    written = yaml.safe_load(file.read_text())["services"]
    found = {name: Service(name, body) for name, body in written.items()}
    order = graphlib.TopologicalSorter({name: set(service.needs) for name, service in found.items()})
    return {name: found[name] for name in order.static_order()}
