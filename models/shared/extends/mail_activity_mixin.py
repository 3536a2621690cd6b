from markupsafe import Markup

from odoo import models

WARNING = "mail.mail_activity_data_warning"


class MailActivityMixin(models.AbstractModel):
    """Asking somebody to look at a record."""

    _inherit = "mail.activity.mixin"

    def _integration_ask(self, user, summary, text):
        """Ask a user to look at these records.

        :param str text: what there is to know, as text: words from outside may be in
            it, and no link or picture of theirs is made of them
        :return: the `mail.activity` records
        """
        note = Markup("<br/>").join((text or "").splitlines())
        return self.activity_schedule(
            WARNING, summary=summary, note=note, user_id=user.id
        )
