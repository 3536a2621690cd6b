from odoo import _, api, fields, models
from odoo.tools import float_compare

from ....compat import SOLD_UNIT

CHARGES = ("product_tax", "discount")


class SaleOrderLine(models.Model):
    """What goes with an item of Magento: a fixed product tax, a discount after tax.

    Such a line is sold, invoiced and credited with the line that it goes with;
    Magento's documents name that alone.
    """

    _inherit = "sale.order.line"

    magento_charged_item_id = fields.Char(
        readonly=True,
        copy=False,
        help="The item whose fixed product tax or discount this is.",
    )

    @api.model
    def _magento_prepare_product_tax_vals(self, line, row):
        """Return the values of a line for the fixed product taxes of an item.

        :param line: the `OrderLine`
        :param row: the `Row`
        """
        title = line.product_tax.title or row.product.name
        return {
            **self._magento_prepare_row_vals(row),
            "name": f"{title}: {line.name}",
            "magento_role": "product_tax",
            "magento_charged_item_id": line.item_id,
        }

    @api.model
    def _magento_prepare_untaxed_discount_vals(self, item_id, name, row):
        """Return the values of a line for a discount that does not lower the tax.

        :param str item_id: of the item, "shipping" for the delivery
        :param str name: what is cheaper by it
        :param row: the `Row`
        """
        return {
            **self._magento_prepare_row_vals(row),
            "name": _("Discount: %s", name),
            "magento_role": "discount",
            "magento_charged_item_id": item_id,
        }

    def write(self, vals):
        """Let what goes with an item follow its quantity."""
        res = super().write(vals)
        if {"product_uom_qty", SOLD_UNIT} & vals.keys():
            for line in self.filtered("magento_quantity"):
                line._magento_share_quantity()
        return res

    def _magento_share_quantity(self):
        """Give what goes with this line as much of its quantity as this one has."""
        self.ensure_one()
        uom = self.product_id.uom_id
        quantity = self[SOLD_UNIT]._compute_quantity(self.product_uom_qty, uom)
        for charge in self._get_magento_charges():
            share = charge.magento_quantity * quantity / self.magento_quantity
            if float_compare(share, charge.product_uom_qty, precision_digits=6):
                charge.product_uom_qty = share

    def _get_magento_charges(self):
        """Return the lines that go with this one."""
        self.ensure_one()
        own = "shipping" if self.magento_role == "shipping" else self.magento_item_id
        return self.order_id.order_line.filtered(
            lambda line: own and line.magento_charged_item_id == own
        )

    def _get_magento_charged(self):
        """Return the line that this one goes with."""
        self.ensure_one()
        item_id = self.magento_charged_item_id
        return self.order_id.order_line.filtered(
            lambda line: (
                line.magento_role == "shipping"
                if item_id == "shipping"
                else line.magento_item_id == item_id
            )
        )[:1]

    def _get_magento_total(self):
        """Return what all of it comes to in Magento, with what goes with it."""
        self.ensure_one()
        charges = self._get_magento_charges()
        return self.magento_row_total + sum(charges.mapped("magento_row_total"))

    @api.depends(
        "order_id.order_line.qty_delivered", "order_id.order_line.qty_invoiced"
    )
    def _compute_qty_to_invoice(self):
        """Invoice as many as of the line that it goes with."""
        res = super()._compute_qty_to_invoice()
        for line in self.filtered("magento_charged_item_id"):
            charged = line._get_magento_charged()
            if charged.product_uom_qty and line.state == "sale":
                share = line.product_uom_qty / charged.product_uom_qty
                invoiced = charged.qty_invoiced + charged.qty_to_invoice
                line.qty_to_invoice = share * invoiced - line.qty_invoiced
        return res
