"""Breaks the decision's C code in one place at a time and asks the comparison, then the unit tests, whether they notice.

    mutate.py --build build [--count 20] [--seed 1] [--seconds 50] [--all] [--files rollback.c ...]

What nobody notices must be named in equivalent.txt with the reason why nobody could; else the run fails.
"""

import argparse
import concurrent.futures
import json
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import compare
import inputs
import rules
from ring import ANSWER, ROOT, pack, unpack

FOLDER = ROOT / "shared/rotation"
FILES = "plan.c facts.c decide.c roles.c standing.c unfinished.c succession.c rollback.c notices.c".split()
UNIT_TESTS = ("unit_plan_account unit_plan_window unit_plan_rollout unit_plan_notices unit_plan_in_use unit_plan_standing unit_plan_succession"
              " unit_plan_unfinished unit_plan_world unit_plan_rollback unit_roles")
LATE = "nobody, for want of time"
FIRST = 3000
LINKER = ["-fuse-ld=gold"] if shutil.which("ld.gold") else []  # a third of the time
EQUIVALENT = pathlib.Path(__file__).with_name("equivalent.txt")

# What is tried in place of what. Operators stand between spaces as the formatter puts them, so that pointers and includes are passed over.
SWAPS = [
    (r" < ", (" <= ", " >= ")), (r" <= ", (" < ", " > ")), (r" > ", (" >= ", " <= ")), (r" >= ", (" > ", " < ")),
    (r" == ", (" != ",)), (r" != ", (" == ",)), (r" \+ ", (" - ",)), (r" - ", (" + ",)), (r" \* (?=\w)", (" + ",)),
    (r" && ?", (" || ",)), (r" \|\|", (" &&",)), (r"(?<![\w!])!(?=[\w(])", ("",)), (r"\btrue\b", ("false",)),
    (r"\bfalse\b", ("true",)), (r"\blatest\(", ("earliest(",)), (r"\bearliest\(", ("latest(",)),
]
NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")


@dataclass(frozen=True)
class Mutant:
    file: str
    line: int
    code: str
    at: int
    old: str
    new: str
    nth: int

    def name(self):
        """As equivalent.txt names it: by the line's words, so that it outlives lines put before it."""
        return f"{self.file} | {self.code.strip()} | {self.old.strip() or self.old}#{self.nth} -> {self.new.strip() or 'nothing'}"


def code_only(text):
    """The text with comments, strings and preprocessor lines blanked, of the same length."""
    blank = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"|^[ \t]*#[^\n]*|' + r"'(?:\\.|[^'\\])+'", re.S | re.M)
    return blank.sub(lambda found: re.sub(r"[^\n]", "\0", found.group()), text)


def mutants_of(file):
    text = (FOLDER / file).read_text()
    code = code_only(text)
    places = [(found, new) for pattern, swaps in SWAPS for found in re.finditer(pattern, code) for new in swaps]
    places += [(found, str(int(found.group()) + 1)) for found in NUMBER.finditer(code)]
    for found, new in sorted(places, key=lambda place: place[0].start()):
        start = text.rfind("\n", 0, found.start()) + 1
        line = text[start:text.find("\n", found.start())]
        nth = code[start:found.start()].count(found.group()) + 1
        yield Mutant(file, text.count("\n", 0, found.start()) + 1, line, found.start(), found.group(), new, nth)


class Bench:
    """How the build compiles and links, and what the untouched code answers to a corpus."""

    def __init__(self, build, corpus):
        self.build = pathlib.Path(build).resolve()
        commands = json.loads((self.build / "compile_commands.json").read_text())
        self.compile = {pathlib.Path(c["file"]).name: shlex.split(c["command"]) for c in commands if c["file"].startswith(str(FOLDER))}
        self.links = {name: self.link_of(name) for name in ["reference_driver", *UNIT_TESTS.split()]}
        self.records = list(corpus)
        sound = self.build / "unit/reference_driver"
        self.rounds = [(records, self.ask(sound, records)) for records in (self.records[:FIRST], self.records[FIRST:])]

    def link_of(self, target):
        done = subprocess.run(["ninja", "-C", self.build, "-t", "commands", target], stdout=subprocess.PIPE, text=True, check=True)
        command = done.stdout.strip().splitlines()[-1]
        return shlex.split(command.removeprefix(": && ").removesuffix(" && :"))

    def ask(self, driver, records):
        done = subprocess.run([driver], input=compare.HEADER + b"".join(records), stdout=subprocess.PIPE, timeout=60)
        return done.stdout if done.returncode == 0 else b""

    def make(self, mutant, folder):
        text = (FOLDER / mutant.file).read_text()
        source, made = folder / mutant.file, folder / "mutant.o"
        source.write_text(text[:mutant.at] + mutant.new + text[mutant.at + len(mutant.old):])
        command = [w for w in self.compile[mutant.file] if w != "-Werror"]
        command[command.index("-o") + 1], command[-1] = str(made), str(source)
        done = subprocess.run([*command, "-w", "-O0", "-U_FORTIFY_SOURCE", f"-I{FOLDER}"], cwd=self.build, stderr=subprocess.PIPE)
        return made if done.returncode == 0 else None

    def link(self, target, made, folder):
        command = list(self.links[target])
        out = command.index("-o")
        command[out + 1] = str(folder / target)
        command.insert(out, str(made))
        subprocess.run(command + LINKER, cwd=self.build, check=True)
        return folder / target

    def noticed(self, mutant, known):
        """By whom: "compiler", "reference", the name of a unit test; None if it lives. Of one that is known to be equivalent no unit test is asked."""
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            made = self.make(mutant, folder)
            if made is None:
                return "compiler"
            if self.reference_notices(self.link("reference_driver", made, folder)):
                return "reference"
            if mutant.name() in known:
                return "equivalent"
            for test in UNIT_TESTS.split():
                program = self.link(test, made, folder)
                try:
                    done = subprocess.run([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
                except subprocess.TimeoutExpired:
                    return "a test that hangs"
                if done.returncode != 0:
                    return test
        return None

    def reference_notices(self, driver):
        """A few inputs first, since they show most of what is wrong."""
        try:
            return any(differs_somewhere(records, answers, self.ask(driver, records)) for records, answers in self.rounds)
        except subprocess.TimeoutExpired:
            return True


def differs_somewhere(records, answers, got):
    """The reference is asked only where the mutant answers otherwise than the code it was made of."""
    if len(got) != len(answers):
        return True
    for record, was, now in zip(records, iter_answers(answers), iter_answers(got)):
        if was != now:
            ring, found = unpack(record), compare.Answer.of(ANSWER.unpack(now))
            if compare.differs(ring, found) or rules.broken(ring, found):
                return True
    return False


def iter_answers(answers):
    return (answers[i:i + ANSWER.size] for i in range(0, len(answers), ANSWER.size))


def corpus(seed, size):
    """In no order, so that the first of them are of every kind."""
    found = [*map(pack, inputs.drawn(seed, size)), *map(pack, inputs.near(seed, size // 2))]
    random.Random(seed).shuffle(found)
    return found


def equivalents():
    """Name of a mutant -> why nobody can notice it."""
    known = {}
    for line in EQUIVALENT.read_text().splitlines():
        if line.strip() and not line.startswith("//"):
            name, _, reason = line.rpartition(" | ")
            known[name] = reason
    return known


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True)
    parser.add_argument("--files", nargs="*", default=FILES)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=45, help="no mutant is begun later than this, without --all")
    parser.add_argument("--corpus", type=int, default=20_000, help="inputs drawn; half as many come of the complete sub-spaces")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    began, known = time.monotonic(), equivalents()
    every = [m for file in options.files for m in mutants_of(file)]
    chosen = every if options.all else random.Random(options.seed).sample(every, min(options.count, len(every)))
    bench = Bench(options.build, corpus(options.seed, options.corpus))
    tally, lived, ready = {}, [], time.monotonic()

    def one(mutant):
        late = not options.all and time.monotonic() - ready > options.seconds
        return mutant, LATE if late else bench.noticed(mutant, known)

    with concurrent.futures.ThreadPoolExecutor(options.threads) as pool:
        for done, (mutant, who) in enumerate(pool.map(one, chosen), 1):
            tally[who or "nobody"] = tally.get(who or "nobody", 0) + 1
            if who is None:
                lived.append(mutant)
                print(f"LIVES {mutant.name()}   (line {mutant.line})", flush=True)
            if options.all and done % 50 == 0:
                print(f"{done} of {len(chosen)} tried, {time.monotonic() - began:.0f} s", flush=True)
    print(f"{len(chosen)} of {len(every)} mutants, noticed by: {', '.join(f'{who} {n}' for who, n in sorted(tally.items()))}")
    print(f"seed {options.seed}, {len(bench.records)} inputs, {time.monotonic() - began:.0f} s")
    return 0 if not lived and tally.get("reference", 0) else 1


if __name__ == "__main__":
    sys.exit(main())
