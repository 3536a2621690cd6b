from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare, float_round

from ...compat import QUANTITY_DIGITS, Constraint, is_same_kind
from .groups import OFFICE

# More than that is a slip of the finger
MOST_PIECES = 1e6


class BillingServicePart(models.Model):
    """Goods that are planned for a job, and what of them was used."""

    _name = "billing.service.part"
    _description = "Part of a Service Order"
    _inherit = ["billing.service.row.mixin"]
    _order = "id"

    product_id = fields.Many2one(
        "product.product", required=True, domain="[('type', '!=', 'service')]"
    )
    tracking = fields.Selection(related="product_id.tracking")
    planned_line_id = fields.Many2one(
        "sale.order.line",
        "Quoted As",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups=OFFICE,
    )
    planned_quantity = fields.Float("Planned", digits=QUANTITY_DIGITS)
    used_quantity = fields.Float("Used", digits=QUANTITY_DIGITS, copy=False)
    unit_id = fields.Many2one(
        "uom.uom",
        compute="_compute_unit_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    lot_id = fields.Many2one(
        "stock.lot",
        "Lot or Serial Number",
        domain="[('product_id', '=', product_id)]",
        copy=False,
    )
    stock_move_id = fields.Many2one(
        "stock.move",
        "Left With",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups=OFFICE,
    )

    before_quantity = fields.Float(
        "Delivered Before",
        digits=0,
        readonly=True,
        copy=False,
        groups=OFFICE,
        help="What of it the quotation's own delivery had brought, in the row's unit.",
    )

    _quantities_are_possible = Constraint(
        f"CHECK(planned_quantity >= 0 AND planned_quantity <= {MOST_PIECES:.0f}"
        f" AND used_quantity >= 0 AND used_quantity <= {MOST_PIECES:.0f})",
        "A quantity of parts is 0 or more.",
    )

    @api.depends("product_id")
    def _compute_unit_id(self):
        for part in self:
            part.unit_id = part.product_id.uom_id

    @api.depends("product_id", "used_quantity")
    def _compute_display_name(self):
        for part in self:
            part.display_name = (
                f"{part.used_quantity:g} × {part.product_id.display_name}"
            )

    @api.constrains("product_id", "unit_id", "lot_id")
    def _check_product(self):
        self._check_product_company()
        for part in self:
            product = part.product_id
            if product.type == "service":
                part._refuse_value(_("a service is no part; log hours for it."))
            if not is_same_kind(part.unit_id, product.uom_id):
                part._refuse_value(_("it is not counted in this unit."))
            lot = part.lot_id.sudo()
            if lot and lot.product_id != product:
                part._refuse_value(_("the lot is of another product."))
            if lot.company_id and lot.company_id != part.order_id.company_id:
                part._refuse_value(_("the lot is of another company."))

    def _refuse_value(self, text):
        raise ValidationError(
            _("%(part)s: %(text)s", part=self.product_id.display_name, text=text)
        )

    def _check_complete(self):
        for part in self.filtered("used_quantity"):
            if part.tracking != "none" and not part.lot_id:
                part._refuse(_("which lot or serial number was used?"))
            is_one = not float_compare(part._get_own(), 1, precision_digits=6)
            if part.tracking == "serial" and not is_one:
                part._refuse(_("one row for each serial number."))

    def _get_own(self):
        """Return what was used, in the product's own unit."""
        self.ensure_one()
        return self.unit_id._compute_quantity(
            self.used_quantity, self.product_id.uom_id, round=False
        )

    def _get_unit(self):
        return self.unit_id

    def _get_quantity(self, unit):
        """Return what was used, in the unit of a sold line.

        :param unit: `uom.uom`
        """
        return sum(
            part.unit_id._compute_quantity(part.used_quantity, unit, round=False)
            for part in self
        )

    def _get_planned_line(self):
        return self.planned_line_id

    def _prepare_split(self, share):
        _total, digits = self._fields["used_quantity"].get_digits(self.env)
        kept = float_round(self.used_quantity * share, precision_digits=digits)
        return (
            {"used_quantity": kept},
            {
                "planned_quantity": 0.0,
                "used_quantity": self.used_quantity - kept,
                "lot_id": self.lot_id.id,
            },
        )

    def _get_leaving(self):
        """Return what leaves with the job, in the row's unit."""
        self.ensure_one()
        rest = self.used_quantity - self.before_quantity
        return rest if float_compare(rest, 0, precision_digits=6) > 0 else 0.0

    def _filter_billable(self):
        return self.filtered(lambda part: part.is_validated and part.used_quantity)
