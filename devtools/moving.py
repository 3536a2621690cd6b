"""A database that Odoo moved from an older version of it, as far as we can show it."""

import json
import tempfile
from pathlib import Path

from . import database, odoo_tests, schema
from .odoo import Odoo
from .state import ADDON, DevError
from .tally import Tally

AGE = Path(__file__).with_name("moving_age.py")
VERSION = f"SELECT latest_version FROM ir_module_module WHERE name = '{ADDON}'"
VIEWS = f"""
    SELECT json_object_agg(data.name, view.arch_db)
      FROM ir_ui_view AS view
      JOIN ir_model_data AS data ON data.model = 'ir.ui.view' AND data.res_id = view.id
     WHERE data.module = '{ADDON}'
"""


def run(older: tuple[Odoo, str], newer: tuple[Odoo, str], tally: Tally):
    """Compare two databases with the addon, and upgrade it where it is of the older."""
    schema.compare(older, newer, tally)
    session, source = newer
    with (
        tempfile.TemporaryDirectory() as folder,
        database.copy(session, source) as name,
    ):
        kept = Path(folder, "older.json")
        version, views = (
            database.sql(older[0], sql, older[1]) for sql in (VERSION, VIEWS)
        )
        kept.write_text(json.dumps({"version": version, "views": json.loads(views)}))
        if session.run_file(name, AGE, addon=ADDON, path=str(kept)):
            raise DevError(f"{AGE} failed: its traceback is above.")
        odoo_tests.upgrade(session, name, tally)
