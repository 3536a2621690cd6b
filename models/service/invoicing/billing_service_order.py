from odoo import _, api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools import SQL

from ....compat import among, check_access, check_fields, is_of_many
from ...billing.capturing import Event
from ...billing.deciding import Drafting
from ...shared.opening import open_records
from ..groups import BILLER, OFFICE
from .states import query_states

STATES = [
    ("no", "Nothing to Invoice"),
    ("to_invoice", "To Invoice"),
    ("draft", "Draft"),
    ("posted", "Posted"),
    ("partial", "Partial"),
    ("paid", "Paid"),
    ("credited", "Credited"),
]
WAITING = ("pending", "held")
# Decisions that came to nothing, and of which a person may want a draft after all
CAME_TO_NOTHING = ("skipped", "would", "rejected", "withdrawn")


class BillingServiceOrder(models.Model):
    """*Create Invoice*, and how far the invoice is."""

    _inherit = "billing.service.order"

    asked_at = fields.Datetime(
        "Invoice Asked For", readonly=True, copy=False, groups=OFFICE
    )
    decision_ids = fields.One2many(
        "billing.decision", "service_order_id", readonly=True, groups=OFFICE
    )
    invoice_state = fields.Selection(
        STATES,
        "Invoice",
        compute="_compute_invoice_state",
        search="_search_invoice_state",
        compute_sudo=True,
        groups=OFFICE,
    )
    invoice_ids = fields.Many2many(
        "account.move",
        string="Invoices",
        compute="_compute_invoices",
        compute_sudo=True,
        groups=OFFICE,
    )
    invoice_count = fields.Integer(
        compute="_compute_invoices", compute_sudo=True, groups=OFFICE
    )
    may_bill_again = fields.Boolean(
        compute="_compute_may_bill_again", compute_sudo=True, groups=OFFICE
    )
    payment_ids = fields.Many2many(
        "account.payment",
        string="Payments",
        compute="_compute_payments",
        compute_sudo=True,
        groups=OFFICE,
    )

    @api.depends("state", "decision_ids.move_id.payment_state")
    def _compute_invoice_state(self):
        states = self._read_invoice_states()
        for order in self:
            order.invoice_state = states.get(order.id, "no")

    def _read_invoice_states(self):
        """Return {id: how far the invoice is}."""
        self.env.flush_all()
        query = query_states(SQL("service.id = ANY(%s)", self.ids))
        self.env.cr.execute(query)
        return dict(self.env.cr.fetchall())

    @api.model
    def _search_invoice_state(self, operator, value):
        if is_of_many(operator) and not isinstance(value, list | tuple | set):
            return NotImplemented
        check_fields(self, ["invoice_state"])  # not all versions do for searches
        values = value if isinstance(value, list | tuple | set) else [value]
        wanted = tuple(str(each) for each in values) or ("",)
        self.env.flush_all()
        found = query_states(SQL("TRUE"), wanted)
        query = SQL("SELECT id FROM (%s) AS wanted", found)
        return among(query, is_found=operator in ("=", "in"))

    @api.depends("decision_ids.move_id")
    def _compute_invoices(self):
        for order in self:
            invoices = order._get_bills()
            notes = self.env["account.move"].search(
                [("reversed_entry_id", "in", invoices.ids)]
            )
            order.invoice_ids = invoices | notes
            order.invoice_count = len(order.invoice_ids)

    def _get_bills(self):
        """Return what bills the job, also what somebody made from the sale order."""
        self.ensure_one()
        lines = self.hours_ids.sale_line_id | self.part_ids.sale_line_id
        found = lines.invoice_lines.move_id.filtered(
            lambda move: not move.billing_decision_ids.service_order_id
        )
        return self.decision_ids.move_id | found

    @api.depends("state", "decision_ids.move_id")
    def _compute_may_bill_again(self):
        """Say whether an invoice was credited that *Create Invoice* had made."""
        for order in self:
            last = order._get_last_decision()
            notes = last._find_credit_notes() if last.move_id else last.move_id
            order.may_bill_again = order.state == "done" and bool(notes)

    @api.depends("decision_ids.move_id.payment_state")
    def _compute_payments(self):
        for order in self:
            invoices = order.invoice_ids
            order.payment_ids = self.env["account.payment"].union(
                *(invoice._get_reconciled_payments() for invoice in invoices)
            )

    def _finish(self):
        res = super()._finish()
        self._record_done()
        return res

    def _record_done(self):
        """Write down what some policy may want to bill by itself."""
        policies, now = self.env["billing.policy"], fields.Datetime.now()
        wanted = self.filtered(
            lambda order: (
                order._get_billable_rows()
                and policies._is_wanted(
                    order.company_id, "service", now, order.warehouse_id
                )
            )
        )
        wanted._decide_anew()

    def _undo(self):
        """Take what waits to be decided back, too."""
        self.decision_ids._update_state(
            ("pending", "held"),
            "withdrawn",
            reason_code="reopened",
            reason=_("The service order was reopened."),
        )
        return super()._undo()

    # Create Invoice

    def action_create_invoice(self):
        """Make a draft of each job, at once; open what there is.

        Pressed again, it opens the draft that there is.

        :return: the action that opens the drafts
        :raise UserError: a job is not done, or nothing of it is to be billed
        """
        check_access(self, "read")
        if not self.env.user.has_group(BILLER):
            raise AccessError(_("Only who makes invoices may do that."))
        orders = self._begin("done")
        for company_orders in orders.grouped("company_id").values():
            company_orders._bill()
        drafts = self.env["account.move"].union(
            *(order._get_drafts() for order in orders)
        )
        return open_records(_("Invoices"), drafts.with_env(self.env))

    def _bill(self):
        """Have jobs of one company decided, in this transaction.

        :raise UserError: nothing is to be billed of one, or it cannot be
        """
        # Whoever waits for this row begins anew, and sees what is made now
        self.asked_at = fields.Datetime.now()
        decisions = self._decide_anew()
        for order in self - decisions.service_order_id:
            last = order._get_last_decision()
            if last.state in WAITING and not last.move_id:
                decisions |= last
            elif last.state == "posted" and order.invoice_state == "to_invoice":
                decisions |= last._record_jobs(last._get_events_again())
            elif not order._get_drafts():
                last._check_draft()
        decisions.is_by_hand = True
        decisions._update_state(("held",), "pending")
        if decisions:
            Drafting(decisions).run()
        for decision in decisions:
            if not decision.move_id:
                raise UserError(decision.reason or decision.last_error or "")

    def _get_drafts(self):
        """Return the drafts that bill the job: its own, else what somebody made."""
        bills = self._get_bills().filtered(
            lambda move: move.state == "draft" and move.move_type == "out_invoice"
        )
        return bills & self.decision_ids.move_id or bills

    def _get_last_decision(self):
        self.ensure_one()
        return self.decision_ids.sorted("id")[-1:]

    def _decide_anew(self):
        """Return the new decisions about jobs of which none waits or made something."""
        last = self.env["billing.decision"].union(
            *(order._get_last_decision() for order in self)
        )
        again = last.filtered(lambda decision: decision.state in CAME_TO_NOTHING)
        fresh = self - last.service_order_id
        events = {order: order._get_event() for order in fresh}
        return last._record_jobs(events | again._get_events_again())

    def _get_event(self):
        """Return the event of this job's end."""
        self.ensure_one()
        return Event(
            key=f"service:{self.id}",
            event="service",
            company=self.company_id,
            at=self.date_done or fields.Datetime.now(),
            order=self.sale_order_id,
        )

    def _check_cancel(self):
        """Let jobs be cancelled that are not done, or credited."""
        others = self.filtered(lambda order: order.invoice_state != "credited")
        others._check_unbilled()
        return super(BillingServiceOrder, others)._check_cancel()

    def _check_unbilled(self):
        """Check that nothing of these is on an invoice.

        :raise RedirectWarning: something is; it offers the credit note
        :raise UserError: the same, to somebody who may not make one
        """
        for order in self.sudo():
            bills = order._get_bills().filtered(
                lambda move: move.move_type == "out_invoice" and move.state != "cancel"
            )
            if not bills:
                continue
            if not (counting := bills._billing_filter_not_credited()):
                raise UserError(
                    _(
                        "%s was billed, and credited. Resolution: bill it again, or"
                        " cancel it.",
                        order.name,
                    )
                )
            text = _(
                "%(order)s is on %(invoice)s. Resolution: delete the draft, or post a"
                " credit note of the invoice first.",
                order=order.name,
                invoice=", ".join(counting.mapped("display_name")),
            )
            posted = counting.filtered(
                lambda move: move.state == "posted"
            )._billing_filter_not_credited(("draft", "posted"))
            if posted and self.env.user.has_group(BILLER):
                raise RedirectWarning(
                    text,
                    self.env.ref("account.action_view_account_move_reversal").id,
                    _("Add Credit Note"),
                    {"active_model": "account.move", "active_ids": posted.ids},
                )
            raise UserError(text)

    # Buttons

    def _check_reader(self, name):
        """Check that the user may read a field of this job.

        :raise AccessError: they may not
        """
        self.ensure_one()
        check_access(self, "read")
        check_fields(self, [name])

    def action_open_invoices(self):
        """Open the invoices and credit notes of the job."""
        self._check_reader("invoice_ids")
        return open_records(_("Invoices"), self.invoice_ids)

    def action_open_sale_order(self):
        """Open what it is sold on."""
        self._check_reader("sale_order_id")
        return open_records(_("Sale Order"), self.sale_order_id)

    def action_open_transfers(self):
        """Open the transfers by which the parts left."""
        self._check_reader("picking_ids")
        return open_records(_("Transfers"), self.picking_ids)

    def action_open_items(self):
        """Open the journal items of the invoices."""
        self._check_reader("invoice_ids")
        return self.invoice_ids.action_billing_open_items()

    def action_bill_again(self):
        """Ask why what was credited is billed once more, and have it billed.

        :raise UserError: it is cancelled, or was billed from the sale order
        """
        self._check_reader("may_bill_again")
        if not self.may_bill_again:
            raise UserError(
                _(
                    "Nothing is credited that Create Invoice made of %s. Resolution:"
                    " invoice the sale order.",
                    self.name,
                )
            )
        return self._get_last_decision()._open_again()
