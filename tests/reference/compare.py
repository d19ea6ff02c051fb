"""Compares the decision as it is built with the reference, and holds its answers against the rules of section 7.

    compare.py --driver build/unit/reference_driver [--seed 1] [--all [--away 1 1 1] [--policies 0 4 ...]]
"""

import argparse
import collections
import hashlib
import itertools
import multiprocessing
import random
import struct
import subprocess
import sys
import time

import inputs
import rules
import space
from reference import notices, plan_next
from ring import ANSWER, ANSWER_FIELDS, NO_KEY, POLICIES, ROOT, REASONS, STEPS, pack, tell

BATCH = 50_000
DOUBTS = {"FACTS_INCOMPLETE", "TORN_READ"}
RESTING = {"WAIT", "BLOCK", "SKIP"}


class Answer(collections.namedtuple("Answer", [*ANSWER_FIELDS, "told"])):
    """told: the notices, four numbers each."""

    @classmethod
    def of(cls, found):
        return cls(*found[: len(ANSWER_FIELDS)], found[len(ANSWER_FIELDS):])


TELLS = [bool(p.notify_only or p.warn0) for p in POLICIES]
HEADER = struct.pack("<i", len(POLICIES)) + b"".join(p.pack() for p in POLICIES)


def ask(driver, rings):
    done = subprocess.run([driver], input=HEADER + b"".join(map(pack, rings)), stdout=subprocess.PIPE, check=True)
    answers = [Answer.of(found) for found in ANSWER.iter_unpack(done.stdout)]
    if len(answers) != len(rings):
        sys.exit(f"{driver} answered {len(answers)} of {len(rings)} inputs")
    return answers


def batches(stream):
    while batch := list(itertools.islice(stream, BATCH)):
        yield batch


def differs(ring, got):
    """What the reference says otherwise, in words; None where both agree."""
    (row, step, reason, key, too, at), facts = plan_next(POLICIES[ring.policy], ring)
    mine = (row, step, reason, key, too)
    theirs = (got.row, STEPS[got.step], REASONS[got.reason], got.key, got.key_too)
    if mine != theirs and not (reason is None and mine[:2] + mine[3:] == theirs[:2] + theirs[3:]):
        return mine, theirs
    if at is not None and not ring.now < got.not_before <= at:
        return (*mine, f"by {at - ring.now}"), (*theirs, f"at {got.not_before - ring.now}")
    return extras(ring, got, facts) or sleeps_past(ring, got)


def sleeps_past(ring, got):
    """Waits until a time before which there was something to do: a second earlier the decision must still be to rest.

    A candidate nobody answers for is tried again by verify.timeout, and nothing else is looked at meanwhile."""
    if REASONS[got.reason] == "CANNOT_VERIFY":
        return None if got.not_before == ring.now + POLICIES[ring.policy].timeout else (("tried again",), (got.not_before - ring.now,))
    if REASONS[got.reason] in DOUBTS:  # what a note says is doubted then, not waited for
        return None
    if STEPS[got.step] not in RESTING or got.not_before <= ring.now + 1 or POLICIES[ring.policy].mode == 0:
        return None
    looked, ring.now = ring.now, got.not_before - 1
    try:
        (row, step, *_), facts = plan_next(POLICIES[ring.policy], ring)
        if step not in RESTING:
            return ("sleeps past", row, step), (got.row, STEPS[got.step], REASONS[got.reason])
        if TELLS[ring.policy] and len(notices(facts)) != got.notices:
            return ("sleeps past", "a notice"), (got.row, STEPS[got.step], REASONS[got.reason])
    finally:
        ring.now = looked
    return None


def extras(ring, got, facts):
    """What stands beside the step: roles, intents to be closed, the two warnings."""
    roles = tuple(map(facts.seen, range(len(ring.keys)))) + (-1,) * (3 - len(ring.keys))
    if roles != (got.role0, got.role1, got.role2):
        return ("roles", roles), ("roles", (got.role0, got.role1, got.role2))
    closes = sum(facts.closes(at) << i for i, at in enumerate(facts.intents))
    if closes != got.closes:
        return ("closes", closes), ("closes", got.closes)
    warned = (got.emergency, got.current_gone)
    told = (int(facts.emergency), int(facts.unlisted and got.row >= 4 and REASONS[got.reason] != "STALE_LIST"))
    if warned != told:
        return ("warned", told), ("warned", warned)
    if (shown := (facts.shown, facts.gate or (NO_KEY, 0, 0, 0))) != (theirs := (bool(got.shown), gate_of(got))):
        return ("shown, gate", shown), ("shown, gate", theirs)
    mine = notices(facts) if TELLS[ring.policy] else []
    told = [(REASONS[reason], key, at, due) for reason, key, at, due in zip(*[iter(got.told[: 4 * got.notices])] * 4)]
    return None if sorted(mine) == sorted(told) else (("notices", tuple(mine)), ("notices", tuple(told)))


def gate_of(got):
    return (got.gate_key, got.gate_since, got.gate_until, got.gate_used) if got.gate_key >= 0 else (NO_KEY, 0, 0, 0)


class Tally:
    def __init__(self):
        self.inputs, self.different, self.broken, self.rows = 0, 0, 0, collections.Counter()
        self.kinds, self.smallest = collections.Counter(), {}

    def see(self, ring, got):
        self.inputs += 1
        self.rows[got.row] += 1
        for kind, is_rule in ((differs(ring, got), False), (rules.broken(ring, got), True)):
            if not kind:
                continue
            self.broken, self.different = self.broken + is_rule, self.different + (not is_rule)
            self.kinds[kind] += 1
            told = tell(ring)
            if kind not in self.smallest or len(told) < len(self.smallest[kind]):
                self.smallest[kind] = told

    def ask(self, driver, stream):
        for batch in batches(stream):
            for ring, got in zip(batch, ask(driver, batch)):
                self.see(ring, got)
        return self

    def add(self, other):
        self.inputs, self.different, self.broken = self.inputs + other.inputs, self.different + other.different, self.broken + other.broken
        self.rows += other.rows
        self.kinds += other.kinds
        self.smallest = {**other.smallest, **self.smallest}

    def tell(self, most):
        for kind, count in self.kinds.most_common(most):
            print(f"{count:7}  {kind}\n         {self.smallest[kind]}")
        rows = " ".join(f"{row}:{count}" for row, count in sorted(self.rows.items()))
        print(f"{self.inputs} inputs, {self.different} differences, {self.broken} broken rules; by row {rows}")


def sources_seed():
    """Another for every change of the decision or of the reference, the same for the same files."""
    files = sorted([*(ROOT / "shared/rotation").glob("*.[ch]"), *(ROOT / "tests/reference").glob("*.py")])
    return int(hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:6], 16)


def streams(options):
    """Of inputs.py: for a policy that the seed says, and drawn."""
    chance = random.Random(options.seed)
    yield (ring for ring in inputs.neighbours([options.seed % len(POLICIES)]) if chance.random() < options.share)
    yield inputs.drawn(options.seed, options.draw)


def parts(options):
    """Of space.py: (policy, layout, how many members may be away from rest). In a test run none, and for the policy that the seed says, one."""
    def away(policy, keys):
        return options.away[keys] if options.all else int(policy == options.seed % len(POLICIES))
    found = [(policy, layout, away(policy, len(layout[0]))) for policy in options.policies for layout in space.layouts()]
    random.Random(options.seed).shuffle(found)
    return found


def ask_part(work):
    driver, seed, which = work
    part, tally = space.Part(*which, seed), Tally()
    tally.ask(driver, part.rings())
    return tally, part.classes


def walk(options, tally):
    """All parts to their end."""
    began, classes = time.monotonic(), 0
    work = [(options.driver, options.seed, part) for part in parts(options)]
    with multiprocessing.Pool(options.processes) as pool:
        for done, (one, count) in enumerate(pool.imap_unordered(ask_part, work), 1):
            tally.add(one)
            classes += count
            if done % 100 == 0:
                print(f"{done} of {len(work)} parts, {classes} classes, {time.monotonic() - began:.0f} s", flush=True)
    print(f"walked to the end: {len(work)} parts, {classes} classes; {time.monotonic() - began:.0f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", required=True)
    parser.add_argument("--seed", type=int, default=sources_seed())
    parser.add_argument("--draw", type=int, default=60_000, help="how many inputs are drawn from the whole space")
    parser.add_argument("--share", type=float, default=0.15, help="of the neighbours, for one policy")
    parser.add_argument("--all", action="store_true", help="walk with that many members away from rest, and nothing else")
    parser.add_argument("--away", type=int, nargs=3, default=(1, 1, 1), help="with --all: how many, with no key, one and two")
    parser.add_argument("--policies", type=int, nargs="*", default=range(len(POLICIES)))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--most", type=int, default=20, help="how many kinds of difference are told")
    options = parser.parse_args()
    tally, began = Tally(), time.monotonic()
    for stream in () if options.all else streams(options):
        tally.ask(options.driver, stream)
    walk(options, tally)
    tally.tell(options.most)
    print(f"seed {options.seed}, {time.monotonic() - began:.0f} s")
    return 1 if tally.different or tally.broken or not tally.inputs else 0


if __name__ == "__main__":
    sys.exit(main())
