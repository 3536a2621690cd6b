from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ....compat import (
    among,
    check_access,
    check_fields,
    detach_documents,
    is_of_many,
)
from ...billing.groups import BILLER, READERS
from ...shared.notifying import notify
from ...shared.opening import open_records
from ...shared.running import do_at_commit
from ...shared.selections import selection_of
from ..billing_dispatch import TO_SEND, UNSENT
from ..billing_mailing_mixin import by_mail
from ..conveying.billing_dispatch_peppol import STATE
from ..dispatching import Sending

# Of Odoo's states of a mail, those of one that is sent, or on its way
MAILED = ("ready", "process", "pending", "sent")


class AccountMove(models.Model):
    """An invoice, and its ways to the customer."""

    _inherit = "account.move"

    billing_dispatch_ids = fields.One2many(
        "billing.dispatch", "move_id", "Dispatches", readonly=True, groups=READERS
    )
    billing_dispatch_state = fields.Selection(
        selection=selection_of("billing.dispatch", "state"),
        string="Sending",
        compute="_compute_billing_dispatch_state",
        compute_sudo=True,
        groups=READERS,
    )
    billing_is_to_send = fields.Boolean(
        "To Be Sent",
        compute="_compute_billing_is_to_send",
        search="_search_billing_is_to_send",
        groups=READERS,
    )
    billing_link_at = fields.Datetime(
        "Payment Link Made", readonly=True, copy=False, groups=READERS
    )

    @api.depends("billing_dispatch_ids.state")
    def _compute_billing_dispatch_state(self):
        for move in self:
            move.billing_dispatch_state = move.billing_dispatch_ids[:1].state

    @api.depends("state", "is_move_sent", "billing_dispatch_ids.state")
    def _compute_billing_is_to_send(self):
        domain = [("id", "in", self.ids), ("billing_is_to_send", "=", True)]
        found = self.sudo().search(domain)
        for move in self:
            move.billing_is_to_send = move._origin in found

    @api.model
    def _search_billing_is_to_send(self, operator, value):
        if is_of_many(operator):
            return NotImplemented
        check_fields(self, ["billing_is_to_send"])  # not all versions do for searches
        gone = [("state", "not in", (*TO_SEND, "superseded"))]
        found = self.sudo()._search(
            [
                ("state", "=", "posted"),
                ("move_type", "in", self.get_sale_types()),
                ("billing_dispatch_ids", "not any", gone),
                *among(self._billing_query_mailed(), is_found=False),
            ]
        )
        is_found = (operator == "=") == bool(value)
        return [("id", "in" if is_found else "not in", found)]

    def _billing_find_mailed(self):
        """Return which of these went to the customer by Odoo's own wizard alone."""
        mailed = among(self._billing_query_mailed())
        return self.sudo().search([("id", "in", self.ids), *mailed])

    @api.model
    def _billing_query_mailed(self):
        """Return the SQL of the invoices that Odoo's own wizard mailed.

        What the wizard was asked for is no proof: the customer's own mail is.
        """
        self.env.flush_all()
        return SQL(
            """
            SELECT move.id
              FROM mail_notification receipt
              JOIN mail_message message ON message.id = receipt.mail_message_id
                                       AND message.model = 'account.move'
              JOIN account_move move ON move.id = message.res_id AND move.is_move_sent
              JOIN res_partner partner
                ON partner.id = receipt.res_partner_id
               AND partner.commercial_partner_id = move.commercial_partner_id
             WHERE receipt.notification_type = 'email'
               AND receipt.notification_status IN %s
               AND NOT EXISTS (
                    SELECT FROM billing_dispatch WHERE move_id = move.id
                   )
            """,
            MAILED,
        )

    def _billing_is_out(self):
        """What the customer has is final, whoever posted and sent it."""
        return (
            super()._billing_is_out()
            or self.billing_dispatch_ids._have_left()
            or bool(self.is_move_sent and self._billing_find_mailed())
        )

    def _billing_find_live_dispatches(self):
        """Return the dispatches of these invoices as they are, elevated."""
        return (
            self.env["billing.dispatch"]
            .sudo()
            .search([("move_id", "in", self.ids), ("state", "!=", "superseded")])
        )

    def _billing_get_billed_deliveries(self):
        """Return the deliveries whose goods this very invoice bills, elevated."""
        lines = self.sudo().billing_decision_ids.line_ids.filtered(
            lambda line: line.invoice_line_id.move_id in self
        )
        return lines.stock_move_id.picking_id.filtered(
            lambda picking: picking.picking_type_code == "outgoing"
        )

    # The link to the page that asks for what is due

    def _billing_get_link(self):
        """Return the address of the portal's page, which opens without a password."""
        self.ensure_one()
        return f"{self.get_base_url()}{self.get_portal_url()}"

    def _billing_shows_link(self):
        """Say whether the invoice's PDF has the link."""
        self.ensure_one()
        return (
            self.company_id.billing_show_link
            and self.move_type == "out_invoice"
            and self.state == "posted"
        )

    def _billing_note_link(self):
        """Note once on each invoice that the link went to the customer."""
        for move in self.filtered(lambda move: not move.billing_link_at):
            move.billing_link_at = fields.Datetime.now()
            move._message_log(body=_("A link to look at it and pay online was made."))

    def _notify_get_recipients(self, *args, **kwargs):
        """Have the customer get a mail, who may be a user that reads in Odoo."""
        found = super()._notify_get_recipients(*args, **kwargs)
        sending = Sending.of(self.env)
        return by_mail(found, sending.dispatch.partner_id) if sending else found

    def write(self, vals):
        res = super().write(vals)
        if STATE in vals:
            # Odoo writes down the words after the state
            found = self._billing_find_live_dispatches()
            do_at_commit(found, "_take_peppol_states")
        return res

    def button_draft(self):
        """End what is known of the version that was; nobody is sent it any more."""
        res = super().button_draft()
        detach_documents(self)
        self._billing_find_live_dispatches()._supersede()
        return res

    def unlink(self):
        """Let what never left go with a deleted draft."""
        unsent = self._billing_find_live_dispatches().filtered(
            lambda each: each.state in UNSENT
        )
        unsent._supersede()
        return super().unlink()

    # Buttons

    def action_billing_send(self):
        """Send posted invoices the customer's way, but those that are sent already.

        :return: an action that says what became of them
        """
        self._billing_check_sender()
        found = self.env["billing.dispatch"]._queue(self)
        held = found.filtered(lambda each: each.state == "held")
        message = _(
            "To send: %(count)s. Held: %(held)s. Sent already, or not posted: %(rest)s",
            count=len(found - held),
            held=len(held),
            rest=len(self) - len(found),
        )
        kind = "warning" if held else "success"
        return notify(message, kind, then=None, is_sticky=False)

    def billing_send_again(self, reason):
        """Send posted invoices once more.

        :param str reason: why, which is kept
        :return: the ids of the new dispatches
        :raise UserError: no reason is given, or one is not posted
        """
        self._billing_check_sender()
        words = self.env["billing.decision"]._check_reason(reason)
        if self.filtered(lambda move: move.state != "posted"):
            raise UserError(_("Only posted invoices are sent. Resolution: post it."))
        return self.env["billing.dispatch"]._queue(self, words).ids

    def _billing_check_sender(self):
        """Check that the user may send these invoices.

        :raise AccessError: they may not
        """
        check_access(self, "read")
        if not self.env.user.has_group(BILLER):
            raise AccessError(_("Only who makes invoices may send them."))

    def action_billing_open_dispatches(self):
        """Open what is known of its ways to the customer."""
        self.ensure_one()
        check_access(self, "read")
        return open_records(_("Sending"), self.billing_dispatch_ids)
