from odoo import api, fields, models


class MagentoReconciliationIgnored(models.Model):
    """A difference that somebody accepts, with the reason, as long as it stays."""

    _name = "magento.reconciliation.ignored"
    _inherit = ["integration.guard.mixin"]
    _description = "Ignored Magento Difference"
    _order = "id desc"
    _rec_name = "reason"

    active = fields.Boolean(default=True, readonly=True)
    connection_id = fields.Many2one(
        "magento.connection",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    magento_order_id = fields.Char("Magento ID", readonly=True, index=True)
    fingerprint = fields.Char(readonly=True)
    reason = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", "Ignored By", readonly=True)
    ignored_at = fields.Datetime(
        "Ignored On", readonly=True, default=lambda self: fields.Datetime.now()
    )

    @api.model
    def _create_for(self, lines, reason):
        """Accept differences as they are now.

        :param lines: `magento.reconciliation.line` records, which are tied to it
        :param str reason: kept with the user and the time
        """
        created = self.create(
            [
                {
                    "connection_id": line.connection_id.id,
                    "magento_order_id": line.magento_order_id,
                    "fingerprint": line.fingerprint,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for line in lines
            ]
        )
        for line, ignored in zip(lines, created, strict=True):
            line.ignored_id = ignored

    @api.model
    def _find_for(self, lines):
        """Return {line: what somebody accepted before, with the same figures}."""
        ignored = self.search(
            [
                ("connection_id", "in", lines.connection_id.ids),
                ("magento_order_id", "in", lines.mapped("magento_order_id")),
            ]
        )
        by_figures = {
            (each.connection_id, each.magento_order_id, each.fingerprint): each
            for each in ignored
        }
        found = {
            line: by_figures.get(
                (line.connection_id, line.magento_order_id, line.fingerprint)
            )
            for line in lines
        }
        return {line: each for line, each in found.items() if each}
