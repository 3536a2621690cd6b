from odoo import fields, models

from ...models.shared.selections import selection_of


class BillingPolicyTrialLine(models.TransientModel):
    """What a policy would have done with one delivery, or with an order's work."""

    _name = "billing.policy.trial.line"
    _description = "What a Policy Would Have Done"
    _inherit = ["integration.entry.mixin"]

    trial_id = fields.Many2one(
        "billing.policy.trial", required=True, ondelete="cascade", index=True
    )
    event = fields.Selection(selection_of("billing.decision", "event"), "What")
    picking_id = fields.Many2one("stock.picking", "Delivery")
    order_id = fields.Many2one("sale.order")
    done_at = fields.Datetime("Delivered")
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount = fields.Monetary("Without Tax")
    decision = fields.Selection(
        [
            ("post", "Billed by Itself"),
            ("draft", "A Person First"),
            ("hold", "Held"),
            ("ignore", "Not Billed"),
        ],
        "It Would Be",
    )
    reason = fields.Text("Why")
