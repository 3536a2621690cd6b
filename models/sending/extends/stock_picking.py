from odoo import _, fields, models

from ...billing.groups import READERS

SLIP = "stock.action_report_delivery"
LANG_KEY = "billing_slip_lang"


class StockPicking(models.Model):
    """A delivery, and the slips that customers got of it."""

    _inherit = "stock.picking"

    billing_slips = fields.Json(
        readonly=True,
        copy=False,
        groups=READERS,
        help="By language: the attachment, and its checksum.",
    )

    def _get_report_lang(self):
        """Let slips be in the language of who gets the invoice, not the goods."""
        return self.env.context.get(LANG_KEY) or super()._get_report_lang()

    def _billing_get_slips(self, lang):
        """Return the delivery slips in a language; what is there is not made anew.

        :param str lang: its code, or nothing
        :return: `ir.attachment`
        """
        slips = self.env["ir.attachment"].sudo()
        for picking in self.sudo().with_context(lang=lang or None):
            slips |= picking._billing_find_slip(lang) or picking._billing_make_slip(
                lang
            )
        return slips

    def _billing_find_slip(self, lang):
        """Return a slip that nobody has changed since, nor what it is of."""
        known = (self.billing_slips or {}).get(str(lang), {})
        slip = self.env["ir.attachment"].browse(known.get("id", [])).exists()
        changed_at = max(self.move_line_ids.mapped("write_date"), default=False)
        is_good = (
            slip.checksum == known.get("checksum")
            and changed_at
            and changed_at <= slip.create_date
        )
        return slip if slip and is_good else slip.browse()

    def _billing_make_slip(self, lang):
        """Make the slip of one delivery, and keep it there."""
        reports = self.env["ir.actions.report"].with_context(**{LANG_KEY: lang})
        content, _kind = reports._render(SLIP, self.ids)
        name = _("Delivery Slip %s", self.name)
        slip = self.env["ir.attachment"].create(
            {
                "name": f"{name.replace('/', '_')}.pdf",
                "raw": content,
                "mimetype": "application/pdf",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        kept = {"id": slip.id, "checksum": slip.checksum}
        self.billing_slips = {**(self.billing_slips or {}), str(lang): kept}
        return slip
