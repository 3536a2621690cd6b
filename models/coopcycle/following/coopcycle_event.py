from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ....compat import Constraint
from ....tools.coopcycle.api.endings import COMPLETED

CRON = "coopcycle_magento.ir_cron_follow_deliveries"
# What an event is about may be known a moment later: its delivery is being made
PATIENCE = timedelta(hours=1)
MOST = 1000


class CoopcycleEvent(models.Model):
    """A delivery of which CoopCycle has told that something happened to it.

    Nothing of that is believed: the delivery is read again. Until somebody does, one
    row stands for all that is told of a delivery, and nobody who tells has to wait.
    """

    _name = "coopcycle.event"
    _inherit = ["integration.guard.mixin"]
    _description = "CoopCycle Event"
    _order = "id"

    connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="connection_id.company_id")
    coopcycle_id = fields.Integer("Delivery", required=True, readonly=True)
    name = fields.Char("Event", required=True, readonly=True)

    _delivery_unique = Constraint(
        "unique(connection_id, coopcycle_id)",
        "An event of this delivery waits already.",
    )

    @api.model
    def _take_all(self, connection):
        """Have deliveries read again of which something is told.

        What is told of one that nobody knows is kept for a while: its own number may
        not be known yet.

        :param connection: `coopcycle.connection`
        """
        events = self.search([("connection_id", "=", connection.id)], limit=MOST)
        deliveries = self.env["coopcycle.delivery"].search(
            [
                ("connection_id", "=", connection.id),
                ("coopcycle_id", "in", events.mapped("coopcycle_id")),
            ]
        )
        deliveries.write({"is_to_read": True, "told_at": fields.Datetime.now()})
        known = set(deliveries.mapped("coopcycle_id"))
        before = fields.Datetime.now() - PATIENCE
        events.filtered(
            lambda event: event.coopcycle_id in known or event.create_date < before
        ).unlink()

    def _note(self, connection, event):
        """Write an event down, unless it tells nothing new.

        :param connection: `coopcycle.connection` that it is of
        :param event: an `Event`
        """
        if self._is_known(connection, event):
            return
        now = fields.Datetime.now()
        query = SQL(
            """
            INSERT INTO coopcycle_event
                        (create_date, write_date, connection_id, coopcycle_id, name)
                 VALUES (%s, %s, %s, %s, %s)
            ON CONFLICT (connection_id, coopcycle_id) DO NOTHING RETURNING id
            """,
            now,
            now,
            connection.id,
            event.delivery_id,
            event.name,
        )
        self.env.cr.execute(query)
        if self.env.cr.rowcount:
            self.env.ref(CRON).sudo()._trigger()

    def _is_known(self, connection, event):
        """Say whether a delivery is read to be as an event has it, or to be over."""
        delivery = (
            self.env["coopcycle.delivery"]
            .sudo()
            .search_fetch(
                [
                    ("connection_id", "=", connection.id),
                    ("coopcycle_id", "=", event.delivery_id),
                ],
                ["courier_state"],
            )
        )
        told = event.name.removeprefix("delivery.")
        return delivery.courier_state in (told, COMPLETED)
