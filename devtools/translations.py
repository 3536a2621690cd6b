"""``./dev i18n``: the template of the addon's texts, and their translations."""

import subprocess
from pathlib import Path

from . import database, odoo, python_env, state
from .odoo import Odoo
from .state import ADDON, CHECKOUT, DevError
from .tally import Tally

FOLDER = CHECKOUT / "i18n"
TEMPLATE = FOLDER / f"{ADDON}.pot"
EXPORT = Path(__file__).with_name("export_texts.py")
MERGE = Path(__file__).with_name("merge_translations.py")


def update() -> int:
    """Write the template anew, and bring the translations in line with it.

    New texts get empty translations, and texts that are gone lose theirs.
    """
    with odoo.session() as session, database.fresh(session) as name:
        exported = export(session, name)
    FOLDER.mkdir(exist_ok=True)
    return subprocess.call(
        [str(python_env.python()), str(MERGE), str(exported), str(FOLDER)]
    )


def check(session: Odoo, name: str, tally: Tally):
    """Compare the template and the translations with the texts of the addon.

    :param name: a database that has the addon
    """
    exported = export(session, name)
    done = subprocess.run(
        [str(python_env.python()), str(MERGE), "--check", str(exported), str(FOLDER)],
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        tally.fail(f"{done.stdout}\n./dev i18n brings the files up to date.")


def export(session: Odoo, name: str) -> Path:
    """Let Odoo write the template of a database's addon, and return its path."""
    path = state.own() / TEMPLATE.name
    path.unlink(missing_ok=True)
    if session.run_file(name, EXPORT, module=ADDON, path=str(path)):
        raise DevError(f"{EXPORT} failed: its traceback is above.")
    return path
