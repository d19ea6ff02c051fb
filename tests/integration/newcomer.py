"""Somebody new, with the README in hand."""

import os
import re
import subprocess
from pathlib import Path

from stack.broker import program_path

ROOT = Path(__file__).resolve().parents[2]
ANNA = "arn:aws:iam::111111111111:user/test-user-anna"


class Newcomer:
    """Stands in a folder whose build/ is the one under test, has no configuration, and somebody else's credentials lying about."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.door = folder / "build" / "try"
        (folder / "build").symlink_to(program_path("keyturn").parent.parent)

    @staticmethod
    def lines() -> list[str]:
        """The two lines."""
        section = (ROOT / "README.md").read_text().split("\n## Be one of its users\n", 1)[1].split("\n## ", 1)[0]
        return re.search(r"```sh\n(.*?)```", section, re.DOTALL)[1].splitlines()

    def tries(self) -> subprocess.CompletedProcess:
        """Types them."""
        environment = os.environ | {"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "other", "HOME": str(self.folder)}
        return subprocess.run(["sh", "-c", "\n".join(self.lines())], cwd=self.folder, env=environment, capture_output=True,
                              text=True, timeout=120, check=False)
