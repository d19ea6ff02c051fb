"""`keyturn topics`: shows what it would make, makes it, and then leaves it alone."""

import json

from stack.kcat import list_topics
from stack.stack import Stack
from stack.topics import CONTRACT


def test_plan_shows_five_apply_makes_them_and_a_second_apply_does_nothing(parts):
    with Stack(broker="real", accounts=1, proxy=False, topics={}) as stack:
        def made() -> dict[str, int]:
            return {name: count for name, count in list_topics(stack.kafka.brokers).items() if name in CONTRACT}

        planned = stack.cli("topics", "plan")
        assert "Plan: 5 to make" in planned.stdout and all(f"+ {name}" in planned.stdout for name in CONTRACT)
        rows = json.loads(stack.cli("topics", "plan", "--json").stdout)["topics"]
        wanted = {row["name"]: row["wanted"] for row in rows}
        assert wanted.keys() == CONTRACT.keys() and made() == {}, "a plan makes nothing"
        applied = stack.cli("topics", "apply")
        assert applied.returncode == 0, applied.stdout + applied.stderr
        first = made()
        assert first == wanted
        again = stack.cli("topics", "apply")
        assert again.returncode == 0 and "0 to make" in again.stdout, again.stdout + again.stderr
        assert made() == first and stack.cli("topics", "plan").returncode == 0
