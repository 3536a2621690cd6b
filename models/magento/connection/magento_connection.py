import base64

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ....compat import Constraint, check_access
from ....tools.magento import (
    BearerAuth,
    MagentoClient,
    MagentoError,
    MagentoSettingError,
    OAuth1,
)
from ....tools.magento.urls import api_root, shop_key
from ...shared.notifying import CLOSE, notify
from ...shared.opening import open_form
from .fetching import ShopReader
from .magento_messages import MagentoMessages

MANAGER = "coopcycle_magento.coopcycle_magento_group_manager"
SECRETS = {"consumer_key", "consumer_secret", "access_token", "access_token_secret"}
# What Fetch from Magento fills, and guesses the meaning of
FETCHED = ("store_ids", "payment_method_ids", "shipping_method_ids", "tax_ids")


class MagentoConnection(models.Model):
    """One Magento shop: where it is, how to sign in, and what is done with it."""

    _name = "magento.connection"
    _inherit = ["mail.thread", "mail.activity.mixin", "integration.secret.mixin"]
    _description = "Magento Connection"
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
    shop_key = fields.Char(
        compute="_compute_shop_key",
        store=True,
        help="What all addresses of one shop have in common.",
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
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        default=lambda self: self.env.user,
        help="Who is told when something stops working.",
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
    are_sources_denied = fields.Boolean(
        readonly=True,
        copy=False,
        help="The integration has no right to read the shop's stock sources.",
    )
    fetched_at = fields.Datetime("Configuration Fetched", readonly=True, copy=False)
    failed_count = fields.Integer("Failed", compute="_compute_failed_count")
    guess_count = fields.Integer("Guesses", compute="_compute_guess_count")
    missing_count = fields.Integer("To Choose", compute="_compute_guess_count")

    _name_company_unique = Constraint(
        "unique(name, company_id)",
        "This company has a connection with this name already.",
    )
    _shop_unique = Constraint(
        "unique(company_id, shop_key)",
        "This company has a connection to this shop already, maybe an archived one: all"
        " orders would come in twice. Resolution: use that one.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Show the operations, and their schedule, from the start."""
        connections = super().create(vals_list)
        operations = self.env["magento.operation"]
        for connection in connections:
            for code, _label in operations._fields["code"].selection:
                operations._get(connection, code)
        return connections

    @api.depends("base_url")
    def _compute_shop_key(self):
        for connection in self:
            try:
                connection.shop_key = shop_key(connection.base_url)
            except MagentoSettingError:
                connection.shop_key = False

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

    @api.constrains("page_size", "timeout")
    def _check_limits(self):
        if any(connection.page_size < 1 for connection in self):
            raise ValidationError(_("Ask for one order at least."))
        if any(connection.timeout < 1 for connection in self):
            raise ValidationError(_("Wait for one second at least."))

    def action_confirm_guesses(self):
        """Confirm everything that was guessed; what is missing stays to be chosen."""
        for connection in self:
            for name in FETCHED:
                connection[name].filtered(
                    lambda record: record.mapping_state == "guess"
                ).action_confirm_guess()

    @api.model
    def _get_secret_fields(self):
        return super()._get_secret_fields() | SECRETS

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
                ca_certificate=keys_sudo._get_ca_certificate(),
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

    def _get_ca_certificate(self):
        """Return the own CA's certificate (PEM), "" if there is none."""
        content = base64.b64decode(self.ca_certificate or b"")
        return content.decode("ascii", "replace")

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

    def action_test_connection(self):
        """Find out whether the shop is reached and what it allows, by reading a little.

        :return: the action that shows what was found
        """
        self.ensure_one()
        check_access(self, "write")
        test = self.env["magento.connection.test"]._run(self)
        return {
            "type": "ir.actions.act_window",
            "name": _("Test Connection"),
            "res_model": test._name,
            "res_id": test.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_fetch_configuration(self):
        """Fetch the shop's configuration, and guess what is new in it means here.

        What was fetched or chosen before is kept.

        :return: a notification of what was found
        :raise UserError: the shop cannot be read; nothing was changed
        """
        self.ensure_one()
        check_access(self, "write")
        try:
            notes = self._fetch_configuration()
        except MagentoError as error:
            raise UserError(MagentoMessages(self.env).text(error)) from error
        counts = _(
            "Store views: %(stores)s, payment methods: %(payments)s, shipping methods:"
            " %(shippings)s, tax rates: %(taxes)s.",
            stores=len(self.store_ids),
            payments=len(self.payment_method_ids),
            shippings=len(self.shipping_method_ids),
            taxes=len(self.tax_ids),
        )
        return notify(
            " ".join([counts, *notes]),
            "warning" if notes else "success",
            title=_("Fetched from Magento"),
            # Loads the form again; a soft reload would begin a new connection
            then=CLOSE,
        )

    def _fetch_if_needed(self):
        """Fetch the configuration before the first import, if nobody has done so."""
        if not self.fetched_at:
            self._fetch_configuration()

    def _fetch_configuration(self):
        """Read everything first, then write.

        :return: texts about what the integration has no right to read
        :raise MagentoError: the shop cannot be read; nothing was changed
        """
        own = self.sudo().with_company(self.company_id)
        own = own.with_context(magento_fetching=True)
        with own._get_client() as client:
            shop = ShopReader(client)
            stores, sources = shop.read_stores(), shop.read_sources()
            rates = shop.read_tax_rates()
            payments, shippings = shop.read_methods()
        own.env["magento.store"]._find_or_create(own, stores)
        own.env["magento.source"]._find_or_create(own, sources)
        own.env["magento.tax"]._find_or_create(own, rates)
        own.env["magento.payment.method"]._find_or_create(own, payments)
        own.env["magento.shipping.method"]._find_or_create(own, shippings)
        own.write(
            {
                "fetched_at": fields.Datetime.now(),
                "are_sources_denied": shop.are_sources_denied,
            }
        )
        return list(map(MagentoMessages(own.env).text, shop.refusals))

    def _get_time_zone(self):
        """Return the name of the time zone where the shop is, of its oldest store."""
        stores = self.sudo().store_ids.filtered("time_zone")
        return stores.sorted("id")[:1].time_zone or "UTC"

    def _get_pricelist(self, currency):
        """Return a pricelist in a currency, found or created."""
        pricelists = self.env["product.pricelist"].search(
            [
                ("currency_id", "=", currency.id),
                ("company_id", "in", (False, self.company_id.id)),
            ]
        )
        own = pricelists.filtered("company_id")
        return (own or pricelists)[:1] or pricelists.create(
            {
                "name": _("Magento %s", currency.name),
                "currency_id": currency.id,
                "company_id": self.company_id.id,
                "is_for_magento": True,
            }
        )

    # Scripts and buttons

    def run_operation(self, code):
        """Do what *Operations ▸ Execute* and the schedule do.

        It commits step by step, and with that whatever was written before: call it last
        in a transaction, and never within a savepoint.

        :param str code: such as "import_orders"
        :return: the `integration.process.log` of the run
        :raise UserError: the same operation of this connection is running
        """
        self.ensure_one()
        return self._run_operation(code)

    def _run_operation(self, code, **options):
        if not self.env.su and not self.env.user.has_group(
            "coopcycle_magento.coopcycle_magento_group_user"
        ):
            raise AccessError(_("Only users of Magento may run its operations."))
        check_access(self, "read")
        operations = self.env["magento.operation"]
        if code not in dict(operations._fields["code"].selection):
            raise UserError(_("There is no operation “%s”.", code))
        return operations._get(self, code)._run("user", **options)

    def _run_and_show(self, code, **options):
        """Run an operation, and open its log.

        :return: the action that opens the log
        """
        log = self._run_operation(code, **options)
        return {**open_form(log), "name": _("Process Log")}

    def _retry_orders(self, documents):
        """Try these waiting orders again, and nothing else."""
        documents.sudo().write({"sync_state": "pending"})
        return self._run_operation(
            "import_orders", magento_ids=documents.mapped("magento_id")
        )
