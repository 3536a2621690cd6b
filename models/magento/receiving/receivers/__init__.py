"""From a page of Magento's documents to Odoo's transfers, invoices and credit notes.

A `Receiver` is the door, one for each kind of document: it plans what each document
means in Odoo before anything is written, then makes all of it at once. `Inbox`
remembers which ones came in, which ones wait and why.
"""

from .creditmemos import CreditMemos
from .invoices import Invoices
from .result import ReceivingResult
from .shipments import Shipments
