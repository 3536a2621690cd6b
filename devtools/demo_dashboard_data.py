"""What policies of the demonstration company did in the last months.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
"""

from datetime import datetime, time, timedelta

from demo_customers import register_payment

from odoo import Command, fields

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821
admin = env.ref("base.user_admin")
robot = env.ref("coopcycle_magento.billing_robot")
decisions = env["billing.decision"]
today = fields.Date.today()
KEY = "history"


def make():
    coffee = env["billing.policy"].search([("name", "=", "Coffee for wholesale")])
    record(coffee, 34, 60, "Café de la Gare", "Hôtel du Parc", reviewed=34)
    boxes = make_policy()
    moves = record(boxes, 42, 160, "Crèche Arc-en-ciel", "Agence Plume", reviewed=16)
    send(moves)


def make_policy():
    """Make a policy that has come as far as to send what it posts."""
    return env["billing.policy"].create(
        {
            "name": "Weekly boxes",
            "sequence": 5,
            "start_date": today,
            "partner_tag_ids": [
                Command.create({"name": "Weekly boxes"}),
            ],
            "phase": "post_send",
            "review_first": 16,
            "user_id": admin.id,
            "approver_id": admin.id,
        }
    )


def record(policy, count, days, *names, reviewed):
    """Make the invoices of a policy over so many days, the first ones looked at."""
    customers = env["res.partner"].create(
        [{"name": name, "category_id": policy.partner_tag_ids.ids} for name in names]
    )
    moments = [
        datetime.combine(
            today - timedelta(days=days - number * (days - 2) // count),
            time(8 + number % 7, 10),
        )
        for number in range(count)
    ]
    moves = env["account.move"].create(
        [
            prepare_invoice(policy, customers[number % len(customers)], number, moment)
            for number, moment in enumerate(moments)
        ]
    )
    moves.action_post()
    moves.billing_is_automatic = True
    decisions.create(
        [
            prepare_decision(policy, move, number, moment, number < reviewed)
            for number, (move, moment) in enumerate(zip(moves, moments, strict=True))
        ]
    )
    pay(moves)
    return moves


def prepare_invoice(policy, customer, number, moment):
    return {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_user_id": admin.id,
        "journal_id": policy._get_journal().id,
        "invoice_date": moment.date(),
        "invoice_date_due": moment.date() + timedelta(days=30),
        "invoice_line_ids": [
            Command.create(
                {
                    "name": "Delivery",
                    "price_unit": 48.0 + 7.5 * (number % 9),
                    "tax_ids": [Command.clear()],
                }
            )
        ],
    }


def prepare_decision(policy, move, number, moment, is_reviewed):
    """Return what was decided on an invoice: some drafts were changed, some waited."""
    is_late = number % 6 == 5
    opened = moment + timedelta(hours=1 + number % 4 + 21 * is_late)
    approved = opened + timedelta(minutes=2 + number % 4)
    is_changed = is_reviewed and number % 9 == 8
    looked_at = {
        "needs_review": True,
        "review_reason": "The policy makes drafts only.",
        "opened_user_id": admin.id,
        "opened_at": opened,
        "approver_id": admin.id,
        "approved_at": approved,
        "judged_at": approved,
        "was_changed": is_changed,
        "is_bad": is_changed,
        "feedback": "right" if number % 5 == 0 else False,
        "feedback_user_id": admin.id if number % 5 == 0 else False,
    }
    return {
        "event_key": f"{KEY}:{policy.id}:{number}",
        "event": "delivery",
        "event_at": moment,
        "company_id": company.id,
        "partner_id": move.partner_id.id,
        "policy_id": policy.id,
        "policy_text": policy.sentence,
        "decision": "draft" if is_reviewed else policy.phase,
        "reason": "It is covered by the policy.",
        "currency_id": move.currency_id.id,
        "amount_untaxed": move.amount_untaxed,
        "amount_total": move.amount_total,
        "trigger": "schedule",
        "actor_id": robot.id,
        "state": "posted",
        "move_id": move.id,
        "was_made": True,
        "posted_at": approved
        if is_reviewed
        else moment + timedelta(minutes=6 + 1300 * (number % 11 == 10)),
        **(looked_at if is_reviewed else {}),
    }


def pay(moves):
    """Have what is older than three weeks paid, month by month."""
    old = moves.filtered(lambda move: move.invoice_date < today - timedelta(days=21))
    for month, those in old.grouped(lambda move: str(move.invoice_date)[:7]).items():
        day = fields.Date.to_date(f"{month}-01") + timedelta(days=45)
        register_payment(those, payment_date=min(day, today), group_payment=True)


def send(moves):
    """Note that mail servers took them, with what, and that some were opened."""
    dispatches = env["billing.dispatch"].create(
        [
            {
                "move_id": move.id,
                "number": move.name,
                "amount_total": move.amount_total_signed,
                "version": 1,
                "company_id": company.id,
                "decision_id": move.billing_decision_ids.id,
                "channel": "email",
                "partner_id": move.partner_id.id,
                "recipient": "invoices@example.com",
                "user_id": robot.id,
                "state": "opened" if number % 3 else "sent",
                "sent_at": sent_at,
                "seen_at": sent_at + timedelta(hours=5) if number % 3 else False,
            }
            for number, move in enumerate(moves)
            if (
                sent_at := move.billing_decision_ids.posted_at
                + timedelta(minutes=4 + number % 6)
            )
        ]
    )
    # In words, as so many pages would take a minute to print
    files = env["ir.attachment"].create(
        [
            {
                "name": f"{each.number}.txt",
                "raw": f"{each.number}: {each.amount_total}".encode(),
            }
            for each in dispatches
        ]
    )
    for dispatch, file in zip(dispatches, files, strict=True):
        dispatch._archive(file)
    files.unlink()


if not decisions.search_count([("event_key", "like", f"{KEY}:%")]):
    make()
    env.cr.commit()
