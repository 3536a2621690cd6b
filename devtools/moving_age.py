"""Gives a database the addon's version and views of an older Odoo, and no privileges.

Run in Odoo's shell, which gives ``env``, with ``addon``, and ``path``, where they are.
"""

import json
from pathlib import Path

older = json.loads(Path(path).read_text())  # noqa: F821
for name, arch in older["views"].items():
    env.cr.execute(  # noqa: F821
        "UPDATE ir_ui_view SET arch_db = %s FROM ir_model_data AS data"
        " WHERE data.model = 'ir.ui.view' AND data.res_id = ir_ui_view.id"
        " AND data.module = %s AND data.name = %s",
        [json.dumps(arch), addon, name],  # noqa: F821
    )
env.cr.execute(  # noqa: F821
    "UPDATE ir_module_module SET latest_version = %s WHERE name = %s",
    [older["version"], addon],  # noqa: F821
)
if "res.groups.privilege" in env:  # noqa: F821
    privileges = env["res.groups.privilege"]  # noqa: F821
    own = [("module", "=", addon), ("model", "=", privileges._name)]  # noqa: F821
    ids = env["ir.model.data"].search(own).mapped("res_id")  # noqa: F821
    privileges.browse(ids).unlink()
env.cr.commit()  # noqa: F821
