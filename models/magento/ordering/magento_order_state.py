from odoo import api, fields, models

from ....compat import Constraint


class MagentoOrderState(models.Model):
    """A state of an order in Magento, as its own code names it."""

    _name = "magento.order.state"
    _inherit = ["integration.guard.mixin"]
    _description = "Magento Order State"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer()
    is_default = fields.Boolean(
        help="Whether a new connection imports the orders in this state."
    )

    _code_unique = Constraint("unique(code)", "This state exists already.")

    @api.model
    def _find_or_create(self, code):
        """Return the state with a code, made when it is met first."""
        return self.search([("code", "=", code)]) or self.create(
            {
                "code": code,
                "name": code.replace("_", " ").strip().capitalize() or code,
                "sequence": 100,
            }
        )
