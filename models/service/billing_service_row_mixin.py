from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..shared.running.transaction import touch_rows
from .groups import OFFICE


class BillingServiceRowMixin(models.AbstractModel):
    """A row of what was done or used: who looked at it, and what it is sold as."""

    _name = "billing.service.row.mixin"
    _description = "Row of a Service Order"
    _inherit = ["integration.guard.mixin", "integration.entry.mixin"]

    order_id = fields.Many2one(
        "billing.service.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    order_state = fields.Selection(related="order_id.state", string="State of the Job")
    is_validated = fields.Boolean("Validated", readonly=True, copy=False)
    validated_by = fields.Many2one("res.users", readonly=True, copy=False)
    validated_at = fields.Datetime(readonly=True, copy=False)
    sale_line_id = fields.Many2one(
        "sale.order.line",
        "Sold As",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=OFFICE,
    )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.order_id._check_open()
        rows._note_change()
        return rows

    def write(self, vals):
        """Take the validation back of rows that a person changes.

        :raise UserError: the job is done
        """
        if self.env.su:
            return super().write(vals)
        self.order_id._check_open()
        self._note_change()
        res = super().write(vals)
        self.order_id._check_open()  # it may be of another one now
        self._note_change()
        self.filtered("is_validated").sudo()._take_validation_back()
        return res

    def unlink(self):
        """Have the others looked at again where a person deletes what was validated."""
        others = self.sudo().browse()
        if not self.env.su:
            self._note_change()
            orders = self.filtered("is_validated").order_id
            others = others.search(
                [("order_id", "in", orders.ids), ("id", "not in", self.ids)]
            )
        res = super().unlink()
        others._take_validation_back()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self.order_id._check_open()

    def _note_change(self):
        """Let whoever ends the job at the same time begin anew, and see it."""
        if not self.env.su:
            touch_rows(self.order_id.sudo())

    def _take_validation_back(self):
        self.write(
            {"is_validated": False, "validated_by": False, "validated_at": False}
        )

    def _validate(self):
        """Note that the user has looked at these rows."""
        self._check_complete()
        self.filtered(lambda row: not row.is_validated).write(
            {
                "is_validated": True,
                "validated_by": self.env.uid,
                "validated_at": fields.Datetime.now(),
            }
        )

    def _check_complete(self):
        """Check that rows say all that is needed.

        :raise UserError: one does not
        """

    def _refuse(self, text):
        """Refuse a row, and name it.

        :raise UserError: always
        """
        raise UserError(_("%(row)s: %(text)s", row=self.display_name or "", text=text))

    def _check_product_company(self):
        for row in self.sudo():
            company = row.product_id.company_id
            if company and company not in row.order_id.company_id.parent_ids:
                row._refuse(_("the product is of another company."))

    def _filter_sold_as(self, line):
        """Return those that count on a sold line.

        :param line: `sale.order.line`
        """
        return self.filtered(lambda row: row.sale_line_id == line)

    def _get_planned_line(self):
        """Return the `sale.order.line` that this row was planned as, if any."""
        return self.env["sale.order.line"]

    def _split(self, share):
        """Keep a share of a row that several sold lines have.

        :param float share: below 1
        :return: the new row, of the rest
        """
        kept, rest = self._prepare_split(share)
        validation = {
            "is_validated": self.is_validated,
            "validated_by": self.validated_by.id,
            "validated_at": self.validated_at,
        }
        self.write(kept)
        return self.copy({**validation, **rest})

    def _prepare_split(self, share):
        """Return the values of a row that keeps a share, and of one of the rest."""
        raise NotImplementedError

    def _get_unit(self):
        """Return the `uom.uom` in which this row is sold, if it was not quoted."""
        raise NotImplementedError

    def _get_moves(self):
        """Return the `stock.move` by which this row left."""
        return self.env["stock.move"]

    def _prepare_claims(self, claims):
        """Return [(share of the row, values)] of the decision lines that claim it.

        :param claims: `Claims` of the goods
        """
        raise NotImplementedError
