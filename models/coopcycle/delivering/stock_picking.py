from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ....compat import check_access
from ....tools.coopcycle.api.bodies import Slot
from ...shared.notifying import notify
from ...shared.running import touch_rows

# What CoopCycle has answered is written down: nothing is to be asked for
IS_ANSWERED = "coopcycle_is_answered"


class StockPicking(models.Model):
    """A transfer that a courier brings."""

    _inherit = "stock.picking"

    coopcycle_slot_from = fields.Datetime(
        "Deliver From",
        copy=False,
        help="Empty: the first time slot from the scheduled date on.",
    )
    coopcycle_slot_to = fields.Datetime("Deliver Until", copy=False)
    coopcycle_comments = fields.Text("Comments for the Courier", copy=False)
    coopcycle_delivery_ids = fields.One2many(
        "coopcycle.delivery", "picking_id", "Courier Deliveries", readonly=True
    )
    coopcycle_delivery_id = fields.Many2one(
        "coopcycle.delivery",
        "Courier Delivery",
        compute="_compute_coopcycle_delivery_id",
        compute_sudo=True,
        search="_search_coopcycle_delivery_id",
    )
    coopcycle_sync_state = fields.Selection(related="coopcycle_delivery_id.sync_state")
    coopcycle_courier_state = fields.Selection(
        related="coopcycle_delivery_id.courier_state"
    )
    coopcycle_attempt_count = fields.Integer(
        related="coopcycle_delivery_id.attempt_count"
    )
    coopcycle_last_error = fields.Text(related="coopcycle_delivery_id.last_error")
    coopcycle_pause_reason = fields.Text(related="coopcycle_delivery_id.pause_reason")
    coopcycle_tracking_url = fields.Char(related="coopcycle_delivery_id.tracking_url")
    coopcycle_done_at = fields.Datetime(related="coopcycle_delivery_id.done_at")
    coopcycle_proof_ids = fields.Many2many(related="coopcycle_delivery_id.proof_ids")
    coopcycle_can_send = fields.Boolean(
        compute="_compute_coopcycle_can", compute_sudo=True
    )
    coopcycle_can_cancel = fields.Boolean(
        compute="_compute_coopcycle_can", compute_sudo=True
    )

    @api.depends("coopcycle_delivery_ids.is_replaced")
    def _compute_coopcycle_delivery_id(self):
        for picking in self:
            picking.coopcycle_delivery_id = picking.coopcycle_delivery_ids.filtered(
                lambda delivery: not delivery.is_replaced
            )[:1]

    @api.model
    def _search_coopcycle_delivery_id(self, operator, value):
        """Find transfers by their deliveries, also by one that another replaced."""
        return [("coopcycle_delivery_ids", operator, value)]

    @api.depends(
        "state",
        "carrier_id.delivery_type",
        "picking_type_id.code",
        "coopcycle_delivery_ids.sync_state",
        "coopcycle_delivery_ids.courier_state",
    )
    def _compute_coopcycle_can(self):
        for picking in self:
            delivery = picking.coopcycle_delivery_id
            is_free = not delivery or delivery._is_over()
            is_ready = picking._coopcycle_is_mine() and picking.state in (
                "assigned",
                "done",
            )
            picking.coopcycle_can_send = is_ready and is_free
            picking.coopcycle_can_cancel = (
                bool(delivery) and delivery._may_be_cancelled()
            )

    @api.constrains("coopcycle_slot_from", "coopcycle_slot_to")
    def _check_coopcycle_slot(self):
        for picking in self:
            begin, end = picking.coopcycle_slot_from, picking.coopcycle_slot_to
            if end and (not begin or begin >= end):
                raise ValidationError(
                    _("A courier delivers from a time until a later one.")
                )

    # Sending

    def action_coopcycle_send(self):
        """Have a courier bring these transfers."""
        check_access(self, "write")
        for picking in self:
            if obstacle := picking._coopcycle_get_obstacle():
                raise UserError(
                    _(
                        "%(transfer)s: %(why)s",
                        transfer=picking.display_name,
                        why=obstacle,
                    )
                )
        self._coopcycle_send()
        return notify(_("A courier is asked for; see the tab Courier."))

    def action_coopcycle_cancel(self):
        """Have no courier bring these transfers."""
        check_access(self, "write")
        self.sudo().coopcycle_delivery_id._ask_cancel()
        return notify(_("The courier is asked to leave it; see the tab Courier."))

    def action_open_coopcycle_deliveries(self):
        """Open what couriers were asked for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.coopcycle_delivery_action"
        )
        action["domain"] = [("picking_id", "=", self.id)]
        if len(self.coopcycle_delivery_ids) == 1:
            action |= {
                "views": [(False, "form")],
                "res_id": self.coopcycle_delivery_ids.id,
            }
        return action

    def _coopcycle_is_mine(self):
        """Say whether this is a transfer to a customer that CoopCycle's couriers do."""
        return (
            self.carrier_id.delivery_type == "coopcycle"
            and self.picking_type_id.code == "outgoing"
        )

    def _coopcycle_get_obstacle(self):
        """Return why no courier can be asked for, "" if one can."""
        if not self._coopcycle_is_mine():
            return _("Its carrier is no courier of CoopCycle.")
        if self.state not in ("assigned", "done"):
            return _("Its goods are not ready.")
        connection = self.carrier_id.sudo().coopcycle_connection_id
        if connection.company_id != self.company_id:
            return _(
                "The courier works for another company. Resolution: choose a carrier of"
                " this company."
            )
        return "" if connection.active else connection._get_pause_text()

    def _coopcycle_send(self):
        """Put these transfers on the list of what is sent, each once."""
        if not self or self.env.context.get(IS_ANSWERED):
            return
        touch_rows(self)  # who does the same at once begins anew, and sees ours
        deliveries_sudo = self.env["coopcycle.delivery"].sudo()
        new_vals = []
        for picking in self:
            known = picking.sudo().coopcycle_delivery_id
            vals = deliveries_sudo._prepare_vals(picking)
            if known.sync_state == "skipped":
                known.write(vals)
                known._send_again()
            elif not known or known._is_over():
                known.is_replaced = True
                new_vals.append(vals)
        deliveries_sudo.flush_model(["is_replaced"])
        deliveries_sudo.with_context(mail_create_nolog=True).create(new_vals)
        deliveries_sudo._wake_up()

    def _coopcycle_prepare_body(self):
        """Return what CoopCycle is asked for, and when.

        :return: (body, `Slot`)
        :raise UserError: it cannot be asked for like this
        """
        if self.state == "cancel":
            raise UserError(_("The transfer was cancelled."))
        slot = self._coopcycle_get_slot()
        body = self.carrier_id._coopcycle_prepare_body(
            self.picking_type_id.warehouse_id,
            self.partner_id,
            slot,
            weight=self.shipping_weight,
            packages=self._coopcycle_get_packages(),
            comments="\n".join(filter(None, [self.name, self.coopcycle_comments])),
        )
        return body, slot

    def _coopcycle_get_slot(self):
        begin, end = self.coopcycle_slot_from, self.coopcycle_slot_to
        if not end:
            return self.carrier_id._coopcycle_get_slot(begin or self.scheduled_date)
        if end <= fields.Datetime.now():
            raise UserError(
                _(
                    "The time slot is over. Resolution: enter another one on the"
                    " transfer, or none, and send it again."
                )
            )
        return Slot(begin, end)

    def _coopcycle_get_packages(self):
        """Return {kind of package: how many}, of kinds that CoopCycle knows."""
        packages = {}
        for package in self.move_line_ids.result_package_id:
            kind = package.package_type_id
            code = kind.shipper_package_code
            if kind.package_carrier_type == "coopcycle" and code:
                packages[code] = packages.get(code, 0) + 1
        return packages

    # What Odoo does with transfers

    def _send_confirmation_email(self):
        """Ask for couriers; customers hear of it with the tracking link.

        A courier who cannot be asked for is told of, and stops nothing.
        """
        due = self.filtered(
            lambda picking: (
                picking._coopcycle_is_mine()
                and picking.carrier_id.integration_level == "rate_and_ship"
            )
        )
        for picking in due:
            if obstacle := picking._coopcycle_get_obstacle():
                due -= picking
                picking._integration_ask(
                    self.env.user, _("No courier was asked for"), obstacle
                )
        due._coopcycle_send()
        deliveries_sudo = self.sudo().coopcycle_delivery_id
        on_their_way = deliveries_sudo.filtered(lambda each: each._is_on_its_way())
        on_their_way.is_mail_due = True
        others = self.filtered(
            lambda picking: picking.id not in on_their_way.picking_id.ids
        )
        return super(StockPicking, others)._send_confirmation_email()

    def send_to_shipper(self):
        """Ask for a courier; write down price and number once CoopCycle has it."""
        check_access(self, "write")
        delivery = self.sudo().coopcycle_delivery_id
        if self.carrier_id.delivery_type != "coopcycle":
            return super().send_to_shipper()
        if delivery.sync_state == "done":
            is_known = delivery._get_tracking_number() in self._coopcycle_get_numbers()
            return None if is_known else super().send_to_shipper()
        if not self._coopcycle_get_obstacle():
            self._coopcycle_send()
        return None

    def _coopcycle_get_numbers(self):
        """Return the tracking numbers."""
        numbers = (self.carrier_tracking_ref or "").split(",")
        return [number.strip() for number in numbers if number.strip()]

    def cancel_shipment(self):
        """Have CoopCycle take back what is its own."""
        own = self.filtered(lambda picking: picking._coopcycle_is_mine())
        if own:
            own.action_coopcycle_cancel()
        return super(StockPicking, self - own).cancel_shipment() if self - own else None
