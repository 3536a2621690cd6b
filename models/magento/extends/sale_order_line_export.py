from decimal import Decimal

from odoo import _, fields, models

from ..exporting.couriers.parcel import Unsendable

# So much of a piece is lost where dozens are kept with four decimals
ROUNDED_PIECE = Decimal("0.005")


class SaleOrderLine(models.Model):
    """What of a line an invoice in Magento names."""

    _inherit = "sale.order.line"

    magento_is_decimal = fields.Boolean(
        readonly=True,
        copy=False,
        help="Whether Magento sells it in parts of one; of others it cuts parts off.",
    )

    def _magento_is_invoiced_by_item(self):
        """Say whether Magento invoices this line's item.

        The parts of a bundle with one price are invoiced with the bundle, those of one
        without a price instead of it.
        """
        self.ensure_one()
        if self.magento_role == "bundle_part":
            bundle = self.order_id.order_line.filtered(
                lambda line: line.magento_item_id == self.magento_parent_item_id
            )
            return bundle[:1].magento_role != "bundle"
        return self.magento_role in ("product", "bundle")

    def _magento_in_pieces(self, quantity):
        """Return a quantity as Magento counts it: some items only in whole pieces.

        :param Decimal quantity: of the item
        :raise Unsendable: Magento would cut it off without a word
        """
        self.ensure_one()
        pieces = quantity.to_integral_value()
        if self.magento_is_decimal:
            return quantity
        if abs(quantity - pieces) > ROUNDED_PIECE:
            raise Unsendable(
                "fraction",
                _(
                    "Magento counts %(product)s in whole pieces, and would cut"
                    " %(quantity)s off. Resolution: enter whole pieces.",
                    quantity=f"{quantity:f}",
                    product=self.product_id.display_name,
                ),
            )
        return pieces
