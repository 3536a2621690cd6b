from decimal import Decimal

from odoo import Command, _, api, fields, models
from odoo.tools import float_compare

from ....compat import (
    QUANTITY_DIGITS,
    SOLD_TAXES,
    SOLD_UNIT,
    get_computation_key,
    is_scrapped,
)
from ..exporting.couriers.parcel import Unsendable
from ..ordering.importing.rounding import largest_rounding
from ..receiving.receivers.goods import OPEN

# So much of a piece is lost where dozens are kept with four decimals
ROUNDED_PIECE = Decimal("0.005")


class SaleOrderLine(models.Model):
    """What was sold in Magento, and what a later document must name there."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "integration.guard.mixin"]

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
            ("product_tax", "Fixed Product Tax"),
            ("discount", "Discount after Tax"),
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
    magento_quantity = fields.Float(digits=QUANTITY_DIGITS, readonly=True, copy=False)
    magento_row_net = fields.Monetary(
        readonly=True, copy=False, help="The row after discount, without tax."
    )
    magento_row_total = fields.Monetary(
        readonly=True, copy=False, help="The row after discount, with tax."
    )
    magento_taxes = fields.Json(
        readonly=True, copy=False, help="Magento's tax amounts, by the id of the tax."
    )
    magento_is_decimal = fields.Boolean(
        readonly=True,
        copy=False,
        help="Whether Magento sells it in parts of one; of others it cuts parts off.",
    )

    # What a line takes of what Magento sold

    @api.model
    def _magento_prepare_vals(self, line, row, chosen=()):
        """Return the values of a line that sells a product of the shop.

        The shop's own price and discount are kept in fields of their own.

        :param line: the `OrderLine`
        :param row: the `Row`
        :param chosen: what the customer chose of its options, one text for each
        """
        names = [line.name]
        if line.variant_name and line.variant_name != line.name:
            names.append(line.variant_name)
        return {
            **self._magento_prepare_row_vals(row),
            "name": "\n".join(filter(None, [*names, *chosen])) or line.sku,
            "magento_item_id": line.item_id,
            "magento_child_item_id": line.child_item_id or False,
            "magento_parent_item_id": line.parent_item_id or False,
            "magento_role": line.role,
            "magento_is_decimal": line.is_decimal,
            "magento_price": float(line.price),
            "magento_list_price": float(line.list_price),
            "magento_discount": float(line.discount),
        }

    @api.model
    def _magento_prepare_title_vals(self, line):
        """Return the values of the note above the parts of a bundle without a price.

        :param line: the `OrderLine` of the bundle
        """
        quantity = f"{line.quantity.normalize():f}"
        return {
            "display_type": "line_note",
            "name": f"{line.name} ({line.sku}) × {quantity}",
            "magento_item_id": line.item_id,
            "magento_role": line.role,
            "magento_quantity": float(line.quantity),
        }

    @api.model
    def _magento_prepare_shipping_vals(self, order, row):
        """Return the values of the line for the delivery.

        :param order: the `Order`
        :param row: the `Row`
        """
        shipping = order.shipping
        return {
            **self._magento_prepare_row_vals(row),
            "name": shipping.title or shipping.method or row.product.name,
            "is_delivery": True,
            "magento_role": "shipping",
            "magento_price": float(shipping.price),
            "magento_discount": float(shipping.discount),
        }

    @api.model
    def _magento_prepare_extra_vals(self, extra, row):
        """Return the values of a line for what else changes the total.

        :param extra: the `Extra`: a gift card, a surcharge
        :param row: the `Row`
        """
        return {
            **self._magento_prepare_row_vals(row),
            "name": extra.name.replace("_", " ").capitalize(),
            "magento_role": "extra",
        }

    @api.model
    def _magento_prepare_rounding_vals(self, sale, row):
        """Return the values of the line that makes up for a rounding difference.

        :param sale: the sale.order
        :param row: the `Row`
        """
        return {
            **self._magento_prepare_row_vals(row),
            "order_id": sale.id,
            "name": _("Rounding"),
            "sequence": 9999,
            "magento_role": "rounding",
        }

    @api.model
    def _magento_prepare_row_vals(self, row):
        """Return what every line has that comes to an amount.

        :param row: the `Row`
        """
        amounts = {str(tax.id): float(amount) for tax, amount in row.taxes.items()}
        taxes = self.env["account.tax"].union(*row.taxes)
        return {
            "product_id": row.product.id,
            SOLD_UNIT: row.product.uom_id.id,
            "product_uom_qty": float(row.quantity),
            "price_unit": row.price,
            "discount": row.discount,
            SOLD_TAXES: [Command.set(taxes.ids)],
            "magento_quantity": float(row.quantity),
            "magento_row_net": float(row.net),
            "magento_row_total": float(row.net + row.tax),
            "magento_taxes": amounts or False,
            **get_computation_key(),
        }

    @api.depends("product_id", SOLD_UNIT, "product_uom_qty")
    def _compute_price_unit(self):
        """Keep Magento's prices, also when somebody edits a quantity."""
        magento = self.filtered("magento_role")
        return super(SaleOrderLine, self - magento)._compute_price_unit()

    @api.depends("product_id", SOLD_UNIT, "product_uom_qty")
    def _compute_discount(self):
        """Keep Magento's discounts, which are within its prices."""
        magento = self.filtered("magento_role")
        return super(SaleOrderLine, self - magento)._compute_discount()

    @api.depends("product_id", "company_id")
    def _compute_tax_id(self):
        """Keep the taxes that Magento applied, also for another fiscal position."""
        magento = self.filtered("magento_role")
        return super(SaleOrderLine, self - magento)._compute_tax_id()

    @api.depends("product_id", "company_id")
    def _compute_tax_ids(self):  # since Odoo 19
        magento = self.filtered("magento_role")
        return super(SaleOrderLine, self - magento)._compute_tax_ids()

    @api.depends("product_id")
    def _compute_pricelist_item_id(self):
        """No rule of a pricelist applies to a price that is Magento's."""
        magento = self.filtered("magento_role")
        magento.pricelist_item_id = False
        return super(SaleOrderLine, self - magento)._compute_pricelist_item_id()

    # What an invoice in Magento names

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

    # A line's tax is what its total in Magento leaves, until somebody edits it

    @api.depends("magento_row_net", "magento_row_total", "magento_quantity")
    def _compute_amount(self):
        res = super()._compute_amount()
        for line in self:
            if line._is_as_in_magento():
                line.price_tax = line.magento_row_total - line.price_subtotal
                line.price_total = line.magento_row_total
        return res

    def _is_as_in_magento(self):
        """Say whether quantity, price and taxes are still those of Magento."""
        self.ensure_one()
        return bool(
            self.magento_role
            and self[SOLD_TAXES]
            and set(self.magento_taxes or {}) == set(map(str, self[SOLD_TAXES].ids))
            and not float_compare(
                self.product_uom_qty, self.magento_quantity, precision_digits=6
            )
            and self._has_magento_row()
            and self._has_magento_tax()
        )

    def _has_magento_row(self):
        """Say whether the row, with those taxes that are in the price, is Magento's."""
        included = self[SOLD_TAXES].filtered("price_include")
        if included == self[SOLD_TAXES]:
            return not self._magento_differs(self.magento_row_total, self.price_total)
        rounded = 2 if included else 0  # one way and back
        net, own_net = self.magento_row_net, self.price_subtotal
        return not self._magento_differs(net, own_net, rounded)

    def _has_magento_tax(self):
        """Say whether Magento's tax is Odoo's but for rounding.

        Magento may round the tax of each piece, and of each rate.
        """
        pieces = abs(self.magento_quantity) * len(self[SOLD_TAXES])
        largest = largest_rounding(self.currency_id) / self.currency_id.rounding
        theirs = self.magento_row_total - self.magento_row_net
        own = self.price_total - self.price_subtotal
        return not self._magento_differs(theirs, own, largest + pieces / 2)

    def _find_compound_taxes(self):
        """Return (lower tax, upper tax) of two of which one is computed on the other.

        Empty where they are not, or where Odoo computes them so already.
        """
        self.ensure_one()
        amounts = self._get_magento_taxes()
        if len(amounts) < 2 or self._is_as_in_magento():
            return ()
        net = self.magento_row_net

        def is_of(tax, base):
            return not self._magento_differs(base * tax.amount / 100, amounts[tax], 1)

        for lower in amounts:
            for upper in amounts:
                if (
                    lower != upper
                    and is_of(lower, net)
                    and not is_of(upper, net)
                    and is_of(upper, net + amounts[lower])
                ):
                    return lower, upper
        return ()

    def _find_tax_of_net(self):
        """Return a tax that is computed on others here and not in Magento, if any."""
        self.ensure_one()
        if self._is_as_in_magento():
            return self.env["account.tax"]
        amounts, lower = self._get_magento_taxes(), self.env["account.tax"]
        for tax in self[SOLD_TAXES].sorted(lambda tax: (tax.sequence, tax.id)):
            amount = self.magento_row_net * tax.amount / 100
            if (
                lower.filtered("include_base_amount")
                and tax.is_base_affected
                and not self._magento_differs(amount, amounts[tax], 1)
            ):
                return tax
            lower |= tax
        return self.env["account.tax"]

    def _magento_differs(self, theirs, own, roundings=0):
        """Say whether two amounts differ by more than so many of the smallest coin."""
        coin = self.currency_id.rounding
        return abs(theirs - own) > coin * (roundings + 0.5)

    def _magento_shares(self, total, taxes):
        """Split the tax of a line among its taxes, Magento's way.

        :param float total: what all taxes of the line come to
        :param dict taxes: {account.tax: amount in Magento}
        :return: {account.tax: amount}; the largest one takes the rest
        """
        shares = {tax: taxes.get(tax, 0.0) for tax in self[SOLD_TAXES]}
        largest = max(shares, key=lambda tax: abs(shares[tax]))
        shares[largest] += total - sum(shares.values())
        return shares

    def _get_magento_taxes(self):
        """Return {account.tax: amount in Magento} of a line."""
        amounts = self.magento_taxes or {}
        return {tax: amounts.get(str(tax.id), 0.0) for tax in self[SOLD_TAXES]}

    def _get_tax_shares(self):
        """Return {account.tax: amount} of a line, for the totals below the lines."""
        self.ensure_one()
        if self._is_as_in_magento():
            return self._magento_shares(self.price_tax, self._get_magento_taxes())
        return self._odoo_tax_shares(
            self.price_unit, self.discount, self.product_uom_qty
        )

    def _odoo_tax_shares(self, price_unit, discount, quantity):
        """Return {account.tax: amount} as Odoo computes it."""
        computed = self[SOLD_TAXES].compute_all(
            price_unit * (1 - discount / 100),
            currency=self.currency_id,
            quantity=quantity,
            product=self.product_id,
            partner=self.order_id.partner_shipping_id,
        )
        return self[SOLD_TAXES]._sum_up(computed)

    # The share of a line that an invoice bills

    def _magento_share(self, invoice_line):
        """Return Magento's amounts for the quantity of an invoice or credit note line.

        :return: {"net": without tax, "total": with it, "taxes": {account.tax: amount}},
            rounded so that all invoices of the line, less credit notes, add up to it,
            each with its part since the ones before
        """
        others = self.invoice_lines.filtered(
            lambda line: line.move_id.state != "cancel" and line.id < invoice_line.id
        )
        before = sum(map(self._magento_billed, others))
        now = self._magento_billed(invoice_line)
        sign = -1 if invoice_line.move_id.move_type == "out_refund" else 1

        def share(amount):
            after = self._cumulated(amount, before + now)
            return sign * (after - self._cumulated(amount, before))

        return {
            "net": share(self.magento_row_net),
            "total": share(self.magento_row_total),
            "taxes": {
                tax: share(amount) for tax, amount in self._get_magento_taxes().items()
            },
        }

    def _magento_rest_of_row(self, invoice_line):
        """Return what earlier invoices left of the row, None unless it is the last one.

        :return: the row with its taxes, if these are within the price
        """
        others = self.invoice_lines.filtered(
            lambda line: line.move_id.state != "cancel" and line.id < invoice_line.id
        )
        if not others or not self.magento_quantity:
            return None
        if set((others | invoice_line).move_id.mapped("move_type")) != {"out_invoice"}:
            return None
        billed = sum(map(self._magento_billed, others | invoice_line))
        if float_compare(billed, self.magento_quantity, precision_digits=4):
            return None
        has_taxes = invoice_line._has_taxes_included()
        whole = self.magento_row_total if has_taxes else self.magento_row_net
        return whole - sum(line._get_row() for line in others)

    def _magento_billed(self, invoice_line):
        """Return how many an invoice line bills, negative for a credit note."""
        quantity = invoice_line.product_uom_id._compute_quantity(
            invoice_line.quantity, self[SOLD_UNIT], round=False
        )
        return -quantity if invoice_line.move_id.move_type == "out_refund" else quantity

    def _cumulated(self, amount, quantity):
        """Return the part of an amount that the first so many units have."""
        return self.currency_id.round(amount * quantity / self.magento_quantity)

    # Which transfers deliver it

    def _magento_get_deliveries(self, states):
        """Return the moves that take goods of a line to the customer, in order.

        A shipment of the shop is tied to the first ones, or validates them.

        :param states: of the moves
        """
        self.ensure_one()
        moves = self.move_ids.filtered(
            lambda move: (
                move.state in states
                and move.location_dest_id.usage == "customer"
                and move.location_id.usage != "customer"
                and move.product_id == self.product_id
                and not is_scrapped(move)
            )
        )
        return moves.sorted(lambda move: (move.date, move.id))

    def _magento_get_steps_before(self):
        """Return the open moves of a line that come before those to the customer.

        Newer versions of Odoo make the next step of a delivery after the one before.
        """
        self.ensure_one()
        return self.move_ids.filtered(
            lambda move: (
                move.state in OPEN
                and "customer" not in move.mapped("location_dest_id.usage")
                and "customer" not in move.mapped("location_id.usage")
                and not is_scrapped(move)
            )
        )

    # A bundle with one price: delivered are its parts, lines of their own

    def _action_launch_stock_rule(self, previous_product_uom_qty=False, **kwargs):
        goods = self.filtered(lambda line: line.magento_role != "bundle")
        return super(SaleOrderLine, goods)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty, **kwargs
        )

    @api.depends(
        "order_id.order_line.move_ids.state", "order_id.order_line.move_ids.quantity"
    )
    def _compute_qty_delivered(self):
        bundles = self.filtered(lambda line: line.magento_role == "bundle")
        res = super(SaleOrderLine, self - bundles)._compute_qty_delivered()
        for bundle in bundles:
            bundle.qty_delivered = bundle._get_delivered_bundles()
        return res

    def _get_delivered_quantity_by_analytic(self, additional_domain):
        """Count bundles of a service at a fixed price as all others.

        To `sale_timesheet` it is delivered by hours; it asks this last, up to Odoo 18.
        """
        res = super()._get_delivered_quantity_by_analytic(additional_domain)
        for bundle in self.filtered(lambda line: line.magento_role == "bundle"):
            res[bundle.id or bundle._origin.id] = bundle._get_delivered_bundles()
        return res

    def _get_delivered_bundles(self):
        """Return how many bundles have all their parts delivered.

        Whole ones, as kits of Odoo count: Magento invoices no part of a bundle.
        """
        parts = self.order_id.order_line.filtered(
            lambda line: (
                line.magento_parent_item_id == self.magento_item_id
                and line.product_uom_qty
            )
        )
        if not parts:
            return 0.0
        share = min(part.qty_delivered / part.product_uom_qty for part in parts)
        return float(int(self.product_uom_qty * share + 0.0001))
