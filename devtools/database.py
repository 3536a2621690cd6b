"""The checkout's databases: made from a template in a second, each with its files."""

import ast
import os
import shutil
import subprocess
from contextlib import contextmanager, suppress

from . import postgres, state
from .odoo import Odoo, data_dir
from .state import ADDON, CHECKOUT, DevError


def name(kind: str, odoo: Odoo | None = None) -> str:
    """Name a database so that two checkouts can share a server.

    :param odoo: the Odoo that the database is kept for
    """
    kind = f"{kind}_{odoo.number}" if odoo else kind
    return f"{ADDON}_{state.checkout_key()}_{kind}"


def template(odoo: Odoo) -> str:
    """Return a database with the addon's dependencies; install them when it is new."""
    key = state.digest(f"{_depends()} {_odoo_version(odoo)}")
    database = name(f"template_{key}", odoo)
    with state.lock(f"template-{odoo.version}"):
        if not exists(odoo, database):
            _make_template(odoo, database)
    return database


def create(odoo: Odoo, database: str, source: str):
    """Copy a database and its files."""
    sql(odoo, f'CREATE DATABASE "{database}" TEMPLATE "{source}"')
    if _files(source).exists():
        # Odoo never writes into a stored file, so a link is as good as a copy.
        shutil.copytree(_files(source), _files(database), copy_function=os.link)


def drop(odoo: Odoo, database: str):
    """Drop a database and its files, if there is such a database."""
    sql(odoo, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
    shutil.rmtree(_files(database), ignore_errors=True)


def exists(odoo: Odoo, database: str) -> bool:
    return bool(sql(odoo, f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))


def rename(odoo: Odoo, database: str, new_name: str):
    """Rename a database with its files; the name tells that it is finished."""
    shutil.rmtree(_files(new_name), ignore_errors=True)
    with suppress(FileNotFoundError):
        _files(database).rename(_files(new_name))
    sql(odoo, f'ALTER DATABASE "{database}" RENAME TO "{new_name}"')


def label(odoo: Odoo, database: str) -> str:
    """Return what ``set_label`` noted on the database."""
    return sql(
        odoo,
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
        f"WHERE datname = '{database}'",
    )


def set_label(odoo: Odoo, database: str, text: str):
    sql(odoo, f"COMMENT ON DATABASE \"{database}\" IS '{text}'")


@contextmanager
def fresh(odoo: Odoo, with_addon: bool = True):
    """Give a database with the dependencies, and maybe the addon; drop it after."""
    with copy(odoo, template(odoo)) as database:
        if with_addon:
            odoo.install(database, ADDON)
        yield database


@contextmanager
def copy(odoo: Odoo, source: str):
    """Give a copy of a database; drop it after."""
    with reserved(odoo) as database:
        create(odoo, database, source)
        yield database


@contextmanager
def reserved(odoo: Odoo):
    """Give the name of a database that this process may make; drop it after."""
    database = name(f"fresh_{odoo.number}_{os.getpid()}")
    _drop_abandoned(odoo)
    try:
        yield database
    finally:
        drop(odoo, database)


def sql(odoo: Odoo, statement: str, database: str = "postgres") -> str:
    """Run a statement, outside the databases of Odoo if none is named."""
    return psql(odoo.environment, statement, database)


def psql(environment: dict[str, str], statement: str, database: str) -> str:
    """Run a statement on the server that an environment leads to."""
    command = [postgres.binary("psql"), "--no-psqlrc", "--quiet", "--tuples-only"]
    command += ["--no-align", f"--dbname={database}", "--command", statement]
    variables = {**os.environ, **environment}
    done = subprocess.run(command, env=variables, capture_output=True, text=True)
    if done.returncode:
        raise DevError(
            f"PostgreSQL did not do “{statement}”: {done.stderr}\n"
            "Resolution: check PGHOST, PGPORT, PGUSER and PGPASSWORD, or unset them "
            "to have an embedded server."
        )
    return done.stdout.strip()


def _make_template(odoo: Odoo, database: str):
    state.say("Installing Odoo's own modules into a template database (a minute) …")
    unfinished = f"{database}_new"
    drop(odoo, unfinished)
    try:
        odoo.install(unfinished, ",".join(_depends()))
    except BaseException:
        drop(odoo, unfinished)
        raise
    rename(odoo, unfinished, database)


def _depends() -> list[str]:
    manifest = ast.literal_eval((CHECKOUT / "__manifest__.py").read_text())
    return manifest["depends"]


def _odoo_version(odoo: Odoo) -> str:
    folders = [odoo.source.core / "tools", odoo.source.core / "addons" / "base"]
    folders += [odoo.source.module(module) for module in _depends()]
    return state.fingerprint(*folders)


def _drop_abandoned(odoo: Odoo):
    """Drop the fresh databases of commands that were killed."""
    prefix = name("fresh_")
    for database in sql(odoo, "SELECT datname FROM pg_database").splitlines():
        if database.startswith(prefix) and not _runs(int(database.rpartition("_")[2])):
            drop(odoo, database)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError as error:
        return not isinstance(error, ProcessLookupError)
    return True


def _files(database: str):
    return data_dir() / "filestore" / database
