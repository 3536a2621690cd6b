from odoo import api, fields, models

from ...compat import Constraint
from ...tools.coopcycle.columns import COLUMNS, normalise_header
from ...tools.text.names import name_key

# Under which key two values of a kind are the same one
KEYS = {
    "partner": name_key,
    "product": name_key,
    "account": str,
    "column": normalise_header,
}

# The field that holds what a value of a kind stands for
TARGETS = {"product": "product_id", "account": "account_id", "column": "column"}


class CoopcycleMapping(models.Model):
    """What a product name, an account code or a column header of the file stands for.

    A user chose it once on the Test screen; later imports of the instance know it.
    Customers are remembered by their store (`coopcycle.store`).
    """

    _name = "coopcycle.mapping"
    _inherit = ["integration.guard.mixin"]
    _description = "CoopCycle Assigned Value"
    _order = "kind, value"
    _rec_name = "value"

    connection_id = fields.Many2one(
        "coopcycle.connection", "CoopCycle Instance", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    kind = fields.Selection(
        [("product", "Product"), ("account", "Account"), ("column", "Column")],
        required=True,
    )
    value = fields.Char("Value in the File", required=True)
    key = fields.Char(compute="_compute_key", store=True, help="Imports look for this.")
    product_id = fields.Many2one("product.product", ondelete="cascade")
    account_id = fields.Many2one("account.account", ondelete="cascade")
    column = fields.Selection(list(COLUMNS.items()), "Column of the Export")

    _value_unique = Constraint(
        "unique(connection_id, kind, key)", "This value has been assigned already."
    )

    @api.depends("kind", "value")
    def _compute_key(self):
        for mapping in self:
            mapping.key = mapping.kind and KEYS[mapping.kind](mapping.value or "")

    @api.model
    def _get_remembered(self, connection):
        """Return what values of an instance's files stand for.

        :return: {(kind, key): record id, or role of the column}
        """
        return {
            (mapping.kind, mapping.key): mapping._get_assigned()
            for mapping in self.search([("connection_id", "=", connection.id)])
            if mapping._get_assigned()
        }

    def _get_assigned(self):
        """Return the record's id or the role of the column; False without any."""
        self.ensure_one()
        if self.kind == "product" and not self.product_id.active:
            return False
        assigned = self[TARGETS[self.kind]]
        return assigned if self.kind == "column" else assigned.id

    @api.model
    def _remember(self, connection, assigned):
        """Keep the user's choices for later imports of the instance.

        :param connection: the `coopcycle.connection` of the file
        :param assigned: {(kind, value key): record id, or role of the column}
        """
        known = {
            (mapping.kind, mapping.key): mapping
            for mapping in self.search([("connection_id", "=", connection.id)])
        }
        new_vals_list = []
        for (kind, key), chosen in assigned.items():
            if mapping := known.get((kind, key)):
                mapping[TARGETS[kind]] = chosen
            else:
                new_vals_list.append(self._prepare_vals(connection, kind, key, chosen))
        self.create(new_vals_list)

    @api.model
    def _prepare_vals(self, connection, kind, key, chosen):
        """Return the values of what a user assigned.

        :param connection: the `coopcycle.connection` of the file
        :param str kind: "product", "account" or "column"
        :param str key: the value in the file, as imports compare it
        :param chosen: the record's id, or the role of the column
        """
        return {
            "connection_id": connection.id,
            "kind": kind,
            "value": key,
            TARGETS[kind]: chosen,
        }
