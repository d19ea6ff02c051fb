"""Names that say nothing, parsing by strstr or atoi, and work left for later."""

import re

from tree import PROGRAMS, ROOT, numbered, shown, sources, verdict, without_comments

EMPTY_NAMES = re.compile(r"(^|_)(common|misc|utils?|helpers?|managers?)(_|$)")
LATER = re.compile(r"\b(TODO|FIXME|XXX)\b|\b(stubs?|not implemented)\b", re.I)
NO_PARSERS = re.compile(r"\b(strstr|strcasestr|ato[ifl]|atoll)\s*\(")

offences = []
for path in sources(".c", ".h", ".py", ".sh", ".txt", ".cmake", tests=True):
    if path.parent == ROOT / "tests" / "check":
        continue
    if EMPTY_NAMES.search(path.stem):
        offences.append(f"{shown(path)}: a file is named by the noun it holds")
    for number, line in numbered(path):
        if LATER.search(line):
            offences.append(f"{shown(path)}:{number}: work left for later: {line.strip()}")
shipped = sources(".c", ".h")
for path in shipped:
    for number, line in enumerate(without_comments(path.read_text()).splitlines(), 1):
        found = NO_PARSERS.search(line)
        if found:
            offences.append(f"{shown(path)}:{number}: {found[1]} is no parser")
verdict(offences, "name it, read it with its own reader, finish it", f"{len(shipped)} sources of shared/, {', '.join(PROGRAMS)}")
