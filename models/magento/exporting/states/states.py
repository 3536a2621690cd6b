from odoo.tools import SQL

from .open_parts import OpenParts

# Of several parts, the one that needs somebody most stands for all
BY_URGENCY = (
    "skipped",
    "unknown",
    "sending",
    "pending",
    "waiting",
    "not_due",
    "done",
    "none",
)
# No part without a document is as urgent
UNDER_WAY = {"skipped", "unknown", "sending"}


class States:
    """Tells which records of a model are in some export states.

    :param model: a `magento.exported.mixin`
    """

    def __init__(self, model):
        self.model = model
        self.parts = OpenParts(model)
        self.documents = self.parts.documents

    def query(self, states):
        """Return a query of the ids of the records that are in one of some states."""
        if "none" in states:
            # Most records belong to no order of Magento
            others = [state for state in BY_URGENCY if state not in states]
            return query_others(self.model, self._query(others))
        query = self._query(states)
        if not self.documents.cover_others and len(states) == 1:
            return query
        # What UNION finds is found once: so the server knows how many records it is
        return SQL("%s UNION (%s)", _union([]), query)

    def _query(self, states):
        if {*states} == {*BY_URGENCY} - {"none"}:
            return _union([self._query_paired(), self.documents.query()])
        found = _union(map(self._query_state, states))
        if not {*states} - UNDER_WAY:
            return found
        return SQL(
            """
            WITH open AS (%(open)s),
                 due AS (%(due)s),
                 mixed AS (%(mixed)s),
                 mixed_due AS (%(mixed_due)s),
                 unwanted AS (%(unwanted)s),
                 -- What is never sent matters only where nothing else is
                 missing AS (
                    SELECT source_id
                      FROM mixed
                     WHERE NOT EXISTS (
                            SELECT FROM unwanted
                             WHERE unwanted.source_id = mixed.source_id
                               AND unwanted.order_id = mixed.order_id
                     )
                 )
            %(found)s
            """,
            open=self.parts.query_found(),
            due=self.parts.query_due("open"),
            mixed=self.parts.query_mixed(),
            mixed_due=self.parts.query_due("mixed"),
            unwanted=self.parts.query_unwanted("mixed"),
            found=found,
        )

    def _query_paired(self):
        return SQL(
            "SELECT source_id FROM (%s) AS pair(source_id, order_id)",
            self.model._magento_query_pairs(),
        )

    def _query_state(self, state):
        own, urgent = self._get_parts(state)
        return SQL(
            """
            SELECT own.id
              FROM (%s) AS own(id)
             WHERE NOT EXISTS (
                    SELECT FROM (%s) AS urgent(id) WHERE urgent.id = own.id
             )
            """,
            _union(own),
            _union(urgent),
        )

    def _get_parts(self, state):
        """Return queries of the ids of records that have a part in a state.

        :return: (the queries, those of records that have a part in a more urgent one)
        """
        rank = BY_URGENCY.index(state)
        before = [each for each in BY_URGENCY[:rank] if each != "not_due"]
        urgent = [self.documents.query(before)] if before else []
        if state == "not_due":
            due = SQL("SELECT source_id FROM due")
            alone = SQL(
                "SELECT source_id FROM open WHERE source_id NOT IN (%s)",
                SQL("SELECT source_id FROM mixed"),
            )
            return [alone, SQL("SELECT source_id FROM missing")], [*urgent, due]
        own = [self.documents.query([state])]
        if state == "pending":
            own.append(SQL("SELECT source_id FROM due"))
        elif state == "waiting":
            urgent.append(SQL("SELECT source_id FROM mixed_due"))
        elif state == "done":
            urgent.append(SQL("SELECT source_id FROM missing"))
        return own, urgent


def query_others(model, query):
    """Return a query of the ids of all records of a model but some.

    :param query: of the ids of those
    """
    return SQL(
        """
        SELECT record.id
          FROM %(table)s AS record
         WHERE NOT EXISTS (
                SELECT FROM (%(query)s) AS found(id) WHERE found.id = record.id
         )
        """,
        table=SQL.identifier(model._table),
        query=query,
    )


def _union(queries):
    nothing = SQL("SELECT NULL::int WHERE FALSE")
    return SQL(" UNION ALL ").join(list(queries) or [nothing])
