"""Customers who have not paid, and a company that reminds them."""

from datetime import timedelta

from odoo import Command
from odoo.tools import SQL

from ..shared._rows import copy_rows

PRICES = (10.0, 25.0)


class Debtors:
    """A company whose customers owe two invoices each.

    :param env: of a database that has the addon
    :param int count: how many customers
    :param int days: for how many days the invoices are overdue
    """

    def __init__(self, env, count, days):
        company = env.company
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company)
        env = env(context={**env.context, "tracking_disable": True})
        self.env = env
        self.company = company.with_env(env)
        self.today = env["billing.reminder"]._get_today(company)
        self.company.write(
            {
                "email": "company@example.com",
                "billing_remind": "send",
                "billing_bank_days": 0,
                "billing_sent_since": self.today,
                "billing_collector_id": env.ref("base.user_admin").id,
            }
        )
        self.customers = env["res.partner"].create(
            [
                {"name": f"Debtor {number}", "email": f"debtor{number}@example.com"}
                for number in range(count)
            ]
        )
        first = self._owe(self.customers[0], self.today - timedelta(days=days))
        for move in first:
            self._copy(move)
        env.cr.commit()
        env.invalidate_all()
        self.moves = env["account.move"].search(
            [("partner_id", "in", self.customers.ids)]
        )

    def _owe(self, customer, day):
        """Return posted invoices, one for each price."""
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": customer.id,
                    "invoice_date": day,
                    "invoice_date_due": day,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Lamp",
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
                for price in PRICES
            ]
        )
        moves.action_post()
        self.env.flush_all()
        return moves

    def _copy(self, move):
        """Let each of the other customers owe the same: Odoo would need long for it."""
        customers = self.customers[1:].ids
        name = SQL("row.name || '-' || customer")
        customer = SQL("customer")
        copy_rows(
            self.env.cr,
            "account_move",
            SQL("row.id = %s", move.id),
            SQL("unnest(%s) AS customer", customers),
            name=name,
            partner_id=customer,
            commercial_partner_id=customer,
            partner_shipping_id=customer,
            invoice_origin=SQL("%s", str(move.id)),
            access_token=SQL("NULL"),
        )
        copy_rows(
            self.env.cr,
            "account_move_line",
            SQL("row.move_id = %s AND copy.invoice_origin = %s", move.id, str(move.id)),
            SQL("account_move AS copy"),
            move_id=SQL("copy.id"),
            move_name=SQL("copy.name"),
            partner_id=SQL("copy.partner_id"),
        )

    def operation(self, code):
        return self.env["billing.operation"]._get(self.company, code)

    def pass_days(self, days):
        """Let all mails have been taken, so many days earlier."""
        self.env.invalidate_all()
        gone = self.env["billing.reminder"].search([("state", "=", "queued")])
        gone.filtered("message_id")._take_sent()
        self.env.flush_all()
        self.env.cr.execute("UPDATE billing_reminder SET date = date - %s", [days])
        self.env.cr.commit()
        self.env.invalidate_all()
