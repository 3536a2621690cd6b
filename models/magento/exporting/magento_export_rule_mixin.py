from itertools import chain

from odoo import _, api, models


class MagentoExportRuleMixin(models.AbstractModel):
    """When something goes to Magento.

    Each rule is here alone: a form asks it for a record, a list and an export for all
    records in SQL. Another addon changes it by `super()`.
    """

    _name = "magento.export.rule.mixin"
    _description = "When It Is Exported to Magento"

    @api.model
    def _magento_get_kind_domain(self, kind):
        """Return the domain of the records that have documents of a kind."""
        return []

    @api.model
    def _magento_is_wanted(self, kind, method):
        """Say whether anything of orders that a payment method paid is ever exported.

        :param str kind: of the documents
        :param method: the `magento.payment.method`, which may be none
        """
        return True

    def _magento_get_unwanted_text(self, method):
        """Return why nothing of a payment method's orders is ever exported."""
        return _("What %s paid is not exported.", method.name)

    @api.model
    def _magento_get_ready_conditions(self, kind):
        """Return what any record has to be before anything of it is exported.

        :return: pairs (domain, why it is not exported while that does not hold)
        """
        return []

    @api.model
    def _magento_get_due_conditions(self, kind, method):
        """Return what a record has to be besides, for the orders of a payment method.

        :param method: the `magento.payment.method`, which may be none
        :return: pairs (domain, why it is not exported while that does not hold)
        """
        return []

    @api.model
    def _magento_get_recent_domain(self, kind, connection):
        """Return the domain of what is dated late enough to be exported by itself."""
        return []

    @api.model
    def _magento_get_due_domain(self, kind, method):
        """Return the domain of the records of a kind that are ready and due."""
        conditions = self._magento_get_conditions(kind, method)
        kinds = self._magento_get_kind_domain(kind)
        return [*kinds, *chain.from_iterable(domain for domain, _why in conditions)]

    @api.model
    def _magento_get_conditions(self, kind, method):
        return [
            *self._magento_get_ready_conditions(kind),
            *self._magento_get_due_conditions(kind, method),
        ]

    # What follows of them for a record

    def _magento_why_not_ready(self):
        """Return why nothing of this record is exported yet, "" if it may be."""
        conditions = self._magento_get_ready_conditions(self._magento_get_kind())
        return self._magento_get_reason(conditions)

    def _magento_why_not_due(self, order):
        """Return why the part of an order is not exported yet, "" if it may be."""
        kind, method = self._magento_get_kind(), order.magento_payment_method_id
        if reason := self._magento_why_not_ready():
            return reason
        if not self._magento_is_wanted(kind, method):
            return self._magento_get_unwanted_text(method)
        return self._magento_why_not(kind, method)

    def _magento_why_not(self, kind, method):
        """Return which condition of a kind of document does not hold, "" if all do."""
        return self._magento_get_reason(self._magento_get_conditions(kind, method))

    def _magento_get_reason(self, conditions):
        """Return the reason of the first condition that does not hold, "" if all do."""
        reasons = (
            why for domain, why in conditions if not self.filtered_domain(domain)
        )
        return next(reasons, "")

    def _magento_is_recent(self, order):
        """Say whether it is dated late enough to be exported by itself."""
        domain = self._magento_get_recent_domain(
            self._magento_get_kind(), order.magento_connection_id
        )
        return bool(self.filtered_domain(domain))
