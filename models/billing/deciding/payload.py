"""An invoice as JSON: what was made, and what was changed since."""

from odoo.tools import float_repr


def prepare_payload(move):
    """Return what a person could change of an invoice.

    :rtype: dict
    """
    return {
        "type": move.move_type,
        "partner": _name(move.partner_id),
        "delivery_address": _name(move.partner_shipping_id),
        "currency": move.currency_id.name,
        "journal": move.journal_id.code,
        "payment_term": _name(move.invoice_payment_term_id),
        "fiscal_position": _name(move.fiscal_position_id),
        "invoice_date": str(move.invoice_date or ""),
        "due_date": _get_due_date(move),
        "bank_account": move.partner_bank_id.id or "",
        "reference": move.ref or "",
        "total": float_repr(move.amount_total, move.currency_id.decimal_places),
        "lines": [
            _prepare_line(line)
            for line in move.invoice_line_ids.sorted(
                lambda each: (each.sequence, each.id)
            )
        ],
    }


def _get_due_date(move):
    """Return the due date where a person may choose it; a payment term says it else."""
    return "" if move.invoice_payment_term_id else str(move.invoice_date_due or "")


def _prepare_line(line):
    return {
        "id": line.id,
        "product": _name(line.product_id),
        "text": line.name or "",
        "quantity": _number(line.quantity),
        "unit": line.product_uom_id.id,
        "price": _number(line.price_unit),
        "discount": _number(line.discount),
        "taxes": sorted(line.tax_ids.ids),
        "account": line.account_id.id,
        "untaxed": float_repr(line.price_subtotal, line.currency_id.decimal_places),
    }


def _number(value):
    """Return a number as people write it, to six places."""
    text = float_repr(value, 6)
    return text.rstrip("0").rstrip(".")


def _name(record):
    """Return what tells a record apart, with a name that people know."""
    return f"{record.display_name} ({record.id})" if record else ""
