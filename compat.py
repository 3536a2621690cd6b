"""What has another name, or another form, in another version of Odoo.

Nothing else asks for the version. Names are those of the newest version.
"""

from odoo import models
from odoo.release import version_info

IS_17 = version_info[0] == 17
IS_19 = version_info[0] >= 19


# The ORM


class _Constraint:
    """A constraint of a table, which stands in its class under a name of its own."""

    def __init__(self, definition: str, message: str):
        self._rest = (definition, message)

    def __set_name__(self, owner, name: str):
        kept = vars(owner).get("_sql_constraints", [])
        owner._sql_constraints = [*kept, (name.removeprefix("_"), *self._rest)]


Constraint = models.Constraint if IS_19 else _Constraint
