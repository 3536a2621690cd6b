"""The sub-commands and their options."""

import argparse
import sys

from . import (
    bench,
    demo,
    doctor,
    lint,
    odoo_source,
    process,
    shell,
    state,
    testing,
    translations,
)
from .building import package

INTERRUPTED = 130
# How a version of Odoo is named: 17 or 17.0
VERSION = {
    "type": odoo_source.full,
    "choices": odoo_source.VERSIONS,
    "metavar": "|".join(map(odoo_source.number, odoo_source.VERSIONS)),
}


def main() -> int:
    """Run the command that the command line names; return its exit code."""
    parser = _parser()
    options = vars(parser.parse_args())
    command = options.pop("command", None)
    if not command:
        parser.print_help()
        return 0
    process.interrupt_on_signals()
    # So that results and remarks keep their order in a file or a pipe.
    sys.stdout.reconfigure(line_buffering=True)
    try:
        return command(**options)
    except state.DevError as error:
        state.say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        state.say("\nStopped.")
        return INTERRUPTED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev", description="Work on this addon.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    command = _add(commands, demo.demo, "demo", "serve an Odoo with a small company")
    _offer_versions(command)
    command.add_argument(
        "--port", type=int, help=f"{demo.PORT} by default; a free one with --check"
    )
    choice = command.add_mutually_exclusive_group()
    choice.add_argument("--reset", action="store_true", help="forget its data first")
    choice.add_argument(
        "--check",
        action="store_true",
        help="do the main job without a person, on other data, and stop",
    )

    command = _add(commands, testing.test, "test", "lint, unit tests, Odoo tests")
    _offer_versions(
        command, "all that there are, and Debian's 19; some tests: the oldest"
    )
    command.add_argument(
        "pattern",
        nargs="?",
        help="only some: tests/unit/test_x.py, test_x, test_x::Class.method, :Class;"
        " or kill or faults, exports and billing under hardship",
    )

    command.add_argument(
        "--jobs",
        type=positive_number,
        dest="at_once",
        metavar="N",
        help="how many parts of the whole run at a time: as many as there are cores",
    )

    command = _add(commands, lint.command, "lint", "the checks that need no Odoo")
    command.add_argument("--fix", action="store_true", help="mend what tools can mend")

    command = _add(
        commands, package.command, "build", "the addon for an Odoo, as a zip"
    )
    command.add_argument("version", **VERSION)

    command = _add(commands, shell.shell, "shell", "Odoo's shell on the demo database")
    _offer_versions(command)
    command.add_argument("file", nargs="?", help="a Python file to run with `env`")
    command.add_argument("--fresh", action="store_true", help="on a new database")

    command = _add(commands, bench.bench, "bench", "a benchmark, on a new database")
    _offer_versions(command)
    command.add_argument("name", help="a file of benchmarks/*/, without its .py")
    command.add_argument("--json", action="store_true", dest="as_json")
    command.add_argument("--full", action="store_true", help="the large cases too")

    command.add_argument("--count", type=int, help="how many, where it can be chosen")

    _add(commands, translations.update, "i18n", "the texts and their translations")
    _add(commands, doctor.doctor, "doctor", "what is here, and what is missing")
    return parser


def _offer_versions(
    command: argparse.ArgumentParser,
    otherwise: str = "ODOO_HOME's, or the oldest there is",
):
    """Let somebody choose among the versions of Odoo."""
    text = f"the version of Odoo; else {otherwise}"
    command.add_argument("--odoo", dest="version", help=text, **VERSION)


def positive_number(text: str) -> int:
    if int(text) < 1:
        raise ValueError(text)
    return int(text)


def _add(commands, function, name: str, text: str) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(command=function)
    return command
