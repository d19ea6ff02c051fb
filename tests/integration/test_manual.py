"""The manual pages are in order by the judgement of man's own tools, and the completions are what bash would offer."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from stack.broker import program_path
from stack.program import program_environment

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/cli.md"
NO_DATE = 'WARNING: missing date, using "": TH'  # a page made at build time has none, so that two builds are one


def keyturn(*words: str) -> str:
    done = subprocess.run([str(program_path("keyturn")), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=60, check=True, env=program_environment({}))
    return done.stdout


def commands() -> list[str]:
    """As the overview lists them."""
    lines = keyturn("help").partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    return [line[2:25].strip() for line in lines]


def lint(page: str) -> list[str]:
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning"], input=page, capture_output=True, text=True, timeout=60,
                          check=False)
    return [line for line in (done.stdout + done.stderr).splitlines() if NO_DATE not in line]


@pytest.fixture(scope="module")
def mandoc():
    if not shutil.which("mandoc"):
        pytest.fail("mandoc is missing: install the Debian package mandoc", pytrace=False)


def test_the_manual_is_in_order_and_has_every_command(mandoc):
    page, names = keyturn("help", "--man"), commands()
    assert lint(page) == [] and len(names) > 20
    assert [line.removeprefix(".SS ").replace("\\-", "-") for line in page.splitlines()
            if line.startswith(".SS ")] == names
    built = program_path("keyturn").parent.parent / "man/keyturn.1"
    assert built.read_text() == page, "the page that is installed is made by the build"


def test_the_document_lists_every_command_with_its_exit_codes():
    """In the order of the help, and with the codes that the page of the command names."""
    table = DOCUMENT.read_text().partition("| command |")[2].partition("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table]
    assert [re.match("`([a-z ]+)", name)[1].strip() for name, _, _ in rows] == commands()
    told = ""
    for name, (_, _, codes) in zip(commands(), rows, strict=True):
        told = codes if not codes.startswith("the same") else told
        said = keyturn("help", *name.split()).partition("Exit codes:")[2].partition("Options:")[0]
        assert re.findall(r"\b\d\b", said) == re.findall(r"\b\d\b", told), name


def test_the_page_of_every_command_is_in_order(mandoc):
    for name in commands():
        assert lint(keyturn("help", "--man", *name.split())) == [], name


def test_what_man_would_complain_of_is_noticed(mandoc):
    assert lint(keyturn("help", "--man").replace(".SH SYNOPSIS", ".SH SYNOPSIS\n.XX"))


COMPLETE = """
source <(printf '%s' "$1")
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
_keyturn
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.mark.parametrize("typed, offered", [
    (["keyturn", "rol"], {"rollback"}),
    (["keyturn", "dlq", ""], {"list", "show", "retry"}),
    (["keyturn", "dlq", "retry", "--a"], {"--all"}),
    (["keyturn", "rotate", "anna", "--re"], {"--reason"}),
    (["keyturn", "version", "--j"], {"--json"}),
    (["keyturn", "completion", "--j"], set()),
])
def test_bash_offers_what_there_is(typed, offered):
    done = subprocess.run(["bash", "--norc", "-c", COMPLETE, "complete", keyturn("completion"), *typed],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr == "" and set(done.stdout.split()) == offered
