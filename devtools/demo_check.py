"""``./dev demo --check``: the main job without a person, for machines.

It has a database, a shop and ports of its own, so it works while a demo runs.
"""

import tempfile
from pathlib import Path

from . import (
    database,
    demo_database,
    demo_server,
    demo_shop_server,
    odoo,
    odoo_log,
    ports,
    state,
)
from .demo_visit import Visit
from .odoo import Odoo
from .state import DevError
from .tally import Tally


def check(port: int | None, version: str | None) -> int:
    """Say what came of it, in one line, and return the exit code."""
    if port:
        demo_server.check_port(port)
    with odoo.session(version) as session, database.fresh(session) as name:
        print(f"ok: {_visit(session, name, port or ports.free())}")
    return 0


def run(session: Odoo, name: str, tally: Tally):
    """Count it as one test, on a new database that has the addon."""
    try:
        _visit(session, name, ports.free())
    except DevError as error:
        tally.fail(f"The demonstration does not work. {error}")
    else:
        tally.passed += 1


def _visit(session: Odoo, name: str, port: int) -> str:
    log = state.log_file("demo-check")
    with tempfile.TemporaryDirectory() as folder:
        demo_database.furnish(session, name)
        book = Path(folder) / "shop.pickle"
        with (
            demo_shop_server.running(session, name, 0, book) as shop,
            # The schedule would export the invoice before the button is pressed.
            demo_server.serving(session, name, port, log, cron_threads=0) as served,
        ):
            done = Visit(served[0], shop).do(name)
    if unwanted := odoo_log.unwanted(log):
        raise DevError(f"Odoo's log:\n{unwanted}\nThe whole log: {log}")
    return done
