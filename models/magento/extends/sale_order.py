from decimal import Decimal

from markupsafe import Markup

from odoo import Command, _, api, fields, models, tools
from odoo.exceptions import UserError
from odoo.tools import SQL, float_compare

from ....compat import REVERSALS, SOLD_TAXES, SOLD_UNIT, tax_totals
from ...shared.running import lock_rows
from ..exporting.couriers.parcel import Item, Unsendable
from ..ordering.importing.problems import Problem
from ..ordering.importing.rounding import is_rounding
from ..receiving.receivers.goods import OPEN, get_parts, share_out


class SaleOrder(models.Model):
    """A sale order that a customer placed in Magento.

    Amounts named `magento_` are Magento's own, in the order's currency, tax included
    unless said otherwise.
    """

    _name = "sale.order"
    _inherit = [
        "sale.order",
        "integration.guard.mixin",
        "magento.export.rule.mixin",
        "magento.export.body.mixin",
    ]

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
    magento_items_key = fields.Char(
        readonly=True,
        copy=False,
        help="Another one for other items or quantities in Magento.",
    )
    magento_on_hold = fields.Boolean(
        "On Hold in Magento", compute="_compute_magento_on_hold", store=True
    )
    magento_grand_total = fields.Monetary("Magento Total", readonly=True, copy=False)
    magento_tax_total = fields.Monetary("Magento Taxes", readonly=True, copy=False)
    magento_total_paid = fields.Monetary("Paid in Magento", readonly=True, copy=False)
    magento_total_refunded = fields.Monetary(
        "Refunded in Magento", readonly=True, copy=False
    )
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
    magento_gift_message = fields.Text(
        "Gift Message",
        readonly=True,
        copy=False,
        help="What the customer wrote to whom the goods are given.",
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

    # What a sale order takes of an order of Magento

    @api.model
    def _magento_get_name(self, connection, order):
        """Return the name of an order, by which people and other systems know it."""
        return f"{connection.order_prefix or ''}{order.increment_id}"

    @api.model
    def _magento_find_namesakes(self, connection, orders):
        """Return the names of new orders that are here, but of no connection.

        So are those that came in before the addon was uninstalled.
        """
        names = [self._magento_get_name(connection, order) for order in orders]
        groups = self._read_group(
            [
                ("magento_connection_id", "=", False),
                ("company_id", "=", connection.company_id.id),
                ("state", "!=", "cancel"),
                ("name", "in", names),
            ],
            ["name"],
        )
        return {name for (name,) in groups}

    @api.model
    def _magento_prepare_vals(self, order, found):
        """Return the values of a new sale order.

        :param order: the `Order`
        :param found: what it names, as Odoo has it: a `Found`
        """
        connection, parties, store = found.connection, found.parties, found.store
        gift_message = self._magento_get_gift_text(order)
        notes = list(filter(None, (order.customer_note, gift_message)))
        values = {
            "name": self._magento_get_name(connection, order),
            "company_id": connection.company_id.id,
            "partner_id": parties.partner.id,
            "partner_invoice_id": parties.invoice.id,
            "partner_shipping_id": parties.delivery.id,
            "date_order": order.created_at,
            "pricelist_id": found.pricelist.id,
            "warehouse_id": found.warehouse.id,
            "team_id": store.team_id.id,
            "user_id": store.user_id.id,
            "carrier_id": found.carrier.id,
            "client_order_ref": order.increment_id,
            "note": Markup().join(map(tools.plaintext2html, notes)),
            "magento_gift_message": gift_message,
            "require_signature": False,
            "require_payment": False,
            "order_line": list(map(Command.create, found.lines)),
            "magento_connection_id": connection.id,
            "magento_order_id": order.magento_id,
            "magento_store_id": store.id,
            "magento_payment_method_id": found.payment_method.id,
            "magento_remarks": "\n".join(dict.fromkeys(parties.remarks)) or False,
            "magento_shipping_method": order.shipping.method or False,
            **self._magento_prepare_status_vals(order, found.pricelist.currency_id),
        }
        if term := found.payment_method.payment_term_id:  # else the customer's own
            values["payment_term_id"] = term.id
        return values

    @api.model
    def _magento_get_gift_text(self, order):
        """Return the gift messages of an order and of its items, False without any.

        :param order: the `Order`
        """
        texts = []
        for gift in order.gift_messages:
            people = _(
                "Gift message from %(sender)s to %(recipient)s",
                sender=gift.sender or "–",
                recipient=gift.recipient or "–",
            )
            of_item = f" ({gift.item})" if gift.item else ""
            texts.append(f"{people}{of_item}:\n{gift.message}")
        return "\n\n".join(texts) or False

    @api.model
    def _magento_prepare_status_vals(self, order, currency):
        """Return what may change on an order in Magento after it came in.

        It is written whenever it is no longer what the sale order has.

        :param order: the `Order`
        :param currency: the order's `res.currency`
        """

        def rounded(amount):  # as it is read back after it was stored
            return round(currency.round(float(amount)), currency.decimal_places)

        return {
            "magento_increment_id": order.increment_id,
            "magento_state": order.state,
            "magento_status": order.status,
            "magento_updated_at": order.updated_at,
            "magento_billing_key": order.billing_key,
            "magento_delivery_key": order.delivery_key,
            "magento_items_key": order.items_key,
            "magento_grand_total": rounded(order.grand_total),
            "magento_base_rate": float(order.base_rate),
            "magento_tax_total": rounded(order.tax_total),
            "magento_total_paid": rounded(order.total_paid),
            "magento_total_refunded": rounded(order.total_refunded),
            "magento_total_canceled": rounded(order.total_canceled),
        }

    def _magento_get_news(self, order):
        """Return what of an order's status is new, as values to write.

        :param order: the `Order`
        """
        self.ensure_one()
        values = self._magento_prepare_status_vals(order, self.currency_id)
        methods = self.env["magento.payment.method"]
        if method := methods._match(self.magento_connection_id, order):
            values["magento_payment_method_id"] = method.id
        news = {}
        for name, new in values.items():
            own = self[name]
            if isinstance(own, models.BaseModel):
                own = own.id
            if (own or False) != (new or False):
                news[name] = new
        return news

    def _magento_has_moved(self, order):
        """Say whether an address was changed in Magento that matters here.

        :param order: the `Order`
        """
        self.ensure_one()
        return self.state != "cancel" and (
            (self.magento_billing_key or "") != order.billing_key
            or (self.magento_delivery_key or "") != order.delivery_key
        )

    def _magento_was_edited(self, order):
        """Say whether Magento sells something else than it did, or at another price.

        Magento itself makes a new order of an edited one; extensions edit it in place.

        :param order: the `Order`
        """
        self.ensure_one()
        total = self.currency_id.round(float(order.grand_total))
        return bool(
            self.currency_id.compare_amounts(total, self.magento_grand_total)
            or (self.magento_items_key and self.magento_items_key != order.items_key)
        )

    def _magento_was_cancelled_here(self):
        """Say whether somebody cancelled it here, which Magento is told of."""
        self.ensure_one()
        return bool(
            self.env["magento.document"].search_count(
                [("sale_order_id", "=", self.id), ("kind", "=", "order_cancel")],
                limit=1,
            )
        )

    def _magento_needs_rounding(self):
        """Say whether a line must make up for cents that Magento's own amounts miss."""
        self.ensure_one()
        difference = self.magento_total_difference
        return not self.currency_id.is_zero(difference) and is_rounding(
            difference, self.currency_id
        )

    def _magento_equals(self):
        """Say whether total and taxes are Magento's, but for rounding of the taxes.

        A negative total is nobody's: it cannot be invoiced.
        """
        self.ensure_one()
        if self.magento_grand_total < 0:
            return False
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
        """Cancel without asking anybody; when, is kept, though it is an import."""
        self.filtered("locked").action_unlock()
        tracked = self.with_context(tracking_disable=False, mail_notrack=False)
        tracked._action_cancel()

    def _magento_deliver_only(self, shipped):
        """Let no more leave than was shipped of an order that is over in Magento.

        :param dict shipped: {Magento's item id: quantity}
        """
        for line in self.order_line:
            left = float(shipped.get(line.magento_item_id, 0))
            for move in line.move_ids.filtered(lambda move: move.state in OPEN):
                quantity = line[SOLD_UNIT]._compute_quantity(left, move.product_uom)
                if not quantity:
                    move._action_cancel()
                elif quantity < move.product_uom_qty:
                    move.product_uom_qty = quantity

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
        """Ask the salesperson, or who is next to it, to look at the order, once."""
        self.ensure_one()
        if self._magento_has_activity(summary, text):
            return
        responsible = (
            self.user_id
            or self.team_id.user_id
            or self.magento_connection_id.user_id
            or self.env.user
        )
        self._integration_ask(responsible, summary, text)

    def _magento_has_activity(self, summary, text):
        """Say whether somebody has been asked this already, and has not answered."""
        words = text.split()
        return any(
            activity.summary == summary
            and tools.html2plaintext(activity.note or "").split() == words
            for activity in self.activity_ids
        )

    def action_confirm(self):
        """Keep the date of orders that were placed in Magento."""
        magento = self.filtered("magento_order_id")
        if magento and magento != self:
            super(SaleOrder, magento).action_confirm()
            return super(SaleOrder, self - magento).action_confirm()
        return super().action_confirm()

    def message_post(self, *, body="", **kwargs):
        """Leave it to who registers many payments to note what is paid."""
        if self.env.su and self.env.context.get("magento_registering"):
            return self.env["mail.message"]
        return super().message_post(body=body, **kwargs)

    def action_draft(self):
        """Say of orders that are revived whether Magento has cancelled them."""
        self.sudo()._magento_meet_cancellations()
        res = super().action_draft()
        documents = self.env["magento.document"].sudo()
        cancelled = documents.search(
            [
                ("sale_order_id", "in", self.ids),
                ("kind", "=", "order_cancel"),
                ("sync_state", "=", "done"),
            ]
        )
        for order in cancelled.sale_order_id.with_env(self.env):
            order._message_log(
                body=_(
                    "Magento has cancelled this order: what is done here changes"
                    " nothing there. Resolution: place it again in Magento."
                )
            )
        return res

    def _magento_meet_cancellations(self):
        """Let no run cancel these orders in Magento until this is committed.

        What a run has made or changed meanwhile cannot be seen here. It conflicts with
        what is written for a moment, and Odoo begins again.
        """
        orders = self.filtered(lambda x: x.state == "cancel" and x.magento_order_id)
        if not orders:
            return
        lock_rows(orders)  # who makes a document of them waits
        touch = SQL(
            "UPDATE magento_document SET key = key"
            " WHERE kind = 'order_cancel' AND sale_order_id = ANY(%s)",
            orders.ids,
        )
        documents = self.env["magento.document"]
        documents.flush_model()
        self.env.cr.execute(touch, log_exceptions=False)
        unseen = documents._find_unseen_keys(
            "order_cancel", "sale_order_id", orders.ids
        )
        for order in orders.filtered(lambda each: each.id in unseen):
            meet = SQL(
                """
                INSERT INTO magento_document (
                    kind, direction, sync_state, key, connection_id, sale_order_id
                ) VALUES ('order_cancel', 'push', 'waiting', %s, %s, %s)
                ON CONFLICT DO NOTHING
                """,
                unseen[order.id],
                order.magento_connection_id.id,
                order.id,
            )
            self.env.cr.execute(meet, log_exceptions=False)

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
            taxed = lines.filtered(SOLD_TAXES)
            shares = {line: line._get_tax_shares() for line in taxed}
            order.tax_totals = tax_totals(order, lines, shares)
        return super(SaleOrder, self - magento)._compute_tax_totals()

    def _magento_get_item_for_amount(self):
        """Return an `Item` of quantity 0, which a refund of a mere amount names.

        :raise Unsendable: the order has no item that could be named
        """
        self.ensure_one()
        sold = self.order_line.filtered(
            lambda line: line.magento_item_id and line._magento_is_invoiced_by_item()
        )
        if not sold:
            raise Unsendable(
                "nothing_to_send", _("The order has no item that Magento can refund.")
            )
        return Item(sold[0].magento_item_id, Decimal(0), sold[0].id)

    def _create_invoices(self, grouped=False, final=False, date=None):
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        moves._take_magento_amounts()
        return moves

    # Which lines an item of Magento's documents means

    def _magento_match_item(self, item):
        """Return the line that has an item's price, an empty record if another has it.

        :param item: an item of an invoice or a credit memo
        :raise Problem: the order has no such line
        """
        self.ensure_one()
        lines = self.order_line
        sold = lines.filtered(lambda x: x.magento_item_id == item.order_item_id)[:1]
        if sold:
            has_price = not sold.display_type and sold._magento_is_invoiced_by_item()
            return sold if has_price else sold.browse()
        if item.order_item_id in lines.mapped("magento_child_item_id"):
            return sold
        raise Problem(
            "item_unknown", order=self.name, sku=item.sku, item=item.order_item_id
        )

    def _magento_get_goods(self, item, document):
        """Return what is delivered for an item of a shipment or a credit memo.

        A bundle stands for its parts, unless they are items of the document themselves.
        A variant stands for its configurable product, unless that is one.

        :return: list of (sale.order.line, quantity in its unit)
        """
        self.ensure_one()
        lines = self.order_line
        sold = lines.filtered(lambda x: x.magento_item_id == item.order_item_id)[:1]
        named = {each.order_item_id for each in document.items if each.quantity}
        sold = sold or lines.filtered(
            lambda x: (
                x.magento_child_item_id == item.order_item_id
                and x.magento_item_id not in named
            )
        )
        if named & set(get_parts(sold).mapped("magento_item_id")):
            return []
        return share_out(sold, float(item.quantity))

    def _magento_get_shipping(self):
        """Return the lines for the delivery."""
        return self.order_line.filtered(lambda line: line.magento_role == "shipping")

    # What bills an order of Magento, or takes it back

    def _magento_get_invoices(self):
        """Return the invoices that may be one that the shop made, in order.

        The first posted one that fits is it, else the first draft.
        """
        moves = self.order_line.invoice_lines.move_id.filtered(
            lambda move: move.move_type == "out_invoice" and move.state != "cancel"
        )
        return moves.sorted(
            lambda move: (move.invoice_date or move.create_date.date(), move.id)
        )

    def _magento_is_wholly_invoiced(self, moves):
        """Say whether invoices bill this order alone, and each of its lines once.

        :param moves: the `account.move`s
        """
        self.ensure_one()
        if moves.magento_order_ids != self:
            return False
        for sold in self.order_line.filtered(
            lambda line: not line.display_type and line.product_uom_qty
        ):
            billed = sum(
                sold._magento_billed(line)
                for line in sold.invoice_lines
                if line.move_id in moves
            )
            if float_compare(billed, sold.product_uom_qty, precision_digits=4):
                return False
        return True

    def _magento_get_credit_notes(self):
        """Return the credit notes of orders, also those that name no line of them."""
        moves = self.order_line.invoice_lines.move_id
        return (moves | moves[REVERSALS]).filtered(
            lambda move: move.move_type == "out_refund" and move.state != "cancel"
        )

    def _magento_get_date(self, moment):
        """Return the day of a moment (UTC) where the shop is."""
        self.ensure_one()
        local = self.with_context(tz=self.magento_store_id.time_zone or "UTC")
        return fields.Datetime.context_timestamp(local, moment).date()

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
