"""The demo's policy: months shortened to seconds, which only a test clock allows; to more of them on a busy machine."""

import os

EXEMPT_GROUP = "IAM_SERVICE_USER"
BUSY, SLOWEST = 3, 4


def pace(load: float, processors: int) -> int:
    """By how much the months are multiplied: once more for every three programs that wait for each processor."""
    return min(SLOWEST, 1 + int(load / processors / BUSY))


PACE = pace(os.getloadavg()[0], os.cpu_count() or 1)
ROTATE, DEACTIVATE, DELETE = (PACE * seconds for seconds in (20, 27, 33))
OVERLAP = DEACTIVATE - ROTATE
FLOOR = 3


def changes() -> dict:
    """Laid over the stack's own configuration."""
    return {
        "unsafe_test_clock": {"floor": f"{FLOOR}s"},
        "policies": [{
            "name": "people",
            "mode": "apply",
            "select": {"accounts": ["*"], "name_prefix": ["test-user-"], "groups_none": [EXEMPT_GROUP]},
            "rotate_after": f"{ROTATE}s",
            "deactivate_after": f"{DEACTIVATE}s",
            "min_overlap": f"{OVERLAP}s",
            "delete_after": f"{DELETE}s",
            "min_inactive": "0s",
            "two_active": "retire_oldest",
            "spare_inactive": "delete",
            "slot_conflict": "delete_early",
            "verify": {"settle": "2s", "successes": 2, "timeout": "30s"},
            "deliver": {"mail": "reference", "recipient_tags": ["EmailID"], "missing": "fallback_admin"},
        }],
        "scheduler": {"inventory_every": "2s"},
        "log": {"level": "info"},
    }
