from odoo import models

from ....compat import SOLD_UNIT
from ..unlocking import unlocked
from .selling import Selling


class BillingServiceOrder(models.Model):
    """How what was done becomes lines of a sale order; another addon changes values."""

    _inherit = "billing.service.order"

    def _sell(self):
        """Put hours and parts on sale orders; where there is none, one is made."""
        jobs = self.with_context(skip_procurement=True)  # parts leave with the job
        jobs._make_sale_orders()
        with unlocked(jobs.sale_order_id):
            jobs._move_sale_orders()
            Selling(jobs).run()
        made = jobs.sale_order_id.filtered(
            lambda sold: sold.billing_is_apart and sold.state in ("draft", "sent")
        )
        made.action_confirm()

    def _unsell(self):
        """Let nothing of these jobs be ordered by lines that are theirs alone."""
        self.hours_ids.sale_line_id = False
        self.part_ids.sale_line_id = False
        own = self.sale_order_id.order_line.filtered(
            lambda line: line.billing_service_order_id in self
        )
        own.with_context(skip_procurement=True).write({"product_uom_qty": 0})

    def _make_sale_orders(self):
        orders = self.filtered(
            lambda order: not order.sale_order_id and order._get_billable_rows()
        )
        made = self.env["sale.order"].create(
            [order._prepare_sale_order_vals() for order in orders]
        )
        for order, sold in zip(orders, made, strict=True):
            order.sale_order_id = sold

    def _move_sale_orders(self):
        """Let own sale orders of reopened jobs have the address and taxes of now."""
        for order in self:
            sold, address = order.sale_order_id, order.address_id or order.partner_id
            if sold.billing_is_apart and sold.partner_shipping_id != address:
                sold.partner_shipping_id = address
                sold._recompute_taxes()

    def _prepare_sale_order_vals(self):
        """Return the values of the sale order of a job that had no quotation."""
        self.ensure_one()
        return {
            "partner_id": self.partner_id.id,
            "partner_shipping_id": (self.address_id or self.partner_id).id,
            "company_id": self.company_id.id,
            "warehouse_id": self.warehouse_id.id,
            "origin": self.name,
            "user_id": self.dispatcher_id.id,
            "billing_is_apart": True,
        }

    # Lines

    def _get_billable_rows(self):
        """Return the hours and parts that the customer pays for."""
        hours, parts = self.hours_ids, self.part_ids
        return [*hours._filter_billable(), *parts._filter_billable()]

    def _get_sold_rows(self):
        """Return {sold line: rows that count on it}; nothing is sold before *Done*."""
        self.ensure_one()
        found = {}
        if self.state == "done":
            for row in self._get_billable_rows():
                if row.sale_line_id:
                    found.setdefault(row.sale_line_id, []).append(row)
        return found

    def _get_selling_key(self, row):
        """Return what rows have in common that share a sold line: (job, product, …)."""
        if row._name == "billing.service.hours":
            is_detailed = self.company_id.billing_labour_lines == "day"
            detail = (row.technician_id, row.date) if is_detailed else ()
            return (self, row.product_id, *detail)
        return (self, row.product_id, row.unit_id)

    def _prepare_line_vals(self, rows):
        """Return the values of a sold line of rows that were not quoted."""
        unit = rows[0]._get_unit()
        values = {
            "order_id": self.sale_order_id.id,
            "product_id": rows[0].product_id.id,
            "product_uom_qty": rows._get_quantity(unit),
            SOLD_UNIT: unit.id,
            "billing_service_order_id": self.id,
        }
        if rows._name == "billing.service.hours":
            values["name"] = self._get_labour_text(rows)
        return values

    def _prepare_line_update(self, line, rows):
        """Return the values of a sold line that is used again."""
        values = {"product_uom_qty": rows._get_quantity(line[SOLD_UNIT])}
        if rows._name == "billing.service.hours":
            values["name"] = self._get_labour_text(rows)
        return values

    def _get_labour_text(self, hours, quoted=None):
        """Return what the customer reads of hours: what it is, then who, when, what.

        :param str quoted: how the quotation called it
        """
        lang = self.partner_id.lang or self.env.lang
        hours = hours.with_context(lang=lang)
        product = hours.product_id[:1]
        title = quoted or product.get_product_multiline_description_sale()
        return "\n".join([title, *(each._get_text() for each in hours)])
