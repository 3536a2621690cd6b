"""Odoo 17.0's source: found on this machine, or downloaded once."""

import os
import shutil
import tarfile
import tempfile
import urllib.request
from pathlib import Path

from . import state
from .state import DevError

ARCHIVE = "https://codeload.github.com/odoo/odoo/tar.gz/refs/heads/17.0"
RESOLUTION = (
    "Resolution: set ODOO_HOME to a folder that holds Odoo 17.0 Community's source "
    "(git clone --depth 1 --branch 17.0 https://github.com/odoo/odoo)."
)


def locate() -> Path:
    """Return the folder of Odoo 17.0's source; download it if there is none."""
    found = find()
    return found or _download(state.cache() / "odoo-17.0")


def find() -> Path | None:
    """Return the folder of an Odoo 17.0 that this machine has already."""
    if chosen := os.environ.get("ODOO_HOME"):
        home = Path(chosen).expanduser().absolute()
        if not _is_odoo(home):
            raise DevError(f"ODOO_HOME={chosen} holds no Odoo 17.0.\n{RESOLUTION}")
        return home
    candidates = [Path.home() / "odoo" / "17.0", state.cache() / "odoo-17.0"]
    return next(filter(_is_odoo, candidates), None)


def _is_odoo(home: Path) -> bool:
    release = home / "odoo" / "release.py"
    return (
        (home / "odoo-bin").is_file()
        and release.is_file()
        and "version_info = (17, 0," in release.read_text()
    )


def _download(home: Path) -> Path:
    with (
        state.lock("odoo", state.cache()),
        tempfile.TemporaryDirectory(dir=state.cache()) as scratch,
    ):
        if not _is_odoo(home):  # another checkout may have been faster
            archive = Path(scratch) / "odoo.tar.gz"
            try:
                _fetch(archive)
                _unpack(archive, Path(scratch))
            except (OSError, tarfile.TarError) as error:
                raise DevError(
                    f"Odoo 17.0 is not on this machine, and {ARCHIVE} could not be "
                    f"downloaded: {error}\n{RESOLUTION}"
                ) from error
            [unpacked] = (path for path in Path(scratch).iterdir() if path.is_dir())
            shutil.rmtree(home, ignore_errors=True)
            unpacked.rename(home)
    return home


def _fetch(archive: Path):
    with (
        urllib.request.urlopen(ARCHIVE, timeout=30) as answer,
        open(archive, "wb") as file,
    ):
        while chunk := answer.read(1 << 20):
            file.write(chunk)
            megabytes = file.tell() >> 20
            if megabytes % 10 == 0:  # GitHub does not tell the archive's size
                state.say(f"Downloading Odoo 17.0, once: {megabytes} MB …")


def _unpack(archive: Path, folder: Path):
    state.say("Unpacking Odoo 17.0 …")
    with tarfile.open(archive) as contents:
        contents.extraction_filter = getattr(tarfile, "data_filter", None)
        contents.extractall(folder)
