from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import _, api, models, tools
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Whose order of Magento it is, and where it goes.

    An `Order` and its `Address` are what Magento says; `places` is a `Places`, which
    knows the countries and states of addresses.
    """

    _inherit = "res.partner"

    # Customers

    @api.model
    def _magento_match(self, connection, orders):
        """Find the customers of a page of orders, with a few queries for all of them.

        A registered customer is who the shop's customer id was before, anybody else who
        has the order's e-mail address. A name alone is nobody.

        :param connection: the `magento.connection`
        :param orders: the `Order`s that are to come in
        :return: {Magento's order id: res.partner} of those that are somebody here
        """
        ids = [order.customer.magento_id for order in orders]
        bound = self.env["magento.customer"]._match(connection, ids)
        by_email = self._magento_match_emails(connection, map(_email, orders))
        found = {}
        for order in orders:
            customer = order.customer
            sharing = by_email.get(_email(order), self.browse())
            partner = bound.get(customer.magento_id) or sharing._magento_choose(
                customer.name
            )
            if partner:
                found[order.magento_id] = partner
                if customer.magento_id:
                    bound.setdefault(customer.magento_id, partner)
        return found

    @api.model
    def _magento_match_emails(self, connection, emails):
        """Return {normalized e-mail address: all customers that have it}.

        :param emails: normalized ones, "" among them
        """
        partners = self.search(
            [
                ("email_normalized", "in", list(filter(None, emails))),
                ("company_id", "in", (False, connection.company_id.id)),
                *self._magento_get_customer_domain(),
            ],
            order="id",
        )
        return partners.grouped("email_normalized")

    @api.model
    def _magento_get_customer_domain(self):
        """Return who may be a customer for having the e-mail address of an order.

        Anybody may type any address: it makes nobody our own company, one of its users,
        or who only sells to us.
        """
        return [
            ("commercial_partner_id.ref_company_ids", "=", False),
            ("partner_share", "=", True),
            "|",
            ("customer_rank", ">", 0),
            ("supplier_rank", "=", 0),
        ]

    def _magento_choose(self, name):
        """Choose among those who share an e-mail address: customers before contacts.

        :param str name: the customer's name in Magento
        :return: one of them, or an empty record if there is none
        """
        return self.sorted(
            lambda partner: (
                bool(partner.parent_id),
                _folded(partner.name) != _folded(name),
                partner.id,
            )
        )[:1]

    @api.model
    def _magento_identify(self, order):
        """Return what tells a new customer from all others; each of them is enough.

        Two new orders that have one of them in common are one customer's.

        :return: list of values that can be hashed
        """
        found = [("id", order.customer.magento_id), ("email", _email(order))]
        return [each for each in found if each[1]] or [("order", order.magento_id)]

    @api.model
    def _magento_prepare_vals(self, address, places):
        """Return the values that a customer or a contact has of an address."""
        return {
            "company_name": address.company or False,
            "street": address.street or False,
            "street2": address.street2 or False,
            "zip": address.postcode or False,
            "city": address.city or False,
            "phone": address.phone or False,
            "state_id": places.state(address).id,
            "country_id": places.country(address).id,
            "comment": _paragraphs(places.remarks(address)) or False,
        }

    @api.model
    def _magento_prepare_customer_vals(self, order, store, places):
        """Return the values of a new customer.

        :param order: the first `Order` of it
        :param store: the `magento.store` of the order
        """
        address = order.billing or order.delivery
        name = order.customer.name or (address and address.name) or _email(order)
        return {
            **(self._magento_prepare_vals(address, places) if address else {}),
            "name": name or _("Customer of order %s", order.increment_id),
            "email": order.customer.email or False,
            "lang": store.lang_id.code or self.env.lang or False,
            "customer_rank": 1,
        }

    # Contacts, one for each address

    def _magento_match_contacts(self):
        """Find all contacts of these customers, with one query.

        :return: {(id of the customer, what `_magento_get_address_key` returns):
            contact}; the customer itself is before its contacts
        """
        ids = set(self.ids)
        partners = self.search(
            ["|", ("id", "in", self.ids), ("parent_id", "in", self.ids)],
            order="parent_id DESC, id",
        )
        contacts = {}
        for partner in partners.sorted(lambda each: each.id not in ids):
            customer = partner if partner.id in ids else partner.parent_id
            key = partner._magento_get_address_key()
            contacts.setdefault((customer.id, key), partner)
        return contacts

    def _magento_get_address_key(self, address=None, places=None):
        """Return what two equal addresses have in common.

        :param address: one of this customer in Magento; the contact's own without one
        """
        self.ensure_one()
        if address:
            texts = (
                address.name or self.name,
                address.company,
                address.street,
                address.street2,
                address.postcode,
                address.city,
            )
            country, state = places.country(address), places.state(address)
        else:
            texts = (
                self.name,
                self.company_name,
                self.street,
                self.street2,
                self.zip,
                self.city,
            )
            country, state = self.country_id, self.state_id
        return (*map(_folded, texts), state.id, country.id)

    def _magento_prepare_contact_vals(self, kind, address, places):
        """Return the values of a new contact of this customer.

        :param str kind: "invoice" or "delivery"; "other" of a customer who was here
            before: Odoo proposes it to no other order
        """
        self.ensure_one()
        return {
            "parent_id": self.id,
            "type": kind,
            "name": address.name or self.name,
            "lang": self.lang,
            **self._magento_prepare_vals(address, places),
        }

    # VAT numbers

    def _magento_compare_vat(self, vat):
        """Compare an order's VAT number with that of its customer, who was here before.

        :return: what differs, "" if nothing does
        """
        self.ensure_one()
        if _alphanumeric(self.vat) == _alphanumeric(vat):
            return ""
        if not self.vat:
            return _(
                "The order names the VAT number %s, the customer has none. Resolution:"
                " enter it at the customer if it is the customer's.",
                vat,
            )
        return _(
            "The order names the VAT number %(new)s, the customer has %(old)s.",
            new=vat,
            old=self.vat,
        )

    def _magento_enter_vat(self, vat):
        """Enter a new customer's VAT number; one that Odoo refuses becomes a note.

        :return: what of it Odoo could not take, "" if it is all right
        """
        self.ensure_one()
        if self.vat:  # of another order of the same customer
            return self._magento_compare_vat(vat)
        if self._magento_accepts_vat(vat):
            return ""
        remark = _("Odoo refused the VAT number %s.", vat)
        if remark not in tools.html2plaintext(self.comment or ""):
            self.comment = (self.comment or Markup()) + _paragraphs([remark])
        return remark

    def _magento_accepts_vat(self, vat):
        try:
            with self.env.cr.savepoint():
                self.vat = vat
                self.flush_recordset()
        except OperationalError:
            raise
        except UserError:
            self.invalidate_recordset()
            return False
        return True


def _email(order):
    return tools.email_normalize(order.customer.email or "", strict=False) or ""


def _alphanumeric(text):
    return "".join(filter(str.isalnum, text or "")).casefold()


def _folded(text):
    return " ".join((text or "").split()).casefold()


def _paragraphs(texts):
    return Markup().join(Markup("<p>%s</p>") % text for text in texts)
