"""What the demonstration company's customers owe: a reminder in each state there is.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
"""

from datetime import timedelta

from demo_customers import make_customer, post_invoice

company = env.ref("base.main_company")  # noqa: F821
env = company.env(context={**env.context, "mail_notify_force_send": False})  # noqa: F821
admin = env.ref("base.user_admin")
plans = env["billing.reminder.plan"].with_user(admin).with_company(company)
today = env["billing.reminder"]._get_today(company)


def make():
    plans.action_start()
    # There are no statements of the bank, and no shop to ask
    company.billing_bank_days = 0
    proposed = make_debtor("Café des Tilleuls", "bonjour")
    owe(proposed, 8, 120.0)
    owe(proposed, 22, 64.5)
    owe(proposed, 1, 20.0, "out_refund")
    owe(make_debtor("Librairie du Port", False), 12, 48.0)  # no address: held
    disputed = owe(make_debtor("Atelier Blanc", "compta"), 18, 310.0)
    disputed.with_user(admin).billing_dispute(
        "quality", "Two of twelve mugs came broken", today + timedelta(days=10)
    )
    promised = owe(make_debtor("Épicerie Lenoir", "contact"), 9, 75.0)
    promised.with_user(admin).billing_promise(
        today + timedelta(days=5), "Ms Lenoir, by phone"
    )
    slow = make_debtor("Garage Rapide", "bureau")
    owe(slow, 70, 540.0)
    for _level in range(3):
        find()
        send(slow)
        for reminder in reminders(slow):
            reminder.date -= timedelta(days=12)
    find()
    send(slow)  # the salesperson is asked
    find()


def make_debtor(name, mailbox):
    domain = name.split()[0].lower().replace("é", "e")
    email = mailbox and f"{mailbox}@{domain}.example"
    address = {"street": "2 rue Kervégan", "zip": "44000"}
    return make_customer(env, name, email=email, **address)


def owe(customer, days, amount, kind="out_invoice"):
    """Post an invoice that is overdue for so many days."""
    day = today - timedelta(days=days)
    return post_invoice(
        customer, amount, move_type=kind, invoice_date=day, invoice_date_due=day
    )


def reminders(customer):
    return env["billing.reminder"].search([("partner_id", "=", customer.id)])


def find():
    run("find_reminders")


def send(customer):
    reminders(customer).filtered(lambda each: each.state == "proposed").with_user(
        admin
    ).action_send()
    run("send_reminders")
    take_mails(reminders(customer).message_id)


def take_mails(messages):
    """Do what a mail server would, as there is none here."""
    env["mail.mail"].search([("mail_message_id", "in", messages.ids)]).state = "sent"
    messages.notification_ids.write({"notification_status": "sent"})
    env.cr.flush()


def run(code):
    env["billing.operation"]._get(company, code)._run()


if not env["billing.reminder"].search_count([]):
    make()
    env.cr.commit()
