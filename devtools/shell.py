"""``./dev shell``: Odoo's shell, or a Python file run with ``env``."""

import subprocess
from contextlib import contextmanager
from pathlib import Path

from . import database, demo_database, odoo
from .state import DevError


def shell(file: str | None, fresh: bool, version: str | None) -> int:
    """Open the shell, or run a file, and return the exit code."""
    script = Path(file).absolute() if file else None
    if script and not script.is_file():
        raise DevError(f"There is no file {script}.")
    with odoo.session(version) as session, _database(session, fresh) as name:
        if script:
            return session.run_file(name, script)
        # Not in a process group of its own: it reads the terminal, Ctrl-C included.
        command = session.shell_command(name)
        return subprocess.run(command, env=session.variables()).returncode


@contextmanager
def _database(session: odoo.Odoo, fresh: bool):
    if fresh:
        with database.fresh(session) as name:
            yield name
    else:
        yield demo_database.prepare(session)
