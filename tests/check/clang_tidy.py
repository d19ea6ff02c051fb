"""clang-tidy, with the checks of .clang-tidy, finds nothing in what is shipped."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tree import BUILD, ROOT, compile_commands, fail, need, shown, sources, verdict

# gcc's flags that clang does not know are no finding
QUIET = ["--extra-arg=-Wno-unknown-warning-option", "--extra-arg=-Wno-ignored-optimization-argument"]


def examine(path):
    done = subprocess.run(["clang-tidy", "--quiet", *QUIET, "-p", str(BUILD), str(path)], cwd=ROOT, capture_output=True, text=True)
    found = [line.replace(f"{ROOT}/", "") for line in done.stdout.splitlines() if re.search(r": (warning|error):", line)]
    return found or ([f"{shown(path)}: clang-tidy failed: {done.stderr.strip()}"] if done.returncode else [])


need("clang-tidy", "clang-tidy")
built = compile_commands()
files = [path for path in sources(".c") if path in built]
if not files:
    fail("no shipped source is in the build")
with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
    findings = sorted({line for lines in pool.map(examine, files) for line in lines})
verdict(findings, "mend it, or NOLINT(its-name) on its line with the reason", f"{len(files)} sources")
