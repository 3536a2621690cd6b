from odoo import _, api, models

WISHES = ("billing_channel", "billing_attach_xml", "billing_attach_slips")


class BillingPolicy(models.Model):
    """How what a policy bills goes to customers who wish nothing else."""

    _name = "billing.policy"
    _inherit = ["billing.policy", "billing.sending.wish.mixin"]

    @api.depends(*WISHES)
    def _compute_sentence(self):
        return super()._compute_sentence()

    def _get_sentence(self):
        return " ".join(filter(None, (super()._get_sentence(), self._get_way_words())))

    def _get_way_words(self):
        """Return by which way invoices go, or nothing where they do not."""
        if not (self.billing_channel and self._sends()):
            return ""
        labels = dict(self._fields["billing_channel"]._description_selection(self.env))
        return _("They go by: %s.", labels[self.billing_channel])
