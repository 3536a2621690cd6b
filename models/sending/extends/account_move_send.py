from ....compat import SendModel
from ..dispatching import Sending


class AccountMoveSend(SendModel):
    """Odoo's own sender, at work for a dispatch."""

    _inherit = "account.move.send"

    def _can_commit(self):
        """Let nothing be committed halfway: the dispatch's row is locked."""
        return not Sending.of(self.env) and super()._can_commit()

    def _get_default_mail_body(self, move, mail_template, mail_lang):
        """Add what else the customer is to read."""
        body = super()._get_default_mail_body(move, mail_template, mail_lang)
        sending = Sending.of(move.env)
        return sending.dispatch._complete_body(body) if sending else body

    def _get_invoice_extra_attachments(self, move):
        """Leave out what was made for another time, and is not wanted now."""
        files = super()._get_invoice_extra_attachments(move)
        sending = Sending.of(self.env)
        return files - sending.get_unwanted() if sending else files

    def _get_default_mail_attachments_widget(self, move, mail_template, **options):
        """Add the delivery slips; elsewhere the portal would offer them as well."""
        files = super()._get_default_mail_attachments_widget(
            move, mail_template, **options
        )
        sending = Sending.of(move.env)
        return [
            *files,
            *(
                {
                    "id": slip.id,
                    "name": slip.name,
                    "mimetype": slip.mimetype,
                    "placeholder": False,
                    "protect_from_deletion": True,
                }
                for slip in (sending.get_slips() if sending else ())
            ),
        ]
