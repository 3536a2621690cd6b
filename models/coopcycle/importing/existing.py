from odoo.tools.misc import formatLang

from .billed import group_by_order
from .difference import InvoiceDifference


class ExistingInvoices:
    """Holds the plans of a file against the imports and invoices that Odoo has.

    Afterwards: `unchanged` (External IDs of invoices that are left alone) and
    `earlier_import` (the first `coopcycle.import` of the same file, if any).
    """

    def __init__(self, connection, choices, findings, checksum, current_import=None):
        """Prepare to look.

        :param connection: the `coopcycle.connection` of the file
        :param choices: the user's `Choices`
        :param findings: the `Findings` to add to
        :param str checksum: of the file's bytes
        :param current_import: the `coopcycle.import` that is being run or resumed; what
            it made itself does not count
        """
        self.env = connection.env
        self.connection = connection
        self.choices = choices
        self.findings = findings
        self.checksum = checksum
        self.current_import = current_import or self.env["coopcycle.import"]
        self.earlier_import = self.env["coopcycle.import"]
        self.unchanged = set()
        self._moves = {}  # External ID → the invoice that an import made before

    # Imports

    def check_imports(self):
        """Find imports that are still at work, and the file under another instance."""
        for import_ in self._search_imports([("state", "in", ("queued", "running"))]):
            if import_.checksum == self.checksum:
                self.earlier_import = import_
                code = "file_already_imported"
            else:
                code = "import_running"
            self.findings.add(code, record=import_, imports=import_.display_name)
        elsewhere = self.env["coopcycle.import"].search(
            [
                ("connection_id", "!=", self.connection.id),
                ("company_id", "=", self.connection.company_id.id),
                ("checksum", "=", self.checksum),
                ("state", "not in", ("failed", "undone")),
            ],
            limit=1,
        )
        if elsewhere:
            self.findings.add(
                "file_in_other_instance",
                record=elsewhere,
                imports=elsewhere.display_name,
                instance=elsewhere.connection_id.name,
            )

    def _search_imports(self, domain):
        return self.env["coopcycle.import"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("id", "not in", self.current_import.ids),
                *domain,
            ],
            order="id",
        )

    # Orders

    def check_orders(self, plans):
        """Find orders that were invoiced before; leave them out if the user says so.

        :return: the plans that have lines left
        """
        connection, current_import = self.connection, self.current_import
        external_ids = [plan.external_id for plan in plans]
        self._moves = connection._find_invoices(external_ids, current_import)
        numbers = {line.row.order_number for plan in plans for line in plan.lines}
        numbers.discard(None)
        of_odoo = connection._find_orders_of_odoo_import(numbers, external_ids)
        billed = connection._find_billed_orders(numbers, current_import) + of_odoo
        moves = self.env["account.move"].browse({each.move_id for each in billed})
        names = {move.id: move.display_name for move in moves}
        by_order = group_by_order(billed)
        amounts = connection._get_billed_amounts(billed)
        by_external_id = {each.external_id: {each.move_id} for each in of_odoo}
        skip = self.choices.skip_invoiced_orders
        for plan in plans:
            same_id = self._moves.get(plan.external_id)
            same_id_of_odoo = by_external_id.get(plan.external_id, set())
            kept = []
            for line in plan.lines:
                found = same_id_of_odoo | by_order.get(line.row.order_number, set())
                found -= {same_id.id if same_id else None}
                if not found or not skip:
                    kept.append(line)
                if found:
                    self.findings.add(
                        "order_left_out" if skip else "order_already_invoiced",
                        [line.row.number],
                        column="label",
                        value=line.row.order_number or plan.external_id,
                        invoices=", ".join(names[move_id] for move_id in sorted(found)),
                        **self._get_other_amount(line, amounts),
                    )
            plan.lines = kept
        return [plan for plan in plans if plan.lines]

    def _get_other_amount(self, line, amounts):
        """Return the details of a finding where an order was billed otherwise.

        :param dict amounts: {order number: what it was billed with, without tax}
        """
        billed = amounts.get(line.row.order_number)
        currency = self.connection.company_id.currency_id
        if billed is None or not currency.compare_amounts(billed, float(line.amount)):
            return {}

        def words(amount):
            return formatLang(self.env, float(amount), currency_obj=currency)

        return {
            "reason": "amount",
            "billed": words(billed),
            "amount": words(line.amount),
        }

    # Invoices of the same External ID

    def compare(self, plans):
        """Find invoices that differ from the file, and drafts to make like it."""
        imports = self._search_imports(
            [("checksum", "=", self.checksum), ("state", "=", "done")]
        )
        self.earlier_import = self.earlier_import or imports[:1]
        for plan in plans:
            move = self._moves.get(plan.external_id)
            if not move:
                continue
            difference = InvoiceDifference(move, plan)
            # What a user changed by hand since is no news of the same file
            is_same_file = move in imports.all_move_ids and not difference.added
            if is_same_file or not difference:
                self.unchanged.add(plan.external_id)
            else:
                self._report_difference(plan, move, difference)
        if self.unchanged and len(self.unchanged) == len(plans):
            self._report_imported()
        else:
            self._report_unchanged(plans)

    def _report_difference(self, plan, move, difference):
        if move.state != "draft":
            code = "invoice_posted"
        elif self.choices.update_changed_drafts:
            code = "invoice_updated"
            plan.move = move
        else:
            code = "invoice_changed"
        self.findings.add(
            code,
            plan.rows,
            record=move,
            value=plan.external_id,
            invoices=move.display_name,
            difference=difference.describe(),
        )

    def _report_imported(self):
        moves = self.env["account.move"].union(*self._moves.values())
        imports = self.earlier_import or moves.coopcycle_import_id
        self.earlier_import = imports[:1]
        names = ", ".join(imports.mapped("display_name"))
        self.findings.add(
            "file_already_imported", record=self.earlier_import, imports=names
        )

    def _report_unchanged(self, plans):
        for plan in plans:
            if plan.external_id in self.unchanged:
                move = self._moves[plan.external_id]
                self.findings.add(
                    "invoice_unchanged",
                    plan.rows,
                    record=move,
                    value=plan.external_id,
                    invoices=move.display_name,
                )
