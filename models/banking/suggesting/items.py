"""What is open of a company and its branches, and by what people may name it."""

from collections import defaultdict

from odoo.tools import SQL

from ....tools.matching.records import Item, Payer

# Their money comes straight from the customer
NO_PROVIDERS = ("custom", "none")


class OpenItems:
    """Reads what customers owe, or get back, in a few queries.

    :param company: the one that the bank account belongs to, elevated
    :param units: `Units`
    """

    def __init__(self, company, units):
        self.env = company.env
        self.company = company
        self.units = units
        self.companies = self.env["res.company"].search(
            [("id", "child_of", company.id)]
        )
        self.rows = self._read()

    def find(self):
        """Return an `Item` for each."""
        orders = self._read_orders()
        paid = self._read_what_is_paid()
        transactions = self._read_transactions()
        items = []
        for row in self.rows:
            provider, reference = transactions.get(row["payment_id"], (None, ""))
            names = [row["name"], *paid.get(row["id"], ())]
            others = [
                row["ref"],
                row["memo"],
                reference,
                *orders.get(row["move_id"], ()),
            ]
            items.append(self._make(row, names, others, provider))
        return items

    def find_payers(self):
        """Return a `Payer` for whoever owes something, or whose account is known."""
        owing = {row["partner_id"] for row in self.rows}
        self.env.cr.execute(
            SQL(
                """
                SELECT partner.commercial_partner_id,
                       array_agg(bank.sanitized_acc_number)
                  FROM res_partner_bank AS bank
                  JOIN res_partner AS partner ON partner.id = bank.partner_id
                 WHERE bank.active AND bank.sanitized_acc_number IS NOT NULL
                   AND (bank.company_id IS NULL OR bank.company_id = ANY(%s))
              GROUP BY partner.commercial_partner_id
                """,
                self.companies.ids,
            )
        )
        ibans = dict(self.env.cr.fetchall())
        self.env.cr.execute(
            SQL(
                "SELECT id, COALESCE(name, '') FROM res_partner WHERE id = ANY(%s)",
                [*owing, *ibans],
            )
        )
        return [
            Payer(id_, name, tuple(ibans.get(id_, ())))
            for id_, name in self.env.cr.fetchall()
        ]

    def find_providers(self):
        """Return a `Payer` for each provider who pays out what customers paid."""
        providers = self.env["payment.provider"].with_context(active_test=False)
        found = providers.search([("code", "not in", NO_PROVIDERS)])
        return [Payer(each.id, each.name or "") for each in found]

    def _make(self, row, names, others, provider):
        currency = row["currency_id"]
        amount = self.units.count(row["amount"], currency)
        discounted = self.units.count(row["discounted"] or 0, currency)
        has_discount = bool(row["discount_date"] and discounted and row["is_unpaid"])
        return Item(
            id=row["id"],
            customer=row["partner_id"],
            currency=currency,
            amount=amount,
            date=row["date"],
            due=row["due"],
            numbers=tuple(dict.fromkeys(filter(None, names))),
            reference=row["payment_reference"] or "",
            orders=tuple(dict.fromkeys(filter(None, others))),
            discounted=discounted if has_discount else None,
            discount_until=row["discount_date"] if has_discount else None,
            provider=provider,
        )

    def _read(self):
        """Return open receivables, and payments that no bank line has confirmed yet."""
        accounts = self.env["account.account"].search(
            [
                *self.env["account.account"]._check_company_domain(self.company),
                ("reconcile", "=", True),
                ("account_type", "!=", "liability_payable"),
            ]
        )
        receivable = accounts.filtered(
            lambda account: account.account_type == "asset_receivable"
        )
        self.env["account.move.line"].flush_model()
        self.env["account.move"].flush_model()
        self.env["account.payment"].flush_model()
        query = self.env["billing.match"]._query_items(
            self.companies, receivable, accounts - receivable
        )
        self.env.cr.execute(query)
        return self.env.cr.dictfetchall()

    def _read_orders(self):
        """Return {entry's id: numbers of the orders that it bills}."""
        self.env["sale.order"].flush_model()
        move_ids = list({row["move_id"] for row in self.rows})
        self.env.cr.execute(self.env["billing.match"]._query_orders(move_ids))
        found = defaultdict(list)
        for move_id, number in self.env.cr.fetchall():
            found[move_id].append(number)
        return found

    def _read_what_is_paid(self):
        """Return {open payment's item: numbers of what it was registered for}."""
        ids = [row["id"] for row in self.rows if row["payment_id"]]
        if not ids:
            return {}
        self.env.cr.execute(
            SQL(
                """
                WITH own AS (
                    SELECT item.id AS item_id, other.id
                      FROM account_move_line AS item
                      JOIN account_move_line AS other ON other.move_id = item.move_id
                       AND other.id != item.id
                     WHERE item.id = ANY(%(ids)s)
                ), paid AS (
                    SELECT own.item_id, partial.debit_move_id AS id
                      FROM own JOIN account_partial_reconcile AS partial
                        ON partial.credit_move_id = own.id
                     UNION
                    SELECT own.item_id, partial.credit_move_id
                      FROM own JOIN account_partial_reconcile AS partial
                        ON partial.debit_move_id = own.id
                )
                SELECT paid.item_id, array_agg(move.name),
                       array_agg(move.payment_reference)
                  FROM paid
                  JOIN account_move_line AS line ON line.id = paid.id
                  JOIN account_move AS move ON move.id = line.move_id
              GROUP BY paid.item_id
                """,
                ids=ids,
            )
        )
        return {id_: [*names, *refs] for id_, names, refs in self.env.cr.fetchall()}

    def _read_transactions(self):
        """Return {payment's id: (provider who has the money, reference)}."""
        ids = list({row["payment_id"] for row in self.rows if row["payment_id"]})
        if not ids:
            return {}
        self.env["payment.transaction"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                SELECT payment.id, transaction.reference,
                       CASE WHEN provider.code = ANY(%s) THEN NULL ELSE provider.id END
                  FROM account_payment AS payment
                  JOIN payment_transaction AS transaction
                    ON transaction.id = payment.payment_transaction_id
                  JOIN payment_provider AS provider
                    ON provider.id = transaction.provider_id
                 WHERE payment.id = ANY(%s)
                """,
                list(NO_PROVIDERS),
                ids,
            )
        )
        return {id_: (provider, ref) for id_, ref, provider in self.env.cr.fetchall()}
