"""The programs' configuration file for a stack: the one place that knows its shape."""

from .moto import REGION, SENDER

ADMIN = "admin@example.com"
VERIFY_REGION = "us-west-2"
FLOOR = 3
# The embedded broker neither cuts a fetch short nor reads unbatched backlogs fast. The short session hands a killed
# program's partitions on after six seconds instead of 45.
KAFKA_PROPERTIES = {"fetch.wait.max.ms": "10", "linger.ms": "5", "session.timeout.ms": "6000",
                    "heartbeat.interval.ms": "1000"}


def configuration(stack) -> dict:
    """Every section, for the servers of this stack, with one policy of a few seconds for users called test-user-*."""
    return {
        "kafka": {"brokers": stack.kafka.brokers, "properties": dict(KAFKA_PROPERTIES)},
        "redis": {"host": "127.0.0.1", "port": stack.redis.port, "prefix": "kt:"},
        "aws": {"region": REGION, "verify_region": VERIFY_REGION, "endpoint": stack.endpoint},
        "secrets": {"name": "keyturn/{account}/{user_id}"},
        "accounts": [{"id": account, "role_arn": stack.moto.role_arn(account)} for account in stack.moto.accounts],
        "unsafe_test_clock": {"floor": f"{FLOOR}s"},
        "policies": [seconds_policy()],
        "worker": {"threads": 8},
        "scheduler": {"inventory_every": "2s"},
        "notify": {"from": SENDER, "admin": ADMIN, "rate": 0, "settle_ms": 100},
        "metrics": {"listen": "127.0.0.1:0"},
        "log": {"level": "debug"},
    }


def seconds_policy(rotate: int = 10, deactivate: int = 15, delete: int = 20, **changes) -> dict:
    """The `minutes` profile with seconds for minutes; changes replace its members."""
    return {
        "name": "people",
        "mode": "apply",
        "select": {"accounts": ["*"], "name_prefix": ["test-user-"]},
        "rotate_after": f"{rotate}s",
        "deactivate_after": f"{deactivate}s",
        "min_overlap": f"{max(deactivate - rotate, FLOOR)}s",
        "delete_after": f"{delete}s",
        "min_inactive": "0s",
        "two_active": "retire_oldest",
        "spare_inactive": "delete",
        "two_inactive": "leave",
        "slot_conflict": "delete_early",
        "verify": {"settle": "1s", "successes": 2, "timeout": "30s"},
        "deliver": {"mail": "reference", "recipient_tags": ["EmailID", "email"], "missing": "fallback_admin"},
    } | changes


def merged(base: dict, changes: dict) -> dict:
    """base with changes laid over it, section by section; a list or a scalar is replaced whole, None removes."""
    result = dict(base)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result
