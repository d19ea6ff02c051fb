"""The decision of docs/rotation.md, section 4, written a second time from its text alone.

plan_next(policy, ring) answers (row, step, reason, key, key_too, not_before). not_before None: the text says no instant.
Read with the text beside it: one function a row, named row_N, in the order of the table.
"""

from functools import cached_property as fact

from ring import (ABSENT, ACTIVE, AT_AGE, BEING_DELETED, BRAKED, GONE, INACTIVE, LEASE, MARKED_KEY, NAMED_KEY, NEVER,
                  NEXT_ROTATION, NOT_ASKED, NOT_TRIED, NO_KEY, NO_REQUEST, PAUSED, PRESENT, PROVEN, RECHECK_NOT_ASKED,
                  RECHECK_OTHER_USER, RECHECK_OUT_OF_SCOPE, REFUSED, ROLLBACK, ROTATE, SEEN, SIGNATURE, UNREAD)

CURRENT, CANDIDATE, SUPERSEDED, ORPHAN, FOREIGN, OWN = range(6)
CHANGING = {"MAKE_SECRET", "NOTE_PROMOTED", "NOTE_INACTIVE", "CLOSE_INTENTS", "DROP_REQUEST", "DROP_MARK", "DROP_LEAKED", "DISCARD", "MARK",
            "PROMOTE", "MOVE_BACK", "CREATE", "REACTIVATE", "DEACTIVATE", "DELETE", "DELETE_BOTH"}
HOUR, DAY, DISCARD_PAUSE = 3600, 86400, 300
WINDOW = LEASE + SIGNATURE


class Facts:
    """A ring, judged: who is what (section 3), and what was asked. Nothing is read of the ring before some row asks for it: what no row
    asked for cannot matter, and space.py counts on that."""

    def __init__(self, policy, ring):
        self.p, self.r, self.now, self.keys = policy, ring, ring.now, ring.keys
        self.named = ring.current_id
        self.unlisted = self.named == GONE
        self.current = next((i for i, k in enumerate(ring.keys) if k.stored and k.current), NO_KEY)
        self.gate = None
        self._seen, self._judged = {}, {}

    @fact
    def intents(self):
        return [self.r.intent0, self.r.intent1][: self.r.intents]

    def seen(self, i):
        """The role of a key by what stands beside it."""
        if i not in self._seen:
            self._seen[i] = self._role(i)
        return self._seen[i]

    def role(self, i):
        """An orphan used, or found Inactive and unmarked, is foreign beside a current and own without (row 9)."""
        if i not in self._judged:
            role, key = self.seen(i), self.keys[i]
            if role == ORPHAN and not self.crowded(i) and (key.use == SEEN or (key.status == INACTIVE and not key.deleting)):
                role = OWN if self.current == NO_KEY else FOREIGN
            self._judged[i] = role
        return self._judged[i]

    @fact
    def leaks(self):
        return [i for i, k in enumerate(self.keys) if k.leaked and (i == self.current or k.status == ACTIVE)]

    @fact
    def emergency(self):
        return bool(self.leaks)

    @fact
    def leaked_at(self):
        return max((self.keys[i].leaked for i in self.leaks), default=0)

    @fact
    def live(self):
        return self.current != NO_KEY and self.keys[self.current].status == ACTIVE

    @fact
    def heir(self):
        """The key to be succeeded."""
        if self.current != NO_KEY:
            return self.current
        active = [i for i, k in enumerate(self.keys) if k.status == ACTIVE and self.role(i) not in (ORPHAN, CANDIDATE)]
        return max(active, key=lambda i: self.keys[i].created, default=NO_KEY)

    @fact
    def met(self):
        """Met when the key it names is no longer current; too early to say of a candidate, or, without a current, of a listed key."""
        r = self.r
        if r.asked == NO_REQUEST or r.asked_key == self.named:
            return False
        who = r.asked_key
        listed = 0 <= who < len(self.keys)
        if listed and self.role(who) == CANDIDATE:
            return False
        if self.current != NO_KEY or r.asked == ROLLBACK:
            return True
        return not listed and self.now >= r.asked_at + self.p.floor

    @fact
    def rotate_asked(self):
        r = self.r
        if r.asked != ROTATE or self.met:
            return False
        if 0 <= r.asked_key < len(self.keys):
            return self.role(r.asked_key) not in (CANDIDATE, ORPHAN)
        return r.asked_key == self.named != NO_KEY

    @fact
    def leak_asked(self):
        return self.heir != NO_KEY and bool(self.keys[self.heir].leaked)

    @fact
    def asked(self):
        """Emergencies too."""
        return self.rotate_asked or self.leak_asked

    @fact
    def due(self):
        return self.heir != NO_KEY and self.now >= self.due_time(self.heir)

    def due_time(self, i):
        """At its age, and not before the policy begins."""
        due = self.keys[i].created + self.p.rotate
        return self.p.effective if self.p.effective and self.p.rollout and due < self.p.effective else due

    @fact
    def rollback(self):
        return self.named != NO_KEY and self.r.asked == ROLLBACK and self.r.asked_key == self.named

    @fact
    def young_resume(self):
        return bool(self.r.resumed) and self.now < self.r.resumed + self.p.floor

    @fact
    def rollback_only(self):
        return bool(self.r.paused or self.young_resume) and self.rollback and not self.emergency

    def crowded(self, i):
        """Another unstored key, not older than current, in the window of an intent that may have made this one."""
        mine = set(self.windows(i))
        return bool(mine) and any(not k.stored and (self.current == NO_KEY or k.created > self.keys[self.current].created)
                                  and not mine.isdisjoint(self.windows(j)) for j, k in enumerate(self.keys) if j != i)

    def windows(self, i):
        """Which of the open intents have a window in which this unstored key was made."""
        return [n for n, at in enumerate(self.intents) if at <= self.keys[i].created <= at + WINDOW]

    def _role(self, i):
        key, cur = self.keys[i], self.current
        if i == cur:
            return CURRENT
        if key.stored:
            newest = key.pending and not key.previous and (cur == NO_KEY or key.created > self.keys[cur].created)
            return CANDIDATE if newest else SUPERSEDED
        if cur != NO_KEY and key.created < self.keys[cur].created:
            return SUPERSEDED
        if (cur == NO_KEY or key.created > self.keys[cur].created) and self.windows(i) and not key.described:
            return ORPHAN
        return OWN if cur == NO_KEY else FOREIGN

    def age(self, i):
        return self.now - self.keys[i].created

    def of(self, role, status=None):
        return [i for i, k in enumerate(self.keys) if (status is None or k.status == status) and self.role(i) == role]

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
        key = self.keys[i]
        if not key.deleting:
            return False
        role = self.role(i)
        if role in (CURRENT, FOREIGN):
            return False
        if role in (CANDIDATE, ORPHAN):
            return role == CANDIDATE or not self.crowded(i)
        if self.unlisted or key.status == ACTIVE or (role == SUPERSEDED and not self.live) or self.seen(i) == ORPHAN:
            return False
        return key.deleting >= self.inactive_since(i)

    def first_rotation(self):
        blank = self.r.secret == ABSENT or self.r.placeholder
        return blank and not any(k.stored for k in self.keys)

    def opening(self, at):
        """The first instant from this one, and from now, on at which changes may begin."""
        at = at if at > self.now else self.now
        return next((at if at >= opens else opens for opens, shuts in self.p.windows if at < shuts), at)

    @fact
    def shut(self):
        return self.opening(self.now) > self.now

    @fact
    def holds(self):
        """What holds rows 11, 12, 14-16 and 19, but for an emergency: (reason, until) or None. What could not be read holds like a pause."""
        if self.shut:
            return "WINDOW", self.opening(self.now)
        return self.held_account(PAUSED, UNREAD)

    def held_account(self, *kinds):
        """Asked again within a quarter of the time it was held so far."""
        if self.r.account not in kinds:
            return None
        since = self.r.account_since
        quarter = min(max((self.now - since) // 4, 60), 1800) if since else 600
        return "ACCOUNT_" + ("BRAKED", "PAUSED", "UNREAD")[self.r.account - 1], self.now + quarter

    @fact
    def begun(self):
        """Does the policy change this user's keys, or only show what it would do?"""
        return self.p.rollout > 0 and self.now >= self.p.effective

    def held_by_discards(self):
        """What of row 19 holds the create, slots aside, in five parts: (step, reason, until) or None."""
        r, discards = self.r, self.r.discards
        if not discards or r.last_discard <= r.promoted_at or r.last_discard <= r.resumed:
            return None
        if discards >= 3:
            return "BLOCK", "TOO_MANY_DISCARDS", self.now + HOUR
        until = r.last_discard + DISCARD_PAUSE * 2 ** (discards - 1)
        return ("WAIT", "DISCARD_PAUSE", until) if self.now < until else None

    def held_by_move(self):
        return ("WAIT", "MOVED_LATELY", self.moved_until()) if self.now < self.moved_until() else None

    def held_by_intents(self):
        young = [at for at in self.intents if self.now < at + self.p.floor]
        return ("WAIT", "INTENT_OPEN", max(young) + self.p.floor) if young else None

    def held_by_others(self):
        """The calendar, the account, its brake."""
        held = None if self.leak_asked else self.holds or self.held_account(BRAKED)
        return ("WAIT", *held) if held else None

    def create_held(self):
        return self.held_by_discards() or self.held_by_move() or self.held_by_intents() or self.held_by_others()

    @fact
    def slot_needed(self):
        """Rows 11 and 12."""
        return len(self.keys) >= 2 and (self.due or self.asked) and self.create_held() is None

    def frees_slot(self):
        """Will rows 11 or 12 ever free one, by themselves?"""
        gives = self.p.slot_conflict == 0 or self.p.delete_rule in (NEXT_ROTATION, AT_AGE)
        return any((k.status == ACTIVE or gives) and self.role(i) == SUPERSEDED for i, k in enumerate(self.keys))

    def closes(self, at):
        if self.now < at + self.p.floor:
            return False
        return not any(not k.stored and at <= k.created <= at + WINDOW for k in self.keys)

    def overlap_until(self):
        return self.promoted_at() + max(self.p.overlap, self.p.floor)


def answer(row, step, reason, key=NO_KEY, at=None, too=NO_KEY):
    return row, step, reason, key, too, at


def dropped(f, row, refused):
    met = "ROLLBACK" if f.r.asked == ROLLBACK else "ASKED"
    return answer(row, "DROP_REQUEST", met if f.met else refused, f.r.asked_key)


def rolled_back(f):
    """All that stands beside a working current key is what a rollback leaves: a newer superseded key, or an Active one that is not stored."""
    def by_the_book(i, k):
        role = f.role(i)
        return role == FOREIGN or role == SUPERSEDED and (k.created > f.keys[f.current].created or (not k.stored and k.status == ACTIVE))
    return f.r.paused and f.r.paused_for_rollback and f.live and all(i == f.current or by_the_book(i, k) for i, k in enumerate(f.keys))


def row_1(f):
    r, p, now = f.r, f.p, f.now
    away = not r.in_scope or r.recheck == RECHECK_OUT_OF_SCOPE
    never = away or p.exempt or p.notify_only
    if r.recheck == RECHECK_OTHER_USER or not (never or unknown(f) or r.paused or f.young_resume):
        return None
    if not never and (f.emergency or f.rollback):
        return None
    reason = ("OUT_OF_SCOPE" if away else "EXEMPT" if p.exempt else "NOTIFY_ONLY" if p.notify_only
              else "NO_RECIPIENT" if unknown(f) else "PAUSED" if r.paused else "RESUMED_LATELY")
    if reason == "RESUMED_LATELY":
        return answer(1, "WAIT", reason, at=r.resumed + p.floor)
    if r.asked != NO_REQUEST and p.mode:
        return dropped(f, 1, reason)
    if f.emergency:
        return answer(1, "BLOCK", "EMERGENCY_STUCK", at=now + HOUR)
    if any(k.stored and i != f.current for i, k in enumerate(f.keys)) or f.of(ORPHAN) or f.of(SUPERSEDED):
        if reason == "PAUSED" and rolled_back(f):
            return answer(1, "SKIP", "ROLLED_BACK", at=now + DAY)
        return answer(1, "BLOCK", "LEFT_HALF_WAY", at=now + HOUR)
    if reason == "NOTIFY_ONLY":
        return answer(1, "WAIT", reason)
    return answer(1, "SKIP", reason, at=now + DAY)


def unknown(f):
    """Nobody could be told."""
    return f.p.skip_user and f.r.no_recipient


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
    if f.role(i) == OWN:
        return f.begun and (f.p.spare_inactive or f.p.two_inactive)
    return f.role(i) == SUPERSEDED or f.mark_valid(i)


def tidied_request(f):
    """A request met, or a rollback overtaken by an emergency."""
    r = f.r
    if f.p.mode and r.asked != NO_REQUEST and (f.met or (r.asked == ROLLBACK and f.emergency and f.leaked_at >= r.asked_at)):
        return dropped(f, 0, "EMERGENCY")
    return None


def tidied_marks(f):
    """Of keys long gone."""
    if f.p.mode and f.r.gone_key != NO_KEY and f.now >= f.r.gone_at + 3 * f.p.floor:
        return answer(0, "DROP_MARK", "MARKED", -2)
    return None


def tidied_leaks(f):
    """The report of a leaked key that is gone for a floor, after its mark; one that AWSCURRENT still names is left."""
    r = f.r
    if not f.p.mode or r.leak_gone == NO_KEY or f.now < r.leak_gone_at + f.p.floor:
        return None
    if (r.leak_gone == MARKED_KEY and r.gone_key != NO_KEY) or (r.leak_gone == NAMED_KEY and f.unlisted):
        return None
    return answer(0, "DROP_LEAKED", "LEAK_GONE", GONE if r.leak_gone == NAMED_KEY else -2)


def tidied_intents(f):
    """Those that nothing can come of."""
    return answer(0, "CLOSE_INTENTS", "INTENT_OPEN") if f.p.mode and any(f.closes(at) for at in f.intents) else None


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
    if f.role(i) not in (ORPHAN, CANDIDATE):
        return answer(5, "DELETE", "MARKED", i)
    until = key.deleting + f.p.floor
    if key.status == INACTIVE:
        until = max(until, f.inactive_since(i)) + f.p.floor
    if f.now < until:
        return answer(5, "WAIT", "MARK_AGEING", at=until)
    reason = "ORPHAN" if f.role(i) == ORPHAN else "MARKED"
    if f.role(i) == ORPHAN and key.use == NOT_ASKED:
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
        needed = f.slot_needed
        if f.keys[i].leaked or (f.leak_asked and needed):
            return answer(11, "DEACTIVATE", "EMERGENCY", i)
        if f.holds:
            continue
        if f.p.overlap == 0 and f.r.promoted_now:
            return answer(11, "DEACTIVATE", "OVERLAP_OVER", i)
        end = overlap_end(f, i, needed)
        if f.now < end:
            continue
        gate = passes_gate(f, i, end)
        if gate != "held":
            return gate or answer(11, "DEACTIVATE", "OVERLAP_OVER", i)
    return None


def overlap_end(f, i, needed):
    """When a superseded key has worked long enough beside its successor."""
    end = f.overlap_until()
    rolled_back = f.keys[i].created > f.keys[f.current].created
    if f.p.overlap == 0 or rolled_back or (f.rotate_asked and needed):
        return end
    return max(end, f.keys[i].created + f.p.deactivate)


def passes_gate(f, i, end):
    """`in_use`: None where it passes, "held", or the question it needs answered."""
    key, until = f.keys[i], end + f.p.max_hold
    if not f.p.old_idle or f.now >= until or key.use == NEVER:
        return None
    if key.use == SEEN and f.now >= key.last_used + f.p.old_idle:
        return None
    f.gate = i, end, until, key.last_used
    return "held" if key.use == SEEN else answer(11, "ASK_USE", "IN_USE", i)


def row_12(f):
    if not f.live:
        return None
    for i in f.of(SUPERSEDED, INACTIVE):
        needed = f.slot_needed
        if needed and f.leak_asked:
            return answer(12, "MARK", "EMERGENCY", i)
        if f.holds or f.now < f.inactive_since(i) + f.p.min_inactive:
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
    if not (f.rotate_asked or f.emergency or f.now >= f.due_time(old)):
        return None
    if f.age(new) < f.p.floor:
        return answer(14, "WAIT", "YOUNG_KEY", at=f.keys[new].created + f.p.floor)
    if f.p.two_active == 0:
        return answer(14, *(("BLOCK", "EMERGENCY_STUCK") if f.emergency else ("SKIP", "TWO_ACTIVE")))
    if f.holds and not f.emergency:
        return answer(14, "WAIT", f.holds[0], at=f.holds[1])
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
    if f.leak_asked or (f.now >= until and not f.holds):
        return answer(15, "MARK", "SPARE_INACTIVE", spare[0])
    if f.now >= until:
        return answer(15, "WAIT", f.holds[0], at=f.holds[1])
    opens = f.opening(until)
    return answer(15, "WAIT", "WINDOW" if opens > until else "WAITS_FOR_SLOT", at=opens)


def row_16(f):
    if not f.first_rotation() or f.rotate_asked or len(f.of(OWN, INACTIVE)) != 2:
        return None
    if f.now < f.due_time(0) or f.now < f.due_time(1):
        return None
    if f.p.two_inactive == 0:
        return answer(16, "SKIP", "TWO_INACTIVE_LEFT")
    if f.holds or f.now < max(f.inactive_since(0), f.inactive_since(1)) + f.p.min_inactive:
        return None
    return answer(16, "DELETE_BOTH", "TWO_INACTIVE", 0, too=1)


def row_17(f):
    if any(k.status == ACTIVE for k in f.keys) or f.rotate_asked or f.emergency:
        return None
    return answer(17, "WAIT", "NO_ACTIVE_KEY" if f.keys else "NO_KEY")


def row_19_held_by(what):
    def row(f):
        held = what(f)
        return answer(19, *held[:2], at=held[2]) if held and (f.due or f.asked) else None
    return row


def row_19_create(f):
    if not (f.due or f.asked):
        return None
    if len(f.keys) < 2:
        return answer(19, "CREATE", "EMERGENCY" if f.leak_asked else "ASKED" if f.rotate_asked else "DUE")
    if f.live and f.frees_slot():
        return answer(19, "WAIT", "WAITS_FOR_SLOT")
    return answer(19, "BLOCK", "EMERGENCY_STUCK" if f.emergency else "NO_FREE_SLOT", at=f.now + HOUR)


def row_19_stuck(f):
    return answer(19, "BLOCK", "EMERGENCY_STUCK") if f.emergency else None


def row_20(f):
    """Why, in so many words, and when: compare.py asks whether it sleeps past anything."""
    return answer(20, "WAIT", None)


HOLDS = Facts.held_by_discards, Facts.held_by_move, Facts.held_by_intents, Facts.held_by_others
ROWS = ((row_1, True), (row_2, True), (notes, True),
        (tidied_request, False), (tidied_marks, False), (tidied_leaks, False), (tidied_intents, False), (row_3, True), (row_4, True), (row_5, False), (row_6, False),
        (row_7, False), (row_8, False), (row_9, False), (emergency_hold, True), (row_10, True), (row_11, False), (row_12, False),
        (row_13, False), (row_14, False), (row_15, False), (row_16, False), (row_17, False), *((row_19_held_by(w), False) for w in HOLDS),
        (row_19_create, False), (row_19_stuck, False), (row_20, True))


def finished(f, found):
    """What holds whichever row it was: (row, step, reason, key, key_too, not_before), and whether it is only shown."""
    row, step, reason, key, too, at = found
    if f.unlisted and row > 4 and row != 10 and step == "WAIT":
        row, step, reason, key, at = 4, "BLOCK", "CURRENT_DEAD", f.named, None
    if step not in CHANGING:
        return (row, step, reason, key, too, at), False
    shown = not f.p.mode or (11 <= row <= 19 and not f.begun and not f.emergency)
    if f.r.recheck == RECHECK_NOT_ASKED:
        step, at = "RECHECK", None
    elif step != "DROP_REQUEST" and f.r.secret == ABSENT and not shown:
        step = "MAKE_SECRET"
    return (row, step, reason, key, too, at), shown


def plan_next(policy, ring):
    facts = Facts(policy, ring)
    found = next(found for row, for_rollback in ROWS if for_rollback or not facts.rollback_only if (found := row(facts)))
    told, facts.shown = finished(facts, found)
    return told, facts


def notices(f):
    """Row 18, which every look tells, whichever row decides: (reason, key, at, due) of each whose time has come."""
    r, p = f.r, f.p
    if not r.in_scope or r.recheck in (RECHECK_OUT_OF_SCOPE, RECHECK_OTHER_USER) or p.exempt:
        return []
    if p.notify_only:
        times = [("NOTIFY_ONLY", p.notify0), ("NOTIFY_ONLY", p.notify1), ("OVERDUE", p.overdue)]
        told = [(reason, i, k.created + after, k.created + p.overdue) for i, k in enumerate(f.keys) if k.status == ACTIVE
                for reason, after in times]
        return [one for one in told if f.now >= one[2]]
    i, warned = f.heir, [w for w in (p.warn0, p.warn1) if w]
    if not warned or not p.mode or not p.rollout or i == NO_KEY or f.keys[i].status != ACTIVE:
        return []
    if p.two_active == 0 and f.first_rotation() and len(f.of(OWN, ACTIVE)) == 2:
        return []  # they are left alone: nothing will follow
    due = f.due_time(i)
    return [("PRE_NOTICE", i, due - w, due) for w in warned if f.now >= due - w]
