"""Prints the ten longest functions. Nobody is failed by it: would you show each to a stranger?"""

import re

from tree import shown, sources


def functions(path):
    """(lines, file:line, name) of each function of a formatted source, where heads and closing braces stand in the first column."""
    name, first, inside = None, 0, False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        head = not inside and re.match(r"[a-zA-Z_][^;=#]*?(\w+)\(", line)
        if head:
            name, first = head[1], number
        if name and not inside:
            inside = line.endswith("{")
            name = None if line.endswith(";") else name
        elif line == "}" and inside:
            yield number - first + 1, f"{shown(path)}:{first}", name
            name, inside = None, False


found = sorted((f for path in sources(".c") for f in functions(path)), reverse=True)
lengths = [f[0] for f in found] or [0]
print(f"The ten longest of {len(found)} functions (median {lengths[len(lengths) // 2]} lines):")
for length, place, name in found[:10]:
    print(f"  {length:4} lines  {name}  {place}")
