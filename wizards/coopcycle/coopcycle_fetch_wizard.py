from odoo import Command, _, api, fields, models
from odoo.exceptions import UserError

from ...models.coopcycle.fetching.coopcycle_messages import CoopcycleMessages
from ...models.shared.opening import open_form
from ...tools.coopcycle.api import CoopcycleError, invoicing


class CoopcycleFetchWizard(models.TransientModel):
    """Which days are fetched from CoopCycle, and what there is to invoice."""

    _name = "coopcycle.fetch.wizard"
    _inherit = ["coopcycle.period.wizard.mixin"]
    _description = "Fetch CoopCycle Invoices"

    currency_id = fields.Many2one(related="connection_id.company_id.currency_id")
    is_looked = fields.Boolean(readonly=True)
    line_ids = fields.One2many(
        "coopcycle.fetch.wizard.line", "wizard_id", "Stores", readonly=True
    )

    def _compute_display_name(self):
        self.display_name = _("Fetch Invoices")

    @api.onchange("connection_id", "date_from", "date_to")
    def _onchange_days(self):
        """What other days have says nothing of these."""
        self.is_looked = False
        self.line_ids = [Command.clear()]

    def action_look(self):
        """Show the stores that have something to invoice; CoopCycle marks nothing.

        :return: the action that shows this screen again
        """
        self.ensure_one()
        try:
            with self.connection_id._get_client() as client:
                totals = invoicing.read_stores(client, self._get_period())
        except CoopcycleError as error:
            raise UserError(CoopcycleMessages(self.env).text(error)) from error
        lines = list(map(self._prepare_line_vals, totals))
        self.write(
            {
                "is_looked": True,
                "line_ids": [Command.clear(), *map(Command.create, lines)],
            }
        )
        return {**open_form(self), "name": _("Fetch Invoices"), "target": "new"}

    def _prepare_line_vals(self, total):
        """Return the values of a store with something to invoice.

        :param total: its `StoreTotal`
        """
        return {
            "name": total.legal_name or _("Store %s (no name)", total.store_id),
            **self.env["coopcycle.fetch.store"]._prepare_total_vals(total),
        }

    def action_fetch(self):
        """Fetch and import these days.

        :return: the action that shows the drafts, the findings, or what did not come
        """
        self.ensure_one()
        period = self._get_period()
        fetch = self.env["coopcycle.fetch"]._begin(
            self.connection_id, period.first, period.last
        )
        return fetch._fetch_and_import(self.env)


class CoopcycleFetchWizardLine(models.TransientModel):
    """What a store has to be invoiced, by CoopCycle's own count."""

    _name = "coopcycle.fetch.wizard.line"
    _description = "CoopCycle Store with Orders to Invoice"

    wizard_id = fields.Many2one(
        "coopcycle.fetch.wizard", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    name = fields.Char("Store", readonly=True)
    order_count = fields.Integer("Orders", readonly=True)
    amount_untaxed = fields.Monetary("Without Tax", readonly=True)
    amount_tax = fields.Monetary("Tax", readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)
