import time

from odoo import api, fields, models

from ....tools.coopcycle.api.reading import stops_all

# Deliveries that are read, and written down, at once
BATCH = 100


class CoopcycleOperation(models.Model):
    """Reading deliveries again of which something is told, and now and then all."""

    _inherit = "coopcycle.operation"

    code = fields.Selection(
        selection_add=[("follow_deliveries", "Follow Deliveries")],
        ondelete={"follow_deliveries": "cascade"},
    )

    @api.model
    def _find_connections_to_follow_deliveries(self):
        """Return the instances with deliveries to read, elevated."""
        deliveries = self.env["coopcycle.delivery"].sudo()
        due = deliveries._read_group(deliveries._get_due_domain(), ["connection_id"])
        told = self.env["coopcycle.event"].sudo()._read_group([], ["connection_id"])
        connections = self.env["coopcycle.connection"].sudo()
        return connections.union(*(connection for (connection,) in due + told))

    def _run_follow_deliveries(self, log, deadline):
        """Read what is due, batch by batch, and write it down.

        :raise CoopcycleError: nothing gets through; what was read before is kept
        """
        self.env["coopcycle.event"]._take_all(self.connection_id)
        self._commit()
        deliveries = self.env["coopcycle.delivery"]
        seen = set()
        while True:
            due = deliveries.search(
                [
                    ("connection_id", "=", self.connection_id.id),
                    ("id", "not in", list(seen)),
                    *deliveries._get_due_domain(),
                ],
                order="is_to_read desc, next_read_at, id",
                limit=BATCH,
            )
            if not due or (deadline and time.monotonic() > deadline):
                return
            seen.update(due.ids)
            outcomes = due._read_again(deadline)
            failed = due.browse(outcomes).filtered("read_error")
            log.done_count += len(outcomes) - len(failed)
            log.failed_count += len(failed)
            log._add_lines([(each.read_error, each) for each in failed], "warning")
            self._commit()
            for outcome in outcomes.values():
                if stops_all(outcome):
                    raise outcome
            if len(outcomes) < len(due):
                return
