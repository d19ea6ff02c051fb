"""Compares the decision as it is built with the reference, and holds its answers against the rules of section 7.

    compare.py --driver build/unit/reference_driver [--draw 150000] [--seed 1] [--all]
"""

import argparse
import collections
import itertools
import random
import struct
import subprocess
import sys
import time

import inputs
import rules
from reference import plan_next
from ring import ANSWER, ANSWER_FIELDS, POLICIES, REASONS, STEPS, pack, tell

BATCH = 50_000
RESTING = {"WAIT", "BLOCK", "SKIP"}
Answer = collections.namedtuple("Answer", ANSWER_FIELDS)
HEADER = struct.pack("<i", len(POLICIES)) + b"".join(p.pack() for p in POLICIES)


def ask(driver, rings):
    done = subprocess.run([driver], input=HEADER + b"".join(map(pack, rings)), stdout=subprocess.PIPE, check=True)
    answers = [Answer(*found) for found in ANSWER.iter_unpack(done.stdout)]
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
    if STEPS[got.step] not in RESTING or got.not_before <= ring.now + 1 or POLICIES[ring.policy].mode == 0:
        return None
    looked, ring.now = ring.now, got.not_before - 1
    try:
        (row, step, *_), _facts = plan_next(POLICIES[ring.policy], ring)
    finally:
        ring.now = looked
    return None if step in RESTING else (("sleeps past", row, step), (got.row, STEPS[got.step], REASONS[got.reason]))


def extras(ring, got, facts):
    """What stands beside the step: roles, intents to be closed, the two warnings."""
    roles = tuple(facts.seen_as) + (-1,) * (3 - len(ring.keys))
    if roles != (got.role0, got.role1, got.role2):
        return ("roles", roles), ("roles", (got.role0, got.role1, got.role2))
    closes = sum(facts.closes(at) << i for i, at in enumerate(facts.intents))
    if closes != got.closes:
        return ("closes", closes), ("closes", got.closes)
    warned = (got.emergency, got.current_gone)
    told = (int(facts.emergency), int(facts.unlisted and got.row >= 4 and REASONS[got.reason] != "STALE_LIST"))
    return None if warned == told else (("warned", told), ("warned", warned))


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

    def tell(self, most):
        for kind, count in self.kinds.most_common(most):
            print(f"{count:7}  {kind}\n         {self.smallest[kind]}")
        rows = " ".join(f"{row}:{count}" for row, count in sorted(self.rows.items()))
        print(f"{self.inputs} inputs, {self.different} differences, {self.broken} broken rules; by row {rows}")


def streams(options):
    if options.all:
        yield from (inputs.pairs(policy) for policy in range(len(POLICIES)))
        yield inputs.neighbours()
    else:
        chance = random.Random(options.seed)
        yield (ring for ring in inputs.pairs(0) if chance.random() < options.share)
        yield (ring for ring in inputs.neighbours([options.seed % len(POLICIES)]) if chance.random() < options.share)
    yield inputs.drawn(options.seed, options.draw)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--driver", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--draw", type=int, default=80_000, help="how many inputs are drawn from the whole space")
    parser.add_argument("--share", type=float, default=0.6, help="of the complete sub-spaces, without --all")
    parser.add_argument("--all", action="store_true", help="the complete sub-spaces for every policy")
    parser.add_argument("--most", type=int, default=20, help="how many kinds of difference are told")
    options = parser.parse_args()
    tally, began = Tally(), time.monotonic()
    for stream in streams(options):
        for batch in batches(stream):
            for ring, got in zip(batch, ask(options.driver, batch)):
                tally.see(ring, got)
    tally.tell(options.most)
    print(f"seed {options.seed}, {time.monotonic() - began:.0f} s")
    return 1 if tally.different or tally.broken or not tally.inputs else 0


if __name__ == "__main__":
    sys.exit(main())
