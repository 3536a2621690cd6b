"""Odoo at work: its command line, and the runs of it."""

import os
import socket
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import odoo_source, postgres, process, python_env, state
from .state import ADDON, DevError


@dataclass(frozen=True)
class Odoo:
    """An Odoo 17.0, with the server that its databases are on."""

    home: Path
    environment: dict = field(default_factory=dict)

    def command(self, *arguments: str, database: str) -> list[str]:
        """Return the command line that works on a database."""
        paths = [self.home / "addons", self.home / "odoo" / "addons"]
        subcommand = [arguments[0]] if arguments[:1] == ("shell",) else []
        return [
            str(python_env.python()),
            str(self.home / "odoo-bin"),
            *subcommand,
            f"--config={os.devnull}",
            f"--addons-path={','.join(map(str, [*paths, state.addons_folder()]))}",
            f"--data-dir={data_dir()}",
            f"--database={database}",
            *arguments[len(subcommand) :],
        ]

    def install(self, database: str, modules: str):
        """Install modules, without Odoo's demonstration data."""
        options = [f"--init={modules}", "--without-demo=all"]
        self._run_or_raise("install", *options, database=database)

    def upgrade(self, database: str, modules: str):
        self._run_or_raise("upgrade", f"--update={modules}", database=database)

    def _run_or_raise(self, name: str, *arguments: str, database: str):
        log = state.log_file(name)
        arguments += ("--no-http",)
        command = self.command(*arguments, "--stop-after-init", database=database)
        if code := self.run(command, log):
            raise DevError(f"Odoo failed ({code}):\n{tail(log)}\nThe whole log: {log}")

    def run_code(self, code: str, database: str) -> int:
        """Run code in Odoo's shell, quietly; what it did not commit is rolled back."""
        with process.running(
            self.shell_command(database), env=self.variables(),
            stdin=subprocess.PIPE, text=True,
        ) as shell:  # fmt: skip
            shell.communicate(code)
            return shell.returncode

    def run_file(self, file: Path, database: str) -> int:
        """Run a Python file with ``env``; tracebacks tell its own name and lines."""
        given = "dict(env=env, odoo=odoo, self=self)"
        code = f"import runpy; runpy.run_path({str(file)!r}, {given}, '__main__')"
        return self.run_code(code, database)

    def shell_command(self, database: str) -> list[str]:
        return self.command("shell", "--no-http", "--log-level=warn", database=database)

    def run(self, command: list[str], log: Path, timeout: float | None = None) -> int:
        """Run a command of Odoo's and return its exit code."""
        with (
            open(log, "w") as output,
            process.running(
                command, env=self.variables(), stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
            ) as odoo,
        ):  # fmt: skip
            return odoo.wait(timeout)

    def variables(self) -> dict:
        return {**os.environ, **self.environment}


@contextmanager
def session():
    """Give an Odoo and the PostgreSQL it needs, for the length of the block."""
    home = odoo_source.locate()
    python_env.python()
    with postgres.server() as environment:
        yield Odoo(home, environment)


def data_dir() -> Path:
    """Return Odoo's folder of attachments and sessions."""
    return state.own() / "odoo"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def tail(log: Path, lines: int = 40) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def addon_version() -> str:
    """Return a value that changes when an installed addon needs an upgrade."""
    folders = ["models", "wizards", "controllers", "tools", "views", "security"]
    folders += ["data", "i18n", "static", "report"]
    return state.fingerprint(
        *(state.CHECKOUT / folder for folder in folders),
    ) + state.digest((state.CHECKOUT / "__manifest__.py").read_text() + ADDON)
