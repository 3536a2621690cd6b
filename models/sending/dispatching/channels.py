"""Which way an invoice goes to its customer."""

from dataclasses import dataclass

from odoo import _

YES = (True, "yes")


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
        self.dispatches = env["billing.dispatch"].sudo()

    def choose(self, move):
        """Return the `Choice` for an invoice: the way that is wanted, if it works."""
        move = move.sudo()
        wanted, owner = self.get_wanted(move)
        why_not = self.dispatches._why_not(wanted, move)
        if not why_not:
            return Choice(wanted, _("So %s has it.", owner.display_name))
        reasons = [
            _(
                "%(owner)s: %(channel)s. %(why)s",
                owner=owner.display_name,
                channel=self.dispatches._get_channel_label(wanted),
                why=why_not,
            )
        ]
        for channel in self.dispatches._get_substitutes(wanted):
            why_not = self.dispatches._why_not(channel, move)
            label = self.dispatches._get_channel_label(channel)
            if not why_not:
                reasons.append(_("%s is the next that works.", label))
                return Choice(channel, " ".join(reasons))
            reasons.append(_("%(channel)s: %(why)s", channel=label, why=why_not))
        reasons.append(_("Resolution: correct one of these, then press Try Again."))
        return Choice(False, " ".join(reasons))

    def wants(self, move, name):
        """Say whether a wish that is granted or not is somebody's for an invoice.

        :param str name: of the field
        """
        owners = self._get_owners(move)
        return next((owner[name] for owner in owners if owner[name]), False) in YES

    def get_wanted(self, move):
        """Return the channel that is wanted, and whose wish it is."""
        owners = self._get_owners(move)
        owner = next(owner for owner in owners if owner.billing_channel)
        return owner.billing_channel, owner

    @staticmethod
    def _get_owners(move):
        """Return whose wishes are asked for, the first one first; elevated."""
        move = move.sudo()
        partner = move.partner_id
        policy = move.billing_decision_ids.policy_id[:1]
        return partner, partner.commercial_partner_id, policy, move.company_id
