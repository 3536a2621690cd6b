from odoo import _, fields, models
from odoo.exceptions import AccessError, UserError

from ....tools.magento import (
    MagentoDocumentError,
    MagentoError,
    MagentoPermissionError,
    SearchCriteria,
)
from .magento_messages import MagentoMessages

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
    """Fetching what a shop has: stores, payment and shipping methods, tax rates."""

    _inherit = "magento.connection"

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
