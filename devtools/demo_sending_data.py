"""What the demonstration company has sent: a row for each way that it can go.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
Without wkhtmltopdf Odoo makes no document: then the rows say so.
"""

from odoo import Command, fields
from odoo.tools import mute_logger

company = env.ref("base.main_company")  # noqa: F821
# No mail leaves the demonstration
env = company.with_context(mail_notify_force_send=False).env  # noqa: F821
admin = env.ref("base.user_admin")
dispatches = env["billing.dispatch"]

ADDRESS = {"street": "2 place du Commerce", "zip": "44000", "city": "Nantes"}
REFUSAL = "550 5.1.1 <office@moved.example.com>: user unknown"


def make():
    company.email = company.email or "office@example.com"
    admin.email = admin.email or "admin@example.com"
    sent, opened, bounced, *others = (
        make_invoice({"name": name, **vals})
        for name, vals in (
            ("Salon de thé Graslin", {"email": "salon@example.com"}),
            ("Hôtel de la Duchesse", {"email": "hotel@example.com"}),
            ("Cabinet Moreau", {"email": "office@moved.example.com"}),
            ("Librairie du Passage", {**ADDRESS, "billing_channel": "post"}),
            ("Épicerie du Bouffay", {}),  # no way leads there
        )
    )
    moves = sent.union(opened, bounced, *others)
    moves.with_user(admin).action_billing_send()
    with mute_logger("odoo.addons.base.models.ir_actions_report"):  # no server yet
        env["billing.operation"]._cron_run("send_invoices")
    for move in (sent, opened):
        answer(move, "sent")
    answer(bounced, "bounce", failure_reason=REFUSAL)
    opened.billing_dispatch_ids._take_seen("opened", opened.partner_id.name)


def make_invoice(vals):
    """Return a posted invoice of a new customer with some values."""
    customer = env["res.partner"].create(vals)
    move = env["account.move"].create(
        {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_date": fields.Date.today(),
            "invoice_user_id": admin.id,
            "invoice_line_ids": [
                Command.create({"name": "Delivery by bike", "price_unit": 38.5})
            ],
        }
    )
    move.action_post()
    return move


def answer(move, status, **vals):
    """Let a mail server answer to the mail with which an invoice went."""
    receipts = move.billing_dispatch_ids.message_id.notification_ids
    receipts.write({"notification_status": status, **vals})
    env.cr.commit()


if not dispatches.search_count([]):
    make()
    env.cr.commit()
