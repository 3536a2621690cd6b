"""The sources of Odoo: found on this machine, or downloaded once."""

import os
import re
import shutil
import tarfile
import tempfile
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from . import state
from .state import DevError

# The first is the one that is downloaded where there is none
VERSIONS = ("17.0", "18.0", "19.0")
ARCHIVE = "https://codeload.github.com/odoo/odoo/tar.gz/refs/heads/17.0"
RESOLUTION = (
    "Resolution: set ODOO_HOME to a folder that holds Odoo 17.0 Community's source "
    "(git clone --depth 1 --branch 17.0 https://github.com/odoo/odoo)."
)
VERSION = re.compile(r"^version_info = \((\d+), (\d+), ", re.M)


@dataclass(frozen=True)
class Source:
    """An Odoo that can be started."""

    version: str  # such as 17.0
    home: Path
    program: Path
    core: Path  # the folder of its package `odoo`
    addons: tuple[Path, ...]

    def variables(self) -> dict[str, str]:
        """Return the environment that its program needs."""
        if self.program.parent == self.home:
            return {}
        return {"PYTHONPATH": str(self.core.parent)}

    def module(self, name: str) -> Path:
        """Return the folder of one of its modules."""
        return next(
            (folder / name for folder in self.addons if (folder / name).is_dir()),
            self.addons[0] / name,
        )


def locate(version: str | None = None) -> Source:
    """Return an Odoo of a version, or the oldest there is; else download one.

    :raise DevError: there is none
    """
    found = find_all()
    if version:
        if version not in found and version == VERSIONS[0]:
            return _download(state.cache() / f"odoo-{version}")
        if version not in found:
            raise DevError(f"Odoo {version} is not on this machine.\n{RESOLUTION}")
        return found[version]
    return next(iter(found.values()), None) or _download(
        state.cache() / f"odoo-{VERSIONS[0]}"
    )


def find_all() -> dict[str, Source]:
    """Return each Odoo that this machine has already, by its version, oldest first."""
    chosen = os.environ.get("ODOO_HOME")
    if chosen:
        source = read(Path(chosen).expanduser().absolute())
        if not source or source.version not in VERSIONS:
            raise DevError(f"ODOO_HOME={chosen} holds no Odoo 17.0.\n{RESOLUTION}")
        return {source.version: source}
    found = {}
    for version in VERSIONS:
        for home in (
            Path.home() / "odoo" / version,
            state.cache() / f"odoo-{version}",
        ):
            source = read(home)
            if source and source.version == version:
                found.setdefault(version, source)
    return found


def read(home: Path) -> Source | None:
    """Return the Odoo of a folder: a copy of its repository, or Debian's package."""
    packages = home / "usr" / "lib" / "python3" / "dist-packages"
    if (home / "odoo-bin").is_file():
        program, core = home / "odoo-bin", home / "odoo"
        addons = (home / "addons", core / "addons")
    elif packages.is_dir():
        program, core = home / "usr" / "bin" / "odoo", packages / "odoo"
        addons = (core / "addons",)
    else:
        return None
    found = VERSION.search((core / "release.py").read_text())
    return Source(f"{found[1]}.{found[2]}", home, program, core, addons)


def _download(home: Path) -> Source:
    with (
        state.lock("odoo", state.cache()),
        tempfile.TemporaryDirectory(dir=state.cache()) as scratch,
    ):
        if not read(home):  # another checkout may have been faster
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
    return read(home)


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
