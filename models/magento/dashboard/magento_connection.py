from collections import defaultdict

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .chart import Chart


def _other_than_zero(name):
    """Return a domain of numbers that are another; `!=` finds what has none, too."""
    return ["|", (name, "<", 0), (name, ">", 0)]


# What the board counts: (key, model, field of the connection, domain, action)
DOCUMENTS = "coopcycle_magento.magento_document_action"
ORDERS = "coopcycle_magento.magento_sale_order_action"
UNDER_WAY = ("waiting", "pending", "sending", "unknown")
COUNTED = (
    (
        "waiting",
        "magento.document",
        [("sync_state", "in", UNDER_WAY), ("last_error", "=", False)],
        DOCUMENTS,
    ),
    (
        "failed",
        "magento.document",
        [("sync_state", "in", UNDER_WAY), ("last_error", "!=", False)],
        DOCUMENTS,
    ),
    ("skipped", "magento.document", [("sync_state", "=", "skipped")], DOCUMENTS),
    (
        "differing_documents",
        "magento.document",
        [
            ("sync_state", "=", "done"),
            # A shipment has no amounts, but quantities
            "|",
            ("difference_cause", "!=", False),
            *_other_than_zero("difference"),
        ],
        DOCUMENTS,
    ),
    ("orders", "sale.order", [], ORDERS),
    (
        "differing_orders",
        "sale.order",
        [("state", "!=", "cancel"), *_other_than_zero("magento_total_difference")],
        ORDERS,
    ),
    (
        "on_hold",
        "sale.order",
        [("state", "!=", "cancel"), ("magento_on_hold", "=", True)],
        ORDERS,
    ),
    (
        "not_confirmed",
        "sale.order",
        [("state", "in", ("draft", "sent")), ("magento_on_hold", "=", False)],
        ORDERS,
    ),
    *(
        (
            f"guessed_{name}",
            f"magento.{model}",
            [("is_guess", "=", True), *chosen],
            action,
        )
        for name, model, chosen, action in (
            ("stores", "store", [], "coopcycle_magento.magento_store_action"),
            (
                "payments",
                "payment.method",
                [("import_rule", "!=", False)],
                "coopcycle_magento.magento_payment_method_action",
            ),
            (
                "shippings",
                "shipping.method",
                [],
                "coopcycle_magento.magento_shipping_method_action",
            ),
            (
                "taxes",
                "tax",
                [("tax_id", "!=", False)],
                "coopcycle_magento.magento_tax_action",
            ),
        )
    ),
    (
        "missing_payments",
        "magento.payment.method",
        [("import_rule", "=", False)],
        "coopcycle_magento.magento_payment_method_action",
    ),
    (
        "missing_taxes",
        "magento.tax",
        [("tax_id", "=", False)],
        "coopcycle_magento.magento_tax_action",
    ),
)
# Those that ask somebody to do something, and how loudly
LEVELS = {
    "failed": "danger",
    "skipped": "danger",
    "differing_documents": "warning",
    "differing_orders": "warning",
    "on_hold": "warning",
    "not_confirmed": "warning",
    "reconciliation": "warning",
    "missing_payments": "danger",
    "missing_taxes": "danger",
}
GROUPS = (
    ("documents", ("waiting", "failed", "skipped", "differing_documents")),
    ("orders", ("on_hold", "not_confirmed", "differing_orders", "reconciliation")),
)


class MagentoConnection(models.Model):
    """The board on which the Magento app opens: how each shop is doing."""

    _inherit = "magento.connection"

    board = fields.Json(compute="_compute_board")

    @api.depends_context("uid", "lang", "tz")
    def _compute_board(self):
        """Gather the board of all connections at once, by as many queries as of one."""
        counts = self._count_for_board()
        reconciled = self._get_last_reconciliations()
        accuracy = {each.id: each.accuracy_warning for each in self}
        labels = self._get_board_labels()
        chart = Chart(self)
        for connection in self:
            numbers = {key: counts[key].get(connection.id, 0) for key in counts}
            numbers["reconciliation"] = reconciled.get(connection.id, (0, 0))[1]
            connection.board = {
                "health": connection._get_health(),
                "groups": [
                    {
                        "key": group,
                        "label": labels[group],
                        "numbers": [
                            {
                                "key": key,
                                "label": labels[key],
                                "count": numbers[key],
                                "level": LEVELS.get(key, "") if numbers[key] else "",
                            }
                            for key in keys
                        ],
                    }
                    for group, keys in GROUPS
                ],
                "settings": [
                    {
                        "key": key,
                        "label": labels[key] % numbers[key],
                        "level": LEVELS.get(key, "info"),
                    }
                    for key in numbers
                    if key.startswith(("guessed_", "missing_")) and numbers[key]
                ],
                "orders": numbers["orders"],
                "operations": [
                    operation._get_board() for operation in connection.operation_ids
                ],
                "accuracy": accuracy[connection.id] or "",
                "chart": chart.describe(connection),
            }

    def _get_board_labels(self):
        return {
            "documents": _("Documents"),
            "waiting": _("Waiting"),
            "failed": _("Failed"),
            "skipped": _("Skipped"),
            "differing_documents": _("Differing"),
            "orders": _("Orders"),
            "on_hold": _("On hold"),
            "not_confirmed": _("Not confirmed"),
            "differing_orders": _("Differing"),
            "reconciliation": _("Open in reconciliation"),
            "guessed_stores": _("Guessed store views to confirm: %s"),
            "guessed_payments": _("Guessed payment methods to confirm: %s"),
            "guessed_shippings": _("Guessed shipping methods to confirm: %s"),
            "guessed_taxes": _("Guessed tax rates to confirm: %s"),
            "missing_payments": _("%s payment methods wait for a decision"),
            "missing_taxes": _("%s tax rates have no tax yet"),
        }

    def _count_for_board(self):
        """Return {key: {connection id: how many}}."""
        counts = defaultdict(dict)
        for key, model, domain, _action in COUNTED:
            field = self._get_board_field(model)
            groups = self.env[model]._read_group(
                [(field, "in", self.ids), *domain], [field], ["__count"]
            )
            counts[key] = {connection.id: count for connection, count in groups}
        return counts

    @staticmethod
    def _get_board_field(model):
        return "magento_connection_id" if model == "sale.order" else "connection_id"

    def _get_last_reconciliations(self):
        """Return {connection id: (the last one done, its open differences)}."""
        self.env["magento.reconciliation.line"].flush_model(["state"])
        self.env["magento.reconciliation"].flush_model(["state"])
        self.env.cr.execute(
            SQL(
                """
                SELECT last.connection_id, last.id,
                       (SELECT COUNT(*) FROM magento_reconciliation_line AS line
                         WHERE line.reconciliation_id = last.id AND line.state = 'open')
                  FROM (
                    SELECT connection_id, MAX(id) AS id FROM magento_reconciliation
                     WHERE state = 'done' AND connection_id = ANY(%s)
                     GROUP BY connection_id
                  ) AS last
                """,
                self.ids,
            )
        )
        return {row[0]: row[1:] for row in self.env.cr.fetchall()}

    def _get_health(self):
        """Return {"level", "label", "text"}: whether everything gets through."""
        paused = self.operation_ids.filtered("paused_until")
        failing = self.operation_ids.filtered("last_error") - paused
        # An export with nothing to send has not asked the shop for anything
        imports = self.operation_ids.filtered(
            lambda operation: operation.code.startswith("import_")
        )
        if paused:
            texts = [
                f"{operation._get_label()}: {operation.pause_reason or ''}"
                for operation in paused
            ]
            return self._health("danger", _("Paused"), texts)
        if failing:
            texts = [
                f"{operation._get_label()}: {operation.last_error}"
                for operation in failing
            ]
            return self._health("danger", _("Failing"), texts)
        if any(imports.mapped("last_success_at")):
            return self._health("success", _("Reached"), [])
        if self.fetched_at:
            text = _("Nothing was run yet. Press Run Now at Import Orders.")
            return self._health("info", _("Ready"), [text])
        text = _(
            "Not tested yet. Open the connection, then press Test Connection, Fetch"
            " from Magento and Import Orders, in this order."
        )
        return self._health("info", _("New"), [text])

    @staticmethod
    def _health(level, label, texts):
        return {"level": level, "label": label, "text": "\n".join(texts)}

    # Clicks

    def action_open_board(self, key):
        """Open what a number of the board has counted.

        :param str key: of the number
        """
        self.ensure_one()
        if key == "reconciliation":
            return self._open_last_reconciliation()
        found = {each[0]: each[1:] for each in COUNTED}.get(key)
        if not found:
            raise UserError(_("The dashboard has no number “%s”.", key))
        model, domain, xmlid = found
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        field = self._get_board_field(model)
        return {
            **action,
            "display_name": self._get_board_title(key),
            "domain": [(field, "=", self.id), *domain],
            # A favourite filter of the user's would list less than was counted
            "context": {"search_disable_custom_filters": True},
        }

    def _get_board_title(self, key):
        if key.startswith(("guessed_", "missing_")):
            return self.name
        return f"{self.name}: {self._get_board_labels()[key]}"

    def _open_last_reconciliation(self):
        last = self._get_last_reconciliations().get(self.id)
        if last:
            return self.env["magento.reconciliation"].browse(last[0]).action_show()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coopcycle_magento.magento_reconciliation_wizard_action"
        )
        return {**action, "context": {"default_connection_id": self.id}}

    def action_open_connection(self):
        """Open the connection's form."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_run_from_board(self, code):
        """Run an operation now, and open its log.

        :param str code: of the operation
        """
        self.ensure_one()
        return self._run_and_show(code)
