from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ....compat import QUANTITY_DIGITS_ID, check_access
from .importing.problems import Problem


class MagentoConnection(models.Model):
    """Which orders of a shop come in, and how."""

    _inherit = "magento.connection"

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
    order_count = fields.Integer("Orders", compute="_compute_order_count")
    accuracy_warning = fields.Text(compute="_compute_accuracy_warning")

    @api.model
    def _default_import_states(self):
        return self.env["magento.order.state"].search([("is_default", "=", True)])

    def _compute_order_count(self):
        counts = self._count("sale.order", "magento_connection_id")
        for connection in self:
            connection.order_count = counts.get(connection, 0)

    @api.depends_context("uid")
    def _compute_accuracy_warning(self):
        text = _(
            "The decimal accuracy “%(name)s” has %(digits)s digits; amounts that equal"
            " Magento's need %(needed)s."
        )
        self.accuracy_warning = "\n".join(
            text % {"name": each.name, "digits": each.digits, "needed": needed}
            for each, needed in self._missing_accuracies()
        )

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

    def _why_left_out(self, order, is_asked_for=False):
        """Return why the rules leave an order in Magento, "" if it is to come in.

        :param order: an `Order` or an `OrderFigures`
        :param bool is_asked_for: somebody named it: no state or date leaves it out
        """
        self.ensure_one()
        store = self.env["magento.store"]._match(self, order)
        if store and not store.import_orders:
            return _(
                "Left out by the rules: orders of the store view %s are not imported.",
                store.name,
            )
        method = self.env["magento.payment.method"]._match(self, order)
        if method.import_rule == "never":
            return _(
                "Left out by the rules: orders with the payment method %s are never"
                " imported.",
                method.name,
            )
        if method.import_rule == "paid" and not order.is_paid:
            return _(
                "Left out by the rules: orders with the payment method %s are imported"
                " when they are paid.",
                method.name,
            )
        return "" if is_asked_for else self._why_out_of_scope(order)

    def _why_out_of_scope(self, order):
        """Return why an order that nobody asked for by name stays out, "" if not."""
        if order.state not in self.import_state_ids.mapped("code"):
            return _(
                "Left out by the rules: orders in Magento's state “%s” are not"
                " imported.",
                order.state,
            )
        since = self.import_since
        if since and order.created_at < since:
            return _(
                "Left out by the rules: it was placed before %s, from which on orders"
                " are imported.",
                format_date(self.env, since),
            )
        return ""

    def _check_before_import(self, order, payment_method):
        """Check that nothing holds back an order that the rules let in.

        :param order: the `Order`
        :param payment_method: its `magento.payment.method`
        :raise Problem: it has to wait; the order is tried again with each run
        """
        if not payment_method.import_rule:
            raise Problem("payment_method_unknown", method=payment_method.name)

    @api.model
    def _get_product_for(self, role):
        """Return the product of a line that sells none of the shop's.

        :param str role: "shipping" of a carrier that has no product, "product_tax" for
            fixed product taxes, "discount" for discounts that do not lower the tax,
            "extra" for any other amount in a total, or "rounding"
        """
        return self.env.ref(f"coopcycle_magento.product_magento_{role}")

    # Accuracy

    @api.model
    def _missing_accuracies(self):
        """Return the accuracies that are too low, as (`decimal.precision`, digits)."""
        needed = {
            "product.decimal_price": 6,
            QUANTITY_DIGITS_ID: 4,
        }
        precisions = {self.env.ref(xmlid).sudo(): n for xmlid, n in needed.items()}
        return [(p, digits) for p, digits in precisions.items() if p.digits < digits]

    def action_raise_accuracies(self):
        """Raise the accuracies that amounts to the cent need; they are global."""
        check_access(self, "write")
        for precision, digits in self._missing_accuracies():
            precision.digits = digits

    # Screens

    def action_open_orders(self):
        """Open the orders that came from this shop."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_sale_order_action"
        )
        return {**action, "domain": [("magento_connection_id", "in", self.ids)]}

    def action_import_orders(self):
        """Import new and changed orders now."""
        return self._run_and_show("import_orders")

    def write(self, vals):
        res = super().write(vals)
        if "import_since" in vals:
            self._read_again(
                ("import_orders", "import_shipments", "import_credit_memos")
            )
        elif "import_state_ids" in vals:
            self._read_again(("import_orders",))
        return res

    def _read_again(self, codes):
        """Let the next imports read all there is; what is known costs little."""
        self.env["magento.operation"].sudo().search(
            [("connection_id", "in", self.ids), ("code", "in", codes)]
        ).write({"watermark": False, "window_started_at": False, "cursor": False})
