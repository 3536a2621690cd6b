"""``./dev build``: what an installation needs of the addon, as a folder and a zip."""

import ast
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

from devtools.state import ADDON, CHECKOUT

from . import rules

DIST = CHECKOUT / "dist"
# What developers have besides, at the top or, as tests, also further down
NOT_INSTALLED = {
    *("benchmarks", "dev", "devtools", "dist", "docs", "tests"),
    *("CHANGELOG.md", "README.md", "pyproject.toml", "__pycache__"),
}
# So that the same source gives the same bytes: the earliest time that a zip can have
MADE_AT = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16


def command(version: str) -> int:
    """Write the folder and the zip, and return the exit code."""
    zipped, folder = build(version, DIST)
    print(f"Folder:  {folder / ADDON}\nZip:     {zipped}")
    return 0


def build(version: str, target: Path) -> tuple[Path, Path]:
    """Write the zip for a version of Odoo, and beside it what is in it.

    :return: the zip, and an addons path
    """
    zipped, folder = _pack(version, target), target / version
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(zipped) as archive:
        archive.extractall(folder)
    return zipped, folder


def _pack(version: str, folder: Path) -> Path:
    files = dict(contents(CHECKOUT, version))
    manifest = ast.literal_eval(files[Path(rules.MANIFEST)].decode())
    folder.mkdir(parents=True, exist_ok=True)
    zipped = folder / f"{ADDON}-{manifest['version']}.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(str(ADDON / path), MADE_AT)
            entry.external_attr = READABLE
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return zipped


def contents(source: Path, version: str) -> Iterator[tuple[Path, bytes]]:
    """Yield the paths in the addon, and the contents, of what an installation needs."""
    for file in sorted(source.rglob("*")):
        path = file.relative_to(source)
        if file.is_file() and not any(map(_is_left_out, path.parts)):
            yield path, rules.content(path, file.read_bytes(), version)


def _is_left_out(name: str) -> bool:
    return name in NOT_INSTALLED or name.startswith(".") or name.endswith(".pyc")
