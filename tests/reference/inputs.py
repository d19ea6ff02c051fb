"""Inputs by choice: two streams of rings. README.md says what of them is complete and what is drawn; space.py walks them by bounds."""

import itertools
import random

from ring import (ABSENT, ACTIVE, BEING_DELETED, FLOOR, GONE, INACTIVE, NO_KEY, NOW, POLICIES, PRESENT, Key, Ring)

# Stages of a key: unstored, current, current still pending, pending, previous, previous still pending, no stage but stored is none.
STAGES = {"U": (0, 0, 0), "C": (1, 0, 0), "CP": (1, 1, 0), "P": (0, 1, 0), "V": (0, 0, 1), "PV": (0, 1, 1)}


def can_stand(stages, holder):
    """Each stage is on one version at most; a secret that is absent or new shows no stage on any key but AWSPENDING."""
    for which in range(3):
        if sum(STAGES[s][which] for s in stages) > 1:
            return False
    if any(STAGES[s][0] for s in stages) != (holder == "key"):
        return False
    if holder == "absent":
        return all(s == "U" for s in stages)
    return not (holder == "placeholder" and any(STAGES[s][2] for s in stages))


def layouts(count):
    """Every (stages of the keys, holder of AWSCURRENT) that can be seen for so many keys."""
    return [(stages, holder) for stages in itertools.product(STAGES, repeat=count)
            for holder in ("absent", "placeholder", "gone", "key") if can_stand(stages, holder)]


LAYOUTS = {n: layouts(n) for n in range(4)}


def ages(policy):
    """One age on each side of every threshold of a policy, none twice."""
    marks = {policy.settle, policy.timeout, policy.floor, policy.rotate, policy.deactivate, policy.delete, policy.floor + 300} - {0}
    return sorted({a for m in marks for a in (m - 1, m)} | {max(marks) * 2})


AGES = [ages(p) for p in POLICIES]


def lay(policy, layout, statuses, key_ages):
    ring = Ring(policy)
    stages, holder = layout
    for stage, status, age in zip(stages, statuses, key_ages):
        key = Key(status, NOW - age)
        key.current, key.pending, key.previous = STAGES[stage]
        key.stored = int(stage != "U")
        ring.keys.append(key)
    ring.secret = ABSENT if holder == "absent" else PRESENT
    ring.placeholder = int(holder == "placeholder")
    ring.current_id = GONE if holder == "gone" else next((i for i, s in enumerate(stages) if STAGES[s][0]), NO_KEY)
    return ring


def note_promoted(ring, age, key=None):
    """age None: no note; it is one of another key with `key`."""
    if age is not None:
        ring.promoted_key, ring.promoted_at = ring.current_id if key is None else key, NOW - age


def note_inactive(ring, age, who):
    ring.inactive_key = who[0] if who else NO_KEY
    ring.inactive_too = who[1] if len(who) > 1 else NO_KEY
    ring.inactive_at = NOW - age if who else 0


# --- everything else about a ring, one setter a choice


def set_(**members):
    def apply(ring):
        for name, value in members.items():
            setattr(ring, name, value)
    return apply


def key_set(i, **members):
    def apply(ring):
        if i < len(ring.keys):
            for name, value in members.items():
                setattr(ring.keys[i], name, value)
            ring.leaked_at = max((k.leaked for k in ring.keys), default=0)
    return apply


def intents(*ages_or_keys):
    """Intents of an age, or, ("of", i, lead), so long before key i was made."""
    def apply(ring):
        found = []
        for one in ages_or_keys:
            if isinstance(one, tuple):
                if one[1] < len(ring.keys):
                    found.append(ring.keys[one[1]].created - one[2])
            else:
                found.append(NOW - one)
        ring.intents, (ring.intent0, ring.intent1) = len(found), (found + [0, 0])[:2]
    return apply


def asked(kind, who, age):
    def apply(ring):
        ring.asked, ring.asked_at = kind, NOW - age
        ring.asked_key = ring.current_id if who == "current" else who
        if ring.asked_key == NO_KEY:
            ring.asked_key = 0
    return apply


def inactive_note(age, every=True):
    def apply(ring):
        who = [i for i, k in enumerate(ring.keys) if k.status == INACTIVE]
        note_inactive(ring, age, who if every else who[:1])
    return apply


def nothing(_ring):
    pass


TIMES = (60, FLOOR - 1, FLOOR, 2 * FLOOR)
DIMENSIONS = {
    "use0": [nothing, key_set(0, use=1), key_set(0, use=2, last_used=NOW - 120), key_set(0, use=2, last_used=NOW - 2 * FLOOR)],
    "use1": [nothing, key_set(1, use=1), key_set(1, use=2, last_used=NOW - 120), key_set(1, use=2, last_used=NOW - 2 * FLOOR)],
    "proof0": [nothing] + [key_set(0, proof=x) for x in (1, 2, 3)],
    "proof1": [nothing] + [key_set(1, proof=x) for x in (1, 2, 3)],
    "mark0": [nothing] + [key_set(0, deleting=NOW - a, discarding=d) for a in TIMES for d in (0, 1)],
    "mark1": [nothing] + [key_set(1, deleting=NOW - a, discarding=d) for a in TIMES for d in (0, 1)],
    "leak0": [nothing] + [key_set(0, leaked=NOW - a) for a in (60, FLOOR)],
    "leak1": [nothing] + [key_set(1, leaked=NOW - a) for a in (60, FLOOR)],
    "described": [nothing, key_set(0, described=1), key_set(1, described=1)],
    "promoted": [lambda r, a=a: note_promoted(r, a) for a in (None, 60, FLOOR - 1, FLOOR, FLOOR + 60, 2 * FLOOR, 20 * 86400)]
    + [lambda r: note_promoted(r, 90, 1)],
    "inactive": [nothing] + [inactive_note(a) for a in (60, 300, 600, FLOOR, 3600, 2 * FLOOR, 86399, 86400)] + [inactive_note(60, False)],
    "intents": [nothing] + [intents(a) for a in (60, FLOOR - 1, FLOOR, 4000)]
    + [intents(("of", i, a)) for i in (0, 1) for a in (0, 5, 960, 961, -1)] + [intents(("of", 1, 5), ("of", 1, 900)), intents(("of", 0, 5), 60)],
    "discards": [nothing] + [set_(discards=n, last_discard=NOW - a) for n in (1, 2, 3) for a in (60, 299, 300, 599, 600, 4000)],
    "asked": [nothing] + [asked(k, w, a) for k in (1, 2) for w in ("current", 0, 1) for a in (60, FLOOR, FLOOR + 299, FLOOR + 300)],
    "paused": [nothing] + [set_(paused=NOW - a, paused_for_rollback=b) for a in (60, 2 * FLOOR) for b in (0, 1)],
    "resumed": [nothing] + [set_(resumed=NOW - a) for a in (60, FLOOR - 1, FLOOR)],
    "world": [nothing, set_(in_scope=0), set_(recheck=0), set_(recheck=2), set_(recheck=3), set_(torn=1), set_(truncated=1),
              set_(incomplete=1), set_(secret=BEING_DELETED), set_(promoted_now=1),
              # what cannot be: stages of nothing stored, or of no secret, a label nobody or two hold
              key_set(0, stored=0), set_(secret=ABSENT), set_(current_id=GONE), set_(current_id=NO_KEY), set_(placeholder=1)],
    "account": [nothing] + [set_(account=x, account_since=s) for x in (1, 2, 3) for s in (0, NOW - 60, NOW - 86400)],
    "leak_gone": [nothing] + [set_(leak_gone=k, leak_gone_at=NOW - a) for k in (0, 1, 2) for a in (FLOOR - 1, FLOOR)],
    "recipient": [nothing, set_(no_recipient=1)],
    "gone": [set_(gone_key=NO_KEY)] + [set_(gone_key=0, gone_at=NOW - a, gone_discarding=d) for a in (60, 3 * FLOOR - 1, 3 * FLOOR) for d in (0, 1)],
}
NAMES = list(DIMENSIONS)

# Where rotations stand: (layout, statuses, ages in thresholds of the policy, what is set).
CANONICAL = [
    ((), "placeholder", "", ()), (("U",), "absent", "A", ("R",)), (("U",), "placeholder", "A", ("young",)),
    (("C",), "key", "A", ("R",)), (("CP",), "key", "I", ("R",)), (("U", "U"), "absent", "AA", ("X", "R")),
    (("U", "U"), "placeholder", "AI", ("X", "X")), (("U", "U"), "placeholder", "II", ("X", "R")),
    (("U", "P"), "placeholder", "AA", ("R", "young")), (("U", "CP"), "key", "AA", ("X", "floor")),
    (("U", "CP"), "key", "IA", ("X", "R")), (("C", "P"), "key", "AA", ("R", "settle")), (("C", "P"), "key", "AI", ("R", "floor")),
    (("C", "U"), "key", "AA", ("R", "floor")), (("C", "U"), "key", "AI", ("R", "floor")), (("V", "CP"), "key", "AA", ("D", "R")),
    (("V", "CP"), "key", "IA", ("X", "R")), (("V", "CP"), "key", "AI", ("X", "R")), (("C", "PV"), "key", "AA", ("D", "R")),
    (("V",), "gone", "A", ("R",)), (("V", "U"), "gone", "AA", ("X", "R")), (("U", "U"), "gone", "AI", ("X", "R")),
]


def age_of(policy, word):
    p = POLICIES[policy]
    return {"young": 60, "settle": p.settle, "floor": p.floor, "R": p.rotate, "D": p.deactivate, "X": max(p.delete, p.rotate * 2)}[word]


def settle_into(ring, choices):
    """The setters, then what they imply: a leaked key's time, notes that stand unless chosen otherwise."""
    for name in NAMES:
        DIMENSIONS[name][choices.get(name, 0)](ring)
    if "promoted" not in choices:
        note_promoted(ring, 10 * FLOOR)
    if "inactive" not in choices:
        inactive_note(2 * FLOOR + POLICIES[ring.policy].min_inactive)(ring)
    return ring


def neighbours(policies=range(len(POLICIES))):
    """Complete pairwise: round each canonical stand, every two choices of every two dimensions, for each policy."""
    for policy in policies:
        for stages, holder, statuses, words in CANONICAL:
            spots = [ACTIVE if s == "A" else INACTIVE for s in statuses], [age_of(policy, w) for w in words]
            for a, b in itertools.combinations(NAMES, 2):
                for x, y in itertools.product(range(len(DIMENSIONS[a])), range(len(DIMENSIONS[b]))):
                    yield settle_into(lay(policy, (stages, holder), *spots), {a: x, b: y})


def drawn(seed, count):
    """Everything at once, drawn by seed; most dimensions rest in most rings, or little but rows 1 and 2 would be seen."""
    pick = random.Random(seed)
    for _ in range(count):
        policy = pick.randrange(len(POLICIES))
        layout = pick.choice(LAYOUTS[pick.choices((0, 1, 2, 3), (1, 8, 30, 1))[0]])
        keys = len(layout[0])
        ring = lay(policy, layout, [int(pick.random() < 0.7) for _ in range(keys)], pick.choices(AGES[policy], k=keys))
        few = pick.sample(NAMES, pick.randrange(1, 7))
        yield settle_into(ring, {name: pick.randrange(len(DIMENSIONS[name])) for name in few})


def near(seed, count):
    """Some of neighbours(), drawn by seed without walking through all of them."""
    pick = random.Random(seed)
    for _ in range(count):
        policy, (stages, holder, statuses, words) = pick.randrange(len(POLICIES)), pick.choice(CANONICAL)
        spots = [ACTIVE if s == "A" else INACTIVE for s in statuses], [age_of(policy, w) for w in words]
        two = pick.sample(NAMES, 2)
        yield settle_into(lay(policy, (stages, holder), *spots), {name: pick.randrange(len(DIMENSIONS[name])) for name in two})
