from datetime import timedelta

from odoo import fields, models


class CoopcycleConnection(models.Model):
    """Values of sending deliveries."""

    _inherit = "coopcycle.connection"

    operation_ids = fields.One2many(
        "coopcycle.operation", "connection_id", "Operations", readonly=True
    )

    def _get_parallel_requests(self):
        """Return how many requests are under way at once."""
        return 8

    def _get_attempts_allowed(self):
        """Return after how many attempts somebody has to look at a delivery."""
        return 3

    def _get_settling_time(self):
        """Return after how long what CoopCycle does not have will not be made.

        It may finish what it was asked for after the caller has hung up.
        """
        return timedelta(minutes=2)
