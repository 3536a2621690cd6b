"""What a reconciliation came to, in words that can be shown to an auditor."""

from odoo import _
from odoo.tools import format_datetime
from odoo.tools.misc import formatLang


class Conclusion:
    """The words for one reconciliation, in the language of its environment.

    :param reconciliation: the `magento.reconciliation`
    """

    def __init__(self, reconciliation):
        self.record = reconciliation
        self.env = reconciliation.env

    def text(self):
        """Return the result in words that can be shown to an auditor."""
        if self.record.state == "failed":
            return _("%s: not checked to the end.", self.record.display_name)
        numbers = {
            "what": self.record.display_name,
            "count": self._count(self.record.order_count),
            "equal": self._count(self.record.equal_count),
            "total": self._count(self.record.total_count),
        }
        if self.record.state == "running":
            return _("%(what)s: %(count)s of %(total)s orders are compared.", **numbers)
        if not self.record.order_count:
            text = _("%(what)s: no order was placed.", **numbers)
        elif not self.record.different_count and self.record.order_count == 1:
            text = _(
                "%(what)s: the only order is equal in ordered, invoiced, shipped and"
                " refunded quantities and amounts.",
                **numbers,
            )
        elif not self.record.different_count:
            text = _(
                "%(what)s: all %(count)s orders are equal in ordered, invoiced, shipped"
                " and refunded quantities and amounts.",
                **numbers,
            )
        else:
            text = _(
                "%(what)s: %(equal)s of %(count)s orders are equal in ordered,"
                " invoiced, shipped and refunded quantities and amounts.",
                **numbers,
            )
        return " ".join([text, *self._fates(), self._checked()])

    def _fates(self):
        """Return what became of the orders that differ, a sentence for each fate."""
        if self.record.open_count:
            yield _("Different: %s.", self._count(self.record.open_count))
        if self.record.ignored_count:
            yield _(
                "Different and accepted with a reason: %s.",
                self._count(self.record.ignored_count),
            )
        if self.record.settled_count:
            yield _(
                "Different and settled since: %s.",
                self._count(self.record.settled_count),
            )
        if self.record.left_out_stores:
            yield _(
                "Orders of %s are not imported and not compared.",
                self.record.left_out_stores,
            )

    def _checked(self):
        return _(
            "Checked on %(date)s by %(user)s.",
            date=format_datetime(self.env, self.record.ended_at, dt_format="medium"),
            user=self.record.user_id.sudo().name,
        )

    def _count(self, number):
        return formatLang(self.env, number, digits=0)
