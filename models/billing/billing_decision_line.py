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
    entry = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="The timesheet, milestone or cost that is billed: its model and its id.",
    )
    entry_text = fields.Char(
        "What It Is", compute="_compute_entry_text", compute_sudo=True
    )
    part = fields.Integer(
        required=True,
        readonly=True,
        default=0,
        help="0: the goods as they left. Higher: what was added to the done transfer or"
        " to the entry afterwards, or is billed once more.",
    )
    invoice_line_id = fields.Many2one(
        "account.move.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    quantity = fields.Float(
        digits=0, readonly=True, help="In the unit of the sold line."
    )
    moved_quantity = fields.Float(
        digits=0,
        readonly=True,
        help="What had left or was entered by then, in the unit of the move or entry.",
    )
    price_unit = fields.Float(
        digits=0, readonly=True, help="In the order's currency, as the order has it."
    )
    is_live = fields.Boolean(
        readonly=True, default=True, help="It counts: its invoice was not taken back."
    )

    def _auto_init(self):
        """Let the database refuse to bill the same goods or entries twice."""
        res = super()._auto_init()
        for index, claimed in CLAIM_INDEXES.items():
            self.env.cr.execute(
                SQL(
                    """
                    CREATE UNIQUE INDEX IF NOT EXISTS %s
                        ON billing_decision_line (%s, part) WHERE is_live
                    """,
                    SQL.identifier(index),
                    SQL.identifier(claimed),
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
        return (*CLAIM_INDEXES,)

    @api.depends("entry")
    def _compute_entry_text(self):
        """Tell which timesheet, milestone or cost it is, as long as that is there."""
        found = self._read_entries()
        for line in self:
            record = found.get(line.entry)
            line.entry_text = record and line.sale_line_id._billing_describe(
                record, line.moved_quantity
            )

    def _read_entries(self):
        """Return {entry: its record}, of those that are there."""
        ids = {}
        for entry in filter(None, self.mapped("entry")):
            model, _comma, id_ = entry.partition(",")
            if model in self.env:
                ids.setdefault(model, []).append(int(id_))
        return {
            f"{model},{record.id}": record
            for model, each in ids.items()
            for record in self.env[model].sudo().browse(each).exists()
        }


# {name of a unique index: what a second claim of is refused}
CLAIM_INDEXES = {
    "billing_decision_line_claim": "stock_move_id",
    "billing_decision_line_claim_entry": "entry",
}
