"""The demonstration company's bank: a line of each kind that a bank has.

Run in Odoo's shell, which gives ``env``. It does nothing where that is there already.
"""

from datetime import timedelta

from demo_customers import make_customer, post_invoice, register_payment

from odoo import Command

company = env.ref("base.main_company")  # noqa: F821
env = company.env  # noqa: F821
bank = env["account.journal"].search(
    [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
)
today = env["billing.reminder"]._get_today(company)
day = today - timedelta(days=1)


def make():
    own = company.partner_id.bank_ids[:1]
    bank.bank_account_id = own or env["res.partner.bank"].create(
        {
            "acc_number": "FR7630006000011234567890189",
            "partner_id": company.partner_id.id,
        }
    )
    bakery = make_payer("Boulangerie de l'Étoile SARL", "FR1420041010050500013M02606")
    florist = make_payer("Fleurs des Halles")
    clinic = make_payer("Clinique Bellevue", "DE89370400440532013000")
    family = make_payer("Sophie Lefèvre")
    print_shop = make_payer("Imprimerie du Lac SAS")
    bistro = make_payer("Bistro du Pont", "BE68539007547034")
    garden = make_payer("Jardins de Loire")
    one, two, three = (owe(bakery, amount) for amount in (186.4, 92.15, 240.0))
    receive(186.4, f"VIR {one.name.replace('/', ' ')}", "BOULANGERIE ETOILE")
    receive(332.15, f"{two.name} + {three.name}", "BOULANGERIE DE L ETOILE")
    owe(clinic, 418.0, payment_reference="RF18539007547034")
    receive(418.0, "RF18 5390 0754 7034", "KLINIK BELLEVUE", clinic)
    receive(300.0, f"acompte {owe(florist, 512.6).name}", "FLEURS DES HALLES")
    receive(97.5, owe(print_shop, 99.0).name, "IMPRIMERIE DU LAC")
    receive(49.0, owe(print_shop, 50.0, early()).name, "IMPRIMERIE DU LAC")
    receive(140.0, owe(garden, 120.0).name, "JARDINS DE LOIRE")
    swapped = owe(garden, 77.7).name
    receive(77.7, swapped[:-2] + swapped[-1] + swapped[-2], "JARDINS DE LOIRE")
    owe(family, 63.2)
    receive(63.2, "courses du mois", "MARC LEFEVRE")
    receive(
        -25.0, owe(bistro, 25.0, move_type="out_refund").name, "BISTRO DU PONT", bistro
    )
    paid = owe(bistro, 58.9)
    register_payment(paid, payment_date=day)
    receive(58.9, paid.name, "BISTRO DU PONT", bistro)
    receive(-1450.0, "LOYER BUREAUX", "SCI DES LILAS")
    env["billing.operation"]._suggest_now(company)


def make_payer(name, iban=None):
    """Return a customer, who has an account."""
    partner = make_customer(env, name)
    if iban:
        env["res.partner.bank"].create({"acc_number": iban, "partner_id": partner.id})
    return partner


def early():
    """Return a payment term with a discount for early payment."""
    return env["account.payment.term"].create(
        {
            "name": "2 % within 14 days, net 30",
            "early_discount": True,
            "discount_percentage": 2,
            "discount_days": 14,
            "line_ids": [
                Command.create({"value": "percent", "value_amount": 100, "nb_days": 30})
            ],
        }
    )


def owe(customer, amount, term=None, **vals):
    """Post an invoice that is due soon."""
    due = (
        {"invoice_payment_term_id": term.id}
        if term
        else {"invoice_date_due": today + timedelta(days=24)}
    )
    issued = today - timedelta(days=6)
    return post_invoice(customer, amount, invoice_date=issued, **due, **vals)


def receive(amount, text, name, customer=None):
    env["account.bank.statement.line"].create(
        {
            "journal_id": bank.id,
            "date": day,
            "amount": amount,
            "payment_ref": text,
            "partner_name": name,
            "account_number": customer and customer.bank_ids[:1].acc_number,
        }
    )


if not env["billing.match"].search_count([]):
    make()
    env.cr.commit()
