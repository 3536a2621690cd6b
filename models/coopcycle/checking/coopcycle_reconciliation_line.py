from odoo import _, fields, models

from ....compat import check_access
from ...shared.opening import open_form, open_records

CAUSES = [
    ("no_delivery", "Billed, No Delivery of Ours"),
    ("not_delivered", "Billed, Not Delivered"),
    ("price", "Other Price than Agreed"),
    ("not_billed", "Delivered by Courier, Not Billed"),
]


class CoopcycleReconciliationLine(models.Model):
    """What the courier bills may differ from the deliveries that were made."""

    _inherit = "coopcycle.reconciliation.line"

    cause_code = fields.Selection(
        selection_add=CAUSES, ondelete={code: "cascade" for code, _label in CAUSES}
    )
    delivery_id = fields.Many2one(
        "coopcycle.delivery", "Courier Delivery", readonly=True, ondelete="cascade"
    )

    def _get_remedies(self):
        return {
            **super()._get_remedies(),
            "no_delivery": _(
                "No delivery from Odoo has this order. Ask the courier, or find out who"
                " ordered it in CoopCycle."
            ),
            "not_delivered": _(
                "The courier has not delivered it. Ask what became of it, and whether"
                " the attempt is billed."
            ),
            "price": _("Ask the courier why it is not the price that was agreed upon."),
            "not_billed": _("It is still to come, or forgotten. Compare again later."),
        }

    def action_resolve(self):
        """Open the courier's bill or the delivery, for what is about these."""
        self.ensure_one()
        if self.cause_code not in dict(CAUSES):
            return super().action_resolve()
        check_access(self, "read")
        if self.delivery_id:
            return open_form(self.delivery_id)
        return open_records(_("Vendor Bills"), self.move_ids)
