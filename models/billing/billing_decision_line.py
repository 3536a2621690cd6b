from odoo import api, fields, models
from odoo.tools import SQL


class BillingDecisionLine(models.Model):
    """What a decision bills of one sold line, and of which goods that left.

    It is written when an invoice is made, so that nobody has to guess afterwards which
    delivery an invoice line is of. One that counts claims the goods: the database
    refuses a second claim.
    """

    _name = "billing.decision.line"
    _description = "Billing Decision Line"
    _inherit = ["integration.guard.mixin"]
    _order = "id"
    _rec_name = "sale_line_id"

    decision_id = fields.Many2one(
        "billing.decision",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(
        related="decision_id.company_id", store=True, index=True
    )
    sale_line_id = fields.Many2one(
        "sale.order.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    product_id = fields.Many2one("product.product", readonly=True)
    stock_move_id = fields.Many2one(
        "stock.move", readonly=True, ondelete="set null", index="btree_not_null"
    )
    part = fields.Integer(
        required=True,
        readonly=True,
        default=0,
        help="0: the goods as they left. Higher: what was added to the done transfer"
        " afterwards, or is billed once more.",
    )
    invoice_line_id = fields.Many2one(
        "account.move.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    quantity = fields.Float(
        digits=0, readonly=True, help="In the unit of the sold line."
    )
    moved_quantity = fields.Float(
        digits=0, readonly=True, help="What had left by then, in the unit of the move."
    )
    price_unit = fields.Float(
        digits=0, readonly=True, help="In the order's currency, as the order has it."
    )
    is_live = fields.Boolean(
        readonly=True, default=True, help="It counts: its invoice was not taken back."
    )

    def _auto_init(self):
        """Let the database refuse to bill the same goods twice."""
        res = super()._auto_init()
        self.env.cr.execute(
            SQL(
                """
                CREATE UNIQUE INDEX IF NOT EXISTS %s
                    ON billing_decision_line (stock_move_id, part) WHERE is_live
                """,
                SQL.identifier(CLAIM_INDEX),
            )
        )
        return res

    @api.depends("sale_line_id", "product_id", "quantity")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.quantity:g} × {line.product_id.display_name}"

    @api.model
    def _get_claim_indexes(self):
        """Return the names of the unique indexes that refuse a second claim."""
        return (CLAIM_INDEX,)


CLAIM_INDEX = "billing_decision_line_claim"
