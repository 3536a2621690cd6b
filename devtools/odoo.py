"""Odoo at work: its command line, and the runs of it."""

import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import odoo_source, postgres, process, python_env, state
from .building import tree
from .odoo_source import Source
from .state import DevError


@dataclass(frozen=True)
class Odoo:
    """An Odoo, and the environment that leads it to its databases."""

    source: Source
    environment: dict[str, str]
    addons: Path
    more_addons: tuple[Path, ...] = ()

    @property
    def version(self) -> str:
        return self.source.version

    @property
    def number(self) -> str:
        """Return what people call the version."""
        return odoo_source.number(self.version)

    def command(self, database: str, *options: str, name: str = "server") -> list[str]:
        """Return the command line of a sub-command of Odoo's."""
        addons = [
            *self.source.addons,
            self.addons,
            *self.more_addons,
        ]
        return [
            str(python_env.python()),
            str(self.source.program),
            name,
            f"--config={os.devnull}",
            f"--addons-path={','.join(map(str, addons))}",
            f"--data-dir={data_dir()}",
            f"--database={database}",
            *options,
        ]

    def shell_command(self, database: str) -> list[str]:
        """Return the command line of Odoo's shell, which logs what is serious only."""
        quiet = ["--log-level=warn", "--log-handler=py.warnings:ERROR"]
        # Newer versions log an error where a benchmark takes a simulator of the tests
        quiet.append("--log-handler=odoo.tests.common:CRITICAL")
        return self.command(database, "--no-http", *quiet, name="shell")

    def variables(self) -> dict[str, str]:
        """Return the environment of Odoo's processes.

        They compile Odoo once: some machines forbid Python to keep what it compiled,
        and each start takes twice the time.
        """
        kept = {
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(state.cache() / "bytecode"),
        }
        return {
            **os.environ,
            **kept,
            **self.source.variables(),
            **self.environment,
        }

    def installation(self, modules: str) -> list[str]:
        """Return the options that install modules, without Odoo's demonstration."""
        # Odoo 19 installs it only if asked, and takes no list of modules any more.
        without = [] if float(self.version) >= 19 else ["--without-demo=all"]
        return [f"--init={modules}", *without]

    def install(self, database: str, modules: str):
        options = [*self.installation(modules), "--no-http"]
        self._run_or_raise(database, *options, log=state.log_file("install"))

    def upgrade(self, database: str, modules: str):
        options = [f"--update={modules}", "--no-http"]
        self._run_or_raise(database, *options, log=state.log_file("upgrade"))

    def _run_or_raise(self, database: str, *options: str, log: Path):
        if code := self.run(database, *options, log=log):
            raise DevError(f"Odoo failed ({code}):\n{tail(log)}\nThe whole log: {log}")

    def run(self, database: str, *options: str, log: Path, seconds=None) -> int | None:
        """Run Odoo to its end and return its exit code; nothing if it took longer."""
        with self.running(database, "--stop-after-init", *options, log=log) as odoo:
            try:
                return odoo.wait(seconds)
            except subprocess.TimeoutExpired:
                return None

    @contextmanager
    def running(self, database: str, *options: str, log: Path):
        """Run Odoo for the length of the block, its log in a file."""
        command = self.command(database, *options)
        with (
            open(log, "w") as output,
            process.running(
                command,
                env=self.variables(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            ) as odoo,
        ):
            yield odoo

    def run_file(self, database: str, *files: Path, **given) -> int:
        """Run Python files with ``env``; tracebacks tell their own name and lines.

        They find what is beside them, after all else.

        :param given: plain values that the files find by these names
        """
        names = f"dict(env=env, odoo=odoo, self=self, **{given!r}), '__main__'"
        lines = ["import runpy, sys"]
        lines += [
            f"sys.path.append({str(folder)!r})" for folder in {f.parent for f in files}
        ]
        lines += [f"runpy.run_path({str(file)!r}, {names})" for file in files]
        return self.run_code(database, "\n".join(lines))

    def run_code(self, database: str, code: str) -> int:
        """Run code in Odoo's shell; what it did not commit is rolled back."""
        command = self.shell_command(database)
        with process.running(
            command, env=self.variables(), stdin=subprocess.PIPE, text=True
        ) as shell:
            shell.communicate(code)
            return shell.returncode


@contextmanager
def session(version: str | None = None):
    """Give an Odoo and the PostgreSQL it needs, for the length of the block.

    :param version: such as 19.0; else the one that `odoo_source.locate` chooses
    """
    with sessions([odoo_source.locate(version)]) as [only]:
        yield only


@contextmanager
def sessions(sources: list[Source]):
    """Give several Odoos and the PostgreSQL they need, for the length of the block."""
    python_env.python()
    with postgres.server() as environment:
        yield [
            Odoo(source, environment, tree.addons_folder(source.version))
            for source in sources
        ]


def data_dir() -> Path:
    """Return Odoo's folder of attachments and sessions."""
    return state.own() / "odoo"


def tail(log: Path, lines: int = 40) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
