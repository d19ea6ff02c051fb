"""Carries out the steps of a Dockerfile in folders: chroot, overlay and namespaces of its own, nothing of an engine.

A stage is an overlay: what it stands on below, what its steps wrote above. Every RUN has a mount namespace and a process
namespace of its own, so nothing stays mounted and nothing keeps running, however it ends. Needs root.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from .context import Context
from .dockerfile import Stage, Step

RUN = """
set -e
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$UPPER,workdir=$WORK" "$MERGED"
mount -t proc proc "$MERGED/proc"
mount --rbind /dev "$MERGED/dev"
if [ -n "$CACHED" ]; then mkdir -p "$MERGED$TARGET"; mount --bind "$CACHED" "$MERGED$TARGET"; fi
exec chroot "$MERGED" /bin/sh -c "cd '$FOLDER' && $COMMAND"
"""
LONGEST_STEP = 1800
INHERITED = ("PATH", "LANG")


class Failed(AssertionError):
    """A step of the Dockerfile ended badly; its output was printed."""


class Rehearsal:
    """folder: where the stages are put; kept: a folder outside the tree for a stage that others stand on (it changes only
    with its own steps and files); base: the folder that stands for the base image."""

    def __init__(self, root: Path, stages: list[Stage], base: Path, folder: Path, kept: Path):
        self.context = Context(root)
        self.stages = {stage.name: stage for stage in stages}
        self._base, self._folder, self._kept = base, folder, kept

    def files(self, name: str) -> Path:
        """What the steps of a stage wrote."""
        stage = self.stages[name]
        shared = any(other.base == name for other in self.stages.values())
        return (self._kept / f"image-{name}-{self._key(stage)}" if shared else self._folder / (name or "image")) / "files"

    def build(self, name: str) -> Path:
        """Carries out a stage, and first the one it stands on."""
        stage, files = self.stages[name], self.files(name)
        if stage.base in self.stages:
            self.build(stage.base)
        elif stage.base != "scratch" and not stage.base.startswith("debian:13"):
            raise Failed(f"FROM {stage.base}: the rehearsal stands on Debian 13")
        shared = files.is_relative_to(self._kept)
        if shared and files.exists():
            return files
        part = files.parent.with_name(files.parent.name + ".part") if shared else files.parent
        shutil.rmtree(part, ignore_errors=True)
        (part / "files").mkdir(parents=True)
        at = "/"
        for step in stage.steps:
            at = self._take(stage, step, part, at)
        if shared:
            for old in self._kept.glob(f"image-{name}-*"):
                if old != part:
                    shutil.rmtree(old)
            part.rename(files.parent)
        return files

    def _take(self, stage: Stage, step: Step, part: Path, at: str) -> str:
        """One step; returns the folder in which the next one works."""
        print(f"{stage.name or 'image':9} {step.instruction} {step.text}", flush=True)
        if step.instruction == "WORKDIR":
            (part / "files" / step.text.lstrip("/")).mkdir(parents=True, exist_ok=True)
            return step.text
        if step.instruction == "COPY":
            self._copy(step, part / "files", at or "/")
        if step.instruction == "RUN":
            self._run(stage, step, part, self._folder_of(stage, at))
        return at

    def _folder_of(self, stage: Stage, at: str) -> str:
        """WORKDIR is inherited from the stage below."""
        while at == "/" and stage.base in self.stages:
            stage = self.stages[stage.base]
            at = next((step.text for step in reversed(stage.steps) if step.instruction == "WORKDIR"), "/")
        return at

    def _copy(self, step: Step, files: Path, at: str) -> None:
        *sources, target = step.words
        stage = next(stage for stage in self.stages.values() if step in stage.steps)
        there = files / os.path.join(self._folder_of(stage, at), target).lstrip("/")
        for source in sources:
            if "from" in step.options:
                there.mkdir(parents=True, exist_ok=True)
                subprocess.run(["cp", "-a", f"{self.files(step.options['from'])}{source}/.", there], check=True)
            else:
                self.context.copy(source, there)

    def _lower(self, stage: Stage) -> str:
        below = []
        while stage.base in self.stages:
            below.append(str(self.files(stage.base)))
            stage = self.stages[stage.base]
        return ":".join([*below, str(self._base)])

    def _run(self, stage: Stage, step: Step, part: Path, at: str) -> None:
        mount = dict(word.split("=", 1) for word in step.options.get("mount", "").split(",") if word)
        cached = self._folder / "cache" if mount else ""
        for folder in filter(None, (part / "work", part / "merged", cached)):
            Path(folder).mkdir(parents=True, exist_ok=True)
        given = {"LOWER": self._lower(stage), "UPPER": part / "files", "WORK": part / "work", "MERGED": part / "merged",
                 "CACHED": cached, "TARGET": mount.get("target", ""), "FOLDER": at, "COMMAND": step.text, "HOME": "/root"}
        environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
        done = subprocess.run(["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", RUN],
                              env=environment | {name: str(value) for name, value in given.items()},
                              stdin=subprocess.DEVNULL, timeout=LONGEST_STEP, check=False)
        if done.returncode:
            raise Failed(f"RUN {step.text}\nended with {done.returncode}")

    def _key(self, stage: Stage) -> str:
        """Changes with the steps and with every file they copy."""
        told = hashlib.sha256(f"{self._base}{stage}".encode())
        for step in stage.of("COPY"):
            for source in step.words[:-1]:
                for name in self.context.files(source):
                    told.update(name.encode() + b"\0" + (self.context.root / name).read_bytes())
        return told.hexdigest()[:16]
