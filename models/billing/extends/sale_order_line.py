from odoo import _, fields, models
from odoo.tools import float_compare, format_date
from odoo.tools.misc import formatLang

from ....compat import SOLD_UNIT
from ....tools.text.cleaning import to_line
from ..deciding.plan import Plan
from ..deciding.quantities import Quantities
from ..deciding.work import MILESTONES, WORK
from ..groups import READERS

# So many entries of a line are told one by one on its invoice
MOST_TEXTS = 25
# Nobody reads on after these
MOST_LETTERS = 120
# Lines of Magento's orders that go with the order's first invoice
WITH_FIRST = ("shipping", "extra", "rounding")


class SaleOrderLine(models.Model):
    """How much of a sold line is billed."""

    _inherit = "sale.order.line"

    billing_line_ids = fields.One2many(
        "billing.decision.line",
        "sale_line_id",
        "Decision Lines",
        readonly=True,
        groups=READERS,
    )

    def _prepare_invoice_line(self, **optional_values):
        plan = Plan.of(self.env)
        if plan and not self.display_type:
            planned = plan.current[self.order_id.id].lines[self]
            optional_values = {
                **optional_values,
                "quantity": planned.quantity,
                **planned.values,
            }
        return super()._prepare_invoice_line(**optional_values)

    def _billing_read_quantities(self):
        """Return {line: Quantity}: what of these lines is billed, and what is to be."""
        return Quantities(self).get_all()

    def _billing_comes_along(self):
        """Say whether a line has no delivery of its own, and goes with the first one.

        The price of the delivery, discounts on the whole order, and what Magento adds.
        """
        self.ensure_one()
        if self.magento_role:
            is_charge = bool(self.magento_charged_item_id)
            return self.magento_role in WITH_FIRST and not is_charge
        return self._billing_is_service() and (self.is_delivery or self.price_unit < 0)

    def _billing_is_deducted(self):
        """Say whether a line lessens a whole order: invoices take it on in parts."""
        self.ensure_one()
        return self._billing_comes_along() and self.price_unit < 0

    def _billing_is_service(self):
        return (
            self.product_id.type == "service"
            and not self.display_type
            and not self.is_downpayment
        )

    def _billing_is_service_on_order(self):
        """Say whether nothing delivers a line, and it is invoiced on order."""
        self.ensure_one()
        return (
            self._billing_is_service()
            and self._billing_is_on_order()
            and not self._billing_comes_along()
            and self.magento_role != "bundle"
        )

    def _billing_get_charges(self):
        """Yield (line, how much of it for one of this): what is sold with it."""
        self.ensure_one()
        if self.magento_role and self.product_uom_qty:
            for charge in self._get_magento_charges():
                yield charge, charge.product_uom_qty / self.product_uom_qty

    def _billing_get_wholes(self):
        """Return the lines that are delivered by means of these: bundles of Magento."""
        parts = self.filtered("magento_parent_item_id")
        ids = set(parts.mapped("magento_parent_item_id"))
        return parts.order_id.order_line.filtered(
            lambda line: line.magento_role == "bundle" and line.magento_item_id in ids
        )

    def _billing_is_on_order(self):
        """Say whether a line is invoiced as soon as it is ordered."""
        self.ensure_one()
        return (
            not self.display_type
            and not self.is_downpayment
            and not self.magento_charged_item_id
            and self.product_id.invoice_policy == "order"
        )

    # Work: what Odoo counts as delivered entry by entry

    def _billing_get_work(self):
        """Return the event by which a line is billed entry by entry, None if by none.

        What is sold at a fixed price is invoiced as it is ordered.
        """
        self.ensure_one()
        by_method = {method: event for event, method in WORK.items()}
        if self.is_expense or self.product_id.invoice_policy == "delivery":
            return by_method.get(self.qty_delivered_method)
        return None

    def _billing_get_work_text(self, entries, quantity):
        """Return what the customer reads of entries: what was sold, then each of them.

        Very many hours are told by person and task, with their days.

        :param entries: list of `Entry`, in their order
        :param float quantity: how much of it is billed, in the own unit
        """
        self.ensure_one()
        lang = self.order_id.partner_id.lang or self.env.lang
        line = self.with_context(lang=lang)
        if len(entries) > MOST_TEXTS and self._billing_get_work() == "hours":
            texts = line._billing_sum_up(entries)
        else:
            texts = [line._billing_describe(each.record, each.new) for each in entries]
        before = sum(entry.quantity for entry in entries) - quantity
        if float_compare(before, 0, precision_digits=2) > 0:
            texts.append(line._billing_tell_billed(before))
        return "\n".join([self.name, *texts])

    def _billing_tell_billed(self, quantity):
        """Return how much of what is told was billed before."""
        return _(
            "Of these, %(quantity)s %(unit)s were billed before.",
            quantity=formatLang(self.env, quantity),
            unit=self[SOLD_UNIT].name,
        )

    def _billing_describe(self, record, amount):
        """Return what the customer reads of one entry, in the context's language.

        :param record: `account.analytic.line`, or `project.milestone`
        :param float amount: how much of it is billed, in its own unit
        """
        record = record.with_context(lang=self.env.lang)
        if record._name == MILESTONES:
            day = format_date(self.env, record.reached_date)
            return _(
                "%(day)s, milestone: %(name)s", day=day, name=_shorten(record.name)
            )
        day = format_date(self.env, record.date)
        if self.qty_delivered_method == "analytic":
            return _("%(day)s: %(what)s", day=day, what=_shorten(record.name))
        what = [_shorten(record.task_id.name), _shorten(record.name)]
        return self._billing_tell_hours(record, day, amount, what)

    def _billing_sum_up(self, entries):
        """Return a text for each person and task of timesheets."""
        groups = {}
        for entry in entries:
            record = entry.record.with_context(lang=self.env.lang)
            key = record.employee_id, record.task_id
            groups.setdefault(key, []).append((record, entry.new))
        texts = []
        for (_employee, task), found in groups.items():
            days = [format_date(self.env, found[place][0].date) for place in (0, -1)]
            day = " – ".join(dict.fromkeys(days))
            total = sum(amount for _record, amount in found)
            what = [_shorten(task.name)]
            texts.append(self._billing_tell_hours(found[0][0], day, total, what))
        return texts

    def _billing_tell_hours(self, record, day, amount, what):
        """Return who worked, when, how long, and at what.

        :param record: `account.analytic.line` of Odoo's timesheets
        :param str day: one day, or several
        :param float amount: in the unit of the timesheet
        :param what: texts, each may be empty
        """
        text = _(
            "%(who)s, %(day)s, %(amount)s %(unit)s",
            who=record.employee_id.name or record.user_id.name or "",
            day=day,
            amount=formatLang(self.env, amount),
            unit=record.product_uom_id.name,
        )
        at = " – ".join(filter(None, what))
        return _("%(hours)s: %(what)s", hours=text, what=at) if at else text


def _shorten(text):
    """Return the first line of what somebody typed, as far as people read it."""
    line = next(iter((text or "").strip().splitlines()), "")
    line = to_line(line)
    if line == "/":  # Odoo's own word for nothing
        return ""
    return line if len(line) <= MOST_LETTERS else line[: MOST_LETTERS - 1] + "…"
