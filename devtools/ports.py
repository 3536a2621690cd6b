"""TCP ports of this machine."""

import itertools
import os
import socket
import urllib.request

# Below those that systems give to outgoing connections
LOWEST, COUNT = 20000, 10000


def free() -> int:
    """Return a port that nobody listens on.

    It is listened on a moment later, so each process begins to look elsewhere.
    """
    ports = (LOWEST + (os.getpid() + step) % COUNT for step in itertools.count())
    return next(filter(is_free, ports))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As Odoo does: connections that just ended do not keep a port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def answers(address: str) -> bool:
    """Tell whether a page is there."""
    # Straight to this machine, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        return opener.open(address, timeout=60).status == 200
    except OSError:
        return False
