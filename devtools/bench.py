"""``./dev bench``: a benchmark of ``benchmarks/``, on a database of its own."""

import ast
import json
from pathlib import Path

from . import database, odoo, state
from .odoo import Odoo
from .state import ADDON, CHECKOUT, DevError

FOLDER = CHECKOUT / "benchmarks"
# import_module takes any name, also one that Python reserves, such as "import".
# What a benchmark prints goes to the errors: the output is the result's alone.
RUN = """
import contextlib, importlib, json, pathlib, sys
with contextlib.redirect_stdout(sys.stderr):
    benchmark = importlib.import_module("odoo.addons.{addon}.{module}")
    cases = benchmark.run(env, **{options})
pathlib.Path({output!r}).write_text(json.dumps(cases))
"""


def bench(
    name: str, as_json: bool, full: bool, count: int | None, version: str | None
) -> int:
    """Run a benchmark and show its cases; return the exit code."""
    file = find(name)
    options = {"full": full} | ({} if count is None else {"count": count})
    with odoo.session(version) as session, database.fresh(session) as fresh:
        cases = measure(session, fresh, name, **options)
    if cases is None:
        return 1
    if as_json:
        print(json.dumps(cases, indent=2))
    else:
        print(ast.get_docstring(ast.parse(file.read_text())), end="\n\n")
        print(table(cases))
    return 0


def find(name: str) -> Path:
    """Return the file of a benchmark.

    :raise DevError: there is none of this name
    """
    files = {path.stem: path for path in FOLDER.glob("*/[!_]*.py")}
    if name not in files:
        names = ", ".join(sorted(files))
        raise DevError(f"There is no benchmark “{name}”. There is: {names or 'none'}.")
    return files[name]


def measure(session: Odoo, database_name: str, name: str, **options) -> list | None:
    """Run a benchmark on a database that has the addon.

    :return: its cases, None if it did not get through
    """
    output = state.log_file(f"bench-{name}").with_suffix(".json")
    module = ".".join(find(name).relative_to(CHECKOUT).with_suffix("").parts)
    code = RUN.format(addon=ADDON, module=module, output=str(output), options=options)
    if session.run_code(database_name, code) or not output.exists():
        return None
    cases = json.loads(output.read_text())
    output.unlink()
    return cases


def table(cases: list[dict]) -> str:
    """Align the cases in columns, numbers on the right."""
    columns = list(dict.fromkeys(key for case in cases for key in case))
    rows = [[_text(case.get(column, "")) for column in columns] for case in cases]
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    is_number = [
        all(isinstance(case.get(column, 0), int | float) for case in cases)
        for column in columns
    ]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, is_number, strict=True)
        ).rstrip()
        for row in [columns, *rows]
    )


def _text(value) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
