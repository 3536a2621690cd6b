from markupsafe import Markup

from odoo import models

from ....compat import has_access

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

    def _integration_ask_first(self, users, summary, text):
        """Ask the first of some users who may see a record to look at it.

        :param users: list of `res.users`
        :param str text: as of `_integration_ask`
        :return: the `mail.activity`, of one or none
        """
        for user in users:
            if self._integration_is_seen_by(user):
                return self._integration_ask(user, summary, text)
        return self.env["mail.activity"]

    def _integration_is_seen_by(self, user):
        """Say whether a user who is active may read a record, in their companies."""
        own = self.with_user(user).sudo(False)
        own = own.with_context(allowed_company_ids=user.company_ids.ids)
        return user.active and has_access(own, "read")
