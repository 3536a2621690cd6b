"""Odoo 17.0 as its makers give it away, downloaded into the cache."""

import tarfile
import tempfile
import urllib.request
import zlib
from http.client import HTTPException
from pathlib import Path

from . import state
from .state import DevError

VERSION = "17.0"
ARCHIVE = f"https://codeload.github.com/odoo/odoo/tar.gz/refs/heads/{VERSION}"
SECONDS_TO_ANSWER = 15
# What an archive that is out of reach, or breaks off, may raise
BROKEN = (OSError, HTTPException, tarfile.TarError, EOFError, zlib.error)


def download() -> Path:
    """Return the folder of Odoo; download and unpack it if there is none.

    :raise DevError: it is out of reach; the first line tells why
    """
    home = state.cache() / f"odoo-{VERSION}"
    with (
        state.lock(home.name, state.cache()),
        tempfile.TemporaryDirectory(dir=state.cache()) as scratch,
    ):
        if not home.is_dir():  # another checkout may have been faster
            _make(home, Path(scratch))
    return home


def _make(home: Path, scratch: Path):
    archive = scratch / "odoo.tar.gz"
    try:
        _fetch(archive)
        _unpack(archive, scratch)
    except BROKEN as error:
        raise DevError(
            f"Odoo {VERSION} is not on this machine, and {ARCHIVE} cannot be "
            f"downloaded ({getattr(error, 'reason', error)}).\n"
            "Resolution: reach that address (https_proxy is respected), or put the "
            f"source of Odoo Community {VERSION} at ~/odoo/{VERSION} or ODOO_HOME."
        ) from error
    [unpacked] = (path for path in scratch.iterdir() if path.is_dir())
    unpacked.rename(home)
    state.say(f"Odoo {VERSION} is in {home}: its makers' newest, from {ARCHIVE}.")


def _fetch(archive: Path):
    with (
        urllib.request.urlopen(ARCHIVE, timeout=SECONDS_TO_ANSWER) as answer,
        open(archive, "wb") as file,
    ):
        while chunk := answer.read(1 << 20):
            file.write(chunk)
            megabytes = file.tell() >> 20
            if megabytes % 10 == 0:  # GitHub does not tell the archive's size
                state.say(f"Downloading Odoo {VERSION}, once: {megabytes} MB …")


def _unpack(archive: Path, folder: Path):
    state.say(f"Unpacking Odoo {VERSION} …")
    with tarfile.open(archive) as contents:
        contents.extraction_filter = getattr(tarfile, "data_filter", None)
        contents.extractall(folder)
