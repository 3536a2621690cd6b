from odoo import fields, models
from odoo.tools import float_compare


class AccountMoveLine(models.Model):
    """The order that a line bills, and whether it does so as the file says."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "integration.guard.mixin"]

    coopcycle_order_number = fields.Char(
        "CoopCycle Order",
        readonly=True,
        index="btree_not_null",
        help="The number of the order that this line bills, from the label in"
        " CoopCycle's export.",
    )

    def _coopcycle_get_key(self):
        """Return what pairs the line with a row: its order's number, else its label."""
        self.ensure_one()
        label = self.name or ""
        connection = self.move_id.coopcycle_connection_id
        return (
            self.coopcycle_order_number or connection._get_order_number(label) or label
        )

    def _coopcycle_is_like(self, line):
        """Say whether the line bills what a row of the file says.

        Only what the file says is compared: taxes and notes are Odoo's.

        :param line: the `LinePlan` of the row
        """
        self.ensure_one()
        row, sign = line.row, self.move_id._coopcycle_get_sign()
        return (
            self.name == row.label
            and self.product_id.id == line.product_id
            and (not line.account_id or self.account_id.id == line.account_id)
            and not float_compare(
                self.quantity, float(row.quantity), precision_digits=6
            )
            and not self.currency_id.compare_amounts(
                sign * self.price_subtotal, float(line.amount)
            )
        )
