from odoo import api, fields, models


class BillingServicePhoto(models.Model):
    """A picture of the job."""

    _name = "billing.service.photo"
    _description = "Photo of a Service Order"
    _inherit = ["integration.guard.mixin", "integration.entry.mixin"]
    _order = "id"

    order_id = fields.Many2one(
        "billing.service.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    image = fields.Image(required=True, max_width=1600, max_height=1600)
    name = fields.Char("What It Shows")

    @api.model_create_multi
    def create(self, vals_list):
        photos = super().create(vals_list)
        photos._note_change()
        return photos

    def write(self, vals):
        self._note_change()
        res = super().write(vals)
        self._note_change()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._note_change()

    def _note_change(self):
        """Take the validation of the reports back that these belong to.

        :raise UserError: the job is done
        """
        self.order_id._check_open()
        self.order_id.sudo()._take_report_back()
