"""Countries and states, by the codes and names that Magento gives."""

from odoo import _


class Places:
    """Looks countries and states up, with one query each for a whole run."""

    def __init__(self, env):
        self.env = env
        self.countries = {
            country.code: country for country in env["res.country"].search([])
        }
        self.states = {}

    def country(self, address):
        """Return the country, an empty record for a code that Odoo does not have."""
        return self.countries.get(address.country, self.env["res.country"])

    def state(self, address):
        """Return the state by its code or name, an empty record if it is unknown."""
        known = self._states_of(self.country(address))
        for text in (address.region_code, address.region):
            if text and text.casefold() in known:
                return known[text.casefold()]
        return self.env["res.country.state"]

    def remarks(self, address):
        """Return what of an address has no place in Odoo."""
        remarks = []
        if address.country and not self.country(address):
            remarks.append(_("Odoo has no country %s.", address.country))
        region = address.region or address.region_code
        if region and not self.state(address):
            remarks.append(_("State or region: %s", region))
        return remarks

    def _states_of(self, country):
        if country.id not in self.states:
            self.states[country.id] = found = {}
            for state in country.state_ids:
                found[state.name.casefold()] = state
            for state in country.state_ids:
                found[state.code.casefold()] = state
        return self.states[country.id]
