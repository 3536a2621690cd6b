from odoo import Command


def prepare_invoice(partner, price=10.0, **vals):
    """Return the values of an invoice of one line without taxes."""
    line = {"name": "Lamp", "price_unit": price, "tax_ids": [Command.clear()]}
    return {
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "invoice_line_ids": [Command.create(line)],
        **vals,
    }
