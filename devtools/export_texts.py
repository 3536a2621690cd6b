"""Writes the template of the texts of a module.

Run in Odoo's shell, which gives ``env``, with ``module`` and ``path``. It presses the
button of the screen: the command line of it is another one in each version.
"""

import base64
from pathlib import Path

export = env["base.language.export"].create({"lang": "__new__", "format": "po"})  # noqa: F821
export.modules = env["ir.module.module"].search([("name", "=", module)])  # noqa: F821
export.act_getfile()
Path(path).write_bytes(base64.b64decode(export.data))  # noqa: F821
