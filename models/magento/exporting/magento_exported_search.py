import operator

from odoo import api, models
from odoo.tools import SQL

from .magento_exported_mixin import BY_URGENCY

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


class MagentoExportedMixin(models.AbstractModel):
    """What is computed can be searched for."""

    _inherit = "magento.exported.mixin"

    @api.model
    def _search_magento_export_state(self, comparison, value):
        matches = COMPARE[comparison]
        if matches("none", value):
            # Most records belong to no order of Magento
            others = [state for state in BY_URGENCY if not matches(state, value)]
            return [("id", "not inselect", self._magento_query_in_state(others))]
        states = [state for state in BY_URGENCY if matches(state, value)]
        return [("id", "inselect", self._magento_query_in_state(states))]

    @api.model
    def _magento_query_in_state(self, states):
        """Return a query of the records that are in one of some states, as a pair."""
        self.env.flush_all()
        query = SQL(
            """
            SELECT part.source_id
              FROM (%(parts)s) AS part(source_id, state)
             GROUP BY part.source_id
            HAVING (%(by_urgency)s)[MIN(array_position(%(by_urgency)s, part.state))]
                   = ANY(%(states)s)
            """,
            parts=self._magento_query_parts(),
            by_urgency=SQL("%s::text[]", [*BY_URGENCY, "never"]),
            states=states + ["never"] * ("not_due" in states),
        )
        return query.code, query.params

    @api.model
    def _magento_query_parts(self):
        """Return a query of (record id, state) of all their parts."""
        name = SQL.identifier(self._magento_get_source_name())
        documents = SQL(
            """
            SELECT document.%(name)s, document.sync_state::text
              FROM magento_document AS document
             WHERE document.kind IN %(kinds)s AND document.%(name)s IS NOT NULL
            UNION ALL
            SELECT covered.%(name)s, document.sync_state::text
              FROM magento_document AS document
              JOIN magento_document_line AS covered
                ON covered.document_id = document.id
             WHERE document.kind IN %(kinds)s AND covered.%(name)s IS NOT NULL
            """,
            name=name,
            kinds=self._magento_get_kinds(),
        )
        return SQL(" UNION ALL ").join(
            [documents, *map(self._magento_query_open_parts, self._magento_couriers)]
        )

    @staticmethod
    def _magento_query_open_parts(courier):
        """Return a query of (record id, state) of the parts that have no document."""
        return SQL(
            """
            SELECT source_id,
                   CASE WHEN is_due AND is_recent THEN 'pending'
                        WHEN is_wanted THEN 'not_due'
                        ELSE 'never'
                   END
              FROM (%s) AS open
            """,
            courier.query_open(),
        )

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
    def _magento_search_by(self, domain):
        """Return a domain of the records that have such a document."""
        documents = self._magento_search_documents(domain)
        return [("id", "in", documents._get_sources(self).ids)]

    @api.model
    def _search_magento_has_error(self, comparison, value):
        found = self._magento_search_by(
            [("sync_state", "!=", "done"), ("last_error", "!=", False)]
        )
        wanted = [each for each in (True, False) if COMPARE[comparison](each, value)]
        if len(wanted) == 2:
            return []
        if not wanted:
            return [("id", "in", [])]
        return found if wanted == [True] else ["!", *found]

    @api.model
    def _search_magento_number(self, comparison, value):
        if comparison in NEGATIVE:
            return ["!", *self._search_magento_number(NEGATIVE[comparison], value)]
        kinds = ("kind", "in", self._magento_get_kinds())
        if comparison == "=" and not value:
            return ["!", *self._magento_search_by([kinds, ("magento_id", "!=", False)])]
        return self._magento_search_by(
            [
                kinds,
                "|",
                ("increment_id", comparison, value),
                "&",
                ("increment_id", "=", False),
                ("magento_id", comparison, value),
            ]
        )

    @api.model
    def _search_magento_difference_cause(self, comparison, value):
        if comparison in NEGATIVE:
            comparison = NEGATIVE[comparison]
            return ["!", *self._search_magento_difference_cause(comparison, value)]
        if comparison == "=" and not value:
            return ["!", *self._magento_search_by([("difference_cause", "!=", False)])]
        return self._magento_search_by([("difference_cause", comparison, value)])
