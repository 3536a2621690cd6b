"""Whose order it is, and where it goes."""

from dataclasses import dataclass, field

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import _, tools
from odoo.exceptions import UserError


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

    A registered customer is who the shop's customer id was before, anybody else who has
    the order's e-mail address. A name alone is nobody.
    """

    def __init__(self, connection, places):
        self.connection = connection
        self.company = connection.company_id
        self.env = connection.env
        self.places = places

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
        bound = self._find_bound([order.customer.magento_id for order in orders])
        by_email = self._find_by_email(orders)
        found, new, groups = {}, [], {}
        for order in orders:
            partner = bound.get(order.customer.magento_id) or _choose(
                by_email.get(_email(order), ()), order.customer.name
            )
            if partner:
                found[order.magento_id] = partner
                if order.customer.magento_id:
                    bound.setdefault(order.customer.magento_id, partner)
                continue
            identities = _identities(order)
            group = next((groups[i] for i in identities if i in groups), None)
            if group is None:
                new.append(group := [])
            group.append(order)
            for identity in identities:
                groups.setdefault(identity, group)
        created = self.env["res.partner"].create(
            [self._customer_values(group[0], stores) for group in new]
        )
        for group, partner in zip(new, created, strict=True):
            found.update((order.magento_id, partner) for order in group)
        return found

    def _find_bound(self, magento_ids):
        bindings = self.env["magento.customer"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("magento_id", "in", list(filter(None, magento_ids))),
            ]
        )
        return {binding.magento_id: binding.partner_id for binding in bindings}

    def _find_by_email(self, orders):
        partners = self.env["res.partner"].search(
            [
                ("email_normalized", "in", list(filter(None, map(_email, orders)))),
                ("company_id", "in", (False, self.company.id)),
            ],
            order="id",
        )
        found = {}
        for partner in partners:
            found.setdefault(partner.email_normalized, []).append(partner)
        return found

    def _customer_values(self, order, stores):
        address = order.billing or order.delivery
        name = order.customer.name or (address and address.name) or _email(order)
        return {
            **(self._address_values(address) if address else {}),
            "name": name or _("Customer of order %s", order.increment_id),
            "email": order.customer.email or False,
            "lang": stores[order.store_id].lang_id.code or self.env.lang or False,
            "customer_rank": 1,
        }

    def _bind(self, orders, partners):
        """Remember who the shop's registered customers are."""
        ids = {
            order.customer.magento_id: partners[order.magento_id]
            for order in orders
            if order.customer.magento_id
        }
        bound = self._find_bound(list(ids))
        self.env["magento.customer"].create(
            [
                {
                    "connection_id": self.connection.id,
                    "magento_id": magento_id,
                    "partner_id": partner.id,
                }
                for magento_id, partner in ids.items()
                if magento_id not in bound
            ]
        )

    def _enter_vat(self, orders, parties):
        """Enter VAT numbers; one that Odoo refuses becomes a note."""
        for order in orders:
            vat, found = order.customer.vat, parties[order.magento_id]
            partner = found.partner.commercial_partner_id
            if not vat or _same_vat(partner.vat, vat):
                continue
            if partner.vat:
                found.remarks.append(
                    _(
                        "The order names the VAT number %(new)s, the customer has"
                        " %(old)s.",
                        new=vat,
                        old=partner.vat,
                    )
                )
            elif not self._accepts_vat(partner, vat):
                remark = _("Odoo refused the VAT number %s.", vat)
                found.remarks.append(remark)
                _note(partner, remark)

    def _accepts_vat(self, partner, vat):
        try:
            with self.env.cr.savepoint():
                partner.vat = vat
                partner.flush_recordset()
        except OperationalError:
            raise
        except UserError:
            partner.invalidate_recordset()
            return False
        return True

    # Addresses

    def _find_addresses(self, orders, parties):
        contacts = self._known_contacts({p.partner.id for p in parties.values()})
        missing = {}
        for order in orders:
            partner = parties[order.magento_id].partner
            for kind, address in _addresses(order):
                key = (partner.id, self._key(address, partner))
                if key not in contacts:
                    missing.setdefault(key, (partner, kind, address))
        created = self.env["res.partner"].create(
            [self._contact_values(*each) for each in missing.values()]
        )
        contacts.update(zip(missing, created, strict=True))
        for order in orders:
            found = parties[order.magento_id]
            found.invoice = found.delivery = found.partner
            for kind, address in _addresses(order):
                key = (found.partner.id, self._key(address, found.partner))
                setattr(found, kind, contacts[key])
                found.remarks += self.places.remarks(address)
            if not order.delivery:
                found.delivery = found.invoice

    def _known_contacts(self, partner_ids):
        """Return {(customer id, key): contact}, the customer itself first."""
        ids = list(partner_ids)
        partners = self.env["res.partner"].search(
            ["|", ("id", "in", ids), ("parent_id", "in", ids)],
            order="parent_id DESC, id",
        )
        contacts = {}
        for partner in partners.sorted(lambda p: p.id not in partner_ids):
            customer = partner.id if partner.id in partner_ids else partner.parent_id.id
            contacts.setdefault((customer, self._partner_key(partner)), partner)
        return contacts

    @staticmethod
    def _partner_key(partner):
        texts = (
            partner.name,
            partner.company_name,
            partner.street,
            partner.street2,
            partner.zip,
            partner.city,
        )
        places = (partner.state_id.id, partner.country_id.id)
        return (*map(_folded, texts), *places)

    def _key(self, address, customer):
        texts = (
            address.name or customer.name,
            address.company,
            address.street,
            address.street2,
            address.postcode,
            address.city,
        )
        country = self.places.country(address)
        state = self.places.state(address)
        return (*map(_folded, texts), state.id, country.id)

    def _contact_values(self, customer, kind, address):
        return {
            "parent_id": customer.id,
            "type": "invoice" if kind == "invoice" else "delivery",
            "name": address.name or customer.name,
            "lang": customer.lang,
            **self._address_values(address),
        }

    def _address_values(self, address):
        return {
            "company_name": address.company or False,
            "street": address.street or False,
            "street2": address.street2 or False,
            "zip": address.postcode or False,
            "city": address.city or False,
            "phone": address.phone or False,
            "state_id": self.places.state(address).id,
            "country_id": self.places.country(address).id,
            "comment": _paragraphs(self.places.remarks(address)) or False,
        }


def _identities(order):
    """Return what tells a new customer from all others; each of them is enough."""
    found = [("id", order.customer.magento_id), ("email", _email(order))]
    return [each for each in found if each[1]] or [("order", order.magento_id)]


def _email(order):
    return tools.email_normalize(order.customer.email or "", strict=False) or ""


def _choose(partners, name):
    """Choose among those who share an e-mail address: customers before contacts."""
    return min(
        partners,
        key=lambda p: (bool(p.parent_id), _folded(p.name) != _folded(name), p.id),
        default=None,
    )


def _addresses(order):
    pairs = (("invoice", order.billing), ("delivery", order.delivery))
    return [(kind, address) for kind, address in pairs if address]


def _same_vat(one, other):
    return _alphanumeric(one) == _alphanumeric(other)


def _alphanumeric(text):
    return "".join(filter(str.isalnum, text or "")).casefold()


def _folded(text):
    return " ".join((text or "").split()).casefold()


def _note(partner, text):
    """Append a paragraph to the partner's notes, unless it is there already."""
    if text not in tools.html2plaintext(partner.comment or ""):
        partner.comment = (partner.comment or Markup()) + _paragraphs([text])


def _paragraphs(texts):
    return Markup().join(Markup("<p>%s</p>") % text for text in texts)
