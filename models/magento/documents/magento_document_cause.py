import json

from odoo import _lt, api, fields, models

from .magento_document import MANAGER

CAUSES = {
    # Magento refuses, or nothing gets through
    "absent": _lt("Not in Magento after all"),
    "answer_too_large": _lt("Answer too large"),
    "certificate": _lt("Certificate not verified"),
    "connect_timeout": _lt("No answer to the call"),
    "declined": _lt("Declined by the shop"),
    "hung_up": _lt("Broken off by the shop"),
    "improper_answer": _lt("Answer not understood"),
    "name_not_found": _lt("Shop not found on the network"),
    "not_found": _lt("Not there in the shop"),
    "not_through": _lt("Nothing gets through"),
    "not_magento": _lt("Answer not from Magento"),
    "page_missing": _lt("Page of a list missing"),
    "rate_limited": _lt("Too many requests for the shop"),
    "read_timeout": _lt("No answer in time"),
    "redirected": _lt("Shop has another address"),
    "refused": _lt("Refused"),
    "server_error": _lt("Error of the shop's own"),
    "unauthorized": _lt("Right missing in the shop"),
    "unavailable": _lt("Shop in maintenance"),
    "unreachable": _lt("Shop not reached"),
    # What goes out
    "fraction": _lt("Part of a piece"),
    "not_prepared": _lt("Not prepared"),
    "nothing_to_send": _lt("Nothing to send"),
    # What comes in
    "currency": _lt("Other currency than its order"),
    "currency_unknown": _lt("Currency not active"),
    "first_step": _lt("Earlier transfer not validated"),
    "invoice_draft": _lt("Invoice not posted"),
    "invoice_missing": _lt("No invoice in Odoo"),
    "invoice_under_way": _lt("Invoice on its way to Magento"),
    "item_unknown": _lt("Item not on the order"),
    "journal_missing": _lt("No journal for payments"),
    "lots": _lt("Lots or serial numbers to choose"),
    "malformed": _lt("Not readable"),
    "no_invoice": _lt("No posted invoice to credit"),
    "no_stock": _lt("Not enough in stock"),
    "not_invoiced": _lt("More refunded than invoiced"),
    "not_validated": _lt("Delivery asks something"),
    "note_under_way": _lt("Credit note on its way to Magento"),
    "order_draft": _lt("Order not confirmed"),
    "order_missing": _lt("Order not in Odoo"),
    "partly_billed": _lt("Only partly left to invoice"),
    "payment_locked": _lt("Date in a locked period"),
    "payment_method_unknown": _lt("Payment method not decided"),
    "product_ambiguous": _lt("Several products with one reference"),
    "product_archived": _lt("Product archived"),
    "product_missing": _lt("Product missing"),
    "quantity_accuracy": _lt("Quantity with too many digits"),
    "sku_empty": _lt("Item without SKU"),
    "store_unknown": _lt("Store view not known"),
    "tax_unknown": _lt("Tax rate not mapped"),
    "too_many": _lt("More shipped than to deliver"),
    "under_way": _lt("Delivery on its way to Magento"),
}


class MagentoDocument(models.Model):
    """What a document fails of, in words."""

    _inherit = "magento.document"

    attempt_count = fields.Integer(group_operator=False)
    cause = fields.Char(compute="_compute_cause")
    payload_text = fields.Text(
        "Payload in Words", compute="_compute_payload_text", groups=MANAGER
    )

    @api.depends("error_code")
    def _compute_cause(self):
        for document in self:
            document.cause = _in_words(document.error_code)

    @api.depends("payload")
    def _compute_payload_text(self):
        for document in self:
            document.payload_text = document.payload and json.dumps(
                document.payload, indent=2, ensure_ascii=False
            )

    def action_retry_alike(self):
        """Try all documents again that fail of the same cause in the same shop.

        Those that were skipped are left to managers.
        """
        alike = self.search(
            [
                ("connection_id", "in", self.connection_id.ids),
                ("error_code", "in", self.mapped("error_code")),
                ("sync_state", "not in", ("sending", "done")),
            ]
        )
        if not self.env.user.has_group(MANAGER):
            alike = alike.filtered(lambda document: document.sync_state != "skipped")
        return alike.action_retry()

    @api.model
    def _read_group_format_result(self, rows_dict, lazy_groupby):
        """Head the groups of the list with words too."""
        res = super()._read_group_format_result(rows_dict, lazy_groupby)
        if "error_code" in lazy_groupby:
            for row in rows_dict:
                row["error_code"] = _in_words(row["error_code"])
        return res


def _in_words(code):
    return code and str(CAUSES.get(code, code))
