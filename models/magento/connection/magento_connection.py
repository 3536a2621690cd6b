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
    MagentoDocumentError,
    MagentoError,
    MagentoPermissionError,
    MagentoSettingError,
    OAuth1,
    SearchCriteria,
)
from ....tools.magento.urls import api_root
from .magento_messages import MagentoMessages

MANAGER = "coopcycle_magento.coopcycle_magento_group_manager"
SECRETS = {"consumer_key", "consumer_secret", "access_token", "access_token_secret"}
# What Fetch from Magento fills, and guesses the meaning of
FETCHED = ("store_ids", "payment_method_ids", "shipping_method_ids", "tax_ids")
# Magento's own offline methods: known before the first order is paid with one
OFFLINE_METHODS = {
    "checkmo": "Check / Money order",
    "banktransfer": "Bank Transfer Payment",
    "cashondelivery": "Cash On Delivery",
    "purchaseorder": "Purchase Order",
    "free": "No Payment Information Required",
}
METHOD_FIELDS = (
    "items[payment[method],shipping_description,extension_attributes"
    "[payment_additional_info,shipping_assignments[shipping[method]]]]"
)


class MagentoConnection(models.Model):
    """One Magento shop: where it is, how to sign in, and what is done with it."""

    _name = "magento.connection"
    _inherit = ["mail.thread", "mail.activity.mixin"]
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
    fetched_at = fields.Datetime("Configuration Fetched", readonly=True, copy=False)
    failed_count = fields.Integer("Failed", compute="_compute_failed_count")
    guess_count = fields.Integer("Guesses", compute="_compute_guess_count")
    missing_count = fields.Integer("To Choose", compute="_compute_guess_count")

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
        self.check_access_rights("write")
        self.check_access_rule("write")
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
        self.check_access_rights("write")
        self.check_access_rule("write")
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
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": _("Fetched from Magento"),
                "message": " ".join([counts, *notes]),
                "type": "warning" if notes else "success",
                "sticky": bool(notes),
                # Loads the form again; a soft reload would begin a new connection
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _fetch_if_needed(self):
        """Fetch the configuration before the first import, if nobody has done so."""
        if not self.fetched_at:
            self._fetch_configuration()

    def _fetch_configuration(self):
        """Read everything first, then write.

        :return: texts about what the integration has no right to read
        :raise MagentoError: the shop cannot be read; nothing was changed
        """
        self = self.sudo().with_company(self.company_id)
        self = self.with_context(magento_fetching=True)
        notes = []
        with self._get_client() as client:
            stores = self._read_stores(client)
            rates = self._read_if_allowed(self._read_tax_rates, client, notes)
            orders = self._read_if_allowed(self._read_last_orders, client, notes)
            sources = self._read_sources(client)
        self._keep_stores(stores)
        self._keep_sources(sources)
        self.env["magento.tax"]._meet(self, rates)
        self._keep_payment_methods(orders)
        self._keep_shipping_methods(orders)
        self.fetched_at = fields.Datetime.now()
        return notes

    def _read_if_allowed(self, read, client, notes):
        try:
            return read(client)
        except MagentoPermissionError as error:
            notes.append(MagentoMessages(self.env).text(error))
            return []

    # Store views

    def _read_stores(self, client):
        """Return values of `magento.store`, one for each view but the admin's own."""
        websites = {each["id"]: each for each in client.get("store/websites")}
        configs = {each["id"]: each for each in client.get("store/storeConfigs")}
        return [
            {
                "magento_id": str(view["id"]),
                "code": view["code"],
                "name": view["name"],
                "website": websites.get(view["website_id"], {}).get("name"),
                **self._store_settings(configs.get(view["id"], {})),
            }
            for view in client.get("store/storeViews")
            if view["id"]
        ]

    @staticmethod
    def _store_settings(config):
        return {
            "currency": config.get("default_display_currency_code"),
            "time_zone": config.get("timezone"),
            "locale": config.get("locale"),
        }

    def _keep_stores(self, stores):
        known = {store.magento_id: store for store in self.store_ids}
        for values in stores:
            currency = self._activate_currency(values.pop("currency"))
            values["currency_id"] = currency.id
            if values["magento_id"] in known:
                known[values["magento_id"]].write(values)
            else:
                self.env["magento.store"].create(
                    {**values, **self._guess_store(values, currency)}
                )

    def _guess_store(self, values, currency):
        lang = self.env["res.lang"].search([("code", "=", values["locale"])], limit=1)
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        return {
            "connection_id": self.id,
            "pricelist_id": self._get_pricelist(currency).id if currency else False,
            "lang_id": lang.id,
            "warehouse_id": warehouse.id,
            "is_guess": True,
        }

    def _activate_currency(self, code):
        """Return a currency by its code, active from now on; an empty one for none."""
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", code)], limit=1)
        )
        if currency and not currency.active:
            currency.active = True
        return currency

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
            }
        )

    # Stock sources

    @staticmethod
    def _read_sources(client):
        """Return values of `magento.source`; none of a shop that has no sources.

        They are an extension that a shop may lack, and a right that few need.
        """
        criteria = SearchCriteria().sorted_by("source_code")
        try:
            return [
                {"code": source["source_code"], "name": source["name"]}
                for page in client.pages("inventory/sources", criteria)
                for source in page.items
            ]
        except (MagentoPermissionError, MagentoDocumentError):
            return []

    def _keep_sources(self, sources):
        known = set(self.source_ids.mapped("code"))
        warehouses = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)]
        )
        by_name = {warehouse.name.casefold(): warehouse for warehouse in warehouses}
        none = self.env["stock.warehouse"]
        self.env["magento.source"].create(
            [
                {
                    "connection_id": self.id,
                    **source,
                    "warehouse_id": by_name.get(source["name"].casefold(), none).id,
                    "is_guess": True,
                }
                for source in sources
                if source["code"] not in known
            ]
        )

    # Tax rates

    @staticmethod
    def _read_tax_rates(client):
        """Return values of `magento.tax`."""
        criteria = SearchCriteria().sorted_by("tax_calculation_rate_id")
        return [
            {
                "code": rate["code"],
                "rate": float(rate["rate"]),
                "country": rate.get("tax_country_id"),
            }
            for page in client.pages("taxRates/search", criteria)
            for rate in page.items
        ]

    # Payment and shipping methods

    @staticmethod
    def _read_last_orders(client):
        """Return the newest orders, with nothing but how they were paid and sent."""
        criteria = SearchCriteria().sorted_by("entity_id", "DESC")
        page = next(client.pages("orders", criteria, METHOD_FIELDS), None)
        return page.items if page else []

    def _keep_payment_methods(self, orders):
        """Keep the methods of Magento itself and those that orders were paid with."""
        titles = dict(OFFLINE_METHODS)
        for order in orders:
            code = (order.get("payment") or {}).get("method")
            attributes = order.get("extension_attributes") or {}
            for entry in attributes.get("payment_additional_info") or ():
                if entry.get("key") == "method_title":
                    titles[code] = entry.get("value") or code
            titles.setdefault(code, code)
        known = {method.code: method for method in self.payment_method_ids}
        self.payment_method_ids.filtered(
            lambda method: method.code in titles and not method.import_rule
        ).import_rule = "always"
        self.env["magento.payment.method"].create(
            [
                {
                    "connection_id": self.id,
                    "code": code,
                    "name": title,
                    "import_rule": "always",
                    "is_guess": True,
                }
                for code, title in titles.items()
                if code and code not in known
            ]
        )

    def _keep_shipping_methods(self, orders):
        titles = {}
        for order in orders:
            attributes = order.get("extension_attributes") or {}
            for assignment in attributes.get("shipping_assignments") or ():
                code = (assignment.get("shipping") or {}).get("method")
                if code:
                    titles.setdefault(code, order.get("shipping_description") or code)
        self.env["magento.shipping.method"]._meet(
            self, [{"code": code, "name": title} for code, title in titles.items()]
        )

    # Scripts and buttons

    def run_operation(self, code):
        """Do what *Operations ▸ Execute* and the schedule do.

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
        self.check_access_rule("read")
        operations = self.env["magento.operation"]
        if code not in dict(operations._fields["code"].selection):
            raise UserError(_("There is no operation “%s”.", code))
        return operations._get(self, code)._run("user", **options)

    def _run_and_show(self, code, **options):
        """Run an operation, and open its log.

        :return: the action that opens the log
        """
        log = self._run_operation(code, **options)
        return {
            "type": "ir.actions.act_window",
            "name": _("Process Log"),
            "res_model": "integration.process.log",
            "res_id": log.id,
            "view_mode": "form",
        }

    def _retry_orders(self, documents):
        """Try these waiting orders again, and nothing else."""
        documents.sudo().write({"sync_state": "pending"})
        return self._run_operation(
            "import_orders", magento_ids=documents.mapped("magento_id")
        )
