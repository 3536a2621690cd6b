"""What the addon keeps in a database, compared between two versions of Odoo.

A database that Odoo moved to a newer version is read by the addon without a script of
its own as long as all that is called the same there.
"""

from . import database
from .odoo import Odoo
from .state import ADDON
from .tally import Tally

OWN = "'^(coopcycle|magento|integration)_'"
# Of the addon's fields, also those on Odoo's models
FIELDS = f"""
    FROM ir_model_fields AS field
    JOIN ir_model_data AS data
      ON data.model = 'ir.model.fields' AND data.res_id = field.id
   WHERE data.module = '{ADDON}' AND field.store AND field.name != 'id'
"""
# What both have to have alike
ALIKE = [
    f"SELECT field.model, field.name, field.ttype, field.relation {FIELDS}",
    f"""
    SELECT field.model, field.name, option.value
      FROM ir_model_fields_selection AS option
      JOIN ir_model_fields AS field ON field.id = option.field_id
     WHERE option.field_id IN (SELECT field.id {FIELDS})
    """,
    f"""
    SELECT 'column', table_name, column_name, data_type, is_nullable
      FROM information_schema.columns WHERE table_name ~ {OWN}
    """,
    f"""
    SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE conrelid::regclass::text ~ {OWN}
    """,
    f"SELECT indexdef FROM pg_indexes WHERE indexname ~ {OWN}",
    f"""
    SELECT 'relation', relation.name
      FROM ir_model_relation AS relation
      JOIN ir_module_module AS module ON module.id = relation.module
     WHERE module.name = '{ADDON}'
    """,
]
# What the newer one may have more of
RECORDS = f"""
    SELECT 'record', model, name FROM ir_model_data
     WHERE module = '{ADDON}' AND model !~ '^ir.model'
"""


def compare(older: tuple[Odoo, str], newer: tuple[Odoo, str], tally: Tally):
    """Compare two databases that have the addon, and count it as one test."""
    before, after = (_read(*each, ALIKE) for each in (older, newer))
    lost = _read(*older, [RECORDS]) - _read(*newer, [RECORDS])
    wrong = [f"only on {older[0].number}: {line}" for line in before - after | lost]
    wrong += [f"only on {newer[0].number}: {line}" for line in after - before]
    if wrong or not before:
        tally.fail("\n".join(sorted(wrong)) or "The addon keeps nothing.")
    else:
        tally.passed += 1


def _read(odoo: Odoo, name: str, queries: list[str]) -> set[str]:
    return {
        line
        for query in queries
        for line in database.sql(odoo, query, name).splitlines()
    }
