"""What the demonstration talks to: simulated servers, each a process of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import ports, process, python_env, state
from .odoo import tail
from .state import DevError


@contextmanager
def serving(name: str, program: Path, *arguments: Path, port: int = 0) -> Iterator[str]:
    """Run a simulated server for the length of the block.

    :param name: what it is
    :param port: taken if it is free, so that the address stays the same
    :return: the line that it says when it is ready
    :raise DevError: it does not start
    """
    log = state.log_file(name)
    port = port if ports.is_free(port) else 0
    command = map(str, (python_env.python(), program, *arguments, port))
    with (
        open(log, "w") as output,
        process.running(
            [*command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            text=True,
        ) as server,
    ):
        said = server.stdout.readline().strip()
        if not said:
            raise DevError(f"The simulated {name} did not start:\n{tail(log)}")
        yield said
