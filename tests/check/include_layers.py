"""A library's include folder is the only way to its headers, and the folders it sees are those of lower layers: an illegal
include does not compile. Shown by compiling, with the very flags of the build."""

import re
import subprocess
import tempfile

from tree import ROOT, compile_commands, fail, numbered, rooms, shown, sources, verdict

# An include may only point to an earlier row.
LAYERS = [
    ["base"],
    ["fields", "tls"],
    ["model"],
    ["config", "http", "kafka", "store", "web"],
    ["aws", "metrics"],
    ["rotation", "aws_iam_write"],
    ["service"],
    ["scheduler", "worker", "notifier", "api", "cli"],
]
ONLY_FOR = {"aws_iam_write": ["worker"]}
LAYER = {room: number for number, row in enumerate(LAYERS) for room in row}


def preprocess(command, folder, text, mode="-E"):
    """Compiles `text` with a source's own flags, from a folder that holds no header."""
    with tempfile.TemporaryDirectory() as nowhere:
        return subprocess.run([*command, mode, "-x", "c", "-"], input=text, cwd=nowhere, capture_output=True, text=True)


def flags():
    """{room: (flags, folder)} of each library and program that has a source."""
    found = {}
    for source, (command, folder) in sorted(compile_commands().items()):
        for room in rooms():
            if room in source.parents:
                found.setdefault(room.name, (command, folder))
    return found


def may_see(room, other):
    if room == other:
        return True
    return LAYER[other] < LAYER[room] and room in ONLY_FOR.get(other, [room])


def headers():
    """{header: room}; two headers of one name would make an include mean either."""
    found = {}
    for path in sources(".h"):
        room = path.relative_to(ROOT).parts[path.relative_to(ROOT).parts[0] == "shared"]
        if found.setdefault(path.name, room) != room:
            fail(f"two headers are called {path.name}, in {found[path.name]} and in {room}: rename one")
    return found


def seen_by(command, folder, names):
    """Which of these headers a source with those flags can include."""
    text = "".join(f'#if __has_include("{name}")\nkt_sees {name}\n#endif\n' for name in names)
    return re.findall(r"^kt_sees (\S+)$", preprocess(command, folder, text).stdout, flags=re.M)


def prove(room, header, compiles, command, folder):
    """One real compilation: does it end as it must, and for the right reason?"""
    done = preprocess(command, folder, f'#include "{header}"\nint kt_probe;\nint kt_probe = 0;\n', "-fsyntax-only")
    if compiles and done.returncode != 0:
        fail(f'{room}: #include "{header}" must compile and does not:\n{done.stderr}')
    if not compiles and (done.returncode == 0 or "No such file" not in done.stderr and "file not found" not in done.stderr):
        fail(f'{room}: #include "{header}" must not compile for want of the header, but:\n{done.stderr or "it compiled"}')


offences, pairs, all_headers, all_flags = [], 0, headers(), flags()
unknown = [room.name for room in rooms() if room.name not in LAYER]
if unknown:
    fail(f"no layer is known for {', '.join(unknown)}: add it to {shown(__file__)}")
for room, (command, folder) in all_flags.items():
    for header in seen_by(command, folder, all_headers):
        pairs += 1
        if not may_see(room, all_headers[header]):
            offences.append(f"{room} can include {header} of {all_headers[header]}")
for path in sources(".c", ".h"):
    for number, line in numbered(path):
        if re.match(r'\s*#\s*include\s*"[^"]*/', line):
            offences.append(f"{shown(path)}:{number}: an include by path goes around the include folders")
if not pairs:
    fail("no library sees any header, not even its own: the probe is broken")
if {"base", "worker"} <= set(all_flags) and "kafka.h" in all_headers:
    prove("base", "kafka.h", False, *all_flags["base"])
    prove("base", "base.h", True, *all_flags["base"])
    prove("worker", "kafka.h", True, *all_flags["worker"])
else:
    offences.append("base, worker and kafka.h are needed for the proof by compilation")
verdict(
    offences,
    "remove the library from LINKS in the CMakeLists.txt that shows it, or from PUBLIC where it need not be",
    f"{pairs} header visibilities in {len(all_flags)} libraries and programs; an illegal include did not compile, a legal one did",
)
