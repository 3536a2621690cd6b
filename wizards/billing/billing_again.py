from odoo import _, api, fields, models

from ...models.shared.notifying import notify


class BillingAgain(models.TransientModel):
    """*Bill Again*: what nothing bills by itself is billed, and the reason is kept."""

    _name = "billing.again"
    _description = "Bill Again"
    _inherit = ["billing.chosen.mixin"]

    reason = fields.Char(required=True)

    @api.model
    def _filter_chosen(self, decisions):
        return decisions.filtered("may_bill_again")

    @api.model
    def _get_none_text(self):
        return _(
            "Nothing of what you chose was taken back or credited, and no policy has"
            " decided it. Resolution: bill it from its order, by hand."
        )

    def action_bill_again(self):
        """Have them billed again."""
        self.ensure_one()
        made = self.decision_ids.bill_again(self.reason)
        return notify(
            _("Taken up again: %s. They are decided within five minutes.", len(made))
        )
