"""What an invoice of the shop becomes where Odoo has none."""

from decimal import Decimal

from odoo import _

from ...exporting.couriers.courier import decimal
from ...ordering.importing.problems import Problem
from .notes import ZERO, Note


class NewInvoice:
    """Plans an invoice of the shop that Odoo has not.

    :param invoice: Magento's invoice, as it was read
    :param sale: its sale.order
    """

    def __init__(self, invoice, sale):
        self.invoice = invoice
        self.sale = sale
        self.env = sale.env

    def plan(self):
        """Return the `Note`.

        :raise Problem: an item is not the order's, or the order leaves less to invoice
        """
        invoice, sale = self.invoice, self.sale
        note = Note(invoice, sale, self.env["account.move"], is_refund=False)
        for item in invoice.items:
            sold = sale._magento_match_item(item)
            if not sold or not (item.quantity or item.net or item.tax):
                continue
            self._check_open(sold, item)
            note.add_item(sold, None, item.quantity, item.net, item.tax)
            if sold.magento_role == "bundle":
                self._add_parts(note, sold, item)
        shipping = sale.order_line.filtered(lambda x: x.magento_role == "shipping")[:1]
        if invoice.shipping_net or invoice.shipping_tax or self._is_free(shipping):
            note.add_shipping(
                shipping, None, invoice.shipping_net, invoice.shipping_tax
            )
        taxed = sum((item.tax for item in invoice.items), invoice.shipping_tax)
        self._add_other_amounts(note, invoice.residual + invoice.tax - taxed)
        return note

    @staticmethod
    def _is_free(shipping):
        """Say whether there is a delivery for nothing that is not invoiced yet."""
        return shipping and not shipping.price_total and not shipping.qty_invoiced

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
        """Add the parts of a bundle that has one price: nothing is left to invoice."""
        for part in bundle.order_id.order_line:
            if part.magento_parent_item_id == bundle.magento_item_id:
                share = decimal(part.magento_quantity / bundle.magento_quantity)
                note.add_free(part, item.quantity * share)

    def _add_other_amounts(self, note, rest):
        """Add what neither items nor shipping explain, as the order has it."""
        extras = self.sale.order_line.filtered(
            lambda x: x.magento_role in ("extra", "rounding") and not x.qty_invoiced
        )
        if extras and decimal(sum(extras.mapped("price_total"))) == rest:
            for sold in extras:
                note.add_item(sold, None, Decimal(1), decimal(sold.price_total), ZERO)
                note.lines[-1].is_named = False
        elif rest:
            note.add_extra(rest, _("Other Amounts"))
