from odoo import api, fields, models

from ....compat import Constraint


class MagentoPaymentMethod(models.Model):
    """A payment method of a shop, and which of its orders come in."""

    _name = "magento.payment.method"
    _description = "Magento Payment Method"
    _inherit = ["magento.configuration.mixin"]
    _order = "connection_id, name"

    name = fields.Char("Title", required=True)
    code = fields.Char(required=True)
    import_rule = fields.Selection(
        [
            ("always", "Always"),
            ("paid", "When paid"),
            ("never", "Never"),
        ],
        "Import Orders",
        help="When an order with this payment method comes in and is confirmed. Empty:"
        " nobody has decided yet, and its orders wait with an error.",
    )
    payment_term_id = fields.Many2one(
        "account.payment.term", "Payment Terms", check_company=True
    )

    _code_unique = Constraint(
        "unique(connection_id, code)", "This payment method exists already."
    )

    @api.depends("import_rule")
    def _compute_mapping_state(self):
        return super()._compute_mapping_state()

    def _is_missing(self):
        return not self.import_rule

    @api.model
    def _find_or_create(self, connection, values_list):
        """Decide for those that an order brought in and nobody has decided for."""
        methods = super()._find_or_create(connection, values_list)
        methods.filtered(lambda method: not method.import_rule).import_rule = "always"
        return methods

    @api.model
    def _prepare_fetched_vals(self, connection, values):
        vals = super()._prepare_fetched_vals(connection, values)
        return {"import_rule": "always", **vals}

    def write(self, vals):
        """Let orders come in that the rule left out before."""
        res = super().write(vals)
        if "import_rule" in vals:
            self.connection_id._read_again(("import_orders",))
        return res
