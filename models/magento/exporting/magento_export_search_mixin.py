import operator

from odoo import api, models
from odoo.tools import SQL

from ....compat import among, is_of_many
from .states import BY_URGENCY, States, query_others, query_sources

COMPARE = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda found, values: found in values,
    "not in": lambda found, values: found not in values,
}
NEGATIVE = {"!=": "=", "not in": "in", "not ilike": "ilike", "not like": "like"}
# Unlike "!=", an index finds them
UNDONE = ("waiting", "pending", "sending", "unknown", "skipped")


class MagentoExportSearchMixin(models.AbstractModel):
    """What is computed of documents can be searched for."""

    _name = "magento.export.search.mixin"
    _description = "Search of What Is Exported to Magento"

    @api.model
    def _search_magento_export_state(self, comparison, value):
        matches = COMPARE[comparison]
        states = [state for state in BY_URGENCY if matches(state, value)]
        self.env.flush_all()
        return among(States(self).query(states))

    @api.model
    def _magento_query_pairs(self):
        """Return a query of (record id, order id) of all records of Magento's orders.

        It is that of `_magento_get_orders`.
        """
        field = self._fields["magento_order_ids"]
        return SQL(
            "SELECT %s, %s FROM %s",
            *map(SQL.identifier, (field.column1, field.column2, field.relation)),
        )

    @api.model
    def _magento_search_by(self, domain, is_found=True):
        """Return a domain of the records that have such a document, or have none.

        :param domain: of documents
        """
        self.env.flush_all()
        documents = self.env["magento.document"].sudo()
        kinds = self._magento_get_kinds() + self._magento_kinds_that_follow
        found = documents._search([("kind", "in", kinds), *domain], order="id")
        query = SQL(
            "SELECT source_id FROM (%s) AS source",
            query_sources(self, found.subselect()),
        )
        return among(query if is_found else query_others(self, query))

    @staticmethod
    def _magento_search_among(values, default, comparison, wanted):
        """Return a domain of the records whose value is what is looked for.

        :param values: {record id: value} of those that may have another than `default`
        """
        matches = COMPARE[comparison]
        if matches(default, wanted):
            ids = [id_ for id_, found in values.items() if not matches(found, wanted)]
            return [("id", "not in", ids)]
        ids = [id_ for id_, found in values.items() if matches(found, wanted)]
        return [("id", "in", ids)]

    @api.model
    def _search_magento_has_error(self, comparison, value):
        wanted = [each for each in (True, False) if COMPARE[comparison](each, value)]
        if len(wanted) == 2:
            return []
        if not wanted:
            return [("id", "in", [])]
        failed = [("sync_state", "in", UNDONE), ("last_error", "!=", False)]
        return self._magento_search_by(failed, is_found=wanted[0])

    @api.model
    def _search_magento_number(self, comparison, value):
        if is_of_many(comparison):
            return NotImplemented
        is_found = comparison not in NEGATIVE
        comparison = NEGATIVE.get(comparison, comparison)
        domain = [
            "|",
            ("increment_id", comparison, value),
            "&",
            ("increment_id", "=", False),
            ("magento_id", comparison, value),
        ]
        if comparison == "=" and not value:
            domain, is_found = [("magento_id", "!=", False)], not is_found
        kinds = ("kind", "in", self._magento_get_kinds())
        return self._magento_search_by([kinds, *domain], is_found)

    @api.model
    def _search_magento_difference_cause(self, comparison, value):
        if is_of_many(comparison):
            return NotImplemented
        is_found = comparison not in NEGATIVE
        domain = [("difference_cause", NEGATIVE.get(comparison, comparison), value)]
        if domain[0][1] == "=" and not value:
            domain, is_found = [("difference_cause", "!=", False)], not is_found
        return self._magento_search_by(domain, is_found)
