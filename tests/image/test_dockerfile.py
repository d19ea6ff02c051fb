"""The Dockerfile and what it is built from, read without carrying anything out."""

import re

import pytest
from stack.compose import ROOT

from .context import Context
from .dockerfile import read

STAGES = {stage.name: stage for stage in read(ROOT / "docker/Dockerfile")}


def test_a_line_that_is_not_understood_is_no_line_that_is_skipped(tmp_path):
    file = tmp_path / "Dockerfile"
    file.write_text("FROM scratch\nADD a b\n")
    with pytest.raises(ValueError, match="ADD"):
        read(file)


def test_variables_and_long_lines_are_resolved(tmp_path):
    file = tmp_path / "Dockerfile"
    file.write_text("# no FROM\nARG A=1.2\nFROM debian:${A} AS one\nRUN --mount=type=cache,target=/x \\\n    a && \\\n    b ${A}\n"
                    'FROM one\nLABEL a="b c" \\\n      d="${A}"\n')
    one, two = read(file)
    assert (one.name, one.base, two.name, two.base) == ("one", "debian:1.2", "", "one")
    assert one.steps[0].text == "a && b ${A}" and one.steps[0].options == {"mount": "type=cache,target=/x"}
    assert two.pairs == {"a": "b c", "d": "1.2"}


def test_the_image_says_what_it_is():
    told = STAGES[""].pairs
    version = re.search(r"project\(keyturn VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
    assert told["org.opencontainers.image.version"] == version
    assert told["org.opencontainers.image.licenses"] == "MIT" and told["org.opencontainers.image.title"] == "Keyturn"
    assert STAGES[""].base == "scratch"


def test_packages_come_from_the_one_list_and_before_the_sources():
    steps = STAGES["packages"].steps
    copied = [step.text for step in steps if step.instruction == "COPY"]
    assert copied == ["docker/install-packages docker/packages.txt docker/"]
    for stage in STAGES.values():
        assert not [step for step in stage.of("RUN") if "apt" in step.text.replace("/var/lib/apt/lists", "")]


def test_the_sources_are_sent_and_nothing_else(tmp_path):
    context = Context(ROOT)
    sent = context.files()
    rooms = re.findall(r"^add_subdirectory\(([\w/]+)\)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE)
    for room in rooms:
        assert f"{room}/CMakeLists.txt" in sent, f"{room} is in the build and not in .dockerignore's list"
    assert not [name for name in sent if name.split("/")[0] in (".git", ".ci", "build") or "__pycache__" in name]
    assert not context.sent(".git/config") and not context.sent("build/bin/keyturn") and not context.sent("docker/__pycache__/a.pyc")
    assert context.sent("shared/base/text.c")


def test_a_folders_content_is_copied_and_a_file_by_its_name(tmp_path):
    context = Context(ROOT)
    context.copy("docker/packages.txt", tmp_path)
    context.copy("cmake", tmp_path / "there")
    assert (tmp_path / "packages.txt").is_file() and (tmp_path / "there/KeyturnTargets.cmake").is_file()
    with pytest.raises(ValueError, match="build"):
        context.copy("build", tmp_path)
