"""Credit notes, as credit memos in Magento."""

from collections import defaultdict

from odoo import _
from odoo.tools import SQL, float_is_zero

from .courier import Courier, decimal, has_no_document
from .parcel import Item, NotYet, Unsendable

CANCELED = 3
# Between what Magento and Odoo compute; a larger difference is an adjustment
LARGEST_ROUNDING = 0.05

# Which orders credit notes belong to
CREDITED = """
    SELECT refund.id AS move_id, sold.order_id
      FROM account_move AS refund
      JOIN account_move_line AS line ON line.move_id = refund.id
      JOIN sale_order_line_invoice_rel AS rel ON rel.invoice_line_id = line.id
      JOIN sale_order_line AS sold ON sold.id = rel.order_line_id
     WHERE refund.move_type = 'out_refund'
    UNION
    -- A mere amount, tied to its order by the invoice that it reverses
    SELECT refund.id, MIN(sale.id)
      FROM account_move AS refund
      JOIN account_move_line AS line ON line.move_id = refund.reversed_entry_id
      JOIN sale_order_line_invoice_rel AS rel ON rel.invoice_line_id = line.id
      JOIN sale_order_line AS sold ON sold.id = rel.order_line_id
      JOIN sale_order AS sale ON sale.id = sold.order_id
     WHERE refund.move_type = 'out_refund'
       AND sale.magento_order_id IS NOT NULL
       AND NOT EXISTS (
            SELECT FROM account_move_line AS own
              JOIN sale_order_line_invoice_rel AS rel ON rel.invoice_line_id = own.id
             WHERE own.move_id = refund.id
       )
     GROUP BY refund.id
    HAVING COUNT(DISTINCT sale.id) = 1
"""


class CreditMemos(Courier):
    """Posted credit notes of Magento's orders, out to Magento as offline refunds.

    Money is never given back by Magento: whoever made the credit note does that.
    Amounts go in the shop's base currency.
    """

    kind = "creditmemo"
    source = "move_id"
    list_path = "creditmemos"
    list_fields = (
        "items[entity_id,increment_id,order_id,state,created_at,order_currency_code,"
        "grand_total,tax_amount,shipping_incl_tax,items[order_item_id,qty],"
        "comments[comment]]"
    )

    @classmethod
    def query_open(cls):
        """Return a query of credit notes without a document, but Magento's own."""
        return SQL(
            """
            SELECT move.id AS source_id, sale.id AS order_id,
                   sale.magento_connection_id AS connection_id,
                   sale.magento_payment_method_id AS method_id,
                   move.invoice_date AS day,
                   move.state = 'posted' AS is_due,
                   move.invoice_date >= shop.export_credit_memos_from AS is_recent,
                   TRUE AS is_wanted
              FROM (%(credited)s) AS credited
              JOIN sale_order AS sale ON sale.id = credited.order_id
              JOIN magento_connection AS shop ON shop.id = sale.magento_connection_id
              JOIN account_move AS move ON move.id = credited.move_id
             WHERE sale.magento_order_id IS NOT NULL
               AND move.magento_is_creditmemo IS NOT TRUE
               AND %(has_no_document)s
            """,
            credited=SQL(CREDITED),
            has_no_document=has_no_document(cls.kind, cls.source, "move"),
        )

    def describe(self, order):
        return order._magento_get_heading()

    def check(self, document):
        """Check that the credit note is still posted, and what it credits in Magento.

        :raise NotYet: it is not
        """
        if document.move_id.state != "posted":
            raise NotYet(_("The credit note is not posted."))
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
        quantities = defaultdict(float)
        for line, sold in self._get_lines(document):
            # With another product, or none, it is an amount and takes nothing back
            is_item = line.product_id == sold.product_id
            if is_item and sold._magento_is_invoiced_by_item():
                quantities[sold] += line.product_uom_id._compute_quantity(
                    line.quantity, sold.product_id.uom_id, round=False
                )
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

    @staticmethod
    def _get_lines(document):
        """Return pairs (line of the credit note, line of the order)."""
        return [
            (line, sold)
            for line in document.move_id.invoice_line_ids
            for sold in line.sale_line_ids
            if sold.order_id == document.sale_order_id
        ]

    def get_path(self, document):
        return f"order/{document.sale_order_id.magento_order_id}/refund"

    def get_body(self, document, items):
        """Return the body; what Magento would not compute is an adjustment."""
        shipping, shipping_amount = self._get_shipping(document)
        expected = shipping + sum(self._get_expected(item) for item in items)
        adjustment = self.get_total(document) - expected
        if expected and abs(adjustment) < LARGEST_ROUNDING + 0.001:
            adjustment = 0.0
        return {
            "items": self._get_body_items(document, items),
            "notify": self.connection.notify_credit_memo,
            "appendComment": False,
            "comment": {
                "comment": f"{document.move_id.name} [{document.key}]",
                "is_visible_on_front": 0,
            },
            "arguments": {
                # Left out, Magento would give all remaining shipping back
                "shipping_amount": self._in_base(document, shipping_amount),
                "adjustment_positive": self._in_base(document, max(adjustment, 0.0)),
                "adjustment_negative": self._in_base(document, max(-adjustment, 0.0)),
            },
        }

    def _get_body_items(self, document, items):
        """Return the items; for an amount alone one of quantity 0, as none mean all.

        :raise Unsendable: the order has no item that could be named
        """
        if items:
            return [
                {"order_item_id": int(item.order_item_id), "qty": float(item.quantity)}
                for item in items
            ]
        sold = document.sale_order_id.order_line.filtered(
            lambda line: line.magento_item_id and line._magento_is_invoiced_by_item()
        )
        if not sold:
            raise Unsendable(
                "nothing_to_send", _("The order has no item that Magento can refund.")
            )
        return [{"order_item_id": int(sold[0].magento_item_id), "qty": 0}]

    def _get_shipping(self, document):
        """Return what of the shipping is given back.

        :return: (with tax and after discount, as Magento wants it: without tax and
            before discount)
        """
        total = amount = 0.0
        shares = defaultdict(float)
        for line, sold in self._get_lines(document):
            if sold.magento_role == "shipping" and line.product_id == sold.product_id:
                shares[sold] += line.price_total
        for sold, given_back in shares.items():
            if sold.magento_row_total:
                # What is more than the order's shipping is an adjustment
                share = min(given_back / sold.magento_row_total, 1.0)
                total += share * sold.magento_row_total
                amount += share * sold.magento_price
        return total, amount

    def _get_expected(self, item):
        """Return what Magento gives back for an item, with tax."""
        sold = self.env["sale.order.line"].browse(item.sale_line_id)
        return sold.magento_row_total * float(item.quantity) / sold.magento_quantity

    @staticmethod
    def _in_base(document, amount):
        """Return an amount of the order's currency in the shop's base currency."""
        order = document.sale_order_id
        return round(amount / (order.magento_base_rate or 1.0), 4)

    def get_remedy(self, document, error):
        if error.status != 400:
            return super().get_remedy(document, error)
        invoice = document.move_id.reversed_entry_id
        if (
            invoice.payment_state == "reversed"
            and invoice.magento_export_state != "done"
        ):
            return _(
                "%s was reversed before it was exported, and is not exported any more,"
                " so there may be nothing to refund in Magento. Resolution: leave this"
                " document out.",
                invoice.name,
            )
        return _(
            "Resolution: Magento refunds only what it has as invoiced and paid, and not"
            " refunded yet. Export the invoice of %s first, then reset the attempts;"
            " look in Magento what is left on the order.",
            document.sale_order_id.name,
        )

    def get_user(self, document):
        return document.move_id.invoice_user_id or self.connection.user_id

    # How Magento lists them

    @staticmethod
    def _is_canceled(raw):
        return raw.get("state") == CANCELED

    def read_comments(self, _client, remote):
        return remote.comments

    # What Odoo says of them

    def get_total(self, document):
        """Return what the credit note comes to for this order, with tax."""
        orders = document.move_id.invoice_line_ids.sale_line_ids.order_id
        if orders <= document.sale_order_id:
            return document.move_id.amount_total
        lines = {line for line, _sold in self._get_lines(document)}
        return sum(line.price_total for line in lines)

    def get_currency(self, document):
        return document.move_id.currency_id

    def get_difference_cause(self, document, remote):
        difference = float(remote.total) - self.get_total(document)
        if float_is_zero(
            difference, precision_rounding=document.move_id.currency_id.rounding
        ):
            return ""
        is_rounding = abs(difference) < LARGEST_ROUNDING + 0.001
        return _("rounding") if is_rounding else _("other amounts")

    def get_note(self, document):
        return _(
            "Refunded in Magento as %(number)s of order %(order)s.",
            number=document.increment_id or document.magento_id,
            order=document.sale_order_id.magento_increment_id,
        )

    def tell(self, news):
        """Write a note on the credit notes that are in Magento now, as refunded."""
        documents = self.env["magento.document"].union(*news)
        documents.refund_state = "refunded"
        documents._tell_undelivered()
        return super().tell(news)
