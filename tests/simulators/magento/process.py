"""The simulator as a process of its own.

``python -m simulators.magento`` in the folder ``tests``; it prints its address and keys
as one line of JSON when it is ready, and serves until it is stopped.
"""

import argparse
import json

from ..serving.process import serve
from .seed import plant
from .simulator import MagentoSimulator

FIXED_KEYS = {
    "consumer_key": "demo-consumer-key",
    "consumer_secret": "demo-consumer-secret",
    "access_token": "demo-access-token",
    "access_token_secret": "demo-access-token-secret",
}


def main(arguments: list[str] | None = None) -> None:
    """Serve until the process is stopped."""
    parser = argparse.ArgumentParser(description="A Magento REST server in memory.")
    parser.add_argument("--port", type=int, default=0, help="any free one by default")
    parser.add_argument("--seed", choices=["demo"], help="orders to begin with")
    parser.add_argument("--orders", type=int, default=0, help="so many more orders")
    parser.add_argument("--lines", type=int, default=3, help="lines of each of these")
    parser.add_argument("--latency", type=float, default=0, help="seconds a call")
    parser.add_argument("--bearer", action="store_true", help="allow bearer tokens")
    parser.add_argument(
        "--fixed-keys", action="store_true", help="the same keys every time"
    )
    given = parser.parse_args(arguments)
    simulator = MagentoSimulator(port=given.port)
    if given.fixed_keys:
        use_fixed_keys(simulator)
    simulator.bearer_allowed = given.bearer
    simulator.latency = given.latency
    if given.seed == "demo":
        plant(simulator)
    if given.orders:
        simulator.place_many(given.orders, lines=given.lines)
    serve(simulator, introduce=lambda: introduce(simulator))


def use_fixed_keys(simulator: MagentoSimulator) -> None:
    """Let the shop have the same keys every time."""
    for name, key in FIXED_KEYS.items():
        setattr(simulator.sign_ins, name, key)


def introduce(simulator: MagentoSimulator) -> str:
    """Return the shop's address and keys."""
    names = ("url", *FIXED_KEYS)
    return json.dumps({name: getattr(simulator, name) for name in names})
