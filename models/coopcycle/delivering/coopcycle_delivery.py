import uuid
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ....compat import NOT_SUMMED, check_access
from ...shared.attempts import pause_after
from .stock_picking import IS_ANSWERED

SEND_CRON = "coopcycle_magento.ir_cron_send_deliveries"
COURIER_STATES = [
    ("new", "New"),
    ("assigned", "Assigned"),
    ("started", "Started"),
    ("picked", "Picked Up"),
    ("in_transit", "In Transit"),
    ("completed", "Delivered"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
# What a courier no longer works on, and did not bring
LOST = ("failed", "cancelled")
NO_ERROR = {"error_code": False, "last_error": False}
NOT_SENDING = {"run_id": False, "sent_at": False, "unknown_since": False}


class CoopcycleDelivery(models.Model):
    """What a courier of CoopCycle brings of a transfer, and how far that has got.

    It is the outbox: a transfer only adds a row, a scheduled action sends it. Once it
    is made it has what CoopCycle tells of it. Times are UTC.
    """

    _name = "coopcycle.delivery"
    _inherit = ["mail.thread", "mail.activity.mixin", "integration.guard.mixin"]
    _description = "Courier Delivery"
    _order = "id desc"
    _mail_post_access = "read"  # nobody writes deliveries
    _rec_names_search = ["order_number", "picking_id.name"]

    picking_id = fields.Many2one(
        "stock.picking",
        "Transfer",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    partner_id = fields.Many2one(related="picking_id.partner_id", string="Recipient")
    carrier_id = fields.Many2one(
        "delivery.carrier", required=True, readonly=True, ondelete="restrict"
    )
    connection_id = fields.Many2one(
        "coopcycle.connection",
        "CoopCycle Instance",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    reference = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: str(uuid.uuid4()),
        help="Tells the delivery in CoopCycle, where nobody else has it.",
    )
    is_replaced = fields.Boolean(
        readonly=True, help="Another delivery of the same transfer came in its place."
    )
    # Sending
    sync_state = fields.Selection(
        [
            ("pending", "To Send"),
            ("sending", "Sending"),
            ("unknown", "Unknown"),
            ("done", "Sent"),
            ("skipped", "Skipped"),
            ("to_cancel", "To Cancel"),
            ("cancelled", "Cancelled"),
        ],
        "State",
        required=True,
        readonly=True,
        default="pending",
        index=True,
    )
    is_cancel_asked = fields.Boolean("To Be Cancelled", readonly=True)
    attempt_count = fields.Integer("Attempts", readonly=True, **NOT_SUMMED)
    next_attempt_at = fields.Datetime(
        "Next Attempt", readonly=True, default=lambda self: fields.Datetime.now()
    )
    run_id = fields.Many2one(
        "integration.process.log",
        readonly=True,
        ondelete="set null",
        help="The run that is sending it.",
    )
    sent_at = fields.Datetime(
        "Sent", readonly=True, help="When the request began; none: not yet."
    )
    unknown_since = fields.Datetime(readonly=True)
    error_code = fields.Char("Code of the Cause", readonly=True, index="btree_not_null")
    last_error = fields.Text(readonly=True)
    slot_from = fields.Datetime("Deliver From", readonly=True)
    slot_to = fields.Datetime("Deliver Until", readonly=True)
    # What CoopCycle has
    coopcycle_id = fields.Integer("CoopCycle ID", readonly=True, **NOT_SUMMED)
    courier_state = fields.Selection(COURIER_STATES, "Courier", readonly=True)
    tracking_url = fields.Char("Tracking Link", readonly=True)
    order_number = fields.Char(
        readonly=True, index="btree_not_null", help="Of CoopCycle's own order."
    )
    order_total = fields.Monetary(
        "Price", readonly=True, help="What the courier asks for it, with tax."
    )
    order_tax = fields.Monetary("Tax in the Price", readonly=True)
    is_to_note = fields.Boolean(
        readonly=True, help="The transfer has yet to get what CoopCycle told."
    )
    is_mail_due = fields.Boolean(
        readonly=True, help="The customer's mail waits for the tracking link."
    )
    can_cancel = fields.Boolean(compute="_compute_can_cancel")
    pause_reason = fields.Text(compute="_compute_pause_reason", compute_sudo=True)
    alert_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    done_at = fields.Datetime("Delivered", readonly=True)
    proof_ids = fields.Many2many("ir.attachment", readonly=True)

    def _auto_init(self):
        res = super()._auto_init()
        self.env.cr.execute(
            """
            CREATE UNIQUE INDEX IF NOT EXISTS coopcycle_delivery_reference_unique
            ON coopcycle_delivery (reference);
            CREATE UNIQUE INDEX IF NOT EXISTS coopcycle_delivery_coopcycle_id_unique
            ON coopcycle_delivery (connection_id, coopcycle_id)
            WHERE coopcycle_id != 0;
            -- A transfer has one delivery that counts
            CREATE UNIQUE INDEX IF NOT EXISTS coopcycle_delivery_picking_unique
            ON coopcycle_delivery (picking_id) WHERE is_replaced IS NOT TRUE;
            -- What is to be sent, and when
            CREATE INDEX IF NOT EXISTS coopcycle_delivery_due
            ON coopcycle_delivery (connection_id, next_attempt_at)
            WHERE sync_state IN ('pending', 'sending', 'unknown', 'to_cancel');
            """
        )
        return res

    @api.depends("picking_id.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for delivery in self:
            delivery.display_name = _("Courier of %s", delivery.picking_id.name)

    @api.depends("sync_state", "courier_state", "is_cancel_asked")
    def _compute_can_cancel(self):
        for delivery in self:
            delivery.can_cancel = delivery._may_be_cancelled()

    @api.depends(
        "sync_state", "connection_id.active", "connection_id.operation_ids.paused_until"
    )
    @api.depends_context("lang")
    def _compute_pause_reason(self):
        for delivery in self:
            is_waiting = delivery._is_on_its_way() or delivery.sync_state == "to_cancel"
            reason = is_waiting and delivery.connection_id._get_pause_text()
            delivery.pause_reason = reason or False

    @api.model
    def _prepare_vals(self, picking):
        """Return the values of the delivery of a transfer."""
        carrier = picking.carrier_id
        return {
            "picking_id": picking.id,
            "carrier_id": carrier.id,
            "connection_id": carrier.sudo().coopcycle_connection_id.id,
        }

    def _prepare_body(self):
        """Return what CoopCycle is asked for, and when.

        :return: (body, `Slot`)
        :raise UserError: it cannot be asked for as it is
        """
        picking = self.picking_id.with_company(self.company_id)
        if picking.carrier_id != self.carrier_id:
            raise UserError(_("The transfer has another carrier now."))
        return picking._coopcycle_prepare_body()

    # How it stands

    def _is_over(self):
        """Say whether no courier brings it any more, so that another one may."""
        return self.sync_state in ("skipped", "cancelled") or self.courier_state in LOST

    def _is_on_its_way(self):
        """Say whether CoopCycle has not answered yet, and will."""
        return self.sync_state in ("pending", "sending", "unknown")

    def _may_be_cancelled(self):
        """Say whether it makes sense to ask for it: a courier may have it already."""
        is_asked = self.is_cancel_asked or self.sync_state in ("to_cancel", "cancelled")
        return not is_asked and self.courier_state not in (*LOST, "completed")

    def _get_tracking_number(self):
        """Return the number by which CoopCycle's people know it."""
        return self.order_number or str(self.coopcycle_id)

    def _prepare_shipping(self):
        """Return price and number, as Odoo takes them of carriers."""
        carrier = self.carrier_id
        currency = self.picking_id.sale_id.currency_id or self.currency_id
        price = carrier._coopcycle_get_price(
            self.order_total, self.currency_id, currency
        )
        return {"exact_price": price, "tracking_number": self._get_tracking_number()}

    # What users do

    def action_send_again(self):
        """Send what was skipped once more."""
        check_access(self.picking_id, "write")
        skipped = self.sudo().filtered(lambda each: each.sync_state == "skipped")
        if skipped:
            skipped._send_again()
            skipped._wake_up()
        return True

    def action_cancel(self):
        """Ask CoopCycle to take these deliveries back."""
        check_access(self.picking_id, "write")
        self.sudo()._ask_cancel()
        return True

    def action_open_tracking(self):
        """Open the page where a customer follows the courier."""
        self.ensure_one()
        if not self.tracking_url:
            raise UserError(_("CoopCycle has told of no tracking link."))
        return {
            "type": "ir.actions.act_url",
            "url": self.tracking_url,
            "target": "new",
        }

    def _send_again(self):
        self._set_due("pending")
        self._settle_alert(_("It is sent again."))

    def _set_due(self, state):
        """Have something done now, with all attempts before it.

        :param str state: "pending" or "to_cancel"
        """
        self.write(
            {
                "sync_state": state,
                "attempt_count": 0,
                "next_attempt_at": fields.Datetime.now(),
                **NO_ERROR,
            }
        )

    def _ask_cancel(self):
        """Take deliveries back: those that nobody has sent at once, others by asking.

        One that is being sent is taken back when it is known what came of that.
        """
        asked = self.filtered(lambda each: each._may_be_cancelled())
        for delivery in asked:
            if delivery.sync_state in ("pending", "skipped"):
                delivery._set_cancelled()
            elif delivery.sync_state == "done":
                delivery._set_due("to_cancel")
            else:
                delivery.is_cancel_asked = True
        if asked:
            self._wake_up()

    @api.model
    def _wake_up(self):
        """Have what is due sent at once, when this transaction has ended."""
        self.env.ref(SEND_CRON).sudo()._trigger()

    # What came of it

    def _set_made(self, answer):
        """Write down that CoopCycle has it.

        :param answer: a `Delivery` of `tools.coopcycle.api.deliveries`
        """
        self.write(
            {
                "sync_state": "done",
                "courier_state": self.courier_state or "new",
                "is_to_note": True,
                **self._prepare_answer(answer),
                **NOT_SENDING,
                **NO_ERROR,
            }
        )
        self._settle_alert(_("CoopCycle has it."))
        if self.is_cancel_asked:
            self._set_due("to_cancel")

    def _set_cancelled(self):
        """Write down that no courier brings it."""
        self.write(
            {
                "sync_state": "cancelled",
                "courier_state": self.courier_state and "cancelled",
                "is_to_note": bool(self.coopcycle_id) or self.is_mail_due,
                **NOT_SENDING,
                **NO_ERROR,
            }
        )
        self._settle_alert(_("The courier's delivery was cancelled"))

    def _set_kept(self, text):
        """Write down that CoopCycle does not take it back.

        :param str text: why
        """
        self.write(
            {
                "sync_state": "done",
                "is_cancel_asked": False,
                "is_to_note": True,
                "last_error": text,
            }
        )
        self._ask_somebody(_("CoopCycle does not take the delivery back"), text)

    def _put_back(self, wait=timedelta()):
        """Let them be sent again, without an attempt: nothing was done."""
        vals = {"next_attempt_at": fields.Datetime.now() + wait, **NOT_SENDING}
        for delivery in self:
            if delivery.is_cancel_asked:
                delivery._set_cancelled()
            elif delivery.sync_state == "to_cancel":
                delivery.write(vals)
            else:
                delivery.write({"sync_state": "pending", **vals})

    def _set_unknown(self, text=""):
        """Write down that nobody knows what became of them."""
        self.write(
            {
                "sync_state": "unknown",
                "unknown_since": fields.Datetime.now(),
                "last_error": text,
                "run_id": False,
            }
        )

    def _fail(self, code, text):
        """Count an attempt; after the last one somebody has to look at it.

        :return: whether it was the last one
        """
        attempts = self.attempt_count + 1
        is_last = attempts >= self.connection_id._get_attempts_allowed()
        self.write(
            {
                "attempt_count": attempts,
                "error_code": code,
                "last_error": text,
            }
        )
        if is_last and self.sync_state == "to_cancel":
            self._set_kept(text)
        elif is_last:
            self._give_up(code, text)
        else:
            self._put_back(pause_after(attempts))
        return is_last

    def _give_up(self, code, text):
        """Skip one that cannot be sent as it is."""
        vals = {"error_code": code, "last_error": text, **NOT_SENDING}
        self.write({"sync_state": "skipped", "is_to_note": self.is_mail_due, **vals})
        if self.is_cancel_asked:
            self._set_cancelled()
        else:
            self._ask_somebody(_("No courier was asked for"), text)

    def _ask_somebody(self, summary, text):
        """Have somebody look at the transfer, once."""
        if self.alert_id:
            return
        picking = self.picking_id
        users = [picking.user_id, self.create_uid, self.connection_id.user_id]
        self.alert_id = picking._integration_ask_first(
            [user for user in users if user], summary, text
        )

    def _settle_alert(self, feedback):
        """Close what somebody was asked to look at."""
        for delivery in self:
            if alert := delivery.alert_id:
                delivery.alert_id = False
                alert.action_feedback(feedback=feedback)

    # What the transfer gets of it

    def _note_on_transfers(self):
        """Give transfers what CoopCycle told: number, price, the customer's mail."""
        for delivery in self:
            delivery._note_on_transfer()
        self.write({"is_to_note": False, "is_mail_due": False})

    def _note_on_transfer(self):
        picking = self.picking_id.with_user(self.create_uid).sudo()
        picking = picking.with_company(self.company_id)
        picking = picking.with_context(**{IS_ANSWERED: True})
        number, numbers = self._get_tracking_number(), picking._coopcycle_get_numbers()
        if self.sync_state == "cancelled" and number in numbers:
            left = [each for each in numbers if each != number]
            picking.carrier_tracking_ref = ",".join(left) or False
            picking._message_log(
                body=_("The courier's delivery %s is cancelled.", number)
            )
        elif self.sync_state == "done" and picking.carrier_id != self.carrier_id:
            self._ask_somebody(
                _("The carrier was changed"),
                _(
                    "CoopCycle has the delivery %s of this transfer. Resolution: cancel"
                    " it, or choose the courier as its carrier again.",
                    number,
                ),
            )
        elif self.sync_state == "done":
            picking.send_to_shipper()
        if self.is_mail_due and picking.state == "done":
            picking._send_confirmation_email()

    # What CoopCycle tells

    def _prepare_answer(self, answer):
        """Return the values of what CoopCycle tells of a delivery.

        :param answer: a `Delivery` of `tools.coopcycle.api.deliveries`
        """
        vals = {
            "coopcycle_id": answer.id,
            "tracking_url": answer.tracking_url or False,
        }
        if answer.order_number:
            vals |= {
                "order_number": answer.order_number,
                "order_total": (answer.order_total or 0) / 100,
                "order_tax": (answer.order_tax or 0) / 100,
            }
        return vals

    def _read_again(self):
        """Read how deliveries are in CoopCycle, and write that down."""
