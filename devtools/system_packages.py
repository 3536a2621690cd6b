"""Programs of the system's own packages that Odoo uses: a browser, a maker of PDFs."""

import os
import shutil
import subprocess

from . import state


def find(names: tuple[str, ...]) -> str | None:
    """Return the path of the first of some programs that this machine has."""
    return next(filter(None, map(shutil.which, names)), None)


def find_or_install(names: tuple[str, ...], package: str) -> str | None:
    """Return the path of a program; as root on Debian or Ubuntu install it first.

    :param names: what it may be called
    :param package: what has it
    """
    if not find(names) and os.geteuid() == 0 and shutil.which("apt-get"):
        with state.lock("system-packages", state.cache()):
            if not find(names):  # another part of the run may have been faster
                _install(package)
    return find(names)


def _install(package: str):
    state.say(f"Installing {package} from the system's packages …")
    apt_get = ["apt-get", "--yes", "--quiet"]
    with open(state.log_file("apt"), "w") as log:
        for arguments in (
            ["update"],
            ["install", "--no-install-recommends", package],
        ):
            subprocess.run(
                [*apt_get, *arguments],
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
