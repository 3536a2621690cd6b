from collections import defaultdict

from odoo import api, models

from ....tools.text.names import name_key


class ResPartner(models.Model):
    """Which customer a name of CoopCycle's export is."""

    _inherit = "res.partner"

    @api.model
    def _coopcycle_get_customer_domain(self, connection):
        """Return the domain of those who may be invoiced; archived ones may not.

        :param connection: the `coopcycle.connection` of the file
        """
        return [
            *self._check_company_domain(connection.company_id),
            "|",
            ("parent_id", "=", False),
            ("is_company", "=", True),
        ]

    @api.model
    def _coopcycle_match(self, connection, stores, customers):
        """Find the customers of stores, besides those that imports remember.

        By the name in the file: spaces, case and accents do not matter.

        :param connection: the `coopcycle.connection` of the file
        :param list stores: (store hash or None, name in the file) of the whole file
        :param list customers: (partner id, name) of all who may be invoiced
        :return: {store: [partner id, …]}: one id is the customer, several are in doubt;
            a store that nobody is like may be left out
        """
        ids_by_key = defaultdict(list)
        wanted = {name_key(name) for _store_hash, name in stores}
        for partner_id, name in customers:
            key = name_key(name)
            if key in wanted:
                ids_by_key[key].append(partner_id)
        return {store: ids_by_key[name_key(store[1])] for store in stores}
