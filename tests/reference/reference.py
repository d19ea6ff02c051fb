"""The decision of docs/rotation.md, section 4, written a second time from its text alone.

plan_next(policy, ring) answers (row, step, reason, key, key_too, not_before). not_before None: the text says no instant.
Read with the text beside it: one function a row, named row_N, in the order of the table.
"""

from ring import (ABSENT, ACTIVE, AT_AGE, BEING_DELETED, BRAKED, GONE, INACTIVE, LEASE, MARKED_KEY, NEXT_ROTATION, NO_KEY,
                  NO_REQUEST, NOT_ASKED, NOT_TRIED, PAUSED, PRESENT, PROVEN, RECHECK_NOT_ASKED, RECHECK_OTHER_USER, RECHECK_OUT_OF_SCOPE, REFUSED, ROLLBACK, ROTATE,
                  SEEN, SIGNATURE, UNREAD)

CURRENT, CANDIDATE, SUPERSEDED, ORPHAN, FOREIGN, OWN = range(6)
CHANGING = {"MAKE_SECRET", "NOTE_PROMOTED", "NOTE_INACTIVE", "CLOSE_INTENTS", "DROP_REQUEST", "DROP_MARK", "DROP_LEAKED", "DISCARD", "MARK",
            "PROMOTE", "MOVE_BACK", "CREATE", "REACTIVATE", "DEACTIVATE", "DELETE", "DELETE_BOTH"}
HOUR, DAY, DISCARD_PAUSE, HELD_MOST = 3600, 86400, 300, 1800
WINDOW = LEASE + SIGNATURE


class Facts:
    """A ring, judged: who is what (section 3), and what was asked."""

    def __init__(self, policy, ring):
        self.p, self.r, self.now, self.keys = policy, ring, ring.now, ring.keys
        self.current = next((i for i, k in enumerate(ring.keys) if k.stored and k.current), NO_KEY)
        self.intents = [ring.intent0, ring.intent1][: ring.intents]
        self.seen_as = [self._role(i) for i in range(len(ring.keys))]
        self.roles = [self._judged(i) for i in range(len(ring.keys))]
        self.named = ring.current_id
        self.leaks = [i for i, k in enumerate(ring.keys) if k.leaked and (k.status == ACTIVE or i == self.current)]
        self.emergency = bool(self.leaks)
        self.leaked_at = max((ring.keys[i].leaked for i in self.leaks), default=0)
        self.unlisted = self.named == GONE
        self.live = self.current != NO_KEY and ring.keys[self.current].status == ACTIVE
        self._succeed()

    def _succeed(self):
        """The key to be succeeded, and whether its successor is due or asked for."""
        heir = self.current
        if heir == NO_KEY:
            active = [i for i, k in enumerate(self.keys) if k.status == ACTIVE and self.roles[i] not in (ORPHAN, CANDIDATE)]
            heir = max(active, key=lambda i: self.keys[i].created, default=NO_KEY)
        self.heir, r = heir, self.r
        self.met = self._met()
        listed = r.asked_key if 0 <= r.asked_key < len(self.keys) else NO_KEY
        judgeable = listed == NO_KEY or self.roles[listed] not in (CANDIDATE, ORPHAN)
        names_one = listed != NO_KEY or r.asked_key == self.named != NO_KEY
        self.rotate_asked = r.asked == ROTATE and not self.met and names_one and judgeable
        self.leak_asked = heir != NO_KEY and bool(self.keys[heir].leaked)
        self.asked = self.rotate_asked or self.leak_asked  # emergencies too
        self.due = heir != NO_KEY and self.age(heir) >= self.p.rotate
        self.rollback = r.asked == ROLLBACK and r.asked_key == self.named != NO_KEY
        quiet = r.paused or (r.resumed and self.now < r.resumed + self.p.floor)
        self.rollback_only = self.rollback and not self.emergency and quiet

    def _met(self):
        """Met when the key it names is no longer current; too early to say of a candidate, or, without a current, of a listed key."""
        r, who = self.r, self.r.asked_key
        listed = 0 <= who < len(self.keys)
        if r.asked == NO_REQUEST or who == self.named or (listed and self.roles[who] == CANDIDATE):
            return False
        if self.current != NO_KEY or r.asked == ROLLBACK:
            return True
        return not listed and self.now >= r.asked_at + self.p.floor

    def crowded(self, i):
        """Another unstored key, not older than current, in the window of an intent that may have made this one."""
        mine = set(self.windows(i))
        cur = self.keys[self.current].created if self.current != NO_KEY else -1
        return any(mine & set(self.windows(j)) for j, k in enumerate(self.keys) if j != i and not k.stored and k.created > cur)

    def _judged(self, i):
        """An orphan used, or found Inactive and unmarked, is foreign beside a current and own without (row 9)."""
        key, role = self.keys[i], self.seen_as[i]
        if role != ORPHAN or self.crowded(i) or not (key.use == SEEN or (key.status == INACTIVE and not key.deleting)):
            return role
        return OWN if self.current == NO_KEY else FOREIGN

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
        if cur != NO_KEY and key.created < self.keys[cur].created:
            return SUPERSEDED
        if newer and self.windows(i) and not key.described:
            return ORPHAN
        return OWN if cur == NO_KEY else FOREIGN

    def age(self, i):
        return self.now - self.keys[i].created

    def of(self, role, status=None):
        return [i for i, x in enumerate(self.roles) if x == role and status in (None, self.keys[i].status)]

    def inactive_since(self, i):
        """When this key went Inactive, as far as was seen: now, where that is not noted."""
        return self.r.inactive_at if i in (self.r.inactive_key, self.r.inactive_too) else self.now

    def promoted_at(self):
        return self.r.promoted_at if self.r.promoted_key == self.named else self.now

    def moved_until(self):
        """AWSCURRENT moves at most once in a floor; the first promotion does not wait."""
        return 0 if self.named == NO_KEY else self.promoted_at() + self.p.floor

    def mark_valid(self, i):
        """Row 5: is this key still on its way out?"""
        key, role = self.keys[i], self.roles[i]
        if not key.deleting or role in (CURRENT, FOREIGN):
            return False
        if role in (CANDIDATE, ORPHAN):
            return role == CANDIDATE or not self.crowded(i)
        if self.unlisted or key.status == ACTIVE or (role == SUPERSEDED and not self.live) or self.seen_as[i] == ORPHAN:
            return False
        return key.deleting >= self.inactive_since(i)

    def first_rotation(self):
        blank = self.r.secret == ABSENT or self.r.placeholder
        return blank and not any(k.stored for k in self.keys)

    def create_held(self):
        """What of row 19 holds the create, slots aside: (step, reason, until) or None."""
        r, p = self.r, self.p
        discards = 0 if r.last_discard <= max(r.promoted_at, r.resumed) else r.discards
        if discards >= 3:
            return "BLOCK", "TOO_MANY_DISCARDS", self.now + HOUR
        if discards and self.now < (until := r.last_discard + DISCARD_PAUSE * 2 ** (discards - 1)):
            return "WAIT", "DISCARD_PAUSE", until
        if self.now < self.moved_until():
            return "WAIT", "MOVED_LATELY", self.moved_until()
        young = [at for at in self.intents if self.now < at + p.floor]
        if young:
            return "WAIT", "INTENT_OPEN", max(young) + p.floor
        if self.leak_asked:
            return None
        if self.account_waits():
            return "WAIT", self.account_waits(), self.now + HELD_MOST
        if r.account == BRAKED:
            return "WAIT", "ACCOUNT_BRAKED", self.now + HELD_MOST
        return None

    def account_waits(self):
        """Why rows 11, 12, 14-16 and 19 are held, but for an emergency; or None. What could not be read holds like a pause."""
        return {PAUSED: "ACCOUNT_PAUSED", UNREAD: "ACCOUNT_UNREAD"}.get(self.r.account)

    def slot_needed(self):
        """Rows 11 and 12."""
        return (self.due or self.asked) and len(self.keys) >= 2 and self.create_held() is None

    def frees_slot(self):
        """Will rows 11 or 12 ever free one, by themselves?"""
        gives = self.p.slot_conflict == 0 or self.p.delete_rule in (NEXT_ROTATION, AT_AGE)
        return any(r == SUPERSEDED and (k.status == ACTIVE or gives) for r, k in zip(self.roles, self.keys))

    def closes(self, at):
        inside = any(at in self.windows(i) for i, k in enumerate(self.keys) if not k.stored)
        return self.now >= at + self.p.floor and not inside

    def overlap_until(self):
        return self.promoted_at() + max(self.p.overlap, self.p.floor)


def answer(row, step, reason, key=NO_KEY, at=None, too=NO_KEY):
    return row, step, reason, key, too, at


def dropped(f, row, refused):
    met = "ROLLBACK" if f.r.asked == ROLLBACK else "ASKED"
    return answer(row, "DROP_REQUEST", met if f.met else refused, f.r.asked_key)


def row_1(f):
    r, p, now = f.r, f.p, f.now
    away = not r.in_scope or r.recheck == RECHECK_OUT_OF_SCOPE
    unsupported = p.inline_mail
    young_resume = r.resumed and now < r.resumed + p.floor
    passes = not (away or unsupported) and (f.emergency or f.rollback)
    if passes or r.recheck == RECHECK_OTHER_USER or not (unsupported or away or r.paused or young_resume):
        return None
    reason = "OUT_OF_SCOPE" if away else "UNSUPPORTED" if unsupported else "PAUSED" if r.paused else "RESUMED_LATELY"
    if reason == "RESUMED_LATELY":
        return answer(1, "WAIT", reason, at=r.resumed + p.floor)
    if r.asked != NO_REQUEST and p.mode:
        return dropped(f, 1, reason)
    if unsupported and not away:
        return answer(1, "BLOCK", reason, at=now + HOUR)
    if f.emergency:
        return answer(1, "BLOCK", "EMERGENCY_STUCK", at=now + HOUR)
    if any(role in (CANDIDATE, ORPHAN, SUPERSEDED) for role in f.roles):
        return answer(1, "BLOCK", "LEFT_HALF_WAY", at=now + HOUR)
    return answer(1, "SKIP", reason, at=now + DAY)


def row_2(f):
    r = f.r
    if r.recheck == RECHECK_OTHER_USER:
        return answer(2, "BLOCK", "USER_CHANGED", at=f.now + HOUR)
    if r.torn or (r.secret == PRESENT and (f.named != NO_KEY) == bool(r.placeholder) and not r.incomplete):
        return answer(2, "WAIT", "TORN_READ", at=f.now + 5)
    for wrong, reason in ((r.secret == BEING_DELETED, "SECRET_DELETED"), (r.truncated or len(f.keys) > 2, "TOO_MANY_KEYS"),
                          (r.incomplete or contradictory(f), "FACTS_INCOMPLETE")):
        if wrong:
            return answer(2, "BLOCK", reason, at=f.now + HOUR)
    return None


def contradictory(f):
    """A label on a key that is not stored, something stored in no secret, a current key that is not the one AWSCURRENT names."""
    absent = f.r.secret == ABSENT
    if absent and (f.r.placeholder or f.named != NO_KEY):
        return True
    if any(key != NO_KEY and at > f.now + f.p.floor for key, at in ((f.r.promoted_key, f.r.promoted_at), (f.r.inactive_key, f.r.inactive_at))):
        return True
    return any((not k.stored and (k.current or k.pending or k.previous)) or (k.stored and absent) or bool(k.current) != (i == f.named)
               for i, k in enumerate(f.keys))


def notes(f):
    """In mode plan they count as written."""
    r = f.r
    if not f.p.mode:
        return None
    if f.named != NO_KEY and r.promoted_key != f.named:
        listed = 0 <= r.promoted_key < len(f.keys) and f.keys[r.promoted_key].stored
        if listed and f.now < r.promoted_at + f.p.floor:
            return answer(0, "WAIT", "TORN_READ", at=f.now + 5)
        return answer(0, "NOTE_PROMOTED", "FIRST_NOTE", f.named)
    wanted = [i for i, k in enumerate(f.keys) if k.status == INACTIVE and wants_note(f, i)]
    if any(i not in (r.inactive_key, r.inactive_too) for i in wanted):
        return answer(0, "NOTE_INACTIVE", "FIRST_NOTE", wanted[0], too=wanted[1] if len(wanted) > 1 else NO_KEY)
    return None


def wants_note(f, i):
    """What some row may ask of: superseded keys, keys on their way out, and own ones where the policy deletes such."""
    if f.roles[i] == OWN:
        return f.p.spare_inactive or f.p.two_inactive
    return f.roles[i] == SUPERSEDED or f.mark_valid(i)


def tidied(f):
    """Requests met or overtaken by an emergency, marks of keys long gone, intents nothing can come of."""
    r = f.r
    if not f.p.mode or f.rollback_only:
        return None
    if f.met or (f.emergency and r.asked == ROLLBACK and f.leaked_at >= r.asked_at):
        return dropped(f, 0, "EMERGENCY")
    if r.gone_key != NO_KEY and f.now >= r.gone_at + 3 * f.p.floor:
        return answer(0, "DROP_MARK", "MARKED", -2)
    mark_stands = r.leak_gone == MARKED_KEY and r.gone_key != NO_KEY
    if r.leak_gone != NO_KEY and not mark_stands and f.now >= r.leak_gone_at + f.p.floor:
        return answer(0, "DROP_LEAKED", "LEAK_GONE", -2)
    if any(f.closes(at) for at in f.intents):
        return answer(0, "CLOSE_INTENTS", "INTENT_OPEN")
    return None


def row_3(f):
    named = f.r.asked != NO_REQUEST and f.r.asked_key == f.current
    if f.current == NO_KEY or f.live or named or f.keys[f.current].leaked:
        return None
    return answer(3, "BLOCK", "CURRENT_DEAD", f.current, f.now + HOUR)


def row_4(f):
    if f.unlisted and f.now < f.promoted_at() + f.p.floor:
        return answer(4, "WAIT", "STALE_LIST", at=f.promoted_at() + f.p.floor)
    return None


def row_5(f):
    for i, key in enumerate(f.keys):
        if f.mark_valid(i):
            return finish(f, i, key)
    return None


def finish(f, i, key):
    if f.roles[i] not in (ORPHAN, CANDIDATE):
        return answer(5, "DELETE", "MARKED", i)
    until = key.deleting + f.p.floor
    if key.status == INACTIVE:
        until = max(until, f.inactive_since(i)) + f.p.floor
    if f.now < until:
        return answer(5, "WAIT", "MARK_AGEING", at=until)
    reason = "ORPHAN" if f.roles[i] == ORPHAN else "MARKED"
    if f.roles[i] == ORPHAN and key.use == NOT_ASKED:
        return answer(5, "ASK_USE", reason, i)
    return answer(5, "DEACTIVATE" if key.status == ACTIVE else "DELETE", reason, i)


def row_6(f):
    for i in f.of(CANDIDATE, ACTIVE):
        key = f.keys[i]
        if key.leaked:
            return answer(6, "DISCARD", "EMERGENCY", i)
        if f.age(i) < f.p.settle:
            return answer(6, "WAIT", "SETTLING", at=key.created + f.p.settle)
        if f.now < f.moved_until():
            return answer(6, "WAIT", "MOVED_LATELY", at=f.moved_until())
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
    return answer(6, "BLOCK", "CANNOT_VERIFY", i) if past else answer(6, "WAIT", "NOT_PROVEN", at=key.created + max(f.p.timeout, f.p.floor))


def row_7(f):
    for i in f.of(CANDIDATE, INACTIVE):
        return answer(7, "BLOCK", "FOREIGN_CHANGE", i, f.now + HOUR)
    return None


def row_8(f):
    young = [i for i, k in enumerate(f.keys) if not k.stored and i != f.heir and f.age(i) < f.p.floor]
    if not young:
        return None
    return answer(8, "WAIT", "YOUNG_KEY", at=f.keys[young[0]].created + f.p.floor)


def row_9(f):
    for i in f.of(ORPHAN):
        if f.crowded(i):
            return answer(9, "BLOCK", "TWO_ORPHANS", i, f.now + HOUR)
        if f.keys[i].use == NOT_ASKED:
            return answer(9, "ASK_USE", "ORPHAN", i)
        return answer(9, "MARK", "ORPHAN", i)
    return None


def comes_upon_rollback(f):
    """Took a rollback off, or came less than a floor after one; what a resume made unknowable counts as one."""
    r = f.r
    unmoved = r.paused and r.paused_for_rollback and r.promoted_at <= r.paused <= f.leaked_at
    forgotten = r.resumed and f.leaked_at <= r.resumed
    moved = any(f.current != NO_KEY and f.keys[i].created > f.keys[f.current].created for i in f.of(SUPERSEDED))
    return unmoved or forgotten or (moved and f.leaked_at < f.moved_until())


def emergency_hold(f):
    if f.emergency and f.now < f.leaked_at + f.p.floor and comes_upon_rollback(f):
        return answer(10, "WAIT", "MOVED_LATELY", at=f.leaked_at + f.p.floor)
    return None


def row_10(f):
    if not f.rollback:
        return None
    r, p = f.r, f.p
    targets = [i for i in f.of(SUPERSEDED) if not f.keys[i].leaked and not f.mark_valid(i)]
    if not targets:
        return answer(10, "DROP_REQUEST", "NOTHING_TO_ROLL_BACK", r.asked_key)
    i = max(targets, key=lambda t: (f.keys[t].stored, f.keys[t].created))
    key, first = f.keys[i], max(r.asked_at + p.floor, f.moved_until())
    if key.status == INACTIVE:
        return answer(10, "REACTIVATE", "ROLLBACK", i)
    if f.now < first:
        return answer(10, "WAIT", "ROLLBACK", at=first)
    if not key.stored:
        return answer(10, "DROP_REQUEST", "ROLLBACK", i)
    if key.proof == NOT_TRIED:
        return answer(10, "VERIFY", "ROLLBACK", i)
    if key.proof == PROVEN:
        return answer(10, "MOVE_BACK", "ROLLBACK", i)
    if f.now >= first + p.timeout:
        return answer(10, "DROP_REQUEST", "ROLLBACK_FAILED", i)
    return answer(10, "WAIT", "NOT_PROVEN", at=first + p.timeout)


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
        if f.account_waits():
            continue
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
        if f.account_waits() or f.now < f.inactive_since(i) + f.p.min_inactive:
            continue
        if needed and (f.p.slot_conflict == 0 or f.p.delete_rule == NEXT_ROTATION):
            return answer(12, "MARK", "SLOT_NEEDED", i)
        if f.p.delete_rule == AT_AGE and f.age(i) >= f.p.delete:
            return answer(12, "MARK", "INACTIVE_LONG_ENOUGH", i)
    return None


def row_13(f):
    for i in f.of(FOREIGN) if f.current != NO_KEY else ():
        return answer(13, "BLOCK", "FOREIGN_KEY", i, f.now + HOUR)
    return None


def row_14(f):
    if not f.first_rotation() or len(f.of(OWN, ACTIVE)) != 2:
        return None
    old, new = sorted((0, 1), key=lambda i: f.keys[i].created)
    if not (f.rotate_asked or f.emergency or f.age(old) >= f.p.rotate):
        return None
    if f.age(new) < f.p.floor:
        return answer(14, "WAIT", "YOUNG_KEY", at=f.keys[new].created + f.p.floor)
    if f.p.two_active == 0:
        return answer(14, *(("BLOCK", "EMERGENCY_STUCK") if f.emergency else ("SKIP", "TWO_ACTIVE")))
    if f.account_waits() and not f.emergency:
        return answer(14, "WAIT", f.account_waits(), at=f.now + HELD_MOST)
    out, stays = (new, old) if f.emergency and not f.keys[old].leaked else (old, new)
    why = "EMERGENCY" if f.emergency else "RETIRE_OLDEST"
    if f.keys[stays].use == NOT_ASKED:
        return answer(14, "ASK_USE", why, stays)
    if f.keys[stays].use == SEEN:
        return answer(14, "DEACTIVATE", why, out)
    return answer(14, "BLOCK", "EMERGENCY_STUCK" if f.emergency else "TWO_ACTIVE", out, f.now + HOUR)


def row_15(f):
    spare = f.of(OWN, INACTIVE)
    if not f.first_rotation() or len(f.of(OWN, ACTIVE)) != 1 or not spare or not (f.due or f.asked):
        return None
    if f.p.spare_inactive == 0:
        return answer(15, "BLOCK", "EMERGENCY_STUCK" if f.emergency else "NO_FREE_SLOT", spare[0], f.now + HOUR)
    until = f.inactive_since(spare[0]) + f.p.min_inactive
    if f.account_waits() and not f.leak_asked and f.now >= until:
        return answer(15, "WAIT", f.account_waits(), at=f.now + HELD_MOST)
    if f.leak_asked or f.now >= until:
        return answer(15, "MARK", "SPARE_INACTIVE", spare[0])
    return answer(15, "WAIT", "WAITS_FOR_SLOT", at=until)


def row_16(f):
    if not f.first_rotation() or f.rotate_asked or len(f.of(OWN, INACTIVE)) != 2:
        return None
    if min(f.age(0), f.age(1)) < f.p.rotate:
        return None
    if f.p.two_inactive == 0:
        return answer(16, "SKIP", "TWO_INACTIVE_LEFT")
    if f.account_waits() or f.now < max(f.inactive_since(0), f.inactive_since(1)) + f.p.min_inactive:
        return None
    return answer(16, "DELETE_BOTH", "TWO_INACTIVE", 0, too=1)


def row_17(f):
    if any(k.status == ACTIVE for k in f.keys) or f.rotate_asked or f.emergency:
        return None
    return answer(17, "WAIT", "NO_ACTIVE_KEY" if f.keys else "NO_KEY")


def row_19(f):
    if f.due or f.asked:
        held = f.create_held()
        if held:
            return answer(19, *held[:2], at=held[2])
        why = "EMERGENCY" if f.leak_asked else "ASKED" if f.rotate_asked else "DUE"
        if len(f.keys) < 2:
            return answer(19, "CREATE", why)
        if f.live and f.frees_slot():
            return answer(19, "WAIT", "WAITS_FOR_SLOT")
        return answer(19, "BLOCK", "EMERGENCY_STUCK" if f.emergency else "NO_FREE_SLOT", at=f.now + HOUR)
    if f.emergency:
        return answer(19, "BLOCK", "EMERGENCY_STUCK")
    return None


def row_20(f):
    """Why, in so many words, and when: compare.py asks whether it sleeps past anything."""
    return answer(20, "WAIT", None)


ROWS = ((row_1, True), (row_2, True), (notes, True), (tidied, False), (row_3, True), (row_4, True), (row_5, False), (row_6, False),
        (row_7, False), (row_8, False), (row_9, False), (emergency_hold, True), (row_10, True), (row_11, False), (row_12, False),
        (row_13, False), (row_14, False), (row_15, False), (row_16, False), (row_17, False), (row_19, False), (row_20, True))


def plan_next(policy, ring):
    facts = Facts(policy, ring)
    found = next(found for row, for_rollback in ROWS if for_rollback or not facts.rollback_only if (found := row(facts)))
    row, step, reason, key, too, at = found
    if facts.unlisted and row > 4 and row != 10 and step == "WAIT":
        row, step, reason, key, at = 4, "BLOCK", "CURRENT_DEAD", facts.named, None
    if step in CHANGING and ring.recheck == RECHECK_NOT_ASKED:
        step, at = "RECHECK", None
    elif step in CHANGING and step != "DROP_REQUEST" and ring.secret == ABSENT and policy.mode:
        step = "MAKE_SECRET"
    return (row, step, reason, key, too, at), facts
