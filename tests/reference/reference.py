"""The decision of docs/rotation.md, section 4, written a second time from its text alone.

plan_next(policy, ring) answers (row, step, reason, key, key_too, not_before). not_before None: the text says no instant.
Read with the text beside it: one function a row, named row_N, in the order of the table.
"""

from ring import (ABSENT, ACTIVE, AT_AGE, BEING_DELETED, GONE, INACTIVE, LEASE, NEVER, NEXT_ROTATION, NO_KEY, NOT_ASKED,
                  NOT_TRIED, NO_REQUEST, PRESENT, PROVEN, RECHECK_NOT_ASKED, RECHECK_OTHER_USER, RECHECK_OUT_OF_SCOPE,
                  REFUSED, ROLLBACK, ROTATE, SEEN, SIGNATURE)

CURRENT, CANDIDATE, SUPERSEDED, ORPHAN, FOREIGN, OWN = range(6)
CHANGING = {"MAKE_SECRET", "NOTE_PROMOTED", "NOTE_INACTIVE", "CLOSE_INTENTS", "DROP_REQUEST", "DROP_MARK", "DISCARD", "MARK",
            "PROMOTE", "MOVE_BACK", "CREATE", "REACTIVATE", "DEACTIVATE", "DELETE", "DELETE_BOTH"}
HOUR, DAY, DISCARD_PAUSE = 3600, 86400, 300
WINDOW = LEASE + SIGNATURE


class Facts:
    """A ring, judged: who is what (section 3), and what was asked."""

    def __init__(self, policy, ring):
        self.p, self.r, self.now, self.keys = policy, ring, ring.now, ring.keys
        self.current = next((i for i, k in enumerate(ring.keys) if k.current), NO_KEY)
        self.intents = [ring.intent0, ring.intent1][: ring.intents]
        self.roles = [self._role(i) for i in range(len(ring.keys))]
        self.named = ring.current_id
        self.leaks = [i for i, k in enumerate(ring.keys) if k.leaked and (k.status == ACTIVE or i == self.current)]
        self.emergency = bool(self.leaks)
        self.unlisted = self.named != NO_KEY and self.current == NO_KEY
        self.live = self.current != NO_KEY and ring.keys[self.current].status == ACTIVE
        self._succeed()

    def _succeed(self):
        """The key to be succeeded, and whether its successor is due or asked for."""
        heir = self.current
        if heir == NO_KEY:
            active = [i for i, k in enumerate(self.keys) if k.status == ACTIVE and self.roles[i] not in (ORPHAN, CANDIDATE)]
            heir = max(active, key=lambda i: self.keys[i].created, default=NO_KEY)
        self.heir, r = heir, self.r
        self.rotate_asked = r.asked == ROTATE and r.asked_key != NO_KEY and r.asked_key in (heir, self.named)
        self.leak_asked = heir != NO_KEY and bool(self.keys[heir].leaked)
        self.asked = self.rotate_asked or self.leak_asked
        self.due = heir != NO_KEY and self.age(heir) >= self.p.rotate
        self.rollback = r.asked == ROLLBACK and r.asked_key == self.named != NO_KEY

    def windows(self, i):
        """The open intents in whose window this unstored key was made."""
        made = self.keys[i].created
        return [at for at in self.intents if at <= made <= at + WINDOW]

    def _role(self, i):
        key, cur = self.keys[i], self.current
        if i == cur:
            return CURRENT
        newer = cur == NO_KEY or key.created > self.keys[cur].created
        if key.stored:
            return CANDIDATE if key.pending and not key.previous and newer else SUPERSEDED
        if not newer:
            return SUPERSEDED
        if self.windows(i) and not key.described:
            return ORPHAN
        return OWN if cur == NO_KEY else FOREIGN

    def age(self, i):
        return self.now - self.keys[i].created

    def of(self, role, status=None):
        return [i for i, x in enumerate(self.roles) if x == role and status in (None, self.keys[i].status)]

    def inactive_since(self, i):
        """When this key went Inactive, as far as was seen; None: not noted."""
        r = self.r
        noted = i in (r.inactive_key, r.inactive_too) and self.keys[i].status == INACTIVE
        return r.inactive_at if noted else None

    def moved_until(self):
        """AWSCURRENT moves at most once in a floor; the first promotion does not wait."""
        return 0 if self.named == NO_KEY else self.r.promoted_at + self.p.floor

    def mark_valid(self, i):
        """Row 5: True, False, or None where the use must be asked first."""
        key, role = self.keys[i], self.roles[i]
        if not key.deleting:
            return False
        if role == CANDIDATE:
            return True
        if role == ORPHAN:
            return None if key.use == NOT_ASKED else not (key.use == SEEN and key.last_used >= key.deleting)
        if self.unlisted or key.status == ACTIVE:
            return False
        if role == SUPERSEDED and not self.live or role not in (SUPERSEDED, OWN):
            return False
        since = self.inactive_since(i)
        return since is None or key.deleting >= since

    def first_rotation(self):
        blank = self.r.secret == ABSENT or self.r.placeholder
        return blank and not any(k.stored for k in self.keys)

    def create_held(self):
        """What of row 19 holds the create, slots aside: (step, reason, until) or None."""
        r, p = self.r, self.p
        if r.discards >= 3:
            return "BLOCK", "TOO_MANY_DISCARDS", self.now + HOUR
        if r.discards and self.now < (until := r.last_discard + DISCARD_PAUSE * 2 ** (r.discards - 1)):
            return "WAIT", "DISCARD_PAUSE", until
        young = [at for at in self.intents if self.now < at + p.floor]
        if young:
            return "WAIT", "INTENT_OPEN", max(young) + p.floor
        if self.now < self.moved_until():
            return "WAIT", "MOVED_LATELY", self.moved_until()
        return None

    def slot_needed(self):
        """Rows 11 and 12."""
        return (self.due or self.asked) and len(self.keys) >= 2 and self.create_held() is None

    def overlap_until(self):
        return self.r.promoted_at + max(self.p.overlap, self.p.floor)


def answer(row, step, reason, key=NO_KEY, at=None, too=NO_KEY):
    return row, step, reason, key, too, at


def row_1(f):
    r, p, now = f.r, f.p, f.now
    unsupported = p.notify_only or p.warn_count or p.old_idle or p.rollout
    away = not r.in_scope or r.recheck == RECHECK_OUT_OF_SCOPE
    young_resume = r.resumed and now < r.resumed + p.floor
    if not (unsupported or away or r.paused or young_resume):
        return None
    if not (unsupported or away) and (f.emergency or f.rollback):
        return None
    reason = "OUT_OF_SCOPE" if away else "UNSUPPORTED" if unsupported else "PAUSED" if r.paused else "RESUMED_LATELY"
    if r.asked != NO_REQUEST and reason != "RESUMED_LATELY":
        return answer(1, "DROP_REQUEST", reason)
    if any(role in (CANDIDATE, ORPHAN, SUPERSEDED) for role in f.roles):
        return answer(1, "BLOCK", "LEFT_HALF_WAY")
    if unsupported:
        return answer(1, "BLOCK", reason, at=now + HOUR)
    if reason == "RESUMED_LATELY":
        return answer(1, "WAIT", reason, at=r.resumed + p.floor)
    return answer(1, "SKIP", reason, at=now + DAY)


def row_2(f):
    r = f.r
    if r.torn:
        return answer(2, "WAIT", "TORN_READ")
    for wrong, reason in ((r.truncated or r.incomplete, "FACTS_INCOMPLETE"), (len(f.keys) > 2, "TOO_MANY_KEYS"),
                          (r.secret == BEING_DELETED, "SECRET_DELETED"), (r.recheck == RECHECK_OTHER_USER, "USER_CHANGED")):
        if wrong:
            return answer(2, "BLOCK", reason, at=f.now + HOUR)
    return None


def notes(f):
    r = f.r
    if f.named != NO_KEY and r.promoted_key != f.named:
        return answer(0, "NOTE_PROMOTED", "FIRST_NOTE", f.named)
    unnoted = [i for i, k in enumerate(f.keys) if k.status == INACTIVE]
    if any(i not in (r.inactive_key, r.inactive_too) for i in unnoted):
        if r.secret == ABSENT:
            return answer(0, "MAKE_SECRET", "FIRST_NOTE")
        return answer(0, "NOTE_INACTIVE", "FIRST_NOTE", unnoted[0], too=unnoted[1] if len(unnoted) > 1 else NO_KEY)
    return None


def row_3(f):
    if f.current == NO_KEY or f.live or f.asked or f.rollback:
        return None
    return answer(3, "BLOCK", "CURRENT_DEAD", f.current, f.now + HOUR)


def row_4(f):
    if f.unlisted and f.now < f.r.promoted_at + f.p.floor:
        return answer(4, "WAIT", "STALE_LIST", f.named, f.r.promoted_at + f.p.floor)
    return None


def row_5(f):
    for i, key in enumerate(f.keys):
        valid = f.mark_valid(i)
        if valid is None:
            return answer(5, "ASK_USE", "MARKED", i)
        if valid:
            return finish(f, i, key)
    return None


def finish(f, i, key):
    if f.roles[i] not in (ORPHAN, CANDIDATE):
        return answer(5, "DELETE", "MARKED", i)
    since = key.deleting if key.status == ACTIVE else max(key.deleting, f.inactive_since(i))
    if f.now < since + f.p.floor:
        return answer(5, "WAIT", "MARK_AGEING", i, since + f.p.floor)
    return answer(5, "DEACTIVATE" if key.status == ACTIVE else "DELETE", "MARKED", i)


def row_6(f):
    for i in f.of(CANDIDATE, ACTIVE):
        key = f.keys[i]
        if key.leaked:
            return answer(6, "DISCARD", "EMERGENCY", i)
        if f.now < f.moved_until():
            return answer(6, "WAIT", "MOVED_LATELY", i, f.moved_until())
        if f.age(i) < f.p.settle:
            return answer(6, "WAIT", "SETTLING", i, key.created + f.p.settle)
        return tried(f, i, key)
    return None


def tried(f, i, key):
    past = f.age(i) >= max(f.p.timeout, f.p.floor)
    if key.proof == NOT_TRIED:
        return answer(6, "VERIFY", "SETTLING", i)
    if key.proof == PROVEN:
        return answer(6, "PROMOTE", "PROVEN", i)
    if past and key.proof == REFUSED:
        return answer(6, "DISCARD", "KEY_REFUSED", i)
    return answer(6, "BLOCK", "CANNOT_VERIFY", i) if past else answer(6, "WAIT", "NOT_PROVEN", i)


def row_7(f):
    for i in f.of(CANDIDATE, INACTIVE):
        return answer(7, "BLOCK", "FOREIGN_CHANGE", i, f.now + HOUR)
    return None


def row_8(f):
    young = [i for i, k in enumerate(f.keys) if not k.stored and i != f.heir and f.age(i) < f.p.floor]
    if not young:
        return None
    last = max(young, key=lambda i: f.keys[i].created)
    return answer(8, "WAIT", "YOUNG_KEY", last, f.keys[last].created + f.p.floor)


def row_9(f):
    orphans = f.of(ORPHAN)
    for at in f.intents:
        if sum(at in f.windows(i) for i in orphans) > 1:
            return answer(9, "BLOCK", "TWO_ORPHANS", at=f.now + HOUR)
    for i in orphans:
        key = f.keys[i]
        if key.status == ACTIVE and key.use == NOT_ASKED:
            return answer(9, "ASK_USE", "ORPHAN", i)
        if key.status == ACTIVE and key.use == NEVER:
            return answer(9, "MARK", "ORPHAN", i)
        f.roles[i] = OWN if f.current == NO_KEY else FOREIGN
    if orphans:
        f._succeed()
    return None


def emergency_hold(f):
    """An emergency that took a rollback off, or came less than a floor after one."""
    r = f.r
    if not r.leaked_at or not f.emergency:
        return None
    if r.asked == ROLLBACK:
        return answer(10, "DROP_REQUEST", "EMERGENCY")
    if r.paused_for_rollback and r.paused and r.leaked_at < r.paused + f.p.floor and f.now < r.leaked_at + f.p.floor:
        return answer(10, "WAIT", "EMERGENCY", at=r.leaked_at + f.p.floor)
    return None


def row_10(f):
    if not f.rollback:
        return None
    r, p = f.r, f.p
    targets = [i for i in f.of(SUPERSEDED) if not f.keys[i].leaked and not f.mark_valid(i)]
    if not targets:
        return answer(10, "DROP_REQUEST", "NOTHING_TO_ROLL_BACK")
    i = max(targets, key=lambda t: (f.keys[t].stored, f.keys[t].created))
    key, first = f.keys[i], max(r.asked_at + p.floor, f.moved_until())
    if key.status == INACTIVE:
        return answer(10, "REACTIVATE", "ROLLBACK", i)
    if not key.stored:
        return answer(10, "DROP_REQUEST", "ROLLBACK", i)
    if f.now < first:
        return answer(10, "WAIT", "ROLLBACK", i, first)
    if key.proof == NOT_TRIED:
        return answer(10, "VERIFY", "ROLLBACK", i)
    if key.proof == PROVEN:
        return answer(10, "MOVE_BACK", "ROLLBACK", i)
    if f.now >= first + p.timeout:
        return answer(10, "DROP_REQUEST", "ROLLBACK_FAILED", i)
    return answer(10, "WAIT", "NOT_PROVEN", i)


def row_11(f):
    if not f.live:
        return None
    for i in f.of(FOREIGN, ACTIVE):
        if f.keys[i].leaked:
            return answer(11, "DEACTIVATE", "EMERGENCY", i)
    for i in f.of(SUPERSEDED, ACTIVE):
        needed = f.slot_needed()
        if f.keys[i].leaked or (f.leak_asked and needed):
            return answer(11, "DEACTIVATE", "EMERGENCY", i)
        rolled_back = f.keys[i].created > f.keys[f.current].created
        reached = f.p.overlap == 0 or rolled_back or f.age(i) >= f.p.deactivate or (f.rotate_asked and needed)
        at_once = f.p.overlap == 0 and f.r.promoted_now
        if at_once or (reached and f.now >= f.overlap_until()):
            return answer(11, "DEACTIVATE", "OVERLAP_OVER", i)
    return None


def row_12(f):
    if not f.live:
        return None
    for i in f.of(SUPERSEDED, INACTIVE):
        needed = f.slot_needed()
        if needed and f.leak_asked:
            return answer(12, "MARK", "EMERGENCY", i)
        if f.now < f.inactive_since(i) + f.p.min_inactive:
            continue
        if f.p.delete_rule == AT_AGE and f.age(i) >= f.p.delete:
            return answer(12, "MARK", "INACTIVE_LONG_ENOUGH", i)
        if needed and (f.p.slot_conflict == 0 or f.p.delete_rule == NEXT_ROTATION):
            return answer(12, "MARK", "SLOT_NEEDED", i)
    return None


def row_13(f):
    for i in f.of(FOREIGN) if f.current != NO_KEY else ():
        return answer(13, "BLOCK", "FOREIGN_KEY", i, f.now + HOUR)
    return None


def row_14(f):
    if not f.first_rotation() or len(f.keys) != 2 or any(k.status != ACTIVE for k in f.keys):
        return None
    old = min((0, 1), key=lambda i: f.keys[i].created)
    asked = f.asked or f.emergency or (f.r.asked == ROTATE and f.r.asked_key in (0, 1))
    if min(f.age(0), f.age(1)) < f.p.floor or not (asked or f.age(old) >= f.p.rotate):
        return None
    if f.p.two_active == 0:
        return answer(14, "BLOCK" if f.emergency else "SKIP", "TWO_ACTIVE")
    out = f.leaks[0] if f.emergency else old
    other = f.keys[1 - out]
    if other.use == NOT_ASKED:
        return answer(14, "ASK_USE", "RETIRE_OLDEST", 1 - out)
    if other.use == SEEN:
        return answer(14, "DEACTIVATE", "RETIRE_OLDEST", out)
    return answer(14, "BLOCK", "TWO_ACTIVE")


def row_15(f):
    if not f.first_rotation() or len(f.keys) != 2 or sum(k.status for k in f.keys) != 1:
        return None
    spare = next(i for i, k in enumerate(f.keys) if k.status == INACTIVE)
    if not (f.due or f.asked):
        return None
    if f.p.spare_inactive == 0:
        return answer(15, "BLOCK", "NO_FREE_SLOT")
    until = f.inactive_since(spare) + f.p.min_inactive
    if f.leak_asked or f.now >= until:
        return answer(15, "MARK", "SPARE_INACTIVE", spare)
    return answer(15, "WAIT", "SPARE_INACTIVE", spare, until)


def row_16(f):
    if not f.first_rotation() or f.asked or len(f.keys) != 2 or any(k.status == ACTIVE for k in f.keys):
        return None
    if f.p.two_inactive == 0 or min(f.age(0), f.age(1)) < f.p.rotate or f.now < f.r.inactive_at + f.p.min_inactive:
        return None
    return answer(16, "DELETE_BOTH", "TWO_INACTIVE", 0, too=1)


def row_17(f):
    if any(k.status == ACTIVE for k in f.keys) or f.asked:
        return None
    return answer(17, "SKIP", "NO_ACTIVE_KEY" if f.keys else "NO_KEY")


def row_19(f):
    if f.due or f.asked:
        held = f.create_held()
        if held:
            return answer(19, *held[:2], at=held[2])
        why = "EMERGENCY" if f.leak_asked else "ASKED" if f.rotate_asked else "DUE"
        if len(f.keys) < 2:
            return answer(19, "MAKE_SECRET" if f.r.secret == ABSENT else "CREATE", why)
        if f.live:
            return answer(19, "WAIT", "WAITS_FOR_SLOT")
        return answer(19, "BLOCK", "NO_FREE_SLOT")
    if f.emergency:
        return answer(19, "BLOCK", "EMERGENCY_STUCK")
    return None


def row_20(f):
    times = []
    if f.heir != NO_KEY:
        times.append(f.keys[f.heir].created + f.p.rotate)
    return answer(20, "WAIT", "NOT_DUE")


ROWS = (row_1, row_2, notes, row_3, row_4, row_5, row_6, row_7, row_8, row_9, emergency_hold, row_10, row_11, row_12, row_13,
        row_14, row_15, row_16, row_17, row_19, row_20)


def plan_next(policy, ring):
    facts = Facts(policy, ring)
    for row in ROWS:
        found = row(facts)
        if found:
            break
    if found[1] in CHANGING and ring.recheck == RECHECK_NOT_ASKED and policy.mode:
        return (found[0], "RECHECK", *found[2:5], None), facts
    return found, facts
