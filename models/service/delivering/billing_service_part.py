from odoo import models

from .transfers import Transfers


class BillingServicePart(models.Model):
    """Parts leave the stock when the job is done, each of them once."""

    _inherit = "billing.service.part"

    def _leave(self):
        """Let what was used leave the van or the warehouse."""
        Transfers(self._filter_billable()).send()

    def _come_back(self):
        """Let what left come back."""
        Transfers(self.filtered("stock_move_id")).take_back()
