"""The virtual environment that Odoo, PostgreSQL and the checks run from."""

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import state
from .state import DevError

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
NEWEST_PYTHON = (3, 12)  # the newest that every version of Odoo supports


@functools.cache
def python() -> Path:
    """Return the environment's interpreter; make the environment when it is new."""
    if not is_made():
        with state.lock(folder().name, state.cache()):
            if not is_made():  # another command may have been faster
                _make(folder())
                _complete().touch()
    return folder() / "bin" / "python"


@functools.cache
def folder() -> Path:
    """Return where the environment is, or will be."""
    base = _interpreter()
    key = state.digest(REQUIREMENTS.read_text() + base + _version(base))
    return state.cache() / f"venv-{key}"


def is_made() -> bool:
    """Tell whether the environment is there, and whole."""
    return _complete().exists()


def _complete() -> Path:
    return folder() / "complete"


def package(name: str) -> Path:
    """Return the folder of an installed package."""
    [site_packages] = python().parent.parent.glob("lib/python3.*/site-packages")
    return site_packages / name


def _interpreter() -> str:
    """Return a Python that Odoo supports, of this one's version if possible."""
    if sys.version_info[:2] <= NEWEST_PYTHON:
        return _system_python() or sys.executable
    for minor in (12, 11, 10):
        found = shutil.which(f"python3.{minor}")
        if found and _version(found):
            return found
    raise DevError("Odoo needs Python 3.10, 3.11 or 3.12: install one of them.")


def _system_python() -> str | None:
    """Return the system's own Python of this one's minor version, if it has venv.

    Distributions compile theirs with a profile, which those that a developer compiled
    seldom are: the tests take a twelfth less.
    """
    name = f"python3.{sys.version_info.minor}"
    found = shutil.which(name, path=os.defpath)
    if not found:
        return None
    check = [found, "-c", "import ensurepip, venv"]
    return None if subprocess.run(check, capture_output=True).returncode else found


def _version(interpreter: str) -> str:
    """Return an interpreter's version; nothing if it is a mere name, as pyenv has."""
    command = [interpreter, "--version"]
    return subprocess.run(command, capture_output=True, text=True).stdout


def _make(folder: Path):
    state.say("Installing the Python packages, once (a minute or two) …")
    shutil.rmtree(folder, ignore_errors=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    # Wheels only, so no compiler; docopt alone has none, and it is plain Python.
    pip += ["--only-binary", ":all:", "--no-binary", "docopt"]
    log = state.log_file("pip")
    with open(log, "w") as output:
        for command in (
            [_interpreter(), "-m", "venv", str(folder)],
            [*pip, "--requirement", str(REQUIREMENTS)],
        ):
            if subprocess.run(command, stdout=output, stderr=output).returncode:
                raise DevError(
                    f"The Python packages could not be installed:\n{log.read_text()}\n"
                    "Resolution: reach PyPI (pip's own settings hold here); on Debian "
                    "or Ubuntu also install python3-venv. Then start again."
                )
