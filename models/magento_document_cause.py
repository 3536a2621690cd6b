import json

from odoo import api, fields, models

from .magento_document import MANAGER


class MagentoDocument(models.Model):
    """What a document fails of, in words."""

    _inherit = "magento.document"

    attempt_count = fields.Integer(group_operator=False)
    cause = fields.Char("Cause in Words", compute="_compute_cause")
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
    return code and code.replace("_", " ").capitalize()
