"""From documents in Odoo to documents in Magento: exactly once, or a clear reason.

`ExportRun` is the door: it claims documents, looks at what the shop has already, sends
what is missing and writes down what came of it.
"""

from .run import ExportRun
