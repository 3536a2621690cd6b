"""Credit notes, as credit memos in Magento."""

from collections import defaultdict

from odoo import _
from odoo.tools import float_is_zero

from .....tools.magento.urls import path_of
from .billed import find_others, get_covered, get_share, has_more, is_whole
from .courier import Courier, decimal
from .parcel import Item, NotYet, Unsendable

CANCELED = 3
# Between what Magento and Odoo compute; a larger difference is an adjustment
LARGEST_ROUNDING = 0.05


class CreditMemos(Courier):
    """Posted credit notes of Magento's orders, out to Magento as offline refunds.

    Money is never given back by Magento: whoever made the credit note does that.
    Amounts go in the shop's base currency.
    """

    kind = "creditmemo"
    source = "move_id"
    day = "invoice_date"
    depends_on_remotes = True
    list_path = "creditmemos"
    list_fields = (
        "items[entity_id,increment_id,order_id,state,created_at,order_currency_code,"
        "grand_total,tax_amount,shipping_incl_tax,items[order_item_id,qty],"
        "comments[comment]]"
    )

    def describe(self, order):
        return order._magento_get_heading()

    def check(self, document):
        """Check that the credit note is posted, and what it credits in Magento.

        What the shop gave back itself has to be in Odoo first, if it is known: it may
        be a part of this, or another thing.

        :raise NotYet: it is not
        """
        if document.move_id.state != "posted":
            raise NotYet(_("The credit note is not posted."))
        if reason := document.move_id._magento_why_not_due(document.sale_order_id):
            raise NotYet(reason)
        if unread := self._find_unread(document.sale_order_id):
            raise NotYet(
                _(
                    "The shop's credit memo %(memo)s of this order is not in Odoo yet,"
                    " and may be a part of this credit note. %(why)s Resolution: see to"
                    " it in Magento ▸ Sales ▸ Credit Memos, or leave it out; the credit"
                    " note follows by itself.",
                    memo=unread.display_name,
                    why=unread.waiting_reason or unread.last_error or "",
                )
            )
        invoices = self.env["magento.document"].search(
            [
                ("kind", "=", "invoice"),
                ("sale_order_id", "=", document.sale_order_id.id),
            ]
        )
        reversed_ = document.move_id.reversed_entry_id
        own = invoices.filtered(lambda each: reversed_ & each._get_moves())
        invoices = own or invoices
        if invoices and "done" not in invoices.mapped("sync_state"):
            raise NotYet(
                _(
                    "The invoice %s is not in Magento yet, and only what was invoiced"
                    " can be refunded there. Resolution: export the invoice; the credit"
                    " note follows by itself.",
                    invoices[0].move_id.name or invoices[0].display_name,
                )
            )

    def _find_unread(self, order):
        """Return a credit memo of the shop that waits for something else than this."""
        return self.env["magento.document"].search(
            [
                ("kind", "=", self.kind),
                ("direction", "=", "pull"),
                ("sale_order_id", "=", order.id),
                ("sync_state", "in", ("waiting", "pending")),
                ("error_code", "!=", "note_under_way"),
            ],
            limit=1,
        )

    # What they say

    def warm_up(self, documents):
        lines = documents.move_id.invoice_line_ids
        lines.mapped("quantity")
        lines.sale_line_ids.mapped("magento_role")

    def get_items(self, document):
        """Return the items that a credit note takes back; none for a mere amount.

        :raise Unsendable: it takes back a part of a piece, or nothing at all
        """
        covered = self.covered[document.move_id, document.sale_order_id]
        quantities = document.move_id._magento_get_quantities(document.sale_order_id)
        items = []
        for sold, quantity in quantities.items():
            left = decimal(quantity) - covered[sold.magento_item_id]
            if left > 0:
                left = sold._magento_in_pieces(left)
                items.append(Item(sold.magento_item_id, left, sold.id))
        if not items and not self.get_total(document):
            raise Unsendable(
                "nothing_to_send", _("The credit note gives nothing back.")
            )
        return items

    def get_path(self, document):
        return path_of("order", document.sale_order_id.magento_order_id, "refund")

    def get_body(self, document, items):
        """Return the body, which depends on what the shop has given back already."""
        return super().get_body(document.with_context(magento_courier=self), items)

    def get_amounts(self, document, items):
        """Return what of a credit note is no item, in the shop's base currency.

        What the shop has given back of it already is not given once more.

        :return: (shipping, what Magento would not compute)
        """
        shipping, shipping_amount = self._get_shipping(document)
        total, given_shipping = self._get_given(document)
        left = max(shipping - given_shipping, 0.0)
        shipping_amount *= left / shipping if shipping else 0.0
        expected = left + sum(
            self._get_expected(self._get_sold(item), item.quantity) for item in items
        )
        adjustment = self._get_whole(document.move_id, document.sale_order_id)
        adjustment -= total + expected
        if expected and abs(adjustment) < LARGEST_ROUNDING + 0.001:
            adjustment = 0.0
        return (
            self._in_base(document, shipping_amount),
            self._in_base(document, adjustment),
        )

    def _get_shipping(self, document):
        """Return what of the shipping is given back.

        :return: (with tax and after discount, as Magento wants it: without tax and
            before discount)
        """
        total = amount = 0.0
        shares = defaultdict(float)
        for line, sold in _get_lines(document.move_id, document.sale_order_id):
            if sold.magento_role == "shipping" and line.product_id == sold.product_id:
                shares[sold] += line._get_magento_share_of_row(sold)
        for sold, given_back in shares.items():
            if given_back:
                # What is more than the order's shipping is an adjustment
                share = min(given_back, 1.0)
                total += share * sold._get_magento_total()
                amount += share * sold.magento_price
        return total, amount

    def _get_given(self, document):
        """Return what the shop's own credit memos gave back of a credit note.

        Of one that gives back other things, too, the items that are the note's.

        :return: (all of it, shipping), with tax
        """
        total = shipping = 0.0
        order_id = document.sale_order_id.magento_order_id
        if not any(each.order_id == order_id for each in self.remotes.values()):
            return total, shipping
        for other in find_others(document, document.move_id):
            lines = other.line_ids
            own = lines.filtered(lambda line: line.move_id == document.move_id)
            remote = self.remotes.get(other.magento_id)
            if remote and own == lines and not has_more(other, remote):
                total += float(remote.total)
                shipping += float(remote.shipping)
            else:
                total += sum(
                    self._get_expected(line.sale_line_id, line.quantity) for line in own
                )
        return total, shipping

    def _get_sold(self, item):
        return self.env["sale.order.line"].browse(item.sale_line_id)

    @staticmethod
    def _get_expected(sold, quantity):
        """Return what Magento gives back for so many of an item, with tax."""
        share = float(quantity) / sold.magento_quantity
        return sold._get_magento_total() * share

    @staticmethod
    def _in_base(document, amount):
        """Return an amount of the order's currency in the shop's base currency."""
        order = document.sale_order_id
        return round(amount / (order.magento_base_rate or 1.0), 4)

    # How Magento lists them

    @staticmethod
    def _is_canceled(raw):
        return raw.get("state") == CANCELED

    def read_comments(self, _client, remote):
        return remote.comments

    # What Odoo says of them

    def get_total(self, document):
        """Return what its credit notes come to for this order, with tax.

        Of one that several documents cover, each has its share of the items; the last
        one has what is no item.
        """
        moves = document._get_moves().filtered(lambda move: move.state != "cancel")
        return sum(self._get_share(document, move) for move in moves)

    def _get_share(self, document, move):
        order = document.sale_order_id
        credited = move._magento_get_quantities(order)
        here = get_covered(document, move)
        if not here or is_whole(credited, here):
            return self._get_whole(move, order)
        is_last = all(
            int(document.magento_id) > int(other.magento_id)
            for other in find_others(document, move)
        )
        lines = {line for line, _sold in _get_lines(move, order)}
        return get_share(lines, credited, here, is_last)

    @staticmethod
    def _get_whole(move, order):
        """Return what a credit note comes to for an order, with tax."""
        if move.invoice_line_ids.sale_line_ids.order_id <= order:
            return move.amount_total
        lines = {line for line, _sold in _get_lines(move, order)}
        return sum(line.price_total for line in lines)

    def get_currency(self, document):
        return document._get_moves()[:1].currency_id or super().get_currency(document)

    def get_difference_cause(self, document, remote):
        currency = self.get_currency(document)
        difference = float(remote.total) - self.get_total(document)
        if float_is_zero(difference, precision_rounding=currency.rounding):
            return ""
        if abs(difference) < LARGEST_ROUNDING + 0.001:
            return _("rounding")
        if has_more(document, remote):
            return _("quantities, of which Odoo has not credited all")
        return _("other amounts")

    def get_note(self, document):
        return _(
            "Refunded in Magento as %(number)s of order %(order)s.",
            number=document.increment_id or document.magento_id,
            order=document.sale_order_id.magento_increment_id,
        )

    def write_notes(self, news):
        """Write a note on the credit notes that are in Magento now, as refunded."""
        documents = self.env["magento.document"].union(*news)
        documents.refund_state = "refunded"
        documents.sale_order_id.order_line._count_to_invoice_anew()
        documents._report_undelivered()
        return super().write_notes(news)


def get_credited(move, order):
    """Return {order line: how many of its item a credit note takes back}."""
    quantities = defaultdict(float)
    for line, sold in _get_lines(move, order):
        # With another product, or none, it is an amount and takes nothing back
        is_item = line.product_id == sold.product_id
        if is_item and sold._magento_is_invoiced_by_item():
            quantities[sold] += line.product_uom_id._compute_quantity(
                line.quantity, sold.product_id.uom_id, round=False
            )
    return quantities


def _get_lines(move, order):
    """Return pairs (line of a credit note, line of the order)."""
    return [
        (line, sold)
        for line in move.invoice_line_ids
        for sold in line.sale_line_ids
        if sold.order_id == order
    ]
