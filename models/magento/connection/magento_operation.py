from contextlib import nullcontext

from odoo import _, api, fields, models

from ....compat import Constraint
from ....tools.magento import MagentoError
from ...shared.integration_runner_mixin import SECONDS_PER_RUN
from .magento_messages import MagentoMessages

OPERATIONS = [
    ("import_orders", "Import Orders"),
    ("import_shipments", "Import Shipments"),
    ("import_invoices", "Import Invoices"),
    ("import_credit_memos", "Import Credit Memos"),
    ("export_invoices", "Export Invoice Information"),
    ("export_shipments", "Export Shipment Information"),
    ("export_credit_memos", "Export Credit Memos"),
    ("export_cancellations", "Export Cancellations"),
]
# Of each of these, one run at a time does all the work of a connection
IMPORTS = (
    "import_orders",
    "import_shipments",
    "import_invoices",
    "import_credit_memos",
)


class MagentoOperation(models.Model):
    """One kind of work with one shop: how far it got, and how it went last (UTC)."""

    _name = "magento.operation"
    _description = "Magento Operation"
    _inherit = ["integration.operation.mixin"]
    _order = "connection_id, id"
    _rec_name = "code"

    connection_id = fields.Many2one(
        "magento.connection",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    code = fields.Selection(
        OPERATIONS,
        "Operation",
        required=True,
        readonly=True,
    )
    watermark = fields.Datetime(
        "Read Up To",
        readonly=True,
        help="What changed in Magento before this moment was read completely.",
    )
    window_started_at = fields.Datetime(readonly=True)
    cursor = fields.Char(
        readonly=True, help="The last order read of a window that is not finished."
    )
    is_denied = fields.Boolean(readonly=True, help="A right is missing in Magento.")

    _code_unique = Constraint(
        "unique(connection_id, code)", "This connection has this operation already."
    )

    @api.model
    def _get(self, connection, code):
        """Return the operation of a connection, made if it is its first run."""
        operations_sudo = self.sudo()
        found = operations_sudo.search(
            [("connection_id", "=", connection.id), ("code", "=", code)], limit=1
        )
        return found or operations_sudo.create(
            {"connection_id": connection.id, "code": code, "is_scheduled": True}
        )

    @api.model
    def _cron_run(self, code):
        """Run an operation for every connection that schedules it. Never raises."""
        connections = self.env["magento.connection"].search([("active", "=", True)])
        operations = self.union(*(self._get(each, code) for each in connections))
        deadline = self._get_deadline()
        self._run_each(
            operations.filtered("is_scheduled"),
            lambda operation: operation._run("schedule", deadline),
        )

    def _run(self, trigger, deadline=None, **options):
        """Do the work, and write down what happened.

        :param str trigger: "user" or "schedule"
        :param float deadline: `time.monotonic()` after which it goes on in the
            background, None for no end
        :return: the `integration.process.log`
        :raise BusyError: the same operation of the same connection is running
        """
        self.ensure_one()
        operation = self.sudo().with_company(self.company_id)
        with operation._alone() if self.code in IMPORTS else nullcontext():
            return operation._run_logged(trigger, deadline, **options).sudo(False)

    def _do_work(self, log, deadline, **options):
        """Do what the code of this operation stands for."""
        getattr(self, f"_run_{self.code}")(log, deadline, **options)

    def _get_alerted_user(self):
        return self.connection_id.user_id

    def _get_log_operation(self):
        return self.code

    def _get_log_record(self):
        return self.connection_id

    def _is_repeatable(self):
        """An import goes on at its cursor; an export repeats its own steps."""
        return self.code in IMPORTS

    def _get_failure_text(self, error):
        if isinstance(error, MagentoError):
            return MagentoMessages(self.env).text(error)
        return super()._get_failure_text(error)

    def _get_busy_text(self):
        return _(
            "“%(operation)s” is running for %(connection)s already."
            " Resolution: wait until it has ended; see the process logs.",
            operation=self._get_label(),
            connection=self.connection_id.name,
        )

    def _get_lease(self):
        """Return the seconds after which whoever sends a document has given up."""
        return SECONDS_PER_RUN + 4 * self.connection_id.timeout + 60

    def _get_label(self):
        return dict(self._fields["code"]._description_selection(self.env))[self.code]

    @api.depends("code", "connection_id.name")
    def _compute_display_name(self):
        for operation in self:
            name = operation.connection_id.name
            operation.display_name = f"{operation._get_label()} ({name})"

    def action_run(self):
        """Run this operation now."""
        return self.connection_id._run_and_show(self.code)
