"""The addon for a version of Odoo, kept for the tests.

It follows the checkout: what is the same for all versions is a link to it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from devtools import state
from devtools.odoo_source import VERSIONS
from devtools.state import ADDON, CHECKOUT

from . import package, rules

SOURCE_VERSION = VERSIONS[0]


def addons_folder(version: str) -> Path:
    """Return an addons path that has the addon as a version of Odoo takes it."""
    if version == SOURCE_VERSION:
        return state.addons_folder()
    folder = state.own() / "built" / version / "addons"
    with state.lock(f"built-{version}"):
        follow(CHECKOUT, folder / ADDON, version)
    return folder


def follow(source: Path, target: Path, version: str):
    """Bring a kept tree in line with its source."""
    target.mkdir(parents=True, exist_ok=True)
    names = {
        path.name
        for path in source.iterdir()
        if not path.name.startswith(".") and path != package.DIST
    }
    for gone in {path.name for path in target.iterdir()} - names:
        _remove(target / gone)
    for name in names - {rules.MANIFEST, *rules.RECORDS}:
        with suppress(FileExistsError):
            (target / name).symlink_to(source / name)
    written = set()
    for path in _changed(source):
        content = rules.content(path, (source / path).read_bytes(), version)
        _write(target / path, content)
        written.add(target / path)
    for folder in rules.RECORDS:
        for path in (target / folder).rglob("*"):
            if path.is_file() and path not in written:
                path.unlink()


def _changed(source: Path) -> Iterator[Path]:
    """Yield the paths in the addon of what a version may change."""
    yield Path(rules.MANIFEST)
    for folder in rules.RECORDS:
        for path in sorted((source / folder).rglob("*")):
            if path.is_file():
                yield path.relative_to(source)


def _write(path: Path, content: bytes):
    """Write a file unless it is the same, so that what depends on it stays valid."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _remove(path: Path):
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
