"""The browser that Odoo drives in the tours."""

import os
import shutil
import subprocess

from . import state

# The names that Odoo itself looks for.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
RESOLUTION = "Resolution: install Chromium or Google Chrome."


def find() -> str | None:
    """Return the path of a browser of this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def find_or_install() -> str | None:
    """Return the path of a browser; as root on Debian or Ubuntu install one first."""
    if not find() and os.geteuid() == 0 and shutil.which("apt-get"):
        with state.lock("browser", state.cache()):
            if not find():  # another part of the run may have been faster
                _install()
    return find()


def _install():
    state.say("Installing Chromium from the system's packages …")
    apt_get = ["apt-get", "--yes", "--quiet"]
    with open(state.log_file("apt"), "w") as log:
        for arguments in (
            ["update"],
            ["install", "--no-install-recommends", "chromium"],
        ):
            subprocess.run(
                [*apt_get, *arguments],
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
