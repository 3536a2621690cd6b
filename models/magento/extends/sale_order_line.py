from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """What was sold in Magento, and what a later document must name there."""

    _inherit = "sale.order.line"

    magento_item_id = fields.Char(
        "Magento Item ID",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What an invoice, a shipment or a credit memo in Magento names.",
    )
    magento_child_item_id = fields.Char(
        readonly=True, copy=False, help="The item of a configurable product's variant."
    )
    magento_parent_item_id = fields.Char(
        readonly=True, copy=False, help="The item of the bundle that this is a part of."
    )
    magento_role = fields.Selection(
        [
            ("product", "Product"),
            ("bundle", "Bundle"),
            ("bundle_title", "Bundle without Price"),
            ("bundle_part", "Part of a Bundle"),
            ("shipping", "Shipping"),
            ("extra", "Extra Total"),
            ("rounding", "Rounding"),
        ],
        readonly=True,
        copy=False,
    )
    magento_price = fields.Float(
        "Shop Price",
        digits="Product Price",
        readonly=True,
        copy=False,
        help="The shop's price of one, before discount, without tax.",
    )
    magento_list_price = fields.Float(
        "Regular Shop Price",
        digits="Product Price",
        readonly=True,
        copy=False,
        help="The shop's price of one before a special price, as the shop enters it.",
    )
    magento_discount = fields.Monetary(
        "Shop Discount",
        readonly=True,
        copy=False,
        help="The discount on the whole row.",
    )
    magento_quantity = fields.Float(
        digits="Product Unit of Measure", readonly=True, copy=False
    )
    magento_row_net = fields.Monetary(
        readonly=True, copy=False, help="The row after discount, without tax."
    )
    magento_row_total = fields.Monetary(
        readonly=True, copy=False, help="The row after discount, with tax."
    )
    magento_taxes = fields.Json(
        readonly=True, copy=False, help="Magento's tax amounts, by the id of the tax."
    )

    @api.depends("product_id", "product_uom", "product_uom_qty")
    def _compute_price_unit(self):
        """Keep Magento's prices, also when somebody edits a quantity."""
        magento = self.filtered("magento_role")
        return super(SaleOrderLine, self - magento)._compute_price_unit()

    @api.depends("product_id", "product_uom", "product_uom_qty")
    def _compute_discount(self):
        """Keep Magento's discounts, which are within its prices."""
        magento = self.filtered("magento_role")
        return super(SaleOrderLine, self - magento)._compute_discount()

    @api.depends("product_id", "company_id")
    def _compute_tax_id(self):
        """Keep the taxes that Magento applied, also for another fiscal position."""
        magento = self.filtered("magento_role")
        return super(SaleOrderLine, self - magento)._compute_tax_id()

    @api.depends("product_id")
    def _compute_pricelist_item_id(self):
        """No rule of a pricelist applies to a price that is Magento's."""
        magento = self.filtered("magento_role")
        magento.pricelist_item_id = False
        return super(SaleOrderLine, self - magento)._compute_pricelist_item_id()
