"""The demonstration's language model next to Odoo: started, and entered there."""

from collections.abc import Iterator
from contextlib import contextmanager

from . import database, demo_simulated
from .odoo import Odoo
from .state import CHECKOUT

PROGRAM = CHECKOUT / "tests" / "simulators" / "llm" / "__main__.py"
# The service that demo_noting_data.py made
OURS = "model = 'simulated' AND url LIKE 'http://127.0.0.1:%'"


@contextmanager
def running(session: Odoo, name: str, port: int) -> Iterator[str]:
    """Run the model for the length of the block, enter and give its address."""
    with demo_simulated.serving("model", PROGRAM, port=port) as address:
        statement = f"UPDATE billing_note_service SET url = '{address}' WHERE {OURS}"
        database.sql(session, statement, name)
        yield address
