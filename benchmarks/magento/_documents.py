"""Orders of the shop, and what Odoo makes of them, for the benchmarks that send it."""

from dataclasses import dataclass

from odoo import fields

from ...compat import product_kind
from . import _company

PRODUCTS = tuple(f"SKU-00{number}" for number in range(1, 9))
# What is ordered
SKUS = PRODUCTS[:2]
# So many of each are on an invoice and on a delivery; a credit note takes back one, as
# an invoice that was reversed as a whole does not go to Magento
UNITS = 2
PLENTY = 10**9


@dataclass(frozen=True)
class Kind:
    """One kind of document that goes to Magento.

    :param str operation: what sends it
    :param str shelf: where the shop's book has it
    :param str done: what an item of an order counts of it
    """

    name: str
    operation: str
    shelf: str
    done: str


KINDS = (
    Kind("invoice", "export_invoices", "invoices", "qty_invoiced"),
    Kind("shipment", "export_shipments", "shipments", "qty_shipped"),
    Kind("creditmemo", "export_credit_memos", "creditmemos", "qty_refunded"),
)


def prepare_company(env):
    """Give the company what the documents need."""
    _company.prepare_company(
        env, PRODUCTS, **product_kind("consu"), invoice_policy="order"
    )


def make_orders(env, shop, connection, count, quantity=UNITS):
    """Let orders come in, of which the rules let everything go to Magento.

    :param int quantity: of each product
    :return: the `sale.order` records
    """
    connection.payment_method_ids.invoice_rule = "validate"
    connection.export_invoices_from = fields.Date.today()
    shop.post("stock", quantity=PLENTY)
    lines = [[sku, quantity] for sku in SKUS]
    for _number in range(count):
        shop.post("orders", lines=lines)
    connection.run_operation("import_orders")
    orders = env["sale.order"].search([("magento_connection_id", "=", connection.id)])
    assert len(orders) == count, (len(orders), count)
    return orders.with_context(tracking_disable=True, mail_notrack=True)


def make_invoices(orders, parts=1, units=UNITS):
    """Post invoices of orders.

    :param units: of each product, None for all
    :return: the `account.move` records
    """
    moves = orders.env["account.move"]
    for _part in range(parts):
        made = orders._create_invoices(grouped=True)
        if units is not None:
            lines = made.invoice_line_ids
            lines.filtered(lambda line: line.quantity > units).quantity = units
        made.action_post()
        moves |= made
        orders.env.cr.commit()
    return moves


def make_deliveries(orders, parts=1, units=UNITS):
    """Validate deliveries of orders, each with a tracking number.

    :param units: of each product, None for all
    :return: the `stock.picking` records
    """
    pickings = orders.env["stock.picking"]
    for _part in range(parts):
        made = orders.picking_ids - pickings
        for move in made.move_ids:
            move.quantity = move.product_uom_qty if units is None else units
        made.move_ids.picked = True
        for picking in made:
            picking.carrier_tracking_ref = f"TRACK-{picking.id}"
        made.with_context(skip_backorder=True, skip_sms=True).button_validate()
        assert set(made.mapped("state")) == {"done"}, made.mapped("state")
        pickings |= made
        orders.env.cr.commit()
    return pickings


def make_credit_notes(invoices):
    """Post a credit note of each invoice: one piece of each product, and the shipping.

    :return: the `account.move` records
    """
    day = fields.Date.today()
    moves = invoices._reverse_moves([{"invoice_date": day} for _invoice in invoices])
    moves.invoice_line_ids.filtered(lambda line: line.quantity > 1).quantity = 1
    moves.action_post()
    invoices.env.cr.commit()
    return moves


def make_all(env, shop, connection, count, parts):
    """Make so many documents of each kind, of the same orders.

    :param int parts: how many documents of a kind each order has
    :return: {`Kind`: the records that they are made for}
    """
    # Magento does not ship any more what was taken back
    quantity = parts * (UNITS + 1)
    orders = make_orders(env, shop, connection, count // parts, quantity)
    invoices = make_invoices(orders, parts)
    deliveries = make_deliveries(orders, parts)
    credit_notes = make_credit_notes(invoices)
    return dict(zip(KINDS, (invoices, deliveries, credit_notes), strict=True))
