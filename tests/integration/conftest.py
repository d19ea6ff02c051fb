"""One ground a file, one reader over all of them, and what both found at the end."""

import pytest

from .ground import Ground
from .leaks import Search
from .parts import insist
from .reader import Totals


@pytest.fixture(scope="session")
def parts():
    """Everything is there, or nothing runs."""
    insist()


@pytest.fixture(scope="session")
def totals(request, parts):
    request.config.keyturn_totals = Totals()
    return request.config.keyturn_totals


@pytest.fixture(scope="session")
def search(parts):
    return Search()


@pytest.fixture(scope="module")
def ground(request, parts, totals, search):
    """The ground of a file, as its GROUND says."""
    with Ground(totals, search, **getattr(request.module, "GROUND", {})) as made:
        yield made


@pytest.fixture(autouse=True)
def no_rules_left(request):
    """A story that fails leaves nothing in the way of the next."""
    yield
    if "ground" in request.fixturenames and request.getfixturevalue("ground").proxy:
        request.getfixturevalue("ground").proxy.clear()


def pytest_collection_modifyitems(items):
    """The file that judges the whole session comes last."""
    items.sort(key=lambda item: item.path.name == "test_totals.py")


def pytest_terminal_summary(terminalreporter, config):
    totals = getattr(config, "keyturn_totals", None)
    if totals:
        terminalreporter.write_line(f"reads {totals.reads}, failures {len(totals.failures)}")
        for failure in totals.failures:
            terminalreporter.write_line(f"  {failure}")
