from odoo import api, fields, models

from ...compat import Constraint
from ...tools.text.names import name_key


class CoopcycleStore(models.Model):
    """A store of a CoopCycle instance and the customer who is billed for it.

    The hash is the end of the export's External ID: the first seven hexadecimal
    digits of sha256(store id). It stays when the store gets another name.
    """

    _name = "coopcycle.store"
    _inherit = ["integration.guard.mixin"]
    _description = "CoopCycle Store"
    _order = "name"

    connection_id = fields.Many2one(
        "coopcycle.connection", "CoopCycle Instance", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    store_hash = fields.Char(help="The end of the External ID in CoopCycle's export.")
    name = fields.Char("Legal Name", required=True, help="As CoopCycle exports it.")
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade", index=True
    )

    _hash_unique = Constraint(
        "unique(connection_id, store_hash)",
        "This instance has a store with this hash already.",
    )

    @api.model
    def _get_remembered(self, connection):
        """Return the stores of an instance whose customers are not archived.

        :param connection: the `coopcycle.connection` of the file
        """
        return self.search(
            [("connection_id", "=", connection.id), ("partner_id.active", "=", True)]
        )

    @api.model
    def _prepare_vals(self, connection, store_hash, name, partner_id):
        """Return the values of a store that is remembered.

        :param connection: the `coopcycle.connection` of the file
        :param str store_hash: the end of the External ID, or None
        :param str name: the legal name in the file
        :param int partner_id: the customer who was billed
        """
        return {
            "connection_id": connection.id,
            "store_hash": store_hash,
            "name": name,
            "partner_id": partner_id,
        }

    @api.model
    def _remember(self, connection, customers):
        """Keep which customer each store of a file was billed to.

        :param connection: the `coopcycle.connection` of the file
        :param customers: {(store hash or None, legal name): partner id}
        """
        known = {
            store.store_hash or name_key(store.name): store
            for store in self.search([("connection_id", "=", connection.id)])
        }
        new_vals = {}
        for (store_hash, name), partner_id in customers.items():
            key = store_hash or name_key(name)
            vals = self._prepare_vals(connection, store_hash, name, partner_id)
            store = known.get(key)
            if not store:
                new_vals[key] = vals
            elif (store.name, store.partner_id.id) != (
                vals["name"],
                vals["partner_id"],
            ):
                store.write(vals)
        self.create(list(new_vals.values()))
