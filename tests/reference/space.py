"""Every input up to a bound, in classes: the reference is run on a ring about which nothing is known yet.

Whatever it asks of the ring is answered in every way that can still be true, one after the other, until every way was taken. One way
through the whole decision is one class of inputs. That leaves out nothing, for these reasons:

* The reference is a function of what it asked for: a member that it did not ask for cannot change what it says.
* Instants are asked for only by comparing them, so all that is known of them is a set of bounds `x - y <= seconds`. Over whole seconds such
  a set, closed under addition, has a solution on each of its edges: no ages have to be chosen, every second is in some class.
* IAM lists keys in no order, so of the layouts (a, b) and (b, a) one is walked.

The bound: most members have a value at rest (no pause, no request, no mark, ...), and in one ring no more than so many are away from it.
What rests and what is always free stands in CHOICES: one_of(free values, rare values).

The C code could ask for more than the reference does. So of every class a ring is told with all instants as early as the class allows, or
as late, either order of the keys, and what was not asked for drawn by chance, away from rest or not.
"""

import itertools
import random

from inputs import STAGES
from reference import plan_next
from ring import ABSENT, ACTIVE, BEING_DELETED, FLOOR, GONE, HEAD, INACTIVE, KEY, NO_KEY, NOW, POLICIES, PRESENT, Key, Ring

SPAN = 50_000_000  # how far back an instant may lie, in seconds: more than twice the longest age of any policy
AHEAD = 10_000     # how far ahead, where that is possible at all: more than the floor
AGES = (0, 1, 59, 60, 300, 960, 961, FLOOR - 1, FLOOR, FLOOR + 300, 2 * FLOOR, 3 * FLOOR, 86400, 10_000_000)


class Bounds:
    """What is known of some instants: least[i][j] is the most that instant i can be later than instant j. Instant 0 is now."""

    def __init__(self):
        self.most = [[0]]

    def add(self, ahead):
        """A new instant, up to SPAN ago and not more than so many seconds ahead."""
        most = self.most
        for row in most:
            row.append(row[0] + SPAN)
        most.append([ahead + bound for bound in most[0][:-1]] + [0])
        return len(most) - 1

    def learn(self, i, j, bound):
        """i - j <= bound."""
        most = self.most
        through, beyond = [row[i] for row in most], most[j]
        for x, row in enumerate(most):
            upto = through[x] + bound
            for y, rest in enumerate(beyond):
                if upto + rest < row[y]:
                    row[y] = upto + rest

    def edge(self, late):
        """The instants, each as late or as early as can be: a solution, since the bounds are closed."""
        return [row[0] for row in self.most] if late else [-bound for bound in self.most[0]]


class Walk:
    """One way through the reference: what was answered, in order, and how many answers there were each time. Beyond what is given to be
    taken, the first answer; once `chance` is given, any."""

    def __init__(self, taken, most):
        self.taken, self.ways, self.at, self.bounds, self.left, self.chance = taken, [], 0, Bounds(), most, None

    def choose(self, ways):
        if self.chance:
            return int(self.chance.random() * ways)
        if self.at == len(self.taken):
            self.taken.append(0)
        self.ways.append(ways)
        self.at += 1
        return self.taken[self.at - 1]

    def one_of(self, free, rare=()):
        ways = len(free) + (len(rare) if self.left > 0 else 0)
        which = self.choose(ways) if ways > 1 else 0
        if which < len(free):
            return free[which]
        self.left -= 1
        return rare[which - len(free)]

    def holds(self, i, j, bound):
        """Is i - j <= bound? Asked only where it is still open."""
        most = self.bounds.most
        if most[i][j] <= bound:
            return True
        if most[j][i] < -bound:
            return False
        if self.choose(2) == 0:
            self.bounds.learn(i, j, bound)
            return True
        self.bounds.learn(j, i, -bound - 1)
        return False


class Instant:
    __slots__ = ("walk", "n", "off")

    def __init__(self, walk, n, off=0):
        self.walk, self.n, self.off = walk, n, off

    def __add__(self, seconds):
        return Instant(self.walk, self.n, self.off + seconds)

    def __sub__(self, other):
        return Age(other, self.off) if isinstance(other, Instant) else Instant(self.walk, self.n, self.off - other)

    def _known(self, other):
        return (other.n, other.off) if isinstance(other, Instant) else (0, other - NOW)

    def __le__(self, other):
        n, off = self._known(other)
        return self.walk.holds(self.n, n, off - self.off)

    def __lt__(self, other):
        n, off = self._known(other)
        return self.walk.holds(self.n, n, off - self.off - 1)

    def __ge__(self, other):
        return not self < other

    def __gt__(self, other):
        return not self <= other

    def __eq__(self, other):
        return self <= other and not self < other

    __hash__ = None


class Age:
    """Now minus an instant."""

    __slots__ = ("since",)

    def __init__(self, since, off=0):
        self.since = since + -off if off else since

    def __lt__(self, other):
        return self.since > (other.since if isinstance(other, Age) else NOW - other)

    def __ge__(self, other):
        return not self < other


class Unknown:
    """A record whose members are chosen when they are first asked for."""

    def __init__(self, walk):
        self._walk = walk

    def __getattr__(self, name):
        value = self.__dict__[name] = self.CHOICES[name](self)
        return value

    def _one_of(self, free, rare=()):
        return self._walk.one_of(free, rare)

    def _instant(self, ahead=0):
        return Instant(self._walk, self._walk.bounds.add(ahead))

    def _seldom(self):
        """An instant, which rests at none."""
        return self._instant() if self._one_of((0,), (1,)) else 0


class UnknownKey(Unknown):
    CHOICES = {
        "status": lambda k: k._one_of((ACTIVE, INACTIVE)),
        "created": lambda k: k._instant(),
        "described": lambda k: k._one_of((0,), (1,)),
        "deleting": lambda k: k._seldom(),
        "leaked": lambda k: k._seldom(),
        "use": lambda k: k._one_of((0, 1, 2)),
        "last_used": lambda k: k._instant() if k.use == 2 else 0,
        "proof": lambda k: k._one_of((0, 1, 2, 3)),
    }


def _some_key(r):
    """Of a tag: a listed key, the one AWSCURRENT names, another."""
    listed = tuple(range(len(r.keys)))
    return (*listed, *((GONE,) if r.current_id == GONE else ()), *((2,) if len(listed) < 3 else ()))


def _promoted_key(r):
    return r._one_of((r.current_id,), tuple({NO_KEY, *_some_key(r)} - {r.current_id}))


def _inactive_key(r):
    """Rests where it names the keys that are Inactive."""
    found = next((i for i, k in enumerate(r.keys) if k.status == INACTIVE), NO_KEY)
    return r._one_of((found,), tuple({NO_KEY, *_some_key(r)} - {found}))


def _inactive_too(r):
    if r.inactive_key not in (0, 1) or len(r.keys) < 2:
        return NO_KEY
    other = 1 - r.inactive_key
    return r._one_of((other,), (NO_KEY,)) if r.keys[other].status == INACTIVE else r._one_of((NO_KEY,), (other,))


class UnknownRing(Unknown):
    CHOICES = {
        "secret": lambda r: r._one_of((PRESENT,), (BEING_DELETED,)),
        "in_scope": lambda r: r._one_of((1,), (0,)),
        "recheck": lambda r: r._one_of((1,), (0, 2, 3)),
        "truncated": lambda r: r._one_of((0,), (1,)),
        "incomplete": lambda r: r._one_of((0,), (1,)),
        "torn": lambda r: r._one_of((0,), (1,)),
        "promoted_key": _promoted_key,
        "promoted_at": lambda r: r._instant(AHEAD) if r.promoted_key != NO_KEY else 0,
        "inactive_key": _inactive_key,
        "inactive_too": _inactive_too,
        "inactive_at": lambda r: r._instant(AHEAD) if r.inactive_key != NO_KEY else 0,
        "intents": lambda r: r._one_of((0,), (1, 2)),
        "intent0": lambda r: r._instant() if r.intents else 0,
        "intent1": lambda r: r._instant() if r.intents > 1 else 0,
        "discards": lambda r: r._one_of((0,), (1, 2, 3)),
        "last_discard": lambda r: r._instant() if r.discards else 0,
        "asked": lambda r: r._one_of((0,), (1, 2)),
        "asked_key": lambda r: r._one_of(_some_key(r)) if r.asked else NO_KEY,
        "asked_at": lambda r: r._instant() if r.asked else 0,
        "paused": lambda r: r._seldom(),
        "paused_for_rollback": lambda r: r._one_of((0, 1)) if r.paused else 0,
        "resumed": lambda r: r._seldom(),
        "promoted_now": lambda r: r._one_of((0,), (1,)),
        "gone_key": lambda r: r._one_of((NO_KEY,), (0,)),
        "gone_at": lambda r: r._instant() if r.gone_key != NO_KEY else 0,
        "account": lambda r: r._one_of((0,), (1, 2, 3)),
        "account_since": lambda r: 0,  # only lengthens a wait: see settled()
        "leak_gone": lambda r: r._one_of((NO_KEY,), (0, 1, 2)),
        "leak_gone_at": lambda r: r._instant() if r.leak_gone != NO_KEY else 0,
        "no_recipient": lambda r: r._one_of((0,), (1,)),
    }

    def __init__(self, walk, policy, layout):
        super().__init__(walk)
        self.policy, self.now = policy, Instant(walk, 0)
        stages, holder = layout
        self.keys = [UnknownKey(walk) for _ in stages]
        for key, stage in zip(self.keys, stages):
            key.current, key.pending, key.previous = STAGES[stage]
            key.stored = int(stage != "U")
        if holder == "absent":
            self.secret = ABSENT
        self.placeholder = int(holder == "placeholder")
        self.current_id = GONE if holder == "gone" else holder if holder in (0, 1) else NO_KEY


def ways(policy, layout, most):
    """Every way through the decision, as the ring of which was asked what it asks for."""
    taken = []
    while True:
        walk = Walk(taken, most)
        ring = UnknownRing(walk, policy, layout)
        plan_next(POLICIES[policy], ring)
        yield ring
        taken = taken[: walk.at]
        while taken and taken[-1] + 1 == walk.ways[len(taken) - 1]:
            taken.pop()
        if not taken:
            return
        taken[-1] += 1


MEMBERS = [name for name in HEAD if name in UnknownRing.CHOICES or name in ("policy", "secret", "placeholder", "current_id")]
KEY_MEMBERS = [name for name in KEY if name != "discarding"]


def told(ring, late, chance):
    """A ring of that class: its instants early or late, what is unknown by chance."""
    walk, known = ring._walk, len(ring._walk.bounds.most)
    walk.chance, walk.left = chance, chance.choice((0, 1, 2))
    values = [(name, getattr(ring, name)) for name in MEMBERS]
    keys = [[(name, getattr(key, name)) for name in KEY_MEMBERS] for key in ring.keys]
    for n in range(known, len(walk.bounds.most)):  # nobody asked: any time will do, so one that some rule might look at
        age = chance.choice(AGES)
        if walk.bounds.most[n][0] >= -age >= -walk.bounds.most[0][n]:
            walk.bounds.learn(n, 0, -age)
            walk.bounds.learn(0, n, age)
    edge = walk.bounds.edge(late)

    def plain(value):
        return NOW + edge[value.n] + value.off if value.__class__ is Instant else value

    made = Ring(ring.policy)
    for name, value in values:
        setattr(made, name, plain(value))
    for members in keys:
        key = Key()
        for name, value in members:
            setattr(key, name, plain(value))
        made.keys.append(key)
    return settled(made, chance)


def settled(ring, chance):
    """What follows from the rest, and what no rule reads."""
    ring.account_since = chance.choice((0, NOW - 60, NOW - 1000, NOW - 86400)) if ring.account else 0
    ring.leaked_at = max((k.leaked for k in ring.keys), default=0)
    ring.gone_discarding = chance.randrange(2)
    for key in ring.keys:
        key.discarding = chance.randrange(2) if key.deleting else 0
    return swapped(ring) if len(ring.keys) == 2 and chance.randrange(2) else ring


def swapped(ring):
    """The same, with the keys listed the other way round."""
    ring.keys.reverse()
    for name in ("current_id", "promoted_key", "inactive_key", "inactive_too", "asked_key"):
        if (which := getattr(ring, name)) in (0, 1):
            setattr(ring, name, 1 - which)
    return ring


HOLDERS = "absent", "placeholder", "gone", "nobody"


def layouts():
    """Stages of up to two keys, each on one at most, and who holds AWSCURRENT: also such as contradict them."""
    for count in (0, 1, 2):
        for stages in itertools.product(STAGES, repeat=count):
            if any(sum(STAGES[stage][which] for stage in stages) > 1 for which in range(3)):
                continue
            for holder in (*HOLDERS, *range(count)):
                other = 1 - holder if count == 2 and holder in (0, 1) else holder
                if (stages, str(holder)) <= (stages[::-1], str(other)):
                    yield stages, holder


class Part:
    """The classes of one policy and layout, with at most so many members away from rest."""

    def __init__(self, policy, layout, most, seed=1):
        self.policy, self.layout, self.most = policy, layout, most
        self.chance = random.Random(f"{seed} {policy} {layout}")
        self.classes = 0

    def rings(self):
        """A ring of every class."""
        for ring in ways(self.policy, self.layout, self.most):
            self.classes += 1
            yield told(ring, self.chance.random() < 0.5, self.chance)
