"""A third-party header is included by one library only, so that one file knows each library's ways."""

import re

from tree import ROOT, numbered, shown, sources, verdict

# header pattern -> the one folder that may include it (None: everybody)
OWNERS = [
    (r"curl/", "shared/http"),
    (r"openssl/(ssl|tls1|x509\w*|err)\.h", "shared/tls"),
    (r"openssl/", "shared/base"),
    (r"librdkafka/", "shared/kafka"),
    (r"hiredis/", "shared/store"),
    (r"jansson\.h", "shared/fields"),
    (r"expat\.h", "shared/aws"),
    (r"(cyaml/|yaml\.h)", "shared/config"),
    (r"microhttpd\.h", "shared/web"),
    (r"uthash\.h|utlist\.h", None),
]
SYSTEM = r"(sys|net|netinet|arpa|linux)/\w+\.h"
C_AND_POSIX = """assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg
stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar wchar wctype dirent
fcntl fnmatch ftw getopt glob grp iconv langinfo libgen netdb nl_types poll pthread pwd regex sched search semaphore spawn
syslog termios unistd utime wordexp ifaddrs malloc""".split()


def owner(header):
    """The folder that may include <header>; None for everybody, False for nobody."""
    if re.fullmatch(SYSTEM, header) or header.removesuffix(".h") in C_AND_POSIX:
        return None
    return next((folder for pattern, folder in OWNERS if re.match(pattern, header)), False)


offences, seen = [], 0
for path in sources(".c", ".h"):
    for number, line in numbered(path):
        include = re.match(r"\s*#\s*include\s*<([^>]+)>", line)
        if not include:
            continue
        folder = owner(include[1])
        seen += 1
        if folder is False:
            offences.append(f"{shown(path)}:{number}: <{include[1]}> belongs to no library yet: say whose it is in {shown(__file__)}")
        elif folder is not None and ROOT / folder not in path.parents:
            offences.append(f"{shown(path)}:{number}: <{include[1]}> may only be included in {folder}/")
verdict(offences, "call the library that owns it through its own header", f"{seen} includes of system and third-party headers")
