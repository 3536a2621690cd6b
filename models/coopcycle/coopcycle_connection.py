from psycopg2.errors import LockNotAvailable

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...compat import Constraint
from ...tools.coopcycle.label import order_number
from .importing import MESSAGES, BilledOrders


class CoopcycleConnection(models.Model):
    """One CoopCycle instance that a company invoices for.

    External ids, order numbers and store hashes mean something only within one
    instance and company, so everything an import remembers hangs here.
    """

    _name = "coopcycle.connection"
    _inherit = ["integration.secret.mixin"]
    _description = "CoopCycle Instance"
    _order = "name"

    name = fields.Char(required=True, default="CoopCycle")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    import_started_at = fields.Datetime(
        "Last Import Started",
        readonly=True,
        copy=False,
        help="When somebody last pressed Import, whether or not something came in.",
    )

    _name_company_unique = Constraint(
        "unique(name, company_id)",
        "This company has a CoopCycle instance with this name already.",
    )

    @api.model
    def _get_default(self):
        """Return the company's only instance, made by itself if there is none.

        :return: a recordset of one, or an empty one where the user has to choose
        """
        company = self.env.company
        connections = self.with_context(active_test=False).search(
            [("company_id", "=", company.id)]
        )
        if not connections:
            return self.create({"company_id": company.id})
        active = connections.filtered("active")
        return active if len(active) == 1 else self.browse()

    def write(self, vals):
        if "company_id" in vals and any(
            connection.company_id.id != vals["company_id"] for connection in self
        ):
            self._check_unused()
        return super().write(vals)

    def _check_unused(self):
        """Keep what was imported in the company that imported it.

        :raise UserError: something was imported already
        """
        if self.env["coopcycle.import"].search_count(
            [("connection_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                _(
                    "The company of an instance cannot be changed once it has imports."
                    " Resolution: create another instance in the other company."
                )
            )

    def _get_sales_journal(self):
        """Return the journal of the invoices: the company's first one for sales."""
        self.ensure_one()
        journal = self.env["account.journal"]
        return journal.search(
            [*journal._check_company_domain(self.company_id), ("type", "=", "sale")],
            limit=1,
        )

    # What an import goes by; other addons extend it

    def _get_order_number(self, label):
        """Return the number of the order that a line's label names, or None.

        It tells the order in every export: by it an order is never billed twice.

        :param str label: of a row in the file, or of an invoice's line
        """
        return order_number(label)

    def _find_invoices(self, external_ids, ignored_import=None):
        """Find the live invoices that imports made, by the External ID in the file.

        :param external_ids: of a whole file
        :param ignored_import: the `coopcycle.import` whose invoices do not count
        :return: {External ID: account.move}
        """
        billed = BilledOrders(self, ignored_import)
        return billed.moves_by_external_id(external_ids)

    def _find_billed_orders(self, order_numbers, ignored_import=None):
        """Find the orders that were billed already, by imports or copies of invoices.

        :param set order_numbers: of a whole file
        :param ignored_import: the `coopcycle.import` whose invoices do not count
        :rtype: list[BilledOrder]
        """
        return BilledOrders(self, ignored_import).orders(order_numbers)

    def _find_orders_of_odoo_import(self, order_numbers, external_ids):
        """Find the orders on invoices that no instance has.

        They came in by Odoo's own import of CoopCycle's file, or before this addon was
        installed anew.

        :param set order_numbers: of a whole file
        :param external_ids: of the same file
        :rtype: list[BilledOrder]
        """
        return BilledOrders(self).orders_without_instance(order_numbers, external_ids)

    def _get_billed_amounts(self, billed_orders):
        """Find with how much orders were billed, less what was credited.

        :param billed_orders: `BilledOrder`s
        :return: {order number: amount without tax}
        """
        return BilledOrders(self).amounts(billed_orders)

    def _get_finding_messages(self):
        """Return the severity and the words of each finding.

        :return: {code, or code.reason: (severity, lazily translated text)}
        """
        return MESSAGES

    def _check_plans(self, plans, findings):
        """Add findings to those of an import's check; an error blocks its invoices.

        :param plans: the `InvoicePlan`s of the file, with customers, products and
            accounts where they are known
        :param findings: the `Findings`, whose codes `_get_finding_messages` has
        """

    def _lock_for_import(self):
        """Let one import at a time write invoices for this instance.

        :raise UserError: somebody else holds the lock
        """
        self.ensure_one()
        self.flush_recordset()
        try:
            with self.env.cr.savepoint(flush=False):
                self.env.cr.execute(
                    SQL(
                        "SELECT id FROM coopcycle_connection WHERE id = %s"
                        " FOR NO KEY UPDATE NOWAIT",
                        self.id,
                    ),
                    log_exceptions=False,
                )
        except LockNotAvailable as error:
            raise UserError(
                _(
                    "Somebody else is importing or confirming invoices of “%s” right"
                    " now, so nothing was imported. Resolution: wait until that is"
                    " done, then press Test again.",
                    self.name,
                )
            ) from error
        self.sudo().import_started_at = fields.Datetime.now()
        self.flush_recordset()
        self._take_turns()

    def _take_turns(self):
        """Wait for whoever imports or confirms invoices of these instances.

        Their rows are written, which changes nothing in them, but makes a transaction
        that began before ours ended start over: its snapshot lacks what we make.
        """
        if self:
            query = SQL(
                "UPDATE coopcycle_connection SET write_uid = write_uid"
                " WHERE id IN (SELECT id FROM coopcycle_connection"
                " WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE)",
                self.ids,
            )
            self.env.cr.execute(query, log_exceptions=False)
