"""The tree of the addon for a version of Odoo: written in full, or kept for tests."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from devtools import state
from devtools.odoo_source import VERSIONS
from devtools.state import ADDON, CHECKOUT

from . import rules

SOURCE_VERSION = VERSIONS[0]
MANIFEST = "__manifest__.py"
# The folders whose XML files Odoo loads as records
RECORDS = ("data", "security", "views")


def addons_folder(version: str) -> Path:
    """Return an addons path that has the addon as a version of Odoo takes it.

    It follows the checkout: what is the same for all versions is a link to it.
    """
    if version == SOURCE_VERSION:
        return state.addons_folder()
    folder = state.own() / "built" / version / "addons"
    with state.lock(f"built-{version}"):
        follow(CHECKOUT, folder / ADDON, version)
    return folder


def follow(source: Path, target: Path, version: str):
    """Bring a kept tree in line with its source."""
    target.mkdir(parents=True, exist_ok=True)
    names = {path.name for path in source.iterdir() if not path.name.startswith(".")}
    for gone in {path.name for path in target.iterdir()} - names:
        _remove(target / gone)
    for name in names - {MANIFEST, *RECORDS}:
        with suppress(FileExistsError):
            (target / name).symlink_to(source / name)
    written = {target / MANIFEST}
    for path, content in changed(source, version):
        _write(target / path, content)
        written.add(target / path)
    for folder in RECORDS:
        for path in (target / folder).rglob("*"):
            if path.is_file() and path not in written:
                path.unlink()


def changed(source: Path, version: str) -> Iterator[tuple[Path, bytes]]:
    """Yield the paths in the addon, and the contents, of what a version may change."""
    manifest = (source / MANIFEST).read_text()
    yield Path(MANIFEST), rules.manifest(manifest, version).encode()
    for folder in RECORDS:
        for path in sorted((source / folder).rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                if path.suffix == ".xml":
                    content = rules.xml(content.decode(), version).encode()
                yield path.relative_to(source), content


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
