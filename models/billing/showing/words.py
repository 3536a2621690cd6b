"""What a decision keeps as JSON, in words that people read."""

from odoo import _


class Words:
    """Describes the facts and the payload of decisions.

    :param env: in whose language it is
    """

    def __init__(self, env):
        self.env = env

    def describe_facts(self, facts):
        """Return what was looked at, a line for each fact that there is.

        :param facts: what `billing.decision` keeps of it, or nothing
        """
        if not facts:
            return False
        customer = facts.get("customer") or {}
        titles = self._get_titles()
        lines = [
            (titles.get(name, name), _as_words(value))
            for name, value in facts.items()
            if name != "customer" and value not in (None, "", [])
        ]
        if customer:
            lines.insert(0, (_("Customer"), self._describe_customer(customer)))
        return "\n".join(_("%(title)s: %(what)s", title=title, what=what)
                         for title, what in lines)  # fmt: skip

    def _describe_customer(self, customer):
        return _(
            "%(name)s. Posted: %(posted)s, paid: %(paid)s, days late on average:"
            " %(delay)s, overdue: %(overdue)s, owed: %(open)s, open credit: %(credit)s",
            name=customer.get("name", ""),
            posted=customer.get("posted", 0),
            paid=customer.get("paid", 0),
            delay=customer.get("average_delay_days", 0),
            overdue=customer.get("overdue", 0),
            open=customer.get("open", 0),
            credit=customer.get("open_credit", 0),
        )

    def _get_titles(self):
        """Return {name of a fact: what users call it}."""
        return {
            "orders": _("Orders"),
            "customer_orders": _("Customer's order numbers"),
            "deliveries": _("Deliveries"),
            "currency": _("Currency"),
            "company_currency": _("Currency of the company"),
            "taxes": _("Taxes"),
            "fiscal_position": _("Fiscal position"),
            "payment_term": _("Payment terms"),
            "journal": _("Journal"),
            "lots": _("Lots and serial numbers"),
        }

    def describe_payload(self, payload):
        """Return an invoice as it was made, a line for each of its lines.

        :param payload: what `billing.decision` keeps of it, or nothing
        """
        if not payload:
            return False
        if isinstance(payload, list):  # of a dry run, which made none
            return "\n".join(map(self._describe_line, payload))
        titles = self._get_payload_titles()
        lines = [
            _("%(title)s: %(what)s", title=titles[name], what=payload[name])
            for name in titles
            if payload.get(name)
        ]
        return "\n".join([*lines, *map(self._describe_line, payload.get("lines", ()))])

    def _get_payload_titles(self):
        """Return {name of a value of the invoice: what users call it}."""
        return {
            "partner": _("Customer"),
            "delivery_address": _("Delivery address"),
            "reference": _("Reference"),
            "journal": _("Journal"),
            "payment_term": _("Payment terms"),
            "fiscal_position": _("Fiscal position"),
            "invoice_date": _("Invoice date"),
            "currency": _("Currency"),
            "total": _("Total"),
        }

    def _describe_line(self, line):
        return _(
            "%(quantity)s × %(product)s, %(price)s each",
            quantity=line.get("quantity", ""),
            product=line.get("product") or line.get("text") or "",
            price=line.get("price", ""),
        )


def _as_words(value):
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
