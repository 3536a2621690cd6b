from odoo import _, api, models

from ....compat import check_access
from ..billing_decision import FINAL


class BillingDecision(models.Model):
    """Sealing what is decided, once it has come to an end."""

    _inherit = "billing.decision"

    @api.model
    def _get_finished_domain(self):
        return [("state", "in", FINAL)]

    @api.model
    def action_verify(self):
        """Verify the chain of the current company, and say what is found."""
        check_access(self, "read")
        decision, problem = self._verify(self.env.company)
        text = _(
            "%(of)s (%(number)s): %(what)s",
            of=decision.display_name,
            number=decision.id,
            what=problem,
        )
        return self._tell_verified(
            [text] if problem else [], _("Nothing was changed: all seals are whole.")
        )
