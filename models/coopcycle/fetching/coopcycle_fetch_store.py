from odoo import _, api, fields, models

from ....tools.coopcycle.api.invoicing import total_of
from ....tools.coopcycle.export_file import read_rows, write_file

STATES = [
    ("waiting", "To Fetch"),
    ("lost", "Answer Lost"),
    ("received", "Received"),
    ("recovered", "Found Again"),
    ("failed", "Failed"),
]


class CoopcycleFetchStore(models.Model):
    """What a store has to be invoiced by CoopCycle's own count, and what came of it."""

    _name = "coopcycle.fetch.store"
    _inherit = ["integration.guard.mixin"]
    _description = "CoopCycle Store to Invoice"
    _order = "name, id"

    fetch_id = fields.Many2one(
        "coopcycle.fetch", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="fetch_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    store_number = fields.Integer("Store ID", readonly=True)
    name = fields.Char(
        "Store", required=True, readonly=True, help="Its legal name in CoopCycle."
    )
    order_count = fields.Integer("Orders", readonly=True)
    amount_untaxed = fields.Monetary("Without Tax", readonly=True)
    amount_tax = fields.Monetary("Tax", readonly=True)
    amount_total = fields.Monetary("Total", readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True, default="waiting")
    attempt_count = fields.Integer("Attempts", readonly=True)
    error = fields.Text(readonly=True)
    received_count = fields.Integer("Orders Received", readonly=True)
    # Not read with the counts of all stores each time that one has come
    content = fields.Text(
        readonly=True, prefetch=False, help="What came, as a file of CoopCycle's."
    )

    def _get_summary(self):
        """Return what the log says of the store."""
        if self.error:
            return f"{self.name}: {self.error}"
        return _(
            "%(store)s: %(received)s of %(orders)s orders",
            store=self.name,
            received=self.received_count,
            orders=self.order_count,
        )

    def _get_rows(self):
        """Return the rows that came, {role: cell} each."""
        return [row for store in self for row in read_rows(store.content or "")]

    def _keep(self, rows, state):
        """Keep the rows that came."""
        self.write(
            {
                "content": write_file(rows).decode(),
                "received_count": len(rows),
                "state": state,
                "error": False,
            }
        )

    @api.model
    def _prepare_total_vals(self, total):
        """Return the values of CoopCycle's count.

        :param total: a `StoreTotal`
        """
        return {
            "order_count": total.orders,
            "amount_untaxed": total.subtotal / 100,
            "amount_tax": total.tax / 100,
            "amount_total": total.total / 100,
        }

    def _list_nothing(self):
        """Keep that CoopCycle has nothing of them that was not exported."""
        nothing = self._prepare_total_vals(total_of(0, "", []))
        self.write({**nothing, "state": "received", "error": False})

    def _tell_missing(self):
        """Keep that orders did not come which CoopCycle had, and has marked no more."""
        for store in self:
            count = store.order_count - store.received_count
            if store.state != "failed" and count > 0:
                store.error = _(
                    "Orders that did not come: %s. They were cancelled or exported by"
                    " others meanwhile, or an answer was lost. Resolution: compare"
                    " these days at CoopCycle ▸ Reconciliation.",
                    count,
                )

    def _fail(self, state, text):
        """Keep why nothing came."""
        self.write({"state": state, "error": text})
