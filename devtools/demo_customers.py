"""Customers of the demonstration company, and what they owe it."""

from odoo import Command


def make_customer(env, name, **vals):
    """Return a firm of the company's town."""
    return env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "city": "Nantes",
            "country_id": env.ref("base.fr").id,
            **vals,
        }
    )


def post_invoice(customer, amount, **vals):
    """Return a posted invoice without taxes."""
    env = customer.env
    line = {
        "name": "Deliveries of the month",
        "price_unit": amount,
        "tax_ids": [Command.clear()],
    }
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_user_id": env.ref("base.user_admin").id,
            "invoice_line_ids": [Command.create(line)],
            **vals,
        }
    )
    move.action_post()
    return move


def register_payment(moves, **vals):
    """Register a payment of invoices: of all that is due, unless values say else."""
    wizard = moves.env["account.payment.register"].with_context(
        active_model="account.move", active_ids=moves.ids
    )
    wizard.create(vals)._create_payments()
