from odoo import _, api, fields, models

from ....compat import check_access
from ...shared.opening import open_records
from ..groups import OFFICE
from .account_move_send import WITHOUT_REPORTS


class AccountMove(models.Model):
    """An invoice and the jobs that it bills."""

    _inherit = "account.move"

    billing_service_order_ids = fields.Many2many(
        "billing.service.order",
        string="Service Orders",
        compute="_compute_billing_service_orders",
        compute_sudo=True,
        groups=OFFICE,
    )
    billing_service_order_count = fields.Integer(
        compute="_compute_billing_service_orders", compute_sudo=True, groups=OFFICE
    )

    billing_report_ids = fields.Many2many(
        "ir.attachment",
        "billing_service_report",
        string="Service Reports",
        readonly=True,
        copy=False,
        groups=OFFICE,
    )

    @api.depends(
        "billing_decision_ids.service_order_id",
        "reversed_entry_id",
        "invoice_line_ids.sale_line_ids",
    )
    def _compute_billing_service_orders(self):
        for move in self:
            orders = move._billing_find_service_orders()
            move.billing_service_order_ids = orders
            move.billing_service_order_count = len(orders)

    def _billing_find_service_orders(self):
        """Return the jobs of its decisions, else those that its sold lines count."""
        self.ensure_one()
        decisions = (self | self.reversed_entry_id).billing_decision_ids
        lines = self.invoice_line_ids.sale_line_ids
        return decisions.service_order_id or (
            lines.billing_hours_ids.order_id | lines.billing_part_ids.order_id
        )

    def _billing_print_reports(self):
        """Have the reports of the jobs printed that invoices bill, once for each."""
        for move in self:
            if move.move_type == "out_invoice" and not move.billing_report_ids:
                jobs = move.billing_service_order_ids
                move.billing_report_ids = jobs._make_report_documents(move)

    def _get_invoice_legal_documents(self, *args, **kwargs):
        """Leave the reports out: who downloads an invoice gets that alone."""
        plain = self.with_context(**{WITHOUT_REPORTS: True})
        return super(AccountMove, plain)._get_invoice_legal_documents(*args, **kwargs)

    def _get_invoice_legal_documents_all(self, *args, **kwargs):
        """The same, since Odoo 18."""
        plain = self.with_context(**{WITHOUT_REPORTS: True})
        return super(AccountMove, plain)._get_invoice_legal_documents_all(
            *args, **kwargs
        )

    def _billing_filter_not_credited(self, states=("posted",)):
        """Return those that credit notes do not wholly make good for.

        :param states: of the credit notes that count
        """
        notes = self.search(
            [
                ("reversed_entry_id", "in", self.ids),
                ("move_type", "=", "out_refund"),
                ("state", "in", states),
            ]
        ).grouped("reversed_entry_id")
        return self.filtered(
            lambda move: (
                move not in notes
                or move.currency_id.compare_amounts(
                    sum(notes[move].mapped("amount_total")), move.amount_total
                )
                < 0
            )
        )

    def action_billing_open_service_orders(self):
        """Open the jobs that it bills."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Service Orders"), self.billing_service_order_ids)
