"""The demonstration's CoopCycle next to Odoo: started, and entered in the database."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import database, ports, process, python_env, state
from .odoo import Odoo, tail
from .state import DevError

PROGRAM = Path(__file__).with_name("demo_coopcycle.py")
# The connection that demo_coopcycle_data.py made
OURS = "username = 'admin' AND base_url LIKE 'http://127.0.0.1:%'"


@contextmanager
def running(session: Odoo, name: str, port: int) -> Iterator[str]:
    """Run the instance for the length of the block, enter and give its address.

    :param port: taken if it is free, so that the address stays the same
    """
    log = state.log_file("coopcycle")
    chosen = port if ports.is_free(port) else 0
    command = [str(python_env.python()), str(PROGRAM), str(_file(session)), str(chosen)]
    with (
        open(log, "w") as output,
        process.running(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        ) as instance,
    ):
        address = instance.stdout.readline().strip()
        if not address:
            raise DevError(f"The simulated CoopCycle did not start:\n{tail(log)}")
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
