"""Makes the companies of the Odoo tests, which take seconds, once for all of them.

Run in Odoo's shell, which gives ``env``.
"""

import importlib
import logging

# Odoo 18 takes it for a mistake of the program that somebody imports tests
logging.getLogger("odoo.tests.common").setLevel(logging.CRITICAL)
companies = importlib.import_module(
    "odoo.addons.coopcycle_magento.tests.shared.companies"
)
companies.find_or_make(env)  # noqa: F821
env.cr.commit()  # noqa: F821
