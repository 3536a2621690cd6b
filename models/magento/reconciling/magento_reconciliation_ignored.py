from odoo import fields, models


class MagentoReconciliationIgnored(models.Model):
    """A difference that somebody accepts, with the reason, as long as it stays."""

    _name = "magento.reconciliation.ignored"
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
