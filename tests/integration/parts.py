"""What these stories need beside Python. A missing part is a skip with its reason, a failure if all is required."""

import os
import shutil

import pytest
from stack.broker import program_path
from stack.cache import prepared

TOOLS = {"redis-server": "redis-server", "kcat": "kcat", "java": "openjdk-17-jre-headless", "setpriv": "util-linux"}
PROGRAMS = ("keyturn", "keyturn-scheduler", "keyturn-worker", "keyturn-notifier", "keyturn-api")


def missing() -> list[str]:
    """What is not there, each with what to do about it."""
    found = [f"{tool} is missing: install the Debian package {package}"
             for tool, package in TOOLS.items() if not shutil.which(tool)]
    for program in PROGRAMS:
        try:
            program_path(program)
        except FileNotFoundError as error:
            found.append(str(error))
    return found or _kafka_missing()


def _kafka_missing() -> list[str]:
    try:
        prepared("kafka")
    except RuntimeError as error:
        return [f"Apache Kafka could not be fetched: {error}"]
    return []


def insist() -> None:
    """Ends the story here unless everything is there."""
    reasons = "; ".join(missing())
    if reasons and os.environ.get("KEYTURN_REQUIRE") == "all":
        pytest.fail(reasons, pytrace=False)
    if reasons:
        pytest.skip(reasons)
