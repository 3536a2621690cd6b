"""The demonstration's language model next to Odoo: started, and entered there."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from . import database, ports, process, python_env, state
from .odoo import Odoo, tail
from .state import CHECKOUT, DevError

PROGRAM = CHECKOUT / "tests" / "simulators" / "llm" / "__main__.py"
# The service that demo_noting_data.py made
OURS = "model = 'simulated' AND url LIKE 'http://127.0.0.1:%'"


@contextmanager
def running(session: Odoo, name: str, port: int) -> Iterator[str]:
    """Run the model for the length of the block, enter and give its address.

    :param port: taken if it is free
    """
    log = state.log_file("model")
    chosen = port if ports.is_free(port) else 0
    command = [str(python_env.python()), str(PROGRAM), str(chosen)]
    with (
        open(log, "w") as output,
        process.running(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        ) as model,
    ):
        address = model.stdout.readline().strip()
        if not address:
            raise DevError(f"The language model did not start:\n{tail(log)}")
        statement = f"UPDATE billing_note_service SET url = '{address}' WHERE {OURS}"
        database.sql(session, statement, name)
        yield address
