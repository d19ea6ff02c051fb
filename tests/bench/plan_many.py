"""`keyturn plan` of 5,000 users at 100 reads a second: under two minutes, two reads a user, one of the account and the inventory, and no changing call."""

import json
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path

from stack.broker import program_path
from stack.faultproxy import FaultProxy
from stack.moto import REGION, Moto
from stack.program import program_environment

USERS, RATE, PAGE = 5000, 100, 1000
MOST_SECONDS = 120
DAY = 86400
POLICY = "policies:\n- name: people\n  mode: apply\n  select: {name_prefix: [bench-]}\n"


def seed(moto: Moto, account: str) -> None:
    """A key each: a third of them is due, the others are not."""
    now = time.time()
    for name, count, age in (("due", USERS // 3, 80), ("young", USERS - USERS // 3, 20)):
        moto.control("POST", "users", {"account": account, "prefix": f"bench-{name}-", "count": count, "created": now - age * DAY})


def plan(moto: Moto, proxy: FaultProxy, folder: Path) -> tuple[dict, float]:
    policy = folder / "policies.yaml"
    policy.write_text(POLICY)
    account = moto.accounts[0]
    environment = {"AWS_ENDPOINT_URL": proxy.url, "AWS_REGION": REGION} | moto.programs.environment()
    began = time.monotonic()
    done = subprocess.run([program_path("keyturn"), "plan", "--policy", policy, "--rate", str(RATE), "--json", "--account",
                           f"{account}={moto.role_arn(account)}"], capture_output=True, text=True, check=True,
                          timeout=600, env=program_environment(environment))
    return json.loads(done.stdout), time.monotonic() - began


def row() -> tuple[bool, str]:
    with tempfile.TemporaryDirectory() as folder, Moto(Path(folder) / "moto", accounts=1) as moto:
        seed(moto, moto.accounts[0])
        with FaultProxy(moto.port) as proxy:
            proxy.page_users = PAGE
            document, seconds = plan(moto, proxy, Path(folder))
            calls: Counter = proxy.counts()
    calls.pop("AssumeRole", None)
    pages = calls.pop("GetAccountAuthorizationDetails")
    summary = document["summary"]
    reads = dict(sorted(calls.items()))
    fine = (seconds < MOST_SECONDS and reads == {"DescribeSecret": USERS + 1, "ListAccessKeys": USERS} and pages == USERS // PAGE
            and summary["create"] == USERS // 3 and summary["wait"] == USERS - USERS // 3)
    return fine, (f"{USERS} users planned in {seconds:.1f} s at {RATE} reads a second (at most {MOST_SECONDS} s): {reads}, {pages} pages, "
                  f"{summary['create']} to create, {summary['wait']} waiting")
