from odoo import fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    coopcycle_order_number = fields.Char(
        "CoopCycle Order",
        readonly=True,
        index="btree_not_null",
        help="The number of the order that this line bills, from the label in"
        " CoopCycle's export.",
    )
