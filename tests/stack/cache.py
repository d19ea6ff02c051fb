"""Where `prepare` keeps what it fetched."""

import subprocess
from pathlib import Path

PREPARE = Path(__file__).with_name("prepare")
SLOWEST_FETCH = 900


def prepared(what: str) -> Path:
    """The folder of `venv` or `kafka`, made now if it is not there yet (a minute, once)."""
    run = subprocess.run([PREPARE, what], stdout=subprocess.PIPE, text=True, timeout=SLOWEST_FETCH, check=False)
    if run.returncode:
        raise RuntimeError(f"{PREPARE} {what} failed; its messages are above")
    return Path(run.stdout.strip())
