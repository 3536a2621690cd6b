from odoo import _, fields, models

from ....compat import check_access
from ...shared.opening import open_records

CAUSES = [
    ("not_exported", "Delivered, Not Invoiced"),
    ("undelivered", "Not Delivered, Not Invoiced"),
    ("exported", "Exported, Not Invoiced"),
    ("amount", "Price Changed"),
    ("cancelled", "Cancelled in CoopCycle"),
    ("unreadable", "Cannot Be Read"),
]


class CoopcycleReconciliationLine(models.Model):
    """An order that CoopCycle and Odoo do not have alike."""

    _name = "coopcycle.reconciliation.line"
    _inherit = ["integration.guard.mixin"]
    _description = "CoopCycle Reconciliation Line"
    _order = "cause_code, day, id"
    _rec_name = "order_number"

    reconciliation_id = fields.Many2one(
        "coopcycle.reconciliation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="reconciliation_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    order_number = fields.Char("Order", readonly=True)
    store = fields.Char(readonly=True)
    day = fields.Date(readonly=True)
    cause_code = fields.Selection(CAUSES, "Cause", required=True, readonly=True)
    remedy = fields.Text(compute="_compute_remedy")
    amount = fields.Monetary(
        "CoopCycle, without Tax", readonly=True, help="What the order costs there now."
    )
    billed_amount = fields.Monetary("Odoo, without Tax", readonly=True)
    move_ids = fields.Many2many(
        "account.move",
        "coopcycle_reconciliation_line_move_rel",
        string="Invoices",
        readonly=True,
    )

    def _get_remedies(self):
        """Return what to do about each cause.

        :return: {cause: text}
        """
        return {
            "not_exported": _("Fetch these days."),
            "undelivered": _(
                "Its day is over, and CoopCycle calls it neither delivered nor"
                " cancelled. Correct that there, or fetch it all the same."
            ),
            "exported": _(
                "It was exported, by Odoo or by somebody else, and is on no invoice."
                " Bring it in."
            ),
            "amount": _(
                "The price was changed after the export. Correct the draft, or credit"
                " the difference."
            ),
            "cancelled": _(
                "It was cancelled after the export. Take it off the draft, or credit"
                " it."
            ),
            "unreadable": _(
                "CoopCycle's list does not tell it properly. Ask CoopCycle's"
                " administrator to look at the order."
            ),
        }

    def _compute_remedy(self):
        remedies = self._get_remedies()
        for line in self:
            line.remedy = remedies.get(line.cause_code)

    def action_resolve(self):
        """Open what the remedy is done with."""
        self.ensure_one()
        check_access(self, "read")
        reconciliation = self.reconciliation_id
        if self.cause_code in ("not_exported", "undelivered"):
            return reconciliation.action_fetch()
        if self.cause_code == "exported":
            return reconciliation.action_bring_in()
        return open_records(_("Invoices"), self.move_ids)
