from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..ordering.importing.rounding import is_rounding


class SaleOrder(models.Model):
    """A sale order that a customer placed in Magento.

    Amounts named `magento_` are Magento's own, in the order's currency, tax included
    unless said otherwise.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "magento.export.rule.mixin", "magento.export.body.mixin"]

    magento_connection_id = fields.Many2one(
        "magento.connection",
        string="Shop",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    magento_order_id = fields.Char(readonly=True, copy=False, index="btree_not_null")
    magento_increment_id = fields.Char(
        "Magento Number", readonly=True, copy=False, index="btree_not_null"
    )
    magento_store_id = fields.Many2one(
        "magento.store", "Magento Store View", readonly=True, copy=False
    )
    magento_payment_method_id = fields.Many2one(
        "magento.payment.method", readonly=True, copy=False
    )
    magento_shipping_method = fields.Char(readonly=True, copy=False)
    magento_state = fields.Char(readonly=True, copy=False)
    magento_status = fields.Char(readonly=True, copy=False)
    magento_updated_at = fields.Datetime(
        "Changed in Magento", readonly=True, copy=False
    )
    magento_billing_key = fields.Char(
        readonly=True, copy=False, help="Another one for another billing address."
    )
    magento_delivery_key = fields.Char(
        readonly=True, copy=False, help="Another one for another delivery address."
    )
    magento_on_hold = fields.Boolean(
        "On Hold in Magento", compute="_compute_magento_on_hold", store=True
    )
    magento_grand_total = fields.Monetary("Magento Total", readonly=True, copy=False)
    magento_tax_total = fields.Monetary("Magento Taxes", readonly=True, copy=False)
    magento_total_paid = fields.Monetary("Paid in Magento", readonly=True, copy=False)
    magento_total_canceled = fields.Monetary(
        "Cancelled in Magento", readonly=True, copy=False
    )
    magento_total_difference = fields.Monetary(
        "Difference",
        compute="_compute_magento_total_difference",
        store=True,
        help="Magento's total minus Odoo's.",
    )
    magento_tax_difference = fields.Monetary(
        "Difference of Taxes",
        compute="_compute_magento_total_difference",
        store=True,
        help="Magento's taxes minus Odoo's.",
    )
    magento_edited_from_id = fields.Many2one(
        "sale.order",
        "Replaces",
        readonly=True,
        copy=False,
        help="The order that was edited in Magento, which cancelled it for this one.",
    )
    magento_remarks = fields.Text(
        readonly=True, copy=False, help="What of the order Odoo could not take over."
    )
    magento_base_rate = fields.Float(
        digits=(16, 8),
        readonly=True,
        copy=False,
        help="How much of the order's currency one of the shop's base currency is.",
    )

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS sale_order_magento_order_id_unique
            ON sale_order (magento_connection_id, magento_order_id)
            WHERE magento_order_id IS NOT NULL
            """
        )
        return res

    @api.depends("magento_state")
    def _compute_magento_on_hold(self):
        for order in self:
            order.magento_on_hold = order.magento_state == "holded"

    @api.depends(
        "amount_total", "amount_tax", "magento_grand_total", "magento_tax_total"
    )
    def _compute_magento_total_difference(self):
        for order in self:
            is_magento = bool(order.magento_order_id)
            total = order.magento_grand_total - order.amount_total
            taxes = order.magento_tax_total - order.amount_tax
            order.magento_total_difference = is_magento and total
            order.magento_tax_difference = is_magento and taxes

    def _magento_equals(self):
        """Say whether total and taxes are Magento's, but for rounding of the taxes."""
        self.ensure_one()
        return self.currency_id.is_zero(self.magento_total_difference) and is_rounding(
            self.magento_tax_difference, self.currency_id
        )

    def _magento_is_begun(self):
        """Say whether something was delivered or invoiced already."""
        self.ensure_one()
        return any(picking.state == "done" for picking in self.picking_ids) or any(
            move.state == "posted" for move in self.invoice_ids
        )

    def _magento_confirm(self):
        """Confirm those that nothing holds back."""
        self.filtered(
            lambda order: order.state in ("draft", "sent") and not order.magento_on_hold
        ).action_confirm()

    def _magento_cancel(self):
        """Cancel without asking anybody."""
        self.filtered("locked").action_unlock()
        self._action_cancel()

    def _magento_reserve(self):
        """Reserve what an order needs that was released in Magento."""
        self.picking_ids.filtered(
            lambda picking: (
                picking.picking_type_id.reservation_method == "at_confirm"
                and picking.state in ("confirmed", "waiting", "assigned")
            )
        ).move_ids._action_assign()

    def _magento_deliver_to(self, partner):
        """Use another delivery address, also for what is still to go out."""
        self.ensure_one()
        before = self.partner_shipping_id
        going_out = self.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel") and picking.partner_id == before
            )
        )
        # Odoo would ask somebody to do what the next line does
        silent = self.with_context(mail_activity_automation_skip=True)
        silent.partner_shipping_id = partner
        going_out.partner_id = partner

    def _magento_schedule_activity(self, summary, text):
        """Ask the salesperson, or who is next to it, to look at the order."""
        self.ensure_one()
        responsible = (
            self.user_id
            or self.team_id.user_id
            or self.magento_connection_id.user_id
            or self.env.user
        )
        self.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=summary,
            note=text,
            user_id=responsible.id,
        )

    def action_confirm(self):
        """Keep the date of orders that were placed in Magento."""
        magento = self.filtered("magento_order_id")
        if magento and magento != self:
            super(SaleOrder, magento).action_confirm()
            return super(SaleOrder, self - magento).action_confirm()
        return super().action_confirm()

    def _prepare_confirmation_values(self):
        values = super()._prepare_confirmation_values()
        if self and all(order.magento_order_id for order in self):
            values.pop("date_order", None)
        return values

    def _compute_pricelist_id(self):
        """Keep the pricelist, and with it Magento's currency, for another customer."""
        magento = self.filtered("magento_order_id")
        return super(SaleOrder, self - magento)._compute_pricelist_id()

    def _get_update_prices_lines(self):
        """Keep the prices of what was sold in Magento."""
        lines = super()._get_update_prices_lines()
        return lines.filtered(lambda line: not line.magento_role)

    def action_magento_refresh(self):
        """Read these orders again from Magento.

        :return: the action that opens the log of the run
        :raise UserError: one of them is no order of Magento
        """
        if not all(order.magento_order_id for order in self):
            raise UserError(_("Only orders of Magento can be read again."))
        action = None
        for connection in self.magento_connection_id:
            orders = self.filtered(lambda o, c=connection: o.magento_connection_id == c)
            action = connection._run_and_show(
                "import_orders", magento_ids=orders.mapped("magento_order_id")
            )
        return action

    # Totals that equal Magento's, which rounds taxes in other places than Odoo

    @api.depends(
        "order_line.price_subtotal", "order_line.price_tax", "order_line.price_total"
    )
    def _compute_amounts(self):
        """Sum up the lines of Magento's orders, however Odoo rounds taxes."""
        magento = self.filtered("magento_order_id")
        for order in magento:
            lines = order.order_line.filtered(lambda line: not line.display_type)
            order.amount_untaxed = sum(lines.mapped("price_subtotal"))
            order.amount_tax = sum(lines.mapped("price_tax"))
            order.amount_total = order.amount_untaxed + order.amount_tax
        return super(SaleOrder, self - magento)._compute_amounts()

    def _compute_tax_totals(self):
        """Show Magento's taxes in the totals below the lines."""
        magento = self.filtered("magento_order_id")
        for order in magento.with_context(lang=self.env.lang):
            order = order.with_company(order.company_id)
            lines = order.order_line.filtered(lambda line: not line.display_type)
            order.tax_totals = self.env["account.tax"]._prepare_tax_totals(
                [line._convert_to_tax_base_line_dict() for line in lines],
                order.currency_id,
                tax_lines=lines._magento_tax_lines(),
            )
        return super(SaleOrder, self - magento)._compute_tax_totals()

    def _create_invoices(self, grouped=False, final=False, date=None):
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        moves._take_magento_amounts()
        return moves

    def _magento_get_heading(self):
        """Return the values of a document that name its order."""
        self.ensure_one()
        return {
            "order_number": self.magento_increment_id,
            "order_date": self.date_order,
            "bill_to_name": self.partner_invoice_id.name,
        }

    # What was cancelled here is cancelled in Magento

    @api.model
    def _magento_get_ready_conditions(self, kind):
        return super()._magento_get_ready_conditions(kind) + [
            ([("state", "=", "cancel")], _("The order is no longer cancelled."))
        ]

    def _magento_prepare_body(self, document, items):
        return {}

    def _magento_get_remedy(self, document, error):
        if error.code != "declined":
            return super()._magento_get_remedy(document, error)
        return _(
            "Magento does not cancel an order that is invoiced, on hold or cancelled"
            " already. Resolution: look at the order in Magento; refund what was"
            " invoiced by a credit note, or release the order from hold."
        )
