from datetime import timedelta

from odoo import Command, _, api, fields, models

from ...models.magento.connection.magento_messages import RIGHTS, MagentoMessages
from ...tools.magento import (
    MagentoDocumentError,
    MagentoError,
    MagentoPermissionError,
    SearchCriteria,
)

# What is read to see whether a right is there: reading changes nothing
READS = {
    "Magento_Backend::store": "store/storeViews",
    "Magento_Sales::actions_view": "orders",
    "Magento_Sales::sales_invoice": "invoices",
    "Magento_Sales::shipment": "shipments",
    "Magento_Sales::sales_creditmemo": "creditmemos",
    "Magento_Tax::manage_tax": "taxRates/search",
    "Magento_InventoryApi::source": "inventory/sources",
    "Magento_Catalog::products": "products",
}
# What is asked of an order that no shop has: Magento looks at the right first
WRITES = {
    "Magento_Sales::invoice": "order/0/invoice",
    "Magento_Sales::comment": "orders/0/comments",
}
# An extension of Magento's that a shop may have taken out
OPTIONAL = ("inventory/sources",)
TRIED = [right for right in RIGHTS if right in READS or right in WRITES]


class MagentoConnectionTest(models.TransientModel):
    """What *Test Connection* found: reached or not, the stores, and each right."""

    _name = "magento.connection.test"
    _description = "Magento Connection Test"
    _inherit = ["integration.entry.mixin"]

    connection_id = fields.Many2one("magento.connection", required=True)
    is_reached = fields.Boolean("Reached")
    error = fields.Text()
    stores = fields.Text()
    line_ids = fields.One2many("magento.connection.test.line", "test_id")
    has_missing = fields.Boolean(compute="_compute_has_missing")

    @api.depends("is_reached", "line_ids.is_allowed")
    def _compute_has_missing(self):
        for test in self:
            allowed = test.line_ids.mapped("is_allowed")
            test.has_missing = test.is_reached and not all(allowed)

    @api.model
    def _run(self, connection):
        """Ask a little of everything that a connection needs; it changes nothing.

        :return: the new test
        """
        test = self.create({"connection_id": connection.id})
        refusals, answers = {}, {}
        try:
            with connection._get_client() as client:
                for right in TRIED:
                    try:
                        answers[right] = _try(client, right)
                    except MagentoPermissionError as error:
                        refusals[right] = error
        except MagentoError as error:
            test.error = MagentoMessages(self.env).text(error)
            return test
        test.is_reached = bool(answers)
        if not answers:
            refusal = next(iter(refusals.values()))
            test.error = MagentoMessages(self.env).sign_in_refused(refusal)
        elif unsigned := [error for error in refusals.values() if not error.right]:
            # Some requests are signed otherwise than others
            test.error = MagentoMessages(self.env).text(unsigned[0])
        test.stores = ", ".join(_store_names(answers.get("Magento_Backend::store")))
        test.line_ids = [
            Command.create({"right": right, "is_allowed": right in answers})
            # what is missing first
            for right in sorted(TRIED, key=lambda right: right in answers)
        ]
        return test


class MagentoConnectionTestLine(models.TransientModel):
    """One right that the integration has in Magento, or lacks."""

    _name = "magento.connection.test.line"
    _description = "Magento Connection Test Right"

    test_id = fields.Many2one(
        "magento.connection.test", required=True, ondelete="cascade"
    )
    right = fields.Selection(
        [(right, RIGHTS[right]) for right in TRIED],
        "Right (Resource of the Integration)",
    )
    used_for = fields.Char(compute="_compute_used_for")
    is_allowed = fields.Boolean()
    answer = fields.Selection(
        [("allowed", "Allowed"), ("missing", "Missing")], compute="_compute_answer"
    )

    @api.depends("is_allowed")
    def _compute_answer(self):
        for line in self:
            line.answer = "allowed" if line.is_allowed else "missing"

    @api.depends("right")
    def _compute_used_for(self):
        uses = self._uses()
        for line in self:
            line.used_for = uses.get(line.right)

    def _uses(self):
        return {
            "Magento_Backend::store": _("Fetch from Magento: the store views"),
            "Magento_Sales::actions_view": _("Import Orders"),
            "Magento_Sales::sales_invoice": _("Export Invoice Information: to read"),
            "Magento_Sales::invoice": _("Export Invoice Information: to create"),
            "Magento_Sales::comment": _("Export Invoice Information: paid later"),
            "Magento_Sales::shipment": _("Shipments"),
            "Magento_Sales::sales_creditmemo": _("Credit memos"),
            "Magento_Tax::manage_tax": _("Fetch from Magento: the tax rates"),
            "Magento_InventoryApi::source": _("Export Shipments: the stock sources"),
            "Magento_Catalog::products": _("Import Orders: names of custom options"),
        }


def _try(client, right):
    """Return what Magento answers to a request that needs the right.

    :raise MagentoError: nothing gets through, or the right is missing
    """
    if right in WRITES:
        try:
            return client.post(WRITES[right], {})
        except MagentoDocumentError:
            return None
    path = READS[right]
    if path not in OPTIONAL:
        return client.get(path, _a_little_of(path))
    try:
        return client.get(path, _a_little_of(path))
    except MagentoDocumentError:
        return None


def _a_little_of(path):
    """Return the query of one record, of which nothing but the count is sent.

    That of orders has a date with a space, as all imports have: it is signed otherwise
    by some proxies than by Magento.
    """
    if path.startswith("store/"):
        return None
    criteria = SearchCriteria().on_page(1, 1)
    if path == "orders":
        since = fields.Datetime.now() - timedelta(days=1)
        criteria = criteria.where("updated_at", "gteq", since)
    return criteria.parameters("total_count")


def _store_names(views):
    return [
        f"{view['name']} ({view['code']})"
        for view in views or ()
        if isinstance(view, dict) and view.get("id")
    ]
