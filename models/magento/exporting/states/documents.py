"""Which records have documents."""

from functools import cached_property

from odoo.tools import SQL

ALL = ("skipped", "unknown", "sending", "pending", "waiting", "done")


class Documents:
    """Finds the documents of a model's records.

    :param model: of the records, a `magento.exported.mixin`
    """

    def __init__(self, model):
        self.model = model
        self.name = SQL.identifier(model._magento_get_source_name())

    def query(self, states=ALL):
        """Return a query of (record id) of those that have a document in some states.

        A record may be there more than once.
        """
        return SQL(" UNION ALL ").join(self.query_each(states))

    def query_each(self, states=ALL):
        """Return the queries of which that is made; mostly it is one."""
        terms = {
            "name": self.name,
            "kinds": self.model._magento_get_kinds(),
            "states": tuple(states),
        }
        queries = [
            SQL(
                """
                SELECT document.%(name)s
                  FROM magento_document AS document
                 WHERE document.kind IN %(kinds)s
                   AND document.sync_state IN %(states)s
                   AND document.%(name)s IS NOT NULL
                """,
                **terms,
            )
        ]
        if self.cover_others:
            covered = SQL(
                """
                SELECT line.%(name)s
                  FROM magento_document_line AS line
                  JOIN magento_document AS document ON document.id = line.document_id
                 WHERE line.covers_other
                   AND document.kind IN %(kinds)s
                   AND document.sync_state IN %(states)s
                   AND line.%(name)s IS NOT NULL
                """,
                **terms,
            )
            queries.append(covered)
        return queries

    @cached_property
    def cover_others(self):
        """Whether documents cover other records than those they were made for.

        Where none does, the server sees better how many records a query finds.
        """
        query = SQL(
            "SELECT FROM magento_document_line"
            " WHERE covers_other AND %s IS NOT NULL LIMIT 1",
            self.name,
        )
        self.model.env.cr.execute(query)
        return bool(self.model.env.cr.rowcount)


def query_sources(model, documents):
    """Return a query of (record id, document id) of what documents cover.

    :param documents: a query of ids of documents
    """
    return SQL(
        """
        SELECT document.%(name)s AS source_id, document.id AS document_id
          FROM magento_document AS document
         WHERE document.id IN (%(documents)s) AND document.%(name)s IS NOT NULL
         UNION ALL
        SELECT DISTINCT line.%(name)s, line.document_id
          FROM magento_document_line AS line
         WHERE line.covers_other
           AND line.document_id IN (%(documents)s)
           AND line.%(name)s IS NOT NULL
        """,
        name=SQL.identifier(model._magento_get_source_name()),
        documents=documents,
    )
