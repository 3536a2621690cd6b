"""What Odoo and Magento say of the same orders, and why they differ.

`ReconciliationPage` is the door: `OdooSide` reads what Odoo has in a few queries,
`compare` finds the differences and `Causes` puts them into words.
"""

from .page import ReconciliationPage, Tally
