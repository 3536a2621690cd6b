from odoo import fields, models

from .receivers import CreditMemos


class MagentoOperation(models.Model):
    """Credit memos that the shop made come in as draft credit notes."""

    _inherit = "magento.operation"

    def _run_import_credit_memos(self, log, deadline, only=None, **asked_for):
        """Take credit memos in.

        :param only: these documents alone
        :param asked_for: what `_receive_asked_for` takes
        """
        self._receive(
            CreditMemos(self.connection_id, log), log, deadline, only, **asked_for
        )


class MagentoConnection(models.Model):
    """What becomes of the shop's credit memos."""

    _inherit = "magento.connection"

    creditmemo_without_invoice = fields.Selection(
        [("wait", "Wait for the invoice"), ("draft", "Make a credit note without one")],
        "Credit Memos without Invoice",
        required=True,
        default="wait",
        help="What becomes of a credit memo for what no posted invoice in Odoo bills.",
    )
    return_to_stock = fields.Boolean(
        help="Make a return transfer for the delivered goods of a credit memo.",
    )
