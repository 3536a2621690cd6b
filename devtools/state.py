"""Where ``./dev`` keeps its things: one cache folder, outside every checkout."""

import fcntl
import hashlib
import os
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

ADDON = "coopcycle_magento"
CHECKOUT = Path(__file__).resolve().parent.parent
LOGS_KEPT = 100
SOURCES = {".css", ".csv", ".html", ".js", ".po", ".py", ".scss", ".sql", ".xml"}


class DevError(Exception):
    """Something that the developer can mend; its text says how."""


def cache() -> Path:
    """Return the folder that all checkouts of this user share."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return _made(Path(base).absolute() / ADDON)


def own() -> Path:
    """Return this checkout's part of the cache."""
    return _made(cache() / "checkouts" / checkout_key())


def checkout_key() -> str:
    """Tell this checkout from the others of the same machine."""
    return digest(str(CHECKOUT))


def addons_folder() -> Path:
    """Return an addons path where the checkout has the addon's name.

    The checkout's own folder may have any name, and Odoo takes it for the addon's.
    """
    folder = _made(own() / "addons")
    link = folder / ADDON
    with suppress(FileExistsError):
        link.symlink_to(CHECKOUT)
    return folder


def log_file(name: str) -> Path:
    """Return a new log's path, which no other command writes at the same time."""
    folder = _made(own() / "logs")
    with suppress(FileNotFoundError):  # another command may be tidying up too
        for old in sorted(folder.iterdir(), key=os.path.getmtime)[:-LOGS_KEPT]:
            old.unlink()
    return folder / f"{name}-{os.getpid()}.log"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def fingerprint(*roots: Path) -> str:
    """Return a value that changes when the code or the data of these paths does."""
    total = hashlib.sha256()
    for path in sorted(path for root in roots for path in [root, *root.rglob("*")]):
        if path.suffix in SOURCES and path.is_file():
            total.update(f"{path}\0".encode() + path.read_bytes())
    return total.hexdigest()[:8]


@contextmanager
def lock(name: str, folder: Path | None = None):
    """Hold a lock that the system frees even when this process is killed."""
    with open((folder or own()) / f"{name}.lock", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"Waiting for another ./dev that works on the same {name} …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(text: str):
    """Tell the developer something; standard output is kept for results."""
    print(text, file=sys.stderr, flush=True)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
