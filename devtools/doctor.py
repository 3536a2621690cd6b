"""``./dev doctor``: what this machine has, what is missing, and the remedy."""

import json
import shutil
import subprocess
import sys
from functools import partial
from types import ModuleType

from . import browser, database, odoo_source, pdf, postgres, python_env, state
from .state import DevError

WHEELS = ["psycopg2-binary", "lxml", "Werkzeug", "pylint-odoo", "ruff", "pytest"]


def doctor() -> int:
    """Show what was found; return 1 if something that Odoo needs is missing."""
    findings = {
        "Python": _python,
        "Packages": _packages,
        "Odoo": _odoo,
        "PostgreSQL": _postgres,
        "Browser": partial(_program, browser, "the browser tests"),
        "PDFs": partial(_program, pdf, "the tests with real PDFs"),
        "Cache": _cache,
    }
    missing = 0
    for name, find in findings.items():
        try:
            text = find()
        except DevError as error:
            text = f"MISSING. {error}"
            missing += 1
        print(f"{name:<12}{text.replace(chr(10), chr(10) + ' ' * 12)}")
    return min(missing, 1)


def _python() -> str:
    return f"{sys.version.split()[0]}, {sys.executable}"


def _packages() -> str:
    folder = python_env.folder()
    if not python_env.is_made():
        return "not installed yet: the next command that needs them does it"
    command = [str(folder / "bin" / "python"), "-m", "pip", "list", "--format=json"]
    versions = {
        package["name"].lower(): package["version"]
        for package in json.loads(subprocess.check_output(command))
    }
    wheels = ", ".join(f"{name} {versions[name.lower()]}" for name in WHEELS)
    return f"{folder}\n{wheels}"


def _odoo() -> str:
    found = odoo_source.find_all()
    here = [f"{each.version}, {each.home}" for each in found.values()]
    others = [
        f"{version} is not here: {odoo_source.origin(version)}"
        for version in odoo_source.VERSIONS
        if version not in found
    ]
    return "\n".join(here + others)


def _postgres() -> str:
    if not python_env.is_made():
        return "embedded, comes with the packages"
    with postgres.server() as environment:
        version = database.psql(environment, "SHOW server_version", "postgres")
    kind = (
        "your own, by PGHOST, PGPORT or PGUSER"
        if postgres.is_external()
        else "embedded"
    )
    return f"{version}, {kind}"


def _program(module: ModuleType, tests: str) -> str:
    """Say which version of a program there is, or which tests are left out for it."""
    found = module.find()
    if not found:
        return f"none: {tests} are left out. {module.RESOLUTION}"
    version = subprocess.run([found, "--version"], capture_output=True, text=True)
    return f"{version.stdout.strip()}, {found}"


def _cache() -> str:
    free = shutil.disk_usage(state.cache()).free >> 30
    return f"{state.cache()} ({free} GB free); this checkout's: {state.own()}"
