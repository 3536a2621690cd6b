"""Which way an invoice goes to its customer."""

import re
from dataclasses import dataclass

from odoo import _
from odoo.tools import email_normalize

EMAIL, NONE = "email", "none"
# Odoo normalizes an address without a name, or with two signs, and sends to nobody
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass
class Choice:
    """The way that was chosen.

    :param channel: its code, False if no way leads to the customer
    :param reason: why this one, or why none and what to do, in a user's words
    """

    channel: str | bool
    reason: str


class Channels:
    """The ways to customers.

    :param env: whose language the reasons are in
    """

    def __init__(self, env):
        self.env = env

    def choose(self, move):
        """Return the `Choice` for an invoice: the customer's, else the company's."""
        wanted, owner = self._get_wanted(move)
        if wanted == NONE:
            return Choice(NONE, _("%s wants nothing sent.", owner.display_name))
        if _ADDRESS.fullmatch(email_normalize(move.partner_id.email or "") or ""):
            return Choice(EMAIL, _("So %s has it.", owner.display_name))
        return Choice(
            False,
            _(
                "%s has no e-mail address that can be used. Resolution: enter one, then"
                " press Try Again.",
                move.partner_id.display_name,
            ),
        )

    def _get_wanted(self, move):
        """Return the channel that is wanted, and whose wish it is."""
        partner = move.partner_id
        owners = (partner, partner.commercial_partner_id, move.company_id)
        for owner in owners:
            if owner.billing_channel:
                return owner.billing_channel, owner
        return EMAIL, move.company_id
