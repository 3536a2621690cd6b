from odoo import api, fields, models

from ...models.shared.notifying import RELOAD


class BillingReject(models.TransientModel):
    """*Reject*: drafts that wait are not posted, and the reason is kept."""

    _name = "billing.reject"
    _description = "Reject Invoices"
    _inherit = ["billing.chosen.mixin"]

    reason = fields.Char(required=True)
    keep_draft = fields.Boolean(
        "Keep the Drafts",
        help="For somebody who goes on with them by hand. Otherwise they are deleted.",
    )

    @api.model
    def _filter_chosen(self, decisions):
        return decisions.filtered(lambda each: each.state == "review")

    def action_reject(self):
        """Reject them; where the draft is gone, so is its form."""
        self.ensure_one()
        is_on_invoice = self.env.context.get("active_model") == "account.move"
        is_alone = len(self.env.context.get("active_ids") or []) == 1
        self.decision_ids.reject(self.reason, self.keep_draft)
        if is_on_invoice and is_alone and not self.keep_draft:
            return self.env["ir.actions.act_window"]._for_xml_id(
                "coopcycle_magento.billing_to_approve_action"
            ) | {"target": "main"}
        return RELOAD
