from odoo import _, api, fields, models
from odoo.exceptions import UserError


class MagentoOperationWizard(models.TransientModel):
    """*Operations ▸ Execute*: run an operation now, on everything or on some orders."""

    _name = "magento.operation.wizard"
    _description = "Execute a Magento Operation"

    connection_ids = fields.Many2many(
        "magento.connection",
        string="Connections",
        required=True,
        default=lambda self: self.env["magento.connection"].search([]),
    )
    operation = fields.Selection(
        selection=lambda self: (
            self.env["magento.operation"]
            ._fields["code"]
            ._description_selection(self.env)
        ),
        required=True,
        default="import_orders",
    )
    scope = fields.Selection(
        [
            ("news", "What is new or has changed"),
            ("numbers", "Orders with these numbers"),
            ("dates", "Orders that were placed in these days"),
        ],
        "What",
        required=True,
        default="news",
    )
    increment_ids = fields.Text(
        "Order Numbers", help="Magento's order numbers, separated by spaces or commas."
    )
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
        if self.scope == "numbers":
            numbers = (self.increment_ids or "").replace(",", " ").split()
            if not numbers:
                raise UserError(_("Enter the numbers of the orders to import."))
            return {"increment_ids": numbers}
        if self.scope == "dates":
            if not self.date_from:
                raise UserError(_("Enter the day from which orders are imported."))
            return {"date_from": self.date_from, "date_to": self.date_to}
        return {}

    @api.onchange("operation")
    def _onchange_operation(self):
        if self.operation != "import_orders":
            self.scope = "news"
