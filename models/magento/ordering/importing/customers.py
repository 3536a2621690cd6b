"""Whose order it is, and where it goes."""

from collections import defaultdict
from dataclasses import dataclass, field

from .....tools.text.names import firm_key


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
        partners, remarks = {}, {}
        for wave in self._get_waves(orders):
            found = self._find_or_create(wave, stores)
            accounts = self._bind(wave, found)
            remarks.update(self._enter_vat(wave, found, accounts))
            partners.update(found)
        parties = self.find_addresses(
            [(order, partners[order.magento_id]) for order in orders]
        )
        for magento_id, remark in remarks.items():
            parties[magento_id].remarks.insert(0, remark)
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

    def _get_waves(self, orders):
        """Return lists of orders, in which each customer bills one firm alone.

        Whether another firm is another customer is known once the first one is.
        """
        waves = []
        for group in self._group(orders):
            by_firm = defaultdict(list)
            for order in group:
                firm, vat = firm_key(order.firm), firm_key(order.customer.vat)
                by_firm[firm, vat].append(order)
            for number, same in enumerate(by_firm.values()):
                if number == len(waves):
                    waves.append([])
                waves[number] += same
        return waves

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
        """Return the orders of one account or e-mail address: a list for each."""
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
        """Remember who the shop's registered customers are.

        :return: {customer's id in Magento: partner}
        """
        ids = {}
        for order in orders:
            if order.customer.magento_id:
                ids.setdefault(order.customer.magento_id, partners[order.magento_id])
        customers = self.env["magento.customer"]
        bound = customers._match(self.connection, ids)
        customers.create(
            [
                customers._prepare_vals(self.connection, magento_id, partner)
                for magento_id, partner in ids.items()
                if magento_id not in bound
            ]
        )
        return ids | bound

    def _enter_vat(self, orders, partners, accounts):
        """Enter VAT numbers at new customers whose they are.

        :return: {Magento order id: what is said of a number that was not entered}
        """
        remarks = {}
        for order in orders:
            vat, partner = order.customer.vat, partners[order.magento_id]
            if not vat:
                continue
            account = accounts.get(order.customer.magento_id, self.partners)
            owner = partner.commercial_partner_id
            if not partner._magento_owns_vat(order, account):
                remark = partner._magento_refuse_vat(vat)
            elif owner in self.created:
                remark = owner._magento_enter_vat(vat)
            else:
                remark = owner._magento_compare_vat(vat)
            remarks[order.magento_id] = remark
        return {magento_id: remark for magento_id, remark in remarks.items() if remark}

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
        created = self.partners._magento_create_contacts(
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
