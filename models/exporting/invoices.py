"""Invoices, as this addon sends them and as Magento lists them."""

from collections import defaultdict
from decimal import Decimal

from odoo import _
from odoo.tools import SQL, float_is_zero

from ...tools.magento import SearchCriteria, parse_datetime
from ...tools.magento.amounts import amount, text
from .parcel import Item, NotYet, Remote, Unsendable

PAID = ("in_payment", "paid")
FIELDS = (
    "items[entity_id,increment_id,order_id,state,created_at,order_currency_code,"
    "grand_total,tax_amount,shipping_incl_tax,items[order_item_id,qty]]"
)
CANCELED = 3


def rule_holds(rule=None):
    """Return the condition by which an invoice goes to Magento.

    :param str rule: this rule instead of the one of the order's payment method
    """
    return SQL(
        """
        move.state = 'posted'
        AND move.payment_state != 'reversed'
        AND (
            %(rule)s = 'validate'
            OR (%(rule)s = 'paid' AND move.payment_state IN %(paid)s)
        )
        """,
        rule=SQL("method.invoice_rule") if rule is None else rule,
        paid=PAID,
    )


class Invoices:
    """Customer invoices of Magento's orders, out to Magento.

    :param connection: the `magento.connection`, elevated, in its company
    """

    kind = "invoice"
    list_path = "invoices"
    makes_id = True
    has_items = True

    def __init__(self, connection):
        self.connection = connection
        self.env = connection.env
        self.covered = {}

    # Which invoices

    def find_due(self, moves=None, method=None, rule=None):
        """Return pairs (invoice id, sale order id) that are due and have no document.

        :param moves: these invoices alone, however old they are
        :param method: of this payment method alone
        :param str rule: as if the payment method had this rule
        """
        if moves is None:
            which = SQL("move.invoice_date >= %s", self.connection.export_invoices_from)
        else:
            which = SQL("move.id = ANY(%s)", moves.ids)
        if method is not None:
            which = SQL("%s AND method.id = %s", which, method.id)
        query = SQL(
            """
            SELECT move.id, sale.id
              FROM sale_order AS sale
              JOIN magento_payment_method AS method
                ON method.id = sale.magento_payment_method_id
              JOIN sale_order_line AS sold ON sold.order_id = sale.id
              JOIN sale_order_line_invoice_rel AS rel ON rel.order_line_id = sold.id
              JOIN account_move_line AS line ON line.id = rel.invoice_line_id
              JOIN account_move AS move ON move.id = line.move_id
             WHERE sale.magento_connection_id = %(connection)s
               AND move.move_type = 'out_invoice'
               AND %(rule)s
               AND %(which)s
               AND NOT EXISTS (
                    SELECT FROM magento_document AS document
                      LEFT JOIN magento_document_line AS covered
                        ON covered.document_id = document.id
                     WHERE document.kind = 'invoice'
                       AND document.sale_order_id = sale.id
                       AND (document.move_id = move.id OR covered.move_id = move.id)
               )
             GROUP BY move.id, sale.id
             ORDER BY move.invoice_date, move.id
            """,
            connection=self.connection.id,
            rule=rule_holds(rule),
            which=which,
        )
        self.env.flush_all()
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    def create_documents(self, moves=None):
        """Create the documents of invoices that are due.

        :return: the new `magento.document` records
        """
        return self.env["magento.document"].create(
            [
                {
                    "connection_id": self.connection.id,
                    "kind": self.kind,
                    "direction": "push",
                    "move_id": move_id,
                    "sale_order_id": sale_id,
                }
                for move_id, sale_id in self.find_due(moves)
            ]
        )

    def find_documents(self, moves):
        """Return the documents of some invoices that are not done."""
        return self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", self.kind),
                ("direction", "=", "push"),
                ("move_id", "in", moves.ids),
                ("sync_state", "!=", "done"),
            ]
        )

    def wake_up(self):
        """Let documents that waited be sent whose rule holds now."""
        query = SQL(
            """
            SELECT document.id
              FROM magento_document AS document
              JOIN account_move AS move ON move.id = document.move_id
              JOIN sale_order AS sale ON sale.id = document.sale_order_id
              JOIN magento_payment_method AS method
                ON method.id = sale.magento_payment_method_id
             WHERE document.connection_id = %(connection)s
               AND document.kind = 'invoice'
               AND document.direction = 'push'
               AND document.sync_state = 'waiting'
               AND %(rule)s
            """,
            connection=self.connection.id,
            rule=rule_holds(),
        )
        self.env.flush_all()
        self.env.cr.execute(query)
        ids = [row[0] for row in self.env.cr.fetchall()]
        self.env["magento.document"].browse(ids)._update_state(("waiting",), "pending")

    def check(self, document):
        """Check that the rule of a document still holds.

        :raise NotYet: it does not
        """
        move = document.move_id
        if not move or move.state != "posted":
            raise NotYet(_("The invoice is not posted."))
        if reason := document.sale_order_id._magento_why_not_due(move):
            raise NotYet(reason)

    # What they say

    def get_items(self, document):
        """Return the `Item`s that an invoice bills of an order and nobody covers yet.

        :raise Unsendable: there is none, or one that Magento cannot invoice
        """
        move, order = document.move_id, document.sale_order_id
        lines = move.invoice_line_ids.filtered(
            lambda line: line.sale_line_ids.order_id & order
        )
        covered = self.covered[move, order]
        billed = defaultdict(float)
        for line in lines:
            for sold in line.sale_line_ids.filtered(
                lambda sold: sold.order_id == order
            ):
                if sold._magento_is_invoiced_by_item():
                    billed[sold] += line.product_uom_id._compute_quantity(
                        line.quantity, sold.product_id.uom_id, round=False
                    )
        items = []
        for sold, quantity in billed.items():
            left = _decimal(quantity) - covered[sold.magento_item_id]
            if left > 0:
                self._check_fraction(sold, left)
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

    @staticmethod
    def warm_up(documents):
        """Read at once what is looked at for each document."""
        lines = documents.move_id.invoice_line_ids
        lines.mapped("quantity")
        sold = lines.sale_line_ids
        sold.order_id.mapped("name")
        sold.product_id.mapped("uom_id")

    def load(self, documents):
        """Look up at once what other documents of the same invoices cover."""
        self.warm_up(documents)
        lines = self.env["magento.document.line"].search(
            [
                ("move_id", "in", documents.move_id.ids),
                ("document_id", "not in", documents.ids),
                ("document_id.kind", "=", self.kind),
            ]
        )
        self.covered = defaultdict(lambda: defaultdict(Decimal))
        for line in lines:
            covered = self.covered[line.move_id, line.document_id.sale_order_id]
            covered[line.order_item_id] += _decimal(line.quantity)

    def _check_fraction(self, sold, quantity):
        """Refuse a fraction of an item that Magento counts in pieces.

        :raise Unsendable: Magento would cut it off without a word
        """
        if not sold.magento_is_decimal and quantity != quantity.to_integral_value():
            raise Unsendable(
                "fraction",
                _(
                    "%(quantity)s of %(product)s cannot be invoiced in Magento, which"
                    " sells it in whole pieces. Resolution: invoice whole pieces.",
                    quantity=f"{quantity:f}",
                    product=sold.product_id.display_name,
                ),
            )

    def get_path(self, document):
        return f"order/{document.sale_order_id.magento_order_id}/invoice"

    def get_body(self, document, items):
        """Return the body of the request; Magento computes all amounts itself."""
        return {
            "capture": False,
            "notify": self.connection.notify_invoice,
            "appendComment": False,
            "items": [
                {"order_item_id": int(item.order_item_id), "qty": float(item.quantity)}
                for item in items
            ],
            "comment": {
                "comment": f"{document.move_id.name} [{document.key}]",
                "is_visible_on_front": 0,
            },
        }

    @staticmethod
    def get_fallback(_body):
        """Return what is sent where the body is refused: nothing."""
        return None

    # How Magento lists them

    def list_of_orders(self, client, order_ids):
        """Return the `Remote`s of some orders, cancelled ones left out.

        :param order_ids: the orders' ids in Magento
        """
        criteria = SearchCriteria().where("order_id", "in", sorted(order_ids))
        return self._read(client, criteria)

    def list_by_ids(self, client, magento_ids):
        """Return the `Remote`s with some ids."""
        criteria = SearchCriteria().where("entity_id", "in", sorted(magento_ids))
        return self._read(client, criteria)

    def _read(self, client, criteria):
        criteria = criteria.sorted_by("entity_id")
        return [
            Remote(
                magento_id=text(raw, "entity_id"),
                increment_id=text(raw, "increment_id"),
                order_id=text(raw, "order_id"),
                created_at=parse_datetime(raw["created_at"]),
                items=_items(raw),
                currency=text(raw, "order_currency_code"),
                total=amount(raw, "grand_total"),
                tax=amount(raw, "tax_amount"),
                shipping=amount(raw, "shipping_incl_tax"),
            )
            for page in client.pages(self.list_path, criteria, FIELDS)
            for raw in page.items
            if raw.get("state") != CANCELED
        ]

    def read_comments(self, client, remote):
        """Return the texts of a document's comments."""
        criteria = SearchCriteria()
        path = f"invoices/{remote.magento_id}/comments"
        return [
            text(comment, "comment")
            for page in client.pages(path, criteria)
            for comment in page.items
        ]

    # What Odoo says of them

    def get_total(self, document):
        """Return what the invoice comes to for this order, with tax."""
        move, order = document.move_id, document.sale_order_id
        lines = move.invoice_line_ids.filtered(
            lambda line: not line.display_type or line.display_type == "product"
        )
        own = lines.filtered(lambda line: line.sale_line_ids.order_id & order)
        return move.amount_total if own == lines else sum(own.mapped("price_total"))

    @staticmethod
    def get_currency(document):
        return document.move_id.currency_id

    def get_difference_cause(self, document, remote):
        """Return why Magento's total differs from Odoo's, "" where it does not."""
        move = document.move_id
        if remote.currency and remote.currency != move.currency_id.name:
            return _("currency")
        difference = float(remote.total) - self.get_total(document)
        if float_is_zero(difference, precision_rounding=move.currency_id.rounding):
            return ""
        if abs(difference) < 0.051:
            return _("rounding")
        billed = sum(
            line.price_total
            for line in move.invoice_line_ids
            if line.sale_line_ids.filtered(
                lambda sold: (
                    sold.magento_role == "shipping"
                    and sold.order_id == document.sale_order_id
                )
            )
        )
        if abs(difference - (float(remote.shipping) - billed)) < 0.051:
            return _("shipping, which Magento puts in an order's first invoice")
        return _("other amounts")

    def tell(self, documents):
        """Write a note on the invoices that are in Magento now."""
        bodies = {}
        for document in documents.filtered("move_id"):
            note = _(
                "Exported to Magento as invoice %(number)s of order %(order)s.",
                number=document.increment_id or document.magento_id,
                order=document.sale_order_id.magento_increment_id,
            )
            bodies.setdefault(document.move_id.id, []).append(note)
        self.env["account.move"].browse(bodies)._message_log_batch(
            bodies={move_id: " ".join(notes) for move_id, notes in bodies.items()}
        )


def _items(raw):
    return {
        text(item, "order_item_id"): amount(item, "qty")
        for item in raw.get("items") or ()
    }


def _decimal(number):
    return Decimal(str(round(number, 4)))
