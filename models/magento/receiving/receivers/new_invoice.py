"""What an invoice of the shop becomes where Odoo has none."""

from decimal import Decimal

from ...exporting.couriers.courier import decimal
from ...ordering.importing.problems import Problem
from .charges import Charges
from .notes import CENTS, HALF_CENT, ZERO, Note


class NewInvoice:
    """Plans an invoice of the shop that Odoo has not.

    :param invoice: Magento's invoice, as it was read
    :param sale: its sale.order
    :param planned: lines of orders that are invoiced once, and are on other invoices
        that are being planned
    """

    def __init__(self, invoice, sale, planned=None):
        self.invoice = invoice
        self.sale = sale
        self.planned = sale.order_line.browse() if planned is None else planned
        self.env = sale.env

    def plan(self):
        """Return the `Note`.

        :raise Problem: an item is not the order's, or the order leaves less to invoice
        """
        invoice, sale = self.invoice, self.sale
        note = Note(invoice, sale, self.env["account.move"], is_refund=False)
        charges = Charges(invoice, sale)
        for item in invoice.items:
            sold = sale._magento_match_item(item)
            if not sold or not (item.quantity or item.net or item.tax):
                continue
            self._check_open(sold, item)
            net = item.net + charges.get_discount(sold)
            note.add_item(sold, None, item.quantity, net, item.tax)
            for each in charges.of(sold):
                note.add_charge(each.sold, None, each.quantity, each.net, each.tax)
            if sold.magento_role == "bundle":
                self._add_parts(note, sold, item)
        self._add_shipping(note)
        rest_net = invoice.residual - charges.net
        rest_tax = invoice.tax_residual - charges.tax
        self._add_other_amounts(note, rest_net + rest_tax)
        return note

    def _add_shipping(self, note):
        """Add the delivery, with its discount if that is a line of its own."""
        invoice = self.invoice
        shipping = self.sale._magento_get_shipping()[:1]
        if not (
            invoice.shipping_net or invoice.shipping_tax or self._is_free(shipping)
        ):
            return
        discount = invoice.shipping_discount if shipping else ZERO
        charges = shipping._get_magento_charges() if shipping else shipping
        net = invoice.shipping_net + (discount if charges else ZERO)
        note.add_shipping(shipping, None, net, invoice.shipping_tax)
        for sold in charges:
            note.add_charge(sold, None, Decimal(1), -discount, ZERO)
        self.planned |= shipping

    def _is_free(self, shipping):
        """Say whether there is a delivery for nothing that is not invoiced yet."""
        return (
            shipping
            and not shipping.price_total
            and not shipping.qty_invoiced
            and shipping not in self.planned
        )

    def _check_open(self, sold, item):
        open_ = sold.product_uom_qty - sold.qty_invoiced - sold._get_credited_for_good()
        if item.quantity > decimal(max(open_, 0.0)):
            raise Problem(
                "partly_billed",
                order=self.sale.name,
                product=sold.product_id.display_name,
                quantity=f"{item.quantity.normalize():f}",
                open=f"{open_:g}",
            )

    @staticmethod
    def _add_parts(note, bundle, item):
        """Add the parts of a bundle that has one price: nothing is left to invoice.

        Invoices of deliveries that did not complete it may have some of them already.
        """
        for part in bundle.order_id.order_line:
            if part.magento_parent_item_id == bundle.magento_item_id:
                share = decimal(part.magento_quantity / bundle.magento_quantity)
                open_ = decimal(max(part.product_uom_qty - part.qty_invoiced, 0.0))
                if quantity := min(item.quantity * share, open_):
                    note.add_free(part, quantity)

    def _add_other_amounts(self, note, rest):
        """Add what neither items nor shipping explain, as the order has it."""
        extras = self.sale.order_line.filtered(
            lambda x: x.magento_role in ("extra", "rounding") and not x.qty_invoiced
        )
        extras = extras.filtered(lambda x: x not in self.planned)
        off = rest - decimal(sum(extras.mapped("price_total")))
        if extras and abs(off) <= CENTS:
            for sold in extras:
                net, tax = decimal(sold.price_subtotal), decimal(sold.price_tax)
                note.add_charge(sold, None, Decimal(1), net + off, tax)
                off = ZERO
            self.planned |= extras
        elif abs(rest) >= HALF_CENT:
            note.add_unexplained(rest)
