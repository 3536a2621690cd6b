from odoo import api, fields, models
from odoo.tools import SQL

HOURS_INDEX = "billing_decision_line_hours"


class BillingDecisionLine(models.Model):
    """A claim of hours: the database refuses a second one that counts."""

    _inherit = "billing.decision.line"

    hours_id = fields.Many2one(
        "billing.service.hours",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    part_id = fields.Many2one(
        "billing.service.part",
        "Service Part",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    def _auto_init(self):
        """Let the database refuse to bill the same hours twice."""
        res = super()._auto_init()
        self.env.cr.execute(
            SQL(
                """
                CREATE UNIQUE INDEX IF NOT EXISTS %s
                    ON billing_decision_line (hours_id, part) WHERE is_live
                """,
                SQL.identifier(HOURS_INDEX),
            )
        )
        return res

    @api.model
    def _get_claim_indexes(self):
        return (*super()._get_claim_indexes(), HOURS_INDEX)
