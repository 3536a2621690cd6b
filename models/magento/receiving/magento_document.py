from odoo import _, api, fields, models

from .receivers.problems import Problems
from .receivers.undelivered import Undelivered


class MagentoDocument(models.Model):
    """What the list of credit memos shows, also of orders that are not in Odoo."""

    _inherit = "magento.document"

    order_number = fields.Char(readonly=True)
    order_date = fields.Datetime(readonly=True)
    bill_to_name = fields.Char("Bill-to Name", readonly=True)
    refund_state = fields.Selection(
        [("open", "Open"), ("refunded", "Refunded"), ("canceled", "Canceled")],
        "Refund Status",
        readonly=True,
    )
    credit_note_ids = fields.Many2many(
        "account.move", string="Credit Notes", compute="_compute_credit_note_ids"
    )
    magento_order_id = fields.Char(
        "Order's Magento ID", readonly=True, index="btree_not_null"
    )

    @api.depends("move_id", "line_ids.move_id")
    def _compute_credit_note_ids(self):
        for document in self:
            document.credit_note_ids = document._get_moves()

    @api.model
    def _get_problem_texts(self):
        return {**super()._get_problem_texts(), **Problems.TEXTS}

    def _tell_undelivered(self):
        """Say where these new credit memos refund what is still to be delivered.

        :return: list of (text, sale.order)
        """
        return Undelivered(self.env).tell(self)

    def action_open_details(self):
        """Open this credit memo."""
        view = self.env.ref("coopcycle_magento.magento_creditmemo_view_form")
        return {**self.get_formview_action(), "views": [(view.id, "form")]}

    def action_open_credit_notes(self):
        """Open the credit notes of this credit memo."""
        self.ensure_one()
        moves = self._get_moves()
        action = {
            "type": "ir.actions.act_window",
            "name": _("Credit Notes"),
            "res_model": "account.move",
        }
        if len(moves) == 1:
            return {**action, "view_mode": "form", "res_id": moves.id}
        return {
            **action,
            "view_mode": "tree,form",
            "domain": [("id", "in", moves.ids)],
        }
