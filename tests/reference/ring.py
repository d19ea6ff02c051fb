"""What one look at a user showed, as the decision takes it, and the flat records in which it crosses to the C driver.

Keys are named by their place in the list; GONE is the key AWSCURRENT names where IAM does not list it; NO_KEY is none.
"""

import operator
import pathlib
import re
import struct

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOW = 100_000_000
FLOOR, LEASE, SIGNATURE = 26 * 60, 60, 15 * 60
DAY = 86400
NO_KEY, GONE = -1, 3


def _names(list_name):
    """The identifiers of one list of vocabulary.h, in their order: its enum counts from 0."""
    text = (ROOT / "shared/model/vocabulary.h").read_text()
    body = re.search(rf"#define {list_name}\(X\)(.*?)\n\n", text, re.S).group(1)
    return re.findall(r"X\((\w+),", body)


STEPS, REASONS = _names("STEPS"), _names("REASONS")
ROLES = ["current", "candidate", "superseded", "orphan", "foreign", "own"]

INACTIVE, ACTIVE = 0, 1
NOT_ASKED, NEVER, SEEN = 0, 1, 2
NOT_TRIED, PROVEN, REFUSED, UNANSWERED = 0, 1, 2, 3
ABSENT, PRESENT, BEING_DELETED = 0, 1, 2
RECHECK_NOT_ASKED, RECHECK_SAME, RECHECK_OTHER_USER, RECHECK_OUT_OF_SCOPE = 0, 1, 2, 3
NO_REQUEST, ROTATE, ROLLBACK = 0, 1, 2
GOES_ON, BRAKED, PAUSED, UNREAD = 0, 1, 2, 3  # the account
MARKED_KEY, OTHER_KEY, NAMED_KEY = 0, 1, 2     # a leaked key that is gone: the one whose mark stands, another, the one called GONE

AT_AGE, NEXT_ROTATION, NEVER_DELETE = 0, 1, 2

KEY = "status created stored current pending previous described deleting discarding leaked use last_used proof".split()
HEAD = (
    "policy now in_scope recheck count truncated incomplete secret placeholder torn current_id promoted_key promoted_at"
    " inactive_key inactive_at inactive_too intents intent0 intent1 discards last_discard asked asked_key asked_at"
    " leaked_at paused paused_for_rollback resumed promoted_now gone_key gone_at gone_discarding"
    " account account_since leak_gone leak_gone_at no_recipient"
).split()
POLICY = (
    "mode rotate deactivate overlap delete_rule delete min_inactive two_active spare_inactive two_inactive slot_conflict"
    " settle timeout floor inline_mail old_idle max_hold opens shuts rollout effective warn0 warn1 notify_only notify0 notify1 overdue exempt skip_user"
).split()
SLOTS = 3
RECORD = struct.Struct(f"<{len(HEAD) + SLOTS * len(KEY)}i")
NOTICES = 6
ANSWER_FIELDS = ("row step reason key key_too not_before emergency current_gone closes role0 role1 role2"
                 " shown gate_key gate_since gate_until gate_used notices").split()
ANSWER = struct.Struct(f"<{len(ANSWER_FIELDS) + 4 * NOTICES}i")


class Key:
    __slots__ = KEY

    def __init__(self, status=ACTIVE, created=NOW):
        for name in KEY:
            setattr(self, name, 0)
        self.status, self.created = status, created


class Ring:
    __slots__ = [*HEAD, "keys"]

    def __init__(self, policy=0):
        for name in HEAD:
            setattr(self, name, 0)
        self.policy, self.now, self.in_scope, self.recheck = policy, NOW, 1, RECHECK_SAME
        self.secret = PRESENT
        self.current_id = self.promoted_key = self.inactive_key = self.inactive_too = NO_KEY
        self.asked_key = self.gone_key = self.leak_gone = NO_KEY
        self.keys = []


_EMPTY = [0] * len(KEY)
_head = operator.attrgetter(*HEAD)
_key = operator.attrgetter(*KEY)


def pack(ring):
    ring.count = len(ring.keys)
    flat = list(_head(ring))
    for key in ring.keys:
        flat += _key(key)
    flat += _EMPTY * (SLOTS - len(ring.keys))
    return RECORD.pack(*flat)


def tell(ring):
    """A ring in words: only what differs from an empty one; instants as ages."""
    empty, told = Ring(), [f"policy={ring.policy}"]

    def word(name, value):
        if value > NOW // 2:
            return f"{name}={NOW - value}s ago"
        return f"{name}={value}"

    shown = [n for n in HEAD if n not in ("policy", "now", "count") and getattr(ring, n) != getattr(empty, n)]
    told += [word(n, getattr(ring, n)) for n in shown]
    for i, key in enumerate(ring.keys):
        stages = "".join(c for c, n in (("C", "current"), ("P", "pending"), ("V", "previous")) if getattr(key, n)) or "U"
        rest = [word(n, getattr(key, n)) for n in KEY[6:] if getattr(key, n)]
        told.append(f"key{i}[{'Active' if key.status else 'Inactive'} {stages} age={NOW - key.created} {' '.join(rest)}]")
    return " ".join(told)


class Policy:
    """opens, shuts: UTC seconds of each day between which changes may begin; shuts 0: always."""

    def __init__(self, **given):
        base = dict(mode=1, rotate=1800, deactivate=3600, overlap=1800, delete_rule=AT_AGE, delete=5400, min_inactive=0,
                    two_active=1, spare_inactive=1, two_inactive=0, slot_conflict=0, settle=10, timeout=300, floor=FLOOR,
                    inline_mail=0, old_idle=0, max_hold=0, opens=0, shuts=0, rollout=100, effective=0, warn0=0, warn1=0,
                    notify_only=0, notify0=0, notify1=0, overdue=0, exempt=0, skip_user=0)
        for name, value in {**base, **given}.items():
            setattr(self, name, value)
        # A handful of windows round NOW: no wait of these policies inside a window reaches further.
        today = NOW - NOW % DAY
        self.windows = [(today + n * DAY + self.opens, today + n * DAY + self.shuts) for n in range(-1, 400)] if self.shuts else []

    def pack(self):
        return struct.pack(f"<{len(POLICY)}i", *(getattr(self, n) for n in POLICY))


POLICIES = [
    Policy(),                                                                    # minutes
    Policy(deactivate=1800, overlap=0, delete=3600),                             # minutes-process
    Policy(rotate=60 * DAY, deactivate=60 * DAY, overlap=0, delete_rule=NEXT_ROTATION, delete=0, min_inactive=DAY,
           two_active=0, spare_inactive=1, two_inactive=1),                      # sixty-days
    Policy(rotate=76 * DAY, deactivate=90 * DAY, overlap=14 * DAY, delete=104 * DAY, min_inactive=DAY,
           two_active=0, spare_inactive=0, two_inactive=0),                      # default
    Policy(rotate=7200, deactivate=9000, overlap=1800, delete=10800, min_inactive=600, slot_conflict=1, two_inactive=1),
    Policy(delete_rule=NEVER_DELETE, delete=0, min_inactive=300, two_inactive=1),
    Policy(mode=0, rotate=7200, deactivate=7200, overlap=0, delete=14400, min_inactive=3600, spare_inactive=0, two_inactive=1),
    Policy(inline_mail=1),
    Policy(delete_rule=NEVER_DELETE, delete=0, slot_conflict=1),                 # refused by the check, answered all the same
    # NOW is 09:46:40 in UTC: a window that is shut, and one that shuts soon
    Policy(rotate=7200, deactivate=9000, delete=10800, min_inactive=600, two_inactive=1, opens=12 * 3600, shuts=14 * 3600),
    Policy(rotate=7200, deactivate=9000, overlap=7200, delete=14400, min_inactive=1800, two_inactive=1, opens=9 * 3600, shuts=10 * 3600),
    Policy(rotate=7200, deactivate=9000, delete=18000, old_idle=2400, max_hold=3600, warn0=3600, warn1=60),
    Policy(rotate=7200, deactivate=7200, overlap=0, delete=9000, rollout=0, two_inactive=1, warn0=60),
    Policy(rotate=7200, deactivate=9000, delete=10800, effective=NOW + 3000, two_inactive=1, warn0=2700, warn1=3600),
    Policy(rotate=7200, deactivate=9000, delete=10800, effective=NOW - 600, two_active=0, warn0=300),
    Policy(notify_only=1, notify0=7200, notify1=9000, overdue=10800),
    Policy(exempt=1, warn0=60),                                                  # one user's own, by its tag
    Policy(rotate=7200, deactivate=9000, delete=10800, skip_user=1, warn0=60),
]


def unpack(record):
    """The ring of a packed record."""
    flat, ring = RECORD.unpack(record), Ring()
    for name, value in zip(HEAD, flat):
        setattr(ring, name, value)
    for i in range(ring.count):
        key = Key()
        for name, value in zip(KEY, flat[len(HEAD) + i * len(KEY):]):
            setattr(key, name, value)
        ring.keys.append(key)
    return ring
