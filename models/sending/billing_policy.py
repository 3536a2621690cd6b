from odoo import models
from odoo.tools import SQL


class BillingPolicy(models.Model):
    """How long a policy's invoices take to customers, for the dashboard."""

    _inherit = "billing.policy"

    def _read_records(self):
        """Read as well how long it takes from a posted invoice to one that is sent."""
        records = super()._read_records()
        if not self:
            return records
        self.env["billing.dispatch"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT decision.policy_id, EXTRACT(EPOCH FROM
                         PERCENTILE_CONT(0.5) WITHIN GROUP (
                           ORDER BY sent.at - decision.posted_at
                         ))::float
                  FROM %s
                  JOIN (SELECT move_id, MIN(sent_at) AS at FROM billing_dispatch
                      GROUP BY move_id) AS sent ON sent.move_id = decision.move_id
                 WHERE decision.state = 'posted' AND sent.at >= decision.posted_at
              GROUP BY decision.policy_id
                """,
                self._query_decisions(),
            )
        )
        for policy_id, seconds in self.env.cr.fetchall():
            records[policy_id].to_send = seconds
        return records
