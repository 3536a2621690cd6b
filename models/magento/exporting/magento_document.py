from odoo import _, api, models
from odoo.tools import SQL


class MagentoDocument(models.Model):
    """What is written of documents that go to Magento, for other addons to add to."""

    _inherit = "magento.document"

    @api.model
    def _prepare_export(self, connection, kind, order, **source):
        """Return the values of a document that is to be sent.

        :param order: the `sale.order`
        :param source: {field: value} of what it is made for
        """
        return {
            "connection_id": connection.id,
            "kind": kind,
            "direction": "push",
            "sale_order_id": order.id,
            **source,
        }

    def _prepare_another(self):
        """Return the values of a document for what the shop made of the same source."""
        self.ensure_one()
        return {
            "connection_id": self.connection_id.id,
            "kind": self.kind,
            "direction": self.direction,
            "move_id": self.move_id.id,
            "picking_id": self.picking_id.id,
            "sale_order_id": self.sale_order_id.id,
            "sync_state": "done",
        }

    def _prepare_line(self, item, source):
        """Return the values of what it covers of an item.

        :param item: the `Item`
        :param source: the document of what is covered, which may be another
        """
        self.ensure_one()
        return {
            "document_id": self.id,
            "order_item_id": item.order_item_id,
            "quantity": float(item.quantity),
            "sale_line_id": item.sale_line_id,
            "move_id": source.move_id.id,
            "picking_id": source.picking_id.id,
        }

    def _prepare_remote(self, remote):
        """Return the values that tell how it looks in Magento.

        :param remote: the `Remote`
        """
        self.ensure_one()
        return {
            "increment_id": remote.increment_id,
            "magento_date": remote.created_at,
            "magento_total": float(remote.total),
            "magento_tax": float(remote.tax),
            "magento_shipping": float(remote.shipping),
        }

    @api.model
    def _find_unseen_keys(self, kind, name, ids):
        """Return {id of a source: key of its document} of those made meanwhile.

        This transaction does not see them.

        :param str name: the field that names the source
        :param ids: those of the sources
        """
        query = SQL(
            "SELECT %s, key FROM magento_document WHERE %s = ANY(%s)"
            " AND kind = %s AND direction = 'push'",
            SQL.identifier(name),
            SQL.identifier(name),
            ids,
            kind,
        )
        self.flush_model([name])
        self.env.cr.execute(query)
        seen = set(self.env.cr.fetchall())
        with self.env.registry.cursor() as cr:  # it sees what is committed by now
            cr.execute(query)
            return dict(set(cr.fetchall()) - seen)

    def _get_shipment(self):
        """Return the document of the shipment that has what a late track is for."""
        self.ensure_one()
        return self.search(
            [
                ("kind", "=", "shipment"),
                ("sale_order_id", "=", self.sale_order_id.id),
                ("magento_id", "!=", False),
                "|",
                ("picking_id", "=", self.picking_id.id),
                ("line_ids.picking_id", "=", self.picking_id.id),
            ],
            order="id desc",
            limit=1,
        )

    def _get_remedy(self, error):
        """Return what helps where Magento refused it, "" if nothing special.

        :param error: the `MagentoError`
        """
        self.ensure_one()
        if remedy := self._get_source()._magento_get_remedy(self, error):
            return remedy
        if error.status != 404:
            return ""
        return _(
            "Magento has no order with this ID any more. Resolution: ask the shop's"
            " administrator whether it was deleted, or whether the shop was restored"
            " from a backup."
        )

    def _get_responsible(self):
        """Return the user who is asked when it does not get into Magento."""
        self.ensure_one()
        return self._get_source()._magento_get_responsible(self) or self.env.user
