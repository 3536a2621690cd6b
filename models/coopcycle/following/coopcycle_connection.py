import re
import uuid

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import NO_ACCESS

from ....compat import check_access
from ....tools.coopcycle.api import CoopcycleError, is_signed, read_event
from ....tools.coopcycle.api.webhooks import EVENTS, delete_webhook, make_webhook
from ...shared.notifying import notify
from ..fetching.coopcycle_connection import MANAGER
from ..fetching.coopcycle_messages import CoopcycleMessages

PATH = "/coopcycle/events/"
KEY = re.compile("[0-9a-f]{32}")
# Webhooks are of an application in an instance: with another one they are not ours
OWNERS = {"base_url", "application_key"}


class CoopcycleConnection(models.Model):
    """Being told by CoopCycle itself of what happens to deliveries."""

    _inherit = "coopcycle.connection"

    webhooks = fields.Json(
        readonly=True,
        copy=False,
        exportable=False,
        groups=NO_ACCESS,
        help="{event: [number in CoopCycle, secret]}",
    )
    webhook_key = fields.Char(
        readonly=True,
        copy=False,
        exportable=False,
        groups=NO_ACCESS,
        index="btree_not_null",
        help="The last part of the address that CoopCycle calls.",
    )
    receives_events = fields.Boolean(
        compute="_compute_receives_events",
        compute_sudo=True,
        groups=MANAGER,
        help="CoopCycle tells of each step of a delivery at once. Without that,"
        " deliveries are read again now and then.",
    )

    last_event_at = fields.Datetime(
        "Last Event", compute="_compute_last_event_at", groups=MANAGER
    )

    def _compute_last_event_at(self):
        found = dict(
            self.env["coopcycle.delivery"]
            .sudo()
            ._read_group(
                [("connection_id", "in", self.ids)], ["connection_id"], ["told_at:max"]
            )
        )
        for connection in self:
            connection.last_event_at = found.get(connection.sudo(), False)

    @api.depends("webhooks")
    def _compute_receives_events(self):
        for connection in self:
            connection.receives_events = set(connection.webhooks or ()) == set(EVENTS)

    @api.model
    def _get_secret_fields(self):
        return super()._get_secret_fields() | {"webhooks", "webhook_key"}

    def write(self, vals):
        """Believe no webhook any more that belongs to another sign-in."""
        if OWNERS & vals.keys():
            changed = self.sudo().filtered(
                lambda own: any(
                    (own[name] or "") != (vals[name] or "")
                    for name in OWNERS & vals.keys()
                )
            )
            super(CoopcycleConnection, changed).write(
                {"webhooks": False, "webhook_key": False}
            )
        return super().write(vals)

    # Asking to be told

    def action_receive_events(self):
        """Ask CoopCycle to tell of each step of a delivery from now on.

        :return: a notification of what came of it
        :raise UserError: it could not call back
        """
        self.ensure_one()
        check_access(self, "write")
        url = self._get_webhook_url(uuid.uuid4().hex)
        return self._change_webhooks(
            lambda client: self._ask_for_events(client, url),
            _("CoopCycle tells of deliveries at once."),
        )

    def action_stop_events(self):
        """Ask CoopCycle to tell no more; deliveries are read again now and then."""
        self.ensure_one()
        check_access(self, "write")
        return self._change_webhooks(
            self._forget_events, _("CoopCycle tells of deliveries no more.")
        )

    def _get_webhook_url(self, key):
        """Return the address that CoopCycle calls.

        :param str key: its last part, which nobody else knows
        :raise UserError: Odoo does not know its own address
        """
        base = self.env["ir.config_parameter"].sudo().get_param("web.base.url") or ""
        if not base.startswith(("https://", "http://")):
            raise UserError(
                _(
                    "Odoo does not know at which address CoopCycle reaches it."
                    " Resolution: set the system parameter web.base.url."
                )
            )
        return f"{base.rstrip('/')}{PATH}{key}"

    def _change_webhooks(self, change, text):
        """Change what CoopCycle tells; what was done before a failure is remembered.

        :param change: a function of a client
        :param str text: what a user reads when it is done
        """
        try:
            with self._get_courier_client() as client:
                change(client)
        except CoopcycleError as error:
            return notify(CoopcycleMessages(self.env).text(error), "danger")
        return notify(text)

    def _ask_for_events(self, client, url):
        self._forget_events(client)
        own = self.sudo()
        own.webhook_key = url.rpartition("/")[2]
        for event in EVENTS:
            made = make_webhook(client, event, url)
            own.webhooks = {**(own.webhooks or {}), event: list(made)}

    def _forget_events(self, client):
        own = self.sudo()
        for event, (number, _secret) in (own.webhooks or {}).items():
            try:
                delete_webhook(client, number)
            except CoopcycleError as error:
                if error.code not in ("not_found", "forbidden"):
                    raise
            left = {**own.webhooks}
            del left[event]
            own.webhooks = left
        own.webhook_key = False

    # Being told

    @api.model
    def _find_by_webhook_key(self, key):
        """Return the instance whose webhooks call an address, elevated, or none."""
        own = self.sudo()
        return own.search([("webhook_key", "=", key)]) if KEY.fullmatch(key) else own

    def _take_event(self, content, signature):
        """Write down what CoopCycle tells.

        :param bytes content: as it came
        :param str signature: the header
        :return: False if it is not signed by a secret of ours
        """
        self.ensure_one()
        signed = {
            event
            for event, (_number, secret) in (self.webhooks or {}).items()
            if is_signed(content, signature, secret)
        }
        if not signed:
            return False
        event = read_event(content)
        if event and event.name in signed:
            self.env["coopcycle.event"].sudo()._note(self, event)
        return True
