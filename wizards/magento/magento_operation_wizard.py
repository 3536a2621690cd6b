from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...models.magento.connection.magento_operation import IMPORTS
from ...models.shared.selections import selection_of


class MagentoOperationWizard(models.TransientModel):
    """*Operations ▸ Execute*: run an operation now, on everything or on some orders."""

    _name = "magento.operation.wizard"
    _description = "Execute a Magento Operation"
    _inherit = ["integration.entry.mixin"]

    connection_ids = fields.Many2many(
        "magento.connection",
        string="Connections",
        required=True,
        default=lambda self: self.env["magento.connection"].search([]),
    )
    operation = fields.Selection(
        selection=selection_of("magento.operation", "code"),
        required=True,
        default="import_orders",
    )
    scope = fields.Selection(
        [
            ("news", "What is new or has changed"),
            ("numbers", "What has these numbers"),
            ("dates", "What was made in these days"),
        ],
        "What",
        required=True,
        default="news",
    )
    increment_ids = fields.Text(
        "Order Numbers", help="Magento's order numbers, separated by spaces or commas."
    )
    document_numbers = fields.Text(
        help="The numbers of the shipments, invoices or credit memos in Magento,"
        " separated by spaces or commas."
    )
    can_choose = fields.Boolean(compute="_compute_can_choose")
    date_from = fields.Datetime("From")
    date_to = fields.Datetime("To")

    def action_execute(self):
        """Run the operation for each connection.

        :return: the action that opens the log, or the list of logs
        :raise UserError: there is nothing to run it on
        """
        self.ensure_one()
        if not self.connection_ids:
            raise UserError(_("Choose a connection. There is none yet otherwise."))
        options = self._get_options()
        logs = self.env["integration.process.log"]
        for connection in self.connection_ids:
            logs |= connection._run_operation(self.operation, **options)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.integration_process_log_action"
        )
        if len(logs) == 1:
            return {**action, "res_id": logs.id, "views": [(False, "form")]}
        return {**action, "domain": [("id", "in", logs.ids)]}

    def _get_options(self):
        """Return what is asked for; an export takes all that is due."""
        if self.scope == "news" or not self.can_choose:
            return {}
        if self.scope == "numbers":
            return self._get_numbers()
        if not self.date_from:
            raise UserError(_("Enter the day from which on to import."))
        return {"date_from": self.date_from, "date_to": self.date_to}

    def _get_numbers(self):
        options = {"increment_ids": _split(self.increment_ids)}
        if self.operation != "import_orders":
            options["document_numbers"] = _split(self.document_numbers)
        if not any(options.values()):
            raise UserError(_("Enter the numbers of what to import."))
        return options

    @api.depends("operation")
    def _compute_can_choose(self):
        for wizard in self:
            wizard.can_choose = wizard.operation in IMPORTS

    @api.onchange("operation")
    def _onchange_operation(self):
        if not self.can_choose:
            self.scope = "news"


def _split(numbers):
    return (numbers or "").replace(",", " ").split()
