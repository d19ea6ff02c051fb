"""The cache: made whole or not at all, once for all who ask, anew when a pin changes. Maven and Python are played by
scripts here, so that nothing is fetched."""

import json
import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MAVEN = """#!/bin/sh
echo run >> "$RUNS"
for word in "$@"; do case $word in -DoutputDirectory=*) out=${word#*=};; esac; done
mkdir -p "$out" && touch "$out/kafka_2.13-9.jar"
[ ! -e "$BREAKS" ] || kill -9 $PPID
"""


@pytest.fixture
def place(tmp_path):
    """A copy of `prepare` with its pins, a Maven of our own, an empty cache."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, text in (("mvn", MAVEN), ("java", "#!/bin/sh\n")):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    for name in ("prepare", "pom.xml", "requirements.txt"):
        shutil.copy(HERE / name, tmp_path / name)
    return tmp_path


def prepare(place: Path, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run([place / "prepare", *words], capture_output=True, text=True, timeout=60, env=os.environ | {
        "PATH": f"{place}/tools:{os.environ['PATH']}", "KEYTURN_CACHE": str(place / "cache"),
        "RUNS": str(place / "runs"), "BREAKS": str(place / "breaks")})


@pytest.mark.parametrize(("home", "told"), [({}, "no HOME"), ({"HOME": __file__}, "cannot be written")])
def test_without_a_home_to_write_in_it_is_kept_in_the_build_folder(place, home, told):
    there = place / "tests" / "stack"
    there.mkdir(parents=True)
    for name in ("prepare", "pom.xml"):
        shutil.copy(HERE / name, there / name)
    homeless = {name: value for name, value in os.environ.items() if name not in ("HOME", "XDG_CACHE_HOME", "KEYTURN_CACHE")}
    run = subprocess.run([there / "prepare", "kafka"], capture_output=True, text=True, timeout=60, env=homeless | home | {
        "PATH": f"{place}/tools:{os.environ['PATH']}", "RUNS": str(place / "runs"), "BREAKS": str(place / "breaks")})
    assert run.returncode == 0 and Path(run.stdout.strip()).parent == place / "build" / "cache"
    assert told in run.stderr


def runs(place: Path) -> int:
    return len((place / "runs").read_text().split())


def test_it_is_made_once_and_then_found(place):
    first, second = prepare(place, "kafka"), prepare(place, "kafka")
    assert first.stdout == second.stdout and runs(place) == 1
    assert (Path(first.stdout.strip()) / "lib" / "kafka_2.13-9.jar").exists()
    assert "made" in first.stderr and second.stderr == ""


def test_a_changed_pin_makes_a_new_one_beside_the_old(place):
    old = prepare(place, "kafka").stdout.strip()
    (place / "pom.xml").write_text((place / "pom.xml").read_text().replace("4.1.1", "4.1.2"))
    new = prepare(place, "kafka").stdout.strip()
    assert old != new and Path(old).is_dir() and Path(new).is_dir()


def test_an_interrupted_run_leaves_nothing_that_looks_finished(place):
    (place / "breaks").touch()
    assert prepare(place, "kafka").returncode != 0
    assert not [path for path in (place / "cache").iterdir() if path.is_dir() and path.suffix != ".part"]
    (place / "breaks").unlink()
    assert prepare(place, "kafka").returncode == 0 and runs(place) == 2


def test_several_at_once_share_one_run(place):
    with ThreadPoolExecutor(4) as pool:
        answers = {done.stdout for done in pool.map(lambda _: prepare(place, "kafka"), range(4))}
    assert len(answers) == 1 and runs(place) == 1


def test_a_tool_that_is_missing_is_named_with_its_package(place):
    (place / "tools" / "mvn").unlink()
    only = place / "only"
    only.mkdir()
    for name in ("sh", "dirname", "flock", "mkdir"):
        (only / name).symlink_to(shutil.which(name))
    run = subprocess.run([place / "prepare", "kafka"], capture_output=True, text=True, timeout=20,
                         env={"PATH": str(only), "HOME": str(place)})
    assert run.returncode == 1 and "mvn is missing: install the Debian package maven" in run.stderr


NPM = """#!/bin/sh
echo run >> "$RUNS"
while [ $# -gt 0 ]; do case $1 in --prefix) mkdir -p "$2/node_modules/that-package"; shift;; esac; shift; done
"""


def test_node_packages_are_those_of_the_lock_file(place):
    (place / "node").mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / "node" / name, place / "node" / name)
    for name, text in (("npm", NPM), ("node", "#!/bin/sh\necho v20\n")):
        (place / "tools" / name).write_text(text)
        (place / "tools" / name).chmod(0o755)
    first, second = prepare(place, "node"), prepare(place, "node")
    assert first.stdout == second.stdout and runs(place) == 1, first.stderr
    assert (Path(first.stdout.strip()) / "node_modules/that-package").is_dir()
    with (place / "node/package-lock.json").open("a") as lock:
        lock.write("\n")
    assert prepare(place, "node").stdout != first.stdout and runs(place) == 2


OLDEST_NODE = 18  # Debian 12's and Ubuntu 24.04's
RUNS_ALL_THE_SAME = {"cloudevents"}  # asks for a newer one without need


@pytest.mark.parametrize("pins", [HERE / "node", HERE.parents[1] / "docker/mail"], ids=["node", "mail"])
def test_the_node_packages_run_on_the_oldest_node_that_a_distribution_has(pins):
    packages = json.loads((pins / "package-lock.json").read_text())["packages"]
    wanted = {name.removeprefix("node_modules/"): one.get("engines", {}) for name, one in packages.items()}
    oldest = {name: min(map(int, re.findall(r"(\d+)[.\d]*", said["node"])), default=0) for name, said in wanted.items()
              if isinstance(said, dict) and "node" in said}
    assert len(oldest) > 20 and {name for name, major in oldest.items() if major > OLDEST_NODE} <= RUNS_ALL_THE_SAME


def test_nobody_knows_what_else_to_prepare(place):
    assert prepare(place, "tea").returncode == 2
