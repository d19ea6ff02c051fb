"""cppcheck finds nothing in what is shipped."""

import os
import subprocess

from tree import BUILD, ROOT, need, rooms, shown, sources, verdict

need("cppcheck", "cppcheck")
cache = BUILD / "cppcheck"
cache.mkdir(parents=True, exist_ok=True)
done = subprocess.run(
    [
        "cppcheck",
        "--enable=warning,performance,portability",
        "--std=c11",
        "--inline-suppr",
        "--quiet",
        "--error-exitcode=1",
        "--template={file}:{line}: {severity}: {message} [{id}]",
        "--suppress=missingIncludeSystem",
        "--suppress=unknownMacro",
        "--suppress=varFuncNullUB",  # POSIX makes NULL a pointer, so it may close a list of arguments
        "-D_GNU_SOURCE",
        '-DKEYTURN_VERSION="0"',
        f"--cppcheck-build-dir={shown(cache)}",
        f"-j{os.cpu_count()}",
        *(f"-I{shown(room)}" for room in rooms()),
        *(shown(room) for room in rooms()),
    ],
    cwd=ROOT,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    text=True,
)
found = done.stdout.splitlines() or (["cppcheck failed and said nothing"] if done.returncode else [])
verdict(found if done.returncode else [], "mend it, or suppress it on its line with the reason", f"{len(sources('.c'))} sources")
