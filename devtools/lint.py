"""``./dev lint``: ruff, pylint-odoo and OCA's checks of modules."""

import time

from . import process, python_env, state
from .state import ADDON, CHECKOUT
from .tally import Tally, show

# import-linter is no module that Python could run
ARROWS = "from importlinter.cli import lint_imports_command as lint; lint()"


def checks(fix: bool = False) -> dict[str, list[str]]:
    """Return the name and Python's arguments of every check."""
    module = state.addons_folder() / ADDON
    found = {
        "ruff check": ["-m", "ruff", "check", *(["--fix"] if fix else []), "."],
        "ruff format": ["-m", "ruff", "format", *([] if fix else ["--check"]), "."],
        # OCA wants its README.rst; only the command line can take back a rule.
        "pylint-odoo": ["-m", "pylint", "--disable=missing-readme", str(module)],
        "oca-checks-odoo-module": ["-m", "oca_pre_commit_hooks", str(module)],
        "import-linter": [
            *("-c", ARROWS, "--no-cache", "--no-logo"),
            *("--config", str(CHECKOUT / "pyproject.toml")),
        ],
    }
    if translations := sorted((module / "i18n").glob("*.po*")):
        # It would have texts that are the same in both languages left untranslated.
        found["oca-checks-po"] = [
            *("-m", "oca_pre_commit_hooks.cli_po"),
            "--disable=po-pretty-format",
            *map(str, translations),
        ]
    return found


def command(fix: bool) -> int:
    """Run every check and return the exit code."""
    return min(run(fix), 1)


def count_failures(tally: Tally):
    """Run every check as a part of the tests."""
    tally.failed += run()


def run(fix: bool = False) -> int:
    """Run every check, show what the failing ones say and return how many failed."""
    return sum(not _passes(name, arguments) for name, arguments in checks(fix).items())


def _passes(name: str, arguments: list[str]) -> bool:
    start = time.monotonic()
    command = [str(python_env.python()), *arguments]
    # The linter of imports looks for the addon, by its name, where it is started
    folder = state.addons_folder() if name == "import-linter" else CHECKOUT
    code, output = process.output(command, folder)
    if code:
        show(output)
    show(f"{name}: {'FAILED' if code else 'ok'} ({time.monotonic() - start:.0f} s)")
    return code == 0
