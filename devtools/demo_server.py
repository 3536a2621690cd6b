"""The served Odoo of the demonstration."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import ports, state
from .odoo import Odoo, tail
from .state import DevError

SECONDS_TO_ANSWER = 120


@contextmanager
def serving(
    session: Odoo, name: str, port: int, log: Path, cron_threads: int = 1
) -> Iterator[tuple[str, subprocess.Popen]]:
    """Serve a database for the length of the block.

    :return: its address, which answers, and its process
    :raise DevError: it does not start
    """
    options = [
        "--http-interface=127.0.0.1",
        f"--http-port={port}",
        f"--max-cron-threads={cron_threads}",
    ]
    with session.running(name, *options, log=log) as server:
        address = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(f"{address}/web/login", server, log)
        yield address, server


def check_port(port: int):
    if not ports.is_free(port):
        raise DevError(f"Port {port} is taken. Resolution: choose another by --port.")


def _wait_until_it_answers(address: str, server: subprocess.Popen, log: Path):
    state.say("Starting Odoo …")
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not ports.answers(address):
        if server.poll() is not None or time.monotonic() > deadline:
            raise DevError(f"Odoo did not start:\n{tail(log)}\nThe log: {log}")
        time.sleep(0.2)
