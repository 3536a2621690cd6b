"""Whose order it is, and where it goes."""

from dataclasses import dataclass, field


@dataclass
class Parties:
    """The customer of an order, and the contacts of its two addresses.

    `remarks` say what of them Odoo could not take.
    """

    partner: object = None
    invoice: object = None
    delivery: object = None
    remarks: list = field(default_factory=list)


class Customers:
    """Finds or makes the customers and addresses of a page of orders, in batches.

    Who is who, and which values a new one gets, `res.partner` says.

    :param connection: the `magento.connection`, elevated, in its company
    :param places: the `Places`
    """

    def __init__(self, connection, places):
        self.connection = connection
        self.env = connection.env
        self.partners = self.env["res.partner"]
        self.places = places
        # Whose master data are these orders' own: nobody verified who ordered
        self.created = self.partners

    def resolve(self, orders, stores):
        """Return {Magento order id: `Parties`}.

        :param orders: the `Order`s to come in
        :param stores: {Magento store id: `magento.store`}
        """
        partners = self._find_or_create(orders, stores)
        self._bind(orders, partners)
        parties = self.find_addresses(
            [(order, partners[order.magento_id]) for order in orders]
        )
        self._enter_vat(orders, parties)
        return parties

    def find_addresses(self, pairs):
        """Find or make the contacts of both addresses; the same address is one contact.

        :param pairs: list of (`Order`, its customer)
        :return: {Magento order id: `Parties`}
        """
        parties = {
            order.magento_id: Parties(partner=partner) for order, partner in pairs
        }
        if parties:
            self._find_addresses([order for order, _partner in pairs], parties)
        return parties

    # Customers

    def _find_or_create(self, orders, stores):
        """Return {Magento order id: partner}; two new orders may be one customer's."""
        found = self.partners._magento_match(self.connection, orders)
        groups = self._group([o for o in orders if o.magento_id not in found])
        created = self.partners.create(
            [
                self.partners._magento_prepare_customer_vals(
                    group[0], stores[group[0].store_id], self.places
                )
                for group in groups
            ]
        )
        self.created |= created
        for group, partner in zip(groups, created, strict=True):
            found.update((order.magento_id, partner) for order in group)
        return found

    def _group(self, orders):
        """Return the orders of new customers: a list for each customer."""
        groups, known = [], {}
        for order in orders:
            identities = self.partners._magento_identify(order)
            group = next((known[i] for i in identities if i in known), None)
            if group is None:
                groups.append(group := [])
            group.append(order)
            for identity in identities:
                known.setdefault(identity, group)
        return groups

    def _bind(self, orders, partners):
        """Remember who the shop's registered customers are."""
        ids = {
            order.customer.magento_id: partners[order.magento_id]
            for order in orders
            if order.customer.magento_id
        }
        customers = self.env["magento.customer"]
        bound = customers._match(self.connection, ids)
        customers.create(
            [
                customers._prepare_vals(self.connection, magento_id, partner)
                for magento_id, partner in ids.items()
                if magento_id not in bound
            ]
        )

    def _enter_vat(self, orders, parties):
        """Enter VAT numbers at new customers; at others they are the order's alone."""
        for order in orders:
            found, vat = parties[order.magento_id], order.customer.vat
            if not vat:
                continue
            partner = found.partner.commercial_partner_id
            if partner in self.created:
                remark = partner._magento_enter_vat(vat)
            else:
                remark = partner._magento_compare_vat(vat)
            if remark:
                found.remarks.append(remark)

    # Addresses

    def _find_addresses(self, orders, parties):
        customers = self.partners.union(*(each.partner for each in parties.values()))
        contacts = customers._magento_match_contacts()
        missing = {}
        for order in orders:
            partner = parties[order.magento_id].partner
            for kind, address in _addresses(order):
                key = self._get_key(partner, address)
                if key not in contacts:
                    missing.setdefault(key, (partner, kind, address))
        created = self.partners.create(
            [
                partner._magento_prepare_contact_vals(
                    kind if partner in self.created else "other", address, self.places
                )
                for partner, kind, address in missing.values()
            ]
        )
        contacts.update(zip(missing, created, strict=True))
        for order in orders:
            found = parties[order.magento_id]
            found.invoice = found.delivery = found.partner
            for kind, address in _addresses(order):
                setattr(found, kind, contacts[self._get_key(found.partner, address)])
                found.remarks += self.places.remarks(address)
            if not order.delivery:
                found.delivery = found.invoice

    def _get_key(self, partner, address):
        return partner.id, partner._magento_get_address_key(address, self.places)


def _addresses(order):
    pairs = (("invoice", order.billing), ("delivery", order.delivery))
    return [(kind, address) for kind, address in pairs if address]
