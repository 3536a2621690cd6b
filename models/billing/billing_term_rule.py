from odoo import _, fields, models


class BillingTermRule(models.Model):
    """Which payment term a customer's own history earns; the first that fits counts."""

    _name = "billing.term.rule"
    _description = "Payment Term Rule"
    _inherit = ["integration.guard.mixin"]
    _order = "sequence, id"
    _rec_name = "payment_term_id"

    policy_id = fields.Many2one(
        "billing.policy", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    min_paid = fields.Integer(
        "Invoices Paid",
        default=5,
        help="The customer has paid at least so many invoices.",
    )
    max_delay = fields.Float(
        "Days Late at Most",
        help="On average, the customer paid at most so many days after the due date."
        " Negative: before it.",
    )
    max_overdue = fields.Integer(
        "Overdue at Most", help="At most so many invoices are overdue now."
    )
    payment_term_id = fields.Many2one(
        "account.payment.term", required=True, check_company=True
    )
    mode = fields.Selection(
        [("suggest", "Suggest"), ("apply", "Apply")],
        required=True,
        default="suggest",
        help="Suggest: the reason names it. Apply: the draft has it.",
    )

    def _find(self, history):
        """Return the first rule that a customer's history fulfils, or none.

        :param history: `History` of the customer
        """
        return next((rule for rule in self if rule._fits(history)), self.browse())

    def _fits(self, history):
        self.ensure_one()
        return (
            history.paid >= self.min_paid
            and history.average_delay <= self.max_delay
            and history.overdue <= self.max_overdue
        )

    def _get_reason(self, history):
        """Return why a customer gets the term, with the figures.

        :param history: `History` of the customer
        """
        self.ensure_one()
        text = (
            _(
                "%(term)s: %(paid)s invoices paid, on average %(delay).1f days late,"
                " %(overdue)s overdue."
            )
            if self.mode == "apply"
            else _(
                "%(term)s is suggested: %(paid)s invoices paid, on average"
                " %(delay).1f days late, %(overdue)s overdue."
            )
        )
        return text % {
            "term": self.payment_term_id.name,
            "paid": history.paid,
            "delay": history.average_delay,
            "overdue": history.overdue,
        }
