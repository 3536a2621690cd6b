from ....compat import SendModel
from ..dispatching import Sending


class AccountMoveSend(SendModel):
    """Odoo's own sender, at work for a dispatch."""

    _inherit = "account.move.send"

    def _can_commit(self):
        """Let nothing be committed halfway: the dispatch's row is locked."""
        return not Sending.of(self.env) and super()._can_commit()
