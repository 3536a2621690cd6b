from odoo.tools import SQL

from .documents import Documents


class OpenParts:
    """What of Magento's orders has no document yet, and which of that is due, in SQL.

    The rules are the model's; they are the same for all orders of a shop that one
    payment method paid.

    :param model: of the records, a `magento.exported.mixin`
    :param connections: the `magento.connection` records, None for all
    :param kinds: of the documents, None for all that the model has
    :param methods: the `magento.payment.method` records as they are being edited, None
        for all that there are
    """

    def __init__(self, model, connections=None, kinds=None, methods=None):
        self.model = model.sudo().with_context(active_test=False)
        if connections is None:
            connections = self.model.env["magento.connection"].search([])
        self.connections = connections.with_env(self.model.env)
        self.kinds = kinds or self.model._magento_get_kinds()
        self.methods = methods
        self.documents = Documents(self.model)

    def query_open(self, sources=None):
        """Return a query of (source_id, order_id) of all parts without a document.

        :param sources: of these records alone
        """
        which = SQL("TRUE")
        if sources is not None:
            which = SQL("pair.source_id = ANY(%s)", sources.ids)
        return SQL(
            """
            SELECT pair.source_id, pair.order_id
              FROM (%(pairs)s) AS pair(source_id, order_id)
             WHERE %(which)s
               AND NOT EXISTS (
                    SELECT FROM magento_document AS document
                     WHERE document.kind IN %(kinds)s
                       AND document.%(name)s = pair.source_id
                       AND document.sale_order_id = pair.order_id
               )
               AND NOT EXISTS (
                    SELECT FROM magento_document_line AS line
                      JOIN magento_document AS document
                        ON document.id = line.document_id
                     WHERE line.covers_other
                       AND document.kind IN %(kinds)s
                       AND line.%(name)s = pair.source_id
                       AND document.sale_order_id = pair.order_id
               )
             -- In the order of the indexes, which are read side by side then
             ORDER BY pair.source_id, pair.order_id
            """,
            pairs=self.model._magento_query_pairs(),
            which=which,
            kinds=self.kinds,
            name=SQL.identifier(self.model._magento_get_source_name()),
        )

    def query_found(self):
        """Find the parts without a document, and return a query of them.

        They are few, which the server cannot know unless it is given them: it would
        rather read all records and orders to look at their rules.
        """
        self.model.env.cr.execute(self.query_open())
        columns = list(zip(*self.model.env.cr.fetchall(), strict=True)) or [(), ()]
        return SQL(
            "SELECT * FROM UNNEST(%s::int[], %s::int[]) AS part(source_id, order_id)",
            *(f"{{{','.join(map(str, ids))}}}" for ids in columns),
        )

    def query_mixed(self):
        """Return a query of those of `open` whose record has another document."""
        return SQL(
            """
            SELECT source_id, order_id
              FROM open
             -- Looked up one by one: EXISTS would read all documents
             WHERE (
                    SELECT TRUE
                      FROM (%s) AS document(source_id)
                     WHERE document.source_id = open.source_id
                     LIMIT 1
             )
            """,
            self.documents.query(),
        )

    def query_due_alone(self, sources=None):
        """Return a query of (source_id, order_id) of what is to be sent.

        :param sources: of these records alone, however old they are
        """
        return SQL(
            "WITH open AS MATERIALIZED (%s) %s",
            self.query_open(sources),
            self.query_due("open", is_recent=sources is None),
        )

    def query_due(self, name, is_recent=True):
        """Return a query of (source_id, order_id) of what of some may be sent.

        :param str name: of the query of those
        :param bool is_recent: only if dated late enough to be sent by itself
        """
        branches = []
        for kind in self.kinds:
            for connection in self.connections:
                since = []
                if is_recent:
                    since = self.model._magento_get_recent_domain(kind, connection)
                for rule, methods in self._get_rules(kind, connection):
                    domain = [*rule, *since]
                    branches.append(self._query_of(name, domain, connection, methods))
        return _union(branches)

    def query_unwanted(self, name):
        """Return a query of (source_id, order_id) of what of some is never sent.

        :param str name: of the query of those
        """
        branches = []
        for kind in self.kinds:
            domain = self.model._magento_get_kind_domain(kind)
            for connection in self.connections:
                methods = [
                    method
                    for method in self._get_methods(connection)
                    if not self.model._magento_is_wanted(kind, method)
                ]
                if methods:
                    branches.append(self._query_of(name, domain, connection, methods))
        return _union(branches)

    def _get_rules(self, kind, connection):
        """Return pairs (domain of what is due, the payment methods of which)."""
        rules = {}
        for method in self._get_methods(connection):
            if self.model._magento_is_wanted(kind, method):
                domain = self.model._magento_get_due_domain(kind, method)
                rules.setdefault(str(domain), (domain, []))[1].append(method)
        return rules.values()

    def _get_methods(self, connection):
        """Return the payment methods of a shop's orders, the last of them none."""
        methods = connection.payment_method_ids
        return self.methods or [*methods, methods.browse()]

    def _query_of(self, name, domain, connection, methods):
        """Return a query of those of some that meet a rule."""
        return SQL(
            """
            SELECT own.source_id, own.order_id
              FROM %(name)s AS own
              JOIN sale_order AS sale ON sale.id = own.order_id
             WHERE sale.magento_connection_id = %(connection)s
               AND COALESCE(sale.magento_payment_method_id, 0) IN %(methods)s
               AND own.source_id IN %(found)s
            """,
            name=SQL.identifier(name),
            connection=connection.id,
            methods=tuple(method._origin.id or 0 for method in methods),
            found=self.model.sudo()._search(domain).subselect(),
        )


def _union(branches):
    nothing = SQL("SELECT NULL::int AS source_id, NULL::int AS order_id WHERE FALSE")
    return SQL(" UNION ALL ").join(branches or [nothing])
