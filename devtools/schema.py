"""What the addon keeps in a database, compared with another one.

A database that Odoo moved to a newer version is read by the addon without a script of
its own as long as all that is called the same there. One of an earlier version of the
addon has the same after an upgrade as a new one.
"""

from . import database
from .odoo import Odoo
from .state import ADDON, DevError
from .tally import Tally

OWN = "'^(billing|coopcycle|integration|magento)_'"
# Of what stands on Odoo's tables
OF_OURS = "'_(billing|coopcycle|integration|magento)_'"
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
      FROM information_schema.columns
     WHERE table_name ~ {OWN} OR column_name ~ {OWN}
    """,
    f"""
    SELECT conrelid::regclass, conname, pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE conrelid::regclass::text ~ {OWN} OR conname ~ {OF_OURS}
    """,
    f"""
    SELECT indexdef FROM pg_indexes
     WHERE tablename ~ {OWN} OR indexname ~ {OF_OURS}
    """,
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
EVERYTHING = (*ALIKE, RECORDS)


def compare(older: tuple[Odoo, str], newer: tuple[Odoo, str], tally: Tally):
    """Compare two databases that have the addon, and count it as one test."""
    lost, new = only(older, newer), only(newer, older, ALIKE)
    wrong = [f"only on {older[0].number}: {line}" for line in lost]
    wrong += [f"only on {newer[0].number}: {line}" for line in new]
    if wrong:
        tally.fail("\n".join(wrong))
    else:
        tally.passed += 1


def only(one: tuple[Odoo, str], other: tuple[Odoo, str], queries=EVERYTHING):
    """Return what one database has of the addon, and another one has not."""
    if not (found := _read(*one, queries)):
        raise DevError("The addon keeps nothing.")
    return sorted(found - _read(*other, queries))


def _read(odoo: Odoo, name: str, queries) -> set[str]:
    return {
        line
        for query in queries
        for line in database.sql(odoo, query, name).splitlines()
    }
