"""Power is linked, not configured: only the worker holds the code that changes IAM access keys."""

import re

from tree import BUILD, fail, need, output_of, programs, shown, verdict

CHANGES = {"iam_create_access_key", "iam_update_access_key", "iam_delete_access_key"}


def defined(path):
    return set(re.findall(r"^\S+ [A-TV-Zabcdtr] (\S+)$", output_of("nm", "--defined-only", str(path)), flags=re.M))


need("nm", "binutils")
archives = sorted(BUILD.glob("shared/**/libkt_aws_iam_write.a"))
if not archives:
    fail("libkt_aws_iam_write.a is not built")
library = set(re.findall(r"^\S+ T (\S+)$", output_of("nm", "--defined-only", str(archives[0])), flags=re.M))
if not CHANGES <= library:
    fail(f"shared/aws_iam_write no longer defines {', '.join(sorted(CHANGES - library))}: tell {shown(__file__)} the new names")

offences, holders = [], []
for program in programs():
    held = library & defined(program)
    if program.name == "keyturn-worker":
        holders.append(program.name)
        offences += [f"keyturn-worker lacks {name}: the check cannot see what it looks for" for name in sorted(CHANGES - held)]
    else:
        offences += [f"{program.name} links {name}" for name in sorted(held)]
if not holders:
    offences.append("keyturn-worker is not built: nothing shows that the check can see these functions")
verdict(
    offences,
    "no program but the worker may name aws_iam_write in LINKS; is a binary stripped?",
    f"{len(library)} functions, in keyturn-worker only, of {len(programs())} programs",
)
