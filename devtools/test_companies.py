"""Makes the companies and users of the Odoo tests, once for all: it takes seconds.

Run in Odoo's shell, which gives ``env``.
"""

import importlib

SHARED = "odoo.addons.coopcycle_magento.tests.shared"
companies = importlib.import_module(f"{SHARED}.companies").find_or_make(env)  # noqa: F821
importlib.import_module(f"{SHARED}.users").make_often(env, companies)  # noqa: F821
env.cr.commit()  # noqa: F821
