from odoo import api, fields, models

from ....compat import has_access
from ..extends.account_move import WAITING
from ..reviewing.billing_decision import GONE
from ..words import Words


class BillingDecision(models.Model):
    """What people see of a decision, in their words."""

    _inherit = "billing.decision"

    changes_now = fields.Text(
        "Changed Meanwhile", compute="_compute_changes_now", compute_sudo=True
    )
    may_approve = fields.Boolean(compute="_compute_may_approve")
    may_bill_again = fields.Boolean(
        compute="_compute_may_bill_again", compute_sudo=True
    )

    may_open_source = fields.Boolean(compute="_compute_may_open")
    may_open_invoice = fields.Boolean(compute="_compute_may_open")

    @api.depends_context("uid")
    @api.depends("picking_id", "sale_order_id", "move_id")
    def _compute_may_open(self):
        """Say whether this user may read what happened, and the invoice."""
        for decision in self:
            source = decision.picking_id or decision.sale_order_id
            invoice = decision.move_id
            decision.may_open_source = bool(source) and has_access(source, "read")
            decision.may_open_invoice = bool(invoice) and has_access(invoice, "read")

    @api.depends("state", "changes", "fingerprint")
    def _compute_changes_now(self):
        """Tell what people changed of drafts that wait, and what they had changed."""
        for decision in self:
            move = decision.move_id
            is_open = decision.state in WAITING and move and decision.payload
            decision.changes_now = (
                move._billing_describe_changes(decision.payload)
                if is_open
                else decision.changes
            )

    @api.depends_context("uid")
    @api.depends("state")
    def _compute_may_approve(self):
        for decision in self:
            waits = decision.state == "review"
            decision.may_approve = waits and not decision._why_not_approve(
                self.env.user
            )

    @api.depends("state", "move_id")
    def _compute_may_bill_again(self):
        for decision in self:
            is_gone = decision.state in GONE and not decision.move_id
            decision.may_bill_again = is_gone or bool(decision._find_credit_notes())

    @api.depends("facts", "payload")
    def _compute_texts(self):
        words = Words(self.env)
        for decision in self:
            decision.facts_text = words.describe_facts(decision.facts)
            decision.payload_text = words.describe_payload(decision.payload)
