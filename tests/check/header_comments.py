"""Every function in a header of shared/ is explained: a comment directly above it, or above its paragraph."""

import re

from tree import ROOT, shown, sources, verdict

PROTOTYPE = re.compile(r"^(?!typedef|struct \w+ \{|enum|union|#|\s|/|\*|\}|extern \"C\")[a-zA-Z].*\b(\w+)\(")


def prototypes(lines):
    """(index of the first line, name) of each function declared or defined inline in a header."""
    inside_comment = continued = False
    for index, line in enumerate(lines):
        if inside_comment or continued:
            inside_comment = inside_comment and "*/" not in line
            continued = continued and line.endswith("\\")
            continue
        if line.startswith("#"):
            continued = line.endswith("\\")
        elif line.lstrip().startswith("/*"):
            inside_comment = "*/" not in line
        else:
            found = PROTOTYPE.match(line)
            if found and not line.startswith("__attribute__"):
                yield index, re.match(r".*?(\w+)\((?!\()", line)[1]


def explained(lines, index):
    """Climbs through the lines of its paragraph to a comment."""
    while index > 0:
        index -= 1
        line = lines[index].strip()
        if line.endswith("*/") or line.startswith("//"):
            return True
        if not line or line.startswith("#") or line == "}":
            return False
    return False


offences, seen = [], 0
for path in sources(".h"):
    if ROOT / "shared" not in path.parents:
        continue
    lines = path.read_text().splitlines()
    for index, name in prototypes(lines):
        seen += 1
        if not explained(lines, index):
            offences.append(f"{shown(path)}:{index + 1}: {name}() is not explained")
if not seen:
    offences.append("no function was found in any header")
verdict(offences, "one sentence above it: what it takes, what it returns, its errors, who owns what", f"{seen} functions in headers")
