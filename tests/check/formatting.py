"""The C sources are as clang-format leaves them."""

import re
import shutil
import subprocess

from tree import ROOT, fail, need, output_of, shown, skip, sources, verdict

JUDGE = "14"  # versions differ in details; this is Debian 12's

tool = shutil.which(f"clang-format-{JUDGE}") or "clang-format"
need(tool, "clang-format")
version = re.search(r"version (\d+)", output_of(tool, "--version"))[1]
if version != JUDGE:
    skip(f"clang-format {version} is installed; the format is judged by {JUDGE}")
files = sources(".c", ".h", tests=True)
if not files:
    fail("no source was found")
done = subprocess.run([tool, "--dry-run", "-Werror", *map(str, files)], cwd=ROOT, capture_output=True, text=True)
wrong = sorted(set(re.findall(r"^(\S+?):\d+:\d+: error", done.stderr, flags=re.M)))
if done.returncode != 0 and not wrong:
    fail(done.stderr)
verdict([shown(ROOT / name) for name in wrong], f"clang-format -i {' '.join(shown(ROOT / n) for n in wrong)}", f"{len(files)} files")
