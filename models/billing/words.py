"""What a decision keeps as JSON, in words that people read."""

import re

from odoo import _

# What tells records of one name apart, at the end of a name
NUMBER = re.compile(r" \(\d+\)$")
RECORDS = {
    "taxes": "account.tax",
    "account": "account.account",
    "unit": "uom.uom",
    "bank_account": "res.partner.bank",
}


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
        return "\n".join(self._title(*line) for line in lines)

    def _title(self, title, what):
        return _("%(title)s: %(what)s", title=title, what=what)

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
            self._title(titles[name], _strip(self._get_name(name, payload[name])))
            for name in titles
            if payload.get(name)
        ]
        return "\n".join([*lines, *map(self._describe_line, payload.get("lines", ()))])

    def _get_payload_titles(self):
        """Return {name of a value of the invoice: what users call it}."""
        return {
            "type": _("Type"),
            "partner": _("Customer"),
            "delivery_address": _("Delivery address"),
            "reference": _("Reference"),
            "journal": _("Journal"),
            "payment_term": _("Payment terms"),
            "fiscal_position": _("Fiscal position"),
            "invoice_date": _("Invoice date"),
            "due_date": _("Due date"),
            "bank_account": _("Bank account"),
            "currency": _("Currency"),
            "total": _("Total"),
        }

    def _describe_line(self, line):
        return _(
            "%(quantity)s × %(product)s, %(price)s each",
            quantity=line.get("quantity", ""),
            product=_strip(line.get("product") or line.get("text") or ""),
            price=line.get("price", ""),
        )

    # Changes

    def describe_changes(self, before, now):
        """Return what is different in an invoice, a line for each change.

        :param before: the payload as it was then
        :param now: the payload as it is
        :return: "" if nothing is different
        """
        titles = self._get_payload_titles()
        changes = [
            self._describe_change(
                titles.get(name, name),
                self._get_name(name, before.get(name)),
                self._get_name(name, value),
            )
            for name, value in now.items()
            if name not in ("lines", "total") and before.get(name) != value
        ]
        changes += self._describe_lines(before.get("lines", ()), now["lines"])
        if before.get("total") != now.get("total"):
            changes.append(
                self._describe_change(
                    titles["total"], before.get("total"), now.get("total")
                )
            )
        return "\n".join(changes)

    def _describe_lines(self, before, now):
        """Yield what is different in the lines of an invoice."""
        old = {line["id"]: line for line in before}
        new = {line["id"]: line for line in now}
        for id_, line in new.items():
            if id_ in old:
                yield from self._describe_line_changes(old[id_], line)
            else:
                yield f"+ {self._describe_line(line)}"
        for id_ in sorted(old.keys() - new.keys()):
            yield f"− {self._describe_line(old[id_])}"

    def _describe_line_changes(self, before, now):
        titles = self._get_line_titles()
        what = _strip(now["product"] or now["text"])
        for name, title in titles.items():
            if before.get(name) != now.get(name):
                values = (
                    self._get_name(name, each.get(name)) for each in (before, now)
                )
                yield f"{what}: {self._describe_change(title, *values)}"

    def _describe_change(self, title, before, now):
        short = _strip(before), _strip(now)
        if short[0] != short[1]:  # else another record of the same name
            before, now = short
        return _(
            "%(title)s %(before)s → %(now)s",
            title=title,
            before=before or "–",
            now=now or "–",
        )

    def _get_line_titles(self):
        """Return {name of a value of an invoice line: what users call it}."""
        return {
            "product": _("product"),
            "text": _("text"),
            "quantity": _("quantity"),
            "unit": _("unit"),
            "price": _("price"),
            "discount": _("discount"),
            "taxes": _("taxes"),
            "account": _("account"),
        }

    def _get_name(self, name, value):
        """Return what users call what a value stands for."""
        if name == "type":
            types = self.env["account.move"]._fields["move_type"]
            return dict(types._description_selection(self.env)).get(value)
        if name not in RECORDS or not value:
            return value
        records = self.env[RECORDS[name]].sudo().browse(value).exists()
        return ", ".join(records.mapped("display_name"))


def _strip(value):
    return NUMBER.sub("", str(value)) if value else value


def _as_words(value):
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
