"""Invoices, as this addon sends them and as Magento lists them."""

from odoo import _
from odoo.tools import SQL, float_is_zero

from .....tools.magento.urls import path_of
from ..states import OpenParts
from .billed import find_others, get_covered, get_share, has_more, is_whole
from .courier import Courier, decimal
from .parcel import Item, NotYet, Unsendable

CANCELED = 3
# Below this, Magento and Odoo only round in another way
LARGEST_ROUNDING = 0.051


class Invoices(Courier):
    """Customer invoices of Magento's orders, out to Magento."""

    kind = "invoice"
    source = "move_id"
    day = "invoice_date"
    list_path = "invoices"
    list_fields = (
        "items[entity_id,increment_id,order_id,state,created_at,order_currency_code,"
        "grand_total,tax_amount,shipping_incl_tax,items[order_item_id,qty]]"
    )

    # Which invoices

    @classmethod
    def count_due(cls, method):
        """Return how many invoices the next run would send.

        :param method: of this `magento.payment.method`, as it is being edited
        """
        env = method.env
        parts = OpenParts(
            env["account.move"], method.connection_id._origin, (cls.kind,), method
        )
        env.flush_all()
        query = parts.query_due_alone()
        env.cr.execute(SQL("SELECT COUNT(*) FROM (%s) AS due", query))
        return env.cr.fetchone()[0]

    def check(self, document):
        """Check that the rule of a document still holds.

        :raise NotYet: it does not
        """
        move = document.move_id
        if not move or move.state != "posted":
            raise NotYet(_("The invoice is not posted."))
        if reason := move._magento_why_not_due(document.sale_order_id):
            raise NotYet(reason)

    # What they say

    def get_items(self, document):
        """Return the `Item`s that an invoice bills of an order and nobody covers yet.

        :raise Unsendable: there is none, or one that Magento cannot invoice
        """
        move, order = document.move_id, document.sale_order_id
        covered = self.covered[move, order]
        items = []
        for sold, quantity in move._magento_get_quantities(order).items():
            left = decimal(quantity) - covered[sold.magento_item_id]
            left = sold._magento_in_pieces(left)
            if left > 0:
                items.append(Item(sold.magento_item_id, left, sold.id))
        if not items:
            raise Unsendable(
                "nothing_to_send",
                _(
                    "The invoice bills no item of the order %s, so Magento has nothing"
                    " to invoice: shipping, down payments, lines entered by hand and"
                    " rounding are no items there.",
                    order.name,
                ),
            )
        return items

    def warm_up(self, documents):
        """Read at once what is looked at for each document."""
        lines = documents.move_id.invoice_line_ids
        lines.mapped("quantity")
        sold = lines.sale_line_ids
        sold.order_id.mapped("name")
        sold.product_id.mapped("uom_id")

    def get_path(self, document):
        return path_of("order", document.sale_order_id.magento_order_id, "invoice")

    # How Magento lists them

    @staticmethod
    def _is_canceled(raw):
        return raw.get("state") == CANCELED

    # What Odoo says of them

    def get_total(self, document):
        """Return what its invoices come to for this order, with tax.

        Of an invoice that several documents cover, each has its share; the first one
        has what is no item, such as shipping, as it is in Magento.
        """
        moves = document._get_moves().filtered(lambda move: move.state != "cancel")
        return sum(self._get_share(document, move) for move in moves)

    def _get_share(self, document, move):
        order = document.sale_order_id
        own = self._get_own_lines(move, order)
        billed = move._magento_get_quantities(order)
        here = get_covered(document, move)
        if not is_whole(billed, here):
            return get_share(own, billed, here, self._is_first(document, move))
        is_all = own == move.invoice_line_ids.filtered(_has_amount)
        return move.amount_total if is_all else sum(own.mapped("price_total"))

    @staticmethod
    def _get_own_lines(move, order):
        """Return the lines that bill an order; those of no order bill the only one."""
        lines = move.invoice_line_ids.filtered(_has_amount)
        if lines.sale_line_ids.order_id == order:
            return lines
        return lines.filtered(lambda line: line.sale_line_ids.order_id & order)

    def _is_first(self, document, move):
        """Say whether no earlier document covers a part of the same invoice."""
        return all(
            int(document.magento_id) < int(other.magento_id)
            for other in find_others(document, move)
        )

    def get_currency(self, document):
        return document._get_moves()[:1].currency_id or super().get_currency(document)

    def get_difference_cause(self, document, remote):
        """Return why Magento's total differs from Odoo's, "" where it does not."""
        currency = self.get_currency(document)
        if remote.currency and remote.currency != currency.name:
            return _("currency")
        difference = float(remote.total) - self.get_total(document)
        if float_is_zero(difference, precision_rounding=currency.rounding):
            return ""
        if abs(difference) < LARGEST_ROUNDING:
            return _("rounding")
        if has_more(document, remote):
            return _("quantities, of which Odoo has not invoiced all")
        lines = document._get_moves().invoice_line_ids.filtered(_has_amount)
        of_order = lines.sale_line_ids.filtered(
            lambda sold: sold.order_id == document.sale_order_id
        )

        def billed(roles):
            return sum(
                line.price_total
                for line in lines
                if (line.sale_line_ids & of_order)[:1].magento_role in roles
            )

        shipping = float(remote.shipping) - billed(["shipping"])
        if abs(difference - shipping) < LARGEST_ROUNDING:
            return _("shipping, which Magento puts in an order's first invoice")
        unknown_to_magento = billed([False])
        for own in (unknown_to_magento, unknown_to_magento - shipping):
            if unknown_to_magento and abs(difference + own) < LARGEST_ROUNDING:
                return _("lines that Magento does not have")
        return _("other amounts")

    def get_note(self, document):
        return _(
            "Magento has it as invoice %(number)s of order %(order)s.",
            number=document.increment_id or document.magento_id,
            order=document.sale_order_id.magento_increment_id,
        )


def _has_amount(line):
    return not line.display_type or line.display_type == "product"
