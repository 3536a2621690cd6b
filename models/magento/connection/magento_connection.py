import base64
import hashlib
import os
import tempfile
from pathlib import Path

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ....tools.magento import (
    BearerAuth,
    MagentoClient,
    MagentoSettingError,
    OAuth1,
)
from ....tools.magento.urls import api_root
from .magento_messages import MagentoMessages

MANAGER = "coopcycle_magento.coopcycle_magento_group_manager"
SECRETS = {"consumer_key", "consumer_secret", "access_token", "access_token_secret"}
# What Fetch from Magento fills, and guesses the meaning of
FETCHED = ("store_ids", "payment_method_ids", "shipping_method_ids", "tax_ids")


class MagentoConnection(models.Model):
    """One Magento shop: where it is, how to sign in, and what is done with it."""

    _name = "magento.connection"
    _description = "Magento Connection"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )

    base_url = fields.Char(
        "Shop Address",
        required=True,
        tracking=True,
        help="The address of the shop's start page, such as https://shop.example.com.",
    )
    path_prefix = fields.Char(
        "API Path",
        default="rest",
        required=True,
        help="Where the shop's API begins after its address. Magento's own is “rest”.",
    )
    store_code = fields.Char(
        "API Store Code",
        help="Leave empty, unless a proxy lets calls through for one store view only.",
    )
    auth_type = fields.Selection(
        [("oauth1", "OAuth 1.0a (four keys)"), ("bearer", "Access token alone")],
        "Sign-in",
        required=True,
        default="oauth1",
        help="Magento refuses access tokens alone since 2.4.4, unless the shop's"
        " configuration allows them. The four keys work everywhere.",
    )
    consumer_key = fields.Char(groups=MANAGER, copy=False, exportable=False)
    consumer_secret = fields.Char(groups=MANAGER, copy=False, exportable=False)
    access_token = fields.Char(groups=MANAGER, copy=False, exportable=False)
    access_token_secret = fields.Char(groups=MANAGER, copy=False, exportable=False)
    ca_certificate = fields.Binary(
        "CA Certificate",
        groups=MANAGER,
        copy=False,
        attachment=True,
        help="Only for a shop whose certificate was issued by an authority of your own:"
        " its certificate, as a PEM file. Certificates are always verified.",
    )
    timeout = fields.Integer(
        "Time-out",
        default=60,
        required=True,
        help="Seconds to wait for an answer of the shop.",
    )
    page_size = fields.Integer(
        default=100,
        required=True,
        help="Orders asked for at once. It shrinks by itself if the shop limits it.",
    )

    import_since = fields.Datetime(
        "Import Orders Since",
        default=lambda self: fields.Datetime.now(),
        help="Orders that were placed before this moment stay in Magento, unless"
        " somebody asks for them by number or date. Empty: all of them are imported.",
    )
    import_state_ids = fields.Many2many(
        "magento.order.state",
        string="Import Orders in State",
        default=lambda self: self._default_import_states(),
        help="Orders in another state wait in Magento until they reach one of these.",
    )
    create_products = fields.Boolean(
        "Create Missing Products",
        help="Create a product for an SKU that Odoo does not have. Otherwise the order"
        " waits until somebody creates it.",
    )
    order_prefix = fields.Char(
        help="Put before Magento's order number: with “SHOP-”, its order 000000042 is"
        " SHOP-000000042 here. Useful where several shops count alike.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        help="Who is told when something stops working.",
    )
    notify_invoice = fields.Boolean(
        "Notify Customer of Invoices",
        help="Let Magento mail the customer when an invoice is exported.",
    )
    export_invoices_from = fields.Date(
        required=True,
        default=lambda self: fields.Date.context_today(self),
        help="Invoices with an earlier date are not exported by themselves, so that"
        " choosing a rule exports no history.",
    )
    update_status_when_paid = fields.Boolean(
        "Update Magento Status When Paid",
        help="When an invoice that was exported on validation is paid in Odoo, tell it"
        " in a comment on Magento's order.",
    )
    paid_status = fields.Char(
        "Status When Paid",
        help="The code of the status that the order gets then, where its state allows"
        " it. Empty: its status stays as it is.",
    )
    attempts_allowed = fields.Integer(
        default=3,
        required=True,
        help="How often a document is sent before somebody has to look at it.",
    )
    batch_size = fields.Integer(
        default=50, required=True, help="Documents sent between two commits."
    )
    parallel_requests = fields.Integer(
        default=8, required=True, help="Documents sent to Magento at the same time."
    )
    settling_seconds = fields.Integer(
        "Settling Time",
        default=600,
        required=True,
        help="Seconds after which Magento has surely finished what it was asked for,"
        " even if nobody got an answer.",
    )
    operation_ids = fields.One2many("magento.operation", "connection_id", "Operations")
    store_ids = fields.One2many("magento.store", "connection_id", "Stores")
    payment_method_ids = fields.One2many(
        "magento.payment.method", "connection_id", "Payment Methods"
    )
    shipping_method_ids = fields.One2many(
        "magento.shipping.method", "connection_id", "Shipping Methods"
    )
    tax_ids = fields.One2many("magento.tax", "connection_id", "Taxes")
    fetched_at = fields.Datetime("Configuration Fetched", readonly=True, copy=False)
    order_count = fields.Integer("Orders", compute="_compute_order_count")
    failed_count = fields.Integer("Failed", compute="_compute_failed_count")
    guess_count = fields.Integer("Guesses", compute="_compute_guess_count")
    missing_count = fields.Integer("To Choose", compute="_compute_guess_count")
    accuracy_warning = fields.Text(compute="_compute_accuracy_warning")

    _sql_constraints = [
        (
            "name_company_unique",
            "unique(name, company_id)",
            "This company has a connection with this name already.",
        ),
        ("page_size_positive", "CHECK(page_size > 0)", "Ask for one order at least."),
        (
            "sending_positive",
            "CHECK(attempts_allowed > 0 AND batch_size > 0 AND parallel_requests > 0"
            " AND settling_seconds >= 0)",
            "Attempts, batch size and parallel requests must be one at least.",
        ),
        ("timeout_positive", "CHECK(timeout > 0)", "Wait for one second at least."),
    ]

    @api.model_create_multi
    def create(self, vals_list):
        """Show the operations, and their schedule, from the start."""
        connections = super().create(vals_list)
        operations = self.env["magento.operation"]
        for connection in connections:
            for code, _label in operations._fields["code"].selection:
                operations._get(connection, code)
        return connections

    @api.model
    def _default_import_states(self):
        return self.env["magento.order.state"].search([("is_default", "=", True)])

    def _compute_order_count(self):
        counts = self._count("sale.order", "magento_connection_id")
        for connection in self:
            connection.order_count = counts.get(connection, 0)

    def _compute_failed_count(self):
        counts = self._count(
            "magento.document", "connection_id", [("last_error", "!=", False)]
        )
        for connection in self:
            connection.failed_count = counts.get(connection, 0)

    def _count(self, model, field, domain=()):
        """Return how many records of a model each connection has."""
        groups = self.env[model]._read_group(
            [(field, "in", self.ids), *domain], [field], ["__count"]
        )
        return dict(groups)

    @api.depends(
        *(f"{name}.mapping_state" for name in FETCHED),
    )
    def _compute_guess_count(self):
        for connection in self:
            states = [
                record.mapping_state for name in FETCHED for record in connection[name]
            ]
            connection.guess_count = states.count("guess")
            connection.missing_count = states.count("missing")

    @api.depends_context("uid")
    def _compute_accuracy_warning(self):
        missing = self._missing_accuracies()
        for connection in self:
            connection.accuracy_warning = "\n".join(
                _(
                    "The decimal accuracy “%(name)s” has %(digits)s digits; amounts"
                    " that equal Magento's need %(needed)s.",
                    name=precision.name,
                    digits=precision.digits,
                    needed=needed,
                )
                for precision, needed in missing
            )

    @api.constrains("base_url", "path_prefix", "store_code")
    def _check_address(self):
        for connection in self:
            try:
                api_root(
                    connection.base_url,
                    connection.path_prefix,
                    connection.store_code or "",
                )
            except MagentoSettingError as error:
                raise ValidationError(MagentoMessages(self.env).text(error)) from error

    @api.constrains("company_id")
    def _check_company_kept(self):
        orders = self.env["sale.order"].sudo()
        for connection in self:
            if orders.search_count(
                [
                    ("magento_connection_id", "=", connection.id),
                    ("company_id", "!=", connection.company_id.id),
                ],
                limit=1,
            ):
                raise ValidationError(
                    _(
                        "The company of a connection cannot be changed once it has"
                        " orders. Resolution: create another connection in the other"
                        " company."
                    )
                )

    def _for_importing(self):
        """Return this connection, in whose name nothing is mailed, tracked or sent."""
        return self.with_context(
            tracking_disable=True,
            mail_create_nosubscribe=True,
            mail_notrack=True,
            magento_importing=True,
        )

    def _exports_invoices_of(self, date):
        """Say whether invoices of a date are exported by themselves."""
        self.ensure_one()
        return bool(date) and date >= self.export_invoices_from

    # Accuracy

    @api.model
    def _missing_accuracies(self):
        """Return the accuracies that are too low, as (`decimal.precision`, digits)."""
        needed = {
            "product.decimal_price": 6,
            "product.decimal_product_uom": 4,
        }
        precisions = {self.env.ref(xmlid).sudo(): n for xmlid, n in needed.items()}
        return [(p, digits) for p, digits in precisions.items() if p.digits < digits]

    def action_raise_accuracies(self):
        """Raise the accuracies that amounts to the cent need; they are global."""
        self.check_access_rights("write")
        for precision, digits in self._missing_accuracies():
            precision.digits = digits

    def action_confirm_guesses(self):
        """Confirm everything that was guessed; what is missing stays to be chosen."""
        for connection in self:
            for name in FETCHED:
                connection[name].filtered(
                    lambda record: record.mapping_state == "guess"
                ).action_confirm_guess()

    # Secrets

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        """Keep the keys out of every file, whoever asks and by whichever record.

        :raise AccessError: a key is among the fields
        """
        if secrets := SECRETS & {path[0] for path in fields if path}:
            raise AccessError(
                _(
                    "The keys of a shop are never exported: %s. Resolution: choose"
                    " other fields.",
                    ", ".join(sorted(secrets)),
                )
            )
        return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)

    # Talking to Magento

    def _get_client(self):
        """Return a client for this shop: the only way to its network.

        :return: a `MagentoClient`, a context manager, for one thread
        :raise UserError: the address or a key cannot be one
        """
        self.ensure_one()
        keys_sudo = self.sudo()
        try:
            return MagentoClient(
                self.base_url,
                keys_sudo._get_auth(),
                path_prefix=self.path_prefix,
                store_code=self.store_code or "",
                ca_file=keys_sudo._get_ca_file(),
                read_timeout=self.timeout,
                page_size=self.page_size,
            )
        except MagentoSettingError as error:
            raise UserError(MagentoMessages(self.env).text(error)) from error

    def _get_auth(self):
        if self.auth_type == "bearer":
            return BearerAuth(self.access_token)
        return OAuth1(
            self.consumer_key,
            self.consumer_secret,
            self.access_token,
            self.access_token_secret,
        )

    def _get_ca_file(self):
        """Return the path of the own CA's certificate, None if there is none."""
        if not self.ca_certificate:
            return None
        content = base64.b64decode(self.ca_certificate)
        name = f"coopcycle_magento_ca_{hashlib.sha256(content).hexdigest()}.pem"
        path = Path(tempfile.gettempdir(), f"{os.getuid()}_{name}")
        if not path.exists():
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(content)
            Path(file.name).replace(path)  # at once: another worker may read it
        return str(path)

    # Screens

    def action_open_orders(self):
        """Open the orders that came from this shop."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_sale_order_action"
        )
        return {**action, "domain": [("magento_connection_id", "in", self.ids)]}

    def action_open_failed(self):
        """Open the documents of this shop that wait with an error."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_document_failed_action"
        )
        return {
            **action,
            "domain": [
                ("connection_id", "in", self.ids),
                ("last_error", "!=", False),
            ],
        }

    def action_open_logs(self):
        """Open the logs of this shop's operations."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_process_log_action"
        )
        return {
            **action,
            "domain": [("res_model", "=", self._name), ("res_id", "in", self.ids)],
        }

    def action_import_orders(self):
        """Import new and changed orders now."""
        return self._run_and_show("import_orders")
