"""The Odoos of this machine, and where one comes from that it lacks."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from . import debian, official, state
from .state import DevError

VERSIONS = ("17.0", "18.0", "19.0")
VERSION = re.compile(r"^version_info = \((\d+), (\d+), ", re.M)
RESOLUTION = (
    "Resolution: put the source of Odoo Community at ~/odoo/{0}\n"
    "(git clone --depth 1 --branch {0} https://github.com/odoo/odoo ~/odoo/{0}), "
    "or set ODOO_HOME to its folder."
)


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
    """Return the Odoo of a version; else ODOO_HOME's, or the oldest there is.

    :raise DevError: it is not here, and cannot be downloaded
    """
    found = find_all()
    if version:
        return found.get(version) or _download(version)
    return next(iter(found.values()), None) or _download_any()


def locate_all(leave_out: Callable[[str, str], None]) -> list[Source]:
    """Return every Odoo that can be had without asking for one, oldest first.

    :param leave_out: is told each version that is left out, and why
    """
    found = find_all()
    if not found:
        source = _download_any()
        found[source.version] = source
    for version in VERSIONS:
        try:
            if version == debian.VERSION and debian.available():
                found.setdefault(version, locate(version))
        except DevError as error:
            leave_out(version, str(error))
        else:
            if version not in found:
                leave_out(version, origin(version))
    return [found[version] for version in VERSIONS if version in found]


def find_all() -> dict[str, Source]:
    """Return each Odoo that this machine has already, by its version.

    ODOO_HOME's comes first, the others from the oldest to the newest.
    """
    found = {}
    if chosen := os.environ.get("ODOO_HOME"):
        source = read(Path(chosen).expanduser().absolute())
        if not source or source.version not in VERSIONS:
            *some, last = VERSIONS
            raise DevError(
                f"ODOO_HOME={chosen} holds no Odoo {', '.join(some)} or {last}.\n"
                f"{RESOLUTION.format(VERSIONS[0])}"
            )
        found[source.version] = source
    for version in VERSIONS:
        for home in (Path.home() / "odoo" / version, state.cache() / f"odoo-{version}"):
            source = read(home)
            if source and source.version == version:
                found.setdefault(version, source)
    return found


def read(home: Path) -> Source | None:
    """Return the Odoo of a folder: a copy of its repository, or Debian's package."""
    packages = home / debian.PYTHON
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


def origin(version: str) -> str:
    """Tell where a version comes from that is not here."""
    if version == official.VERSION:
        return f"--odoo {number(version)} downloads it from {official.ARCHIVE}."
    if version == debian.VERSION and debian.available():
        return "it is downloaded from Debian when it is needed."
    return RESOLUTION.format(version)


def number(version: str) -> str:
    """Return what people call a version: 17 for 17.0."""
    return version.removesuffix(".0")


def full(text: str) -> str:
    """Return the version that somebody means by 17 or 17.0."""
    return f"{number(text)}.0"


def _download_any() -> Source:
    """Return the official Odoo; Debian's where that one is out of reach."""
    try:
        return _download(official.VERSION)
    except DevError as error:
        if not debian.available():
            raise
        state.say(f"{str(error).splitlines()[0]} Debian has an Odoo 19: taking that.")
        return _download(debian.VERSION)


def _download(version: str) -> Source:
    if version == official.VERSION:
        return read(official.download())
    if version == debian.VERSION and debian.available():
        return read(debian.download())
    raise DevError(
        f"Odoo {version} is not on this machine.\n{RESOLUTION.format(version)}"
    )
