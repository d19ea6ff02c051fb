"""Section 7 of docs/rotation.md, asked of every answer from the outside: only what was seen and what was answered."""

from ring import (ABSENT, ACTIVE, BRAKED, INACTIVE, NEVER, NO_KEY, PAUSED, POLICIES, PRESENT, RECHECK_OTHER_USER,
                  RECHECK_OUT_OF_SCOPE, RECHECK_SAME, ROLES, STEPS, UNREAD)

IAM = {"CREATE", "REACTIVATE", "DEACTIVATE", "DELETE", "DELETE_BOTH"}
MOVES = {"PROMOTE", "MOVE_BACK"}
ACTS = IAM | MOVES | {"MARK", "DISCARD", "MAKE_SECRET", "NOTE_PROMOTED", "NOTE_INACTIVE", "CLOSE_INTENTS", "DROP_MARK", "DROP_LEAKED"}


def broken(ring, got):
    """The name of the rule this answer breaks, or None."""
    step = STEPS[got.step]
    if got.not_before <= 0:
        return "total: an instant of 0"
    if step not in ACTS:
        return None
    policy = POLICIES[ring.policy]
    key = ring.keys[got.key] if 0 <= got.key < len(ring.keys) else None
    for rule in (scope, look_up, held, attributed, current_first, inactive_first, one_create, one_move):
        if rule(policy, ring, got, step, key):
            return f"{rule.__doc__} ({step} in row {got.row})"
    return None


def scope(policy, ring, got, step, key):
    """S3: a user out of scope is not changed"""
    return not ring.in_scope or ring.recheck == RECHECK_OUT_OF_SCOPE or policy.notify_only or policy.exempt


def look_up(policy, ring, got, step, key):
    """S3: nothing is changed on a failed look-up"""
    if ring.truncated or ring.incomplete or ring.torn or len(ring.keys) > 2 or ring.recheck == RECHECK_OTHER_USER:
        return True
    return policy.mode == 1 and ring.recheck != RECHECK_SAME


def held(policy, ring, got, step, key):
    """section 4: what a pause or the brake holds does not begin without an emergency"""
    if got.shown or got.emergency or got.row < 11:
        return False
    return ring.account in (PAUSED, UNREAD) or (ring.account == BRAKED and step == "CREATE")


def attributed(policy, ring, got, step, key):
    """S3: a key that cannot be attributed is not changed"""
    if step not in {"MARK", "DISCARD", "DEACTIVATE", "DELETE", "REACTIVATE"}:
        return False
    role = ROLES[(got.role0, got.role1, got.role2)[got.key]]
    return role == "foreign" and not (key.leaked and step == "DEACTIVATE" and role == "foreign")


def another_is_current(ring, got):
    return any(k.current and k.stored and k.status == ACTIVE for i, k in enumerate(ring.keys) if i != got.key)


def current_first(policy, ring, got, step, key):
    """S1: no key goes unless another Active key is current"""
    if step not in {"MARK", "DEACTIVATE", "DELETE", "DELETE_BOTH"} or another_is_current(ring, got):
        return False
    first = not any(k.stored for k in ring.keys) and (ring.secret == ABSENT or ring.placeholder)
    if step == "DELETE_BOTH":
        return not (first and policy.two_inactive and all(k.status == INACTIVE for k in ring.keys))
    if key.current:
        return True
    marked = step in {"DEACTIVATE", "DELETE"} and key.deleting and ring.now - key.deleting >= policy.floor
    orphan = explained(ring, key) and key.use == NEVER and (step == "MARK" or marked)
    if orphan or (marked and key.pending and not key.previous):
        return False
    statuses = [k.status for k in ring.keys]
    if first and len(statuses) == 2:
        retired = step == "DEACTIVATE" and policy.two_active and statuses == [ACTIVE, ACTIVE]
        spare = step == "MARK" and policy.spare_inactive and key.status == INACTIVE and ACTIVE in statuses
        if retired or spare:
            return False
    return not (step == "DELETE" and key.deleting and not key.stored and key.status == INACTIVE)


def explained(ring, key):
    """Unstored, and made in the window of an open intent."""
    return not key.stored and any(at <= key.created <= at + 960 for at in (ring.intent0, ring.intent1)[: ring.intents])


def inactive_first(policy, ring, got, step, key):
    """S2: no Active key is deleted"""
    gone = [ring.keys[i] for i in (got.key, got.key_too) if i >= 0] if step in {"DELETE", "DELETE_BOTH"} else []
    return any(k.status == ACTIVE or (step == "DELETE" and not k.deleting) for k in gone)


def one_create(policy, ring, got, step, key):
    """S4: no create while the intent of another is younger than a floor, none without a slot, none without a secret"""
    if step != "CREATE" or got.shown:
        return False
    young = any(ring.now - at < policy.floor for at in (ring.intent0, ring.intent1)[: ring.intents])
    return young or len(ring.keys) > 1 or ring.secret != PRESENT


def one_move(policy, ring, got, step, key):
    """section 4: AWSCURRENT moves at most once in a floor"""
    return step in MOVES | {"CREATE"} and ring.current_id != NO_KEY and ring.now - ring.promoted_at < policy.floor
