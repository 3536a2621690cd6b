from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError

from ....compat import NOT_SUMMED, check_access
from ....tools.magento import MagentoError
from ...shared.notifying import notify
from ...shared.opening import open_records
from ..connection.magento_messages import MagentoMessages
from ..ordering.reading import only_ids
from .comparing.again import CheckAgain

USER = "coopcycle_magento.coopcycle_magento_group_user"


class MagentoReconciliationLine(models.Model):
    """An order that differs between Odoo and Magento, with both sides' figures.

    Quantities are pieces of what Magento invoices or ships; amounts are in the order's
    currency, with tax. Differences are Magento's figures minus Odoo's.
    """

    _name = "magento.reconciliation.line"
    _inherit = ["integration.guard.mixin"]
    _description = "Magento Reconciliation Line"
    _order = "order_date, id"
    _rec_name = "increment_id"

    reconciliation_id = fields.Many2one(
        "magento.reconciliation",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    connection_id = fields.Many2one(
        related="reconciliation_id.connection_id", store=True, index=True
    )
    company_id = fields.Many2one(related="reconciliation_id.company_id", store=True)
    magento_order_id = fields.Char("Magento ID", readonly=True, index=True)
    increment_id = fields.Char("Number", readonly=True)
    order_date = fields.Datetime("Ordered On", readonly=True)
    magento_state = fields.Char("State in Magento", readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", "Order", readonly=True, ondelete="set null"
    )
    partner_id = fields.Many2one(related="sale_order_id.partner_id")
    currency_id = fields.Many2one("res.currency", readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("ignored", "Ignored"), ("settled", "Settled")],
        required=True,
        readonly=True,
        default="open",
        index=True,
    )
    cause_code = fields.Selection(
        [
            ("missing", "Not in Odoo"),
            ("left_out", "Left Out by the Rules"),
            ("vanished", "Not in Magento"),
            ("malformed", "Unreadable"),
            ("canceled_there", "Cancelled in Magento Only"),
            ("canceled_here", "Cancelled in Odoo Only"),
            ("closed_there", "Refunded Before It Was Handled Here"),
            ("not_confirmed", "Not Confirmed"),
            ("ordered", "Other Quantities Ordered"),
            ("not_exported", "Invoiced in Odoo, Not Exported"),
            ("not_invoiced", "Invoiced in Magento Only"),
            ("shipped_here", "Shipped in Odoo Only"),
            ("shipped_there", "Shipped in Magento Only"),
            ("refunded_here", "Refunded in Odoo Only"),
            ("refunded_there", "Refunded in Magento Only"),
            ("currency", "Other Currency"),
            ("rounding", "Rounding"),
            ("shipping", "Shipping"),
            ("amounts", "Other Amounts"),
        ],
        "Cause",
        required=True,
        readonly=True,
    )
    cause = fields.Text("Cause in Words", readonly=True)
    items = fields.Text("Items That Differ", readonly=True)
    fingerprint = fields.Char(
        readonly=True, help="Stays the same as long as all figures do."
    )
    ignored_id = fields.Many2one(
        "magento.reconciliation.ignored", readonly=True, ondelete="set null"
    )
    ignored_reason = fields.Char(related="ignored_id.reason", string="Reason")
    ignored_by_id = fields.Many2one(related="ignored_id.user_id", string="Ignored By")
    ignored_at = fields.Datetime(related="ignored_id.ignored_at", string="Ignored On")
    checked_again_at = fields.Datetime("Checked Again", readonly=True)
    can_export = fields.Boolean(compute="_compute_can_export")
    has_document = fields.Boolean(compute="_compute_has_document")
    odoo_qty_ordered = fields.Float("Ordered, Odoo (pcs)", readonly=True)
    magento_qty_ordered = fields.Float("Ordered, Magento (pcs)", readonly=True)
    odoo_qty_invoiced = fields.Float("Invoiced, Odoo (pcs)", readonly=True)
    magento_qty_invoiced = fields.Float("Invoiced, Magento (pcs)", readonly=True)
    odoo_qty_shipped = fields.Float("Shipped, Odoo (pcs)", readonly=True)
    magento_qty_shipped = fields.Float("Shipped, Magento (pcs)", readonly=True)
    odoo_qty_refunded = fields.Float("Refunded, Odoo (pcs)", readonly=True)
    magento_qty_refunded = fields.Float("Refunded, Magento (pcs)", readonly=True)
    odoo_amount_ordered = fields.Monetary("Ordered, Odoo", readonly=True, **NOT_SUMMED)
    magento_amount_ordered = fields.Monetary(
        "Ordered, Magento", readonly=True, **NOT_SUMMED
    )
    odoo_amount_invoiced = fields.Monetary(
        "Invoiced, Odoo", readonly=True, **NOT_SUMMED
    )
    magento_amount_invoiced = fields.Monetary(
        "Invoiced, Magento", readonly=True, **NOT_SUMMED
    )
    odoo_amount_refunded = fields.Monetary(
        "Refunded, Odoo", readonly=True, **NOT_SUMMED
    )
    magento_amount_refunded = fields.Monetary(
        "Refunded, Magento", readonly=True, **NOT_SUMMED
    )
    diff_qty_ordered = fields.Float(
        "Ordered, Difference (pcs)", compute="_compute_differences", store=True
    )
    diff_qty_invoiced = fields.Float(
        "Invoiced, Difference (pcs)", compute="_compute_differences", store=True
    )
    diff_qty_shipped = fields.Float(
        "Shipped, Difference (pcs)", compute="_compute_differences", store=True
    )
    diff_qty_refunded = fields.Float(
        "Refunded, Difference (pcs)", compute="_compute_differences", store=True
    )
    diff_amount_ordered = fields.Monetary(
        "Ordered, Difference",
        compute="_compute_differences",
        store=True,
        **NOT_SUMMED,  # of several currencies
    )
    diff_amount_invoiced = fields.Monetary(
        "Invoiced, Difference",
        compute="_compute_differences",
        store=True,
        **NOT_SUMMED,  # of several currencies
    )
    diff_amount_refunded = fields.Monetary(
        "Refunded, Difference",
        compute="_compute_differences",
        store=True,
        **NOT_SUMMED,  # of several currencies
    )

    # Computed

    @api.depends(
        *(
            f"{side}_{figure}"
            for side in ("odoo", "magento")
            for figure in (
                "qty_ordered",
                "qty_invoiced",
                "qty_shipped",
                "qty_refunded",
                "amount_ordered",
                "amount_invoiced",
                "amount_refunded",
            )
        )
    )
    def _compute_differences(self):
        names = [name for name in self._fields if name.startswith("diff_")]
        for line in self:
            for name in names:
                figure = name.removeprefix("diff_")
                difference = line[f"magento_{figure}"] - line[f"odoo_{figure}"]
                line[name] = round(difference, 4)

    @api.depends("cause_code", "state")
    def _compute_can_export(self):
        for line in self:
            line.can_export = line.state == "open" and bool(line._get_exportable())

    @api.depends("cause_code", "state")
    def _compute_has_document(self):
        for line in self:
            line.has_document = bool(line._get_documents())

    def _get_exportable(self):
        """Return what may be exported to Magento now.

        :return: (code of the operation, its options); None if there is nothing
        """
        self.ensure_one()
        sale = self.sudo().sale_order_id
        if self.cause_code == "not_exported":
            moves = sale.invoice_ids.filtered("magento_can_export")
            return moves and ("export_invoices", {"sources": moves})
        if self.cause_code == "shipped_here":
            pickings = sale.picking_ids.filtered("magento_can_export")
            return pickings and ("export_shipments", {"sources": pickings})
        if self.cause_code == "refunded_here":
            notes = sale.invoice_ids.filtered(
                lambda move: move.move_type == "out_refund" and move.state == "posted"
            )
            return notes and ("export_credit_memos", {"sources": notes})
        return None

    def _get_documents(self):
        """Return the documents of the order that are not through."""
        self.ensure_one()
        return self.env["magento.document"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("sync_state", "!=", "done"),
                "|",
                "&",
                ("kind", "=", "order"),
                ("magento_id", "=", self.magento_order_id),
                "&",
                ("sale_order_id", "!=", False),
                ("sale_order_id", "=", self.sale_order_id.id),
            ]
        )

    @api.model
    def _get_item_text(self, kind, sku, mine, theirs):
        """Return one line about an item that differs."""
        words = {
            "ordered": _("ordered"),
            "invoiced": _("invoiced"),
            "shipped": _("shipped"),
            "refunded": _("refunded"),
        }
        return _(
            "%(item)s: %(kind)s %(odoo)s in Odoo, %(magento)s in Magento",
            item=sku or _("Lines that Magento does not have"),
            kind=words[kind],
            odoo=f"{mine:g}",
            magento=f"{theirs:g}",
        )

    # Buttons

    def action_open(self):
        """Open this difference, with the buttons to what belongs to it."""
        return open_records(_("Difference"), self)

    def action_open_order(self):
        """Open the sale order."""
        self.ensure_one()
        if not self.sale_order_id:
            raise UserError(_("Odoo does not have this order."))
        return open_records(_("Order"), self.sale_order_id)

    def action_open_invoices(self):
        """Open the invoices and credit notes of the order."""
        moves = self.sudo().sale_order_id.invoice_ids
        return open_records(_("Invoices and Credit Notes"), moves)

    def action_open_deliveries(self):
        """Open the transfers of the order."""
        return open_records(_("Transfers"), self.sudo().sale_order_id.picking_ids)

    def action_open_documents(self):
        """Open the documents of the order that are not through."""
        return open_records(_("Documents"), self._get_documents())

    def action_import(self):
        """Import the orders, or read them again, and compare them once more."""
        self._check_user()
        for connection in self.connection_id:
            own = self.filtered(lambda line, c=connection: line.connection_id == c)
            connection._run_operation(
                "import_orders", magento_ids=own.mapped("magento_order_id")
            )
        return self.action_check_again()

    def action_export(self):
        """Export what only Odoo has of the orders, and compare them once more."""
        self._check_user()
        for line in self:
            if found := line._get_exportable():
                code, options = found
                line.connection_id._run_operation(code, **options)
        return self.action_check_again()

    def action_check_again(self):
        """Compare these orders once more.

        :return: a notification of how many are equal now
        """
        self._check_user()
        for connection in self.connection_id:
            own = self.filtered(lambda line, c=connection: line.connection_id == c)
            try:
                own.sudo().with_company(connection.company_id)._check_again()
            except MagentoError as error:
                text = MagentoMessages(self.env).text(error)
                return self._notify(text, "danger")
        equal = self.filtered(lambda line: line.state == "settled")
        if len(self) == 1:
            text = _("They are equal now.") if equal else self.cause
        else:
            text = _(
                "%(equal)s of %(count)s are equal now.",
                equal=len(equal),
                count=len(self),
            )
        return self._notify(text, "success" if len(equal) == len(self) else "warning")

    def _notify(self, text, kind):
        is_sticky = kind == "danger"
        return notify(text, kind, title=_("Compared Again"), is_sticky=is_sticky)

    def _check_again(self):
        """Write down how the orders stand now; nobody can ask for one without an id.

        :raise MagentoError: the shop could not be read
        """
        found = CheckAgain(self.connection_id).check(self.mapped("magento_order_id"))
        self.flush_recordset()
        now = fields.Datetime.now()
        for line in self.filtered(lambda line: only_ids([line.magento_order_id])):
            values = found.get(line.magento_order_id) or {"state": "settled"}
            line.write({**values, "checked_again_at": now})
        self.filtered(lambda line: line.magento_order_id in found)._ignore_as_before()

    # Ignoring

    def _ignore_as_before(self):
        """Ignore what somebody has ignored before, with the same figures."""
        ignored = self.env["magento.reconciliation.ignored"]._find_for(self)
        for line in self:
            before = ignored.get(line, self.ignored_id.browse())
            state = "ignored" if before else "open"
            if line.state != state or line.ignored_id != before:
                line.write({"state": state, "ignored_id": before.id})

    def action_open_ignore(self):
        """Ask for the reason why these differences are left as they are."""
        self._check_user()
        return {
            "type": "ir.actions.act_window",
            "name": _("Ignore"),
            "res_model": "magento.reconciliation.ignore",
            "view_mode": "form",
            "target": "new",
            "context": {"default_line_ids": self.ids},
        }

    def _ignore(self, reason):
        """Leave these differences as they are, now and as long as their figures stay.

        :param str reason: kept with the user and the time
        """
        self._check_user()
        lines = self.sudo().filtered(lambda line: line.state == "open")
        ignored = self.env["magento.reconciliation.ignored"].sudo()
        ignored._create_for(lines, reason)
        lines.state = "ignored"

    def action_reopen(self):
        """Take ignored differences for open again."""
        self._check_user()
        lines = self.sudo().filtered(lambda line: line.state == "ignored")
        lines.ignored_id.active = False
        lines.write({"state": "open", "ignored_id": False})

    def _check_user(self):
        """Check that the user works with this shop.

        :raise AccessError: they do not
        """
        if not self.env.su and not self.env.user.has_group(USER):
            raise AccessError(_("Only users of Magento may do this."))
        check_access(self, "read")
