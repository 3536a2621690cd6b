from odoo import Command

from ....tools.text.names import name_key
from .difference import InvoiceDifference
from .prices import PriceFinder


class InvoiceWriter:
    """Makes the draft invoices of the plans, in batches and with the user's rights.

    What is written is said by the `_prepare_…_vals` methods of the import.
    """

    def __init__(self, import_):
        """Prepare to write for one import.

        :param import_: the `coopcycle.import` that the invoices will belong to
        """
        self.import_ = import_.with_company(import_.company_id).with_context(
            tracking_disable=True
        )
        self.env = self.import_.env
        self.prices = PriceFinder(import_.company_id)

    def create_missing(self, plans):
        """Create the customers and products that the plans lack.

        :raise AccessError: the user may not create them
        """
        self._create_partners([plan for plan in plans if not plan.partner_id])
        lines = (line for plan in plans for line in plan.lines)
        self._create_products([line for line in lines if not line.product_id])

    def _create_partners(self, plans):
        by_name = {name_key(plan.partner): plan for plan in plans}
        partners = self.env["res.partner"].create(
            [self.import_._prepare_customer_vals(plan) for plan in by_name.values()]
        )
        created = dict(zip(by_name, partners.ids, strict=True))
        for plan in plans:
            plan.partner_id = created[name_key(plan.partner)]

    def _create_products(self, lines):
        by_name = {name_key(line.row.product): line for line in lines}
        products = self.env["product.product"].create(
            [self.import_._prepare_product_vals(line) for line in by_name.values()]
        )
        created = dict(zip(by_name, products.ids, strict=True))
        for line in lines:
            line.product_id = created[name_key(line.row.product)]

    def write_invoices(self, plans):
        """Create an invoice for each plan, or make its draft like the plan.

        :return: (created moves, updated moves), drafts of `account.move`
        :raise UserError: an amount in Odoo differs from the file's
        """
        self.set_prices(plans)
        updated = self.env["account.move"]
        to_create = []
        for plan in plans:
            if plan.move and self._update(plan):
                updated += plan.move
            else:
                to_create.append(plan)
        created = self._create_invoices(to_create)
        for plan, move in zip(to_create, created, strict=True):
            plan.move = move
        for plan in plans:
            self.import_._check_invoice_amount(plan)
        return created, updated

    def _create_invoices(self, plans):
        """Create invoices as far as the user may, with what is the program's alone."""
        moves_sudo = self.env["account.move"]._elevate_for("create")
        created = moves_sudo.create(
            list(map(self.import_._prepare_invoice_vals, plans))
        )
        created = created.sudo(False)
        created._elevate_for("create")
        return created

    def set_prices(self, plans):
        """Give each line of the plans its price, now that its product is known."""
        for plan in plans:
            for line in plan.lines:
                line.price_vals = self.import_._prepare_price_vals(
                    plan, line, self.prices
                )

    def _update(self, plan):
        """Make a draft like its plan; say False where it has to be made anew."""
        difference = InvoiceDifference(plan.move, plan)
        if difference.is_other_move_type:
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
        prepare_line_vals = self.import_._prepare_invoice_line_vals
        move_sudo = plan.move._elevate_for("write")
        move_sudo.write(self.import_._prepare_invoice_update_vals(plan))
        move_sudo.write(
            {
                "invoice_line_ids": [
                    *(Command.delete(line.id) for line in removed),
                    *(
                        Command.update(line.id, prepare_line_vals(plan, new))
                        for line, new in changed
                    ),
                    *(Command.create(prepare_line_vals(plan, new)) for new in added),
                ],
            }
        )
        return True
