"""The bytes of a secret are never handed to a log line, a fault or a printer."""

import re

from tree import shown, sources, verdict, without_comments

PRINTERS = r"\b(log_line|log_fault|fault_set|printf|fprintf|snprintf|dprintf|text_format|puts|fputs|perror|syslog)\s*\("


def calls(text):
    """(position, name, arguments) of each call of a printer."""
    for call in re.finditer(PRINTERS, text):
        depth, end = 1, call.end()
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield call.start(), call[1], text[call.end() : end]


texts = {path: without_comments(path.read_text()) for path in sources(".c", ".h")}
names = {n for text in texts.values() for n in re.findall(r"\bstruct secret\s+\*?\s*(\w+)\s*[;,)=\[]", text)}
if not names:
    verdict(["no variable or member of type struct secret was found"], "mend this check", "")
bytes_of_secret = re.compile(rf"\b({'|'.join(sorted(names))})\s*(\.|->)\s*bytes\b")

offences, seen = [], 0
for path, text in texts.items():
    for position, name, arguments in calls(text):
        seen += 1
        if bytes_of_secret.search(arguments):
            line = text.count("\n", 0, position) + 1
            offences.append(f"{shown(path)}:{line}: {name}() is given a secret")
verdict(offences, "name the secret's owner or its key id instead", f"{seen} calls that print, {len(names)} names of secrets")
