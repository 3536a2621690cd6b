"""From documents in Odoo to documents in Magento: exactly once, or a clear reason.

`ExportRun` is the door: it claims documents, looks at what the shop has already, sends
what is missing and writes down what came of it. A courier, such as `Invoices`, knows
one kind of document: which are due, what they say, and how they look in Magento.
"""

from .cancellations import Cancellations
from .creditmemos import CreditMemos
from .invoices import Invoices
from .order_comments import OrderComments
from .shipments import Shipments
from .tracks import Tracks
from .run import ExportRun
