"""What each kind of document is that goes to Magento.

A courier, such as `Invoices`, knows one kind: which are due, what they say, and how
they look in Magento.
"""

from .cancellations import Cancellations
from .creditmemos import CreditMemos
from .invoices import Invoices
from .order_comments import OrderComments
from .shipments import Shipments
from .tracks import Tracks
