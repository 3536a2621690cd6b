from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...compat import NOT_SUMMED, Constraint
from ..billing.deciding.history import query_histories

CLASSES = [("good", "Good"), ("normal", "Normal"), ("slow", "Slow")]


class BillingPayer(models.Model):
    """What one of our companies knows of a customer as a payer.

    The figures are those of last night; the plan is what a person has chosen.
    """

    _name = "billing.payer"
    _description = "Payer"
    _inherit = ["integration.guard.mixin"]
    _order = "open_amount desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env.company,
    )
    plan_id = fields.Many2one(
        "billing.reminder.plan",
        check_company=True,
        ondelete="restrict",
        help="Empty: the first plan of the company.",
    )
    is_exempt = fields.Boolean("Never Remind")
    currency_id = fields.Many2one(related="company_id.currency_id")
    payer_class = fields.Selection(
        CLASSES, "Payer", required=True, readonly=True, default="normal"
    )
    paid_count = fields.Integer("Invoices Paid", readonly=True, **NOT_SUMMED)
    late_share = fields.Float(
        "Paid Late (%)", readonly=True, digits=(5, 1), **NOT_SUMMED
    )
    average_delay = fields.Float(
        "Average Delay (Days)",
        readonly=True,
        digits=(16, 1),
        help="From the due date to the last payment. Negative: before it.",
        **NOT_SUMMED,
    )
    open_amount = fields.Monetary("Open", readonly=True)
    oldest_due = fields.Date(readonly=True)

    _partner_unique = Constraint(
        "unique(partner_id, company_id)", "This customer has a history already."
    )

    @api.constrains("partner_id")
    def _check_partner_id(self):
        """Whoever pays is a firm, or a person without one."""
        for payer in self:
            firm = payer.partner_id.commercial_partner_id
            if firm != payer.partner_id:
                raise ValidationError(
                    _("%s pays. Resolution: enter it there.", firm.display_name)
                )

    def write(self, vals):
        """Refuse to let what people chose of a customer be another one's."""
        if not self.env.su and {"partner_id", "company_id"} & vals.keys():
            raise UserError(_("What is known of a customer stays with the customer."))
        return super().write(vals)

    @api.model
    def _join(self, partner, others):
        """Leave one of those of customers that become one, with what people chose."""
        payers = self.search([("partner_id", "in", (partner | others).ids)])
        payers = payers.sorted(lambda payer: payer.partner_id != partner)
        for those in payers.grouped("company_id").values():
            those[0].write(
                {
                    "plan_id": those.plan_id[:1].id,
                    "is_exempt": any(those.mapped("is_exempt")),
                }
            )
            those[1:].unlink()
        self.env.flush_all()

    @api.model
    def _refresh(self, company, today):
        """Count anew how all customers of a company paid, in one query.

        :param today: the day where the company is
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO billing_payer AS payer (
                       partner_id, company_id, paid_count, late_share, average_delay,
                       open_amount, oldest_due, payer_class)
                SELECT history.partner_id, %(company)s, history.paid,
                       100.0 * history.late / GREATEST(history.paid, 1), history.delay,
                       history.open, history.oldest, %(class)s
                  FROM (%(histories)s) AS history
                  JOIN res_partner AS partner ON partner.id = history.partner_id
           ON CONFLICT (partner_id, company_id) DO UPDATE
                   SET paid_count = EXCLUDED.paid_count,
                       late_share = EXCLUDED.late_share,
                       average_delay = EXCLUDED.average_delay,
                       open_amount = EXCLUDED.open_amount,
                       oldest_due = EXCLUDED.oldest_due,
                       payer_class = EXCLUDED.payer_class
                """,
                **{"class": self._get_class_query()},
                company=company.id,
                histories=query_histories(company, today),
            )
        )
        self.invalidate_model()

    @api.model
    def _get_limits(self):
        """Return from where on a customer pays well, or late."""
        return {
            "known": 3,  # fewer paid invoices say nothing
            "good_delay": 0,  # days on average, at most
            "good_share": 0.1,  # paid late, at most
            "slow_delay": 14,  # days on average, more
            "slow_share": 0.5,  # paid late, more
        }

    @api.model
    def _get_class_query(self):
        """Return the SQL of the class of a row of `query_histories`."""
        return SQL(
            """
            CASE WHEN history.paid < %(known)s THEN 'normal'
                 WHEN history.delay > %(slow_delay)s
                   OR history.late > %(slow_share)s * history.paid THEN 'slow'
                 WHEN history.delay <= %(good_delay)s
                  AND history.late <= %(good_share)s * history.paid THEN 'good'
                 ELSE 'normal' END
            """,
            **self._get_limits(),
        )

    @api.model
    def _get_shift(self, payer_class):
        """Return by how many days each level comes later for a class of customers."""
        return {"good": 7, "slow": -3}.get(payer_class, 0)

    @api.model
    def _get_tone(self, payer_class):
        """Return in which tone a class of customers is written to."""
        return {"good": "gentle", "slow": "firm"}.get(payer_class, "plain")
