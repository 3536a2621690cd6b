import uuid

from odoo import _, api, fields, models

from ....compat import NOT_SUMMED

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

    def _is_over(self):
        """Say whether no courier brings it any more, so that another one may."""
        return self.sync_state in ("skipped", "cancelled") or self.courier_state in LOST

    # What CoopCycle tells

    def _prepare_answer(self, answer):
        """Return the values of what CoopCycle tells of a delivery.

        :param answer: a `Delivery` of `tools.coopcycle.api.deliveries`
        """
        vals = {"coopcycle_id": answer.id, "tracking_url": answer.tracking_url or False}
        if answer.order_number:
            vals |= {
                "order_number": answer.order_number,
                "order_total": (answer.order_total or 0) / 100,
                "order_tax": (answer.order_tax or 0) / 100,
            }
        return vals

    def _read_again(self):
        """Read how deliveries are in CoopCycle, and write that down."""
