"""The Dockerfile carried out on Debian 13, and the image that came of it. `make test-trixie` runs this; it needs root and minutes."""

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from stack import compose
from stack.cache import prepared

from .dockerfile import read
from .rehearsal import Rehearsal

ROOT = compose.ROOT
FOLDER = ROOT / "build" / "image"
STAGES = read(ROOT / "docker/Dockerfile")
OURS = {name: service for name, service in compose.services().items() if service.is_ours}
SHELLS = {"sh", "bash", "dash", "busybox", "apt", "apt-get", "dpkg", "perl", "python3"}
MOST_BYTES = 64 << 20
# What runs a program out of the image: its own loader and libraries, nothing of this machine's.
WRAPPER = """#!/bin/sh
exec "{loader}" --inhibit-cache --library-path "{libraries}" "{program}" "$@"
"""


@pytest.fixture(scope="module")
def rehearsal():
    base = prepared("trixie")
    return Rehearsal(ROOT, STAGES, base, FOLDER, base.parent)


@pytest.fixture(scope="module")
def tested(rehearsal, capfd_off):
    return rehearsal.build("test")


@pytest.fixture(scope="module")
def image(rehearsal, tested, capfd_off) -> Path:
    """The files of the image; those of the tests' stage are there by then, so that only links are left to do."""
    shutil.rmtree(FOLDER / "image", ignore_errors=True)
    rehearsal.build("build")
    return rehearsal.build("")


@pytest.fixture(scope="module")
def capfd_off(request):
    """The steps' output is shown as it comes."""
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        yield


def programs(image: Path) -> list[Path]:
    return sorted((image / "usr/bin").iterdir())


def inside(image: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    """Runs a program of the image in the image, as its user, with its environment."""
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "chroot", "--userspec=10001:10001", str(image), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL,
                          env={"PATH": "/usr/bin:/usr/sbin:/bin:/sbin"} | environment)


def test_it_builds_without_warnings_and_its_unit_tests_pass(tested):
    """Warnings are errors in the build, and a failed unit test ends its step."""
    log = (FOLDER / "cache/Testing/Temporary/LastTest.log").read_text(errors="replace")
    assert log.count("Test Passed.") > 50 and "Test Failed." not in log


def test_the_image_holds_what_it_needs_and_nothing_to_play_with(image):
    files = [path for path in image.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
    assert {path.name for path in image.iterdir()} == {"bin", "etc", "lib", "lib64", "run", "tmp", "usr"}
    assert not [path for path in files if path.name in SHELLS]
    assert not [path for path in files if path.stat().st_mode & (stat.S_ISUID | stat.S_ISGID)]
    assert {path.name for path in files if os.access(path, os.X_OK) and path.parent.name == "bin"} == {p.name for p in programs(image)}
    assert (image / "etc/ssl/certs/ca-certificates.crt").stat().st_size > 100000
    assert (image / "usr/share/zoneinfo/Europe/Berlin").is_file() and (image / "usr/share/doc/keyturn/LICENSE").is_file()
    for folder in ("run/keyturn", "run/keyturn/audit", "run/keyturn/aws", "run/keyturn/secrets"):
        assert (image / folder).stat().st_uid == 10001


def test_all_rooms_programs_are_in_it(image):
    rooms = {path.parent.name for path in ROOT.glob("*/main.c")}
    assert {path.name for path in programs(image)} == {"keyturn" if room == "cli" else f"keyturn-{room}" for room in rooms}


def test_every_library_that_is_asked_for_is_there(image):
    there = {path.name for path in image.rglob("*.so*")}
    asked = set()
    for path in [*programs(image), *image.rglob("*.so*")]:
        dynamic = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True).stdout
        asked |= set(re.findall(r"\(NEEDED\).*\[(.*?)\]", dynamic))
    assert asked and asked <= there, asked - there


def test_the_programs_start_there_as_nobody_in_particular(image):
    version = next(stage for stage in STAGES if stage.name == "").pairs["org.opencontainers.image.version"]
    for program in programs(image):
        done = inside(image, program.name, "--version")
        assert done.stdout == f"{program.name} {version}\n" and done.returncode == 0, done.stdout + done.stderr


def test_what_compose_runs_is_there_and_can_check_its_health(image):
    asked = {service.program for service in OURS.values()} & {path.name for path in programs(image)}
    assert asked >= {"keyturn", "keyturn-scheduler", "keyturn-worker", "keyturn-notifier"}
    shutil.copy(ROOT / "docker/config/stack.yaml", image / "etc/keyturn/keyturn.yaml")
    shutil.copy(ROOT / "docker/config/profiles/default.yaml", image / "tmp/policy.yaml")
    try:
        environment = {name: value for name, value in OURS["worker"].environment.items() if name != "KEYTURN_REDIS_PASSWORD_FILE"
                       and name != "KEYTURN_REDIS_USERNAME"}
        for name in sorted(asked - {"keyturn"}):
            done = inside(image, name, "--check", **environment)
            assert done.returncode == 0, done.stdout + done.stderr
        assert inside(image, "keyturn", "policy", "check", "/tmp/policy.yaml").returncode == 0
        health = STAGES[-1].of("HEALTHCHECK")[0].text.split("CMD", 1)[1]
        assert health.strip() == '["keyturn", "healthcheck"]'
    finally:
        (image / "etc/keyturn/keyturn.yaml").unlink()
        (image / "tmp/policy.yaml").unlink()


def test_the_programs_can_be_tried_on_this_machine(image):
    """Leaves build/image/programs, which the integration tests take for a build folder: the programs of the image, with its
    loader and its libraries."""
    there = FOLDER / "programs" / "bin"
    shutil.rmtree(there.parent, ignore_errors=True)
    there.mkdir(parents=True)
    loader = next((image / "usr/lib64").glob("ld-linux-*.so.*"), None) or next((image / "usr/lib").glob("ld-linux-*.so.*"))
    libraries = ":".join(str(folder) for folder in sorted({path.parent for path in image.rglob("*.so*")}))
    for program in programs(image):
        wrapper = there / program.name
        wrapper.write_text(WRAPPER.format(loader=loader, libraries=libraries, program=program))
        wrapper.chmod(0o755)
        done = subprocess.run([wrapper, "--version"], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0 and done.stdout.startswith(program.name), done.stderr
