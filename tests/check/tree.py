"""Where the checks find the sources and what was built from them."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / os.environ.get("KEYTURN_BUILD", "build")
PROGRAMS = ["scheduler", "worker", "notifier", "api", "cli"]
SKIPPED = 77


def rooms():
    """The folders whose sources are shipped: each library of shared/, and each program."""
    libraries = sorted(p for p in (ROOT / "shared").iterdir() if p.is_dir())
    return libraries + [ROOT / p for p in PROGRAMS if (ROOT / p).is_dir()]


def sources(*suffixes, tests=False):
    """Our C sources and headers, shipped ones and on request the tests' too, sorted."""
    folders = rooms() + ([ROOT / "tests"] if tests else [])
    return sorted(p for f in folders for p in f.rglob("*") if p.suffix in suffixes and p.is_file())


def shown(path):
    return os.path.relpath(path, ROOT)


def numbered(path):
    """(line number, line) of a file."""
    return enumerate(path.read_text(errors="replace").splitlines(), 1)


def compile_commands():
    """{source: (argument list without source and output, folder)} of the release build."""
    database = BUILD / "compile_commands.json"
    if not database.exists():
        fail(f"{shown(database)} is missing: run `make build` first")
    commands = {}
    for entry in json.loads(database.read_text()):
        words = shlex.split(entry["command"])
        kept = [w for w, before in zip(words, [""] + words) if w not in ("-c", "-o") and before not in ("-c", "-o")]
        commands[pathlib.Path(entry["file"])] = (kept, entry["directory"])
    return commands


def programs():
    """The executables that are shipped."""
    found = sorted(p for p in (BUILD / "bin").glob("keyturn*") if os.access(p, os.X_OK) and p.is_file())
    if not found:
        fail(f"no program in {shown(BUILD / 'bin')}: run `make build` first")
    return found


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def without_comments(text):
    """C text with comments blanked and line numbers kept; string literals stay."""
    def blank(match):
        return match[0] if match[0][0] in "\"'" else re.sub(r"[^\n]", " ", match[0])

    return re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|/\*.*?\*/|//[^\n]*', blank, text, flags=re.S)


def need(tool, package):
    """Ends the check unless the tool is installed: a check that did not look has not passed."""
    from shutil import which

    if not which(tool):
        fail(f"{tool} is missing: install the Debian package {package}")


def fail(reason):
    print(reason)
    sys.exit(1)


def skip(reason):
    print(reason)
    sys.exit(SKIPPED)


def verdict(offences, mend, seen):
    """Prints what is wrong and how to mend it, else what was looked at; ends the check."""
    for offence in offences:
        print(offence)
    if offences:
        fail(f"mend: {mend}")
    print(seen)
    sys.exit(0)
