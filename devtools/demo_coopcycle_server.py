"""The demonstration's CoopCycle next to Odoo: started, and entered in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import database, demo_simulated, state
from .odoo import Odoo

PROGRAM = Path(__file__).with_name("demo_coopcycle.py")
# The connection that demo_coopcycle_data.py made
OURS = "username = 'admin' AND base_url LIKE 'http://127.0.0.1:%'"


@contextmanager
def running(session: Odoo, name: str, port: int) -> Iterator[str]:
    """Run the instance for the length of the block, enter and give its address."""
    file = _file(session)
    with demo_simulated.serving("CoopCycle", PROGRAM, file, port=port) as address:
        statement = (
            f"UPDATE coopcycle_connection SET base_url = '{address}' WHERE {OURS}"
        )
        database.sql(session, statement, name)
        yield address


def forget(session: Odoo):
    """Let the next start begin with an instance that did nothing."""
    for suffix in (".json", ".pickle"):
        _file(session).with_suffix(suffix).unlink(missing_ok=True)


def _file(session: Odoo) -> Path:
    return state.own() / f"demo_coopcycle_{session.number}.json"
