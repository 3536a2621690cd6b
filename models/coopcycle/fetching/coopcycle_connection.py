import base64
import uuid

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ....compat import check_access
from ....tools.coopcycle.api import (
    ApplicationSignIn,
    CoopcycleClient,
    CoopcycleError,
    UserSignIn,
)
from ....tools.coopcycle.api.address import normalise_base_url
from ....tools.coopcycle.api.deliveries import read_own_store
from ....tools.http.errors import SettingError
from .coopcycle_messages import CoopcycleMessages

MANAGER = "account.group_account_manager"
# What no list, file or log may have
SECRETS = {"username", "password", "application_key", "application_secret"}
# What only managers decide: where requests go, and as whom
SIGN_IN = (*sorted(SECRETS), "base_url", "ca_certificate", "fetch_interval")


class CoopcycleConnection(models.Model):
    """Where a CoopCycle instance is, and how to sign in."""

    _inherit = "coopcycle.connection"

    base_url = fields.Char(
        "Address",
        groups=MANAGER,
        copy=False,
        help="The address of the start page, such as https://coop.example.com. Without"
        " one, invoices come in by files alone.",
    )
    username = fields.Char("User", groups=MANAGER, copy=False, exportable=False)
    password = fields.Char(groups=MANAGER, copy=False, exportable=False)
    application_key = fields.Char(
        groups=MANAGER,
        copy=False,
        exportable=False,
        help="Of an application that belongs to a store, for its deliveries.",
    )
    application_secret = fields.Char(groups=MANAGER, copy=False, exportable=False)
    ca_certificate = fields.Binary(
        "CA Certificate",
        groups=MANAGER,
        copy=False,
        attachment=True,
        help="Only for a server whose certificate was issued by an authority of your"
        " own: its certificate, as a PEM file. Certificates are always verified.",
    )
    timeout = fields.Integer(
        "Time-out",
        default=60,
        required=True,
        groups=MANAGER,
        help="Seconds to wait for an answer.",
    )
    fetch_interval = fields.Selection(
        [("monthly", "Every month"), ("weekly", "Every week")],
        "Fetch Invoices",
        groups=MANAGER,
        copy=False,
        help="When a month or a week is over, its invoices come in by themselves, as"
        " drafts. Empty: only when somebody fetches them.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        groups=MANAGER,
        help="With whose rights invoices come in by themselves, and who is told when"
        " they do not.",
    )
    can_fetch = fields.Boolean(compute="_compute_can_fetch", compute_sudo=True)

    @api.depends("base_url")
    def _compute_can_fetch(self):
        for connection in self:
            connection.can_fetch = bool(connection.base_url)

    @api.model_create_multi
    def create(self, vals_list):
        """Let only managers say where requests go, also by defaults of a context.

        :raise AccessError: somebody else does
        """
        connections = super().create(vals_list)
        is_manager = self.env.su or self.env.user.has_group(MANAGER)
        own = connections.sudo()
        if not is_manager and any(own.filtered(name) for name in SIGN_IN):
            raise AccessError(
                _("Only administrators of Invoicing set the sign-in to CoopCycle.")
            )
        return connections

    @api.constrains("base_url")
    def _check_base_url(self):
        for connection in self.filtered("base_url"):
            try:
                normalise_base_url(connection.base_url)
            except SettingError as error:
                text = CoopcycleMessages(self.env).text(error)
                raise ValidationError(text) from error

    @api.constrains("timeout")
    def _check_timeout(self):
        if any(connection.timeout < 1 for connection in self):
            raise ValidationError(_("Wait for one second at least."))

    @api.constrains("fetch_interval", "user_id", "base_url")
    def _check_fetching(self):
        for connection in self:
            if connection.fetch_interval and not (
                connection.user_id and connection.base_url
            ):
                raise ValidationError(
                    _(
                        "Invoices that come in by themselves need an address and"
                        " somebody who is responsible."
                    )
                )

    @api.model
    def _get_secret_fields(self):
        return super()._get_secret_fields() | SECRETS

    # Talking to CoopCycle

    def _get_request_id(self, period, batch):
        """Return the id of an export, the same whenever the same is asked for.

        :param period: a `Period`
        :param int batch: counts what is asked for the same days later on
        """
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        key = uuid.uuid5(uuid.UUID(database), f"{self._name},{self.id}")
        return period.request_id(str(key), batch)

    def _get_export_account(self):
        """Return the code of the account that the last export named, "" if none did.

        CoopCycle has one for all stores, and its lists of orders do not tell it.
        """
        last = self.env["coopcycle.fetch.store"].search(
            [
                ("fetch_id.connection_id", "=", self.id),
                ("state", "=", "received"),
                ("received_count", ">", 0),
            ],
            order="id desc",
            limit=1,
        )
        return last._get_rows()[-1].get("account", "") if last else ""

    def _get_client(self):
        """Return a client for invoicing: the only way to this instance's network.

        :return: a `CoopcycleClient`, a context manager, for one thread
        :raise AccessError: who asks may not see the instance
        :raise UserError: the address or the sign-in cannot be one
        """
        own = self.sudo()
        return self._make_client(lambda: UserSignIn(own.username, own.password))

    def _get_courier_client(self):
        """Return a client for the deliveries of a store, as :meth:`_get_client`."""
        own = self.sudo()
        return self._make_client(
            lambda: ApplicationSignIn(own.application_key, own.application_secret)
        )

    def _make_client(self, sign_in):
        self.ensure_one()
        check_access(self, "read")
        own = self.sudo()
        certificate = base64.b64decode(own.ca_certificate or b"")
        try:
            return CoopcycleClient(
                own.base_url or "",
                sign_in(),
                ca_certificate=certificate.decode("ascii", "replace"),
                read_timeout=own.timeout,
            )
        except SettingError as error:
            raise UserError(CoopcycleMessages(self.env).text(error)) from error

    def action_test_connection(self):
        """Find out what is reached and allowed, by reading a little.

        :return: a notification that says so
        """
        self.ensure_one()
        check_access(self, "write")
        lines, errors = [], []
        if self.username or not self.application_key:
            errors.append(self._try(self._read_one_order))
            lines.append(_("Invoicing: %s", errors[-1] or _("allowed.")))
        if self.application_key:
            errors.append(self._try(self._read_store))
            lines.append(_("Deliveries: %s", errors[-1] or _("allowed.")))
        is_good = not any(errors)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": _("CoopCycle is reached") if is_good else _("Not all works"),
                "message": " ".join(lines),
                "type": "success" if is_good else "warning",
                "sticky": not is_good,
            },
        }

    def _try(self, read):
        """Return what a user reads of the error that reading ends with, "" if none."""
        try:
            read()
        except CoopcycleError as error:
            return CoopcycleMessages(self.env).text(error)
        return ""

    def _read_one_order(self):
        with self._get_client() as client:
            client.get("invoice_line_items", [("itemsPerPage", "1")])

    def _read_store(self):
        with self._get_courier_client() as client:
            read_own_store(client)
