"""Loopback ports for servers that cannot choose one themselves."""

import random
import socket
from pathlib import Path

LOOPBACK = "127.0.0.1"
LOWEST = 15000


def free_port() -> int:
    """A port nobody listens on now, below the range the kernel takes for outgoing connections: nothing but another
    server can take it before its owner binds it, or between a stop and a restart. Servers retry on a conflict."""
    highest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for _ in range(100):
        port = random.randrange(LOWEST, highest) if highest > LOWEST + 1000 else 0
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise RuntimeError("no free loopback port found in a hundred tries")


def connects(port: int) -> bool:
    """Whether somebody accepts connections on the port."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False
