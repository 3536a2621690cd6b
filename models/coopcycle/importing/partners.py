from collections import defaultdict
from itertools import chain

from ....tools.text.names import name_key, similar_names
from .matcher import MAX_SHOWN, Matcher


class PartnerMatcher(Matcher):
    """Finds the customer of each store: by its remembered hash, then by its name.

    Spaces, case and accents of a name do not matter; archived customers are not used.
    All names are matched with a fixed number of queries.
    """

    kind = "partner"

    def match(self, rows_by_store):
        """Find the customers, and say which are missing or in doubt.

        :param rows_by_store: {(store hash or None, name in the file): row numbers}
        :return: {(store hash, name): partner id, or None where it is not known}
        """
        self._load_stores()
        customers = self._read_customers()
        matches = self.env["res.partner"]._coopcycle_match(
            self.connection, [store for store in rows_by_store if store[1]], customers
        )
        self._shown_ids = [
            partner_id
            for partner_ids in matches.values()
            if len(partner_ids) > 1
            for partner_id in partner_ids[:MAX_SHOWN]
        ]
        partners = {}
        unknown = defaultdict(list)
        for store, rows in rows_by_store.items():
            store_hash, name = store
            matching = matches.get(store, [])
            partner_id = (
                self._match_one(store_hash, name, rows, matching) if name else None
            )
            partners[store] = partner_id
            if name and not partner_id and not matching:
                unknown[name].extend(rows)
        self._suggest_similar(unknown, customers)
        self._find_archived(unknown)
        return partners

    def _load_stores(self):
        """Read what earlier imports of the instance remember."""
        self._store_by_hash = {}
        self._partners_by_legal_name = defaultdict(set)
        stores = self.env["coopcycle.store"]._get_remembered(self.connection)
        for store in stores:
            if store.store_hash:
                self._store_by_hash[store.store_hash] = store
            key = name_key(store.name)
            self._partners_by_legal_name[key].add(store.partner_id.id)
        stores.partner_id.mapped("name")

    def _read_customers(self, active=True):
        """Return [(partner id, name)] of who may be invoiced, or of archived ones."""
        partner = self.env["res.partner"].with_context(active_test=active)
        domain = partner._coopcycle_get_customer_domain(self.connection)
        query = partner._search([*domain, ("active", "=", active)])
        query.order = None
        partner.flush_model()  # not every version of Odoo does it
        self.env.cr.execute(query.select("res_partner.id", "res_partner.name"))
        return [(id_, name) for id_, name in self.env.cr.fetchall() if name]

    def _match_one(self, store_hash, name, rows, matching):
        """Return the id of a store's customer, or None with a finding that says why.

        :param matching: ids of the customers that Odoo has for the store
        """
        key = name_key(name)
        if chosen := self.choices.picked.get(("partner", key)):
            self._add("value_chosen", rows, name, chosen=chosen)
            return chosen
        store = self._store_by_hash.get(store_hash)
        if store:
            if key in (name_key(store.name), name_key(store.partner_id.name or "")):
                return store.partner_id.id
            self._add(
                "partner_renamed",
                rows,
                name,
                reason="found" if len(matching) == 1 else "",
                known=store.name,
                suggestion=store.partner_id.display_name,
            )
            return matching[0] if len(matching) == 1 else None
        remembered = self._partners_by_legal_name[key]
        if len(remembered) == 1:
            return next(iter(remembered))
        if len(matching) == 1:
            return matching[0]
        if matching:
            names = self._display_names(matching)
            self._add("partner_ambiguous", rows, name, suggestion=names)
        elif self.choices.create_missing_partners:
            self._add("partner_created", rows, name)
        else:
            self._add("partner_missing", rows, name)
        return None

    def _suggest_similar(self, unknown, customers):
        """Say which unknown names are nearly the name of a customer."""
        if not unknown:
            return
        similar = similar_names(unknown, customers)
        self._shown_ids += chain.from_iterable(similar.values())
        for name, partner_ids in similar.items():
            if partner_ids:
                names = self._display_names(partner_ids)
                self._add("partner_similar", unknown[name], name, suggestion=names)

    def _find_archived(self, unknown):
        """Say which unknown names are those of archived customers."""
        if not unknown:
            return
        archived = {name_key(name) for _id, name in self._read_customers(active=False)}
        for name, rows in unknown.items():
            if name_key(name) in archived:
                self._add("partner_archived", rows, name)

    def _display_names(self, partner_ids):
        partners = self.env["res.partner"].browse(partner_ids[:MAX_SHOWN])
        partners = partners.with_prefetch(self._shown_ids)  # one query for all names
        return " / ".join(
            ", ".join(filter(None, [partner.display_name, partner.city, partner.email]))
            for partner in partners
        )
