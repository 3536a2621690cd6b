"""The addon as an earlier commit has it."""

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from . import state
from .state import ADDON, CHECKOUT, DevError


def addons_folder(commit: str) -> Path:
    """Return an addons path that holds the addon of a commit, in full.

    :raise DevError: this checkout has no such commit in its history
    """
    folder = state.cache() / "commits" / commit
    if not folder.exists():
        content = _archive(commit)
        folder.parent.mkdir(exist_ok=True)
        with (
            state.lock("commits", state.cache()),
            tempfile.TemporaryDirectory(dir=state.cache()) as scratch,
        ):
            if not folder.exists():  # another checkout may have been faster
                _unpack(content, Path(scratch) / "addons" / ADDON)
                (Path(scratch) / "addons").rename(folder)
    return folder


def _archive(commit: str) -> bytes:
    command = ["git", "-C", str(CHECKOUT), "archive", "--format=tar", commit]
    try:
        done = subprocess.run(command, capture_output=True)
    except OSError as error:
        raise DevError(f"git cannot be run: {error}") from error
    if done.returncode:
        raise DevError(
            f"git does not give commit {commit[:7]}: {done.stderr.decode().strip()}\n"
            "Resolution: fetch the whole history (git fetch --unshallow)."
        )
    return done.stdout


def _unpack(content: bytes, folder: Path):
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)
