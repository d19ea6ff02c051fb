"""What `docker build` would be sent: the files of the tree that .dockerignore lets through."""

import os
import re
import shutil
from pathlib import Path


def _expression(pattern: str) -> re.Pattern:
    """`**/` stands for any folders, `*` for anything but a slash; what is below a match matches too."""
    parts = re.split(r"(\*\*/|\*)", pattern.strip("/"))
    text = "".join({"**/": "(?:.*/)?", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return re.compile(f"{text}(?:/.*)?")


class Context:
    """The tree as .dockerignore leaves it: the last pattern that matches a file decides."""

    def __init__(self, root: Path):
        self.root = root
        lines = [line.strip() for line in (root / ".dockerignore").read_text().splitlines()]
        self._rules = [(_expression(line.removeprefix("!")), line.startswith("!")) for line in lines
                       if line and not line.startswith("#")]

    def sent(self, name: str) -> bool:
        """name: a path in the tree."""
        kept = True
        for expression, keeps in self._rules:
            if expression.fullmatch(name):
                kept = keeps
        return kept

    def files(self, below: str = ".") -> list[str]:
        """Paths of the files that are sent, below a path of the tree, sorted."""
        start = self.root / below
        if start.is_file():
            return [below] if self.sent(below) else []
        found = []
        for folder, names, files in os.walk(start):
            names[:] = sorted(n for n in names if n not in (".git", "build"))
            found += [os.path.relpath(os.path.join(folder, file), self.root) for file in files]
        return sorted(name for name in found if self.sent(name))

    def copy(self, source: str, target: Path) -> None:
        """As COPY does: a file into the folder `target`, a folder's content into it."""
        whole = self.root / source
        names = self.files(source)
        if not names:
            raise ValueError(f"COPY {source}: nothing of it is sent to the engine")
        for name in names:
            there = target / (os.path.relpath(name, source) if whole.is_dir() else os.path.basename(name))
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self.root / name, there, follow_symlinks=False)
