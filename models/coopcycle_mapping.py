from odoo import api, fields, models

from ..tools.coopcycle.columns import COLUMNS


class CoopcycleMapping(models.Model):
    """What a product name, an account code or a column header of the file stands for.

    A user chose it once on the Test screen; later imports of the instance know it.
    Customers are remembered by their store (`coopcycle.store`).
    """

    _name = "coopcycle.mapping"
    _description = "CoopCycle Assigned Value"
    _order = "kind, value"

    connection_id = fields.Many2one(
        "coopcycle.connection", "CoopCycle Instance", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    kind = fields.Selection(
        [("product", "Product"), ("account", "Account"), ("column", "Column")],
        required=True,
    )
    value = fields.Char("Value in the File", required=True)
    product_id = fields.Many2one("product.product", ondelete="cascade")
    account_id = fields.Many2one("account.account", ondelete="cascade")
    column = fields.Selection(list(COLUMNS.items()), "Column of the Export")

    _sql_constraints = [
        (
            "value_unique",
            "unique(connection_id, kind, value)",
            "This value has been assigned already.",
        )
    ]

    @api.model
    def _remember(self, connection, assigned):
        """Keep the user's choices for later imports of the instance.

        :param connection: the `coopcycle.connection` of the file
        :param assigned: {(kind, value key): record id, or role of the column}
        """
        target = {"product": "product_id", "account": "account_id", "column": "column"}
        known = {
            (mapping.kind, mapping.value): mapping
            for mapping in self.search([("connection_id", "=", connection.id)])
        }
        new_vals_list = []
        for (kind, value), chosen in assigned.items():
            if mapping := known.get((kind, value)):
                mapping[target[kind]] = chosen
            else:
                new_vals_list.append(
                    {
                        "connection_id": connection.id,
                        "kind": kind,
                        "value": value,
                        target[kind]: chosen,
                    }
                )
        self.create(new_vals_list)
