from odoo import api, fields, models


class MagentoDocument(models.Model):
    """What a document fails of, in words."""

    _inherit = "magento.document"

    attempt_count = fields.Integer(group_operator=False)
    cause = fields.Char("Cause in Words", compute="_compute_cause")

    @api.depends("error_code")
    def _compute_cause(self):
        for document in self:
            document.cause = _in_words(document.error_code)

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
