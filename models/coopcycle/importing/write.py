from odoo import Command, _
from odoo.exceptions import UserError
from odoo.tools import float_round

from ....tools.text.names import name_key
from .difference import InvoiceDifference
from .prices import PriceFinder


class InvoiceWriter:
    """Makes the draft invoices of the plans, in batches and with the user's rights."""

    def __init__(self, import_):
        """Prepare to write for one import.

        :param import_: the `coopcycle.import` that the invoices will belong to
        """
        self.import_ = import_.with_company(import_.company_id).with_context(
            tracking_disable=True
        )
        self.env = self.import_.env
        self.company = import_.company_id
        self.journal = self.import_.connection_id._get_sales_journal()
        self.prices = PriceFinder(self.company)

    def create_missing(self, plans):
        """Create the customers and products that the plans lack.

        :raise AccessError: the user may not create them
        """
        self._create_partners([plan for plan in plans if not plan.partner_id])
        lines = (line for plan in plans for line in plan.lines)
        self._create_products([line for line in lines if not line.product_id])

    def _create_partners(self, plans):
        names = {name_key(plan.partner): plan.partner for plan in plans}
        partners = self.env["res.partner"].create(
            [
                {"name": name, "company_type": "company", "customer_rank": 1}
                for name in names.values()
            ]
        )
        created = dict(zip(names, partners.ids, strict=True))
        for plan in plans:
            plan.partner_id = created[name_key(plan.partner)]

    def _create_products(self, lines):
        names = {name_key(line.row.product): line.row.product for line in lines}
        products = self.env["product.product"].create(
            [{"name": name, "detailed_type": "service"} for name in names.values()]
        )
        created = dict(zip(names, products.ids, strict=True))
        for line in lines:
            line.product_id = created[name_key(line.row.product)]

    def write_invoices(self, plans):
        """Create an invoice for each plan, or make its draft like the plan.

        :return: (created moves, updated moves), drafts of `account.move`
        :raise UserError: an amount in Odoo differs from the file's
        """
        updated = self.env["account.move"]
        to_create = []
        for plan in plans:
            if plan.move and self._update(plan):
                updated += plan.move
            else:
                to_create.append(plan)
        created = self.env["account.move"].create(
            [self._prepare_move_vals(plan) for plan in to_create]
        )
        for plan, move in zip(to_create, created, strict=True):
            plan.move = move
        for plan in plans:
            self._check_amount(plan)
        return created, updated

    def _update(self, plan):
        """Make a draft like its plan; say False where it has to be made anew."""
        difference = InvoiceDifference(plan.move, plan)
        if difference.turns:
            plan.move.unlink()
            plan.move = None
            return False
        if difference.is_other_partner:
            # Another fiscal position: Odoo gives taxes and accounts to new lines only
            removed, changed = plan.move.invoice_line_ids, []
            added = plan.lines
        else:
            removed, changed = difference.removed, difference.changed
            added = difference.added
        plan.move.write({"partner_id": plan.partner_id, "invoice_date": plan.date})
        plan.move.write(
            {
                "invoice_line_ids": [
                    *(Command.delete(line.id) for line in removed),
                    *(
                        Command.update(line.id, self._prepare_line_vals(plan, new))
                        for line, new in changed
                    ),
                    *(
                        Command.create(self._prepare_line_vals(plan, new))
                        for new in added
                    ),
                ],
            }
        )
        return True

    def _prepare_move_vals(self, plan):
        return {
            "move_type": "out_refund" if plan.sign < 0 else "out_invoice",
            "partner_id": plan.partner_id,
            "invoice_date": plan.date,
            "journal_id": self.journal.id,
            "currency_id": self.company.currency_id.id,
            "coopcycle_import_id": self.import_.id,
            "coopcycle_connection_id": self.import_.connection_id.id,
            "coopcycle_external_id": plan.external_id,
            "invoice_line_ids": [
                Command.create(self._prepare_new_line_vals(plan, line))
                for line in plan.lines
            ],
        }

    def _prepare_new_line_vals(self, plan, line):
        """Give the booked amounts too: Odoo would write them line by line."""
        booked = -float(line.amount)  # income is a credit, in company currency
        return {
            **self._prepare_line_vals(plan, line),
            "amount_currency": booked,
            "balance": booked,
        }

    def _prepare_line_vals(self, plan, line):
        vals = {
            "product_id": line.product_id,
            "name": line.row.label,
            "quantity": float(line.row.quantity),
            "coopcycle_order_number": line.row.order_number,
            **self.prices.find(plan, line),
        }
        if line.account_id:
            vals["account_id"] = line.account_id
        return vals

    def _check_amount(self, plan):
        """Make sure that Odoo bills the file's amount, whatever the taxes did to it."""
        currency, move = self.company.currency_id, plan.move
        amount = float(abs(plan.amount))
        lines = move.invoice_line_ids.filtered(lambda line: line.product_id)
        is_exact = not currency.compare_amounts(
            move.amount_untaxed, amount
        ) and not any(
            currency.compare_amounts(
                line.price_subtotal, move.direction_sign * line.amount_currency
            )
            for line in lines
        )
        if not is_exact:
            raise UserError(
                _(
                    "The invoice %(external_id)s of %(partner)s would have the amount"
                    " without tax %(odoo)s instead of the file's %(file)s, so nothing"
                    " was imported. Resolution: the product's taxes are included in"
                    " its price and cannot be taken out to the cent; raise the accuracy"
                    " “Product Price” in Settings ▸ Technical ▸ Decimal Accuracy, or"
                    " use a tax that is not included in the price.",
                    external_id=plan.external_id,
                    partner=plan.partner,
                    odoo=sum(lines.mapped("price_subtotal")),
                    file=float_round(amount, precision_rounding=currency.rounding),
                )
            )
