"""The demonstration shop next to Odoo: started, and entered in the database."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import database, demo_simulated, ports, state
from .odoo import Odoo
from .state import CHECKOUT

PROGRAM = Path(__file__).with_name("demo_shop.py")
SIMULATORS = CHECKOUT / "tests" / "simulators"
# The connections that demo_shop_data.py made, or somebody with the same keys
OURS = "consumer_key = 'demo-consumer-key' AND base_url LIKE 'http://127.0.0.1:%'"


@contextmanager
def running(
    session: Odoo, name: str, port: int, file: Path | None = None
) -> Iterator[str]:
    """Run the shop for the length of the block, enter and give its address.

    :param file: where the shop is kept, if it is not the demonstration's own
    """
    if address := _running_already(session, name):
        yield address
        return
    with serving(file or _file(session), port) as address:
        statement = f"UPDATE magento_connection SET base_url = '{address}' WHERE {OURS}"
        database.sql(session, statement, name)
        yield address


@contextmanager
def serving(file: Path, port: int = 0) -> Iterator[str]:
    """Run the shop that a file keeps for the length of the block, give its address."""
    with demo_simulated.serving("shop", PROGRAM, file, port=port) as said:
        yield json.loads(said)["url"]


def remembers(session: Odoo) -> bool:
    """Say whether the shop is there as it was; a newer simulator begins anew."""
    return _file(session).exists()


def forget(session: Odoo):
    """Let the next start begin with a new shop."""
    for file in state.own().glob(f"demo_shop_{session.number}-*.pickle"):
        file.unlink()


def _running_already(session: Odoo, name: str) -> str:
    """Return the address of a shop that another ``./dev demo`` runs."""
    select = f"SELECT base_url FROM magento_connection WHERE {OURS} LIMIT 1"
    address = database.sql(session, select, name)
    return address if address and ports.answers(f"{address}/_simulator/faults") else ""


def _file(session: Odoo) -> Path:
    """Return where the shop is kept that the demonstration of an Odoo remembers."""
    name = f"demo_shop_{session.number}-{state.fingerprint(SIMULATORS)}.pickle"
    return state.own() / name
