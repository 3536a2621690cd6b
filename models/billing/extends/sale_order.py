from odoo import api, fields, models

from ..capturing import Capture, Event
from ..deciding.plan import Plan
from ..groups import READERS

# What makes orders of a customer too different for one invoice
GROUPING_KEYS = [
    "partner_shipping_id",
    "invoice_payment_term_id",
    "fiscal_position_id",
    "invoice_user_id",
    "team_id",
    "journal_id",
    "invoice_date",
]


class SaleOrder(models.Model):
    """An order that is confirmed is written down; a plan says what is invoiced."""

    _inherit = "sale.order"

    billing_decision_ids = fields.One2many(
        "billing.decision",
        "sale_order_id",
        "Billing Decisions",
        readonly=True,
        groups=READERS,
    )
    billing_is_apart = fields.Boolean(
        "Billed Otherwise",
        readonly=True,
        copy=False,
        help="It is billed by what it belongs to, and by no policy for orders.",
    )
    billing_decision_count = fields.Integer(
        compute="_compute_billing_decision_count",
        groups=READERS,
    )

    @api.depends("billing_decision_ids")
    def _compute_billing_decision_count(self):
        for order in self:
            order.billing_decision_count = len(order.billing_decision_ids)

    # Events

    def _action_confirm(self):
        res = super()._action_confirm()
        Capture(self.env).try_record("order", self._billing_get_events)
        return res

    def _billing_get_events(self):
        """Return an event for each order, if some policy may want it."""
        policies, now = self.env["billing.policy"], fields.Datetime.now()
        return [
            order._billing_get_event(now)
            for order in self.sudo()
            if not order.billing_is_apart
            and policies._is_wanted(order.company_id, "order", now, order.warehouse_id)
        ]

    def _billing_get_event(self, moment):
        """Return the event of this order's confirmation at a moment (UTC)."""
        self.ensure_one()
        return Event(
            key=f"order:{self.id}",
            event="order",
            company=self.company_id,
            at=moment,
            order=self,
        )

    def _billing_get_project_managers(self):
        """Return who leads the projects of an order, also archived ones.

        :return: `res.users`, none where Odoo's projects are not installed
        """
        self.ensure_one()
        if "project_ids" not in self._fields:
            return self.env["res.users"]
        return self.sudo().with_context(active_test=False).project_ids.user_id

    # Invoices as planned

    def _get_invoiceable_lines(self, final=False):
        plan = Plan.of(self.env)
        if not plan:
            return super()._get_invoiceable_lines(final)
        planned = plan.current[self.id]
        return self._billing_arrange(planned.lines)

    def _billing_arrange(self, lines):
        """Return planned lines in order, under their sections, down payments last.

        Notes belong to the order's first invoice.
        """
        begun = Plan.of(self.env).begun  # those of the same batch are not there yet
        is_first = self.id not in begun and self._billing_has_no_invoice()
        arranged, last = self.order_line.browse(), self.order_line.browse()
        section = self.order_line.browse()
        for line in self.order_line:
            if line.display_type == "line_section":
                section = line
            elif line.display_type == "line_subsection":  # since Odoo 19
                above = section.filtered(
                    lambda each: each.display_type == "line_section"
                )
                section = above | line
            elif line.display_type:
                if is_first:
                    arranged |= line
            elif line in lines and line.is_downpayment:
                last |= line
            elif line in lines:
                arranged |= section | line
                section = section.browse()
        return arranged | last

    def _billing_has_no_invoice(self):
        """Say whether nothing of an order was invoiced, down payments aside."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: not line.is_downpayment)
        invoiced = lines.invoice_lines
        return not invoiced.filtered(lambda line: line.parent_state != "cancel")

    def _prepare_invoice(self):
        values = super()._prepare_invoice()
        if plan := Plan.of(self.env):
            values.update(plan.begin(self).values)
        return values

    def _get_invoice_grouping_keys(self):
        keys = super()._get_invoice_grouping_keys()
        return [*keys, *GROUPING_KEYS] if Plan.of(self.env) else keys
