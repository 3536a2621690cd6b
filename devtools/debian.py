"""Odoo 19 as Debian packages it, unpacked into the cache and made whole."""

import shutil
import tempfile
from pathlib import Path

from . import apt, state
from .state import DevError

VERSION = "19.0"
SUITE = "sid"
PACKAGES = ["odoo-19", "libjs-jquery"]
PYTHON = Path("usr", "lib", "python3", "dist-packages")
BLUR = Path("mail", "static", "lib", "selfie_segmentation", "selfie_segmentation.js")


def available() -> bool:
    """Tell whether this machine's apt knows where to ask for Debian's packages."""
    return bool(apt.mirrors())


def find() -> Path | None:
    """Return the folder that Debian's Odoo was unpacked into, if it was."""
    return _home() if _home().is_dir() else None


def download() -> Path:
    """Return the folder of Debian's Odoo; download and unpack it if there is none."""
    with state.lock(_home().name, state.cache()):
        if not find():  # another checkout may have been faster
            with tempfile.TemporaryDirectory(dir=state.cache()) as scratch:
                _make(Path(scratch))
    return _home()


def _home() -> Path:
    return state.cache() / f"odoo-{VERSION}"


def _make(scratch: Path):
    state.say(f"Asking Debian's suite {SUITE} for Odoo 19, once (135 MB) …")
    files = apt.download(SUITE, PACKAGES, scratch)
    state.say("Unpacking it (1.2 GB) …")
    root = scratch / "root"
    for file in files:
        if not apt.run(["dpkg-deb", "--extract", str(file), str(root)], scratch):
            raise DevError(
                f"{file.name} could not be unpacked: it is told above why.\n"
                f"Resolution: 2 GB have to be free in {state.cache()}."
            )
    _make_whole(root / PYTHON)
    root.rename(_home())
    odoo, jquery = (" ".join(file.name.split("_")[:2]) for file in files)
    state.say(
        f"Odoo 19 is in {_home()}: Debian's {odoo} with {jquery}, and an empty file "
        "for the one script that Debian leaves out."
    )


def _make_whole(python: Path):
    """Remove what the packaging left over, and add what it took out.

    An asset that a manifest names and that is not there is an error on every page.
    """
    shutil.rmtree(python / "addons", ignore_errors=True)  # copies of Python files
    blur = python / "odoo" / "addons" / BLUR
    if not blur.exists():
        blur.parent.mkdir(parents=True)
        blur.write_text("// Debian leaves it out: it would blur a video call's room.\n")
