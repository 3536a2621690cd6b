"""``./dev demo``: an Odoo to try the addon in, with a small company and its shop."""

import subprocess
import time
from pathlib import Path
from typing import NoReturn

from . import database, demo_shop_server, odoo, ports, state
from .odoo import Odoo
from .state import ADDON, CHECKOUT, DevError

DATA = Path(__file__).with_name("demo_data.py")
SHOP_DATA = Path(__file__).with_name("demo_shop_data.py")
SAMPLE = CHECKOUT / "tests" / "data" / "coopcycle" / "export_fr.csv"
SECONDS_TO_ANSWER = 120
NOT_INSTALLED = {".git", "benchmarks", "devtools", "tests"}


def demo(port: int, reset: bool) -> NoReturn:
    """Serve the demonstration database until it is interrupted."""
    if not ports.is_free(port):
        raise DevError(f"Port {port} is taken. Resolution: choose another by --port.")
    with odoo.session() as session:
        name = prepare(session, reset)
        with demo_shop_server.running(session, name, port + 1) as shop:
            _serve(session, name, port, shop)


def _serve(session: Odoo, name: str, port: int, shop: str) -> NoReturn:
    log = state.log_file("demo")
    options = [
        "--http-interface=127.0.0.1",
        f"--http-port={port}",
        "--max-cron-threads=1",
    ]
    with session.running(name, *options, log=log) as server:
        address = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(f"{address}/web/login", server, log)
        print(f"\nOdoo:      {address}\nLogin:     admin\nPassword:  admin")
        print(f"Magento:   {shop} (simulated: its API, no pages to look at)")
        print(f"Sample:    {SAMPLE}\nLog:       {log}")
        print("\nCtrl-C stops it.")
        server.wait()
        raise DevError(f"Odoo stopped by itself:\n{odoo.tail(log)}")


def prepare(session: Odoo, reset: bool = False) -> str:
    """Return the demonstration database; make or upgrade it when that is needed."""
    name = database.name("demo")
    with state.lock("demo"):
        # A shop that has forgotten its orders goes with no company that remembers them
        if reset or not demo_shop_server.remembers():
            database.drop(session, name)
            demo_shop_server.forget()
        if not database.exists(session, name):
            _make(session, name)
        elif database.label(session, name) != _addon_version():
            state.say("Upgrading the addon in the demonstration database …")
            session.upgrade(name, ADDON)
            _run(session, name, SHOP_DATA)
            database.set_label(session, name, _addon_version())
    return name


def _make(session: Odoo, name: str):
    state.say("Making the demonstration database …")
    with database.fresh(session) as unfinished:
        _run(session, unfinished, DATA)
        _run(session, unfinished, SHOP_DATA)
        database.set_label(session, unfinished, _addon_version())
        database.rename(session, unfinished, name)


def _run(session: Odoo, name: str, file: Path):
    if session.run_file(name, file):
        raise DevError(f"{file} failed: its traceback is above.")


def _addon_version() -> str:
    """Return a value that changes when the installed addon needs an upgrade."""
    parts = (path for path in CHECKOUT.iterdir() if path.name not in NOT_INSTALLED)
    return state.fingerprint(*parts)


def _wait_until_it_answers(address: str, server: subprocess.Popen, log: Path):
    state.say("Starting Odoo …")
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not ports.answers(address):
        if server.poll() is not None or time.monotonic() > deadline:
            raise DevError(f"Odoo did not start:\n{odoo.tail(log)}\nThe log: {log}")
        time.sleep(0.2)
