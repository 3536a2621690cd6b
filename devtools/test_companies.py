"""Makes the companies of the Odoo tests, which take seconds, once for all of them.

Run in Odoo's shell, which gives ``env``.
"""

from odoo.addons.coopcycle_magento.tests.shared.companies import find_or_make

find_or_make(env)  # noqa: F821
env.cr.commit()  # noqa: F821
