from collections import defaultdict

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import _, api, models, tools
from odoo.exceptions import UserError

from ....tools.text.names import firm_key, is_same_vat

# Types of contacts whose firms may be billed: of a customer who was here before, too
BILLED = ("invoice", "other")


class ResPartner(models.Model):
    """Whose order of Magento it is, and where it goes.

    An `Order` and its `Address` are what Magento says; `places` is a `Places`, which
    knows the countries and states of addresses.
    """

    _inherit = "res.partner"

    def _increase_rank(self, field, n=1):
        """Leave it to who posts many payments to count their customers."""
        if self.env.su and self.env.context.get("magento_posting"):
            return None
        return super()._increase_rank(field, n)

    # Customers

    @api.model
    def _magento_match(self, connection, orders):
        """Find the customers of a page of orders, with a few queries for all of them.

        A registered customer is who the shop's customer id was before, anybody else who
        has the order's e-mail address. A name alone is nobody. Whoever has another firm
        or VAT number than who is billed is another customer.

        :param connection: the `magento.connection`
        :param orders: the `Order`s that are to come in
        :return: {Magento's order id: res.partner} of those that are somebody here
        """
        ids = [order.customer.magento_id for order in orders]
        bound = self.env["magento.customer"]._match(connection, ids)
        accounts = self.browse().union(*bound.values())
        emails = [*map(_email, orders), *accounts.mapped("email_normalized")]
        by_email = self._magento_match_emails(connection, emails)
        nobody = self.browse()
        found = {}
        for order in orders:
            customer = order.customer
            known = bound.get(customer.magento_id, nobody)
            sharing = known | by_email.get(_email(order), nobody)
            sharing |= by_email.get(known.email_normalized, nobody)
            likely = sharing._magento_filter_buyers(order)
            others = likely._magento_filter_bearers(order)
            partner = (known & likely) or others._magento_choose(customer.name)
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

    # Two firms, or two VAT numbers, behind one e-mail address are two customers

    def _magento_filter_buyers(self, order):
        """Return who of one account or e-mail address may be billed for an order.

        That is who has its VAT number, else its firm, else whom neither contradicts.

        :param order: the `Order`
        """
        tests = ("_magento_has_vat", "_magento_has_firm", "_magento_may_have_bought")
        for test in tests:
            if found := self.filtered(
                lambda each, test=test: getattr(each, test)(order)
            ):
                return found
        return self.browse()

    def _magento_filter_bearers(self, order):
        """Leave out whose VAT number the invoice of a private person would bear.

        An e-mail address alone does not say that somebody buys for a firm.
        """
        if order.firm or order.customer.vat:
            return self
        return self.filtered(lambda each: not each.commercial_partner_id.vat)

    def _magento_has_vat(self, order):
        """Say whether the order's VAT number is this customer's.

        The number of an account is not that of another firm which it orders for.
        """
        firm, own_firm = firm_key(order.firm), self._magento_get_firm()
        is_same = is_same_vat(self.commercial_partner_id.vat, order.customer.vat)
        is_other_firm = firm and own_firm and firm != own_firm
        return is_same and not (order.customer.is_vat_of_account and is_other_firm)

    def _magento_has_firm(self, order):
        """Say whether the firm that is billed is this customer's, or a contact's."""
        firm, vat = firm_key(order.firm), self.commercial_partner_id.vat
        if not firm or (vat and order.customer.vat):
            return False
        if firm in (
            self._magento_get_firm(),
            firm_key(self.commercial_partner_id.name),
        ):
            return True
        has_vat = vat or order.customer.vat
        return not has_vat and firm in self._magento_get_billed_firms()

    def _magento_may_have_bought(self, order):
        """Say whether neither firm nor VAT number speaks for another customer."""
        vat = self.commercial_partner_id.vat
        if not order.firm:
            return not (vat and order.customer.vat)
        has_firm = self._magento_get_firm() or self._magento_get_billed_firms()
        return not (has_firm or vat or order.customer.vat)

    def _magento_get_firm(self):
        """Return this customer's firm as `firm_key` has it, "" for a person."""
        return firm_key(self.commercial_company_name)

    def _magento_get_billed_firms(self):
        """Return the firms of this customer's billing addresses."""
        contacts = self.child_ids.filtered(lambda each: each.type in BILLED)
        return set(map(firm_key, contacts.mapped("company_name"))) - {""}

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

    @api.model
    def _magento_create_contacts(self, vals_list):
        """Create contacts that keep the firms of their addresses.

        Odoo takes the firm away from who has a parent, as it stands for the parent's.

        :param vals_list: of `_magento_prepare_contact_vals`
        """
        contacts = self.create([dict(vals) for vals in vals_list])
        of_firms = defaultdict(self.browse)
        for contact, vals in zip(contacts, vals_list, strict=True):
            firm = vals.get("company_name")
            if firm_key(firm) != contact._magento_get_firm():
                of_firms[firm] |= contact
        for firm, of_firm in of_firms.items():
            of_firm.company_name = firm
        return contacts

    @api.depends("parent_id")
    def _compute_commercial_company_name(self):
        """Name the firm of an address, also below another firm."""
        res = super()._compute_commercial_company_name()
        for contact in self.filtered(lambda each: each.parent_id and each.company_name):
            contact.commercial_company_name = contact.company_name
        return res

    def _magento_get_address_key(self, address=None, places=None):
        """Return what two equal addresses have in common.

        :param address: one of this customer in Magento; the contact's own without one
        """
        self.ensure_one()
        if address:
            texts = (
                address.name or self.name,
                address.street,
                address.street2,
                address.postcode,
                address.city,
            )
            above = self.commercial_partner_id
            firm = address.company or (above.is_company and above.name)
            country, state = places.country(address), places.state(address)
        else:
            texts = (self.name, self.street, self.street2, self.zip, self.city)
            firm = self.commercial_company_name
            country, state = self.country_id, self.state_id
        return (firm_key(firm), *map(_folded, texts), state.id, country.id)

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

    def _magento_owns_vat(self, order, account):
        """Say whether an order's VAT number stands with this customer's firm.

        :param order: the `Order`
        :param account: the customer of the shop's account, whose number it may be
        """
        self.ensure_one()
        owner, own_firm = account.commercial_partner_id, self._magento_get_firm()
        if order.customer.is_vat_of_account and is_same_vat(
            owner.vat, order.customer.vat
        ):
            return self.commercial_partner_id == owner
        return not own_firm or firm_key(order.firm) == own_firm

    def _magento_refuse_vat(self, vat):
        """Return what is said of a VAT number that is not this customer's."""
        return _(
            "The order names the VAT number %(vat)s, which does not stand with the firm"
            " of %(customer)s. Resolution: enter it there if it is right.",
            vat=vat,
            customer=self.display_name,
        )

    def _magento_compare_vat(self, vat):
        """Compare an order's VAT number with that of its customer, who was here before.

        :return: what differs, "" if nothing does
        """
        self.ensure_one()
        if is_same_vat(self.vat, vat):
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


def _folded(text):
    return " ".join((text or "").split()).casefold()


def _paragraphs(texts):
    return Markup().join(Markup("<p>%s</p>") % text for text in texts)
